/**
 * A person with a year of data: 1,000,000 operations stored by the kernel in a real profile, 100 per record, one record per row, over 100 channels. Then
 * the browser ends and starts again on that profile: when are there rows on the screen, when is everything there, and what does the tab weigh.
 */
import { cpSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { launch, newSpace, ready } from '#tests/e2e/support/acts';
import type { Peer } from '#tests/e2e/support/peer';
import { result } from '#bench/support/measure';
import type { BenchResult, Suite } from '#bench/support/types';
import { LANGUAGES } from '#bench/support/words';
import { newFragment, open, PATIENCE_MS, saved } from '#bench/browser/app';
import { attempt } from '#bench/browser/rows';
import { startApp } from '#bench/browser/servers';
import { rendererMib, workerHeap } from './tab.ts';

const OPS = Number(process.env.LGOS_SCALE_OPS ?? 1_000_000);
const EACH = 100;
const MIB = 1024 * 1024;
const CHANNELS = Number(process.env.LGOS_SCALE_CHANNELS ?? 100);
/** A channel of so many records gets a snapshot (KERNEL_LIMITS.snapshotRecords), one a second once it is left alone. */
const SNAPSHOTS = OPS / EACH / CHANNELS >= 64 ? CHANNELS : 0;
const PORT = Number(process.env.LGOS_SCALE_PORT ?? 0);
/** Transactions made and saved by one call into the page. */
const PER_CALL = 250;

/** Messages in bulk, a record for each transaction; ms it took, and the most that GUN's counter of its memory showed. */
async function fill(page: Page, space: string, fragments: readonly string[], from: number, count: number): Promise<number> {
  return page.evaluate(async ([id, places, first, records, each, words]) => {
    const graph = window.lifegraph.graph(id);
    let gun = 0;
    for (let at = first; at < first + records; at++) {
      const lines = words[at % 2]!;
      const ops = Array.from({ length: each }, () => {
        const text = Array.from({ length: 4 + Math.floor(Math.random() * 8) }, () => lines[Math.floor(Math.random() * lines.length)]).join(' ');
        return { op: 'node.create' as const, type: 'chat/message@1', props: { text: `${text} ${Math.floor(Math.random() * 100_000)}` }, verb: 'chat/message.send@1' };
      });
      await graph.transact(ops, { fragment: places[at % places.length]! });
      await window.lifegraph.saved();
      gun = Math.max(gun, window.lifegraph.metrics()['gun.ram.bytes'] ?? 0);
    }
    return gun;
  }, [space, fragments, from, count, EACH, [LANGUAGES.en, LANGUAGES.ru] as readonly (readonly string[])[]] as const);
}

interface Opened {
  readonly readyMs: number;
  readonly rowsMs: number;
  readonly wholeMs: number;
}

/** Starts the browser anew on the profile at the address of a channel. Times from the start of the navigation, by the clock of the page. */
async function reopen(profile: string, url: string, count: number, space: string): Promise<{ peer: Peer; times: Opened }> {
  const peer = await launch({ name: 'year', profile });
  await peer.page.addInitScript(() => {
    const marks = ((globalThis as unknown as { __marks: Record<string, number> }).__marks = {} as Record<string, number>);
    const look = (): void => {
      if (document.querySelector('.message[data-key]') !== null) marks['rows'] = performance.now();
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  await peer.page.goto(url);
  await ready(peer.page);
  const readyMs = await peer.page.evaluate(() => performance.now());
  await peer.page.waitForFunction(() => (globalThis as unknown as { __marks: Record<string, number> }).__marks['rows'] !== undefined, undefined, { timeout: PATIENCE_MS, polling: 20 });
  const wholeMs = await peer.page.evaluate(async ([id, wanted]) => {
    const graph = window.lifegraph.graph(id);
    while ((await graph.count({ type: 'chat/message@1' })) < wanted) await new Promise((next) => setTimeout(next, 100));
    return performance.now();
  }, [space, count] as const);
  const rowsMs = await peer.page.evaluate(() => (globalThis as unknown as { __marks: Record<string, number> }).__marks['rows']!);
  return { peer, times: { readyMs, rowsMs, wholeMs } };
}

/** A filled profile, and where in it. */
interface Year {
  readonly profile: string;
  readonly space: string;
  readonly fragments: readonly string[];
  readonly fillMs: number;
  readonly gunBytes: number;
  readonly after: Weight;
}

interface Weight {
  readonly rss: number;
  readonly heap: number;
  readonly buffers: number;
}

/** The heap first: its collection gives back to the system what only the start needed. */
async function weigh(peer: Peer): Promise<Weight> {
  const heap = await workerHeap(peer.page);
  return { ...heap, rss: rendererMib(peer) };
}

/** Makes the profile, by acts of the kernel alone. */
async function makeYear(url: string): Promise<Year> {
  const a = await open('year', url);
  const space = await newSpace(a, 'A year');
  const fragments: string[] = [];
  for (let n = 0; n < CHANNELS; n++) fragments.push((await newFragment(a.page, space, `Channel ${n}`)).fragment);
  const from = performance.now();
  let gunBytes = 0;
  for (let at = 0; at < OPS / EACH; at += PER_CALL) {
    gunBytes = Math.max(gunBytes, await fill(a.page, space, fragments, at, Math.min(PER_CALL, OPS / EACH - at)));
    if (at % 2000 === 0) console.log(`  ${at * EACH} operations after ${((performance.now() - from) / 1000).toFixed(0)} s, renderer ${rendererMib(a).toFixed(0)} MiB`);
  }
  await saved(a.page);
  const fillMs = performance.now() - from;
  const after = await weigh(a);
  // What was written is left alone for a while, as it is by people.
  await a.page.waitForFunction((wanted) => (window.lifegraph.metrics()['snapshots.made'] ?? 0) >= wanted, SNAPSHOTS, { timeout: PATIENCE_MS, polling: 500 });
  await a.close({ keep: true });
  return { profile: a.profile, space, fragments, fillMs, gunBytes, after };
}

/** With LGOS_SCALE_KEEP=<folder> the profile is kept there and used again, for work on the start alone. */
async function theYear(url: string): Promise<Year> {
  const folder = process.env.LGOS_SCALE_KEEP;
  if (folder === undefined) return makeYear(url);
  const note = join(folder, 'year.json');
  if (!existsSync(note)) {
    const made = await makeYear(url);
    cpSync(made.profile, join(folder, 'profile'), { recursive: true });
    writeFileSync(note, JSON.stringify(made));
  }
  // A copy: what a browser was launched on is deleted at the end.
  const profile = mkdtempSync(join(tmpdir(), 'lifegraph-year-'));
  cpSync(join(folder, 'profile'), profile, { recursive: true });
  return { ...(JSON.parse(readFileSync(note, 'utf8')) as Year), profile };
}

async function run(rounds: number): Promise<BenchResult[]> {
  const server = await startApp(PORT);
  try {
    const year = await theYear(server.url);
    console.log(`  filled in ${(year.fillMs / 1000).toFixed(0)} s: ${JSON.stringify(year.after)}, GUN's count of its memory at most ${(year.gunBytes / 1e6).toFixed(1)} MB`);
    const times: Opened[] = [];
    const held: Weight[] = [];
    for (let round = 0; round < rounds; round++) {
      const { peer, times: one } = await reopen(year.profile, `${server.url}#/${year.space}/chat/${year.fragments.at(-1)}`, OPS, year.space);
      times.push(one);
      held.push(await weigh(peer));
      console.log(`  ${JSON.stringify(one)} ${JSON.stringify(held.at(-1))}`);
      await peer.close({ keep: true });
    }
    const row = (name: string, unit: string, values: readonly number[], how: string, target: number | null = null): BenchResult => result({ group: 'scale', name, unit, target, direction: 'lower', values, how });
    const op = OPS.toLocaleString('en');
    return [
      row('million-first-rows-ms', 'ms', times.map((one) => one.rowsMs), `a browser started anew on a profile with ${op} operations (${EACH} per record, one record per row, ${CHANNELS} channels), at the address of a channel: start of the navigation → its rows are on the screen`),
      row('million-whole-ms', 'ms', times.map((one) => one.wholeMs), 'the same start until every message can be counted; what is written meanwhile is shown, and sealed then; links wait for it'),
      row('million-gun-mib', 'MiB', [year.gunBytes / MIB], "the most that GUN's own count of its keys and values showed in the tab while all of it was written", 64),
      row('million-kernel-mib', 'MiB', held.map((one) => one.heap + one.buffers), 'JavaScript heap and buffers of the kernel worker when everything is read, after a collection'),
      row('million-tab-mib', 'MiB', held.map((one) => one.rss), 'resident memory of the renderer process then: page, worker and what the engine has not given back'),
      row('million-tab-written-mib', 'MiB', [year.after.rss], 'the same in the tab that wrote all of it'),
      result({ group: 'scale', name: 'million-write-ops-per-s', unit: 'op/s', target: null, direction: 'higher', values: [OPS / (year.fillMs / 1000)], how: `${EACH} messages per transaction, each transaction saved before the next` }),
    ];
  } finally {
    await server.stop();
  }
}

export const suite: Suite = {
  name: 'million',
  run: async (rounds) => (await attempt('a year of data', () => run(rounds))) ?? [],
};
