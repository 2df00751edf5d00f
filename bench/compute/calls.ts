/** Calls between two Chromium processes over real data channels, beside a raw channel between the same pages: what a call costs over it, and what deadlines, cancels and streams do. */
import { join } from 'node:path';
import { build } from 'vite';
import { fastLoopsPlugin } from '#scripts/lib/fast-loops';
import { launch } from '#tests/e2e/support/acts';
import { startPlainServer } from '#tests/e2e/support/server';
import { percentile, result } from '#bench/support/measure';
import type { BenchResult, Suite } from '#bench/support/types';
import { RPC_LIMITS } from '#vm/rpc-limits';
import type { CallsPage } from './rpc-page/main.ts';
import type { Progress } from './rpc-page/worker.ts';

declare global {
  // eslint-disable-next-line no-var
  var calls: CallsPage;
}

const CALLS = 10_000;
/** A link takes so many calls a second and no more (RPC.callsPerSecond), so they go over several. */
const LANES = 8;
const GAP_MS = 1_000 / (LANES * RPC_LIMITS.callsPerSecond) + 0.2;
const IDLE = 200;
const PARTS = 192;
/** A timer may fire so much before its time as the clock is coarse, ms. */
const CLOCK_MS = 1;

type Pages = readonly [Awaited<ReturnType<typeof launch>>['page'], Awaited<ReturnType<typeof launch>>['page']];

async function openBoth(): Promise<{ pages: Pages; stop(): Promise<void> }> {
  const out = join(process.cwd(), 'out', 'bench', 'calls');
  await build({ root: join(process.cwd(), 'bench', 'compute', 'rpc-page'), configFile: false, logLevel: 'warn', publicDir: false, base: './', plugins: [fastLoopsPlugin()], worker: { format: 'es', plugins: () => [fastLoopsPlugin()] }, resolve: { alias: { 'simple-peer': 'simple-peer/simplepeer.min.js' } }, build: { outDir: out, emptyOutDir: true, target: 'es2023' } });
  const server = await startPlainServer(out);
  const pages = (await Promise.all(['a', 'b'].map((name) => launch({ name, url: server.url })))).map(({ page }) => page) as unknown as Pages;
  for (const [i, page] of pages.entries()) {
    await page.exposeFunction('relay', (of: number | 'raw', data: string) => pages[1 - i]!.evaluate(([to, text]) => calls.hear(to, text), [of, data] as const));
    await page.waitForFunction(() => 'calls' in globalThis);
  }
  await Promise.all(pages.map((page, i) => page.evaluate(([first, lanes]) => Promise.all([calls.openRaw(first), calls.ask('open', first, lanes)]).then(() => undefined), [i === 0, LANES] as const)));
  return { pages, stop: () => server.stop() };
}

interface Ended {
  readonly wrong: number;
  /** How late the caller heard, and how long after that, or after it called off, the far end was stopped, ms. */
  readonly late: number[];
  readonly stopped: number[];
}

/** Calls that never end by themselves, all at once: by their time, or called off. */
async function idle([a, b]: Pages, cancels: boolean): Promise<Ended> {
  const asked = await a.evaluate(([count, lanes, off]) => Promise.all(Array.from({ length: count }, (_, i) => {
    const ms = 50 + Math.floor(Math.random() * 350);
    return calls.ask('idle', i % lanes, off ? 60_000 : ms, off ? ms : null).then((one) => ({ ...one, ms }));
  })), [IDLE, LANES, cancels] as const);
  // What was said last is heard by now.
  await a.evaluate(() => calls.ask('echo', 0, 1));
  await new Promise((next) => setTimeout(next, 500));
  const { at, running } = await b.evaluate(() => calls.ask('stopped'));
  const late = asked.map(({ from, to, ms, off }) => to - (off ?? from + ms));
  const stopped = asked.map(({ key, from, ms, off }) => (at[key] ?? Infinity) - (off ?? from + ms));
  const wrong = asked.filter(({ code, key }, i) => code !== (cancels ? 'cancelled' : 'deadline') || late[i]! < -CLOCK_MS || at[key] === undefined).length + running;
  return { wrong, late, stopped };
}

/** The most that was sent and not taken at any time. */
function standing(written: Progress, taken: Progress): number {
  const events = [...written.map(([at, total]) => ({ at, total, sent: true })), ...taken.map(([at, total]) => ({ at, total, sent: false }))].sort((x, y) => x.at - y.at);
  let [sent, took, most] = [0, 0, 0];
  for (const { total, sent: is } of events) {
    if (is) sent = total;
    else took = total;
    most = Math.max(most, sent - took);
  }
  return most;
}

async function streams([a, b]: Pages): Promise<{ broken: number; standing: number; raw: number; mbPerS: number }> {
  const up = await a.evaluate((parts) => calls.ask('upload', parts), PARTS);
  const upTaken = await b.evaluate(() => calls.ask('progress'));
  const down = await a.evaluate((parts) => calls.ask('download', parts), PARTS);
  const downWritten = await b.evaluate(() => calls.ask('progress'));
  await b.evaluate(() => calls.quiet());
  const raw = await a.evaluate(([parts, bytes]) => calls.flood(parts, bytes), [PARTS, RPC_LIMITS.partBytes] as const);
  return { broken: [up, down].filter(({ same }) => !same).length, standing: Math.max(standing(up.written, upTaken), standing(downWritten, down.taken)), raw, mbPerS: (PARTS * RPC_LIMITS.partBytes) / 1e3 / ((up.ms + down.ms) / 2) };
}

export const suite: Suite = {
  name: 'calls',
  async run(): Promise<BenchResult[]> {
    const { pages, stop } = await openBoth();
    try {
      await pages[0].evaluate(([lanes, gap]) => calls.echoes(200, lanes, gap), [LANES, GAP_MS] as const);
      const { raw, calls: answers } = await pages[0].evaluate(([count, lanes, gap]) => calls.echoes(count, lanes, gap), [CALLS, LANES, GAP_MS] as const);
      const took = answers.filter((one) => typeof one === 'number');
      const [deadlines, cancels] = [await idle(pages, false), await idle(pages, true)];
      const flow = await streams(pages);
      const at = (p: number): number => percentile(took, p);
      const row = (name: string, unit: string, target: number | null, value: number, how: string, peer?: Record<string, number[]>): BenchResult => result({ group: 'compute', name, unit, target, direction: 'lower', values: [value], how, ...(peer && { peer }) });
      return [
        row('call-over-raw-p50', 'ms', 2, at(0.5) - percentile(raw, 0.5), `a call with 64 bytes and its answer between workers of two Chromium processes, over sealed links on real data channels, less an echo of 64 bytes between the pages; ${CALLS} of each in turn, over ${LANES} links`, { call: [at(0.5)], raw: [percentile(raw, 0.5)], 'call-p95': [at(0.95)], 'raw-p95': [percentile(raw, 0.95)], 'call-p99': [at(0.99)], 'raw-p99': [percentile(raw, 0.99)] }),
        row('calls-lost', 'calls', 0, CALLS - took.length, `of ${CALLS}: no answer, a refusal, or other bytes`),
        row('call-deadlines-wrong', 'calls', 0, deadlines.wrong, `of ${IDLE} at once that never end by themselves, each with its time from 50 to 400 ms: another word than deadline, before its time, or the far end works on`, { 'late-p50-ms': [percentile(deadlines.late, 0.5)], 'late-most-ms': [Math.max(...deadlines.late)], 'far-end-late-most-ms': [Math.max(...deadlines.stopped)] }),
        row('call-cancels-wrong', 'calls', 0, cancels.wrong, `the same called off`, { 'heard-most-ms': [Math.max(...cancels.late)], 'far-end-p50-ms': [percentile(cancels.stopped, 0.5)], 'far-end-most-ms': [Math.max(...cancels.stopped)] }),
        row('call-stream-standing', 'bytes', RPC_LIMITS.windowBytes, flow.standing, `${PARTS} parts of 64 KiB to, and from, an end that rests 2 ms after each: the most that was sent and not taken; broken: streams that did not arrive byte by byte; raw: the same on the raw channel, which nothing holds back`, { broken: [flow.broken], raw: [flow.raw], 'mb-per-s': [flow.mbPerS] }),
      ];
    } finally {
      await stop();
    }
  },
};
