/** Page Lifecycle: a tab that is hidden behind another one, or frozen by the engine as well, has what was written meanwhile within 3 s of becoming visible. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { closeAll, inviteTo, linked, newSpace, person, say, status, within } from './support/acts.ts';
import type { Peer } from './support/peer.ts';
import { launchRaw, type RawBrowser, type RawTab } from './support/raw-browser.ts';
import { startServer, type TestServer } from './support/server.ts';

const FULL = process.env.LGOS_FULL === '1';
/** Longer than a link lives without a sign (25 s), so that everything is to be dialled again; in the short run the link survives. */
const AWAY_MS = FULL ? 40_000 : 4_000;
const RESYNC_MS = 3_000;
const LINES = 30;

let server: TestServer;
let browser: RawBrowser | null = null;
beforeAll(async () => {
  server = await startServer();
});
afterEach(async (context) => {
  const raw = browser;
  browser = null;
  try {
    await raw?.close();
  } finally {
    await closeAll(context);
  }
});
afterAll(() => server?.stop());

/** Looks until the expression is true in the tab; the ms it took. */
async function until(tab: RawTab, expression: string, ms = 20_000): Promise<number> {
  const from = performance.now();
  while (!(await tab.evaluate<boolean>(expression))) {
    if (performance.now() - from > ms) throw new Error(`not within ${ms} ms: ${expression}`);
    await new Promise((next) => setTimeout(next, 20));
  }
  return performance.now() - from;
}

const count = (space: string): string => `lifegraph.graph('${space}').query({ type: 'chat/message@1' }).then((nodes) => nodes.length)`;

/** Anna by Playwright; Boris in a browser that treats his tabs as those of a person, linked with her. */
async function pair(): Promise<{ anna: Peer; boris: RawTab; other: RawTab; space: string }> {
  const anna = await person({ name: 'Anna', url: server.url });
  const space = await newSpace(anna);
  await say(anna.page, space, 'begin');
  const link = await inviteTo(anna, space);
  browser = await launchRaw();
  const boris = await browser.open(server.url);
  await until(boris, `'lifegraph' in globalThis`);
  await boris.evaluate(`(async () => {
    await lifegraph.ready;
    await lifegraph.identity.create({ name: 'Boris' });
    const { state } = await lifegraph.spaces.join(${JSON.stringify(link)});
    for await (const step of state) if (step.step === 'done') return;
    throw new Error('the join ended');
  })()`);
  await linked(anna.page, 'direct');
  await boris.evaluate(`void (globalThis.__told = [], ['freeze', 'resume', 'visibilitychange'].forEach((name) => document.addEventListener(name, () => __told.push(name + ' ' + document.visibilityState))))`);
  return { anna, boris, other: await browser.open('about:blank'), space };
}

const told = (tab: RawTab): Promise<string[]> => tab.evaluate<string[]>('__told');

test('{V8} a tab frozen behind another one has what was written meanwhile within 3 s of being looked at again', async () => {
  const { anna, boris, other, space } = await pair();
  await other.toFront();
  await until(boris, `document.visibilityState === 'hidden'`);
  await boris.lifecycle('frozen');
  await until(boris, `__told.includes('freeze hidden')`);
  await say(anna.page, space, ...Array.from({ length: LINES }, (_, at) => `while frozen ${at}`));
  await new Promise((resolve) => setTimeout(resolve, AWAY_MS));
  // Control: the engine runs nothing of it. An answer would have come by now from a tab that is only hidden.
  const asked = boris.evaluate<number>(count(space));
  const frozen = Symbol('frozen');
  expect(await Promise.race([asked, new Promise((resolve) => setTimeout(() => resolve(frozen), 1_000))])).toBe(frozen);
  if (FULL) expect((await status(anna.page)).peers.length, 'the link of a frozen tab is given up').toBe(0);
  const from = performance.now();
  await boris.lifecycle('active');
  await boris.toFront();
  await until(boris, `${count(space)}.then((n) => n === ${LINES + 1})`);
  const took = performance.now() - from;
  expect(await asked).toBeGreaterThan(0);
  expect(await told(boris)).toEqual(['visibilitychange hidden', 'freeze hidden', 'resume hidden', 'visibilitychange visible']);
  within(`frozen for ${AWAY_MS} ms → ${LINES} lines after being visible`, took, RESYNC_MS);
});

test('{V8} a tab that is only hidden keeps its links and takes what comes', async () => {
  const { anna, boris, other, space } = await pair();
  await other.toFront();
  await until(boris, `document.visibilityState === 'hidden'`);
  await say(anna.page, space, 'to a hidden tab');
  console.log(`hidden tab has the line after ${Math.round(await until(boris, `${count(space)}.then((n) => n === 2)`))} ms`);
  expect((await status(anna.page)).peers.length).toBe(1);
  // Control: a violation of the policy is seen in this browser too, and fails whoever closes it.
  expect(browser!.violations).toEqual([]);
  await boris.evaluate(`new Promise((done) => setTimeout(() => { try { document.createElement('div').innerHTML = '<b>x</b>'; } catch { done(); } }))`);
  await expect(browser!.close()).rejects.toThrow(/^policy violation:\n.*trusted-types/);
  browser = null;
});
