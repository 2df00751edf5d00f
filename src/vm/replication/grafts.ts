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
  /** A copy of the record (id as text) came and is on its way to the disk, however slow that is. */
  isComing(id: string): boolean;
  /** The record did not come in time: ask this link for it, and be pushed to by it from now on. */
  onLate(announcer: Announcer, heads: readonly FragmentHead[]): void;
}

export interface Grafts {
  /** A link announced a record that is not here. */
  announced(announcer: Announcer, head: FragmentHead): void;
  stop(): void;
}

/** What one link said: each is asked for what it named itself, which may be wrong. */
interface Announcement {
  readonly by: Announcer;
  readonly head: FragmentHead;
}

interface Late {
  /** In the order they came; the front one is asked next. */
  readonly said: Announcement[];
  /** The link whose word comes first: the wait stands on its account. */
  readonly account: PeerState;
  due: number;
}

class GraftsImpl implements Grafts {
  /** By record id, in the order they are due: every wait is equally long. */
  private readonly late = new Map<string, Late>();
  private readonly counts = new Map<PeerState, number>();
  private cancel: (() => void) | null = null;

  constructor(private readonly core: Core, private readonly handlers: GraftHandlers) {}

  announced(announcer: Announcer, head: FragmentHead): void {
    const key = toBase64url(head.id);
    const known = this.late.get(key);
    if (known !== undefined) {
      const repeated = known.said.some(({ by }) => by.peer === announcer.peer);
      if (!repeated && known.said.length < SYNC_LIMITS.announcers) known.said.push({ by: announcer, head });
      return;
    }
    // More than this is no push but a catch-up: anti-entropy does it.
    if (this.late.size < SYNC_LIMITS.waitingHaves || this.makeRoom(announcer.peer)) this.wait(key, [{ by: announcer, head }]);
  }

  /** The link with the most waits gives one for one that has fewer: nobody keeps the others out by announcing what does not exist. */
  private makeRoom(peer: PeerState): boolean {
    let most: PeerState = peer;
    for (const [other, count] of this.counts) if (count > (this.counts.get(most) ?? 0) + (most === peer ? 1 : 0)) most = other;
    if (most === peer) return false;
    for (const [key, late] of this.late) {
      if (late.account !== most) continue;
      this.forget(key, late);
      return true;
    }
    return false;
  }

  private forget(key: string, { account }: Late): void {
    this.late.delete(key);
    const left = this.counts.get(account)! - 1;
    if (left > 0) this.counts.set(account, left);
    else this.counts.delete(account);
  }

  stop(): void {
    this.cancel?.();
    this.cancel = null;
    this.late.clear();
    this.counts.clear();
  }

  private wait(key: string, said: Announcement[]): void {
    const account = said[0]!.by.peer;
    this.counts.set(account, (this.counts.get(account) ?? 0) + 1);
    this.late.set(key, { said, account, due: this.core.clock.monotonic() + SYNC_LIMITS.graftMs });
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
      this.forget(key, late);
      const { said } = late;
      if (this.core.host.has(said[0]!.head.id)) continue;
      if (this.handlers.isComing(key)) {
        this.wait(key, said);
        continue;
      }
      let next = said.shift();
      while (next !== undefined && (next.by.peer.closed || !mayAsk(next.by.peer, next.by.state))) next = said.shift();
      if (next === undefined) continue;
      const { by, head } = next;
      // A link stands for one space here: announcements of two spaces are asked one after the other.
      const ask = asked.get(by.peer);
      if (ask === undefined) asked.set(by.peer, { announcer: by, heads: [head] });
      else if (ask.announcer.state === by.state) ask.heads.push(head);
      else this.handlers.onLate(by, [head]);
      if (said.length > 0) this.wait(key, said);
    }
    for (const { announcer, heads } of asked.values()) this.handlers.onLate(announcer, heads);
  }
}

/** The waits of one kernel. */
export function createGrafts(core: Core, handlers: GraftHandlers): Grafts {
  return new GraftsImpl(core, handlers);
}

