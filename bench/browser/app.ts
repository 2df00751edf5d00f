/**
 * What the benchmark does in the pages of the app, through window.lifegraph. One call to a page makes or awaits thousands of operations,
 * so the remote control of the browser is not in the figures. Times are ms of the wall clock, which all processes of a machine share.
 */
import type { Page } from 'playwright-core';
import type { Op } from '#os/api';
import { inviteTo, linked, newSpace, person, until } from '#tests/e2e/support/acts';
import type { Peer } from '#tests/e2e/support/peer';
import type { Splice } from './yjs-page/main.ts';

/** Type of the nodes that have four fields. */
export const ITEM = 'bench/item@1';
/** How long anything may take before the row is given up, ms. */
export const PATIENCE_MS = 180_000;

export interface Place {
  readonly space: string;
  readonly fragment: string;
}

/** A person in a browser of its own whose app is in the cache of the service worker. */
export async function open(name: string, url: string): Promise<Peer> {
  const peer = await person({ name, url, offline: true });
  await peer.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  return peer;
}

export function newFragment(page: Page, space: string, title: string): Promise<Place> {
  return page.evaluate(async ([id, name]) => ({ space: id, fragment: await window.lifegraph.graph(id).createFragment({ type: 'chat/channel@1', title: name }) }), [space, title] as const);
}

/** A space of A with a fragment in it, and a link for others. */
export async function makePlace(a: Peer, title: string): Promise<Place & { readonly link: string }> {
  const space = await newSpace(a, title);
  return { ...(await newFragment(a.page, space, title)), link: await inviteTo(a, space, { uses: 50 }) };
}

/** Starts a join; the time of the call, and of the moment when the content was asked for. */
export function startJoin(page: Page, link: string): Promise<{ from: number; content: number }> {
  return page.evaluate(async (url) => {
    const clock = (): number => performance.timeOrigin + performance.now();
    const from = clock();
    const { state } = await window.lifegraph.spaces.join(url);
    for await (const step of state) {
      if (step.step === 'content' || step.step === 'done') return { from, content: clock() };
      if (step.state === 'failed' && !step.retryable) throw new Error(`join: ${step.step} ${step.reason}`);
    }
    throw new Error('the join ended without content');
  }, link);
}

/** B becomes a member of the place of A and has a direct link. */
export async function enter(a: Peer, b: Peer, place: Place & { readonly link: string }): Promise<void> {
  await startJoin(b.page, place.link);
  await Promise.all([linked(a.page, 'direct', 1, 30_000), linked(b.page, 'direct', 1, 30_000)]);
  await until(b.page, async (id) => (await window.lifegraph.spaces.list()).some((one) => one.id === id && one.role !== 'joining'), place.space, 'the join');
}

/** Times of a run of writing: its start, and how long it took until the kernel had taken all and until all was committed, ms. */
export interface Written {
  readonly from: number;
  readonly takenMs: number;
  readonly savedMs: number;
}

/** Nodes of four fields from number `from` on, `each` per transaction; `each` per record too when every record is waited for. */
export function fill(page: Page, place: Place, from: number, count: number, each: number, wait = false): Promise<Written> {
  return page.evaluate(async ([{ space, fragment }, first, all, size, type, sealed]) => {
    const graph = window.lifegraph.graph(space);
    const from = performance.timeOrigin + performance.now();
    const open: Promise<unknown>[] = [];
    for (let done = 0; done < all; done += size) {
      const ops: Op[] = Array.from({ length: Math.min(size, all - done) }, (_, i) => {
        const n = first + done + i;
        return { op: 'node.create', type, props: { title: `Item ${n}`, state: n % 3 === 0 ? 'done' : 'open', n, due: 1_767_225_600_000 + n } };
      });
      open.push(graph.transact(ops, { fragment }));
      if (sealed) await window.lifegraph.saved();
    }
    await Promise.all(open);
    const takenMs = performance.timeOrigin + performance.now() - from;
    await window.lifegraph.saved();
    return { from, takenMs, savedMs: performance.timeOrigin + performance.now() - from };
  }, [place, from, count, each, ITEM, wait] as const);
}

/** Given operations, a batch per transaction. */
export function write(page: Page, place: Place, batches: readonly (readonly Op[])[]): Promise<Written> {
  return page.evaluate(async ([{ space, fragment }, all]) => {
    const graph = window.lifegraph.graph(space);
    const from = performance.timeOrigin + performance.now();
    const open: Promise<unknown>[] = [];
    for (const ops of all as Op[][]) {
      open.push(graph.transact(ops, { fragment }));
    }
    await Promise.all(open);
    const takenMs = performance.timeOrigin + performance.now() - from;
    await window.lifegraph.saved();
    return { from, takenMs, savedMs: performance.timeOrigin + performance.now() - from };
  }, [place, batches as unknown] as const);
}

/**
 * Resolves with the time when the fragment has so many nodes of a type. A count looks at every node, so it is asked for only when the
 * counter of applied operations says that all may be there (looked at every 5 ms), and now and then as well.
 */
export function reached(page: Page, place: Place, count: number, type = ITEM): Promise<number> {
  return page.evaluate(async ([{ space, fragment }, wanted, kind, patience]) => {
    const graph = window.lifegraph.graph(space);
    const applied = (): number => window.lifegraph.metrics()['ops.applied'] ?? 0;
    const end = performance.now() + patience;
    for (;;) {
      const before = applied();
      const from = performance.now();
      const held = await graph.count({ type: kind, fragment }).catch(() => 0);
      const to = performance.now();
      if (held >= wanted) return performance.timeOrigin + to;
      if (to > end) throw new Error(`${held} of ${wanted} nodes after ${patience} ms`);
      const again = to + Math.max(300, 10 * (to - from));
      while (applied() < before + wanted - held && performance.now() < again) await new Promise((next) => setTimeout(next, 5));
      if (applied() >= before + wanted - held) await new Promise((next) => setTimeout(next, 2));
    }
  }, [place, count, type, PATIENCE_MS] as const);
}

/** Everything of this tab is committed; what it wrote since its start. */
export const saved = (page: Page): Promise<{ records: number; ops: number }> => page.evaluate(() => window.lifegraph.saved());

/** Starts to note when nodes arrive: number n → time. */
export function watchArrivals(page: Page, place: Place): Promise<void> {
  return page.evaluate(({ place: { space, fragment }, type }) => {
    const seen: [number, number][] = [];
    (globalThis as unknown as { __seen: [number, number][] }).__seen = seen;
    window.lifegraph.graph(space).subscribe({ type, fragment }, (change) => {
      const at = performance.timeOrigin + performance.now();
      for (const node of change.added) seen.push([Number(node.props['n']), at]);
    });
  }, { place, type: ITEM });
}

export const arrivals = (page: Page): Promise<[number, number][]> => page.evaluate(() => (globalThis as unknown as { __seen: [number, number][] }).__seen);

/** Creates single nodes one after another, `gap` ms apart; number → time of the call. */
export function typeNodes(page: Page, place: Place, count: number, gap: number): Promise<[number, number][]> {
  return page.evaluate(async ([{ space, fragment }, all, pause, type]) => {
    const graph = window.lifegraph.graph(space);
    const out: [number, number][] = [];
    for (let n = 0; n < all; n++) {
      out.push([n, performance.timeOrigin + performance.now()]);
      await graph.transact([{ op: 'node.create', type, props: { title: `Line ${n}`, state: 'open', n, due: n } }], { fragment });
      await new Promise((next) => setTimeout(next, pause));
    }
    return out;
  }, [place, count, gap, ITEM] as const);
}

/** A node with a text. */
export function textNode(page: Page, place: Place): Promise<string> {
  return page.evaluate(async ({ space, fragment }) => {
    const made = await window.lifegraph.graph(space).transact([{ op: 'node.create', type: 'bench/page@1', props: { title: 'Trace' } }], { fragment });
    await window.lifegraph.saved();
    return made.ids[0]!;
  }, place);
}

/** Edits one by one, each a transaction, sent without waiting for the one before (256 open); the time of the start. */
export function splices(page: Page, place: Place, id: string, edits: readonly Splice[]): Promise<number> {
  return page.evaluate(async ([{ space }, node, all]) => {
    const graph = window.lifegraph.graph(space);
    const at = performance.timeOrigin + performance.now();
    const sent: Promise<unknown>[] = [];
    for (const [place, remove, insert] of all) {
      // The client refuses requests beyond its cap, so no more than this many are open.
      if (sent.length >= 256) await sent[sent.length - 256];
      sent.push(graph.transact([{ op: 'text.splice', id: node, at: place, remove, insert }]));
    }
    await Promise.all(sent);
    return at;
  }, [place, id, edits] as const);
}

/** Resolves with the time when the text is this one, looked at every 20 ms. */
export function textReached(page: Page, place: Place, id: string, wanted: string): Promise<number> {
  return page.evaluate(async ([{ space }, node, goal, patience]) => {
    const graph = window.lifegraph.graph(space);
    const end = performance.now() + patience;
    for (;;) {
      const text = await graph.text(node).catch(() => '');
      if (text === goal) return performance.timeOrigin + performance.now();
      if (performance.now() > end) throw new Error(`text of ${text.length} instead of ${goal.length} after ${patience} ms`);
      await new Promise((next) => setTimeout(next, 20));
    }
  }, [place, id, wanted, PATIENCE_MS] as const);
}

/** Navigation with the network off → ready and all nodes counted, ms. */
export async function coldOpen(page: Page, place: Place, count: number): Promise<number> {
  await page.reload({ waitUntil: 'commit' });
  await page.waitForFunction(() => 'lifegraph' in window, undefined, { timeout: PATIENCE_MS, polling: 5 });
  return page.evaluate(async ([{ space, fragment }, wanted, type]) => {
    await window.lifegraph.ready;
    for (let held = 0; held < wanted; ) held = await window.lifegraph.graph(space).count({ type, fragment });
    return performance.now();
  }, [place, count, ITEM] as const);
}

/** Number → time lists of both sides → ms per number that arrived. */
export function latencies(sent: readonly (readonly [number, number])[], seen: readonly (readonly [number, number])[]): number[] {
  const at = new Map(seen);
  return sent.flatMap(([n, from]) => (at.has(n) ? [at.get(n)! - from] : []));
}
