/**
 * What one beacon owes this device: heads it confirmed and has not said in a witness (`unsaid`), and heads it said that are not here (`unseen`). Time counts
 * only while the link to it is there, and for `unseen` apart from that while any other link is; a catch-up is waited for. Pure.
 */
import type { Bytes } from '#base/bytes';
import { WITNESS_LIMITS } from '#vm/witness-limits';
import { logKey } from './log-name.ts';

/** A place in a log of records. */
export interface Spot {
  readonly fragment: Bytes;
  readonly writer: Bytes;
  readonly seq: number;
}

/** One that is waited for. Times are sums, ms; `since` is when it began, ms. */
export interface Due extends Spot {
  readonly since: number;
  linked: number;
  apart: number;
  busy: number;
}

/** What a look finds. */
export interface Look {
  /** Since the look before, ms. */
  readonly ms: number;
  /** A link to the beacon is there with the space open; some other link is. */
  readonly linked: boolean;
  readonly others: boolean;
  /** Much comes over its link. */
  readonly busy: boolean;
  /** Something is missing of what it said of late, so that nobody can tell what it did not say. */
  readonly holed: boolean;
  /** ms. */
  readonly now: number;
  /** Was it said in a witness? */
  said(spot: Spot): boolean;
  /** Is it here, or can it not come because of this device? */
  here(spot: Spot): boolean;
}

/** omits: confirmed, not said · withholds: said, not given by it · unreached: said, given by nobody, and it is not linked. */
export type Overdue = { readonly kind: 'omits' | 'withholds' | 'unreached'; readonly since: number };

/** As it is kept over a reload. */
export interface KeptDues {
  readonly unsaid: readonly Due[];
  readonly unseen: readonly Due[];
  readonly hole: Hole | null;
}

/** A hole in its log that it does not fill: since when, and for how long of its link, ms. */
export interface Hole {
  readonly since: number;
  linked: number;
}

export class Dues {
  private hole: Hole | null;
  private readonly unsaid = new Map<string, Due>();
  private readonly unseen = new Map<string, Due>();

  constructor(kept?: KeptDues) {
    this.hole = kept?.hole ? { ...kept.hole } : null;
    for (const due of kept?.unsaid ?? []) this.unsaid.set(logKey(due.fragment, due.writer), { ...due });
    for (const due of kept?.unseen ?? []) this.unseen.set(logKey(due.fragment, due.writer), { ...due });
  }

  /** The beacon confirmed it; it has two intervals to say so. */
  confirmed(spot: Spot, now: number): void {
    note(this.unsaid, spot, now);
  }

  /** The beacon said that it has it; it has two intervals to give it. */
  told(spot: Spot, now: number): void {
    note(this.unseen, spot, now);
  }

  /** It began a new log, and may have lost what it confirmed before: that is judged by checks. */
  begunAnew(): void {
    this.unsaid.clear();
    this.unseen.clear();
    this.hole = null;
  }

  get size(): number {
    return this.unsaid.size + this.unseen.size + (this.hole === null ? 0 : 1);
  }

  /** Time went by. */
  look({ ms, linked, others, busy, holed, now, said, here }: Look): void {
    this.hole = holed ? (this.hole ?? { since: now, linked: 0 }) : null;
    if (this.hole !== null && linked) this.hole.linked += ms;
    for (const [key, due] of this.unsaid) {
      if (said(due)) this.unsaid.delete(key);
      else if (linked) due.linked += ms;
    }
    for (const [key, due] of this.unseen) {
      if (here(due)) this.unseen.delete(key);
      else if (linked && busy && due.busy < WITNESS_LIMITS.busyMs) due.busy += ms;
      else if (linked) due.linked += ms;
      else if (others) due.apart += ms;
    }
  }

  /** The worst that is overdue; null: nothing is. */
  overdue(): Overdue | null {
    const oldest = (dues: Iterable<Due>, late: (due: Due) => boolean): number | null => {
      let since: number | null = null;
      for (const due of dues) if (late(due)) since = Math.min(since ?? due.since, due.since);
      return since;
    };
    const withheld = oldest(this.unseen.values(), ({ linked }) => linked >= WITNESS_LIMITS.alarmMs);
    if (withheld !== null) return { kind: 'withholds', since: withheld };
    if (this.hole !== null && this.hole.linked >= WITNESS_LIMITS.alarmMs) return { kind: 'withholds', since: this.hole.since };
    const omitted = oldest(this.unsaid.values(), ({ linked }) => linked >= WITNESS_LIMITS.alarmMs);
    if (omitted !== null) return { kind: 'omits', since: omitted };
    const apart = oldest(this.unseen.values(), ({ linked, apart: sum }) => linked + sum >= WITNESS_LIMITS.alarmMs);
    return apart === null ? null : { kind: 'unreached', since: apart };
  }

  /** The oldest of each, for the next run. */
  kept(): KeptDues {
    const first = (dues: Map<string, Due>): Due[] => [...dues.values()].sort((a, b) => a.since - b.since).slice(0, WITNESS_LIMITS.keptDues).map((due) => ({ ...due }));
    return { unsaid: first(this.unsaid), unseen: first(this.unseen), hole: this.hole === null ? null : { ...this.hole } };
  }
}

/** One of each log: the first place that is waited for, until it came. */
function note(dues: Map<string, Due>, { fragment, writer, seq }: Spot, now: number): void {
  const key = logKey(fragment, writer);
  if (dues.has(key) || dues.size >= WITNESS_LIMITS.dues) return;
  dues.set(key, { fragment, writer, seq, since: now, linked: 0, apart: 0, busy: 0 });
}
