/** Tabs and reloads: what was shown as saved is there, one profile stays one device. Crashes are in kill-cycles. LGOS_FULL=1 raises the number of reloads. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { closeAll, composer, has, inviteTo, join, kept, newSpace, person, reads, ready, sameSeal, say, SOON_MS, status, texts, until, within } from './support/acts.ts';
import type { Peer } from './support/peer.ts';
import { startServer, type TestServer } from './support/server.ts';

const ROUNDS = process.env.LGOS_FULL === '1' ? 10 : 3;

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterEach((context) => closeAll(context));
afterAll(() => server?.stop());

/** Writes without end in the page; every text whose saved() resolved is told to the console, so that it is known here before the crash. */
function writeOn(page: Page, space: string, round: number): Promise<void> {
  return page.evaluate(([id, turn]) => {
    void (async () => {
      const graph = window.lifegraph.graph(id);
      const { fragment } = (await graph.query({ type: 'chat/message@1', limit: 1 }))[0]!;
      for (let at = 0; ; at++) {
        const text = `round ${turn} line ${at}`;
        await graph.transact([{ op: 'node.create', type: 'chat/message@1', props: { text }, verb: 'chat/message.send@1' }], { fragment });
        if (at % 3 !== 0) continue;
        await window.lifegraph.saved();
        console.info(`saved ${at} ${text}`);
      }
    })();
  }, [space, round] as const);
}

/** Lets the page write, types into the composer meanwhile, and returns what was told as saved when `enough` were. */
async function untilSaved(peer: Peer, enough: number): Promise<Set<string>> {
  const saved = new Set<string>();
  const done = new Promise<void>((resolve) => {
    peer.context.on('console', (message) => {
      const told = /^saved (\d+) (.*)$/.exec(message.text());
      if (told === null) return;
      // What came before a saved line was handed over before it.
      for (let at = 0; at <= Number(told[1]); at++) saved.add(told[2]!.replace(/\d+$/, String(at)));
      if (saved.size >= enough) resolve();
    });
  });
  await composer(peer.page).click();
  // The crash comes in the middle of the last words.
  await peer.page.keyboard.type('half a sentence', { delay: 15 });
  let over = false;
  const hand = (async () => {
    for (const letter of ' that never ends, because the power went out in the middle of it') if (!over) await peer.page.keyboard.type(letter, { delay: 40 });
  })().catch(() => undefined);
  await Promise.race([done, new Promise((_, reject) => setTimeout(() => reject(new Error(`only ${saved.size} saved`)), 20_000))]);
  over = true;
  await hand;
  return saved;
}

/** The channel of the space is on the screen. */
async function openChannel(page: Page, space: string): Promise<void> {
  await composer(page).waitFor({ timeout: SOON_MS });
  await page.evaluate((id) => void (location.hash = `#/${id}/chat`), space);
  await page.getByRole('button', { name: /^Space: River Watch/ }).waitFor({ timeout: SOON_MS });
  await composer(page).waitFor({ timeout: SOON_MS });
}

/** Is the unfinished sentence kept on this device? Runs in the page. */
async function draftKept(space: string): Promise<boolean> {
  const { fragment } = (await window.lifegraph.graph(space).query({ type: 'chat/message@1', limit: 1 }))[0]!;
  return String(await window.lifegraph.local.get(`draft:${space}/${fragment}`)).startsWith('half a');
}

const metric = (page: Page, name: string): Promise<number> =>
  page.evaluate(async (key) => {
    window.lifegraph.metrics();
    await window.lifegraph.spaces.list();
    return window.lifegraph.metrics()[key] ?? 0;
  }, name);

test(`{V5} reload in the middle of typing × ${ROUNDS}: all that was saved is there, and the draft too`, async () => {
  const anna = await person({ name: 'Anna', url: server.url });
  const space = await newSpace(anna);
  await say(anna.page, space, 'begin');
  const all = new Set<string>();
  await openChannel(anna.page, space);
  for (let round = 0; round < ROUNDS; round++) {
    await writeOn(anna.page, space, round);
    for (const text of await untilSaved(anna, 9)) all.add(text);
    await until(anna.page, draftKept, space, 'a draft of what is being typed');
    await anna.page.reload();
    await ready(anna.page);
    const held = new Set(await texts(anna.page, space));
    expect([...all].filter((text) => !held.has(text)), `lost after reload ${round}`).toEqual([]);
    await anna.page.waitForFunction(() => document.querySelector('textarea')?.value.startsWith('half') === true, undefined, { polling: 50 });
    await composer(anna.page).fill('');
  }
  expect(await metric(anna.page, 'forks.own')).toBe(0);
  await anna.expectClean();
});

test('{V1}{V5} two tabs of one profile: one device, one leader, the follower writes to the world, the other takes over in ≤ 2 s, no fork', async () => {
  const [anna, boris] = await Promise.all([person({ name: 'Anna', url: server.url }), person({ name: 'Boris', url: server.url })]);
  const space = await newSpace(anna);
  await join(boris, await inviteTo(anna, space));
  const second = await anna.newTab(server.url);
  await ready(second);
  await second.waitForFunction(() => window.lifegraph.network.status().peers.length === 1, undefined, { polling: 50 });
  expect([(await status(anna.page)).leader, (await status(second)).leader]).toEqual([true, false]);
  const own = (page: Page) => page.evaluate(async (id) => (await window.lifegraph.spaces.members(id)).map((one) => [one.name, one.devices.length]), space);
  await say(anna.page, space, 'from the leader');
  await say(second, space, 'from the follower');
  await has(boris.page, space, ['from the leader', 'from the follower']);
  await has(second, space, ['from the leader']);
  await say(boris.page, space, 'to both tabs');
  await Promise.all([has(anna.page, space, ['to both tabs']), has(second, space, ['to both tabs'])]);
  expect(await own(boris.page)).toEqual(await own(second));
  expect(Object.fromEntries(await own(boris.page))).toEqual({ Anna: 1, Boris: 1 });

  const from = performance.now();
  await anna.page.close();
  await second.waitForFunction(() => window.lifegraph.network.status().leader, undefined, { timeout: SOON_MS, polling: 20 });
  const took = performance.now() - from;
  within('leader tab closed → the other leads', took, 2_000);
  await say(second, space, 'from the new leader');
  await has(boris.page, space, ['from the new leader']);
  await say(boris.page, space, 'and back');
  await has(second, space, ['and back']);
  await sameSeal(second, boris.page, space);
  expect([await metric(second, 'forks.own'), await metric(boris.page, 'forks.own')]).toEqual([0, 0]);
  await anna.expectClean();
  await boris.expectClean();
});

test('{V0}{V4} offline reload: the service worker gives the app, the store gives the content, and one can write on', async () => {
  const anna = await person({ name: 'Anna', url: server.url, offline: true });
  const space = await newSpace(anna);
  await openChannel(anna.page, space);
  await say(anna.page, space, 'written online');
  await reads(anna.page, 'written online');
  await kept(anna.page);
  await anna.context.setOffline(true);
  await anna.page.reload();
  await ready(anna.page);
  await reads(anna.page, 'written online');
  await composer(anna.page).click();
  await anna.page.keyboard.type('written offline');
  await anna.page.keyboard.press('Enter');
  await reads(anna.page, 'written offline');
  await anna.page.evaluate(() => window.lifegraph.saved());
  await anna.page.reload();
  await reads(anna.page, 'written offline');
  await anna.context.setOffline(false);
  await anna.expectClean([/ERR_INTERNET_DISCONNECTED/, /WebSocket connection to .* failed/]);
});
