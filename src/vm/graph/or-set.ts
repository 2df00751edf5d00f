/** Observed-remove set of operation ids: an add is alive until a remove names its operation id, in whichever order they come. */
import { compareBytes } from '#base/bytes';
import { encodeCbor } from '#base/cbor';
import type { CborValue } from '#vm/protocol/types';
import { latin1 } from './keys.ts';

/** Key of an entry of an observed list: [stamp b8, first 8 bytes of the writer]. */
export function observedKey(entry: CborValue): string {
  const [stamp, writer] = entry as [Uint8Array, Uint8Array];
  return latin1(stamp) + latin1(writer);
}

/** Values of one property, each with its live adds and the operation ids that were removed. */
interface Member {
  readonly value: CborValue;
  readonly adds: Set<string>;
  removed: Set<string> | null;
}

/** A key that tells two values apart; numbers and texts are not encoded. */
function valueKey(value: CborValue): string {
  if (typeof value === 'string') return `t${value}`;
  if (typeof value === 'number') return `n${value}`;
  return `c${latin1(encodeCbor(value))}`;
}

export class OrSet {
  readonly members = new Map<string, Member>();

  private member(value: CborValue): Member {
    const key = valueKey(value);
    let found = this.members.get(key);
    if (found === undefined) this.members.set(key, (found = { value, adds: new Set(), removed: null }));
    return found;
  }

  add(value: CborValue, operation: string): void {
    const member = this.member(value);
    if (member.removed === null || !member.removed.has(operation)) member.adds.add(operation);
  }

  /** The remove holds for this value only, as its operation says. */
  remove(value: CborValue, observed: readonly CborValue[]): void {
    if (observed.length === 0) return;
    const member = this.member(value);
    member.removed ??= new Set();
    for (const entry of observed) {
      const operation = observedKey(entry);
      member.removed.add(operation);
      member.adds.delete(operation);
    }
  }

  /** Takes a value of an image of the set. */
  adopt(value: CborValue, adds: Set<string>, removed: Set<string>): void {
    this.members.set(valueKey(value), { value, adds, removed: removed.size > 0 ? removed : null });
  }

  has(value: CborValue): boolean {
    return (this.members.get(valueKey(value))?.adds.size ?? 0) > 0;
  }

  /** Live values sorted by their CBOR bytes. */
  values(): CborValue[] {
    const live: { value: CborValue; bytes: Uint8Array }[] = [];
    for (const member of this.members.values()) {
      if (member.adds.size > 0) live.push({ value: member.value, bytes: encodeCbor(member.value) });
    }
    if (live.length > 1) live.sort((a, b) => compareBytes(a.bytes, b.bytes));
    return live.map((item) => item.value);
  }

  /** Operation ids (latin1 of 16 bytes) of the live adds of a value, sorted: what a remove made now observes. */
  observed(value: CborValue): string[] {
    return [...(this.members.get(valueKey(value))?.adds ?? [])].sort();
  }
}
