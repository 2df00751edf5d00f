/**
 * The kernel's end of the search: says which nodes there are and how they stand, gives those that are asked for, and keeps the rows of the index, sealed like
 * all that this device keeps for itself. Loaded by the kernel worker when a search is opened; reads the graphs and writes nothing else.
 */
import { createRpcServer, type RpcPort } from '#adapters/worker-rpc/rpc';
import { MESSAGE } from '#domain/chat';
import { DOCUMENT } from '#domain/editor';
import { RESOURCE, TASK } from '#domain/goals';
import { FRAGMENT, peopleByUid, PERSON, ROOT } from '#domain/shared';
import type { Bytes } from '#base/bytes';
import type { Change, NodeView } from '#os/api';
import type { RunningKernel } from '#os/kernel/kernel';
import type { Fragment, Space } from '#os/kernel/state';
import type { SearchDesk } from '#os/kernel/search-desk';
import type { ElsewhereAsk, ElsewhereNews, ElsewhereQuestion, FoundThing } from '#os/search-api';
import { openFromVault, sealInVault } from '#os/kernel/vault';

/** Types whose nodes are found. */
const FOUND = [MESSAGE, TASK, RESOURCE, DOCUMENT, FRAGMENT];
/** Nodes in one message, and rows read for one answer. */
const CHUNK = 1_000;
const READ_MAX = 200;
const PREFIX = 'local/search/';

/** A node by its fragment and id, and how it stands: equal = nothing of it changed. */
export type Standing = readonly [fragment: string, id: string, version: string];
/** People, and what the space is called. */
export interface SpaceNames {
  readonly space: string;
  readonly name: string;
  readonly people: readonly { readonly uid: string; readonly name: string }[];
}
/** What changed: nodes of a space, or (null) its people, or which spaces there are. */
export type Touched = readonly [space: string, nodes: readonly (readonly [fragment: string, id: string])[] | null];

/** RPC handlers of a running kernel. */
function searchHandlers({ api, parts }: RunningKernel) {
  const { kernel } = parts;
  const spaceOf = (id: string): Space | undefined => kernel.spaces.get(id);
  return {
    calls: {
      'spaces': async (): Promise<string[]> => (await api.ready, (await api.spaces.list()).filter(({ role }) => role !== 'joining' && role !== 'no-rights').map(({ id }) => id)),
      'names': async (id: string): Promise<SpaceNames> => {
        const [view, members, nodes] = [(await api.spaces.list()).find((one) => one.id === id), await api.spaces.members(id), await api.graph(id).query({ type: PERSON, fragment: ROOT })];
        const people = new Map([...members, ...peopleByUid(nodes).values()].map(({ uid, name }) => [uid, { uid, name }] as const));
        return { space: id, name: view?.name ?? '', people: [...people.values()] };
      },
      'read': (id: string, nodes: readonly (readonly [fragment: string, id: string])[]): [NodeView | null, string][] => nodes.slice(0, READ_MAX).map(([fragment, node]) => {
        const view = spaceOf(id)?.source.view(fragment, node) ?? null;
        return view === null || view.deleted || view.moved !== undefined ? [null, ''] : [view, versionOf(spaceOf(id)!.fragments.get(fragment)!, node)];
      }),
      'updates': (id: string, node: string) => api.graph(id).updates(node, null),
      'row': async (name: string): Promise<Uint8Array | null> => openFromVault(kernel, await kernel.store.get(`${PREFIX}${name}`)),
      'keep': async (rows: readonly (readonly [name: string, bytes: Uint8Array | null])[]): Promise<void> => {
        const values = await Promise.all(rows.map(async ([name, bytes]) => [`${PREFIX}${name}`, bytes === null ? undefined : ((await sealInVault(kernel, bytes as Bytes)) ?? undefined)] as const));
        await kernel.store.commit({ origin: kernel.boot, records: [], values });
      },
      'answered': async (no: number, found: readonly FoundThing[]): Promise<void> => (await parts.compute.search()).answer(no, found),
      'rows': async (): Promise<string[]> => (await kernel.store.list(PREFIX)).map(([name]) => name.slice(PREFIX.length)),
    },
    streams: {
      /** Every node of the space that can be found, in pieces between which others have their turn; null at the end. */
      'standing': (emit: (nodes: Standing[] | null) => void, id: string) => sweep(spaceOf(id), emit),
      'touched': (emit: (touched: Touched) => void) => followAll(api, emit),
      /** What other devices ask of this one. */
      'questions': (emit: (question: ElsewhereQuestion) => void) => once(parts.compute.search(), (desk) => desk.listen(emit), () => undefined),
      /** What other devices answer. */
      'elsewhere': (emit: (news: ElsewhereNews) => void, spaces: readonly string[], ask: ElsewhereAsk, hidden: readonly string[]) => once(parts.compute.search(), (desk) => desk.ask(spaces, ask, hidden, emit), () => {
        emit({ t: 'asked', devices: 0, links: kernel.leader });
        emit({ t: 'end' });
      }),
    },
  };
}

/** Uses what is on its way, unless that was called off meanwhile. */
function once(coming: Promise<SearchDesk>, use: (desk: SearchDesk) => () => void, failed: () => void): () => void {
  let stop: (() => void) | null = null;
  let over = false;
  coming.then((desk) => over || (stop = use(desk)), () => over || failed());
  return () => ((over = true), stop?.());
}

/** The latest change, and of every value the one that set it, in any order: an older change that comes late leaves the latest as it was. */
function versionOf(fragment: Fragment, id: string): string {
  const node = fragment.graph.node(id);
  const at = node?.updated ?? node?.created;
  if (!node || !at) return '';
  let sum = node.creators?.size ?? 0;
  for (const [, { at: set }] of node.registers ?? []) sum = (sum + Math.imul((set.ms | 0) ^ (set.ctr << 8) ^ set.writer.key.charCodeAt(0), 0x9e3779b1)) | 0;
  return `${at.ms.toString(36)}.${at.ctr}.${at.writer.key.slice(0, 6)}.${node.text?.size ?? ''}.${(sum >>> 0).toString(36)}`;
}

function sweep(space: Space | undefined, emit: (nodes: Standing[] | null) => void): () => void {
  let stopped = false;
  void (async () => {
    let chunk: Standing[] = [];
    for (const fragment of space ? [...space.fragments.values()] : []) {
      for (const type of FOUND) {
        for (const id of [...fragment.graph.byType(type)]) {
          if (space!.source.standing(fragment.key, id) !== 'shown') continue;
          chunk.push([fragment.key, id, versionOf(fragment, id)]);
          if (chunk.length < CHUNK) continue;
          emit(chunk);
          chunk = [];
          await new Promise<void>((next) => setTimeout(next, 0));
          if (stopped) return;
        }
      }
    }
    emit(chunk);
    emit(null);
  })();
  return () => void (stopped = true);
}

/** Follows the nodes of all spaces, also of those that come later. */
function followAll(api: RunningKernel['api'], emit: (touched: Touched) => void): () => void {
  const following = new Map<string, () => void>();
  let stopped = false;
  const changed = (space: string, { added, changed: set, removed }: Change): void => {
    const views = [...added, ...set];
    if (views.some(({ type }) => type === PERSON)) emit([space, null]);
    const nodes = [...views.filter(({ type }) => type !== PERSON).map(({ fragment, id }) => [fragment, id] as const), ...removed.map((id) => ['', id] as const)];
    if (nodes.length > 0) emit([space, nodes]);
  };
  const look = async (): Promise<void> => {
    const spaces = (await api.spaces.list()).map(({ id }) => id);
    if (stopped) return;
    for (const id of spaces) if (!following.has(id)) following.set(id, api.graph(id).subscribe({ type: [...FOUND, PERSON] }, (change) => changed(id, change)));
    for (const [id, end] of following) {
      if (spaces.includes(id)) continue;
      end();
      following.delete(id);
    }
  };
  const stop = api.on(({ type, space }) => {
    if (type !== 'spaces' && type !== 'members') return;
    void look().then(() => emit([space ?? '', null]), () => undefined);
  });
  void api.ready.then(look).then(() => emit(['', null])).catch(() => undefined);
  return () => {
    stopped = true;
    stop();
    for (const end of following.values()) end();
  };
}

/** Serves the search worker on a port. */
export function serveSearch(port: RpcPort, kernel: RunningKernel): void {
  createRpcServer(port, searchHandlers(kernel));
}

export type FeedCalls = ReturnType<typeof searchHandlers>['calls'];
export type FeedStreams = ReturnType<typeof searchHandlers>['streams'];
