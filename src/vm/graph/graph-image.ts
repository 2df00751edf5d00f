/**
 * The state of a fragment as bytes, and back: what a snapshot holds of the graph. Everything that a later operation may be compared with is in it (stamps,
 * removed operation ids, structs of texts), so that records behind it do what they would do to the graph that was replayed. Both directions run in steps.
 */
import { deflate } from '#vm/protocol/deflate';
import { inflateBounded } from '#vm/protocol/inflate';
import type { Sum } from './counter.ts';
import type { EdgeState } from './edges.ts';
import type { FragmentGraph } from './fragment-graph.ts';
import type { ImageReader, ImageWriter } from './image-bytes.ts';
import { bytesOfKey, keyOf, latin1 } from './keys.ts';
import { NodeState } from './node-state.ts';
import { OrSet } from './or-set.ts';
import { At, Registers, type GraphWriter } from './registers.ts';

/** Nodes or edges of one step. */
const STEP = 128;
/** Stamps of one node that are named by their number: those of one operation share one. */
const SHARED_STAMPS = 16;

const HAS = { type: 1, creators: 2, deleted: 4, deletedAt: 8, pos: 16, registers: 32, sets: 64, max: 128, sums: 256, text: 512, created: 1024, updated: 2048, compact: 4096 } as const;

/** Stamps as they are written: in full, or as the number of one that the same node had before. */
class StampsOut {
  private near: At[] = [];
  private ms = 0;

  constructor(
    private readonly out: ImageWriter,
    private readonly writers: ReadonlyMap<GraphWriter, number>,
  ) {}

  fresh(): void {
    this.near = [];
  }

  put(at: At): void {
    const known = this.near.indexOf(at);
    this.out.uint(known + 1);
    if (known >= 0) return;
    this.out.int(at.ms - this.ms);
    this.out.uint(at.ctr);
    this.out.uint(this.writers.get(at.writer)!);
    this.out.uint(at.seq);
    this.ms = at.ms;
    if (this.near.length < SHARED_STAMPS) this.near.push(at);
  }
}

class StampsIn {
  private near: At[] = [];
  private ms = 0;

  constructor(
    private readonly input: ImageReader,
    private readonly writers: readonly GraphWriter[],
  ) {}

  fresh(): void {
    this.near = [];
  }

  take(): At {
    const known = this.input.uint();
    if (known > 0) return present(this.near[known - 1]);
    this.ms += this.input.int();
    const at = new At(this.ms, this.input.uint(), this.writer(), this.input.uint());
    if (this.near.length < SHARED_STAMPS) this.near.push(at);
    return at;
  }

  writer(): GraphWriter {
    return present(this.writers[this.input.uint()]);
  }
}

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new RangeError('image: no such number');
  return value;
}

/** May the graph be written down? Operations that no record holds yet are not part of any state others can make. */
export function isSettled(graph: FragmentGraph): boolean {
  for (const list of graph.pendings.values()) if (list.length > 0) return false;
  return true;
}

/** Writes the graph, a few nodes in each step. It must not change meanwhile. */
export function* writeGraph(out: ImageWriter, graph: FragmentGraph): Generator<void> {
  const writers = new Map<GraphWriter, number>();
  out.uint(graph.writers.size);
  for (const writer of graph.writers.values()) {
    writers.set(writer, writers.size);
    out.bytes(writer.bytes);
  }
  const stamps = new StampsOut(out, writers);
  out.uint(graph.nodes.size);
  let n = 0;
  for (const node of graph.nodes.values()) {
    // A text takes as long as many nodes.
    if (writeNode(out, node, stamps, writers) || ++n % STEP === 0) yield;
  }
  out.uint(graph.edges.all.size);
  for (const edge of graph.edges.all.values()) {
    writeEdge(out, edge, stamps);
    if (++n % STEP === 0) yield;
  }
}

function flagsOf(node: NodeState, compact: Uint8Array | null): number {
  return (node.type !== null ? HAS.type : 0) | (node.creators ? HAS.creators : 0) | (node.deleted ? HAS.deleted : 0) | (node.deletedAt ? HAS.deletedAt : 0) | (node.pos ? HAS.pos : 0) |
    (node.registers ? HAS.registers : 0) | (node.sets ? HAS.sets : 0) | (node.max ? HAS.max : 0) | (node.sums ? HAS.sums : 0) | (node.text ? (compact ? HAS.compact : HAS.text) : 0) |
    (node.created ? HAS.created : 0) | (node.updated ? HAS.updated : 0);
}

/** Was its text made one update? */
function writeNode(out: ImageWriter, node: NodeState, stamps: StampsOut, writers: ReadonlyMap<GraphWriter, number>): boolean {
  const compact = node.text?.compact() ?? null;
  stamps.fresh();
  out.bytes(bytesOfKey(node.id));
  out.uint(flagsOf(node, compact));
  if (node.type !== null) {
    out.text(node.type);
    stamps.put(node.typeAt!);
  }
  if (node.created) stamps.put(node.created);
  if (node.creators) {
    out.uint(node.creators.size);
    for (const writer of node.creators.values()) out.uint(writers.get(writer)!);
  }
  if (node.updated) stamps.put(node.updated);
  if (node.deletedAt) stamps.put(node.deletedAt);
  if (node.pos) {
    out.bytes(node.pos.parent === null ? new Uint8Array(0) : bytesOfKey(node.pos.parent));
    out.text(node.pos.ord);
    stamps.put(node.pos.at);
  }
  if (node.registers) writeRegisters(out, node.registers, stamps);
  if (node.sets) writeSets(out, node.sets);
  if (node.max) writeEntries(out, node.max, (n) => out.value(n));
  if (node.sums) writeEntries(out, node.sums, (sum) => out.text(String(sum)));
  if (compact) {
    out.uint(compact.length);
    out.bytes(deflate(compact));
  } else if (node.text) {
    const updates = node.text.all();
    out.uint(updates.length);
    for (const update of updates) out.bytes(update);
  }
  return compact !== null;
}

function writeEntries<T>(out: ImageWriter, map: ReadonlyMap<string, T>, put: (value: T) => void): void {
  out.uint(map.size);
  for (const [name, value] of map) {
    out.text(name);
    put(value);
  }
}

function writeRegisters(out: ImageWriter, registers: Registers, stamps: StampsOut): void {
  out.uint(registers.size);
  for (const [name, { value, at }] of registers) {
    out.text(name);
    out.value(value);
    stamps.put(at);
  }
}

function writeSets(out: ImageWriter, sets: ReadonlyMap<string, OrSet>): void {
  writeEntries(out, sets, (set) => {
    out.uint(set.members.size);
    for (const member of set.members.values()) {
      out.value(member.value);
      writeKeys(out, member.adds);
      writeKeys(out, member.removed ?? []);
    }
  });
}

function writeKeys(out: ImageWriter, keys: Iterable<string>): void {
  const all = [...keys];
  out.uint(all.length);
  for (const key of all) out.latin(key);
}

function writeEdge(out: ImageWriter, edge: EdgeState, stamps: StampsOut): void {
  stamps.fresh();
  out.bytes(bytesOfKey(edge.key));
  out.uint(edge.adds.length);
  for (const add of edge.adds) {
    out.latin(add.operation);
    out.text(add.type);
    out.bytes(bytesOfKey(add.from));
    out.value(add.to);
    stamps.put(add.at);
  }
  writeKeys(out, edge.removed ?? []);
  writeRegisters(out, edge.props, stamps);
}

/** Reads what writeGraph wrote into an empty graph, a few nodes in each step. Throws RangeError or CborError on bytes that are damaged; the graph is of no use then. */
export function* readGraph(input: ImageReader, graph: FragmentGraph): Generator<void> {
  const writers: GraphWriter[] = [];
  for (let left = input.uint(); left > 0; left--) {
    const bytes = input.bytes();
    const writer: GraphWriter = { bytes, key: keyOf(bytes), writer8: latin1(bytes.subarray(0, 8)) };
    writers.push(writer);
    graph.writers.set(writer.key, writer);
  }
  const stamps = new StampsIn(input, writers);
  let n = 0;
  for (let left = input.uint(); left > 0; left--) {
    const node = readNode(input, stamps, () => (graph.torn = true));
    graph.adopt(node);
    if (node.text || ++n % STEP === 0) yield;
  }
  for (let left = input.uint(); left > 0; left--) {
    readEdge(input, graph, stamps);
    if (++n % STEP === 0) yield;
  }
}

function readNode(input: ImageReader, stamps: StampsIn, torn: () => void): NodeState {
  stamps.fresh();
  const node = new NodeState(keyOf(input.view()));
  const flags = input.uint();
  const has = (flag: number): boolean => (flags & flag) !== 0;
  if (has(HAS.type)) {
    node.type = input.name();
    node.typeAt = stamps.take();
  }
  if (has(HAS.created)) node.created = stamps.take();
  if (has(HAS.creators)) {
    node.creators = new Map();
    for (let left = input.uint(); left > 0; left--) {
      const writer = stamps.writer();
      node.creators.set(writer.key, writer);
    }
  }
  if (has(HAS.updated)) node.updated = stamps.take();
  node.deleted = has(HAS.deleted);
  if (has(HAS.deletedAt)) node.deletedAt = stamps.take();
  if (has(HAS.pos)) {
    const parent = input.view();
    node.pos = { parent: parent.length === 0 ? null : keyOf(parent), ord: input.text(), at: stamps.take() };
  }
  if (has(HAS.registers)) node.registers = readRegisters(input, stamps);
  if (has(HAS.sets)) node.sets = readEntries(input, () => readSet(input));
  if (has(HAS.max)) node.max = readEntries(input, () => input.value() as number);
  if (has(HAS.sums)) node.sums = readEntries(input, () => sumOf(input.text()));
  if (has(HAS.compact)) node.textState(inflated(input.uint(), input.view()), torn);
  if (has(HAS.text)) for (let left = input.uint(); left > 0; left--) node.addText(input.view());
  return node;
}

function inflated(length: number, deflated: Uint8Array): Uint8Array {
  const bytes = inflateBounded(deflated, length);
  if (!bytes.ok) throw new RangeError(`image: ${bytes.error}`);
  return bytes.value;
}

function sumOf(text: string): Sum {
  const n = Number(text);
  return Number.isSafeInteger(n) ? n : BigInt(text);
}

function readEntries<T>(input: ImageReader, take: () => T): Map<string, T> {
  const out = new Map<string, T>();
  for (let left = input.uint(); left > 0; left--) out.set(input.name(), take());
  return out;
}

function readRegisters(input: ImageReader, stamps: StampsIn): Registers {
  const size = input.uint();
  return Registers.read(size, () => [input.name(), input.value(), stamps.take()]);
}

function readSet(input: ImageReader): OrSet {
  const set = new OrSet();
  for (let left = input.uint(); left > 0; left--) set.adopt(input.value(), readKeys(input), readKeys(input));
  return set;
}

function readKeys(input: ImageReader): Set<string> {
  const out = new Set<string>();
  for (let left = input.uint(); left > 0; left--) out.add(input.latin());
  return out;
}

function readEdge(input: ImageReader, graph: FragmentGraph, stamps: StampsIn): void {
  stamps.fresh();
  const edge = graph.edges.at(keyOf(input.view()));
  for (let left = input.uint(); left > 0; left--) {
    edge.adds.push({ operation: input.latin(), type: input.name(), from: keyOf(input.view()), to: input.value(), at: stamps.take() });
  }
  const removed = readKeys(input);
  if (removed.size > 0) edge.removed = removed;
  const props = readRegisters(input, stamps);
  for (const [name, { value, at }] of props) edge.props.set(name, value, at);
  graph.edges.reindex(edge);
}
