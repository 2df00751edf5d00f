/** Measuring shared work in browsers: what the page's threads do, how long input waits meanwhile, and the table that a whole run writes into docs/COMPUTE.md. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { dirname, join } from 'node:path';
import type { Page } from 'playwright-core';
import { ROOT } from './server.ts';

interface Watched {
  /** A thread that works for others was given a run, and did not end it yet. */
  running: boolean;
  keyAt: number;
  /** From a key to its listener, and to the end of the thread that worked, ms. */
  readonly delays: number[];
  readonly ends: number[];
}

/** Follows the threads of shared work from now on, and each key. */
export const watchThreads = (page: Page): Promise<void> => page.evaluate(() => {
  const seen: Watched = { running: false, keyAt: 0, delays: [], ends: [] };
  Object.assign(window, { seen });
  const { postMessage, terminate } = Worker.prototype;
  const watched = new WeakSet<Worker>();
  Worker.prototype.postMessage = function (this: Worker, ...args: Parameters<Worker['postMessage']>) {
    const job = args[0] as { id?: unknown; input?: unknown } | null;
    if (typeof job?.id === 'string' && job.input instanceof Uint8Array) {
      seen.running = true;
      if (!watched.has(this)) this.addEventListener('message', () => void (seen.running = false));
      watched.add(this);
    }
    return Reflect.apply(postMessage, this, args);
  } as Worker['postMessage'];
  Worker.prototype.terminate = function (this: Worker) {
    if (watched.has(this)) {
      if (seen.running && seen.keyAt > 0) seen.ends.push(performance.now() - seen.keyAt);
      seen.running = false;
    }
    terminate.call(this);
  };
  // Told last of all that listen on the window, so that what the page does at once for a key is in it.
  addEventListener('keydown', (event) => {
    seen.keyAt = event.timeStamp;
    seen.delays.push(performance.now() - event.timeStamp);
  }, { capture: true });
});

/** One key, while a thread works for others; then the next one when it works again. */
export async function typesWhileWorking(page: Page, keys: number): Promise<{ delays: number[]; ends: number[] }> {
  for (let i = 0; i < keys; i++) {
    await page.waitForFunction(() => (window as unknown as { seen: Watched }).seen.running);
    await page.keyboard.press('a');
  }
  return page.evaluate(() => {
    const { delays, ends } = (window as unknown as { seen: Watched }).seen;
    return { delays, ends };
  });
}

export const versionOf = (page: Page): Promise<string> => page.evaluate(() => /Chrome\/(\S+)/.exec(navigator.userAgent)?.[1] ?? '');

/** The value that so many of a hundred do not exceed. */
export const percentile = (values: readonly number[], percent: number): number => [...values].sort((a, b) => a - b)[Math.max(0, Math.ceil((values.length * percent) / 100) - 1)]!;

/** Rows of the table, in their order. Each is of the latest run that measured it. */
const ROWS = ['answers', 'killed', 'consent', 'stop', 'keys', 'ends'] as const;
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
