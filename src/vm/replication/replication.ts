/**
 * Replication: the mesh below, the kernel above. Links become peers, spaces open on them by proof, records move by push and by pull,
 * acks say what is held. No meaning of records is known here: the host verifies, commits and applies.
 */
import { equalBytes, toBase64url, type Bytes } from '#base/bytes';
import type { Clock } from '#ports/clock';
import type { CryptoPort } from '#ports/crypto';
import type { Random } from '#ports/random';
import type { HeadHint, RecordEntry, Replica, ReplicaHooks } from '#ports/replica';
import type { Dialer, SocketPort, TextSocketPort } from '#ports/wire';
import { createArchives, type Archives, type LoadArchive } from '#vm/archive/archives';
import type { Link, LinkCloseCode, LinkMessage } from '#vm/mesh/link-types';
import { createMesh, type Mesh } from '#vm/mesh/mesh';
import type { Ways } from '#vm/mesh/ways';
import { isAdmissibleKey, isJudged } from '#vm/protocol/admission';
import { FRAGMENT } from '#vm/protocol/types';
import { GUARD_LIMITS, MESH_LIMITS, SYNC_LIMITS } from '#vm/limits';
import { createAcks, type Acks } from './acks.ts';
import { createAnchors, type Anchors } from './anchors.ts';
import { createAdmission, type Admission } from './admission.ts';
import { createCompare, type Compare } from './compare.ts';
import { spaceDigest, tickDigest } from './digests.ts';
import { createEphemerals, type Ephemerals } from './ephemerals.ts';
import { createGuard, type Guard } from './guard.ts';
import type { IngestReport, PeerStatus, Replication, ReplicationHost, WantedRecord } from './host.ts';
import { createLookups, type Lookups } from './lookups.ts';
import { parseOpen } from './payloads.ts';
import { createPeerState, hasProved, mayAsk, mayServe, rememberIn, say, shownTo, statusOf, type Core, type PeerState, type SpaceState } from './peer-state.ts';
import { createPulls, type Pulls } from './pulls.ts';
import { createPush, type Push } from './push.ts';
import { isGenesisSpace } from './record-batch.ts';
import { createRoomKeys, type RoomKeys } from './room-keys.ts';
import { createRecordMessages, createReplicaPeer, type RecordMessages } from './replica-peer.ts';
import { createServe, type Serve } from './serve.ts';
import { mayIntroduce, shares, spacesOf } from './shared-spaces.ts';
import { createSync, type Sync } from './sync.ts';
import { withinBudget } from './work.ts';

export interface ReplicationDeps {
  readonly host: ReplicationHost;
  readonly clock: Clock;
  readonly random: Random;
  readonly crypto: CryptoPort;
  readonly sockets: SocketPort;
  /** Sockets to stock GUN relays; without them no archive is used. */
  readonly archiveSockets?: TextSocketPort | undefined;
  readonly loadArchive?: LoadArchive | undefined;
  readonly dialer: Dialer;
  /** By which ways direct links are made; asked at each dial. */
  ways?(): Ways;
  /** Makes the replica (GUN behind it) with the hooks given. */
  createReplica(hooks: ReplicaHooks): Replica;
}

class ReplicationImpl implements Replication {
  private readonly counts = new Map<string, number>();
  private readonly core: Core;
  private readonly guard: Guard;
  private readonly mesh: Mesh;
  private readonly pulls: Pulls;
  private readonly push: Push;
  private readonly sync: Sync;
  private readonly acks: Acks;
  private readonly admission: Admission;
  private readonly serve: Serve;
  private readonly ephemerals: Ephemerals;
  private readonly lookups: Lookups;
  private readonly compare: Compare;
  private readonly records: RecordMessages;
  /** Device → until when it is not linked, ms monotone. */
  private readonly bans = new Map<string, number>();
  private readonly timers = new Map<string, () => void>();
  private readonly rooms: RoomKeys;
  private readonly anchors: Anchors;
  private readonly archives: Archives | null;
  private running = false;

  constructor(private readonly d: ReplicationDeps) {
    const { host, clock, random, crypto } = d;
    const metric = (name: string, add = 1): void => {
      this.counts.set(name, (this.counts.get(name) ?? 0) + add);
      host.metric(name, add);
    };
    const replica = d.createReplica({
      onPut: (entries, from) => this.push.onPut(entries, from),
      onHead: (head, from) => this.followHead(head, from),
      readRange: (range) => host.readRange(range),
      route: (entry, from) => this.push.route(entry, from),
    });
    this.core = { clock, random, crypto, host, replica, peers: new Map(), metric };
    this.rooms = createRoomKeys(host);
    this.anchors = createAnchors(host, clock);
    this.guard = createGuard({
      clock,
      admits: (link, space) => this.admits(link, space),
      has: (id) => host.has(id),
      admitsWriter: isAdmissibleKey,
      knowsWriter: isJudged,
      isOwn: (link, space, writer) => this.isOwn(link, space as Bytes, writer as Bytes),
      knownSeq: (space, fragment, writer) => host.contiguous(space as Bytes, fragment as Bytes, writer as Bytes),
      onBan: (link) => this.ban(link),
    });
    const onIngested = (entries: readonly RecordEntry[], report: IngestReport, from: string): void => {
      const { early } = report;
      this.push.announce(early === undefined ? entries : entries.filter((e) => !early.has(toBase64url(e.id))), from);
      this.ingested(entries, report);
    };
    this.pulls = createPulls(this.core, { onIngested });
    this.archives = !d.archiveSockets || !d.loadArchive ? null : createArchives({ clock, random, crypto, host, metric, sockets: d.archiveSockets, load: d.loadArchive, onIngested });
    this.push = createPush(this.core, this.pulls, {
      onIngested: (entries, report) => this.ingested(entries, report),
      crowd: () => this.mesh.crowd(),
    });
    this.acks = createAcks(this.core);
    this.sync = createSync(this.core, this.pulls, { onSynced: (peer, state) => this.acks.tellAll(state.space, { peer, state }) });
    this.admission = createAdmission(this.core, {
      onServe: (peer, state) => this.sendOpen(peer, state),
      onChange: () => this.changed(),
    });
    this.serve = createServe(this.core);
    this.ephemerals = createEphemerals(this.core);
    this.lookups = createLookups(this.core);
    this.compare = createCompare(this.core, host.compare);
    this.records = createRecordMessages(this.core, this.guard, this.push);
    this.mesh = createMesh({
      clock, random, crypto, deviceKey: host.deviceKey, uid: host.uid, sockets: d.sockets, dialer: d.dialer, ways: d.ways,
      handlers: {
        onLink: (link) => this.onLink(link),
        onLinkClosed: (link, code) => this.onLinkClosed(link, code),
        onMessage: (link, message) => this.onMessage(link, message),
        onDrain: () => this.pulls.schedule(),
        mayIntroduce: (a, b) => mayIntroduce(this.core, a, b),
        isStranger: (link) => this.isStranger(this.core.peers.get(link.id), MESH_LIMITS.strangerGraceMs),
        onClockOffset: (source, kind, offsetMs) => host.onClockOffset(source, kind, offsetMs),
        onChange: () => host.onNetworkChange(),
        metric, seeks: () => host.load?.().links ?? MESH_LIMITS.activeTarget, holds: () => host.load?.().places ?? MESH_LIMITS.activeMax,
      },
      proofs: {
        spacesOf: (link) => spacesOf(this.core, link), shares: (link, space) => shares(this.core, link, space),
        hasProved: (link) => hasProved(this.core.peers.get(link.id)),
        isAnchor: (link) => this.anchors.isAnchor(link), anchorSessions: () => this.anchors.sessions(),
        knock: (rooms, from, to) => this.rooms.knock(rooms, from, to),
        knows: (from, to, proof) => this.rooms.knows(from, to, proof),
        linksIn: (room) => this.rooms.linksIn(room, this.core.peers.values()),
      },
    });
  }

  start(): void {
    if (this.running) return;
    this.running = true;
    this.setRooms();
    this.mesh.start();
    this.archives?.start();
    this.every('rooms', MESH_LIMITS.roomsRefreshMs, () => this.setRooms());
    this.every('tick', SYNC_LIMITS.tickMs, () => this.tick());
  }

  async stop(): Promise<void> {
    this.running = false;
    for (const cancel of this.timers.values()) cancel();
    this.timers.clear();
    this.push.stop();
    this.acks.stop();
    this.archives?.stop();
    this.mesh.stop();
  }

  refresh(): void {
    this.setRooms();
    this.archives?.refresh();
    this.admission.updateAll();
    this.changed();
  }

  publish(entries: readonly RecordEntry[]): void {
    this.core.replica.put(entries, null);
    this.archives?.offer(entries);
  }

  withdraw(space: Bytes, invite: Bytes): void {
    for (const peer of this.core.peers.values()) this.admission.withdraw(peer, space, invite);
  }

  sendEphemeral(space: Bytes, bytes: Bytes): void {
    this.ephemerals.send(space, bytes);
  }

  readonly sendAcks = (space: Bytes): void => this.acks.tellAll(space);

  find(space: Bytes, node: Bytes) {
    return this.lookups.find(space, node);
  }

  ownHeads(space: Bytes, writers: readonly Bytes[], timeoutMs: number) {
    return this.lookups.ownHeads(space, writers, timeoutMs);
  }

  compareWith(space: Bytes, device: Bytes) {
    return this.compare.with(space, device);
  }

  pull(space: Bytes, fragment: Bytes, lost: readonly WantedRecord[] = []): void {
    return lost.length > 0 ? this.pulls.again(space, fragment, lost) : this.sync.want(space, fragment);
  }

  strike(link: string, fault: 'forged' | 'unexplained'): void {
    if (!this.core.peers.has(link)) return;
    this.core.metric(`guard.strikes.${fault}`);
    this.guard.strike(link, fault === 'forged' ? GUARD_LIMITS.forgedStrikes : 1);
  }

  redial(): void {
    this.mesh.redial();
    this.archives?.redial();
  }

  setServers(urls: readonly string[]): void {
    this.mesh.setServers(urls);
  }

  pause(): void {
    for (const part of [this.mesh, this.archives]) part?.pause();
  }

  resume(): void {
    this.setRooms();
    for (const part of [this.mesh, this.archives]) part?.resume();
  }

  async peers(): Promise<readonly PeerStatus[]> {
    return Promise.all([...this.core.peers.values()].map(statusOf));
  }

  servers() {
    return this.mesh.servers();
  }

  readonly skews = () => this.mesh.skews();
  readonly unreached = () => this.mesh.unreached();
  readonly altered = () => this.mesh.altered();

  get byHand() { return this.mesh.byHand; }

  archiveStates() {
    return this.archives?.status() ?? [];
  }

  counters(): Record<string, number> {
    return { ...Object.fromEntries(this.counts), ...this.guard.counters(), ...this.core.replica.counters(), 'sync.pulls': this.pulls.size() };
  }

  private every(name: string, ms: number, fn: () => void): void {
    this.timers.set(name, this.d.clock.setTimer(ms, () => {
      fn();
      if (this.running) this.every(name, ms, fn);
    }));
  }

  private setRooms(): void {
    const { all, urgent, quiet } = this.rooms.rooms();
    this.mesh.setRooms(all, urgent, quiet);
  }

  private changed(): void {
    this.mesh.proofsChanged();
    this.core.host.onNetworkChange(this.core);
  }

  /** Closed, and so its device is not linked again for a while. */
  private ban(link: string): void {
    const peer = this.core.peers.get(link);
    if (peer === undefined) return;
    this.core.metric('link.banned');
    peer.link.close('flood');
  }

  /** A hint that passed the guard: asked for as any announced head, and believed when the records come. */
  private followHead(head: HeadHint, from: string): void {
    const peer = this.core.peers.get(from);
    if (peer) void this.pulls.want(peer, head.space as Bytes, { fragment: head.fragment as Bytes, writer: head.writer as Bytes, seq: head.seq, id: head.id });
  }

  private onLink(link: Link): void {
    if ((this.bans.get(toBase64url(link.device)) ?? -Infinity) > this.d.clock.monotonic()) return link.close('flood');
    const peer = createPeerState(this.core, link);
    this.core.peers.set(peer.id, peer);
    this.core.replica.addPeer(createReplicaPeer(this.core, peer));
    this.core.metric('link.opened');
    this.admission.update(peer);
    this.core.host.onNetworkChange();
  }

  private onLinkClosed(link: Link, code: LinkCloseCode): void {
    const peer = this.core.peers.get(link.id);
    this.guard.forget(link.id);
    if (peer === undefined) return;
    // On whatever floor it was noticed (TRUST 3, row 9): a new session would bring it fresh budgets at once.
    if (code === 'flood') rememberIn(this.bans, toBase64url(link.device), this.d.clock.monotonic() + GUARD_LIMITS.banMs, GUARD_LIMITS.links);
    peer.closed = true;
    this.core.peers.delete(peer.id);
    peer.queries.close();
    this.core.replica.removePeer(peer.id);
    this.pulls.onClosed(peer);
    this.core.host.onNetworkChange();
  }

  private onMessage(link: Link, message: LinkMessage): void {
    const peer = this.core.peers.get(link.id);
    if (peer === undefined) return;
    if (!this.guard.checkFrame(peer.id, message.payload.length).ok) return link.close('flood');
    if (!withinBudget(this.guard, peer.id, message)) return;
    if (this.records.onMessage(peer, message) || this.push.onMessage(peer, message) || this.acks.onMessage(peer, message)) return;
    if (this.ephemerals.onMessage(peer, message) || this.serve.onMessage(peer, message) || this.compare.onMessage(peer, message) || this.admission.onMessage(peer, message) || this.core.host.chunks?.onMessage(this.core, peer, message) || this.core.host.witness?.onMessage(this.core, peer, message) || this.core.host.calls?.onMessage(this.core, peer, message)) return;
    if (message.event === 'sync:open:v1:requested') return this.onOpen(peer, message.payload);
    if (message.event === 'sync:tick:v1:completed') return this.onTick(peer, message.payload);
    if (!peer.queries.onMessage(message)) this.core.metric('link.unknown_event');
  }

  private sendOpen(peer: PeerState, state: SpaceState): void {
    const { host } = this.core;
    const { arrival } = host.changedSince(state.space, Number.MAX_SAFE_INTEGER);
    say(peer, 'live', 'sync:open:v1:requested', [state.space, host.storeId, arrival, spaceDigest(shownTo(this.core, peer, state.space))]);
  }

  private onOpen(peer: PeerState, payload: Bytes): void {
    const open = parseOpen(payload);
    if (open === null) return peer.link.close('breach');
    const state = this.admission.accepts(peer, open.space);
    if (state === null) return this.core.metric('sync.open_refused');
    state.open = { store: open.store, arrival: open.arrival, digest: open.digest };
    this.sync.round(peer, state);
    this.lookups.onOpen(peer, open.space);
    // Who met a beacon leaves its room, in which few fit, to those who wait for it; not at once: the way goes on in a room of the space, into which the beacon comes now.
    if (!this.timers.has('met')) this.timers.set('met', this.d.clock.setTimer(2 * MESH_LIMITS.roomStayMs, () => this.timers.delete('met') && this.setRooms()));
    this.changed();
  }

  /** Spaces open both ways on a link, with our digest of each. */
  private common(peer: PeerState): { space: Bytes; digest: Bytes }[] {
    const states = [...peer.spaces.values()].filter((s) => s.open !== null && s.serving && mayAsk(peer, s) && mayServe(this.core, peer, s));
    return states.map((s) => ({ space: s.space, digest: spaceDigest(shownTo(this.core, peer, s.space)) }));
  }

  private tick(): void {
    this.anchors.update(this.core.peers.values(), (link) => this.mesh.sessionOf(link));
    this.admission.updateAll();
    for (const peer of [...this.core.peers.values()]) {
      const common = this.common(peer);
      if (common.length > 0) peer.link.send('live', 'sync:tick:v1:completed', tickDigest(common));
      for (const state of peer.spaces.values()) if (state.open !== null && !state.serving) this.sync.round(peer, state);
      if (this.isStranger(peer, MESH_LIMITS.strangerMs)) peer.link.close('idle');
    }
  }

  /** Nothing proven either way since the link opened so long ago (TRUST 3, row 10). */
  private isStranger(peer: PeerState | undefined, ageMs: number): boolean {
    return peer !== undefined && this.d.clock.monotonic() - peer.since >= ageMs && !hasProved(peer);
  }

  private onTick(peer: PeerState, payload: Bytes): void {
    if (payload.length !== 32) return peer.link.close('breach');
    const common = this.common(peer);
    const equal = equalBytes(payload, tickDigest(common));
    for (const { space, digest } of common) {
      const state = peer.spaces.get(toBase64url(space));
      if (state === undefined) continue;
      if (equal) this.sync.equal(peer, state, digest);
      this.acks.settle(peer, state, equal);
    }
    if (equal) return;
    this.core.metric('sync.tick_differs');
    for (const state of peer.spaces.values()) if (state.open !== null) this.sync.round(peer, state);
  }

  private ingested(entries: readonly RecordEntry[], report: IngestReport): void {
    this.acks.note(entries);
    const acl = report.added > 0 && entries.some((e) => equalBytes(e.fragment, FRAGMENT.acl));
    if (acl) this.admission.updateAll();
  }

  private isOwn(link: string, space: Bytes, writer: Bytes): boolean {
    const peer = this.core.peers.get(link);
    return peer !== undefined && this.core.host.deviceOf?.(space, writer) === toBase64url(peer.link.device);
  }

  private admits(link: string, space: Uint8Array): boolean {
    const peer = this.core.peers.get(link);
    if (peer === undefined) return false;
    // A genesis record names no space; its id is checked when it is known.
    if (isGenesisSpace(space)) return true;
    const state = peer.spaces.get(toBase64url(space));
    return state !== undefined && (mayAsk(peer, state) || mayServe(this.core, peer, state));
  }
}

/** Replication over a mesh of its own. Nothing moves before start(). */
export function createReplication(deps: ReplicationDeps): Replication {
  return new ReplicationImpl(deps);
}
