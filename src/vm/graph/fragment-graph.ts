/**
 * The state of ONE fragment as a function of the set of applied records (FORMATS 3). All primitives commute, associate and are
 * idempotent, so records come in any order; a record that loses its effect is answered by a new graph over those that keep it.
 * Operations were validated before (#vm/protocol/operation, text-rules); the graph judges nothing.
 */
import type * as Y from 'yjs';
import { equalBytes, type Bytes } from '#base/bytes';
import { sha256 } from '#base/hash';
import { compareStamp } from '#vm/protocol/stamp';
import { MOVED, PRIMITIVE, type CborValue, type Operation, type Stamp } from '#vm/protocol/types';
import { Edges, type EdgeState } from './edges.ts';
import { keyOf, latin1, operationKey } from './keys.ts';
import { NodeState } from './node-state.ts';
import { At, type GraphWriter } from './registers.ts';
import { hashSorted, nodeBytes } from './state-digest.ts';
import { noneTouched, type Touched } from './touched.ts';
import { buildTree, type Place, type Tree } from './tree.ts';

/** One record, or pending operations of this device (`key` null, `seq` -1). */
export interface GraphRecord {
  /** base64url of the record id; null while unsealed. */
  readonly key: string | null;
  readonly writer: Uint8Array;
  readonly seq: number;
  readonly ops: readonly Operation[];
  /** What clock.fix takes off the stamps of this record, ms. */
  readonly delta?: number;
}

/** A record without effect that holds texts. */
export interface ShadedRecord {
  readonly key: string;
  readonly ops: readonly Operation[];
  /** The client ids of its writer. */
  readonly clients: ReadonlySet<number>;
}

interface Pending {
  readonly stamp: Stamp;
  readonly at: At;
  readonly target: NodeState | EdgeState;
}
/** Pending operations of one writer, by stamp. They come in rising order but after a rebuild, so a list beats a map of operation ids. */
type Pendings = Pending[];

/** False when an operation of that stamp is pending already. Keeps the order. */
function addPending(list: Pendings, pending: Pending): boolean {
  let at = list.length;
  while (at > 0 && compareStamp(list[at - 1]!.stamp, pending.stamp) > 0) at--;
  if (at > 0 && compareStamp(list[at - 1]!.stamp, pending.stamp) === 0) return false;
  if (at === list.length) list.push(pending);
  else list.splice(at, 0, pending);
  return true;
}

function isPending(list: Pendings, stamp: Stamp): boolean {
  for (let at = list.length - 1; at >= 0; at--) {
    const order = compareStamp(list[at]!.stamp, stamp);
    if (order <= 0) return order === 0;
  }
  return false;
}

const NO_IDS: ReadonlySet<string> = new Set();

export class FragmentGraph {
  readonly nodes = new Map<string, NodeState>();
  private readonly types = new Map<string, Set<string>>();
  /** Type → how many of its nodes are deleted. */
  private readonly gone = new Map<string, number>();
  /** Nodes that say where they went or come from, whatever they say. */
  readonly marked = new Set<string>();
  readonly edges = new Edges();
  readonly writers = new Map<string, GraphWriter>();
  readonly records = new Set<string>();
  /** Records whose texts are places only. */
  readonly shaded = new Set<string>();
  readonly pendings: Map<string, Pendings> = new Map();
  /** A text that came with a snapshot as one update does not go with what came behind it: the graph has to be made of its records. */
  torn = false;
  private digest: Bytes | null = null;
  private drawn: Tree | null = null;
  private shown = 0;
  private lastWriter: GraphWriter | null = null;

  private writer(bytes: Uint8Array): GraphWriter {
    if (this.lastWriter !== null && equalBytes(this.lastWriter.bytes, bytes)) return this.lastWriter;
    const key = keyOf(bytes);
    let writer = this.writers.get(key);
    if (writer === undefined) {
      writer = { bytes: bytes.slice(), key, writer8: latin1(bytes.subarray(0, 8)) };
      this.writers.set(key, writer);
    }
    return (this.lastWriter = writer);
  }

  /** Applies a record once; a record applied before, or whose operations were applied as pending and sealed, changes nothing. */
  apply(record: GraphRecord, touched: Touched = noneTouched()): Touched {
    if (record.key !== null) {
      if (this.records.has(record.key)) return touched;
      this.records.add(record.key);
    }
    const writer = this.writer(record.writer);
    const delta = record.delta ?? 0;
    const pending = record.key === null ? this.pendingOf(writer.key) : null;
    this.digest = null;
    for (const op of record.ops) {
      const { ms, ctr } = op.stamp;
      if (pending !== null && isPending(pending, op.stamp)) continue;
      const at = new At(ms - delta, ctr, writer, record.seq);
      const target = this.operation(op, at, touched);
      if (pending === null || target === null) continue;
      if (addPending(pending, { stamp: op.stamp, at, target })) target.pending++;
    }
    return touched;
  }

  /** Texts of a record without effect: their letters have places, and nothing in them (TEXT7). It says nothing else of any node. */
  shade({ key, ops, clients }: ShadedRecord, touched: Touched = noneTouched()): void {
    if (this.shaded.has(key)) return;
    this.shaded.add(key);
    this.digest = null;
    for (const op of ops) {
      if (op.primitive !== PRIMITIVE.textUpdate) continue;
      const id = keyOf(op.args[0] as Uint8Array);
      let node = this.nodes.get(id);
      if (node === undefined) this.nodes.set(id, (node = new NodeState(id)));
      node.shadeText(op.args[1] as Uint8Array, clients);
      touched.nodes.add(id);
    }
  }

  private pendingOf(writer: string): Pendings {
    let list = this.pendings.get(writer);
    if (list === undefined) this.pendings.set(writer, (list = []));
    return list;
  }

  /** The pending operations of the writer with stamps from…to are now the record (key, seq). Gives what they had touched. */
  sealed(writer: Uint8Array, from: Stamp, to: Stamp, seq: number, key: string, touched: Touched = noneTouched()): Touched {
    const pendings = this.pendingOf(keyOf(writer));
    let first = 0;
    while (first < pendings.length && compareStamp(pendings[first]!.stamp, from) < 0) first++;
    let end = first;
    for (; end < pendings.length && compareStamp(pendings[end]!.stamp, to) <= 0; end++) {
      const { at, target } = pendings[end]!;
      at.seq = seq;
      target.pending--;
      if (target instanceof NodeState) touched.nodes.add(target.id);
      else touched.edges.add(target.key);
    }
    pendings.splice(first, end - first);
    this.records.add(key);
    return touched;
  }

  /** Takes a node of an image of the graph. */
  adopt(node: NodeState): void {
    this.nodes.set(node.id, node);
    if (node.prop(MOVED.to) !== undefined || node.prop(MOVED.from) !== undefined) this.marked.add(node.id);
    const { type } = node;
    if (type === null) return;
    this.shown++;
    if (node.deleted) this.countGone(type, 1);
    const ids = this.types.get(type);
    if (ids === undefined) this.types.set(type, new Set([node.id]));
    else ids.add(node.id);
  }

  private nodeAt(id: CborValue, at: At, touched: Touched): NodeState {
    const key = keyOf(id as Uint8Array);
    let node = this.nodes.get(key);
    if (node === undefined) this.nodes.set(key, (node = new NodeState(key)));
    node.touch(at);
    touched.nodes.add(key);
    return node;
  }

  /** The node or edge the operation worked on; null for those without a subject. */
  private operation(op: Operation, at: At, touched: Touched): NodeState | EdgeState | null {
    const p = op.primitive;
    if (p >= PRIMITIVE.edgeAdd && p <= PRIMITIVE.edgeSet) return this.edgeOperation(op, at, touched);
    if (p >= PRIMITIVE.tx || p < 0) return null;
    const args = op.args;
    const node = this.nodeAt(args[0]!, at, touched);
    switch (p) {
      case PRIMITIVE.nodeCreate:
        this.create(node, args, at, touched);
        break;
      case PRIMITIVE.nodeSet:
        node.set(args[1] as string, args[2]!, at);
        if (args[1] === MOVED.to || args[1] === MOVED.from) this.marked.add(node.id);
        break;
      case PRIMITIVE.nodeDelete:
        this.setDeleted(node, true, at);
        break;
      case PRIMITIVE.nodeRestore:
        this.setDeleted(node, false, at);
        break;
      case PRIMITIVE.posSet:
        this.place(node, args[1] as CborValue[], at);
        break;
      case PRIMITIVE.setAdd:
        node.setOf(args[1] as string).add(args[2]!, operationKey(op.stamp.ms, op.stamp.ctr, at.writer.writer8));
        break;
      case PRIMITIVE.setRemove:
        node.setOf(args[1] as string).remove(args[2]!, args[3] as CborValue[]);
        break;
      case PRIMITIVE.maxSet:
        node.raise(args[1] as string, args[2] as number);
        break;
      case PRIMITIVE.countAdd:
        node.count(args[1] as string, args[2] as number);
        break;
      case PRIMITIVE.textUpdate:
        node.addText(args[1] as Uint8Array);
        break;
    }
    return node;
  }

  private setDeleted(node: NodeState, deleted: boolean, at: At): void {
    const before = node.deleted;
    node.setDeleted(deleted, at);
    if (node.deleted !== before && node.type !== null) this.countGone(node.type, deleted ? 1 : -1);
  }

  private countGone(type: string, add: number): void {
    this.gone.set(type, (this.gone.get(type) ?? 0) + add);
  }

  private create(node: NodeState, args: readonly CborValue[], at: At, touched: Touched): void {
    const old = node.type;
    if (node.create(args[1] as string, at) && node.type !== old) {
      if (old === null) {
        this.shown++;
        touched.created.add(node.id);
        if (node.pos !== null) this.drawn = null;
      } else this.types.get(old)!.delete(node.id);
      if (node.deleted) {
        if (old !== null) this.countGone(old, -1);
        this.countGone(node.type!, 1);
      }
      const ids = this.types.get(node.type!);
      if (ids === undefined) this.types.set(node.type!, new Set([node.id]));
      else ids.add(node.id);
    }
    const props = args[2] as Map<string, CborValue>;
    node.setAll(props, at);
    if (props.has(MOVED.to) || props.has(MOVED.from)) this.marked.add(node.id);
  }

  private place(node: NodeState, value: CborValue[], at: At): void {
    const parent = value[0] === null ? null : keyOf(value[0] as Uint8Array);
    node.place({ parent, ord: value[1] as string, at });
    this.drawn = null;
  }

  private edgeOperation(op: Operation, at: At, touched: Touched): EdgeState {
    const args = op.args;
    const key = keyOf(args[0] as Uint8Array);
    touched.edges.add(key);
    const before = this.edges.get(key)?.live?.from;
    const edge = this.changeEdge(key, op, args, at);
    const after = edge.live?.from;
    if (before !== undefined) this.edgeEnd(before, touched);
    if (after !== undefined && after !== before) this.edgeEnd(after, touched);
    return edge;
  }

  private edgeEnd(from: string, touched: Touched): void {
    touched.nodes.add(from);
    const node = this.nodes.get(from);
    if (node !== undefined) node.digest = null;
  }

  private changeEdge(key: string, op: Operation, args: readonly CborValue[], at: At): EdgeState {
    if (op.primitive === PRIMITIVE.edgeRemove) return this.edges.remove(key, args[1] as CborValue[]);
    if (op.primitive === PRIMITIVE.edgeSet) {
      const edge = this.edges.at(key);
      edge.props.set(args[1] as string, args[2]!, at);
      return edge;
    }
    const operation = operationKey(op.stamp.ms, op.stamp.ctr, at.writer.writer8);
    const edge = this.edges.add(key, operation, args[1] as string, keyOf(args[2] as Uint8Array), args[3]!, at);
    for (const [name, value] of args[4] as Map<string, CborValue>) edge.props.set(name, value, at);
    return edge;
  }

  /** A node that was created; null for one that is not there or only has operations ahead of its node.create. */
  node(id: string): NodeState | null {
    const node = this.nodes.get(id);
    return node === undefined || node.type === null ? null : node;
  }

  /** A node also when it was not created yet: its registers wait for the node.create. */
  raw(id: string): NodeState | null {
    return this.nodes.get(id) ?? null;
  }

  /** Number of created nodes, deleted ones included. */
  get size(): number {
    return this.shown;
  }

  /** Ids of created nodes, in no fixed order. */
  *nodeIds(): IterableIterator<string> {
    for (const node of this.nodes.values()) if (node.type !== null) yield node.id;
  }

  /** Ids of created nodes of a type, in no fixed order. */
  byType(type: string): ReadonlySet<string> {
    return this.types.get(type) ?? NO_IDS;
  }

  /** How many created nodes of a type (of all types: null) are deleted. */
  deletedOf(type: string | null): number {
    if (type !== null) return this.gone.get(type) ?? 0;
    let all = 0;
    for (const n of this.gone.values()) all += n;
    return all;
  }

  /** Types with at least one node. */
  typeNames(): string[] {
    return [...this.types].filter(([, ids]) => ids.size > 0).map(([type]) => type);
  }

  edge(key: string): EdgeState | null {
    return this.edges.get(key);
  }

  /** Live edges out of a node, sorted by id. */
  edgesFrom(node: string): EdgeState[] {
    return this.edges.sortedFrom(node);
  }

  /** Live edges into a target (a node id, or referenceKey of a reference), from what this device holds. */
  edgesTo(target: string): EdgeState[] {
    return [...this.edges.to(target)].map((key) => this.edges.get(key)!);
  }

  tree(): Tree {
    if (this.drawn === null) {
      const places = new Map<string, Place>();
      for (const node of this.nodes.values()) {
        if (node.type !== null && node.pos !== null) places.set(node.id, { key: node.id, parent: node.pos.parent, ord: node.pos.ord });
      }
      this.drawn = buildTree(places);
    }
    return this.drawn;
  }

  /** The Yjs document of a node, kept up to date until closeText; null when the node has no text. An edit made in it has to come back as a text.update. */
  textDoc(id: string): Y.Doc | null {
    return this.node(id)?.text?.doc() ?? null;
  }

  closeText(id: string): void {
    this.node(id)?.text?.close();
  }

  /** The words of the root `text`; "" for a node without. */
  text(id: string): string {
    return this.node(id)?.text?.words() ?? '';
  }

  /** CBOR that the node digest hashes; null for a node that is not shown. */
  nodeBytes(id: string): Bytes | null {
    const node = this.node(id);
    return node === null ? null : nodeBytes(node, this.edgesFrom(id));
  }

  /** State digest (FORMATS 9); only nodes touched since the last call are hashed again. */
  stateDigest(): Bytes {
    return (this.digest ??= hashSorted([...this.nodeDigests()].map(([, digest]) => digest)));
  }

  /** Id and digest of every created node, in no fixed order: what the state digest is made of. */
  *nodeDigests(): IterableIterator<readonly [id: string, digest: Bytes]> {
    for (const node of this.nodes.values()) {
      if (node.type === null) continue;
      node.digest ??= sha256(nodeBytes(node, this.edges.sortedFrom(node.id)));
      yield [node.id, node.digest as Bytes];
    }
  }
}

export function createFragmentGraph(): FragmentGraph {
  return new FragmentGraph();
}
