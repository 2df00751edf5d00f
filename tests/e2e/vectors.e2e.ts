/** The nearest vectors by WebGPU in a real browser (its adapter is played by the processor where there is no card): the same ten as everywhere. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { CardDots } from '#adapters/fast-loops/gpu';
import { plainDots } from '#base/dots';
import { VectorTable } from '#domain/search/vectors';
import { closeAll, person } from './support/acts.ts';
import { DIST, startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterEach((context) => closeAll(context));
afterAll(() => server?.stop());

declare global {
  // eslint-disable-next-line no-var
  var card: CardDots | null;
}

const FULL = process.env['LGOS_FULL'] === '1';

/** Some of the rows go over at once: a page is given text. */
const PART = 2_000;

/** A table of so many vectors, the same on the card of a page, and the ten nearest by both. */
async function setUp(places: number, count: number) {
  let state = 9;
  const next = (): number => ((state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) >>> 8) / 2 ** 24 - 0.5;
  const vector = (): Float32Array => Float32Array.from({ length: places }, next);
  const table = new VectorTable('e2e/1', places, plainDots(places));
  for (let row = 0; row < count; row++) table.put(`k${row}`, vector());
  const { page, expectClean } = await person({ name: 'Anna', url: server.url, flags: ['--enable-unsafe-webgpu'] });
  const chunk = readdirSync(join(DIST, 'assets')).find((name) => /^gpu-[\w-]+\.js$/.test(name))!;
  await page.evaluate(`import('./assets/${chunk}').then(({ gpuDots }) => gpuDots(${places}, true)).then((found) => { globalThis.card = found; })`);
  expect(await page.evaluate(() => globalThis.card !== null), 'an adapter').toBe(true);
  const write = async (from: number, to: number): Promise<void> => {
    for (let at = from; at < to; at += PART) {
      const some = Math.min(PART, to - at);
      const codes = Buffer.concat(Array.from({ length: some }, (_, row) => Buffer.from(Uint8Array.from(table.roughOf(at + row)))));
      await page.evaluate(([first, text, size]) => {
        const all = Int8Array.from(atob(text), (one) => one.charCodeAt(0));
        for (let row = 0; row * size < all.length; row++) globalThis.card!.write(first + row, all.slice(row * size, (row + 1) * size));
      }, [at, codes.toString('base64'), places] as const);
    }
  };
  const same = async (): Promise<void> => {
    const question = vector();
    const asked = table.ask(question)!;
    const sums = await page.evaluate(async ([codes, rows]) => [...(await globalThis.card!.dots(Int8Array.from(codes), rows))], [[...asked.rough], table.size] as const);
    const wanted = { count: 10, least: -1 };
    const nearest = table.nearest(question, wanted);
    expect(nearest).toHaveLength(10);
    expect(asked.answer(Int32Array.from(sums), wanted)).toEqual(nearest);
  };
  return { table, page, vector, write, same, expectClean };
}

test('{K5} WebGPU adds up what the twin adds up, also when rows come, go, and are more than the card held: the same ten nearest', { timeout: 300_000 }, async () => {
  const ROWS = 3_000;
  const { table, page, vector, write, same, expectClean } = await setUp(64, ROWS);
  // Fewer than the card has room for, then more, then one in the place of another.
  await write(0, 500);
  const first = table.ask(vector())!;
  const few = await page.evaluate(async (codes) => [...(await globalThis.card!.dots(Int8Array.from(codes), 500))], [...first.rough]);
  expect(few).toEqual(Array.from({ length: 500 }, (_, row) => [...table.roughOf(row)].reduce((sum, x, i) => sum + x * first.rough[i]!, 0)));
  await write(500, ROWS);
  await same();
  table.drop('k7');
  await page.evaluate((last) => globalThis.card!.copy(last, 7), ROWS - 1);
  await same();
  await page.evaluate(() => globalThis.card!.close());
  expect(await page.evaluate(() => globalThis.card!.dots(new Int8Array(64), 5).then(() => 'answered', () => 'refused'))).toBe('refused');
  await expectClean();
});

if (FULL) {
  test('{K5} WebGPU over 100,000 vectors of 384 places: the same ten nearest for twenty questions', { timeout: 600_000 }, async () => {
    const { write, same, expectClean } = await setUp(384, 100_000);
    await write(0, 100_000);
    for (let question = 0; question < 20; question++) await same();
    await expectClean();
  });
}
