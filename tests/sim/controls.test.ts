/** Can the simulator see? Kernels made wrong on purpose: each must be caught within a few dozen seeds, and the right kernel must pass the same seeds. */
import { afterEach, describe, expect, test } from 'vitest';
import type { KernelDeps } from '#os/kernel/deps';
import { createSpaceRights, type SpaceRights } from '#os/rights/space-rights';
import { createFragmentLog } from '#vm/log/fragment-log';
import type { CommitInput, RecordStore } from '#ports/record-store';
import { simOptions, type FaultName } from './support/sim-options.ts';
import { runSim, type RunHooks } from './support/sim-run.ts';

const FULL = process.env['LGOS_FULL'] === '1';
const SEEDS = 40;
/** How many of them the wrong kernels needed. */
let needed = 0;
let undo: (() => void) | null = null;
afterEach(() => {
  undo?.();
  undo = null;
});

/** What is found wrong first; null when every seed passed. */
async function firstCatch(hooks: RunHooks, faults: readonly FaultName[], seeds = SEEDS): Promise<string | null> {
  for (let seed = 9_001; seed < 9_001 + seeds; seed++) {
    const { failures } = await runSim(simOptions({ seed, faults }), hooks);
    needed = Math.max(needed, seed - 9_000);
    if (failures.length > 0) return failures[0]!;
  }
  return null;
}

/** Replaces a method of all objects of a class until the test ends. */
function patch<T extends object, K extends keyof T>(sample: T, name: K, wrong: (right: T[K]) => T[K]): void {
  const prototype = Object.getPrototypeOf(sample) as T;
  const right = prototype[name];
  prototype[name] = wrong(right);
  undo = () => {
    prototype[name] = right;
  };
}

/** Says "durable" before it is. */
function hasty(deps: KernelDeps): KernelDeps {
  const { store } = deps;
  let promised = 0;
  const commit = async (input: CommitInput): Promise<number> => {
    if (promised === 0 || input.records.length === 0) return (promised = await store.commit(input));
    deps.clock.setTimer(400, () => void store.commit(input).then((arrival) => (promised = Math.max(promised, arrival)), () => undefined));
    return ++promised;
  };
  const wrong = Object.create(store, { commit: { value: commit }, onClosed: { get: () => store.onClosed, set: (fn: RecordStore['onClosed']) => { store.onClosed = fn; } } }) as RecordStore;
  return { ...deps, store: wrong };
}

describe('mutation controls', { timeout: 120_000 }, () => {
  test('order of durability: telling before the disk has it', async () => {
    expect(await firstCatch({ mutate: hasty }, ['crash'])).toMatch(/lost|FORK|never saved|not equal|broken chain|and it does not/);
  });

  test('rights: records are not judged', async () => {
    patch<SpaceRights, 'judgeRecord'>(createSpaceRights(new Uint8Array(32)), 'judgeRecord', (right) => function judge(this: SpaceRights, ...args) {
      return { ...right.apply(this, args), verdict: 'ok' };
    });
    expect(await firstCatch({}, [])).toMatch(/shows what was forged|not equal|fault/);
  });

  test('forks: an own fork is not mended', async () => {
    const hooks: RunHooks = {
      onTab(tab) {
        const { repair } = tab.running.parts;
        repair.onFork = () => undefined;
        repair.onAcl = () => undefined;
      },
    };
    expect(await firstCatch(hooks, ['clone'])).toMatch(/not equal|lost|never saved|count/);
  });

  test('anti-entropy: ranges are never answered', async () => {
    const mutate = (deps: KernelDeps): KernelDeps => ({ ...deps, createReplica: (hooks) => deps.createReplica({ ...hooks, readRange: async () => [] }) });
    expect(await firstCatch({ mutate }, ['partition'])).toMatch(/not equal|not all came in|no space/);
  });

  test('chains: a gap does not make a record wait', async () => {
    const sample = createFragmentLog({ judge: () => 'ok', meshMs: 0 });
    patch(sample as unknown as { fits(...args: unknown[]): boolean }, 'fits', () => () => false);
    expect(await firstCatch({}, [])).not.toBeNull();
  });

  test('randomness: ids that repeat', async () => {
    const mutate = (deps: KernelDeps): KernelDeps => {
      let calls = 0;
      return { ...deps, random: { bytes: (n) => (n === 16 && ++calls > 3 ? new Uint8Array(16).fill(7) : deps.random.bytes(n)) } };
    };
    // Node ids that are not random: two people make "the same" thing.
    expect(await firstCatch({ mutate }, [])).not.toBeNull();
  });

  test('the right kernel passes the seeds in which they were caught', async () => {
    expect(needed).toBeGreaterThan(0);
    expect(await firstCatch({}, ['crash', 'clone', 'loss', 'partition', 'tabs'], FULL ? SEEDS : needed)).toBeNull();
  });
});
