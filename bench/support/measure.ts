/** Rounds, medians and percentiles. */
import type { BenchResult } from './types.ts';

/** Middle value; of an even count the mean of both. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

/** The value below which the share `p` (0–1) of the values lies. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(sorted.length * p) - 1))]!;
}

/** Runs the rounds one after another with a clean heap before each (node --expose-gc). */
export async function rounds<T>(count: number, work: (round: number) => Promise<T>): Promise<T[]> {
  const out: T[] = [];
  for (let round = 0; round < count; round++) {
    (globalThis as { gc?: () => void }).gc?.();
    out.push(await work(round));
  }
  return out;
}

interface Given extends Pick<BenchResult, 'name' | 'unit' | 'target' | 'direction' | 'how'> {
  readonly group?: string;
  readonly values: readonly number[];
  readonly peer?: Readonly<Record<string, readonly number[]>>;
}

/** The result of several rounds; peers get the median of theirs. */
export function result({ group = 'node', values, peer, ...rest }: Given): BenchResult {
  const peers = peer && Object.fromEntries(Object.entries(peer).map(([name, list]) => [name, round(median(list))]));
  return { group, ...rest, value: round(median(values)), ...(peers && { peer: peers }), spread: [round(Math.min(...values)), round(Math.max(...values))] };
}

/** Three significant digits, whole numbers from 100 on. */
export function round(value: number): number {
  return Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3));
}

/** One turn of the event loop. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
