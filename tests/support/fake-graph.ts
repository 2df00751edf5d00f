/** An in-memory graph of one space for pictures of the views; never part of the product. */
import { ROOT } from '#domain/shared';
import { toBase64url } from '#base/bytes';
import { sha256 } from '#base/hash';
import type { Change, EdgeView, GraphApi, HistoryEntry, JsonValue, NodeRef, NodeView, Op, Query, TextEditRecord } from '#os/api';

/** Deterministic id of `bytes` bytes from a name. */
export const fakeId = (name: string, bytes: 16 | 32 = 16): string => toBase64url(sha256(`fake:${name}`).slice(0, bytes));

export interface FakeWriter {
  uid: string;
  writer: string;
}

/** Id of the thing, however it is named. */
const last = (to: NodeRef): string => (typeof to === 'string' ? to : to.at(-1)!);

export class FakeGraph {
  readonly nodes = new Map<string, NodeView>();
  readonly root: string;
  #subscriptions = new Set<{ query: Query; on: (change: Change) => void }>();
  #n = 0;
  #history: { node: string; entry: HistoryEntry }[] = [];
  #seqs = new Map<string, number>();
  #texts = new Map<string, Uint8Array[]>();
  /** What was written in documents, as if in sittings of some twenty keys. */
  readonly edits: TextEditRecord[] = [];
  /** Called after every local write. */
  onWrite: (fragment: string) => void = () => undefined;
  failing = false;

  constructor(
    readonly space: string,
    readonly me: FakeWriter,
    readonly now: () => number = () => Date.now(),
  ) {
    this.root = ROOT;
  }

  /** Applies operations as a writer at a time; used for seeding and for the others' acts too. */
  apply(ops: Op[], as: FakeWriter = this.me, at = this.now(), fragment?: string, origin: 'local' | 'remote' = 'local'): string[] {
    const touched = new Map<string, 'added' | 'changed'>();
    const ids = ops.map((op) => this.#one(op, as, at, fragment, touched));
    const change: Change = { added: [], changed: [], removed: [], origin };
    for (const [id, how] of touched) change[how].push(this.nodes.get(id)!);
    for (const { query, on } of this.#subscriptions) {
      const mine: Change = { added: [], changed: [], removed: [], origin };
      for (const how of ['added', 'changed'] as const) {
        for (const node of change[how]) {
          if (this.#matches(node, query)) mine[how].push(node);
          else if (how === 'changed') mine.removed.push(node.id);
        }
      }
      if (mine.added.length + mine.changed.length + mine.removed.length > 0) on(mine);
    }
    return ids;
  }

  api(): GraphApi {
    return {
      createFragment: async ({ type, title }) => {
        const id = fakeId(`${this.space}:${title}:${this.#n++}`);
        this.apply([{ op: 'node.create', type: 'fragment@1', props: { fragment: id, type, title, created: this.now() } }]);
        return id;
      },
      transact: async (ops, options) => {
        const ids = this.apply(ops, this.me, this.now(), options?.fragment);
        for (const op of ops) if (op.op === 'text.update') this.#edit(op.id, op.update);
        this.onWrite(options?.fragment ?? this.root);
        return { ids, record: 'pending' };
      },
      get: async (id) => this.nodes.get(id) ?? { state: 'absent' },
      query: async (query) => this.query(query),
      subscribe: (query, on) => {
        const entry = { query, on };
        this.#subscriptions.add(entry);
        return () => this.#subscriptions.delete(entry);
      },
      count: async (query) => this.query(query ?? {}).length,
      tops: async (query) => Object.fromEntries(this.query({ ...query, include: { deleted: true } }).sort((a, b) => a.seq - b.seq).map(({ writer, seq }) => [writer, seq])),
      text: async () => '',
      // What is written in a document is read by whoever opens it anew; who writes it knows it.
      updates: async (id, mark) => ({ updates: mark === null ? (this.#texts.get(id) ?? []) : [], mark: '.0', salt: new Uint8Array(16), client: 1 }),
      // The other side lacks the newest line.
      compare: async (device) => ({
        device, at: 0, here: { words: ['anchor', 'orchard', 'seven', 'tide'], seal: fakeId('seal', 32) }, there: { words: ['lamp', 'river', 'copper', 'nine'], seal: fakeId('other', 32) },
        waiting: 0, covers: { both: 4, onlyHere: 1, onlyThere: 0 },
        difference: { kind: 'records', fragment: this.root, node: null, side: 'there', who: null, at: Date.UTC(2026, 10, 3, 9, 41), what: 'chat/message.send@1', record: fakeId('record', 32), seq: 12, missingHere: 0, missingThere: 2 },
      }),
      digest: async () => ({ set: fakeId(`set${this.#n}`, 32), state: fakeId(`state${this.#n}`, 32), words: ['anchor', 'orchard', 'seven', 'tide'], seal: fakeId('seal', 32), covers: { fragments: [this.root], reducer: '1' } }),
      history: async (id) => this.#history.filter((one) => one.node === id).map((one) => one.entry),
    };
  }

  #edit(id: string, update: Uint8Array): void {
    this.#texts.set(id, [...(this.#texts.get(id) ?? []), update]);
    const n = this.edits.length;
    const at = this.now() + (Math.floor(n / 20) - 20) * 900_000;
    this.edits.push({ who: this.me.uid, at, writer: fakeId('log', 32), stamp: n.toString(16).padStart(16, '0'), sealed: true, update });
  }

  query(query: Query): NodeView[] {
    const found = [...this.nodes.values()].filter((node) => this.#matches(node, query)).sort((a, b) => (a.stamp < b.stamp ? -1 : 1));
    if (query.order === '-stamp') found.reverse();
    return found.slice(query.offset ?? 0, (query.offset ?? 0) + (query.limit ?? Infinity));
  }

  #matches(node: NodeView, query: Query): boolean {
    if ((node.deleted && !query.include?.deleted) || (node.moved !== undefined && !query.include?.moved)) return false;
    if (query.type && ![query.type].flat().includes(node.type)) return false;
    if (query.fragment && node.fragment !== query.fragment) return false;
    for (const [key, value] of Object.entries(query.where ?? {})) if (node.props[key] !== value) return false;
    const { edges } = query;
    if (edges && !node.edges.some(({ type, to }) => type === edges.type && (edges.to === undefined || last(to) === last(edges.to)))) return false;
    return true;
  }

  #one(op: Op, as: FakeWriter, at: number, fragment: string | undefined, touched: Map<string, 'added' | 'changed'>): string {
    const seq = (this.#seqs.get(as.writer) ?? 0) + 1;
    this.#seqs.set(as.writer, seq);
    this.#remember(op, as, at);
    const stamp = `${String(at).padStart(15, '0')}${String(this.#n++).padStart(6, '0')}${as.writer}`;
    if (op.op === 'node.create') {
      const id = op.id ?? fakeId(`${this.space}:node:${stamp}`);
      const base = { state: 'here' as const, id, space: this.space, fragment: fragment ?? this.root, type: op.type, deleted: false, props: op.props, sets: {}, max: {}, counts: {}, parent: null, ord: null, edges: [], hasText: false };
      this.nodes.set(id, { ...base, createdAt: at, createdBy: as.uid, updatedAt: at, updatedBy: as.uid, writer: as.writer, seq, stamp, saved: !this.failing, newer: false });
      touched.set(id, 'added');
      return id;
    }
    if (op.op === 'edge.add') {
      const node = this.#touch(op.from, as, at, touched);
      const edge: EdgeView = { id: fakeId(`edge:${stamp}`), type: op.type, from: op.from, to: op.to, props: op.props ?? {}, by: as.uid };
      if (node) node.edges = [...node.edges, edge];
      return edge.id;
    }
    if (op.op === 'edge.remove' || op.op === 'edge.set') {
      for (const node of this.nodes.values()) {
        if (!node.edges.some((edge) => edge.id === op.id)) continue;
        const mine = this.#touch(node.id, as, at, touched)!;
        mine.edges = mine.edges.filter((edge) => edge.id !== op.id);
      }
      return op.id;
    }
    const node = this.#touch(op.id, as, at, touched);
    if (!node) return op.id;
    if (op.op === 'node.set') node.props = { ...node.props, ...op.props };
    if (op.op === 'node.delete') node.deleted = true;
    if (op.op === 'node.restore') node.deleted = false;
    if (op.op === 'pos.set') this.#place(node, op.parent, op.after, op.before);
    if (op.op === 'max.set') node.max = { ...node.max, [op.key]: Math.max(node.max[op.key] ?? 0, op.n) };
    if (op.op === 'set.add') node.sets = { ...node.sets, [op.prop]: [...(node.sets[op.prop] ?? []), op.value] };
    if (op.op === 'set.remove') node.sets = { ...node.sets, [op.prop]: (node.sets[op.prop] ?? []).filter((value: JsonValue) => value !== op.value) };
    return op.id;
  }

  /** Behind one of those below the same parent, or before one; else before all. */
  #place(node: NodeView, parent: string | null, after: string | undefined, before: string | undefined): void {
    const beside = [...this.nodes.values()].filter((one) => one.id !== node.id && one.fragment === node.fragment && one.parent === parent && one.ord !== null).sort((a, b) => (a.ord! < b.ord! ? -1 : 1));
    const at = after !== undefined ? beside.findIndex(({ id }) => id === after) + 1 : Math.max(0, beside.findIndex(({ id }) => id === before));
    node.parent = parent;
    for (const [place, one] of [...beside.slice(0, at), node, ...beside.slice(at)].entries()) one.ord = String(place).padStart(6, '0');
  }

  /** The node that a record of history() tells of. */
  writtenBy(record: string): string | null {
    return this.#history.find(({ entry }) => entry.record === record)?.node ?? null;
  }

  /** What history() tells, in the shape of the kernel's: an entry per property, set and edge. */
  #remember(op: Op, as: FakeWriter, at: number): void {
    const add = (node: string, what: string, before: JsonValue, after: JsonValue): void => {
      const record = fakeId(`record:${node}:${at}`, 32);
      this.#history.push({ node, entry: { stamp: `${at}`, at, who: as.uid, kind: op.verb ?? op.op, what, before, after, record } });
    };
    const id = 'id' in op ? op.id : undefined;
    if (op.op === 'node.create') {
      op.id ??= fakeId(`${this.space}:made:${this.#n++}`);
      add(op.id, 'type', null, op.type);
      for (const [what, value] of Object.entries(op.props)) add(op.id, what, null, value);
    } else if (op.op === 'node.set') for (const [what, value] of Object.entries(op.props)) add(op.id, what, this.nodes.get(op.id)?.props[what] ?? null, value);
    else if (op.op === 'edge.add') add(op.from, 'edge', null, ['edge', op.type, op.from, op.to as JsonValue]);
    else if (id && (op.op === 'node.delete' || op.op === 'node.restore')) add(id, 'deleted', op.op === 'node.restore', op.op === 'node.delete');
  }

  #touch(id: string, as: FakeWriter, at: number, touched: Map<string, 'added' | 'changed'>): NodeView | null {
    const before = this.nodes.get(id);
    if (!before) return null;
    const node = { ...before, updatedAt: at, updatedBy: as.uid };
    this.nodes.set(id, node);
    if (!touched.has(id)) touched.set(id, 'changed');
    return node;
  }
}
