/** The page's end: a LifegraphApi over RPC to the kernel worker, whichever it is now, and its supervision. Published as `window.lifegraph`. */
import { createSystemClock } from '#adapters/system-clock/system-clock';
import { createWebRandom } from '#adapters/web-crypto/web-random';
import type { RpcPort } from '#adapters/worker-rpc/rpc';
import { createRpcClient, type RpcClient } from '#adapters/worker-rpc/rpc-client';
import type { Change, JoinState, KernelEvent, LifegraphApi, NetworkStatus, Query } from '#os/api';
import { readFile, type FilesApi } from '#os/files-api';
import type { PasskeyAsk, UnlockRequest } from '#os/lock-api';
import { createActJournal, kernelLost, type ActJournal } from './act-journal.ts';
import { ASK_AGAIN } from './call-policy.ts';
import { startRun, type GivePort, type StartWait, type RunSetup } from './kernel-run.ts';
import type { KernelCalls, KernelSnapshot, KernelStreams } from './kernel-server.ts';
import { watchLeaving } from './last-words.ts';
import { createSupervisor, type Supervisor } from './supervisor.ts';
import { exportWaiting, kernelStopped, pageDiagnostics } from './unsaved-acts.ts';

type Client = RpcClient<KernelCalls, KernelStreams>;

const NO_NETWORK: NetworkStatus = { online: false, paused: false, leader: false, signaling: [], peers: [], archives: [], versions: { newer: 0, older: 0 }, unreached: [], altered: [], beacons: [], pending: 0, clockOffsetMs: 0, clockWarning: false };

/** The worker, and the settings handed to it at start. */
export interface KernelStart extends Required<Pick<RunSetup, 'onAsked'>> {
  readonly worker: Worker;
  /** Another one, when that has died. */
  again(): Worker;
  /** A kernel that has been open is not ended because it does not answer: all there is would go with it. */
  patient?: boolean;
  /** Signaling servers before the settings of this device say otherwise. */
  servers: string[];
  version: string;
  /** The first kernel still waits, long after it asked: for the storage of the browser, or for its own script. */
  onWait(what: StartWait): void;
  /** Each kernel that has loaded: `give` hands it a port. */
  onRun(give: GivePort): void;
  /** The browser is locked: nothing is known of it until `unlock` resolves. */
  onLocked(unlock: (request: UnlockRequest) => Promise<void>, passkey: PasskeyAsk | null): void;
}

/** What the page knows and holds of its kernel. */
interface Room {
  readonly client: Client;
  readonly journal: ActJournal;
  readonly supervisor: Supervisor;
  readonly events: Events;
  last: KernelSnapshot;
  faults: number;
  /** What is noted on this device and not known to be kept yet: drafts and the like. */
  notes: number;
}

/** Gives the kernel worker of this tab what it waits for and returns its API. */
export function connectKernel({ worker, again, patient = false, servers, version, onWait, onLocked, onRun, onAsked }: KernelStart): LifegraphApi {
  const client: Client = createRpcClient<KernelCalls, KernelStreams>(null);
  const target = {
    transact: (...args: Parameters<ActJournal['transact']>) => client.callNow('graph.transact', ...args),
    // Asks no other device: what is not held here has not landed here.
    holds: (space: string, id: string) => client.callNow('graph.text', space, id).then(() => true, () => false),
  };
  const journal = createActJournal(createWebRandom(crypto), target, () => room.last.identity?.uid ?? null);
  const events = createEvents(client);
  const tell = (): void => events.tell({ type: 'kernel' });
  const room: Room = {
    client, journal, events, faults: 0, notes: 0,
    last: { identity: null, returning: null, lock: null, network: NO_NETWORK, metrics: {} },
    supervisor: createSupervisor(createSystemClock(), {
      spawn: (ears, first) => startRun(first ? worker : again(), {
        servers, version, onLocked, onRun, onAsked,
        // A later kernel starts under a screen that says what is going on.
        onWait: (what) => first && onWait(what),
        bind(port: RpcPort) {
          client.bind(port);
          // At the start of the page nothing is behind: what it asks may go out while the store is read.
          if (first) client.release();
          // A restarted kernel is given what it lacks when it knows all it has.
          return client.callNow(first ? 'opened' : 'ready').then(async (snapshot) => {
            room.last = snapshot;
            if (!first) await journal.replay(target);
          });
        },
        onFault(detail) {
          room.faults += 1;
          console.warn('kernel worker:', detail);
          tell();
        },
      }, ears),
      inHand: () => journal.inHand, patient,
      onLost() {
        journal.lost();
        client.lose(kernelLost().toJSON(), (name) => ASK_AGAIN[name]);
      },
      onBack: () => client.release(),
      onStopped: () => client.refuse(kernelStopped(room.supervisor.state()).toJSON()),
      onChange: tell,
    }),
  };
  const api = remoteApi(room, version);
  watchReturns({ window, document, wake: () => void api.network.retry().catch(() => undefined), hide: () => void client.call('saved').catch(() => undefined) });
  watchLeaving(window, { waiting: () => journal.waiting + room.notes, ask: (told) => void client.call('saved', told).catch(() => undefined), gone: () => room.supervisor.close() });
  return api;
}

/**
 * The network is back, the page runs again after it was frozen or taken out of the back-forward cache, or somebody looks at it again: links and servers
 * are dialled at once (FORMATS 8). A page that is hidden, frozen or left may never come back: what is pending is flushed.
 */
export function watchReturns({ window, document, wake, hide }: { window: Pick<Window, 'addEventListener'>; document: Pick<Document, 'addEventListener' | 'visibilityState'>; wake: () => void; hide: () => void }): void {
  window.addEventListener('online', wake);
  window.addEventListener('pageshow', (event) => event.persisted && wake());
  window.addEventListener('pagehide', hide);
  document.addEventListener('resume', wake);
  document.addEventListener('freeze', hide);
  document.addEventListener('visibilitychange', () => (document.visibilityState === 'visible' ? wake() : hide()));
}

/** The API over a client; synchronous members answer from the last snapshot. */
function remoteApi(room: Room, version: string): LifegraphApi {
  const { client } = room;
  const opened = room.supervisor.ready.then(() => {
    client.subscribe('snapshots', [] as never, (state) => {
      room.last = state;
    });
    client.subscribe('settled', [] as never, () => room.journal.settled());
  });
  // Asked along with `opened`: when that is answered, the page draws its first screen and asks nothing for a while.
  const whole = client.call('ready');
  whole.catch(() => undefined);
  const ready = opened.then(async () => {
    room.last = await whole;
  });
  // Told by `opened` as well, and the page may wait for that one only.
  ready.catch(() => undefined);
  const refresh = async (): Promise<void> => {
    room.last = await client.call('snapshot');
  };
  let asked = false;
  /** For those who read again and again: one question at a time, or a busy kernel would answer the same one many times over. */
  const glance = (): void => {
    if (asked) return;
    asked = true;
    void refresh().catch(() => undefined).finally(() => (asked = false));
  };
  return {
    version,
    protocol: 0,
    ready, opened,
    identity: {
      get: () => room.last.identity,
      async create(options) {
        const made = await client.call('identity.create', options);
        await refresh();
        return made;
      },
      async rename(name) {
        await client.call('identity.rename', name);
        await refresh();
      },
    },
    spaces: spacesApi(client),
    access: accessApi(client),
    reading: { open: (link) => client.call('reading.open', link), status: () => client.call('reading.status') },
    reports: reportsApi(client), papers: (ask) => client.call('papers', ask),
    graph: (space) => graphApi(room, space),
    saved: () => client.call('saved'),
    copies: (id) => client.call('copies', id),
    network: {
      status() {
        glance();
        return room.last.network;
      },
      pause: () => void client.call('network.pause').then(refresh).catch(() => undefined),
      resume: () => void client.call('network.resume').then(refresh).catch(() => undefined),
      setServers: (urls) => client.call('network.setServers', urls),
      retry: () => client.call('network.retry'),
      check: () => client.call('network.check'),
      act: (act) => client.call('network.act', act) as never,
    },
    diagnostics: async () => (room.supervisor.state().state === 'stopped' ? pageDiagnostics(version, room) : client.call('diagnostics')),
    metrics() {
      glance();
      return room.last.metrics;
    },
    on: (listener) => room.events.on(listener),
    copiesOf: (space, fragment) => client.call('copiesOf', space, fragment), durability: (space, of) => client.call('durability', space, of),
    ...toldApi(client), files: filesApi(client), compute: { act: (act) => client.call('compute.act', act) as never, watch: (on) => client.subscribe('compute.watch', [] as never, on) },
    ...deviceApi(room),
    ...guardApi(room, version),
  };
}

/** Members of a part of the API that only pass their arguments on. */
function remote<P extends 'backup' | 'devices' | 'lock' | 'recovery', K extends keyof LifegraphApi[P] & string>(client: Client, part: P, names: readonly K[]): Pick<LifegraphApi[P], K> {
  const call = client.call as (name: string, ...args: unknown[]) => Promise<unknown>;
  return Object.fromEntries(names.map((name) => [name, (...args: unknown[]) => call(`${part}.${name}`, ...args)])) as unknown as Pick<LifegraphApi[P], K>;
}

/** What is of this device alone. */
function deviceApi(room: Room): Pick<LifegraphApi, 'backup' | 'devices' | 'local' | 'log' | 'recovery' | 'lock'> {
  const { client } = room;
  return {
    devices: remote(client, 'devices', ['list', 'rename', 'revoke', 'unheld', 'part', 'pairing', 'pair', 'pairWith', 'answerPairing', 'endPairing']),
    recovery: { returning: () => room.last.returning, ...remote(client, 'recovery', ['status', 'phrase', 'check', 'fromPhrase', 'keyFile', 'checkKeyFile', 'fromKeyFile', 'finish', 'parts']) },
    backup: remote(client, 'backup', ['status', 'make', 'verify', 'restore', 'merge', 'tryKey', 'cancel']),
    lock: {
      get: () => room.last.lock,
      ...remote(client, 'lock', ['status', 'set', 'change', 'remove', 'setPasskey', 'now']),
      setIdle: async (minutes) => (await client.call('lock.setIdle', minutes), void (room.last = await client.call('snapshot'))),
    },
    local: {
      get: (key) => client.call('local.get', key),
      set: (key, value) => (room.notes++, client.call('local.set', key, value).finally(() => room.notes--)),
    },
    log: {
      records: (space, options) => client.call('log.records', space, options),
      record: (space, id) => client.call('log.record', space, id),
    },
  };
}

/** The kernel as the page sees it, and what is not saved. */
function guardApi(room: Room, version: string): Pick<LifegraphApi, 'supervision' | 'stuck'> {
  const { client } = room;
  return {
    supervision: {
      status: () => ({ ...room.supervisor.state(), waiting: room.journal.waiting, givenUp: room.journal.givenUp, faults: room.faults }),
      restart: async () => room.supervisor.restart(),
      pipeline: () => client.call('pipeline'),
    },
    stuck: {
      retry: async () => (room.supervisor.state().state === 'stopped' ? room.supervisor.restart() : client.call('stuck.retry')),
      // Without a kernel it is the page that knows what is not saved.
      exportUnsaved: async () => (room.supervisor.state().state === 'running' ? client.call('stuck.export') : exportWaiting(version, room.supervisor.state(), room.journal)),
    },
  };
}

interface Events {
  on(listener: (event: KernelEvent) => void): () => void;
  /** An event of the page itself. */
  tell(event: KernelEvent): void;
}

/** The events of the kernel and of its supervision: one stream, however many listen. */
function createEvents(client: Client): Events {
  const listeners = new Map<object, (event: KernelEvent) => void>();
  let stop: (() => void) | null = null;
  const tell = (event: KernelEvent): void => {
    for (const listener of [...listeners.values()]) {
      try {
        listener(event);
      } catch (error) {
        reportError(error);
      }
    }
  };
  return {
    tell,
    on(listener) {
      const key = {};
      listeners.set(key, listener);
      stop ??= client.subscribe('events', [] as never, (events) => events.forEach(tell));
      return () => {
        listeners.delete(key);
        if (listeners.size > 0) return;
        stop?.();
        stop = null;
      };
    },
  };
}

/** What is told and kept nowhere. */
function toldApi(client: Client): Pick<LifegraphApi, 'calls' | 'edits' | 'presence' | 'previews'> {
  return {
    edits: (space, node) => client.call('graph.edits', space, node), calls: { send: (...args) => client.call('calls.send', ...args), subscribe: (on) => client.subscribe('calls', [] as never, on) },
    presence: {
      set: (space, fragment, kind) => void client.call('presence.set', space, fragment, kind).catch(() => undefined),
      list: (space) => client.call('presence.list', space),
    },
    previews: {
      set: (space, place, edit) => void client.call('previews.set', space, place, edit).catch(() => undefined),
      list: (space) => client.call('previews.list', space),
      subscribe: (space, node, on) => client.subscribe('previews', [space, node], on),
    },
  };
}

function filesApi(client: Client): FilesApi {
  const files: FilesApi = {
    add: async (...args) => (await import('./add-file.ts')).addFile(client, ...args),
    watch: (space, id, on) => client.subscribe('files.watch', [space, id], on),
    want: (space, id) => client.call('files.want', space, id),
    cancel: (space, id) => client.call('files.cancel', space, id), drop: (space, id) => client.call('files.drop', space, id),
    piece: async (space, id, index, signal) => (signal ? (await import('./add-file.ts')).waitPiece(client, space, id, index, signal) : client.call('files.piece', space, id, index)),
    read: (space, id) => readFile(files, space, id),
  };
  return files;
}

function spacesApi(client: Client): LifegraphApi['spaces'] {
  return {
    create: (options) => client.call('spaces.create', options),
    list: () => client.call('spaces.list'),
    invite: async (space, options) => location.href.split('#')[0] + (await client.call('spaces.invite', space, options)),
    async join(link, options) {
      const { space } = await client.call('spaces.join', link, options);
      return { space, state: joinStates(client, link) };
    },
    members: (space) => client.call('spaces.members', space),
    leave: (space) => client.call('spaces.leave', space),
    invites: (space) => client.call('spaces.invites', space),
    revokeInvite: (space, invite) => client.call('spaces.revokeInvite', space, invite),
    archive: (space) => client.call('spaces.archive', space),
    setArchive: (space, urls) => client.call('spaces.setArchive', space, urls),
    waiting: (space) => client.call('spaces.waiting', space),
    approve: (space, uid, role) => client.call('spaces.approve', space, uid, role),
    decline: (space, uid, words) => client.call('spaces.decline', space, uid, words),
    request: (space) => client.call('spaces.request', space),
    withdraw: (space) => client.call('spaces.withdraw', space),
    readLink: (link) => client.call('spaces.readLink', link),
  };
}

function reportsApi(client: Client): LifegraphApi['reports'] {
  return {
    send: (space, report) => client.call('reports.send', space, report),
    list: (space) => client.call('reports.list', space),
    decide: (space, report, state) => client.call('reports.decide', space, report, state),
  };
}

function accessApi(client: Client): LifegraphApi['access'] {
  return {
    choices: (space, uids) => client.call('access.choices', space, uids),
    remove: (space, uid) => client.call('access.remove', space, uid),
    setRole: (space, uid, role) => client.call('access.setRole', space, uid, role),
    setUntil: (space, uid, until) => client.call('access.setUntil', space, uid, until),
    setScope: (...args) => client.call('access.setScope', ...args),
    setDelegate: (...args) => client.call('access.setDelegate', ...args),
    letBackIn: (space, uid, role) => client.call('access.letBackIn', space, uid, role),
    setRules: (space, change) => client.call('access.setRules', space, change),
    plans: (space) => client.call('access.plans', space),
    setPlans: (space, change) => client.call('access.setPlans', space, change),
    redeem: (space, voucher) => client.call('access.redeem', space, voucher),
    ending: (space) => client.call('access.ending', space),
    journal: (space, options) => client.call('access.journal', space, options),
    setAside: (space) => client.call('access.setAside', space), adopt: (space, uid) => client.call('access.adopt', space, uid),
    moveOut: (...args) => client.call('access.moveOut', ...args), moveBack: (...args) => client.call('access.moveBack', ...args),
    copy: (space) => client.call('access.copy', space),
    publicLinks: (space) => client.call('access.publicLinks', space),
    makePublicLink: async (space, fragment, options) => location.href.split('#')[0] + (await client.call('access.makePublicLink', space, fragment, options)),
    revokePublicLink: (space, id) => client.call('access.revokePublicLink', space, id),
    beacons: (space, change) => client.call('access.beacons', space, change), beaconReport: (space, id) => client.call('access.beaconReport', space, id),
    history: (space, fragment, act) => client.call('access.history', space, fragment, act),
  };
}

function graphApi({ client, journal, supervisor, events }: Room, space: string): ReturnType<LifegraphApi['graph']> {
  return {
    createFragment: (options) => client.call('graph.createFragment', space, options),
    transact(ops, options) {
      const done = journal.transact(space, ops, options);
      // Without a kernel nothing else tells that one more act waits.
      if (supervisor.state().state !== 'running') events.tell({ type: 'kernel' });
      return done;
    },
    get: (id) => client.call('graph.get', space, id),
    query: (query) => client.call('graph.query', space, query),
    subscribe: (query: Query, on: (change: Change) => void) => client.subscribe('graph.subscribe', [space, query], on),
    count: (query) => client.call('graph.count', space, query), tops: (query) => client.call('graph.tops', space, query),
    text: (id) => client.call('graph.text', space, id),
    updates: (...args) => client.call('graph.updates', space, ...args),
    digest: () => client.call('graph.digest', space),
    compare: (device) => client.call('graph.compare', space, device),
    history: (of) => client.call('graph.history', space, of),
  };
}

/** The states of a join as an async iterable; leaving the loop ends the stream, not the join. */
async function* joinStates(client: Client, link: string): AsyncGenerator<JoinState> {
  const queue: (JoinState | null)[] = [];
  let wake: (() => void) | null = null;
  const put = (state: JoinState | null): void => {
    queue.push(state);
    wake?.();
  };
  const stop = client.subscribe('spaces.joinStates', [link], put, () => put(null));
  try {
    for (;;) {
      const next = queue.shift();
      if (next === null) return;
      if (next) yield next;
      else await new Promise<void>((resolve) => (wake = resolve));
    }
  } finally {
    stop();
  }
}
