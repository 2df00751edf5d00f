/** Queries over the shown nodes of one space, and subscriptions that follow them incrementally. Pure; fed by the kernel. */
import type { Change, JsonValue, NodeId, NodeRef, NodeView, Query } from '#os/api';

/** What queries read. Ids are base64url text; only nodes whose node.create is applied. */
export interface NodeSource {
  /** Fragments of the space held here. */
  fragments(): Iterable<string>;
  /** Ids in a fragment, of one type if given, in no order. */
  ids(fragment: string, type: string | null): Iterable<string>;
  /** Sort key of the creating operation. */
  stamp(fragment: string, id: string): string;
  view(fragment: string, id: string): NodeView | null;
  /** How many `ids` gives, deleted ones counted or not. */
  count(fragment: string, type: string | null, deleted: boolean): number;
  /** Whether a node is there, without making its view; null = not held. */
  standing(fragment: string, id: string): 'shown' | 'deleted' | 'moved' | null;
  /** The fragment where a node is that is held in this one: another one when it was moved. */
  home(fragment: string, id: string): string;
  /** Where it was created: writer and record seq; null = not held. */
  origin(fragment: string, id: string): { writer: string; seq: number } | null;
  /** Ids of a type in stamp order, maintained incrementally; null when not kept for that pair. */
  ordered?(fragment: string, type: string): readonly string[] | null;
  /** Ids of the nodes with a live edge of a type, in no order; left out: every node is looked at. */
  linked?(fragment: string, type: string): Iterable<string>;
}

interface Hit {
  readonly fragment: string;
  readonly id: string;
}

const types = (query: Query): readonly (string | null)[] =>
  query.type === undefined ? [null] : Array.isArray(query.type) ? query.type : [query.type];

const sameValue = (a: JsonValue | undefined, b: JsonValue): boolean =>
  a === b || (typeof a === 'object' && a !== null && JSON.stringify(a) === JSON.stringify(b));

const sameRef = (a: NodeRef, b: NodeRef): boolean => {
  const x = typeof a === 'string' ? [a] : a;
  const y = typeof b === 'string' ? [b] : b;
  return x[x.length - 1] === y[y.length - 1];
};

/** Does the query ask for what is deleted, or for what is not? */
function asks(query: Query, deleted: boolean): boolean {
  const asked = query.include?.deleted;
  return deleted ? asked === true || asked === 'only' : asked !== 'only';
}

/** Does the node belong to the answer (limit and offset aside)? */
export function matches(view: NodeView, query: Query): boolean {
  if (query.fragment !== undefined && view.fragment !== query.fragment) return false;
  if (query.type !== undefined && !types(query).includes(view.type)) return false;
  if (!asks(query, view.deleted)) return false;
  if (view.moved !== undefined && query.include?.moved !== true) return false;
  if (query.where) for (const [prop, value] of Object.entries(query.where)) if (!sameValue(view.props[prop], value)) return false;
  const edges = query.edges;
  if (edges && !view.edges.some((e) => e.type === edges.type && (edges.to === undefined || sameRef(e.to, edges.to)))) return false;
  return true;
}

/** Sorted answer with limit and offset. */
export function runQuery(source: NodeSource, query: Query): NodeView[] {
  const offset = Math.max(0, query.offset ?? 0);
  const limit = query.limit === undefined ? Infinity : Math.max(0, query.limit);
  const fast = limit === Infinity && query.fragment === undefined ? null : fastOrdered(source, query);
  if (fast) return takeOrdered(source, query, fast, offset, limit);
  const views: NodeView[] = [];
  for (const hit of hits(source, query)) {
    // Deleted ones alone are few: no views are made of the others.
    if (query.include?.deleted === 'only' && source.standing(hit.fragment, hit.id) === 'shown') continue;
    const view = source.view(hit.fragment, hit.id);
    if (view && matches(view, query)) views.push(view);
  }
  return views.sort(comparator(query)).slice(offset, offset + limit);
}

/** How many nodes match; they are walked over only where the query looks inside. */
export function countQuery(source: NodeSource, query: Query): number {
  let n = 0;
  if (query.where || query.edges || query.include?.moved) {
    for (const hit of hits(source, query)) if (belongs(source, query, hit)) n++;
    return n;
  }
  const deleted = asks(query, true);
  for (const fragment of query.fragment === undefined ? source.fragments() : [query.fragment]) {
    for (const type of types(query)) n += source.count(fragment, type, deleted) - (asks(query, false) ? 0 : source.count(fragment, type, false));
  }
  return n;
}

/** The highest record seq of each writer among what matches, deleted or not, limit and offset aside; what is not sealed yet has none. */
export function topsOf(source: NodeSource, query: Query): Record<string, number> {
  const tops = new Map<string, number>();
  for (const hit of hits(source, query)) {
    if ((query.where || query.edges) && !belongs(source, { ...query, include: { deleted: true } }, hit)) continue;
    const origin = source.origin(hit.fragment, hit.id);
    if (origin && origin.seq > (tops.get(origin.writer) ?? -1)) tops.set(origin.writer, origin.seq);
  }
  return Object.fromEntries(tops);
}

/** Ids of all that match, limit and offset aside. */
function matchingIds(source: NodeSource, query: Query): Set<string> {
  const out = new Set<string>();
  for (const hit of hits(source, query)) if (belongs(source, query, hit)) out.add(hit.id);
  return out;
}

/** As `matches` for a hit of the query's own fragments and types. A view is made only where the query looks inside. */
function belongs(source: NodeSource, query: Query, { fragment, id }: Hit): boolean {
  if (query.where || query.edges || query.include?.moved) {
    const view = source.view(fragment, id);
    return view !== null && matches(view, query);
  }
  const standing = source.standing(fragment, id);
  return (standing === 'shown' || standing === 'deleted') && asks(query, standing === 'deleted');
}

function* hits(source: NodeSource, query: Query): Generator<Hit> {
  for (const fragment of query.fragment === undefined ? source.fragments() : [query.fragment]) {
    if (query.edges && source.linked) for (const id of source.linked(fragment, query.edges.type)) yield { fragment, id };
    else for (const type of types(query)) for (const id of source.ids(fragment, type)) yield { fragment, id };
  }
}

/** Ids of one fragment in stamp order, and how far they are read. */
interface Lane {
  readonly fragment: string;
  readonly ids: readonly string[];
  at: number;
  /** Stamp of the id to come. */
  stamp: string;
}

/** The fragments of the query with their ids in stamp order; null where that order is not kept. */
function fastOrdered(source: NodeSource, query: Query): Lane[] | null {
  const order = query.order ?? 'stamp';
  if (typeof query.type !== 'string' || (query.edges && source.linked) || (order !== 'stamp' && order !== '-stamp') || !source.ordered) return null;
  const lanes: Lane[] = [];
  for (const fragment of query.fragment === undefined ? source.fragments() : [query.fragment]) {
    const ids = source.ordered(fragment, query.type);
    if (ids === null) return null;
    if (ids.length > 0) lanes.push({ fragment, ids, at: 0, stamp: '' });
  }
  return lanes;
}

/** Merges the fragments in stamp order, so that views are made of no more nodes than are asked for. */
function takeOrdered(source: NodeSource, query: Query, lanes: Lane[], offset: number, limit: number): NodeView[] {
  const out: NodeView[] = [];
  const down = query.order === '-stamp';
  const idOf = (lane: Lane): string => lane.ids[down ? lane.ids.length - 1 - lane.at : lane.at]!;
  const single = lanes.length === 1;
  if (!single) for (const lane of lanes) lane.stamp = source.stamp(lane.fragment, idOf(lane));
  let skip = offset;
  while (lanes.length > 0 && out.length < limit) {
    let best = lanes[0]!;
    for (const lane of lanes) if (down ? lane.stamp > best.stamp : lane.stamp < best.stamp) best = lane;
    const view = source.view(best.fragment, idOf(best));
    best.at++;
    if (best.at === best.ids.length) lanes.splice(lanes.indexOf(best), 1);
    else if (!single) best.stamp = source.stamp(best.fragment, idOf(best));
    if (!view || !matches(view, query)) continue;
    if (skip > 0) skip--;
    else out.push(view);
  }
  return out;
}

const text = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function comparator(query: Query): (a: NodeView, b: NodeView) => number {
  const order = query.order ?? 'stamp';
  if (order === 'stamp') return (a, b) => text(a.stamp, b.stamp);
  if (order === '-stamp') return (a, b) => text(b.stamp, a.stamp);
  if (order === 'pos') return (a, b) => text(a.ord ?? '', b.ord ?? '') || text(a.id, b.id);
  const sign = order.desc ? -1 : 1;
  return (a, b) => sign * compareValues(a.props[order.prop], b.props[order.prop]) || text(a.stamp, b.stamp);
}

function compareValues(a: JsonValue | undefined, b: JsonValue | undefined): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (a === undefined || a === null) return b === undefined || b === null ? 0 : 1;
  if (b === undefined || b === null) return -1;
  return text(String(a), String(b));
}

export interface Subscriptions {
  add(query: Query, on: (change: Change) => void): () => void;
  /** Nodes of a fragment whose shown state may have changed. */
  touched(fragment: string, ids: Iterable<NodeId>, origin: 'local' | 'remote'): void;
  readonly size: number;
}

interface Entry {
  readonly query: Query;
  readonly on: (change: Change) => void;
  known: Set<string>;
}

/** Each subscriber gets only what changed in its answer; a subscriber that throws does not stop the others. */
export function createSubscriptions(source: NodeSource, onFault: (error: unknown) => void): Subscriptions {
  const entries = new Set<Entry>();
  const windowed = (q: Query): boolean => q.limit !== undefined || (q.offset ?? 0) > 0;
  const deliver = (entry: Entry, change: Change): void => {
    if (change.added.length + change.changed.length + change.removed.length === 0) return;
    try {
      entry.on(change);
    } catch (error) {
      onFault(error);
    }
  };
  return {
    get size() {
      return entries.size;
    },
    add(query, on) {
      const known = windowed(query) ? new Set(runQuery(source, query).map((view) => view.id)) : matchingIds(source, query);
      const entry: Entry = { query, on, known };
      entries.add(entry);
      return () => void entries.delete(entry);
    },
    touched(fragment, ids, origin) {
      const list = [...ids];
      const views = new Map<string, NodeView | null>();
      const viewOf = (id: string): NodeView | null => {
        if (!views.has(id)) views.set(id, source.view(fragment, id));
        return views.get(id)!;
      };
      /** Who asks in all fragments is not told that a thing went from one of them to another. */
      const viewAnywhere = (id: string): NodeView | null => {
        const home = source.home(fragment, id);
        return home === fragment ? viewOf(id) : source.view(home, id);
      };
      for (const entry of [...entries]) {
        if (entry.query.fragment !== undefined && entry.query.fragment !== fragment) continue;
        deliver(entry, windowed(entry.query) ? windowChange(source, entry, list, origin) : plainChange(entry, list, entry.query.fragment === undefined ? viewAnywhere : viewOf, origin));
      }
    },
  };
}

function plainChange(entry: Entry, ids: readonly string[], viewOf: (id: string) => NodeView | null, origin: 'local' | 'remote'): Change {
  const change: Change = { added: [], changed: [], removed: [], origin };
  for (const id of ids) {
    const view = viewOf(id);
    const was = entry.known.has(id);
    if (view && matches(view, entry.query)) {
      (was ? change.changed : change.added).push(view);
      entry.known.add(id);
    } else if (was) {
      entry.known.delete(id);
      change.removed.push(id);
    }
  }
  return change;
}

function windowChange(source: NodeSource, entry: Entry, ids: readonly string[], origin: 'local' | 'remote'): Change {
  const change: Change = { added: [], changed: [], removed: [], origin };
  const touched = new Set(ids);
  const next = new Set<string>();
  for (const view of runQuery(source, entry.query)) {
    next.add(view.id);
    if (!entry.known.has(view.id)) change.added.push(view);
    else if (touched.has(view.id)) change.changed.push(view);
  }
  for (const id of entry.known) if (!next.has(id)) change.removed.push(id);
  entry.known = next;
  return change;
}
