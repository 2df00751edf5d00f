/** What one run does, all from its seed. The command line may set peers, ops and faults; the seed decides the rest. */
import { createChance } from './sim-wire.ts';

export const FAULTS = ['loss', 'dup', 'reorder', 'partition', 'crash', 'clock', 'clone', 'store', 'server', 'tabs'] as const;
export type FaultName = (typeof FAULTS)[number];

export interface SimOptions {
  readonly seed: number;
  readonly peers: number;
  readonly ops: number;
  readonly faults: readonly FaultName[];
  /** Chances per frame while such a fault is on. */
  readonly loss: number;
  readonly duplicate: number;
  readonly reorder: number;
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
  /** Chance that a step is a fault. */
  readonly faultRate: number;
  /** Longest pause between two steps, ms. */
  readonly pauseMs: number;
  readonly crypto: 'stub' | 'real';
  readonly replica: 'double' | 'gun';
}

export interface Asked {
  readonly seed: number;
  readonly peers?: number;
  readonly ops?: number;
  readonly faults?: readonly FaultName[];
  readonly crypto?: SimOptions['crypto'];
  readonly replica?: SimOptions['replica'];
}

const DAY_MS = 86_400_000;

/** The options of a seed. */
export function simOptions(asked: Asked): SimOptions {
  const { next } = createChance(Math.imul(asked.seed + 1, 0x9e3779b1) ^ 0x5bd1e995);
  for (let i = 0; i < 8; i++) next();
  const int = (from: number, to: number): number => from + Math.floor(next() * (to - from + 1));
  const peers = asked.peers ?? 4;
  const faults = asked.faults ?? FAULTS.filter((name) => next() < (name === 'clone' ? 0.12 : name === 'tabs' ? 0.3 : 0.5));
  // A few seeds have one clock up to a day off; most are a few seconds apart.
  const wide = next() < 0.06;
  const skewMax = faults.includes('clock') ? 10_000 : 0;
  const wrong = int(0, peers - 1);
  return {
    seed: asked.seed, peers, ops: asked.ops ?? 24, faults,
    loss: next() * 0.05, duplicate: next() * 0.05, reorder: next() * 0.05,
    latencyMs: int(1, 80), jitterMs: int(0, 60), commitMs: next() < 0.5 ? 0 : int(1, 60),
    skews: Array.from({ length: peers }, (_, i) => (skewMax === 0 ? 0 : wide && i === wrong ? int(-DAY_MS, DAY_MS) : int(-skewMax, skewMax))),
    guest: peers > 2 && next() < 0.3, late: peers > 2 && next() < 0.4,
    faultRate: 0.1 + next() * 0.3, pauseMs: next() < 0.3 ? 20 : int(50, 800),
    cryptoMs: next() < 0.35 ? int(1, 12) : 0, crypto: asked.crypto ?? 'stub', replica: asked.replica ?? 'double',
  };
}

/** One line that a person can read and a command line that brings the run back. */
export function describeOptions(o: SimOptions): string {
  return JSON.stringify({ ...o, faults: o.faults.join(',') || 'none' });
}
