/**
 * Last-writer-wins registers. One flat array of name, value, stamp per node instead of a Map of objects: nodes have few
 * properties, and a linear search over a handful of texts is faster than a Map and a quarter of its size.
 */
import { compareBytes } from '#base/bytes';
import { encodeCbor } from '#base/cbor';
import type { CborValue } from '#vm/protocol/types';

/** A log author as the graph knows it; one object per writer, so equality is identity. */
export interface GraphWriter {
  readonly bytes: Uint8Array;
  readonly key: string;
  /** latin1 of the first 8 bytes, for operation ids. */
  readonly writer8: string;
}

/** Where a value comes from. `ms` and `ctr` are the effective stamp (after clock.fix); seq is -1 until the record is sealed. */
export class At {
  constructor(
    readonly ms: number,
    readonly ctr: number,
    readonly writer: GraphWriter,
    public seq: number,
  ) {}
}

/** The order of everything: stamp, then writer bytes (FORMATS 3). */
export function compareAt(a: At, b: At): number {
  if (a.ms !== b.ms) return a.ms - b.ms;
  if (a.ctr !== b.ctr) return a.ctr - b.ctr;
  return a.writer === b.writer ? 0 : compareBytes(a.writer.bytes, b.writer.bytes);
}

/** Does the new value win? At one operation id (two kept branches of a fork) the greater encoding does, so order never counts. */
export function wins(value: CborValue, at: At, oldValue: CborValue, oldAt: At): boolean {
  const order = compareAt(at, oldAt);
  if (order !== 0) return order > 0;
  return value !== oldValue && compareBytes(encodeCbor(value), encodeCbor(oldValue)) > 0;
}

export interface Register {
  readonly value: CborValue;
  readonly at: At;
}

type Slot = string | CborValue | At;
/** From this many names on, an index takes over from the linear search. */
const INDEXED_FROM = 24;

export class Registers {
  private slots: Slot[] = [];
  private index: Map<string, number> | null = null;

  get size(): number {
    return this.slots.length / 3;
  }

  private find(name: string): number {
    if (this.index !== null) return this.index.get(name) ?? -1;
    const slots = this.slots;
    for (let i = 0; i < slots.length; i += 3) if (slots[i] === name) return i;
    return -1;
  }

  /** All of one operation on a node that has none yet: one array of just the size, where one name after the other would leave an array behind at each. */
  static of(props: ReadonlyMap<string, CborValue>, at: At): Registers {
    const made = new Registers();
    const slots = new Array<Slot>(props.size * 3);
    let i = 0;
    for (const entry of props) {
      slots[i++] = entry[0];
      slots[i++] = entry[1];
      slots[i++] = at;
    }
    made.slots = slots;
    if (slots.length >= INDEXED_FROM * 3) made.buildIndex();
    return made;
  }

  /** Takes the registers of an image. */
  static read(size: number, next: () => [name: string, value: CborValue, at: At]): Registers {
    const made = new Registers();
    const slots = new Array<Slot>(size * 3);
    for (let i = 0; i < slots.length; i += 3) [slots[i], slots[i + 1], slots[i + 2]] = next();
    made.slots = slots;
    if (size >= INDEXED_FROM) made.buildIndex();
    return made;
  }

  /** True when the value won. */
  set(name: string, value: CborValue, at: At): boolean {
    const slots = this.slots;
    const i = this.find(name);
    if (i < 0) {
      this.append(name, value, at);
      return true;
    }
    if (!wins(value, at, slots[i + 1] as CborValue, slots[i + 2] as At)) return false;
    slots[i + 1] = value;
    slots[i + 2] = at;
    return true;
  }

  /** Few names: an array of just the size (push would reserve room for 16 more); many names: push and an index. */
  private append(name: string, value: CborValue, at: At): void {
    const slots = this.slots;
    const length = slots.length;
    if (this.index !== null) {
      this.index.set(name, length);
      slots.push(name, value, at);
    } else if (length === 0) {
      this.slots = [name, value, at];
    } else {
      const next = new Array<Slot>(length + 3);
      for (let i = 0; i < length; i++) next[i] = slots[i]!;
      next[length] = name;
      next[length + 1] = value;
      next[length + 2] = at;
      this.slots = next;
      if (next.length >= INDEXED_FROM * 3) this.buildIndex();
    }
  }

  private buildIndex(): void {
    this.index = new Map();
    for (let i = 0; i < this.slots.length; i += 3) this.index.set(this.slots[i] as string, i);
  }

  value(name: string): CborValue | undefined {
    const i = this.find(name);
    return i < 0 ? undefined : (this.slots[i + 1] as CborValue);
  }

  get(name: string): Register | undefined {
    const i = this.find(name);
    return i < 0 ? undefined : { value: this.slots[i + 1] as CborValue, at: this.slots[i + 2] as At };
  }

  /** Names and values, in no fixed order. */
  values(): Map<string, CborValue> {
    const out = new Map<string, CborValue>();
    for (let i = 0; i < this.slots.length; i += 3) out.set(this.slots[i] as string, this.slots[i + 1] as CborValue);
    return out;
  }

  *[Symbol.iterator](): IterableIterator<[name: string, register: Register]> {
    for (let i = 0; i < this.slots.length; i += 3) {
      yield [this.slots[i] as string, { value: this.slots[i + 1] as CborValue, at: this.slots[i + 2] as At }];
    }
  }
}
