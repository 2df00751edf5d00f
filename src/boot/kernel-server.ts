/** The worker's end: the kernel's LifegraphApi as RPC calls and streams. Wiring only. */
import { toErrorShape } from '#adapters/worker-rpc/protocol';
import { createRpcServer, type RpcPort } from '#adapters/worker-rpc/rpc';
import type { AppErrorShape } from '#base/app-error';
import type { ComputeAct, ComputeEvent } from '#os/compute-api';
import type { FilesApi } from '#os/files-api';
import type { CallSignal } from '#os/calls-api';
import type { NetAct } from '#os/net-acts-api';
import type { Change, FileState, JoinState, KernelEvent, LifegraphApi, NetworkStatus, Op, PaperAsk, PropQuery, Query, Returning, TextPreview } from '#os/api';

/** What the page keeps a copy of, so that the console's synchronous members answer at once. */
export interface KernelSnapshot {
  identity: { uid: string; device: string; name: string } | null;
  network: NetworkStatus;
  returning: Returning;
  lock: { idleMinutes: number } | null;
  metrics: Record<string, number>;
}

type Stream<E> = (emit: (event: E) => void, ...args: never[]) => () => void;

/** RPC handlers of an API object; `edits` is read beside it. */
export function kernelHandlers(api: LifegraphApi, edits: NonNullable<LifegraphApi['edits']>) {
  const acts = { open: 0 };
  const notes = createNotes(api);
  return {
    calls: {
      'ready': async (): Promise<KernelSnapshot> => {
        await api.ready;
        return snapshot(api);
      },
      'opened': async (): Promise<KernelSnapshot> => {
        await api.opened;
        return snapshot(api);
      },
      'snapshot': (): KernelSnapshot => snapshot(api),
      'identity.create': (options: { name: string }) => api.identity.create(options),
      'identity.rename': (name: string) => api.identity.rename(name),
      'spaces.create': (options: { name: string; kind?: 'team' | 'guild' }) => api.spaces.create(options),
      'spaces.list': () => api.spaces.list(),
      'spaces.invite': (...args: Parameters<LifegraphApi['spaces']['invite']>) => api.spaces.invite(...args),
      'spaces.join': async (link: string, options?: { words?: string }) => ({ space: (await api.spaces.join(link, options)).space }),
      'spaces.members': (space: string) => api.spaces.members(space),
      'spaces.leave': (space: string) => api.spaces.leave(space),
      'spaces.invites': (space: string) => api.spaces.invites(space),
      'spaces.revokeInvite': (space: string, invite: string) => api.spaces.revokeInvite(space, invite),
      'spaces.archive': (space: string) => api.spaces.archive(space),
      'spaces.setArchive': (space: string, urls: string[]) => api.spaces.setArchive(space, urls),
      ...requestCalls(api),
      'spaces.readLink': (link: string) => api.spaces.readLink(link),
      ...accessCalls(api),
      ...reportCalls(api), 'papers': (ask: PaperAsk) => api.papers(ask),
      'graph.createFragment': (space: string, options: { type: string; title: string }) => api.graph(space).createFragment(options),
      'graph.transact': (space: string, ops: Op[], options?: { fragment?: string; label?: string }) => (acts.open++, api.graph(space).transact(ops, options)),
      'graph.get': (space: string, id: string) => api.graph(space).get(id),
      'graph.query': (space: string, query: Query) => api.graph(space).query(query),
      'graph.count': (space: string, query?: Query) => api.graph(space).count(query), 'graph.tops': (space: string, query: Query) => api.graph(space).tops(query),
      'graph.text': (space: string, id: string) => api.graph(space).text(id), 'graph.updates': (space: string, id: string, mark: string | null) => api.graph(space).updates(id, mark),
      'graph.edits': edits,
      'graph.digest': (space: string) => api.graph(space).digest(),
      'graph.compare': (space: string, device: string) => api.graph(space).compare(device),
      'graph.history': (space: string, of: string | PropQuery) => api.graph(space).history(of),
      'saved': (told?: Int32Array) => api.saved(told !== undefined).finally(() => told && notes.kept().then(() => Atomics.store(told, 0, 1))),
      'copies': (id: string) => api.copies(id),
      'copiesOf': (space: string, fragment?: string) => api.copiesOf(space, fragment), 'durability': (...args: Parameters<LifegraphApi['durability']>) => api.durability(...args),
      ...networkCalls(api),
      'diagnostics': () => api.diagnostics(),
      'presence.set': (space: string, fragment: string, kind: 'here' | 'typing') => api.presence.set(space, fragment, kind),
      'presence.list': (space: string) => api.presence.list(space),
      'previews.set': (...args: Parameters<LifegraphApi['previews']['set']>) => api.previews.set(...args),
      'previews.list': (space: string) => api.previews.list(space), 'calls.send': (...args: Parameters<LifegraphApi['calls']['send']>) => api.calls.send(...args),
      'local.get': (key: string) => api.local.get(key),
      'local.set': notes.set,
      'log.records': (...args: Parameters<LifegraphApi['log']['records']>) => api.log.records(...args),
      'log.record': (space: string, id: string) => api.log.record(space, id),
      ...personCalls(api),
      ...fileCalls(api.files!), 'compute.act': (act: ComputeAct) => api.compute!.act(act),
      'pipeline': () => api.supervision.pipeline(),
      'stuck.retry': () => api.stuck.retry(),
      'stuck.export': () => api.stuck.exportUnsaved(),
    },
    streams: {
      'events': ((emit) => gatherEvents(api, emit)) as Stream<KernelEvent[]>,
      'settled': ((emit) => watchSettled(api, acts, emit)) as Stream<null>,
      'snapshots': ((emit) => watchSnapshot(api, emit)) as Stream<KernelSnapshot>,
      'graph.subscribe': ((emit: (change: Change) => void, space: string, query: Query) => api.graph(space).subscribe(query, emit)) as (emit: (change: Change) => void, space: string, query: Query) => () => void,
      'previews': ((emit: (preview: TextPreview) => void, space: string, node: string | null) => api.previews.subscribe(space, node, emit)) as (emit: (preview: TextPreview) => void, space: string, node: string | null) => () => void,
      'calls': ((emit) => api.calls.subscribe(emit)) as Stream<CallSignal>, ...fileStreams(api.files!), 'compute.watch': ((emit) => api.compute!.watch(emit)) as Stream<ComputeEvent>,
      'spaces.joinStates': ((emit: (state: JoinState | null) => void, link: string) => followJoin(api, link, emit)) as (emit: (state: JoinState | null) => void, link: string) => () => void,
    },
  };
}

/** Drafts and the like on their way to the disk: a page that is left waits for them as for its acts. */
function createNotes({ local }: LifegraphApi) {
  const open = new Set<Promise<void>>();
  return {
    set(...args: Parameters<LifegraphApi['local']['set']>): Promise<void> {
      const note = local.set(...args).finally(() => open.delete(note));
      open.add(note);
      return note;
    },
    kept: () => Promise.allSettled(open),
  };
}

function networkCalls({ network }: LifegraphApi) {
  return {
    'network.pause': () => network.pause(),
    'network.resume': () => network.resume(),
    'network.setServers': (urls: string[]) => network.setServers(urls),
    'network.retry': () => network.retry(),
    'network.check': () => network.check(),
    'network.act': (act: NetAct) => network.act(act),
  };
}

/** What adding a file says: how far it is, and at the end its node or why there is none. */
export type Adding = { readonly part: number } | { readonly id: string } | { readonly error: AppErrorShape };
/** What comes of a piece that is waited for until one leaves. */
export type Waited = { readonly piece: Uint8Array } | { readonly error: AppErrorShape };

function fileCalls(files: FilesApi) {
  return {
    'files.want': (space: string, id: string) => files.want(space, id),
    'files.cancel': (space: string, id: string) => files.cancel(space, id),
    'files.drop': (space: string, id: string) => files.drop(space, id),
    'files.piece': (space: string, id: string, index: number) => files.piece(space, id, index),
  };
}

function fileStreams(files: FilesApi) {
  return {
    'files.watch': ((emit: (state: FileState) => void, space: string, id: string) => files.watch(space, id, emit)) as (emit: (state: FileState) => void, space: string, id: string) => () => void,
    'files.add': ((emit: (said: Adding) => void, space: string, fragment: string, blob: Blob, options: { name: string; mime?: string }) => {
      const over = new AbortController();
      files.add(space, fragment, blob, { ...options, signal: over.signal, onProgress: (part) => emit({ part }) }).then((id) => emit({ id }), (error: unknown) => emit({ error: toErrorShape(error) }));
      return () => over.abort();
    }) as (emit: (said: Adding) => void, space: string, fragment: string, blob: Blob, options: { name: string; mime?: string }) => () => void,
    'files.wait': ((emit: (said: Waited) => void, space: string, id: string, index: number) => {
      const left = new AbortController();
      files.piece(space, id, index, left.signal).then((piece) => emit({ piece }), (error: unknown) => emit({ error: toErrorShape(error) }));
      return () => left.abort();
    }) as (emit: (said: Waited) => void, space: string, id: string, index: number) => () => void,
  };
}

function reportCalls({ reports }: LifegraphApi) {
  return {
    'reports.send': (...args: Parameters<LifegraphApi['reports']['send']>) => reports.send(...args),
    'reports.list': (space: string) => reports.list(space),
    'reports.decide': (...args: Parameters<LifegraphApi['reports']['decide']>) => reports.decide(...args),
  };
}

/** Being let in by hand, at both ends. */
function requestCalls({ spaces }: LifegraphApi) {
  return {
    'spaces.waiting': (space: string) => spaces.waiting(space),
    'spaces.approve': (...args: Parameters<LifegraphApi['spaces']['approve']>) => spaces.approve(...args),
    'spaces.decline': (space: string, uid: string, words: string | null) => spaces.decline(space, uid, words),
    'spaces.request': (space: string) => spaces.request(space),
    'spaces.withdraw': (space: string) => spaces.withdraw(space),
  };
}

function accessCalls({ access, reading }: LifegraphApi) {
  return {
    'access.choices': (space: string, uids?: string[]) => access.choices(space, uids),
    'access.remove': (space: string, uid: string) => access.remove(space, uid),
    'access.setRole': (...args: Parameters<LifegraphApi['access']['setRole']>) => access.setRole(...args),
    'access.setUntil': (...args: Parameters<LifegraphApi['access']['setUntil']>) => access.setUntil(...args),
    'access.setScope': (...args: Parameters<LifegraphApi['access']['setScope']>) => access.setScope(...args),
    'access.setDelegate': (...args: Parameters<LifegraphApi['access']['setDelegate']>) => access.setDelegate(...args),
    'access.letBackIn': (...args: Parameters<LifegraphApi['access']['letBackIn']>) => access.letBackIn(...args),
    'access.setRules': (...args: Parameters<LifegraphApi['access']['setRules']>) => access.setRules(...args),
    'access.plans': (space: string) => access.plans(space),
    'access.setPlans': (...args: Parameters<LifegraphApi['access']['setPlans']>) => access.setPlans(...args),
    'access.redeem': (space: string, voucher: string) => access.redeem(space, voucher),
    'access.ending': (space: string) => access.ending(space),
    'access.journal': (...args: Parameters<LifegraphApi['access']['journal']>) => access.journal(...args),
    'access.setAside': (space: string) => access.setAside(space),
    'access.adopt': (space: string, uid: string) => access.adopt(space, uid),
    'access.moveOut': (space: string, thing: string, options: { title: string }) => access.moveOut(space, thing, options),
    'access.moveBack': (space: string, thing: string) => access.moveBack(space, thing),
    'access.copy': (space: string) => access.copy(space),
    'access.publicLinks': (space: string) => access.publicLinks(space),
    'access.makePublicLink': (...args: Parameters<LifegraphApi['access']['makePublicLink']>) => access.makePublicLink(...args),
    'access.revokePublicLink': (space: string, id: string) => access.revokePublicLink(space, id),
    'access.beacons': (...args: Parameters<LifegraphApi['access']['beacons']>) => access.beacons(...args),
    'access.beaconReport': (...args: Parameters<LifegraphApi['access']['beaconReport']>) => access.beaconReport(...args),
    'access.history': (...args: Parameters<LifegraphApi['access']['history']>) => access.history(...args),
    'reading.open': (link: string) => reading.open(link),
    'reading.status': () => reading.status(),
  };
}

type Acts<T> = { [K in keyof T & string as T[K] extends (...args: never[]) => Promise<unknown> ? K : never]: T[K] };
type Named<P extends string, T> = { [K in keyof Acts<T> & string as `${P}.${K}`]: Acts<T>[K] };

/** All of a part of the API whose members are acts; what answers at once is read from the snapshot. */
function callsOf<P extends string, T extends object>(name: P, part: T): Named<P, T> {
  return Object.fromEntries(Object.entries(part).map(([act, run]) => [`${name}.${act}`, run])) as Named<P, T>;
}

/** The person of this profile: keeping the key, and their devices. */
function personCalls({ backup, devices, lock, recovery }: LifegraphApi) {
  return { ...callsOf('recovery', recovery), ...callsOf('backup', backup), ...callsOf('devices', devices), ...callsOf('lock', lock) };
}

function snapshot(api: LifegraphApi): KernelSnapshot {
  return { identity: api.identity.get(), returning: api.recovery.returning(), lock: api.lock.get(), network: api.network.status(), metrics: api.metrics() };
}

/** Events of so many ms travel in one message: a message per event costs the page more than the event (seen: a third of a bulk write). */
const GATHER_MS = 8;

/** The first event of a quiet time at once, then what came meanwhile together; equal events without a node once. */
function gatherEvents(api: LifegraphApi, emit: (events: KernelEvent[]) => void): () => void {
  let waiting = new Map<string, KernelEvent>();
  let timer: ReturnType<typeof setTimeout> | null = null;
  const flush = (): void => {
    timer = null;
    if (waiting.size === 0) return;
    const events = [...waiting.values()];
    waiting = new Map();
    timer = setTimeout(flush, GATHER_MS);
    emit(events);
  };
  const stop = api.on((event) => {
    waiting.set(`${event.type} ${event.space} ${event.fragment} ${event.node} ${event.origin}`, event);
    if (timer === null) flush();
  });
  return () => {
    stop();
    if (timer !== null) clearTimeout(timer);
  };
}

/** A snapshot now and after every network, space or person event. */
function watchSnapshot(api: LifegraphApi, emit: (state: KernelSnapshot) => void): () => void {
  emit(snapshot(api));
  return api.on((event) => {
    if (event.type === 'network' || event.type === 'spaces' || event.type === 'members' || event.type === 'clock' || event.type === 'stuck') emit(snapshot(api));
  });
}

/** Told after a commit that leaves nothing unsaved: all that was answered before is saved. */
function watchSettled(api: LifegraphApi, acts: { open: number }, emit: (nothing: null) => void): () => void {
  const look = (): void => {
    if (acts.open === 0 || api.metrics()['ops.unsaved'] !== 0) return;
    acts.open = 0;
    emit(null);
  };
  // What a restarted kernel was given first may be saved before anybody listens.
  look();
  return api.on((event) => event.type === 'copies' && look());
}

/** Joins (again, if the link is known) and emits its states; null at the end. */
function followJoin(api: LifegraphApi, link: string, emit: (state: JoinState | null) => void): () => void {
  let stopped = false;
  void (async () => {
    const { state } = await api.spaces.join(link);
    for await (const step of state) {
      if (stopped) return;
      emit(step);
    }
    emit(null);
  })().catch(() => emit(null));
  return () => {
    stopped = true;
  };
}

/** Serves the API on a port, with the edits of texts, which are read beside it. */
export function serveKernel(port: RpcPort, api: LifegraphApi, edits: NonNullable<LifegraphApi['edits']>): void {
  createRpcServer(port, kernelHandlers(api, edits));
}

export type KernelCalls = ReturnType<typeof kernelHandlers>['calls'];
export type KernelStreams = ReturnType<typeof kernelHandlers>['streams'];

/** The kernel could not start: every call is answered with the reason, in plain words. */
export function serveFailure(port: RpcPort, error: unknown): void {
  const shape = failureShape(error);
  port.onmessage = (event: MessageEvent) => {
    const { id, k } = event.data as { id: number; k: string };
    if (k === 'call') port.postMessage({ k: 'err', id, error: shape });
    else if (k === 'open') port.postMessage({ k: 'end', id, error: shape });
  };
  port.start?.();
}

function failureShape(error: unknown): { code: string; message: string; safe: string; next: string } {
  const reason = error instanceof Error && 'reason' in error ? String(error.reason) : 'internal';
  const message = error instanceof Error ? error.message : String(error);
  const next = reason === 'blocked' ? 'Close the other tabs of LifeGraph and reload.' : reason === 'unavailable' ? 'Open the page in a normal window, over https or on localhost.' : reason === 'newer' ? 'Reload the page to get the newest version.' : reason === 'quota' ? 'Free some space on this device and reload the page.' : 'Reload the page.';
  return { code: `start-${reason}`, message, safe: 'What was saved before is safe.', next };
}
