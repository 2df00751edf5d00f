/** Watcher (K12): what the pipeline of this kernel did in the last seconds. Pure: time comes in with every word. */
import { WATCH_LIMITS } from '#os/limits';

/** The pipeline over the window. */
export interface PipelineMetrics {
  /** Records of others that wait for ingest, at the last look. */
  readonly queue: number;
  /** A commit takes so long, ms: mean over the window, 0 without commits. */
  readonly commitMs: number;
  /** Records of others taken in, and messages the guard refused, per second. */
  readonly ingestPerS: number;
  readonly refusedPerS: number;
  /** How late the loop came to a timer at worst, ms. */
  readonly lagMs: number;
}

interface Second {
  at: number;
  commits: number;
  commitMs: number;
  ingested: number;
  refused: number;
  lagMs: number;
}

export interface Watch {
  committed(tookMs: number, now: number): void;
  ingested(records: number, now: number): void;
  /** A look: how late it came, how much waits, and how much was refused since the start. */
  look(lateMs: number, queue: number, refusedTotal: number, now: number): void;
  read(now: number): PipelineMetrics;
}

/** A watch that has seen nothing. */
export function createWatch(): Watch {
  const seconds: Second[] = [];
  let queue = 0;
  let refusedBefore = 0;
  const second = (now: number): Second => {
    const at = Math.floor(now / 1000);
    const last = seconds[seconds.length - 1];
    if (last && last.at >= at) return last;
    const fresh: Second = { at, commits: 0, commitMs: 0, ingested: 0, refused: 0, lagMs: 0 };
    seconds.push(fresh);
    if (seconds.length > WATCH_LIMITS.windowS) seconds.shift();
    return fresh;
  };
  return {
    committed(tookMs, now) {
      const one = second(now);
      one.commits += 1;
      one.commitMs += Math.max(0, tookMs);
    },
    ingested: (records, now) => void (second(now).ingested += records),
    look(lateMs, waiting, refusedTotal, now) {
      const one = second(now);
      if (lateMs < WATCH_LIMITS.sleptMs) one.lagMs = Math.max(one.lagMs, lateMs);
      one.refused += Math.max(0, refusedTotal - refusedBefore);
      refusedBefore = refusedTotal;
      queue = waiting;
    },
    read(now) {
      const from = Math.floor(now / 1000) - WATCH_LIMITS.windowS;
      const all = seconds.filter((one) => one.at > from);
      const sum = (of: (one: Second) => number): number => all.reduce((total, one) => total + of(one), 0);
      const commits = sum((one) => one.commits);
      return {
        queue, commitMs: commits === 0 ? 0 : sum((one) => one.commitMs) / commits, ingestPerS: sum((one) => one.ingested) / WATCH_LIMITS.windowS,
        refusedPerS: sum((one) => one.refused) / WATCH_LIMITS.windowS, lagMs: Math.max(0, ...all.map((one) => one.lagMs)),
      };
    },
  };
}
