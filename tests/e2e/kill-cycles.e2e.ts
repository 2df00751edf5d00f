/**
 * The real engine killed by -9 at random moments while somebody types, imports and receives: nothing that was shown as saved is missing, no log forks, and
 * the other browser ends with the same seal. LGOS_FULL=1 raises the number of cycles. The control is a build that says "saved" before the commit.
 */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { closeAll, composer, has, inviteTo, join, killAndReopen, linked, newSpace, person, sameSeal, say, SOON_MS, texts, until } from './support/acts.ts';
import { buildMutant } from './support/mutant-build.ts';
import type { Peer } from './support/peer.ts';
import { startServer, type TestServer } from './support/server.ts';

const CYCLES = process.env.LGOS_FULL === '1' ? 50 : 6;
const KINDS = ['typing', 'importing', 'syncing'] as const;
/** Nodes per transaction. */
const EACH = { typing: 1, importing: 100, syncing: 10 } as const;
/** Told as saved before the crash may come. */
const ENOUGH = { typing: 9, importing: 300, syncing: 60 } as const;
/** The crash comes within this time after that, ms. */
const WITHIN_MS = 120;
const CONTROL_CYCLES = 6;

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterEach((context) => closeAll(context));
afterAll(() => server?.stop());

/** Moments follow from a seed that is printed (mulberry32). */
function chance(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Writes without end in the page; every text whose saved() resolved is told to the console, so that it is known here before the crash. */
function writeOn(page: Page, space: string, label: string, each: number): Promise<void> {
  return page.evaluate(([id, name, count]) => {
    void (async () => {
      const graph = window.lifegraph.graph(id);
      const { fragment } = (await graph.query({ type: 'chat/message@1', limit: 1 }))[0]!;
      for (let at = 0; ; at += count) {
        const ops = Array.from({ length: count }, (_, i) => ({ op: 'node.create' as const, type: 'chat/message@1', props: { text: `${name} ${at + i}` }, verb: 'chat/message.send@1' }));
        await graph.transact(ops, { fragment });
        if ((at / count) % 3 !== 0) continue;
        await window.lifegraph.saved();
        console.info(`saved ${at + count - 1} ${name}`);
      }
    })();
  }, [space, label, each] as const);
}

/** What was told as saved until now; grows until the browser dies. */
function listenSaved(peer: Peer): { readonly texts: Set<string>; enough(count: number): Promise<void> } {
  const saved = new Set<string>();
  let wake = (): void => undefined;
  peer.context.on('console', (message) => {
    const told = /^saved (\d+) (.*)$/.exec(message.text());
    if (told === null) return;
    // What came before a saved line was handed over before it.
    for (let at = Number(told[1]); at >= 0 && !saved.has(`${told[2]} ${at}`); at--) saved.add(`${told[2]} ${at}`);
    wake();
  });
  return {
    texts: saved,
    enough: (count) => new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`only ${saved.size} saved`)), 30_000);
      wake = () => {
        if (saved.size < count) return;
        clearTimeout(timer);
        resolve();
      };
      wake();
    }),
  };
}

/** One life of a browser: writes in its way, dies, comes back. Returns the new peer and what it had been told. */
async function cycle(anna: Peer, space: string, kind: (typeof KINDS)[number], round: number, next: () => number, url: string): Promise<{ anna: Peer; saved: Set<string> }> {
  const saved = listenSaved(anna);
  await composer(anna.page).waitFor({ timeout: SOON_MS });
  await writeOn(anna.page, space, `${kind} ${round} line`, EACH[kind]);
  if (kind === 'typing') {
    await composer(anna.page).click();
    void anna.page.keyboard.type('half a sentence that never ends, because the power goes out', { delay: 20 }).catch(() => undefined);
  }
  await saved.enough(ENOUGH[kind]);
  await new Promise((resolve) => setTimeout(resolve, next() * WITHIN_MS));
  return { anna: await killAndReopen(anna, url), saved: saved.texts };
}

const lost = (all: ReadonlySet<string>, held: readonly string[]): string[] => {
  const have = new Set(held);
  return [...all].filter((text) => !have.has(text));
};

const ownForks = (page: Page): Promise<number> => page.evaluate(async () => {
  window.lifegraph.metrics();
  await window.lifegraph.spaces.list();
  return window.lifegraph.metrics()['forks.own'] ?? 0;
});

test(`{V5} kill -9 × ${CYCLES} while typing, importing and receiving: nothing told as saved is missing, the other browser agrees, no fork`, async () => {
  const seed = Date.now() % 1_000_000;
  const next = chance(seed);
  let anna = await person({ name: 'Anna', url: server.url });
  const boris = await person({ name: 'Boris', url: server.url });
  const space = await newSpace(anna);
  await say(anna.page, space, 'begin');
  await join(boris, await inviteTo(anna, space));
  await has(boris.page, space, ['begin']);
  const borisSaid = listenSaved(boris);
  await writeOnSlowly(boris.page, space);
  const all = new Set<string>();
  for (let round = 0; round < CYCLES; round++) {
    const done = await cycle(anna, space, KINDS[round % KINDS.length]!, round, next, server.url);
    anna = done.anna;
    for (const text of done.saved) all.add(text);
    expect(lost(all, await texts(anna.page, space)), `lost after kill ${round} (${KINDS[round % KINDS.length]}, seed ${seed})`).toEqual([]);
  }
  await boris.page.evaluate(() => void (document.title = 'stop'));
  await linked(anna.page, 'direct');
  await say(anna.page, space, 'after all crashes');
  await has(boris.page, space, ['after all crashes']);
  await sameSeal(anna.page, boris.page, space, 30_000);
  expect(lost(all, await texts(boris.page, space))).toEqual([]);
  expect(lost(borisSaid.texts, await texts(anna.page, space))).toEqual([]);
  expect([await ownForks(anna.page), await ownForks(boris.page)]).toEqual([0, 0]);
  console.log(`kill cycles: ${CYCLES}, seed ${seed}, told as saved ${all.size} by the killed browser and ${borisSaid.texts.size} by the other, missing 0`);
  await anna.expectClean();
  await boris.expectClean();
}, 60_000 + CYCLES * 12_000);

/** The other side goes on writing, so that every start of the killed browser finds something to fetch. Ends when the title says so. */
function writeOnSlowly(page: Page, space: string): Promise<void> {
  return page.evaluate((id) => {
    void (async () => {
      const graph = window.lifegraph.graph(id);
      const { fragment } = (await graph.query({ type: 'chat/message@1', limit: 1 }))[0]!;
      for (let at = 0; document.title !== 'stop'; at++) {
        await graph.transact([{ op: 'node.create', type: 'chat/message@1', props: { text: `other ${at}` }, verb: 'chat/message.send@1' }], { fragment });
        await window.lifegraph.saved();
        console.info(`saved ${at} other`);
        await new Promise((done) => setTimeout(done, 15));
      }
    })();
  }, space);
}

/** Are there as many rows on the disk as commits were told? Runs in the page. */
async function allOnDisk(): Promise<boolean> {
  window.lifegraph.metrics();
  await window.lifegraph.spaces.list();
  const told = window.lifegraph.metrics()['store.commits'] ?? 0;
  const rows = await new Promise<number>((resolve, reject) => {
    const open = indexedDB.open('lgos');
    open.onerror = () => reject(open.error);
    open.onsuccess = () => {
      const count = open.result.transaction('segments').objectStore('segments').count();
      count.onsuccess = () => (open.result.close(), resolve(count.result));
      count.onerror = () => reject(count.error);
    };
  });
  return told > 0 && rows >= told;
}

test('control: a build that says "saved" before the commit loses what it told', async () => {
  const dist = await buildMutant({
    name: 'saved-before-commit', file: 'src/adapters/idb/idb-record-store.ts',
    find: 'commit: (input) => guarded(() => commit(db, input, key, mac)),',
    replace: 'commit: (input) => guarded(async () => { if (input.records.length === 0) return commit(db, input, key, mac); setTimeout(() => void commit(db, input, key, mac), 250); return 1; }),',
  });
  const wrong = await startServer({ dist });
  try {
    let anna = await person({ name: 'Anna', url: wrong.url });
    const space = await newSpace(anna);
    await say(anna.page, space, 'begin');
    // What the person is made of is on the disk before the first crash.
    await until(anna.page, allOnDisk, undefined, 'every commit told is on the disk');
    let missing: string[] = [];
    for (let round = 0; round < CONTROL_CYCLES && missing.length === 0; round++) {
      const done = await cycle(anna, space, 'typing', round, chance(round), wrong.url);
      anna = done.anna;
      missing = lost(done.saved, await texts(anna.page, space));
    }
    expect(missing.length, 'the same walk sees the loss').toBeGreaterThan(0);
  } finally {
    await wrong.stop();
  }
});
