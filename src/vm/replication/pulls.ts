/**
 * Range pulls (FORMATS 8): logs named by heads are asked for through the replica, ≤ 4 gets in flight per link, acl and root first, a
 * long log from up to three peers. One log is pulled once however many links name it. A head that is not held after its range came means
 * a fork further down: the same source is asked again from further back, until the branch hangs together or the source is not believed.
 */
import { compareBytes, toBase64url, type Bytes } from '#base/bytes';
import type { RangeRequest, RecordEntry } from '#ports/replica';
import { FRAGMENT } from '#vm/protocol/types';
import { SYNC_LIMITS } from '#vm/limits';
import type { IngestReport, WantedRecord } from './host.ts';
import { answerWindow, isDrained, isUnasked, nextWindow, release, takeAnswered, type LogPull, type PullWindow } from './log-pull.ts';
import type { FragmentHead } from './payloads.ts';
import { PullAccounts } from './pull-accounts.ts';
import { askable, logKey, rememberIn, type Core, type PeerState } from './peer-state.ts';

export interface PullHandlers {
  /** Bulk entries are committed or refused. */
  onIngested(entries: readonly RecordEntry[], report: IngestReport, from: string): void;
}

export interface Pulls {
  /**
   * Wants the log up to the head the peer named. Resolves true when the head is held or a cap keeps it out here, false when this peer could not show it. `soon`: what lies above
   * was pushed and waits for it, so it is asked before logs that are only caught up with, and few records of it are taken in as the push was.
   */
  want(peer: PeerState, space: Bytes, head: FragmentHead & WantedRecord, soon?: boolean): Promise<boolean>;
  /** Asks every link for records that were held and cannot be read any more. */
  again(space: Bytes, fragment: Bytes, lost: readonly WantedRecord[]): void;
  /** Something was freed: asks go on. */
  schedule(): void;
  onClosed(peer: PeerState): void;
  /** Logs being pulled. */
  size(): number;
}

/** Parts of one log that the kernel has at a time. */
const TAKEN_AT_ONCE = 2;

/** acl, then root and the little that a push waits for, then the others. */
const orderOf = (pull: LogPull): 0 | 1 | 2 => (pull.soon && pull.rank === 2 && pull.to - pull.next < SYNC_LIMITS.graftRecords ? 1 : pull.rank);

/** Is it what a push waits for, and no more than a push could be? */
const isPushed = (pull: LogPull, bytes: number, entries: readonly RecordEntry[]): boolean =>
  pull.soon && entries.length <= SYNC_LIMITS.graftRecords && bytes <= SYNC_LIMITS.newsBytes;

/** Is the line to this end so short that little on its way fills it? */
const isQuick = (peer: PeerState): boolean => peer.answerMs < SYNC_LIMITS.quickMs;

/** The least of all times is about that of the way and back: a longer one waited for a thread, or behind others. */
function noteAnswer(peer: PeerState, ms: number, entries: readonly RecordEntry[]): void {
  let bytes = 0;
  for (const entry of entries) bytes += entry.bytes.length;
  peer.answerMs = Math.min(peer.answerMs, ms);
  peer.answerBytes += (bytes - peer.answerBytes) / 2;
}

class PullsImpl implements Pulls {
  private readonly pulls = new Map<string, LogPull>();
  private readonly accounts = new PullAccounts();
  /** Logs of which a cap refused what came → until when nothing above what is held is asked for. */
  private readonly capped = new Map<string, number>();
  private ingestBytes = 0;
  private scheduled = false;

  constructor(private readonly core: Core, private readonly handlers: PullHandlers) {}

  want(peer: PeerState, space: Bytes, head: FragmentHead & WantedRecord, soon = false): Promise<boolean> {
    const { host } = this.core;
    // A run is another question than the whole log: who could not show that may have this.
    const idText = toBase64url(head.id) + (head.from === undefined ? '' : '/run');
    if (host.has(head.id)) return Promise.resolve(true);
    const now = this.core.clock.monotonic();
    if (now < (peer.junk.get(idText) ?? -Infinity) || now < peer.mutedUntil) return Promise.resolve(false);
    const mine = host.contiguous(space, head.fragment, head.writer);
    if (head.seq > mine + SYNC_LIMITS.headAhead) {
      this.core.metric('sync.head_ahead');
      return Promise.resolve(false);
    }
    // The first record of a log that begins later here: a range from it to the others would have a hole (BASE5).
    const key = `${toBase64url(space)}/${logKey(head.fragment, head.writer)}${head.from !== undefined ? '/run' : head.seq === 0 && mine > 0 ? '/first' : ''}`;
    if (head.seq > mine && this.isCapped(key)) return Promise.resolve(true);
    let pull = this.pulls.get(key);
    if (pull === undefined) {
      if (this.pulls.size >= SYNC_LIMITS.pulls && !this.makeRoom(peer)) return Promise.resolve(false);
      const from = head.from ?? Math.min(mine + 1, head.seq);
      const rank = compareBytes(head.fragment, FRAGMENT.acl) === 0 ? 0 : compareBytes(head.fragment, FRAGMENT.root) === 0 ? 1 : 2;
      pull = {
        key, opener: peer.id, space, fragment: head.fragment, writer: head.writer, rank, sources: new Map(), windows: [], next: from, to: head.seq, steps: 0,
        run: head.from !== undefined, soon: false, taking: 0, done: [],
      };
      this.pulls.set(key, pull);
      this.accounts.opened(pull);
    }
    pull.soon ||= soon;
    const known = pull.sources.get(peer.id);
    if (known === undefined || head.seq >= known.seq) pull.sources.set(peer.id, { seq: head.seq, id: head.id, idText });
    pull.to = Math.max(pull.to, head.seq);
    // The rounds go on without it; the next one finds what is still missing.
    if (pull.done.length >= SYNC_LIMITS.pullWaits) return Promise.resolve(false);
    const target = pull;
    return new Promise((resolve) => {
      target.done.push(() => resolve(host.has(head.id) || this.isCapped(key)));
      this.schedule();
    });
  }

  again(space: Bytes, fragment: Bytes, lost: readonly WantedRecord[]): void {
    for (const head of lost) for (const { peer } of askable(this.core, space)) void this.want(peer, space, { fragment, ...head });
  }

  /** All places are taken: does a link with more of them give one? */
  private makeRoom(peer: PeerState): boolean {
    const pull = this.accounts.toGiveUp(peer.id);
    if (pull !== null) this.end(pull);
    return pull !== null;
  }

  schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    // One pass for everything that happened in this turn: a round may want thousands of logs at once.
    void Promise.resolve().then(() => {
      this.scheduled = false;
      this.pass();
    });
  }

  private pass(): void {
    for (const order of [0, 1, 2]) {
      for (const pull of this.pulls.values()) {
        if (orderOf(pull) !== order) continue;
        if (isDrained(pull)) this.finish(pull);
        else if (isUnasked(pull) && this.hasRoom()) this.askOne(pull);
      }
      // Each log has had a turn: a long one does not keep the others waiting until its end.
      for (const pull of this.pulls.values()) if (orderOf(pull) === order && this.hasRoom()) while (this.askOne(pull)) continue;
    }
  }

  /** May anything be asked now? */
  private hasRoom(): boolean {
    if (this.ingestBytes >= SYNC_LIMITS.ingestBytes) return false;
    for (const peer of this.core.peers.values()) if (this.mayTake(peer)) return true;
    return false;
  }

  /** May this end be asked one more get now? */
  private mayTake(peer: PeerState): boolean {
    const most = Math.min(SYNC_LIMITS.asksPerLink, this.core.host.load?.().asksPerLink ?? SYNC_LIMITS.asksPerLink);
    return peer.asks < most && (!isQuick(peer) || peer.asks * peer.answerBytes < SYNC_LIMITS.quickBytes);
  }

  onClosed(peer: PeerState): void {
    this.dropSource(peer);
    this.schedule();
  }

  size(): number {
    return this.pulls.size;
  }

  private dropSource(peer: PeerState): void {
    for (const pull of [...this.pulls.values()]) {
      if (pull.sources.delete(peer.id)) this.goOnWithout(pull, peer);
    }
  }

  /** A source is gone: what only it named is not asked for any more, or the pull would wait for it for ever. */
  private goOnWithout(pull: LogPull, peer: PeerState): void {
    for (const window of pull.windows) release(window, peer.id);
    if (pull.sources.size === 0) return this.giveUp(pull);
    const reach = Math.max(...[...pull.sources.values()].map((s) => s.seq));
    pull.to = Math.min(pull.to, reach);
    pull.windows = pull.windows.filter((w) => w.from <= reach).map((w) => (w.to > reach && w.entries === null ? { ...w, to: reach } : w));
    pull.next = Math.min(pull.next, reach + 1);
  }

  /** Asks the least busy source for one window; false when nothing can be asked now. */
  private askOne(pull: LogPull): boolean {
    const asked = new Set(pull.windows.flatMap((w) => [w.peer, w.also]).filter((id) => id != null));
    const candidates = [...pull.sources.keys()]
      .map((id) => this.core.peers.get(id))
      .filter((p): p is PeerState => p !== undefined && (p.timeouts > 0 ? p.asks < 1 : this.mayTake(p)))
      .filter((p) => asked.has(p.id) || asked.size < SYNC_LIMITS.sources)
      .sort((a, b) => a.timeouts - b.timeouts || a.asks - b.asks);
    for (const peer of candidates) {
      const window = nextWindow(pull, peer.id);
      if (window === null) continue;
      void this.ask(pull, window, peer);
      return true;
    }
    return false;
  }

  private async ask(pull: LogPull, window: PullWindow, peer: PeerState): Promise<void> {
    const range: RangeRequest = {
      space: pull.space, fragment: pull.fragment, writer: pull.writer, from: window.from, to: window.to,
      // A slow line gets smaller answers, one at a time, until they come in time again.
      maxBytes: Math.max(SYNC_LIMITS.replyBytesMin, (isQuick(peer) ? SYNC_LIMITS.quickBytes >> 1 : SYNC_LIMITS.askBytes) >> (2 * peer.timeouts)),
    };
    if (window.peer === null) Object.assign(window, { peer: peer.id, late: false });
    else window.also = peer.id;
    peer.asks += 1;
    this.core.metric('sync.gets');
    let late = false;
    const cancel = this.core.clock.setTimer(SYNC_LIMITS.hedgeMs, () => {
      late = window.late = true;
      this.schedule();
    });
    const from = this.core.clock.monotonic();
    const entries = await this.core.replica.get(peer.id, range).catch(() => null);
    cancel();
    if (entries !== null) noteAnswer(peer, this.core.clock.monotonic() - from, entries);
    peer.asks -= 1;
    const open = this.pulls.get(pull.key) === pull && pull.windows.includes(window);
    if (!open || (window.peer !== peer.id && window.also !== peer.id)) {
      // Another source was quicker: this one is asked after it.
      if (late && entries !== null) peer.timeouts = Math.min(peer.timeouts + 1, SYNC_LIMITS.timeouts);
      return this.schedule();
    }
    const fits = (e: RecordEntry): boolean => compareBytes(e.fragment, pull.fragment) === 0 && compareBytes(e.writer, pull.writer) === 0;
    if (entries === null) this.timedOut(window, peer);
    else {
      peer.timeouts = Math.max(0, peer.timeouts - 1);
      if (!answerWindow(pull, window, entries.filter(fits), peer.id)) this.failed(pull, peer);
    }
    this.take(pull);
    this.schedule();
  }

  /** No answer in time: others may be quicker; one that never answers is left alone for a while. */
  private timedOut(window: PullWindow, peer: PeerState): void {
    release(window, peer.id);
    if (peer.closed) return;
    this.core.metric('sync.get_timeouts');
    peer.timeouts += 1;
    if (peer.timeouts <= SYNC_LIMITS.timeouts) return;
    peer.timeouts = 0;
    peer.mutedUntil = this.core.clock.monotonic() + SYNC_LIMITS.mutedMs;
    this.dropSource(peer);
  }

  /** The source did not show what it named: others go on, and it is not asked for this head again. */
  private failed(pull: LogPull, peer: PeerState): void {
    const source = pull.sources.get(peer.id);
    pull.sources.delete(peer.id);
    if (source !== undefined && !peer.closed) this.disbelieve(peer, source.idText, SYNC_LIMITS.junkMs);
    this.core.metric('sync.unfulfilled');
    this.goOnWithout(pull, peer);
  }

  /** Not asked here again for a while; not for ever: a cap of ours may have refused what it showed. */
  private disbelieve(peer: PeerState, idText: string, ms: number): void {
    rememberIn(peer.junk, idText, this.core.clock.monotonic() + ms, SYNC_LIMITS.junk);
  }

  private isCapped(key: string): boolean {
    return this.core.clock.monotonic() < (this.capped.get(key) ?? -Infinity);
  }

  /** What was refused for a cap would be refused again, and no fork is looked for behind it. */
  private shut(pull: LogPull): void {
    rememberIn(this.capped, pull.key, this.core.clock.monotonic() + SYNC_LIMITS.cappedMs, SYNC_LIMITS.junk);
    for (const [id, { idText }] of pull.sources) {
      const peer = this.core.peers.get(id);
      if (peer !== undefined) this.disbelieve(peer, idText, SYNC_LIMITS.cappedMs);
    }
    this.core.metric('sync.capped');
    pull.windows = [];
    this.end(pull);
  }

  /** Hands answered windows to the kernel in order of seq: the next while it works on the one before, so that it can look ahead. */
  private take(pull: LogPull): void {
    while (pull.taking < TAKEN_AT_ONCE && pull.windows[0]?.entries != null) void this.handOver(pull);
  }

  private async handOver(pull: LogPull): Promise<void> {
    const { from, bytes, answered } = takeAnswered(pull);
    const entries = answered.filter((entry) => !this.core.host.has(entry.id));
    if (entries.length === 0) return this.schedule();
    pull.taking += 1;
    this.ingestBytes += bytes;
    const report = await this.core.host.ingest(entries, isPushed(pull, bytes, entries) ? 'live' : 'bulk', from).catch(() => null);
    this.ingestBytes -= bytes;
    if (report !== null) this.handlers.onIngested(entries, report, from);
    pull.taking -= 1;
    if (report?.capped !== undefined && this.pulls.get(pull.key) === pull) this.shut(pull);
    this.take(pull);
    this.schedule();
  }

  /** The range is in: heads that are still not held hang on a branch that starts further down. */
  private finish(pull: LogPull): void {
    if (this.pulls.get(pull.key) !== pull) return;
    const missing = [...pull.sources].filter(([, source]) => !this.core.host.has(source.id));
    // What a run brought waits for what is before it: no fork is looked for.
    if (missing.length === 0 || pull.run) return this.end(pull);
    const low = Math.min(...missing.map(([, source]) => source.seq));
    const start = pull.steps === 0 ? low : low - SYNC_LIMITS.forkStep * 2 ** (pull.steps - 1);
    const from = Math.max(0, Math.min(start, low) - SYNC_LIMITS.forkStep * 2 ** pull.steps);
    if (pull.steps >= SYNC_LIMITS.forkSteps || (pull.steps > 0 && start <= 0)) {
      for (const [id, source] of missing) {
        const peer = this.core.peers.get(id);
        if (peer !== undefined) this.disbelieve(peer, source.idText, SYNC_LIMITS.junkMs);
      }
      this.core.metric('sync.unfulfilled', missing.length);
      return this.end(pull);
    }
    // One branch at a time, from one source: another source may hold another branch under the same seqs.
    const [id, source] = missing[0]!;
    for (const other of [...pull.sources.keys()]) if (other !== id) pull.sources.delete(other);
    pull.steps += 1;
    pull.next = from;
    pull.to = source.seq;
    this.core.metric('sync.fork_steps');
    while (this.askOne(pull)) continue;
  }

  private giveUp(pull: LogPull): void {
    pull.windows = pull.windows.filter((w) => w.entries !== null);
    if (pull.windows.length === 0) this.end(pull);
    else {
      pull.next = pull.to + 1;
      this.take(pull);
    }
  }

  private end(pull: LogPull): void {
    if (this.pulls.get(pull.key) !== pull) return;
    this.pulls.delete(pull.key);
    this.accounts.ended(pull);
    for (const done of pull.done) done(true);
  }
}

/** The pulling side of one kernel. */
export function createPulls(core: Core, handlers: PullHandlers): Pulls {
  return new PullsImpl(core, handlers);
}
