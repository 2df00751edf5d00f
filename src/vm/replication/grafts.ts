/**
 * Announced records that did not come yet (Plumtree): one wait per record, however many links announce it. When it is over the first link
 * that announced it is asked, then the next one, so that a late record makes one link eager and not all of them.
 */
import { toBase64url } from '#base/bytes';
import { SYNC_LIMITS } from '#vm/limits';
import type { FragmentHead } from './payloads.ts';
import { mayAsk, type Core, type PeerState, type SpaceState } from './peer-state.ts';

/** A link that announced a record, in the space it did. */
export interface Announcer {
  readonly peer: PeerState;
  readonly state: SpaceState;
}

export interface GraftHandlers {
  /** The record did not come in time: ask this link for it, and be pushed to by it from now on. */
  onLate(announcer: Announcer, heads: readonly FragmentHead[]): void;
}

export interface Grafts {
  /** A link announced a record that is not here. */
  announced(announcer: Announcer, head: FragmentHead): void;
  stop(): void;
}

interface Late {
  readonly head: FragmentHead;
  /** In the order they announced; the front one is asked next. */
  readonly announcers: Announcer[];
  due: number;
}

class GraftsImpl implements Grafts {
  /** By record id, in the order they are due: every wait is equally long. */
  private readonly late = new Map<string, Late>();
  private cancel: (() => void) | null = null;

  constructor(private readonly core: Core, private readonly handlers: GraftHandlers) {}

  announced(announcer: Announcer, head: FragmentHead): void {
    const key = toBase64url(head.id);
    const known = this.late.get(key);
    if (known !== undefined) {
      const repeated = known.announcers.some((a) => a.peer === announcer.peer);
      if (!repeated && known.announcers.length < SYNC_LIMITS.announcers) known.announcers.push(announcer);
      return;
    }
    // More than this is no push but a catch-up: anti-entropy does it.
    if (this.late.size >= SYNC_LIMITS.waitingHaves) return;
    this.wait(key, { head, announcers: [announcer], due: 0 });
  }

  stop(): void {
    this.cancel?.();
    this.cancel = null;
    this.late.clear();
  }

  private wait(key: string, late: Late): void {
    late.due = this.core.clock.monotonic() + SYNC_LIMITS.graftMs;
    this.late.delete(key);
    this.late.set(key, late);
    this.arm();
  }

  private arm(): void {
    const next = this.late.values().next().value;
    if (next === undefined || this.cancel !== null) return;
    this.cancel = this.core.clock.setTimer(Math.max(0, next.due - this.core.clock.monotonic()), () => {
      this.cancel = null;
      this.due();
      this.arm();
    });
  }

  private due(): void {
    const now = this.core.clock.monotonic();
    const asked = new Map<PeerState, { announcer: Announcer; heads: FragmentHead[] }>();
    for (const [key, late] of [...this.late]) {
      if (late.due > now) break;
      this.late.delete(key);
      if (this.core.host.has(late.head.id)) continue;
      let next = late.announcers.shift();
      while (next !== undefined && (next.peer.closed || !mayAsk(next.peer, next.state))) next = late.announcers.shift();
      if (next === undefined) continue;
      // A link stands for one space here: announcements of two spaces are asked one after the other.
      const ask = asked.get(next.peer);
      if (ask === undefined) asked.set(next.peer, { announcer: next, heads: [late.head] });
      else if (ask.announcer.state === next.state) ask.heads.push(late.head);
      else this.handlers.onLate(next, [late.head]);
      if (late.announcers.length > 0) this.wait(key, late);
    }
    for (const { announcer, heads } of asked.values()) this.handlers.onLate(announcer, heads);
  }
}

/** The waits of one kernel. */
export function createGrafts(core: Core, handlers: GraftHandlers): Grafts {
  return new GraftsImpl(core, handlers);
}

