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

const PLACES = 64;
const ROWS = 3_000;

test('{K5} WebGPU adds up what the twin adds up, also when rows come, go, and are more than the card held: the same ten nearest', { timeout: 300_000 }, async () => {
  let state = 9;
  const next = (): number => ((state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) >>> 8) / 2 ** 24 - 0.5;
  const vector = (): Float32Array => Float32Array.from({ length: PLACES }, next);
  const table = new VectorTable('e2e/1', PLACES, plainDots(PLACES));
  for (let row = 0; row < ROWS; row++) table.put(`k${row}`, vector());
  const { page, expectClean } = await person({ name: 'Anna', url: server.url, flags: ['--enable-unsafe-webgpu'] });
  const chunk = readdirSync(join(DIST, 'assets')).find((name) => /^gpu-[\w-]+\.js$/.test(name))!;
  await page.evaluate(`import('./assets/${chunk}').then(({ gpuDots }) => gpuDots(${PLACES}, true)).then((found) => { globalThis.card = found; })`);
  expect(await page.evaluate(() => globalThis.card !== null), 'an adapter').toBe(true);
  const rows = (from: number, to: number): number[][] => Array.from({ length: to - from }, (_, at) => [...table.roughOf(from + at)]);
  const write = (from: number, to: number): Promise<void> => page.evaluate(([first, list]) => list.forEach((row, at) => globalThis.card!.write(first + at, Int8Array.from(row))), [from, rows(from, to)] as const);
  const same = async (): Promise<void> => {
    const question = vector();
    const asked = table.ask(question)!;
    const sums = await page.evaluate(async ([codes, count]) => [...(await globalThis.card!.dots(Int8Array.from(codes), count))], [[...asked.rough], table.size] as const);
    const wanted = { count: 10, least: -1 };
    expect(asked.answer(Int32Array.from(sums), wanted)).toEqual(table.nearest(question, wanted));
  };
  // Fewer than the card has room for, then more, then one in the place of another.
  await write(0, 500);
  const first = table.ask(vector())!;
  const few = await page.evaluate(async (codes) => [...(await globalThis.card!.dots(Int8Array.from(codes), 500))], [...first.rough]);
  expect(few).toEqual(rows(0, 500).map((row) => row.reduce((sum, x, i) => sum + x * first.rough[i]!, 0)));
  await write(500, ROWS);
  await same();
  table.drop('k7');
  await page.evaluate((last) => globalThis.card!.copy(last, 7), ROWS - 1);
  await same();
  await page.evaluate(() => globalThis.card!.close());
  expect(await page.evaluate(() => globalThis.card!.dots(new Int8Array(64), 5).then(() => 'answered', () => 'refused'))).toBe('refused');
  await expectClean();
});
