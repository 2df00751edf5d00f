/** Huffman codes of limited length for ./deflate.ts. */

export interface Code {
  readonly lengths: Uint8Array;
  /** Bits of each symbol in the order they are sent (reversed). */
  readonly codes: Uint16Array;
}

/** Canonical codes of the lengths (RFC 1951, 3.2.2), bits reversed for sending. */
export function codesOf(lengths: Uint8Array): Code {
  const counts = new Uint16Array(16);
  for (const length of lengths) counts[length]!++;
  counts[0] = 0;
  const next = new Uint16Array(17);
  for (let length = 1; length <= 15; length++) next[length + 1] = (next[length]! + counts[length]!) << 1;
  const codes = new Uint16Array(lengths.length);
  for (let symbol = 0; symbol < lengths.length; symbol++) {
    const length = lengths[symbol]!;
    if (length === 0) continue;
    let reversed = 0;
    for (let i = 0, code = next[length]!++; i < length; i++, code >>= 1) reversed = (reversed << 1) | (code & 1);
    codes[symbol] = reversed;
  }
  return { lengths, codes };
}

/** Code lengths ≤ `max` for the frequencies; unused symbols get 0. At least two symbols should be used, so that the code is complete. */
export function lengthsOf(use: Uint32Array, max: number): Uint8Array {
  const symbols: number[] = [];
  for (let i = 0; i < use.length; i++) if (use[i]! > 0) symbols.push(i);
  symbols.sort((a, b) => use[a]! - use[b]! || a - b);
  const lengths = new Uint8Array(use.length);
  if (symbols.length === 0) return lengths;
  const depths = minimumRedundancy(symbols.map((symbol) => use[symbol]!));
  const perLength = new Int32Array(Math.max(max, ...depths) + 1);
  for (const depth of depths) perLength[depth]!++;
  if (symbols.length > 1) limit(perLength, max);
  let at = symbols.length;
  for (let length = 1; length <= max; length++) for (let n = perLength[length]!; n > 0; n--) lengths[symbols[--at]!] = length;
  return lengths;
}

/** Depths in a Huffman tree for rising frequencies, computed in place (Moffat and Katajainen 1995). */
function minimumRedundancy(a: number[]): number[] {
  const n = a.length;
  if (n === 1) return [1];
  a[0]! += a[1]!;
  let root = 0;
  let leaf = 2;
  for (let next = 1; next < n - 1; next++) {
    if (leaf >= n || a[root]! < a[leaf]!) {
      a[next] = a[root]!;
      a[root++] = next;
    } else a[next] = a[leaf++]!;
    if (leaf >= n || (root < next && a[root]! < a[leaf]!)) {
      a[next]! += a[root]!;
      a[root++] = next;
    } else a[next]! += a[leaf++]!;
  }
  a[n - 2] = 0;
  for (let next = n - 3; next >= 0; next--) a[next] = a[a[next]!]! + 1;
  let available = 1;
  let used = 0;
  let depth = 0;
  root = n - 2;
  for (let next = n - 1; available > 0; available = 2 * used, depth++, used = 0) {
    while (root >= 0 && a[root] === depth) {
      used++;
      root--;
    }
    for (; available > used; available--) a[next--] = depth;
  }
  return a;
}

/** Moves codes that are too long up, and as many shorter ones down as that costs. */
function limit(perLength: Int32Array, max: number): void {
  for (let length = max + 1; length < perLength.length; length++) perLength[max]! += perLength[length]!;
  let total = 0;
  for (let length = max; length > 0; length--) total += perLength[length]! * 2 ** (max - length);
  for (; total > 2 ** max; total--) {
    perLength[max]!--;
    let length = max - 1;
    while (perLength[length] === 0) length--;
    perLength[length]!--;
    perLength[length + 1]! += 2;
  }
}
