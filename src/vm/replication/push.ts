/**
 * Live push (DESIGN 4, TRUST 5.2; Plumtree, Leitão et al. 2007): records go on along eager links, and are only announced on lazy ones
 * (≤ 100 ms together). Who sends what we hold makes the link lazy both ways (prune); who announces what does not come by itself soon makes
 * it eager again (graft), and what came by a graft goes on as a push. Own records go to every link at once. In a crowd the links that
 * bring the first few copies stay eager: one tree that all writers share would be as deep as the crowd is wide, and many copies would
 * first come by a graft. Only verified and committed records go on.
 */
import { toBase64url, type Bytes } from '#base/bytes';
import type { RecordEntry } from '#ports/replica';
import type { LinkMessage } from '#vm/mesh/link-types';
import { SYNC_LIMITS } from '#vm/limits';
import type { IngestReport } from './host.ts';
import { bytesOf, headValue, parseFlatHeads, tupleOf, type FragmentHead } from './payloads.ts';
import { createGrafts, type Announcer, type Grafts } from './grafts.ts';
import { logKey, mayAsk, maySee, mayServe, remember, rememberIn, say, servable, type Core, type PeerState, type SpaceState } from './peer-state.ts';
import type { Pulls } from './pulls.ts';

export interface PushHandlers {
  /** Live entries are committed or refused. */
  onIngested(entries: readonly RecordEntry[], report: IngestReport, from: string): void;
  /** Peers linked here or to one of our links, as far as we know. */
  crowd(): number;
}

export interface Push {
  /** ReplicaHooks.route: links an entry goes to. */
  route(entry: RecordEntry, from: string | null): readonly string[];
  /** ReplicaHooks.onPut: entries new to the replica. */
  onPut(entries: readonly RecordEntry[], from: string): void;
  /** As onPut, for records asked for as news; resolves after their commit. */
  take(entries: readonly RecordEntry[], from: string): Promise<void>;
  /** Entries pulled in bulk are announced to the other links. */
  announce(entries: readonly RecordEntry[], from: string): void;
  /** A put came: what is held or on its way in makes the link lazy; the rest is returned. */
  sift(peer: PeerState, fresh: readonly RecordEntry[], known: readonly RecordEntry[]): readonly RecordEntry[];
  onMessage(peer: PeerState, message: LinkMessage): boolean;
  stop(): void;
}

/** The greatest entry of every log. */
export function headsOf(entries: readonly RecordEntry[]): FragmentHead[] {
  const out = new Map<string, FragmentHead>();
  for (const e of entries) {
    const key = logKey(e.fragment, e.writer);
    const known = out.get(key);
    if (known !== undefined && known.seq > e.seq) continue;
    out.set(key, { fragment: e.fragment as Bytes, writer: e.writer as Bytes, seq: e.seq, id: e.id as Bytes });
  }
  return [...out.values()];
}

/** The signature is not in the id: a copy with a forged one, sent ahead, must not keep out the genuine one. */
const copyKey = (entry: RecordEntry): string => `${toBase64url(entry.id)}${toBase64url(entry.bytes.slice(-64))}`;

export function bySpace(entries: readonly RecordEntry[]): Map<string, RecordEntry[]> {
  const out = new Map<string, RecordEntry[]>();
  for (const entry of entries) {
    const key = toBase64url(entry.space);
    const list = out.get(key);
    if (list === undefined) out.set(key, [entry]);
    else list.push(entry);
  }
  return out;
}

class PushImpl implements Push {
  /** Copies in ingest: a second copy that comes meanwhile is a duplicate too. */
  private readonly inFlight = new Set<string>();
  /** Copies in ingest by the id of their record. */
  private readonly coming = new Map<string, number>();
  private cancel: (() => void) | null = null;
  private readonly grafts: Grafts;
  /** Records asked for by a graft: when they come they go on as a push. */
  private readonly grafted = new Set<string>();
  /** Records of late and how many copies of each came, in a crowd. */
  private readonly copies = new Map<string, number>();

  constructor(private readonly core: Core, private readonly pulls: Pulls, private readonly handlers: PushHandlers) {
    this.grafts = createGrafts(core, { isComing: (id) => this.coming.has(id), onLate: (announcer, heads) => this.graft(announcer, heads) });
  }

  route(entry: RecordEntry, from: string | null): readonly string[] {
    const out: string[] = [];
    if (from === null) this.firstCopies([entry]);
    for (const { peer, state } of servable(this.core, entry.space)) {
      if (peer.id === from || !maySee(this.core, peer, entry.space as Bytes, entry.fragment)) continue;
      if (from === null || !state.lazy) out.push(peer.id);
      else this.later(state, entry);
    }
    return out;
  }

  announce(entries: readonly RecordEntry[], from: string): void {
    for (const list of bySpace(entries).values()) {
      const held = list.filter((e) => this.core.host.has(e.id));
      if (held.some((e) => this.grafted.delete(toBase64url(e.id))) && held.length <= SYNC_LIMITS.graftRecords) {
        this.firstCopies(held);
        this.core.replica.put(held, from);
        continue;
      }
      for (const { peer, state } of servable(this.core, list[0]!.space)) {
        if (peer.id !== from) for (const head of headsOf(held)) if (maySee(this.core, peer, state.space, head.fragment)) this.later(state, head);
      }
    }
  }

  onPut(entries: readonly RecordEntry[], from: string): void {
    void this.take(entries, from);
  }

  async take(entries: readonly RecordEntry[], from: string): Promise<void> {
    const peer = this.core.peers.get(from);
    if (peer === undefined) return;
    const all: Promise<void>[] = [];
    for (const list of bySpace(entries).values()) {
      const state = peer.spaces.get(toBase64url(list[0]!.space));
      if (state === undefined || !mayAsk(peer, state)) continue;
      const wanted = list.filter((e) => this.core.host.wants(state.space, e.fragment as Bytes) && !this.core.host.has(e.id));
      if (wanted.length > 0) all.push(this.ingest(peer, state, wanted));
    }
    await Promise.all(all);
  }

  sift(peer: PeerState, fresh: readonly RecordEntry[], known: readonly RecordEntry[]): readonly RecordEntry[] {
    const onTheWay = fresh.filter((e) => this.inFlight.has(copyKey(e)));
    const repeated = [...known, ...onTheWay];
    if (repeated.length > 0) this.duplicate(peer, repeated);
    return onTheWay.length === 0 ? fresh : fresh.filter((e) => !onTheWay.includes(e));
  }

  private async ingest(peer: PeerState, state: SpaceState, entries: readonly RecordEntry[]): Promise<void> {
    const ids = entries.map(copyKey);
    for (const id of ids) remember(this.inFlight, id, SYNC_LIMITS.inFlight);
    for (const { id } of entries) this.count(toBase64url(id), 1);
    this.firstCopies(entries);
    const report = await this.core.host.ingest(entries, 'live', peer.id).catch(() => null);
    for (const id of ids) this.inFlight.delete(id);
    for (const { id } of entries) this.count(toBase64url(id), -1);
    if (report === null) return;
    const held = entries.filter((e) => this.core.host.has(e.id) && report.early?.has(toBase64url(e.id)) !== true);
    if (held.length > 0) this.core.replica.put(held, peer.id);
    this.handlers.onIngested(entries, report, peer.id);
    if (report.gaps.length === 0 || peer.closed) return;
    // What lies above the gap is asked again with it: the kernel keeps nothing it cannot verify.
    const gaps = new Set(report.gaps.map((gap) => logKey(gap.fragment, gap.writer)));
    for (const head of headsOf(entries)) {
      if (gaps.has(logKey(head.fragment, head.writer))) void this.pulls.want(peer, state.space, head, true);
    }
  }

  private count(id: string, by: 1 | -1): void {
    const copies = (this.coming.get(id) ?? 0) + by;
    if (copies > 0) this.coming.set(id, copies);
    else this.coming.delete(id);
  }

  private duplicate(peer: PeerState, known: readonly RecordEntry[]): void {
    this.core.metric('push.duplicates', known.length);
    const now = this.core.clock.monotonic();
    for (const key of bySpace(this.isCrowd() ? known.filter((entry) => this.isSpare(entry)) : known).keys()) {
      const state = peer.spaces.get(key);
      if (state === undefined || now - state.prunedAt < SYNC_LIMITS.pruneMs) continue;
      // The only link of a space stays eager: there is nobody else to hear it from.
      if (servable(this.core, state.space).length < 2) continue;
      state.prunedAt = now;
      state.lazy = true;
      say(peer, 'live', 'sync:prune:v1:completed', [state.space]);
    }
  }

  private isCrowd(): boolean {
    return this.handlers.crowd() > SYNC_LIMITS.crowd;
  }

  private firstCopies(entries: readonly RecordEntry[]): void {
    if (this.isCrowd()) for (const { id } of entries) rememberIn(this.copies, toBase64url(id), 1, SYNC_LIMITS.inFlight);
  }

  /** Counts one more copy of a record that is held or on its way; true when enough others came before it. */
  private isSpare({ id }: RecordEntry): boolean {
    const key = toBase64url(id);
    const copies = this.copies.get(key);
    if (copies !== undefined) this.copies.set(key, copies + 1);
    return copies === undefined || copies >= SYNC_LIMITS.crowdCopies;
  }

  onMessage(peer: PeerState, message: LinkMessage): boolean {
    switch (message.event) {
      case 'sync:have:v1:completed': this.onHave(peer, message.payload); return true;
      case 'sync:prune:v1:completed': this.setLazy(peer, message.payload, true); return true;
      case 'sync:graft:v1:completed': this.setLazy(peer, message.payload, false); return true;
      default: return false;
    }
  }

  stop(): void {
    this.cancel?.();
    this.cancel = null;
    this.grafts.stop();
  }

  private setLazy(peer: PeerState, payload: Bytes, lazy: boolean): void {
    const space = bytesOf(tupleOf(payload, 1)?.[0], 32);
    if (space === null) return peer.link.close('breach');
    const state = peer.spaces.get(toBase64url(space));
    if (state !== undefined) state.lazy = lazy;
  }

  private later(state: SpaceState, head: FragmentHead | RecordEntry): void {
    if (state.announce.size >= SYNC_LIMITS.lazyHeads) return;
    const key = logKey(head.fragment, head.writer);
    const known = state.announce.get(key);
    if (known !== undefined && known.seq >= head.seq) return;
    state.announce.set(key, { fragment: head.fragment as Bytes, writer: head.writer as Bytes, seq: head.seq, id: head.id as Bytes });
    this.cancel ??= this.core.clock.setTimer(SYNC_LIMITS.lazyMs, () => {
      this.cancel = null;
      this.flush();
    });
  }

  private flush(): void {
    for (const peer of this.core.peers.values()) {
      for (const state of peer.spaces.values()) {
        const heads = [...state.announce.values()];
        state.announce.clear();
        if (heads.length === 0 || !mayServe(this.core, peer, state)) continue;
        for (let at = 0; at < heads.length; at += SYNC_LIMITS.headsPerMessage) {
          say(peer, 'live', 'sync:have:v1:completed', [state.space, heads.slice(at, at + SYNC_LIMITS.headsPerMessage).map(headValue)]);
        }
      }
    }
  }

  private onHave(peer: PeerState, payload: Bytes): void {
    const t = tupleOf(payload, 2);
    const space = bytesOf(t?.[0], 32);
    const heads = parseFlatHeads(t?.[1]);
    if (space === null || heads === null) return peer.link.close('breach');
    const state = peer.spaces.get(toBase64url(space));
    if (state === undefined || !mayAsk(peer, state)) return;
    const { host } = this.core;
    for (const head of heads) if (!host.has(head.id) && host.wants(space, head.fragment)) this.grafts.announced({ peer, state }, head);
  }

  /** An eager link did not bring it in time. */
  private graft({ peer, state }: Announcer, heads: readonly FragmentHead[]): void {
    if (state.lazy) {
      state.lazy = false;
      say(peer, 'live', 'sync:graft:v1:completed', [state.space]);
      this.core.metric('push.grafts');
    }
    for (const head of heads) {
      remember(this.grafted, toBase64url(head.id), SYNC_LIMITS.inFlight);
      void this.pulls.want(peer, state.space, head);
    }
  }
}

/** The pushing side of one kernel. */
export function createPush(core: Core, pulls: Pulls, handlers: PushHandlers): Push {
  return new PushImpl(core, pulls, handlers);
}
