/** Sets of records as bit sets over their order of arrival (which is topological: a record arrives after its past). */

/** A set that can hold indexes below `size`. */
export function emptySet(size: number): Uint32Array {
  return new Uint32Array((size + 31) >>> 5);
}

export function setHas(set: Uint32Array, index: number): boolean {
  const word = set[index >>> 5];
  return word !== undefined && (word & (1 << (index & 31))) !== 0;
}

export function setAdd(set: Uint32Array, index: number): void {
  set[index >>> 5]! |= 1 << (index & 31);
}

/** `into` takes all of `from`; `from` is not longer. */
export function setUnion(into: Uint32Array, from: Uint32Array): void {
  for (let i = 0; i < from.length; i++) into[i]! |= from[i]!;
}

export function setCount(set: Uint32Array): number {
  let count = 0;
  for (let i = 0; i < set.length; i++) {
    let v = set[i]!;
    v -= (v >>> 1) & 0x55555555;
    v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
    count += (((v + (v >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
  }
  return count;
}

/** Indexes in the set, rising. */
export function setIndexes(set: Uint32Array): number[] {
  const out: number[] = [];
  for (let i = 0; i < set.length; i++) {
    for (let v = set[i]!; v !== 0; v &= v - 1) out.push((i << 5) + (31 - Math.clz32(v & -v)));
  }
  return out;
}
