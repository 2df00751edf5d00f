/**
 * The runtime kernel of one tab (K1): start order, wiring of its parts, leader and notices of the profile's other tabs.
 * Start: store → identity → slot → spaces from the store → net leader → replication. The API is in api-facade.ts.
 */
import { AppError, type AppErrorShape } from '#base/app-error';
import { toBase64url, type Bytes } from '#base/bytes';
import type { KernelEvent, LifegraphApi } from '#os/api';
import { KERNEL_LIMITS } from '#os/limits';
import type { RecordEntry } from '#ports/replica';
import { createFragmentGraph } from '#vm/graph/fragment-graph';
import { isAdmissibleKey } from '#vm/protocol/admission';
import type { Ack } from '#vm/replication/host';
import { createReplication } from '#vm/replication/replication';
import { createFacade } from './api-facade.ts';
import { createCopyTracker, type AckRow } from './copies.ts';
import { passTime } from './deliver.ts';
import type { KernelDeps } from './deps.ts';
import { createHost } from './host.ts';
import { createIngest, type Ingest } from './ingest.ts';
import { createJoins, type Joins } from './joins.ts';
import { loadAcks, loadSpaces, scanStore } from './load.ts';
import { logKey } from './log-key.ts';
import { createSpace, refreshInviteRooms, spaceRow } from './membership.ts';
import { createMeshTime } from './mesh-time.ts';
import { introduceSelf } from './persons.ts';
import { createPresence, type PresenceBook } from './presence.ts';
import { loadProfile, makeProfile, type Profile } from './profile.ts';
import { createRecordIndex } from './record-index.ts';
import { createRepair, type Repair } from './repair.ts';
import { createSealer, type Sealer } from './sealer.ts';
import { takeSlot } from './slots.ts';
import type { Kernel, Space } from './state.ts';
import { refreshNetwork } from './status.ts';
import { createTextSessions, type TextSessions } from './text-sessions.ts';

/** How often parked records, presence and link figures are looked at, ms. */
const TICK_MS = 1_000;
const FAULTS_KEPT = 50;

export interface RunningKernel {
  readonly api: LifegraphApi;
  /** Stops links, flushes, closes the store. */
  stop(): Promise<void>;
  /** For the simulator and the bench: the parts behind the API. */
  readonly parts: KernelParts;
}

export interface KernelParts {
  readonly kernel: Kernel;
  readonly sealer: Sealer;
  readonly ingest: Ingest;
  readonly texts: TextSessions;
  readonly joins: Joins;
  readonly presence: PresenceBook;
  readonly repair: Repair;
  readonly metrics: Map<string, number>;
  readonly faults: string[];
  makeIdentity(name: string): Promise<Profile>;
  setServers(urls: readonly string[]): Promise<void>;
  setPaused(paused: boolean): void;
  /** Waits for everything written so far to be committed; rejects with the shape of what stands in the way. */
  saved(): Promise<{ records: number; ops: number }>;
  subscribe(listener: (event: KernelEvent) => void): () => void;
}

/** A notice between tabs of one profile: names only. */
type Notice =
  | { t: 'commit'; arrival: number }
  | { t: 'eph'; space: string; bytes: Bytes; out?: true }
  | { t: 'acks'; rows: AckRow[] }
  | { t: 'network'; network: Kernel['network'] }
  | { t: 'joins' } | { t: 'profile' } | { t: 'servers' } | { t: 'paused'; paused: boolean } | { t: 'wake' };

/** Starts a kernel. It is usable at once for what is in memory; `api.ready` resolves when the store is loaded. */
export function startKernel(deps: KernelDeps): RunningKernel {
  const listeners = new Set<(event: KernelEvent) => void>();
  const metrics = new Map<string, number>();
  const faults: string[] = [];
  const added = new Set<string>();
  let configured: readonly string[] = deps.servers;
  let stopped = false;
  const leaderAbort = new AbortController();
  let cancelTick: (() => void) | null = null;
  let announced = '';
  const keys = new Map<string, boolean>();

  const kernel: Kernel = {
    deps, store: deps.store, boot: toBase64url(deps.random.bytes(16)),
    time: createMeshTime(() => deps.clock.now(), () => onTime()),
    spaces: new Map(), index: createRecordIndex(() => kernel.store), copies: createCopyTracker(),
    profile: null, slot: null, replication: null, scanned: 0, arrival: 0, stuck: null, leader: false, paused: false,
    network: { online: false, signaling: [], peers: [] },
    sealedOps: new WeakMap(), newGraph: createFragmentGraph,
    emit(event) {
      for (const listener of [...listeners]) {
        try {
          listener(event);
        } catch (error) {
          kernel.fault('listener', error);
        }
      }
    },
    metric: (name, add) => void metrics.set(name, (metrics.get(name) ?? 0) + add),
    fault(where, error) {
      kernel.metric(`faults.${where}`, 1);
      const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      if (faults.length < FAULTS_KEPT) faults.push(`${where}: ${text}`.slice(0, 300));
    },
    admits(writer) {
      const key = toBase64url(writer);
      let ok = keys.get(key);
      if (ok === undefined) {
        if (keys.size > 10_000) keys.clear();
        keys.set(key, (ok = isAdmissibleKey(writer)));
      }
      return ok;
    },
    onForkEvidence: (space, evidence) => repair.onFork(space, evidence.writer),
    onAclChanged: (space) => onAcl(space),
    onNetworkChange: () => onNetwork(),
    servers: () => [...new Set([...configured, ...added])],
    addServers(urls) {
      for (const url of urls) if (added.size < 8) added.add(url);
      kernel.replication?.setServers(kernel.servers());
    },
    isNewer: () => false,
    sendEphemeral(space, bytes) {
      kernel.replication?.sendEphemeral(space.id, bytes);
      deps.tabs.post({ t: 'eph', space: space.key, bytes, out: true } satisfies Notice);
    },
  };

  const ingest = createIngest(kernel);
  const sealer = createSealer(kernel, (space) => ownHeadsKnown(kernel, space));
  const texts = createTextSessions(kernel);
  const repair = createRepair(kernel, sealer, texts);
  const presence = createPresence(kernel);
  const joins = createJoins(kernel, () => sealer);

  const onTime = (): void => {
    if (!kernel.profile) return;
    void ingest.exclusive(async () => passTime(kernel)).catch(() => undefined);
    void ingest.exclusive(async () => repair.onTime()).catch(() => undefined);
    kernel.emit({ type: 'clock' });
  };
  const onAcl = (space: Space): void => {
    const profile = kernel.profile;
    if (!profile) return;
    const member = space.rights.roleOf(profile.uid) !== null;
    if (space.standing === 'joining' && member && space.keys.size > 0) {
      space.standing = 'member';
      void kernel.store.commit({ origin: kernel.boot, records: [], values: [spaceRow(space.id, 'member')] }).catch((error: unknown) => kernel.fault('space-row', error));
      kernel.emit({ type: 'spaces', space: space.key });
    }
    if (member) repair.onAcl(space);
    void refreshInviteRooms(kernel, space).then(() => kernel.replication?.refresh()).catch((error: unknown) => kernel.fault('invites', error));
    joins.onSpace(space);
    void introduceSelf({ kernel, sealer, texts }, space).catch((error: unknown) => kernel.fault('introduce', error));
    kernel.emit({ type: 'members', space: space.key });
  };
  let refreshing: Promise<void> | null = null;
  const onNetwork = (): void => {
    joins.onNetwork();
    refreshing ??= refreshNetwork(kernel).catch((error: unknown) => kernel.fault('network', error)).then(() => {
      refreshing = null;
      const text = JSON.stringify([kernel.network.online, kernel.network.signaling, kernel.network.peers.map((peer) => [peer.device, peer.via, peer.spaces])]);
      deps.tabs.post({ t: 'network', network: kernel.network } satisfies Notice);
      if (text !== announced) kernel.emit({ type: 'network' });
      announced = text;
    });
  };

  const onAck = (ack: Ack): void => {
    const row = kernel.copies.ack(logKey({ key: toBase64url(ack.space) }, { key: toBase64url(ack.fragment) }, toBase64url(ack.writer)), toBase64url(ack.ds), ack.seq, deps.clock.now());
    if (!row || ack.level !== 1) return;
    ackRows.push(row);
    if (ackRows.length === 1) deps.clock.setTimer(200, flushAcks);
    settleUnconfirmed(kernel);
    kernel.emit({ type: 'copies', space: toBase64url(ack.space), fragment: toBase64url(ack.fragment) });
  };
  const ackRows: AckRow[] = [];
  const flushAcks = (): void => {
    const rows = ackRows.splice(0);
    deps.tabs.post({ t: 'acks', rows } satisfies Notice);
    const values = rows.map((row): [string, unknown] => [`ack/${row.log}/${row.device}`, row]);
    void kernel.store.commit({ origin: kernel.boot, records: [], values }).catch((error: unknown) => kernel.fault('acks', error));
  };

  const startReplication = (): void => {
    if (kernel.replication || !kernel.profile || !kernel.leader || stopped) return;
    const host = createHost({ kernel, ingest, joins, presence, onAck });
    kernel.replication = createReplication({
      clock: deps.clock, random: deps.random, crypto: deps.crypto, sockets: deps.sockets, dialer: deps.dialer, iceServers: deps.iceServers,
      host, createReplica: deps.createReplica,
    });
    kernel.replication.setServers(kernel.servers());
    if (kernel.paused) kernel.replication.pause();
    kernel.replication.start();
  };

  const onNotice = (notice: Notice): void => {
    switch (notice.t) {
      case 'commit':
        return void ingest.exclusive(() => followOthers(kernel)).catch((error: unknown) => kernel.fault('tab', error));
      case 'eph': {
        const space = kernel.spaces.get(notice.space);
        if (!space) return;
        if (notice.out) kernel.replication?.sendEphemeral(space.id, notice.bytes);
        return void presence.receive(space, notice.bytes).catch((error: unknown) => kernel.fault('ephemeral', error));
      }
      case 'acks':
        for (const row of notice.rows) kernel.copies.ack(row.log, row.device, row.seq, row.at);
        settleUnconfirmed(kernel);
        return kernel.emit({ type: 'copies' });
      case 'network':
        if (kernel.leader) return;
        kernel.network = notice.network;
        return kernel.emit({ type: 'network' });
      case 'joins':
        return void joins.load().then(() => kernel.replication?.refresh()).catch((error: unknown) => kernel.fault('joins', error));
      case 'profile':
        return void open().catch((error: unknown) => kernel.fault('profile', error));
      case 'servers':
        return void readServers().then(() => kernel.replication?.setServers(kernel.servers())).catch(() => undefined);
      case 'paused':
        return parts.setPaused(notice.paused);
      case 'wake':
        return kernel.replication?.redial();
    }
  };

  const readServers = async (): Promise<void> => {
    const stored = await kernel.store.get('local/servers');
    configured = Array.isArray(stored) && stored.every((url) => typeof url === 'string') ? (stored as string[]) : deps.servers;
  };

  /** Everything from the store; then this tab competes for the links of the profile. */
  const open = async (): Promise<void> => {
    if (kernel.profile) return;
    await readServers();
    const profile = await loadProfile(deps);
    if (!profile) return;
    kernel.profile = profile;
    kernel.slot = await takeSlot(deps, profile);
    await loadSpaces(kernel);
    await loadAcks(kernel);
    await ingest.exclusive(async () => void (await scanStore(kernel, 'local')));
    await joins.load();
    kernel.emit({ type: 'spaces' });
    startReplication();
  };

  const tick = (): void => {
    if (stopped) return;
    cancelTick = deps.clock.setTimer(TICK_MS, tick);
    if (kernel.replication) onNetwork();
    void ingest.exclusive(async () => passTime(kernel)).catch(() => undefined);
  };

  deps.tabs.onNotice = (notice) => onNotice(notice as Notice);
  deps.store.onClosed = (reason) => {
    kernel.stuck = storeClosed(reason);
    kernel.emit({ type: 'stuck' });
  };
  void deps.tabs.waitLock('lgos/net', leaderAbort.signal).then(() => {
    kernel.leader = true;
    void ready.then(startReplication);
    kernel.emit({ type: 'network' });
  }, () => undefined);
  const ready = open();
  ready.catch((error: unknown) => kernel.fault('open', error));
  cancelTick = deps.clock.setTimer(TICK_MS, tick);

  const parts: KernelParts = {
    kernel, sealer, ingest, texts, joins, presence, repair, metrics, faults,
    async makeIdentity(name) {
      const profile = await makeProfile(deps, name);
      kernel.profile = profile;
      kernel.slot = await takeSlot(deps, profile);
      await createSpace({ kernel, sealer, texts }, { name: profile.name, kind: 'personal', channel: 'notes' });
      startReplication();
      deps.tabs.post({ t: 'profile' } satisfies Notice);
      return profile;
    },
    async setServers(urls) {
      configured = urls;
      added.clear();
      await kernel.store.commit({ origin: kernel.boot, records: [], values: [['local/servers', [...urls]]] });
      kernel.replication?.setServers(kernel.servers());
      deps.tabs.post({ t: 'servers' } satisfies Notice);
    },
    setPaused(paused) {
      if (kernel.paused === paused) return;
      kernel.paused = paused;
      if (paused) kernel.replication?.pause();
      else kernel.replication?.resume();
      deps.tabs.post({ t: 'paused', paused } satisfies Notice);
      if (paused) kernel.network = { online: false, signaling: kernel.network.signaling, peers: [] };
      kernel.emit({ type: 'network' });
    },
    async saved() {
      await sealer.flushAll();
      if (kernel.stuck) throw appErrorOf(kernel.stuck);
      return { records: metrics.get('records.sealed') ?? 0, ops: metrics.get('ops.sealed') ?? 0 };
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };

  return {
    api: createFacade(parts, ready),
    parts,
    async stop() {
      stopped = true;
      leaderAbort.abort();
      cancelTick?.();
      await sealer.flushAll().catch(() => undefined);
      await kernel.replication?.stop();
      ingest.close();
      kernel.slot?.release();
      kernel.store.close();
    },
  };
}

/** Own heads are asked once per space before the first seal of a slot that existed before this run, while a link is up (FORMATS 5, At start). */
async function ownHeadsKnown(kernel: Kernel, space: Space): Promise<void> {
  if (space.ownHeadsAsked || !kernel.slot) return;
  space.ownHeadsAsked = true;
  const linked = kernel.network.peers.some((peer) => peer.spaces.includes(space.key));
  if (kernel.slot.fresh || !linked || !kernel.replication) return;
  await kernel.replication.ownHeads(space.id, [kernel.slot.writer], KERNEL_LIMITS.ownHeadsMs).catch(() => undefined);
}

/** What other tabs committed, and for the leader: what they wrote goes out. */
async function followOthers(kernel: Kernel): Promise<void> {
  await loadSpaces(kernel);
  const written: RecordEntry[] = await scanStore(kernel, 'remote');
  if (kernel.replication && written.length > 0) kernel.replication.publish(written);
}

/** Nothing waits for a confirmation any more: the clock of "Only on this device" starts anew with the next write. */
function settleUnconfirmed(kernel: Kernel): void {
  for (const space of kernel.spaces.values()) {
    if (space.unconfirmedSince === null || !kernel.slot) continue;
    const open = [...space.fragments.values()].some((fragment) => {
      const tip = fragment.log.contiguous(kernel.slot!.writer);
      return tip >= 0 && kernel.copies.confirmed(logKey(space, fragment, kernel.slot!.text)) < tip;
    });
    if (!open) space.unconfirmedSince = null;
  }
}

function storeClosed(reason: string): AppErrorShape {
  return { code: `store-${reason}`, message: 'The database of this site was closed.', safe: 'Everything shown as saved is safe.', next: 'Reload the page, or export what is not saved.' };
}

function appErrorOf(shape: AppErrorShape): AppError {
  return new AppError(shape.code, shape.message, shape.safe, shape.next);
}
