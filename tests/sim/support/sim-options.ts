/** What one run does, all from its seed. The command line may set peers, ops, faults and mode; the seed decides the rest. */
import { createChance } from './sim-wire.ts';

/** Faults of the small runs; their order is part of what a seed means. */
const SMALL_FAULTS = ['loss', 'dup', 'reorder', 'partition', 'crash', 'clock', 'clone', 'store', 'server', 'tabs'] as const;
/** Faults of the large ones besides. */
const MORE_FAULTS = ['delay', 'island', 'flap', 'await', 'torn', 'tail', 'rot', 'decade', 'slow', 'relay', 'wipe'] as const;
export const FAULTS = [...SMALL_FAULTS, ...MORE_FAULTS] as const;
export type FaultName = (typeof FAULTS)[number];

/**
 * `small`: 4 peers, 24 acts. `safety`: all faults everywhere, then all heal. `liveness`: a core heals, the rest stays faulty. `byzantine`: a member of
 * the space is hostile. `large`: many peers. `real`: real signatures and seals. `gun`: GUN itself inside.
 */
export const MODES = ['small', 'safety', 'liveness', 'byzantine', 'large', 'real', 'gun'] as const;
export type SimMode = (typeof MODES)[number];

export interface SimOptions {
  readonly seed: number;
  readonly mode: SimMode;
  readonly peers: number;
  readonly ops: number;
  readonly faults: readonly FaultName[];
  /** Chances per frame while such a fault is on. */
  readonly loss: number;
  readonly duplicate: number;
  readonly reorder: number;
  readonly delay: number;
  readonly latencyMs: number;
  readonly jitterMs: number;
  /** Longest commit, ms. */
  readonly commitMs: number;
  /** Longest crypto call, ms; 0 = no time. */
  readonly cryptoMs: number;
  /** Clock offset of each peer, ms. */
  readonly skews: readonly number[];
  /** The last peer is a Guest who writes all the same. */
  readonly guest: boolean;
  /** The last member joins in the middle of the faults. */
  readonly late: boolean;
  /** A member leaves for good in the second half; -1 = nobody. */
  readonly leaver: number;
  /** Hostile members: the peers with the numbers below this and above 0. */
  readonly hostile: number;
  /** Chance that a step is preceded by an act on people and rights. */
  readonly churn: number;
  /** Chance that a step is a fault. */
  readonly faultRate: number;
  /** Longest pause between two steps, ms. */
  readonly pauseMs: number;
  readonly crypto: 'stub' | 'real';
  readonly replica: 'double' | 'gun';
}

export interface Asked {
  readonly seed: number;
  readonly mode?: SimMode;
  readonly peers?: number;
  readonly ops?: number;
  readonly faults?: readonly FaultName[];
  readonly crypto?: SimOptions['crypto'];
  readonly replica?: SimOptions['replica'];
  readonly churn?: number;
  /** Of classes other than `byzantine`. */
  readonly hostile?: number;
}

const DAY_MS = 86_400_000;
export const DECADE_MS = 10 * 365 * DAY_MS;

interface Dice {
  next(): number;
  int(from: number, to: number): number;
}

function dice(seed: number): Dice {
  const { next } = createChance(seed);
  for (let i = 0; i < 8; i++) next();
  return { next, int: (from, to) => from + Math.floor(next() * (to - from + 1)) };
}

/** Steps with acts on people and rights: about three, twelve and forty of them in a run. */
const CHURN: Readonly<Record<SimMode, number>> = { small: 0.12, safety: 0.04, liveness: 0.06, byzantine: 0.06, large: 0.02, real: 0.06, gun: 0.06 };
/** Share of the seeds with acts on people. */
const CHURNED = 0.5;
/** Share of the seeds of every class that have a hostile member. */
const HOSTILE = 0.15;

/** The options of a seed. */
export function simOptions(asked: Asked): SimOptions {
  const { mode = 'small' } = asked;
  // Dice of their own: what else a seed means does not hang on them.
  const { next } = dice(Math.imul(asked.seed + 5, 0x9e3779b1) ^ Math.imul(MODES.indexOf(mode) + 1, 0x165667b1));
  const churned = next() < CHURNED;
  const hostile = next() < HOSTILE ? 1 : 0;
  const options = mode === 'small' ? smallOptions(asked) : fullOptions(asked, mode);
  return { ...options, churn: asked.churn ?? (churned ? CHURN[mode] : 0), hostile: mode === 'byzantine' ? options.hostile : (asked.hostile ?? hostile) };
}

type Drawn = Omit<SimOptions, 'churn'>;

function smallOptions(asked: Asked): Drawn {
  const { next, int } = dice(Math.imul(asked.seed + 1, 0x9e3779b1) ^ 0x5bd1e995);
  const peers = asked.peers ?? 4;
  const faults = asked.faults ?? SMALL_FAULTS.filter((name) => next() < (name === 'clone' ? 0.12 : name === 'tabs' ? 0.3 : 0.5));
  // A few seeds have one clock up to a day off; most are a few seconds apart.
  const wide = next() < 0.06;
  const skewMax = faults.includes('clock') ? 10_000 : 0;
  const wrong = int(0, peers - 1);
  return {
    seed: asked.seed, mode: 'small', peers, ops: asked.ops ?? 24, faults,
    loss: next() * 0.05, duplicate: next() * 0.05, reorder: next() * 0.05, delay: 0,
    latencyMs: int(1, 80), jitterMs: int(0, 60), commitMs: next() < 0.5 ? 0 : int(1, 60),
    skews: Array.from({ length: peers }, (_, i) => (skewMax === 0 ? 0 : wide && i === wrong ? int(-DAY_MS, DAY_MS) : int(-skewMax, skewMax))),
    guest: peers > 2 && next() < 0.3, late: peers > 2 && next() < 0.4, leaver: -1, hostile: 0,
    faultRate: 0.1 + next() * 0.3, pauseMs: next() < 0.3 ? 20 : int(50, 800),
    cryptoMs: next() < 0.35 ? int(1, 12) : 0, crypto: asked.crypto ?? 'stub', replica: asked.replica ?? 'double',
  };
}

/** Chance that a fault is among those of a seed. */
const LIKELY: Readonly<Record<FaultName, number>> = {
  loss: 0.5, dup: 0.4, reorder: 0.4, delay: 0.7, partition: 0.6, island: 0.5, flap: 0.4, crash: 0.5, await: 0.5, torn: 0.4, tail: 0.15, rot: 0.2, clock: 0.5,
  decade: 0.15, clone: 0.15, store: 0.5, server: 0.4, tabs: 0.25, slow: 0.4, relay: 0.3, wipe: 0.2,
};

const SIZES: Readonly<Record<Exclude<SimMode, 'small'>, { readonly peers: readonly [number, number]; readonly ops: number }>> = {
  safety: { peers: [8, 16], ops: 300 }, liveness: { peers: [8, 12], ops: 150 }, byzantine: { peers: [8, 12], ops: 150 },
  large: { peers: [64, 64], ops: 2_000 }, real: { peers: [8, 8], ops: 60 }, gun: { peers: [8, 8], ops: 60 },
};

function fullOptions(asked: Asked, mode: Exclude<SimMode, 'small'>): Drawn {
  const { next, int } = dice(Math.imul(asked.seed + 3, 0x9e3779b1) ^ Math.imul(MODES.indexOf(mode) + 1, 0x27d4eb2f));
  const size = SIZES[mode];
  // Most runs have few peers, some have the most. Drawn whether or not it is asked for, as the faults are.
  const some = size.peers[0] + Math.floor((size.peers[1] - size.peers[0] + 1) * next() ** 2);
  const peers = asked.peers ?? some;
  // Drawn whether or not they are asked for: naming the faults of a seed leaves the rest of it as it is.
  const drawn = FAULTS.filter((name) => next() < LIKELY[name] || (name === 'delay' && mode === 'safety'));
  const faults = asked.faults ?? drawn;
  const skewMax = faults.includes('clock') ? 10_000 : 0;
  const wrong = int(1, peers - 1);
  const skews = Array.from({ length: peers }, (_, i) => {
    const skew = int(-10_000, 10_000);
    if (faults.includes('decade') && i === wrong) return skew < 0 ? -DECADE_MS : DECADE_MS;
    return skewMax === 0 ? 0 : skew;
  });
  const rolls = { guest: next(), late: next(), leaver: next() };
  return {
    seed: asked.seed, mode, peers, ops: asked.ops ?? size.ops, faults,
    loss: next() * 0.02, duplicate: next() * 0.02, reorder: next() * 0.02, delay: 0.1 + next() * 0.2,
    latencyMs: int(1, 80), jitterMs: int(0, 60), commitMs: next() < 0.4 ? 0 : int(1, 60), skews,
    guest: peers > 4 && rolls.guest < 0.3, late: peers > 4 && rolls.late < 0.4,
    leaver: peers > 5 && rolls.leaver < 0.35 ? int(2, peers - 3) : -1,
    hostile: mode === 'byzantine' ? int(1, 2) : 0,
    faultRate: 0.15 + next() * 0.2, pauseMs: next() < 0.3 || mode === 'large' ? 20 : int(50, 400),
    cryptoMs: next() < 0.15 ? int(1, 8) : 0,
    crypto: asked.crypto ?? (mode === 'real' ? 'real' : 'stub'), replica: asked.replica ?? (mode === 'gun' ? 'gun' : 'double'),
  };
}

/** One line that a person can read. */
export function describeOptions(o: SimOptions): string {
  return JSON.stringify({ ...o, faults: o.faults.join(',') || 'none' });
}

/** The command line that brings the run back. */
export function commandOf(asked: Asked): string {
  const parts = ['npm run sim --', `--seed ${asked.seed}`, `--mode ${asked.mode ?? 'small'}`];
  if (asked.peers !== undefined) parts.push(`--peers ${asked.peers}`);
  if (asked.ops !== undefined) parts.push(`--ops ${asked.ops}`);
  if (asked.faults !== undefined) parts.push(`--faults ${asked.faults.join(',') || 'none'}`);
  if (asked.crypto !== undefined) parts.push(`--crypto ${asked.crypto}`);
  if (asked.replica !== undefined) parts.push(`--replica ${asked.replica}`);
  if (asked.churn !== undefined) parts.push(`--churn ${asked.churn}`);
  if (asked.hostile !== undefined) parts.push(`--hostile ${asked.hostile}`);
  return parts.join(' ');
}
