/**
 * The runtime kernel of one tab (K1): start order and wiring of its parts.
 * Start: store → identity → slot → spaces from the store → net leader → replication. The API is in api-facade.ts, the notices between tabs in tab-notices.ts.
 */
import type { KernelEvent, LifegraphApi } from '#os/api';
import { KERNEL_LIMITS } from '#os/limits';
import type { PairAct } from '#os/devices-api';
import type { NetNotice } from '#os/net-acts-api';
import { AppError } from '#base/app-error';
import { StoreError } from '#ports/record-store';
import { SPACE_KIND } from '#vm/protocol/types';
import { createAckBook, type AckBook } from './ack-book.ts';
import { createFacade } from './api-facade.ts';
import { createComputeDoor, type ComputeDoor } from './compute-door.ts';
import { createFilesDoor, type FilesDoor } from './files-door.ts';
import { passTime } from './deliver.ts';
import type { KernelDeps } from './deps.ts';
import { createIngest, type Ingest } from './ingest.ts';
import { createJoins, type Joins } from './joins.ts';
import { createKernelRoom, type KernelRoom } from './kernel-state.ts';
import { loadAcks, loadBases, loadSpaces, ownHeadsKnown, readAhead, scanStore } from './load.ts';
import { createLoader } from './loader.ts';
import { loadEngines } from './engines.ts';
import { createEphemeralOut } from './ephemeral-out.ts';
import { endLinks, loadLinks, startReplication, stopLinks } from './links.ts';
import { loadRevokes, whenRevoked } from './own-devices.ts';
import { keepSoon, partHeard } from './part-keeper.ts';
import { createPresence, type PresenceBook } from './presence.ts';
import { createPreviews, type PreviewBook } from './previews.ts';
import { loadProfile, makeProfile, type Profile } from './profile.ts';
import { createReactions, type Reactions } from './reactions.ts';
import { createRepair, type Repair } from './repair.ts';
import type { ReturnRow } from './return-host.ts';
import { createSealer, type Sealer } from './sealer.ts';
import { READING_ROW, readerProfile, type Reading } from './reading-row.ts';
import { createServerList, type ServerList } from './server-list.ts';
import { leaveShortSlots } from './short-slots.ts';
import { takeSlot } from './slots.ts';
import { ROOT_KEY } from './spaces.ts';
import type { Kernel, Space } from './state.ts';
import { draftsWait, noteStoreClosed } from './stuck.ts';
import { superintend } from './superintend.ts';
import { followOthers, listenToTabs, postNotice } from './tab-notices.ts';
import { createTextSessions, type TextSessions } from './text-sessions.ts';
import { createWitnessDoor, type WitnessDoor } from './witness-door.ts';

/** How often time, links and presence are looked at, ms. */
const TICK_MS = 1_000;

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
  readonly previews: PreviewBook;
  readonly repair: Repair;
  readonly acks: AckBook;
  readonly servers: ServerList;
  readonly reactions: Reactions;
  readonly files: FilesDoor | null;
  readonly witness: WitnessDoor;
  readonly compute: ComputeDoor;
  readonly metrics: Map<string, number>;
  readonly faults: string[];
  /** Loads the profile and everything it has; does nothing before the first run. `opened`: the first screen can be drawn. */
  open(opened?: () => void): Promise<void>;
  /** Starts the links, where this tab leads and there is a profile. */
  link(): void;
  makeIdentity(name: string): Promise<Profile>;
  /** A person came back: the links start anew under their name. */
  adopt(profile: Profile): Promise<void>;
  /** A step of a pairing; its code comes with the first one. */
  pair(act: PairAct): Promise<void>;
  /** What another tab said about an act on the network; its code comes with the first one. */
  net(notice: NetNotice): Promise<void>;
  /** Whoever came back goes on with what is here; a Personal space is made when none came. */
  settleIn(): Promise<void>;
  setPaused(paused: boolean): void;
  /** Waits for everything written so far to be committed; rejects with the shape of what stands in the way. */
  saved(leaving?: boolean): Promise<{ records: number; ops: number }>;
  subscribe(listener: (event: KernelEvent) => void): () => void;
}

/** Starts a kernel. `api.ready` resolves when the store is loaded. */
export function startKernel(deps: KernelDeps): RunningKernel {
  const parts = createParts(deps);
  const { kernel } = parts;
  const leaderAbort = new AbortController();
  let stopped = false;
  let cancelTick: () => void = () => undefined;

  listenToTabs(parts);
  deps.store.onClosed = (reason) => noteStoreClosed(kernel, reason);
  let openedNow: () => void = () => undefined;
  const early = new Promise<void>((resolve) => (openedNow = resolve));
  const ready = parts.open(openedNow);
  let firstRun = false;
  ready.then(() => (firstRun = kernel.profile === null), () => undefined);
  const opened = Promise.race([early, ready]);
  opened.catch(() => undefined);
  // Links come after what waited for the store: making them is work of its own, and the first screen is asked for now.
  let cancelLinks: () => void = () => undefined;
  ready.then(() => {
    // Whoever gives a name finds them here.
    for (const load of [loadEngines, loadLinks]) load()?.catch(() => undefined);
    if (!stopped) cancelLinks = deps.clock.setTimer(0, () => startReplication(parts));
  }, (error: unknown) => kernel.fault('open', error));
  deps.tabs.waitLock('lgos/net', leaderAbort.signal).then(() => {
    kernel.leader = true;
    kernel.emit({ type: 'network' });
    // The first tab of a profile that is older than this run; where there is no room, nothing is worse than before.
    ready.then(() => (firstRun || stopped ? undefined : deps.store.turnLog?.())).catch(() => undefined);
    // What the leader before committed last is read before anything is asked for again; a join it had begun and told nobody of goes on here.
    return ready.then(() => parts.ingest.exclusive(() => followOthers(kernel))).then(() => parts.joins.load().catch((error: unknown) => kernel.fault('join', error)))
      .then(() => (startReplication(parts), keepSoon(parts)));
  }).catch(() => undefined);
  let due = deps.clock.monotonic() + TICK_MS;
  const tick = (): void => {
    if (stopped) return;
    const now = deps.clock.monotonic();
    superintend(kernel, parts.ingest.length, now - due, now);
    due = now + TICK_MS;
    cancelTick = deps.clock.setTimer(TICK_MS, tick);
    if (kernel.replication) kernel.onNetworkChange();
    void parts.ingest.exclusive(async () => {
      // Time went back: own records may lie ahead now.
      if (passTime(kernel)) parts.repair.onTime();
      parts.repair.onTick();
      await parts.ingest.review();
      // A tab that died between its commit and its notice told nobody.
      if (kernel.profile && !kernel.loading) await followOthers(kernel);
    }).catch(() => undefined);
    tend(parts);
    tendHistory(parts);
  };
  cancelTick = deps.clock.setTimer(TICK_MS, tick);

  return {
    api: createFacade(parts, ready, opened),
    parts,
    async stop() {
      stopped = true;
      leaderAbort.abort();
      cancelTick();
      cancelLinks();
      await parts.sealer.flushAll().catch(() => undefined);
      parts.files?.close();
      parts.witness.close();
      parts.compute.close();
      await endLinks(kernel);
      parts.ingest.close();
      kernel.slot?.release();
      kernel.store.close();
    },
  };
}

/** A store that has grown gets snapshots of its large fragments. */
function tend({ kernel, ingest }: KernelParts): void {
  if (kernel.loading || kernel.deps.fleeting || kernel.index.size < (kernel.deps.snapshots?.records ?? KERNEL_LIMITS.snapshotRecords)) return;
  void import('./snapshots.ts').then(({ tendSnapshots }) => tendSnapshots(kernel, ingest.exclusive)).catch((error: unknown) => kernel.fault('snapshot', error));
}

/** Baselines of its spaces: looked at, stood on, and what they cover let go. */
function tendHistory({ kernel, ingest, sealer }: KernelParts): void {
  if (kernel.loading || !kernel.profile || ![...kernel.spaces.values()].some(({ rights, fragments }) => rights.heads().length > 0 && (rights.view().closings.length > 0 || [...fragments.values()].some(({ base }) => base !== null)))) return;
  void import('./baselines.ts').then(({ tendBaselines }) => tendBaselines({ kernel, ingest, sealer })).catch((error: unknown) => kernel.fault('baseline', error));
}

/** The parts of a kernel, each knowing the others only through what it is given. */
function createParts(deps: KernelDeps): KernelParts {
  const room: KernelRoom = createKernelRoom(deps, {
    onForkEvidence: (space, evidence) => repair.onFork(space, evidence),
    onBranchHeld: (space) => repair.onAcl(space),
    onAclChanged: (space) => reactions.onAcl(space),
    onNameHeard: (space, uid, name) => reactions.onNameHeard(space, uid, name),
    onDirectoryChanged: (space) => reactions.onDirectory(space),
    onNetworkChange: () => reactions.onNetwork(),
    onTime: () => reactions.onTime(),
    servers: () => servers.urls(),
    addServers: (urls) => servers.add(urls),
    sendEphemeral(space, bytes) {
      kernel.replication?.sendEphemeral(space.id, bytes);
      postNotice(kernel, { t: 'eph', space: space.key, bytes, out: true });
    },
  });
  const { kernel } = room;
  const servers = createServerList(kernel);
  const ingest = createIngest(kernel);
  const sealer = createSealer(kernel, async (space) => {
    await kernel.loading;
    await ownHeadsKnown(kernel, space);
  });
  const texts = createTextSessions(kernel);
  const repair = createRepair(kernel, sealer, texts);
  const out = createEphemeralOut(kernel);
  const previews = createPreviews(kernel, out);
  const presence = createPresence(kernel, out, previews);
  room.subscribe((event) => {
    if (event.type === 'node_updated') previews.settled(event.space!, event.fragment!);
    if (event.type === 'network') presence.onLinks();
    const moved = movedIn(kernel, event);
    if (moved) repair.onMoved(moved);
    partHeard(parts, event);
  });
  const joins = createJoins(kernel, () => sealer);
  const acks = createAckBook(kernel, (rows) => postNotice(kernel, { t: 'acks', rows }));
  const reactions = createReactions({ kernel, sealer, texts, ingest, joins, repair });
  const parts: KernelParts = {
    ...room, sealer, ingest, texts, joins, presence, previews, repair, acks, servers, reactions,
    get files() { return files; },
    get witness() { return witness; },
    get compute() { return compute; },
    open: (opened) => openProfile(parts, opened),
    link: () => startReplication(parts),
    makeIdentity: (name) => makeIdentity(parts, name),
    adopt: (profile) => adopt(parts, profile),
    pair: async (act) => (await import('./pairing.ts')).pairAct(parts, act),
    net: async (notice) => (await import('./net-acts.ts')).netHeard(parts, notice),
    settleIn: async () => void (kernel.profile && (await completeFirstRun(parts, kernel.profile))),
    setPaused: (paused) => setPaused(parts, paused),
    async saved(leaving = false) {
      if (leaving) kernel.leave();
      // A refusal of the store is told by the shape below: what stands in the way and what to do.
      await sealer.flushAll().catch((error: unknown) => {
        if (!(error instanceof StoreError)) throw error;
      });
      const waits = kernel.stuck ?? [...kernel.spaces.values()].map((space) => draftsWait(kernel, space)?.reason).find((reason) => reason !== undefined);
      if (waits) throw new AppError(waits.code, waits.message, waits.safe, waits.next);
      return { records: room.metrics.get('records.sealed') ?? 0, ops: room.metrics.get('ops.sealed') ?? 0 };
    },
  };
  const [files, witness, compute] = [createFilesDoor(parts), createWitnessDoor(parts), createComputeDoor(parts)];
  return parts;
}

/** The space of a change in a fragment that things were moved out of or into; null: of another one. */
function movedIn(kernel: Kernel, { type, space: id, fragment }: KernelEvent): Space | null {
  const space = type === 'node_updated' || type === 'node_created' ? kernel.spaces.get(id ?? '') : undefined;
  return space && (space.fragments.get(fragment ?? '')?.graph.marked.size ?? 0) > 0 ? space : null;
}

/** Everything from the store; then this tab competes for the links of the profile. */
async function openProfile(parts: KernelParts, opened: () => void = () => undefined): Promise<void> {
  const { kernel, ingest, joins } = parts;
  if (kernel.profile) return void (kernel.returning = ((await kernel.store.get('id/return')) as ReturnRow | undefined) ?? null);
  // What does not need each other is read beside each other: a small store is open in the time of a few reads.
  const ahead = readAhead(kernel);
  const [loaded, returning, reading] = await Promise.all([loadProfile(kernel.deps), kernel.store.get('id/return'), kernel.store.get(READING_ROW), parts.servers.load()]);
  kernel.reading = (reading as Reading | undefined) ?? null;
  const profile = kernel.reading ? readerProfile(kernel.reading) : loaded;
  kernel.returning = (returning as ReturnRow | undefined) ?? null;
  if (!profile || kernel.profile) return;
  const engines = loadEngines();
  engines?.catch(() => undefined);
  kernel.profile = profile;
  if (kernel.reading) kernel.addServers(kernel.reading.signaling);
  const load = async (): Promise<void> => {
    const [, floor] = await Promise.all([kernel.reading || kernel.deps.beacon ? null : takeSlot(kernel.deps, profile).then((slot) => (kernel.slot = slot)), kernel.store.get('mesh/last')]);
    if (typeof floor === 'number' && Number.isFinite(floor)) kernel.time.setFloor(floor);
    await Promise.all([loadSpaces(kernel), loadAcks(kernel), loadRevokes(kernel), loadBases(kernel, () => import('./baseline-open.ts'))]);
    if (engines) await engines;
    if (profile.keys) await (await import('./backup-keys.ts')).learnKept(kernel);
    const loader = (kernel.loader = createLoader(kernel));
    await ingest.exclusive(() => loader.run(ahead, opened));
    await leaveShortSlots(kernel, profile);
  };
  kernel.loading = load();
  await kernel.loading.finally(() => {
    kernel.loading = null;
  });
  kernel.revoked = whenRevoked(kernel);
  // Who comes back may have a Personal space already, on a device that is not online yet.
  if (!kernel.returning && !kernel.reading && !kernel.deps.beacon) await completeFirstRun(parts, profile).catch((error: unknown) => kernel.fault('first-run', error));
  await joins.load();
  // Reactions waited: half of a log must not make anybody introduce themselves again, share keys or retire slots.
  for (const space of kernel.spaces.values()) {
    kernel.onAclChanged(space);
    if ([...space.fragments.values()].some(({ graph }) => graph.marked.size > 0)) parts.repair.onMoved(space);
  }
  kernel.emit({ type: 'spaces' });
  for (const space of kernel.spaces.values()) kernel.emit({ type: 'copies', space: space.key });
}

async function makeIdentity(parts: KernelParts, name: string): Promise<Profile> {
  const { kernel } = parts;
  // Two tabs of a new profile may ask in the same moment: the second one's person would replace the first one's and take its spaces along.
  if (kernel.returning || kernel.reading || kernel.pairing?.meets === true) throw new AppError('already', 'Somebody comes back to this browser.', 'Nothing was changed.', 'Give that up first.');
  const release = await kernel.deps.tabs.tryLock('lgos/first-run');
  if (!release) throw new AppError('already', 'Another tab is making the identity of this browser.', 'Nothing was changed here.', 'Go on in the other tab, or reload.');
  let profile: Profile;
  try {
    // Before there is anybody: a person without a space of their own would stay when it does not come.
    const [{ createSpace }] = await Promise.all([import('./create-space.ts'), loadEngines()]);
    profile = await makeProfile(kernel.deps, name);
    kernel.profile = profile;
    kernel.slot = await takeSlot(kernel.deps, profile);
    await stopLinks(kernel);
    await createSpace(parts, { name: profile.name, kind: 'personal', channel: 'notes' });
  } finally {
    release();
  }
  startReplication(parts);
  postNotice(kernel, { t: 'profile' });
  return profile;
}

/** The links of the search end; what follows begins under the person's own name. */
async function adopt(parts: KernelParts, profile: Profile): Promise<void> {
  const { kernel } = parts;
  kernel.profile = profile;
  kernel.slot = await takeSlot(kernel.deps, profile);
  await stopLinks(kernel);
  startReplication(parts);
  postNotice(kernel, { t: 'profile' });
  kernel.emit({ type: 'spaces' });
}

/** The first run may have ended between the person and a Personal space with its first channel: what is missing is made now, by one tab. */
async function completeFirstRun(parts: KernelParts, profile: Profile): Promise<void> {
  const { kernel } = parts;
  const personal = (): Space | undefined => [...kernel.spaces.values()].find((space) => space.rights.view().kind === SPACE_KIND.personal && space.rights.view().members.size > 0);
  // By the log, not by what is shown: its records may be parked.
  const whole = (space: Space | undefined): boolean => (space?.fragments.get(ROOT_KEY)?.log.size ?? 0) > 0;
  const release = whole(personal()) ? null : await kernel.deps.tabs.tryLock('lgos/first-run');
  if (!release) return;
  try {
    await loadSpaces(kernel);
    await parts.ingest.exclusive(async () => void (await scanStore(kernel, 'local')));
    const space = personal();
    const { createSpace, furnishSpace } = await import('./create-space.ts');
    if (!space) await createSpace(parts, { name: profile.name, kind: 'personal', channel: 'notes' });
    else if (!whole(space)) await furnishSpace(parts, space, profile.name, 'notes');
  } finally {
    release();
  }
}

/** Cuts or restores all wires of the profile. */
function setPaused({ kernel }: KernelParts, paused: boolean): void {
  if (kernel.paused === paused) return;
  kernel.paused = paused;
  if (paused) kernel.replication?.pause();
  else kernel.replication?.resume();
  postNotice(kernel, { t: 'paused', paused });
  if (paused) kernel.network = { online: false, signaling: kernel.network.signaling, peers: [], archives: [], versions: { newer: 0, older: 0 }, unreached: [], altered: [], beacons: kernel.network.beacons };
  kernel.emit({ type: 'network' });
}
