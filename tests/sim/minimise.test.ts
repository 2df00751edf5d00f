/** What makes a failing run small (support/sim-minimise.ts), on a pool that fails when it is told to. */
import { expect, test } from 'vitest';
import { minimise } from './support/sim-minimise.ts';
import { simOptions, type Asked, type SimOptions } from './support/sim-options.ts';
import type { Pool } from './support/sim-pool.ts';

/** Runs nothing: a run fails when `fails` says so of its options. */
function poolOf(fails: (options: SimOptions) => boolean): { readonly pool: Pool; readonly asked: Asked[] } {
  const asked: Asked[] = [];
  const one: Pool['one'] = async (run) => {
    asked.push(run);
    return { asked: run, result: null, failures: fails(simOptions(run)) ? ['it fails'] : [], cpuMs: 0 };
  };
  return { pool: { one, run: () => Promise.resolve(), close: () => undefined }, asked };
}

const failing: Asked = { seed: 12, mode: 'safety', peers: 11, ops: 300, faults: ['loss', 'crash', 'clock', 'store'], churn: 0.04, hostile: 0 };

test('a run that fails with a crash, three peers and seven acts becomes exactly that', async () => {
  const { pool, asked } = poolOf(({ faults, peers, ops }) => faults.includes('crash') && peers >= 3 && ops >= 7);
  expect(await minimise(pool, failing)).toEqual({ seed: 12, mode: 'safety', peers: 3, ops: 7, faults: ['crash'], churn: 0, hostile: 0 });
  expect(asked.length).toBeLessThanOrEqual(60);
});

test('what the failure needs stays: two faults, and acts on people', async () => {
  const { pool } = poolOf(({ faults, churn, ops }) => faults.includes('loss') && faults.includes('store') && churn > 0 && ops >= 100);
  expect(await minimise(pool, failing)).toEqual({ seed: 12, mode: 'safety', peers: 2, ops: 100, faults: ['loss', 'store'], churn: 0.04, hostile: 0 });
});

test('a run that fails whatever it does becomes the smallest there is', async () => {
  const { pool, asked } = poolOf(() => true);
  expect(await minimise(pool, failing)).toEqual({ seed: 12, mode: 'safety', peers: 2, ops: 0, faults: [], churn: 0, hostile: 0 });
  expect(asked.length).toBeLessThan(60);
});

test('a run that fails only as its seed has it stays as it was asked for, and so does all when no try is left', async () => {
  const seldom: Asked = { seed: 12, mode: 'safety' };
  const once = poolOf(() => false);
  expect(await minimise(once.pool, seldom)).toBe(seldom);
  expect(once.asked).toHaveLength(1);
  const { pool, asked } = poolOf(() => true);
  const { peers, ops, faults } = simOptions(seldom);
  expect(await minimise(pool, seldom, 1)).toEqual({ ...seldom, peers, ops, faults });
  expect(asked).toHaveLength(1);
});
