/** One node as the set of applied operations makes it. Fields change in place; readers take what they need at once. */
import { addExact, clampSum, type Sum } from './counter.ts';
import { OrSet } from './or-set.ts';
import { Registers, compareAt, wins, type At } from './registers.ts';
import { TextCell } from './text-cell.ts';
import { bytesOfKey } from './keys.ts';
import type { CborValue } from '#vm/protocol/types';

export interface Position {
  readonly parent: string | null;
  readonly ord: string;
  readonly at: At;
}

/** The value of a pos register as the operation carries it. */
export function positionValue(pos: Position): CborValue {
  return [pos.parent === null ? null : bytesOfKey(pos.parent), pos.ord];
}

export class NodeState {
  /** Type register; null until a node.create was applied: the node does not show yet. */
  type: string | null = null;
  typeAt: At | null = null;
  /** The first of its creates: the operation that made it. */
  created: At | null = null;
  /** All writers that created it, when they are several: anybody may claim an id that is known by an earlier stamp. */
  creators: Map<string, At['writer']> | null = null;
  /** The latest operation on it. */
  updated: At | null = null;
  deleted = false;
  deletedAt: At | null = null;
  pos: Position | null = null;
  registers: Registers | null = null;
  sets: Map<string, OrSet> | null = null;
  max: Map<string, number> | null = null;
  sums: Map<string, Sum> | null = null;
  text: TextCell | null = null;
  /** Own operations on it that are not sealed yet. */
  pending = 0;
  /** Cached node digest; null = to be made again. */
  digest: Uint8Array | null = null;

  constructor(readonly id: string) {}

  touch(at: At): void {
    this.digest = null;
    if (this.updated === null || compareAt(at, this.updated) > 0) this.updated = at;
  }

  /** True when the type register took the value. */
  create(type: string, at: At): boolean {
    if (this.created !== null && at.writer !== this.created.writer) {
      this.creators ??= new Map([[this.created.writer.key, this.created.writer]]);
      this.creators.set(at.writer.key, at.writer);
    }
    if (this.created === null || compareAt(at, this.created) < 0) this.created = at;
    if (this.typeAt !== null && !wins(type, at, this.type, this.typeAt)) return false;
    this.type = type;
    this.typeAt = at;
    return true;
  }

  set(name: string, value: CborValue, at: At): void {
    (this.registers ??= new Registers()).set(name, value, at);
  }

  /** The properties of one operation. */
  setAll(props: ReadonlyMap<string, CborValue>, at: At): void {
    if (props.size === 0) return;
    if (this.registers === null) this.registers = Registers.of(props, at);
    else for (const entry of props) this.registers.set(entry[0], entry[1], at);
  }

  setDeleted(deleted: boolean, at: At): void {
    if (this.deletedAt !== null && !wins(deleted, at, this.deleted, this.deletedAt)) return;
    this.deleted = deleted;
    this.deletedAt = at;
  }

  place(next: Position): void {
    if (this.pos !== null && !wins(positionValue(next), next.at, positionValue(this.pos), this.pos.at)) return;
    this.pos = next;
  }

  setOf(prop: string): OrSet {
    this.sets ??= new Map();
    let set = this.sets.get(prop);
    if (set === undefined) this.sets.set(prop, (set = new OrSet()));
    return set;
  }

  raise(key: string, n: number): void {
    this.max ??= new Map();
    const old = this.max.get(key);
    if (old === undefined || n > old) this.max.set(key, n);
  }

  count(key: string, n: number): void {
    this.sums ??= new Map();
    this.sums.set(key, addExact(this.sums.get(key) ?? 0, n));
  }

  addText(update: Uint8Array): void {
    (this.text ??= new TextCell()).add(update);
  }

  /** The text of a node that has none yet, as `TextCell.compact` gave it. */
  textState(state: Uint8Array, torn: () => void): void {
    (this.text ??= new TextCell()).expand(state, torn);
  }

  shadeText(update: Uint8Array, clients: ReadonlySet<number>): void {
    this.digest = null;
    (this.text ??= new TextCell()).shade(update, clients);
  }

  /** A property; undefined when it was never set. */
  prop(name: string): CborValue | undefined {
    return this.registers?.value(name);
  }

  props(): Map<string, CborValue> {
    return this.registers?.values() ?? new Map();
  }

  /** Counters, exact sums clamped to ±(2^53−1). */
  counts(): Map<string, number> {
    const out = new Map<string, number>();
    if (this.sums !== null) for (const [key, sum] of this.sums) out.set(key, clampSum(sum));
    return out;
  }

  /** Properties with live values, each sorted by CBOR bytes. */
  setValues(): Map<string, CborValue[]> {
    const out = new Map<string, CborValue[]>();
    if (this.sets === null) return out;
    for (const [prop, set] of this.sets) {
      const values = set.values();
      if (values.length > 0) out.set(prop, values);
    }
    return out;
  }
}
