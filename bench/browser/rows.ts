/** Rows that compare: ms of ours and of the others become a ratio to the better other. */
import { closeAll } from '#tests/e2e/support/acts';
import { median, result, round } from '#bench/support/measure';
import type { BenchResult } from '#bench/support/types';

/** Does a part of what rows are made of; when it fails its rows are left out and the reason is said, and the others go on. */
export async function part<T>(name: string, work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    console.error(`LEFT OUT ${name}: ${error instanceof Error ? error.message.slice(0, 400) : String(error)}`);
    return null;
  }
}

/** Runs the work of a row; when it cannot be measured the row is left out and the reason is said, never a figure in its place. */
export async function attempt<T>(name: string, work: () => Promise<T>): Promise<T | null> {
  const from = performance.now();
  try {
    const out = await part(name, work);
    if (out !== null) console.log(`  ${name}: ${((performance.now() - from) / 1000).toFixed(1)} s`);
    return out;
  } finally {
    await closeAll();
  }
}

/** Ours over the better of the others, by the medians; the spread is that of ours over the same other. `parts`: ms within ours. */
export function ratio(given: { name: string; target: number; how: string; ours: readonly number[]; others: Readonly<Record<string, readonly number[]>>; parts?: Readonly<Record<string, readonly number[]>> }): BenchResult[] {
  const others = Object.entries(given.others).filter(([, list]) => list.length > 0);
  if (others.length === 0 || given.ours.length === 0) return [];
  const best = Math.min(...others.map(([, list]) => median(list)));
  const row = result({ group: 'browser', name: given.name, unit: 'ratio', target: given.target, direction: 'lower', values: given.ours.map((ms) => ms / best), how: given.how });
  return [{ ...row, peer: { 'lifegraph-ms': round(median(given.ours)), ...Object.fromEntries([...Object.entries(given.parts ?? {}).filter(([, list]) => list.length > 0), ...others].map(([name, list]) => [`${name}-ms`, round(median(list))])) } }];
}
