/**
 * GUN itself inside the simulator: its timers, dates and random numbers come from the run, so that the same seed gives the same run. GUN keeps the
 * global functions it found at its import, hence the stand-ins are there before it and ask each time whose turn it is.
 */
import type { Clock } from '#ports/clock';
import type { Replica, ReplicaHooks } from '#ports/replica';
import { createSeededRandom } from './sim-crypto.ts';
import { createChance } from './sim-wire.ts';

export interface GunReplicas {
  make(hooks: ReplicaHooks, clock: Clock, name: string): Replica;
  /** From here on time is this clock's. */
  attach(clock: Clock): void;
  /** Gives the global functions back. */
  restore(): void;
}

type Timers = Pick<typeof globalThis, 'setTimeout' | 'clearTimeout' | 'setImmediate' | 'Date'>;
type Patience = typeof globalThis.setTimeout & { check?: { now(): number }; poll?: (work: () => void) => void };

const real: Timers = { setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout, setImmediate: globalThis.setImmediate, Date: globalThis.Date };
const realRandom = Math.random;
/** Later than any run: what GUN remembers of the time before is behind it. */
const FAR_MS = 8e15;

let clock: Clock | null = null;
const cancels = new Map<number, () => void>();
let serial = 1;

const now = (): number => (clock ? clock.now() : FAR_MS);

const simTimeout = ((fn: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) => {
  const id = serial++;
  const run = (): void => {
    cancels.delete(id);
    fn(...args);
  };
  if (clock) cancels.set(id, clock.setTimer(Number(ms ?? 0) || 0, run));
  else run();
  return id;
}) as unknown as Patience;
simTimeout.check = { now: () => (clock ? clock.monotonic() : FAR_MS) };

const simClear = ((id: unknown) => {
  cancels.get(Number(id))?.();
  cancels.delete(Number(id));
}) as typeof globalThis.clearTimeout;

const simImmediate = ((fn: () => void) => simTimeout(fn, 0)) as unknown as typeof globalThis.setImmediate;

class SimDate extends real.Date {
  constructor(...args: unknown[]) {
    if (args.length === 0) super(now());
    else super(...(args as [number]));
  }

  static override now(): number {
    return now();
  }
}

/** Puts the stand-ins in place and loads GUN. */
export async function gunReplicas(seed: number): Promise<GunReplicas> {
  clock = null;
  cancels.clear();
  Object.assign(globalThis, { setTimeout: simTimeout, clearTimeout: simClear, setImmediate: simImmediate, Date: SimDate });
  Math.random = createChance(seed + 0x6019).next;
  const restore = (): void => {
    Object.assign(globalThis, real);
    Math.random = realRandom;
    clock = null;
  };
  try {
    const { createGunReplica } = await import('#adapters/gun/gun-replica');
    // What GUN counts across instances starts anew.
    simTimeout.poll?.(() => undefined);
    return {
      make: (hooks, own, name) => createGunReplica({ hooks, clock: own, random: createSeededRandom(`gun-${seed}-${name}`) }),
      attach: (next) => void (clock = next),
      restore,
    };
  } catch (error) {
    restore();
    throw error;
  }
}
