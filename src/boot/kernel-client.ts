/** The page's end: a LifegraphApi over RPC to the kernel worker, and the worker's start. Published as `window.lifegraph`. */
import { createRpcClient, type RpcClient, type RpcPort } from '#adapters/worker-rpc/rpc';
import type { Change, JoinState, LifegraphApi, NetworkStatus, Query } from '#os/api';
import type { KernelCalls, KernelSnapshot, KernelStreams } from './kernel-server.ts';

type Client = RpcClient<KernelCalls, KernelStreams>;

const NO_NETWORK: NetworkStatus = { online: false, paused: false, leader: false, signaling: [], peers: [], archives: [], versions: { newer: 0, older: 0 }, pending: 0, clockOffsetMs: 0, clockWarning: false };

/** The worker, and the settings handed to it at start. */
export interface KernelStart {
  readonly worker: Worker;
  /** Signaling servers before the settings of this device say otherwise. */
  servers: string[];
  version: string;
}

/** Gives the kernel worker of this tab what it waits for and returns its API. */
export function connectKernel({ worker, servers, version }: KernelStart): LifegraphApi {
  const rpc = new MessageChannel();
  const wires = new MessageChannel();
  // WebRTC is no part of the first screen: its code comes beside it, and what the worker orders meanwhile waits in the port.
  void import('#adapters/simple-peer/page-dialer').then(({ createPageDialer }) => createPageDialer(wires.port1), () => undefined);
  worker.postMessage({ servers, version, rpc: rpc.port2, wires: wires.port2 }, [rpc.port2, wires.port2]);
  const client: Client = createRpcClient<KernelCalls, KernelStreams>(rpc.port1 as RpcPort);
  const api = remoteApi(client, version);
  watchReturns({ window, document, wake: () => void api.network.retry().catch(() => undefined), hide: () => void client.call('saved').catch(() => undefined) });
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
export function remoteApi(client: Client, version: string): LifegraphApi {
  let last: KernelSnapshot = { identity: null, network: NO_NETWORK, metrics: {} };
  const opened = (async () => {
    last = await client.call('opened');
    client.subscribe('snapshots', [] as never, (state) => {
      last = state as KernelSnapshot;
    });
  })();
  const ready = opened.then(async () => {
    last = await client.call('ready');
  });
  // Told by `opened` as well, and the page may wait for that one only.
  ready.catch(() => undefined);
  const refresh = async (): Promise<void> => {
    last = await client.call('snapshot');
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
      get: () => last.identity,
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
    graph: (space) => graphApi(client, space),
    saved: () => client.call('saved'),
    copies: (id) => client.call('copies', id),
    network: {
      status() {
        glance();
        return last.network;
      },
      pause: () => void client.call('network.pause').then(refresh).catch(() => undefined),
      resume: () => void client.call('network.resume').then(refresh).catch(() => undefined),
      setServers: (urls) => client.call('network.setServers', urls),
      retry: () => client.call('network.retry'),
      check: () => client.call('network.check'),
    },
    diagnostics: () => client.call('diagnostics'),
    metrics() {
      glance();
      return last.metrics;
    },
    on: (listener) => client.subscribe('events', [] as never, (events) => events.forEach(listener)),
    copiesOf: (space, fragment) => client.call('copiesOf', space, fragment),
    ...toldApi(client),
    ...deviceApi(client),
  };
}

/** What is of this device alone. */
function deviceApi(client: Client): Pick<LifegraphApi, 'local' | 'log' | 'stuck'> {
  return {
    local: {
      get: (key) => client.call('local.get', key),
      set: (key, value) => client.call('local.set', key, value),
    },
    log: {
      records: (space, options) => client.call('log.records', space, options),
      record: (space, id) => client.call('log.record', space, id),
    },
    stuck: {
      retry: () => client.call('stuck.retry'),
      exportUnsaved: () => client.call('stuck.export'),
    },
  };
}

/** What is told and kept nowhere. */
function toldApi(client: Client): Pick<LifegraphApi, 'presence' | 'previews'> {
  return {
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

function spacesApi(client: Client): LifegraphApi['spaces'] {
  return {
    create: (options) => client.call('spaces.create', options),
    list: () => client.call('spaces.list'),
    invite: async (space, options) => location.href.split('#')[0] + (await client.call('spaces.invite', space, options)),
    async join(link) {
      const { space } = await client.call('spaces.join', link);
      return { space, state: joinStates(client, link) };
    },
    members: (space) => client.call('spaces.members', space),
    leave: (space) => client.call('spaces.leave', space),
    invites: (space) => client.call('spaces.invites', space),
    revokeInvite: (space, invite) => client.call('spaces.revokeInvite', space, invite),
    archive: (space) => client.call('spaces.archive', space),
    setArchive: (space, urls) => client.call('spaces.setArchive', space, urls),
    waiting: (space) => client.call('spaces.waiting', space),
    approve: (space, uid) => client.call('spaces.approve', space, uid),
    readLink: (link) => client.call('spaces.readLink', link),
  };
}

function graphApi(client: Client, space: string): ReturnType<LifegraphApi['graph']> {
  return {
    createFragment: (options) => client.call('graph.createFragment', space, options),
    transact: (ops, options) => client.call('graph.transact', space, ops, options),
    get: (id) => client.call('graph.get', space, id),
    query: (query) => client.call('graph.query', space, query),
    subscribe: (query: Query, on: (change: Change) => void) => client.subscribe('graph.subscribe', [space, query], on),
    count: (query) => client.call('graph.count', space, query),
    text: (id) => client.call('graph.text', space, id),
    digest: () => client.call('graph.digest', space),
    compare: (device) => client.call('graph.compare', space, device),
    history: (id) => client.call('graph.history', space, id),
  };
}

/** The states of a join as an async iterable; leaving the loop ends the stream, not the join. */
async function* joinStates(client: Client, link: string): AsyncGenerator<JoinState> {
  const queue: (JoinState | null)[] = [];
  let wake: (() => void) | null = null;
  const stop = client.subscribe('spaces.joinStates', [link], (state) => {
    queue.push(state);
    wake?.();
  }, () => {
    queue.push(null);
    wake?.();
  });
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
