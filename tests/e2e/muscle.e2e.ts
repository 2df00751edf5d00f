/** Work that devices do for each other, in two browsers: off until it is switched on, a forecast in pieces that the other computes and that are checked, the chip with Stop, a page that lies. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { gatherPieces, pieceOf, runPiece } from '#domain/goals/planning';
import { toBase64url } from '#base/bytes';
import { COMPUTE_LIMITS } from '#os/compute-limits';
import { closeAll, inviteTo, join, person } from './support/acts.ts';
import { LONG_MS, two } from './support/documents.ts';
import { killHard, type Peer } from './support/peer.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterEach((context) => closeAll(context));
afterAll(() => server?.stop());

const go = (page: Page, hash: string): Promise<unknown> => page.evaluate((to) => void (location.hash = to), hash);
const state = (page: Page) => page.evaluate(() => window.lifegraph.compute!.act({ do: 'state' }));
/** Pieces of a plan so large that each takes a while. */
const large = (name: string, count: number, tasks: number): Uint8Array[] => {
  const plan = { tasks: Array.from({ length: tasks }, (_, i) => ({ id: `t${i}`, duration: 60, estimate: [30, 60, 200] as const })), links: Array.from({ length: tasks - 1 }, (_, i) => ({ id: `l${i}`, from: `t${i}`, to: `t${i + 1}`, kind: 'FS' as const, lag: 0 })) };
  return Array.from({ length: count }, (_, i) => pieceOf(plan, `${name} ${i}`));
};
/** Has them computed; the results as text, with who did each. */
const ask = (page: Page, space: string, pieces: readonly Uint8Array[], probes: readonly Uint8Array[]) =>
  page.evaluate(async ([id, all, more]) => {
    const bytes = (list: readonly string[]): Uint8Array[] => list.map((one) => Uint8Array.from(atob(one.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0)));
    const { results, runs, canaries } = await window.lifegraph.compute!.act({ do: 'run', space: id, kind: 'plan', pieces: bytes(all), probes: bytes(more), ms: 30_000 });
    return { runs, canaries, results: results.map((one) => ({ by: [...one.by], bytes: [...one.bytes!] })) };
  }, [space, pieces.map(toBase64url), probes.map(toBase64url)] as const);

test('[row 16] {K3} MUS1 MUS2 MUS3 MUS4 one helps the other: nothing without the switch, a forecast computed there and checked, Stop within a second, a lie found', { timeout: 400_000 }, async () => {
  const { anna, boris, space } = await two(server.url);
  const [a, b] = [anna.page, boris.page];
  // Nobody helps: it is computed here, and no page of Boris was asked.
  const small = large('small', 3, 4);
  const alone = await ask(a, space, small, []).catch(String);
  // Without a page that computes nothing is.
  expect(alone).toContain('This page did not compute it');
  await go(b, `#/${space}/settings/compute`);
  const helps = b.getByRole('switch', { name: 'Let people in my spaces use this device' });
  await helps.waitFor();
  expect([await helps.getAttribute('aria-checked'), (await state(b)).consent.on]).toEqual(['false', false]);
  await b.getByText('Nothing was done for others in this run.').waitFor();
  // A goal with a task; the forecast of it is computed here.
  await a.getByRole('link', { name: 'Goals' }).click();
  await a.getByRole('button', { name: 'New goal' }).first().click();
  await a.getByRole('textbox', { name: 'What it is' }).fill('First ten stations');
  await a.keyboard.press('Enter');
  await a.getByRole('heading', { name: 'First ten stations' }).waitFor();
  await a.getByRole('textbox', { name: 'Add a task' }).fill('Mount stations');
  await a.keyboard.press('Enter');
  await a.getByText('0 of 1 done').waitFor();
  const exact = a.getByRole('button', { name: 'Compute more exactly' });
  await exact.click();
  await a.getByText('10,000 runs · computed here').waitFor();
  expect((await state(b)).ledger).toEqual([]);
  // Switched on, the other is tested and then believed.
  await helps.click();
  await b.getByRole('combobox', { name: 'Share of the processor' }).selectOption({ label: '100 %' });
  await expect.poll(async () => (await state(a)).workers.map(({ offers, state: trust }) => [offers, trust]), { timeout: LONG_MS }).toEqual([[true, 'new']]);
  const pieces = large('mine', 12, 60);
  const first = await ask(a, space, pieces, large('probe', 24, 60));
  expect(first.results.map(({ bytes }) => toBase64url(Uint8Array.from(bytes)))).toEqual(pieces.map((one) => toBase64url(runPiece(one)!)));
  expect(gatherPieces(first.results.map(({ bytes }) => Uint8Array.from(bytes))).runs).toBe(6_000);
  expect([first.canaries >= 10, first.results.some(({ by }) => by.length === 1)]).toEqual([true, true]);
  await b.getByRole('table', { name: 'Done here for others' }).getByText('Done').first().waitFor();
  await go(a, `#/${space}/system?tab=compute`);
  await a.getByRole('table', { name: 'Devices that compute' }).getByText('tested').waitFor();
  // The chip says for whom, wherever Boris is; Stop ends what runs within a second, and Anna's work goes on.
  await go(b, `#/${space}/chat`);
  const long = ask(a, space, large('long', 5, 8_000), large('long probe', 3, 8_000));
  const chip = b.locator('.helping');
  await chip.getByText(/^Helping: forecast for /).waitFor();
  const from = performance.now();
  await chip.getByRole('button', { name: 'Stop' }).click();
  await chip.waitFor({ state: 'detached' });
  await expect.poll(async () => (await state(b)).helping.length).toBe(0);
  expect(performance.now() - from).toBeLessThan(1_000 * (process.env['LGOS_FULL'] === '1' ? 1 : 5));
  expect((await state(b)).ledger[0]!.how).toBe('stopped');
  expect((await long).results).toHaveLength(5);
  // A page that lies is found by what is known, and given nothing more.
  await go(b, `#/${space}/settings/compute`);
  await helps.waitFor();
  await b.evaluate(() => window.lifegraph.compute!.watch((event) => {
    if (event.type === 'job' && !event.job.own) void window.lifegraph.compute!.act({ do: 'answer', id: event.job.id, result: Uint8Array.of(1) });
  }));
  await helps.click();
  await expect.poll(async () => (await state(a)).workers.map(({ offers }) => offers), { timeout: LONG_MS }).toEqual([true]);
  const lied = await ask(a, space, pieces, large('other probe', 12, 60));
  expect(lied.results.map(({ bytes }) => toBase64url(Uint8Array.from(bytes)))).toEqual(pieces.map((one) => toBase64url(runPiece(one)!)));
  await a.getByRole('table', { name: 'Devices that compute' }).getByText('shut out').waitFor();
  await a.getByRole('region', { name: 'Wrong answers' }).getByText('The right answer was known here.').waitFor();
});

const FULL = process.env['LGOS_FULL'] === '1';
const PIECES = FULL ? 200 : 24;
/** Lets a page work for others as its person would, wherever they are. */
const helps = async (page: Page, space: string): Promise<void> => {
  await page.evaluate(async () => {
    await window.lifegraph.compute!.act({ do: 'consent', change: { on: true, share: 100 } });
    await window.lifegraph.local.set('compute/on', true);
  });
  await go(page, `#/${space}/goals`);
};
/** A page that says it helps, and answers what it likes at once. */
const lies = (page: Page, answer: number): Promise<void> => page.evaluate(async (byte) => {
  const compute = window.lifegraph.compute!;
  compute.watch((event) => {
    if (event.type === 'job') void compute.act({ do: 'answer', id: event.job.id, result: new Uint8Array(4_000).fill(byte < 0 ? Math.floor(Math.random() * 256) : byte) });
  });
  await compute.act({ do: 'consent', change: { on: true } });
  await compute.act({ do: 'offer', free: 2 });
}, answer);

test('[row 16] {K3} MUS2 MUS13 five browsers: one asks, two compute, of which one is killed in the middle, one lies and one does nothing and says anything: every answer is right', { timeout: 400_000 }, async () => {
  const { anna, boris, space } = await two(server.url);
  const others = await Promise.all(['Vera', 'Lars', 'Fred'].map((name) => person({ name, url: server.url })));
  for (const one of others) await join(one, await inviteTo(anna, space, { role: 'member' }));
  const [vera, lars, fred] = others as [Peer, Peer, Peer];
  await Promise.all([helps(anna.page, space), helps(boris.page, space), helps(vera.page, space), lies(lars.page, 7), lies(fred.page, -1)]);
  await expect.poll(async () => (await state(anna.page)).workers.filter(({ offers }) => offers).length, { timeout: LONG_MS }).toBe(4);
  // What comes to Vera after as many tasks as a newcomer is tried with is told here at once, and she is killed while she works on it.
  let took = (): void => undefined;
  const holds = new Promise<true>((resolve) => (took = () => resolve(true)));
  await vera.page.exposeFunction('took', () => took());
  await vera.page.evaluate((tried) => {
    let count = 0;
    window.lifegraph.compute!.watch((event) => void (event.type === 'job' && ++count > tried && (window as unknown as { took(): void }).took()));
  }, COMPUTE_LIMITS.admission);
  const pieces = large('five', PIECES, 400);
  const right = pieces.map((one) => toBase64url(runPiece(one)!));
  const end = performance.now() + 8 * LONG_MS;
  for (let [n, killed, helped] = [0, false, false]; !killed || !helped; n++) {
    // Where they are slow, Anna has done all of it before they are believed: what they passed is remembered, and she asks again.
    expect(performance.now(), 'nobody was believed').toBeLessThan(end);
    const asked = ask(anna.page, space, pieces, large(`five probe ${n}`, 40, 400));
    if (!killed && (killed = await Promise.race([holds, asked.then(() => false, () => false)]))) await killHard(vera);
    const { results } = await asked;
    expect(results.map(({ bytes }) => toBase64url(Uint8Array.from(bytes)))).toEqual(right);
    helped = results.some(({ by }) => by.length > 0);
  }
  const seen = await state(anna.page);
  const device = (peer: Peer): Promise<string> => peer.page.evaluate(() => window.lifegraph.identity.get()!.device);
  expect(seen.workers.filter(({ state: trust }) => trust === 'out').map((one) => one.device).sort()).toEqual((await Promise.all([lars, fred].map(device))).sort());
});
