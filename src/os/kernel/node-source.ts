/** The shown nodes of a space as queries and the API see them. Reads the graphs; keeps one sorted list of ids per (fragment, type) that was asked for. */
import { encodeStamp } from '#vm/protocol/stamp';
import { toBase64url } from '#base/bytes';
import type { EdgeView, NodeView } from '#os/api';
import type { NodeSource } from '#os/graph-manager/query';
import { fromCbor, fromCborMap, refFromCbor } from '#os/graph-manager/values';
import type { FragmentGraph } from '#vm/graph/fragment-graph';
import type { NodeState } from '#vm/graph/node-state';
import { compareAt, type At } from '#vm/graph/registers';
import { MOVED, type CborValue } from '#vm/protocol/types';
import { byManager, homeOf, toldOf } from './moves.ts';
import type { Fragment, Kernel, Space } from './state.ts';

/** Total order as text: 12 hex of ms, 4 hex of ctr, writer. Text order = (stamp, writer text). */
export function stampText(at: { readonly ms: number; readonly ctr: number }, writer: string): string {
  return `${at.ms.toString(16).padStart(12, '0')}${at.ctr.toString(16).padStart(4, '0')}${writer}`;
}

const NO_FRAGMENTS: readonly string[] = [];

export interface OrderedIndex {
  /** Ids of a type in stamp order. */
  ids(graph: FragmentGraph, fragment: string, type: string): readonly string[];
  /** Nodes that were created, or retyped, or everything after a rebuild. */
  changed(fragment: string): void;
}

/** Sorted ids per (fragment, type); appended when the newest comes last, sorted anew otherwise. */
export function createOrderedIndex(): OrderedIndex {
  const lists = new Map<string, { graph: FragmentGraph; ids: string[]; keys: Map<string, string> }>();
  const key = (fragment: string, type: string): string => `${fragment}/${type}`;
  return {
    ids(graph, fragment, type) {
      const found = lists.get(key(fragment, type));
      const all = graph.byType(type);
      if (found && found.graph === graph && found.ids.length === all.size) return found.ids;
      const entry = found && found.graph === graph ? found : { graph, ids: [], keys: new Map<string, string>() };
      merge(entry, graph, all);
      lists.set(key(fragment, type), entry);
      return entry.ids;
    },
    changed(fragment) {
      for (const name of [...lists.keys()]) if (name.startsWith(`${fragment}/`)) lists.delete(name);
    },
  };
}

function merge(entry: { ids: string[]; keys: Map<string, string> }, graph: FragmentGraph, all: ReadonlySet<string>): void {
  const fresh: string[] = [];
  for (const id of all) {
    if (entry.keys.has(id)) continue;
    const at = graph.node(id)?.created;
    entry.keys.set(id, at ? stampText(at, at.writer.key) : '');
    fresh.push(id);
  }
  const order = (a: string, b: string): number => (entry.keys.get(a)! < entry.keys.get(b)! ? -1 : 1);
  fresh.sort(order);
  const last = entry.ids[entry.ids.length - 1];
  const inOrder = last === undefined || fresh.length === 0 || order(last, fresh[0]!) < 0;
  entry.ids.push(...fresh);
  if (entry.ids.length !== all.size) entry.ids = entry.ids.filter((id) => all.has(id));
  if (!inOrder) entry.ids.sort(order);
}

export function createNodeSource(kernel: Kernel, spaceKey: string, fragments: ReadonlyMap<string, Fragment>, space: () => Space): NodeSource {
  const ordered = createOrderedIndex();
  const home = (fragment: string, id: string): string => {
    const held = fragments.get(fragment);
    return held?.graph.marked.has(id) ? homeOf(kernel, space(), held, id) : fragment;
  };
  /** Nodes that the counters of the graph count and that are elsewhere. */
  const goneFrom = (fragment: string, type: string | null, deleted: boolean): number => {
    let n = 0;
    const { graph } = fragments.get(fragment)!;
    for (const id of graph.marked) {
      const node = graph.node(id);
      if (node && (type === null || node.type === type) && (deleted || !node.deleted) && home(fragment, id) !== fragment) n++;
    }
    return n;
  };
  return {
    fragments: () => (fragments.size === 0 ? NO_FRAGMENTS : [...fragments.keys()]),
    ids(fragment, type) {
      const graph = fragments.get(fragment)?.graph;
      if (!graph) return NO_FRAGMENTS;
      return type === null ? graph.nodeIds() : graph.byType(type);
    },
    count(fragment, type, deleted) {
      const graph = fragments.get(fragment)?.graph;
      if (!graph) return 0;
      const all = type === null ? graph.size : graph.byType(type).size;
      return (deleted ? all : all - graph.deletedOf(type)) - goneFrom(fragment, type, deleted);
    },
    stamp(fragment, id) {
      const at = fragments.get(fragment)?.graph.node(id)?.created;
      return at ? stampText(at, at.writer.key) : '';
    },
    view(fragment, id) {
      const held = fragments.get(fragment);
      const node = held?.graph.node(id);
      return held && node ? nodeView(kernel, space(), held, node, spaceKey) : null;
    },
    standing(fragment, id) {
      const node = fragments.get(fragment)?.graph.node(id);
      return node ? (home(fragment, id) !== fragment ? 'moved' : node.deleted ? 'deleted' : 'shown') : null;
    },
    home,
    origin(fragment, id) {
      const at = fragments.get(fragment)?.graph.node(id)?.created;
      return at ? { writer: at.writer.key, seq: at.seq } : null;
    },
    linked(fragment, type) {
      const out = new Set<string>();
      for (const { live } of fragments.get(fragment)?.graph.edges.all.values() ?? []) if (live?.type === type) out.add(live.from);
      return out;
    },
    ordered: (fragment, type) => {
      const graph = fragments.get(fragment)?.graph;
      return graph ? ordered.ids(graph, fragment, type) : null;
    },
  };
}

/** The API form of a node. */
function nodeView(kernel: Kernel, space: Space, fragment: Fragment, node: NodeState, spaceKey: string): NodeView {
  const created = node.created!;
  const creator = isDisputed(space, node) ? null : created;
  const updated = node.updated ?? created;
  const sets: NodeView['sets'] = {};
  for (const [prop, values] of node.setValues()) sets[prop] = values.map(fromCbor);
  const marked = fragment.graph.marked.has(node.id);
  const home = marked ? homeOf(kernel, space, fragment, node.id) : fragment.key;
  const told = marked ? toldOf(space, fragment, node) : null;
  return {
    state: 'here', id: node.id, space: spaceKey, fragment: fragment.key, type: node.type!, deleted: node.deleted,
    props: fromCborMap(marked ? shownProps(node) : node.props()), sets, max: fromCborMap(node.max ?? new Map()) as Record<string, number>,
    counts: fromCborMap(node.counts()) as Record<string, number>,
    parent: node.pos ? fragment.graph.tree().parent(node.id) : null, ord: node.pos?.ord ?? null,
    edges: edgeViews(space, fragment, node.id), hasText: node.text !== null,
    createdAt: created.ms, createdBy: creator && personOf(space, creator), updatedAt: updated.ms, updatedBy: personOf(space, updated), ...setByOthers(space, node, creator),
    writer: created.writer.key, seq: created.seq, stamp: stampText(created, created.writer.key),
    saved: node.pending === 0, newer: kernel.isNewer(node.type!), ...(home !== fragment.key ? { moved: home } : {}), ...(told ? { told } : {}),
  };
}

/** Did writers of several persons create it? The stamps are their own words, so nobody is named as the one who made it: whose each word is stands in setBy. */
function isDisputed(space: Space, node: NodeState): boolean {
  if (node.creators === null) return false;
  return new Set([...node.creators.values()].map((writer) => space.rights.writer(writer.bytes)?.uid ?? null)).size > 1;
}

/** Who set what stands under the name of another: every member may write every node, so a view must be able to say whose words it shows. */
function setByOthers(space: Space, node: NodeState, created: At | null): { setBy?: Record<string, string | null> } {
  let setBy: Record<string, string | null> | undefined;
  for (const [name, { at }] of node.registers ?? []) {
    if (at.writer === created?.writer || name === '__proto__') continue;
    const uid = personOf(space, at);
    if (uid === null || created === null || uid !== personOf(space, created)) (setBy ??= {})[name] = uid;
  }
  return setBy ? { setBy } : {};
}

function edgeViews(space: Space, fragment: Fragment, id: string): EdgeView[] {
  const out: EdgeView[] = [];
  for (const edge of fragment.graph.edgesFrom(id)) {
    const live = edge.live;
    const to = live && refFromCbor(live.to);
    if (!live || !to) continue;
    const props = edge.props.values();
    const told = edge.props.get(MOVED.by);
    props.delete(MOVED.by);
    out.push({
      id: edge.key, type: live.type, from: live.from, to, props: fromCborMap(props), by: personOf(space, live.at),
      // Said by who added it, and again by who adds it anew: then it is their own.
      ...(told && told.value instanceof Uint8Array && compareAt(told.at, live.at) === 0 && byManager(space, fragment, live.at) ? { told: toBase64url(told.value) } : {}),
    });
  }
  return out;
}

/** Without what says where it went and came from. */
function shownProps(node: NodeState): ReadonlyMap<string, CborValue> {
  const props = node.props();
  props.delete(MOVED.to);
  props.delete(MOVED.from);
  return props;
}

/** uid text of the person behind a writer, null when no certificate is known. */
function personOf(space: Space, at: At): string | null {
  return space.rights.writer(at.writer.bytes)?.uid ?? null;
}

/** Bytes of a stamp as base64url, for the inspector. */
export const stampId = (at: { readonly ms: number; readonly ctr: number }): string => toBase64url(encodeStamp(at));
