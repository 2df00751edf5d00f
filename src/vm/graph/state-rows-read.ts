/**
 * Rows of a snapshot (state-rows.ts) back into a graph. They come from somebody else: every length, number, name and order is asked, and one that is wrong
 * refuses the whole (RowsError). Whether what they say is true is asked by who holds the records.
 */
import { compareBytes, equalBytes, type Bytes } from '#base/bytes';
import { decodeCbor, encodeCbor, isForbiddenKey } from '#base/cbor';
import { isReference } from '#vm/protocol/operation';
import { compareStamp, MAX_CTR, MAX_STAMP_MS } from '#vm/protocol/stamp';
import type { CborValue, Stamp } from '#vm/protocol/types';
import type { Sum } from './counter.ts';
import type { FragmentGraph } from './fragment-graph.ts';
import { compareUtf8, keyOf, latin1 } from './keys.ts';
import { NodeState } from './node-state.ts';
import { OrSet } from './or-set.ts';
import { At, Registers, type GraphWriter } from './registers.ts';
import { ROW, ROWS_FORMAT, type CoveredLog } from './state-rows.ts';
import { scanUpdate } from './update-scan.ts';

/** The rows are no snapshot. */
export class RowsError extends Error {
  override readonly name = 'RowsError';
}

function need(fits: boolean, what: string): asserts fits {
  if (!fits) throw new RowsError(what);
}

/** What the last row says. */
export interface RowsEnd {
  readonly reducer: number;
  readonly set: Bytes;
  /** State digest over the rows. */
  readonly state: Bytes;
  readonly emptied: readonly Bytes[];
}

const MAX_SUM_CHARS = 64;

/** Takes rows one after the other into an empty graph. */
export class RowsReader {
  readonly logs: CoveredLog[] = [];
  end: RowsEnd | null = null;
  /** The greatest stamp in the rows: what is written next exceeds it. */
  greatest: Stamp | null = null;
  private readonly writers: GraphWriter[] = [];
  private kind = -1;
  /** What the row must come behind, among those of its kind. */
  private last: Uint8Array | null = null;
  private node: NodeState | null = null;

  constructor(private readonly graph: FragmentGraph) {}

  /** One row. Throws RowsError, or CborError where it is no CBOR of the profile. */
  take(bytes: Uint8Array): void {
    const row = items(decodeCbor(bytes));
    const kind = row[0];
    need(this.end === null && typeof kind === 'number', 'order');
    if (kind === ROW.text) return this.text(row);
    need(kind >= this.kind && kind <= ROW.end && (kind !== this.kind || kind !== ROW.format) && (this.kind !== -1 || kind === ROW.format), 'order');
    if (kind !== this.kind) this.last = null;
    this.kind = kind;
    this.node = null;
    if (kind === ROW.format) need(row.length === 2 && row[1] === ROWS_FORMAT, 'format');
    else if (kind === ROW.log) this.log(row);
    else if (kind === ROW.writer) this.writer(row);
    else if (kind === ROW.node) this.readNode(row);
    else if (kind === ROW.edge) this.readEdge(row);
    else this.readEnd(row);
  }

  /** Strictly rising ids of `length` bytes. */
  private id(value: CborValue | undefined, length: number): Bytes {
    const id = fixed(value, length);
    need(this.last === null || compareBytes(this.last, id) < 0, 'order of ids');
    return (this.last = id);
  }

  private log(row: readonly CborValue[]): void {
    need(row.length === 5, 'log');
    const clocks = new Map<number, number>();
    let before = -1;
    for (const item of items(row[4])) {
      const [client, clock] = pair(item);
      need(uint(client) > before, 'order of client ids');
      clocks.set((before = client as number), uint(clock));
    }
    this.logs.push({ writer: this.id(row[1], 32).slice(), seq: uint(row[2], 0xffff_ffff), id: fixed(row[3], 32).slice(), clocks });
  }

  private writer(row: readonly CborValue[]): void {
    need(row.length === 2, 'writer');
    const bytes = this.id(row[1], 32).slice();
    const writer = { bytes, key: keyOf(bytes), writer8: latin1(bytes.subarray(0, 8)) };
    this.writers.push(writer);
    this.graph.writers.set(writer.key, writer);
  }

  private named(value: CborValue | undefined): GraphWriter {
    const writer = this.writers[uint(value)];
    need(writer !== undefined, 'no such writer');
    return writer;
  }

  private stamps(value: CborValue | undefined): At[] {
    return items(value).map((item) => {
      const [ms, ctr, writer, seq, ...more] = items(item);
      need(more.length === 0, 'stamp');
      const at = new At(uint(ms, MAX_STAMP_MS), uint(ctr, MAX_CTR), this.named(writer), uint(seq, 0xffff_ffff));
      if (this.greatest === null || compareStamp(at, this.greatest) > 0) this.greatest = { ms: at.ms, ctr: at.ctr };
      return at;
    });
  }

  private readNode(row: readonly CborValue[]): void {
    need(row.length === 14, 'node');
    const node = new NodeState(keyOf(this.id(row[1], 16)));
    const stamps = this.stamps(row[2]);
    const at = (value: CborValue | undefined): At | null => (value === null ? null : stampOf(stamps, value));
    need(row[3] === null || typeof row[3] === 'string', 'type');
    [node.type, node.typeAt, node.created, node.updated] = [row[3], at(row[4]), at(row[5]), at(row[7])];
    need((node.type === null) === (node.typeAt === null) && (node.type === null) === (node.created === null) && node.updated !== null, 'stamps of a node');
    const creators = items(row[6]).map((one) => this.named(one));
    if (creators.length > 0) node.creators = new Map(creators.map((writer) => [writer.key, writer]));
    if (row[8] !== null) {
      const [deleted, when] = pair(row[8]);
      need(typeof deleted === 'boolean', 'deleted');
      [node.deleted, node.deletedAt] = [deleted, stampOf(stamps, when)];
    }
    if (row[9] !== null) node.pos = position(row[9], stamps);
    if (items(row[10]).length > 0) node.registers = registersOf(row[10], stamps);
    node.sets = mapOf(row[11], setOf);
    node.max = mapOf(row[12], (value) => uint(value));
    node.sums = mapOf(row[13], sumOf);
    this.graph.adopt(node);
    this.node = node;
  }

  /** The text of the node before it. */
  private text(row: readonly CborValue[]): void {
    const update = row[2];
    need(row.length === 3 && this.node !== null && update instanceof Uint8Array && keyOf(fixed(row[1], 16)) === this.node.id, 'text');
    need(scanUpdate(update, true) !== null, 'text');
    this.node.addText(update);
    this.node = null;
  }

  private readEdge(row: readonly CborValue[]): void {
    need(row.length === 6, 'edge');
    const edge = this.graph.edges.at(keyOf(this.id(row[1], 16)));
    const stamps = this.stamps(row[2]);
    for (const item of items(row[3])) {
      const [operation, type, from, to, at, ...more] = items(item);
      need(more.length === 0 && typeof type === 'string' && to !== undefined && isReference(to), 'add');
      edge.adds.push({ operation: latin1(fixed(operation, 16)), type, from: keyOf(fixed(from, 16)), to: ownReference(to), at: stampOf(stamps, at) });
    }
    const removed = operationsOf(row[4]);
    need(edge.adds.every(({ operation }) => !removed.has(operation)), 'an add that is removed');
    if (removed.size > 0) edge.removed = removed;
    for (const [name, { value, at }] of registersOf(row[5], stamps)) edge.props.set(name, value, at);
    this.graph.edges.reindex(edge);
  }

  private readEnd(row: readonly CborValue[]): void {
    need(row.length === 5, 'end');
    let before: Uint8Array | null = null;
    const emptied = items(row[4]).map((item) => {
      const id = fixed(item, 16).slice();
      need(before === null || compareBytes(before, id) < 0, 'order of ids');
      return (before = id);
    });
    this.end = { reducer: uint(row[1]), set: fixed(row[2], 32).slice(), state: fixed(row[3], 32).slice(), emptied };
  }
}

/** Do the rows show what their end says they show? Counted anew, over everything. */
export function showsItself(reader: RowsReader, graph: FragmentGraph): boolean {
  return reader.end !== null && equalBytes(graph.stateDigest(), reader.end.state);
}

function items(value: CborValue | undefined): readonly CborValue[] {
  need(Array.isArray(value), 'no list');
  return value;
}

function pair(value: CborValue | undefined): readonly [CborValue, CborValue] {
  const list = items(value);
  need(list.length === 2, 'no pair');
  return list as [CborValue, CborValue];
}

function fixed(value: CborValue | undefined, length: number): Bytes {
  need(value instanceof Uint8Array && value.length === length, 'length of bytes');
  return value as Bytes;
}

function uint(value: CborValue | undefined, max = Number.MAX_SAFE_INTEGER): number {
  need(typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= max, 'number');
  return value;
}

function stampOf(stamps: readonly At[], value: CborValue | undefined): At {
  const at = stamps[uint(value)];
  need(at !== undefined, 'no such stamp');
  return at;
}

function position(value: CborValue | undefined, stamps: readonly At[]): NodeState['pos'] {
  const [parent, ord, at, ...more] = items(value);
  need(more.length === 0 && typeof ord === 'string', 'position');
  return { parent: parent === null ? null : keyOf(fixed(parent, 16)), ord, at: stampOf(stamps, at) };
}

/** Names strictly rising by their UTF-8 bytes, none that a map refuses. */
function nameAfter(before: string | null, name: CborValue | undefined): string {
  need(typeof name === 'string' && !isForbiddenKey(name) && (before === null || compareUtf8(before, name) < 0), 'name');
  return name;
}

function registersOf(value: CborValue | undefined, stamps: readonly At[]): Registers {
  const list = items(value);
  let no = 0;
  let before: string | null = null;
  return Registers.read(list.length, () => {
    const [name, held, at, ...more] = items(list[no++]);
    need(more.length === 0 && held !== undefined, 'property');
    before = nameAfter(before, name);
    return [before, own(held), stampOf(stamps, at)];
  });
}

/** A value that does not keep the bytes of the snapshot in memory. */
function own(value: CborValue): CborValue {
  return typeof value === 'object' && value !== null ? decodeCbor(encodeCbor(value)) : value;
}

function ownReference(to: CborValue): CborValue {
  return to instanceof Uint8Array ? to.slice() : (to as Uint8Array[]).map((part) => part.slice());
}

function mapOf<T>(value: CborValue | undefined, read: (value: CborValue) => T): Map<string, T> | null {
  const list = items(value);
  const out = new Map<string, T>();
  let before: string | null = null;
  for (const item of list) {
    const [name, held] = pair(item);
    before = nameAfter(before, name);
    out.set(before, read(held));
  }
  return out.size === 0 ? null : out;
}

function sumOf(value: CborValue): Sum {
  if (typeof value === 'number') {
    need(Number.isSafeInteger(value), 'sum');
    return value;
  }
  need(typeof value === 'string' && value.length <= MAX_SUM_CHARS && /^-?[1-9]\d*$/.test(value), 'sum');
  const sum = BigInt(value);
  need(!Number.isSafeInteger(Number(sum)) || BigInt(Number(sum)) !== sum, 'sum');
  return sum;
}

function setOf(value: CborValue): OrSet {
  const set = new OrSet();
  const members = items(value);
  need(members.length > 0, 'set');
  let before: Uint8Array | null = null;
  for (const item of members) {
    const [bytes, adds, removed, ...more] = items(item);
    need(more.length === 0 && bytes instanceof Uint8Array && (before === null || compareBytes(before, bytes) < 0), 'member');
    before = bytes;
    const gone = operationsOf(removed);
    const live = operationsOf(adds);
    need(live.size + gone.size > 0 && [...live].every((operation) => !gone.has(operation)), 'member');
    set.adopt(decodeCbor(bytes.slice()), live, gone);
  }
  return set;
}

/** Operation ids of 16 bytes each, strictly rising. */
function operationsOf(value: CborValue | undefined): Set<string> {
  need(value instanceof Uint8Array && value.length % 16 === 0, 'operations');
  const out = new Set<string>();
  for (let at = 0; at < value.length; at += 16) {
    need(at === 0 || compareBytes(value.subarray(at - 16, at), value.subarray(at, at + 16)) < 0, 'order of operations');
    out.add(latin1(value.subarray(at, at + 16)));
  }
  return out;
}
