/**
 * The state of a fragment as rows that every device writes alike (docs/PROTOCOL.md, Snapshots in the log): what a baseline's snapshot holds. Everything that a
 * later operation may be compared with is in it. One order throughout, so a snapshot is checked by making it again; only texts are compared by their structs.
 * In steps of a few nodes. The graph must not change meanwhile.
 */
import { must } from '#base/assert';
import { compareBytes, type Bytes } from '#base/bytes';
import { encodeCbor } from '#base/cbor';
import { sha256 } from '#base/hash';
import type { CborValue } from '#vm/protocol/types';
import type { EdgeState } from './edges.ts';
import type { FragmentGraph } from './fragment-graph.ts';
import { bytesOfKey, compareKeys, compareUtf8 } from './keys.ts';
import { NodeState } from './node-state.ts';
import type { OrSet } from './or-set.ts';
import { compareAt, type At, type GraphWriter, type Registers } from './registers.ts';
import { hashSorted, nodeBytes } from './state-digest.ts';

/** Kinds of rows, in the order in which they stand. */
export const ROW = { format: 0, log: 1, writer: 2, node: 3, text: 4, edge: 5, end: 6 } as const;
export const ROWS_FORMAT = 1;

/** A log up to the head that is covered: the next clocks of its client ids of texts. */
export interface CoveredLog {
  readonly writer: Bytes;
  readonly seq: number;
  readonly id: Bytes;
  readonly clocks: ReadonlyMap<number, number>;
}

export interface RowsInput {
  readonly graph: FragmentGraph;
  readonly logs: readonly CoveredLog[];
  readonly reducer: number;
  /** Set digest over the covered heads. */
  readonly set: Bytes;
  /** Deleted nodes (keys) whose contents are left out. */
  readonly emptied: ReadonlySet<string>;
}

/** Every row as CBOR, in their order. A node named as emptied that is not deleted, or not there, throws RangeError. */
export function* stateRows({ graph, logs, reducer, set, emptied }: RowsInput): Generator<Bytes> {
  for (const key of emptied) if (graph.node(key)?.deleted !== true) throw new RangeError('rows: only what is deleted is emptied');
  yield encodeCbor([ROW.format, ROWS_FORMAT]);
  for (const log of [...logs].sort((a, b) => compareBytes(a.writer, b.writer))) yield encodeCbor(logRow(log));
  const writers = writersOf(graph, emptied);
  for (const { bytes } of writers.keys()) yield encodeCbor([ROW.writer, bytes as Bytes]);
  const digests: Bytes[] = [];
  for (const key of [...graph.nodes.keys()].sort(compareKeys)) {
    const known = graph.nodes.get(key)!;
    const node = emptied.has(key) ? emptiedOf(known) : known;
    if (node.type !== null) digests.push(sha256(nodeBytes(node, graph.edgesFrom(key))));
    yield encodeCbor(nodeRow(node, writers));
    if (node.text) yield encodeCbor([ROW.text, bytesOfKey(key), node.text.merged()]);
  }
  for (const key of [...graph.edges.all.keys()].sort(compareKeys)) {
    const edge = graph.edges.all.get(key)!;
    if (edge.adds.length + (edge.removed?.size ?? 0) + edge.props.size > 0) yield encodeCbor(edgeRow(edge, writers));
  }
  yield encodeCbor([ROW.end, reducer, set, hashSorted(digests), [...emptied].sort(compareKeys).map(bytesOfKey)]);
}

function logRow({ writer, seq, id, clocks }: CoveredLog): CborValue {
  return [ROW.log, writer, seq, id, [...clocks].sort((a, b) => a[0] - b[0]).map(([client, clock]): CborValue => [client, clock])];
}

/** A deleted node without what it said: its type, its place and that it is deleted stay. */
function emptiedOf(node: NodeState): NodeState {
  const { type, typeAt, created, creators, updated, deleted, deletedAt, pos } = node;
  return Object.assign(new NodeState(node.id), { type, typeAt, created, creators, updated, deleted, deletedAt, pos });
}

function* stampsOf(node: NodeState): Generator<At> {
  for (const at of [node.typeAt, node.created, node.updated, node.deletedAt, node.pos?.at]) if (at) yield at;
  if (node.registers) for (const [, { at }] of node.registers) yield at;
}

function* edgeStamps(edge: EdgeState): Generator<At> {
  for (const { at } of edge.adds) yield at;
  for (const [, { at }] of edge.props) yield at;
}

/** Numbers of the writers that rows name, by their bytes: a graph may know more of them. */
function writersOf(graph: FragmentGraph, emptied: ReadonlySet<string>): ReadonlyMap<GraphWriter, number> {
  const found = new Set<GraphWriter>();
  for (const [key, known] of graph.nodes) {
    const node = emptied.has(key) ? emptiedOf(known) : known;
    for (const { writer } of stampsOf(node)) found.add(writer);
    for (const writer of node.creators?.values() ?? []) found.add(writer);
  }
  for (const edge of graph.edges.all.values()) for (const { writer } of edgeStamps(edge)) found.add(writer);
  return new Map([...found].sort((a, b) => compareBytes(a.bytes, b.bytes)).map((writer, no) => [writer, no]));
}

type Writers = ReadonlyMap<GraphWriter, number>;

/** The stamps of one node or edge, each once, in their order; what uses one names its place. */
class Stamps {
  private readonly places = new Map<string, number>();
  private readonly list: CborValue[] = [];

  constructor(all: Iterable<At>, private readonly writers: Writers) {
    for (const at of [...all].sort(compareExact)) {
      const name = this.name(at);
      if (this.places.has(name)) continue;
      this.places.set(name, this.list.length);
      this.list.push([at.ms, at.ctr, writers.get(at.writer)!, at.seq]);
    }
  }

  private name({ ms, ctr, writer, seq }: At): string {
    return `${ms} ${ctr} ${this.writers.get(writer)!} ${seq}`;
  }

  at(at: At): number {
    return must(this.places.get(this.name(at)), 'every stamp of the row is in it');
  }

  value(): CborValue {
    return this.list;
  }
}

const compareExact = (a: At, b: At): number => compareAt(a, b) || a.seq - b.seq;

function nodeRow(node: NodeState, writers: Writers): CborValue {
  const stamps = new Stamps(stampsOf(node), writers);
  const at = (one: At | null): CborValue => (one === null ? null : stamps.at(one));
  const { pos, creators } = node;
  return [
    ROW.node, bytesOfKey(node.id), stamps.value(), node.type, at(node.typeAt), at(node.created), [...(creators?.values() ?? [])].map((writer) => writers.get(writer)!).sort((a, b) => a - b), at(node.updated),
    node.deletedAt === null ? null : [node.deleted, stamps.at(node.deletedAt)],
    pos === null ? null : [pos.parent === null ? null : bytesOfKey(pos.parent), pos.ord, stamps.at(pos.at)],
    node.registers === null ? [] : propsValue(node.registers, stamps),
    named(node.sets, setValue).filter(([, members]) => (members as CborValue[]).length > 0),
    named(node.max, (n) => n),
    named(node.sums, (sum) => (typeof sum === 'number' ? sum : String(sum))),
  ];
}

/** Names in the order of their UTF-8 bytes, each with its value. */
function named<T>(map: ReadonlyMap<string, T> | null, value: (item: T) => CborValue): [string, CborValue][] {
  return [...(map ?? [])].sort((a, b) => compareUtf8(a[0], b[0])).map(([name, item]) => [name, value(item)]);
}

function propsValue(registers: Registers, stamps: Stamps): CborValue {
  return [...registers].sort((a, b) => compareUtf8(a[0], b[0])).map(([name, { value, at }]): CborValue => [name, value, stamps.at(at)]);
}

function setValue(set: OrSet): CborValue {
  const members = [...set.members.values()].filter(({ adds, removed }) => adds.size + (removed?.size ?? 0) > 0).map((member) => ({ ...member, bytes: encodeCbor(member.value) }));
  // As bytes: a value as deep as an operation may bring it is not too deep for a row.
  return members.sort((a, b) => compareBytes(a.bytes, b.bytes)).map(({ bytes, adds, removed }): CborValue => [bytes, operationsValue(adds), operationsValue(removed ?? [])]);
}

/** Operation ids (16 bytes each, latin1) in the order of their bytes, one behind the other. */
function operationsValue(operations: Iterable<string>): Bytes {
  const all = [...operations].sort();
  const out = new Uint8Array(all.length * 16);
  all.forEach((operation, no) => {
    for (let i = 0; i < 16; i++) out[no * 16 + i] = operation.charCodeAt(i);
  });
  return out;
}

function edgeRow(edge: EdgeState, writers: Writers): CborValue {
  const stamps = new Stamps(edgeStamps(edge), writers);
  const adds = [...edge.adds].sort((a, b) => (a.operation < b.operation ? -1 : 1));
  return [
    ROW.edge, bytesOfKey(edge.key), stamps.value(), adds.map(({ operation, type, from, to, at }): CborValue => [operationsValue([operation]), type, bytesOfKey(from), to, stamps.at(at)]),
    operationsValue(edge.removed ?? []), propsValue(edge.props, stamps),
  ];
}
