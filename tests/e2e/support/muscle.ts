/** Measuring shared work in browsers: what the page's threads do, how long input waits meanwhile, and the table that a whole run writes into docs/COMPUTE.md. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { dirname, join } from 'node:path';
import type { Page } from 'playwright-core';
import { vi } from 'vitest';
import { processTree, type Peer } from './peer.ts';
import { ROOT } from './server.ts';

interface Watched {
  /** A thread that works for others was given a run, and did not end it yet. */
  running: boolean;
  /** When the latest key was pressed. */
  keyAt: number;
  /** Threads that were ended with a run in them. */
  ended: number;
  /** From a key to its listener, ms. */
  readonly delays: number[];
}

type WithWatched = Window & { readonly seen: Watched };

/** Follows the threads of shared work from now on, and each key: to be called when the page helps already. */
export const watchThreads = (page: Page): Promise<void> => page.evaluate(() => {
  const seen: Watched = { running: false, keyAt: 0, ended: 0, delays: [] };
  Object.assign(window, { seen });
  const { postMessage, terminate } = Worker.prototype;
  const watched = new WeakSet<Worker>();
  Worker.prototype.postMessage = function (this: Worker, ...args: Parameters<Worker['postMessage']>) {
    const job = args[0] as { id?: unknown; input?: unknown; agent?: unknown } | null;
    // An agent has a thread of its own, which says first that it begins.
    if ((typeof job?.id === 'string' && job.input instanceof Uint8Array) || typeof job?.agent === 'string') {
      seen.running = true;
      if (!watched.has(this)) this.addEventListener('message', ({ data }) => void (data !== 'begun' && (seen.running = false)));
      watched.add(this);
    }
    return Reflect.apply(postMessage, this, args);
  } as Worker['postMessage'];
  Worker.prototype.terminate = function (this: Worker) {
    if (watched.has(this)) {
      if (seen.running) seen.ended += 1;
      seen.running = false;
    }
    terminate.call(this);
  };
  // Told last of all that listen on the window, so that what the page does at once for a key is in it.
  addEventListener('keydown', (event) => {
    seen.keyAt = performance.timeOrigin + event.timeStamp;
    seen.delays.push(performance.now() - event.timeStamp);
  }, { capture: true });
});

/** Threads of workers that the system lists for this browser, the youngest last. */
export const threadsOf = (browser: number): string[] => processTree(browser).flatMap((pid) => {
  try {
    return readdirSync(`/proc/${pid}/task`).map((thread) => `/proc/${pid}/task/${thread}`).filter((path) => readFileSync(`${path}/comm`, 'utf8').startsWith('DedicatedWorker'));
  } catch {
    // It ended while it was looked at.
    return [];
  }
}).sort((a, b) => Number(a.split('/').at(-1)) - Number(b.split('/').at(-1)));

/** Processor time that a thread of the system took until now, ms; null: it is gone. */
function workedMs(thread: string): number | null {
  try {
    return Number(readFileSync(`${thread}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
  } catch {
    return null;
  }
}

/** So long a thread may go on before it counts as one that never ends, ms. */
const NEVER_MS = 10_000;

/** Looks at a thread every ms until it is gone: when that was, and the processor time it took from a moment on (both by the clock of the system). */
function follow(thread: string): { readonly gone: Promise<number>; since(at: number): number; stop(): void } {
  const seen: (readonly [at: number, worked: number])[] = [];
  let stopped = false;
  const gone = (async () => {
    for (;;) {
      const worked = workedMs(thread);
      if (worked === null || stopped) return Date.now();
      seen.push([Date.now(), worked]);
      await new Promise((next) => setTimeout(next, 1));
    }
  })();
  return { gone, stop: () => void (stopped = true), since: (at) => (seen.at(-1)?.[1] ?? 0) - (seen.findLast(([when]) => when <= at) ?? seen[0] ?? [0, 0])[1] };
}

export interface Typed {
  /** From a key to its listener, ms. */
  readonly delays: readonly number[];
  /** From a key until the system lists the thread no more, ms, and what it took of the processor in that time. */
  readonly ends: readonly number[];
  readonly after: readonly number[];
}

/** One key, while a thread works for others and took `worked` ms of the processor for it; then the next one when it works again. `others`: threads that do not. */
export async function typesWhileWorking({ page, pid }: Peer, keys: number, others: readonly string[], worked = 0): Promise<Typed> {
  const [ends, after]: [number[], number[]] = [[], []];
  const ended = (): Promise<readonly [number, number]> => page.evaluate(() => {
    const { seen } = window as unknown as WithWatched;
    return [seen.ended, seen.keyAt] as const;
  });
  while (ends.length < keys) {
    await page.waitForFunction(() => (window as unknown as WithWatched).seen.running);
    const mine = threadsOf(pid).filter((path) => !others.includes(path)).at(-1);
    // A thread that was there before does it: the key ends that one, and the next is told from the others.
    if (mine === undefined) {
      await page.keyboard.press('a');
      continue;
    }
    if (worked > 0) await vi.waitUntil(() => (workedMs(mine) ?? worked) >= worked, { timeout: 6 * NEVER_MS, interval: 5 });
    const [before] = await ended();
    const thread = follow(mine);
    await page.keyboard.press('a');
    const [now, at] = await ended();
    // It was done when the key came.
    if (now === before) {
      thread.stop();
      continue;
    }
    let never: ReturnType<typeof setTimeout> | undefined;
    const gone = await Promise.race([thread.gone, new Promise<null>((tell) => (never = setTimeout(tell, NEVER_MS, null)))]);
    clearTimeout(never);
    thread.stop();
    if (gone === null) throw new Error(`a thread that was ended goes on after ${NEVER_MS} ms`);
    ends.push(gone - at);
    after.push(thread.since(at));
  }
  return { delays: await page.evaluate(() => (window as unknown as WithWatched).seen.delays), ends, after };
}

export const versionOf = (page: Page): Promise<string> => page.evaluate(() => /Chrome\/(\S+)/.exec(navigator.userAgent)?.[1] ?? '');

/** The value that so many of a hundred do not exceed. */
export const percentile = (values: readonly number[], percent: number): number => [...values].sort((a, b) => a - b)[Math.max(0, Math.ceil((values.length * percent) / 100) - 1)]!;

/** Rows of the table, in their order. Each is of the latest run that measured it. */
const ROWS = ['answers', 'killed', 'consent', 'stop', 'keys', 'ends', 'layouts', 'agents', 'speed'] as const;
type Row = (typeof ROWS)[number];

const KEPT = join(ROOT, 'out', 'compute.json');
const measuredNow = new Map<Row, readonly string[]>();

/** One figure. */
export const measured = (row: Row, what: string, figure: string, demand: string): void => void measuredNow.set(row, [what, figure, demand]);

/** Writes what was measured, by this run and by those before it on this machine. */
export function writeTable(browser: string): void {
  const rows = new Map<string, readonly string[]>([...(existsSync(KEPT) ? (JSON.parse(readFileSync(KEPT, 'utf8')) as [string, string[]][]) : []), ...measuredNow]);
  mkdirSync(dirname(KEPT), { recursive: true });
  writeFileSync(KEPT, JSON.stringify([...rows]));
  const { model } = cpus()[0]!;
  writeFileSync(join(ROOT, 'docs', 'COMPUTE.md'), `# Shared work in browsers

Written by \`LGOS_FULL=1 npm run e2e -- muscle\` on ${new Date().toISOString().slice(0, 10)}: every browser is a process with a profile of its own, all on one machine with ${cpus().length} cores (${model.trim()}), Chromium ${browser}, headless; ${loadavg()[0]!.toFixed(0)} programs wanted a core at the end of the run, with whatever else ran there.
Headless pages are never hidden, so nothing here speaks of hidden tabs. What 200 devices do among liars is measured by \`npm run bench -- --only compute\` ([decision 103](decisions/0103-shared-work.md)).

| What | Measured | Demanded |
|---|---|---|
${ROWS.flatMap((row) => (rows.has(row) ? [`| ${rows.get(row)!.join(' | ')} |`] : [])).join('\n')}
`);
}
