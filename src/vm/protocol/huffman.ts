/** Codes of deflate (RFC 1951) for writing: lengths from frequencies, limited, and the bits of each symbol as they go on the wire. */

const MAX_SYMBOLS = 288;
/** Lengths before the limit is enforced: enough for any frequencies of a block. */
const MAX_DEPTH = 32;

const keys = new Int32Array(MAX_SYMBOLS);
const depths = new Int32Array(MAX_SYMBOLS);
const perLength = new Int32Array(MAX_DEPTH + 1);
const next = new Int32Array(MAX_DEPTH + 1);

/** Depths of a minimum-redundancy code, in place (Moffat and Katajainen 1995): `a` holds n ≥ 2 rising frequencies, then falling depths. */
function minimumRedundancy(a: Int32Array, n: number): void {
  a[0] = a[0]! + a[1]!;
  let root = 0;
  let leaf = 2;
  for (let i = 1; i < n - 1; i++) {
    if (leaf >= n || a[root]! < a[leaf]!) {
      a[i] = a[root]!;
      a[root++] = i;
    } else a[i] = a[leaf++]!;
    if (leaf >= n || (root < i && a[root]! < a[leaf]!)) {
      a[i] = a[i]! + a[root]!;
      a[root++] = i;
    } else a[i] = a[i]! + a[leaf++]!;
  }
  a[n - 2] = 0;
  for (let i = n - 3; i >= 0; i--) a[i] = a[a[i]!]! + 1;
  let free = 1;
  let used = 0;
  let depth = 0;
  root = n - 2;
  for (let i = n - 1; free > 0; depth++) {
    while (root >= 0 && a[root] === depth) {
      used++;
      root--;
    }
    for (; free > used; free--) a[i--] = depth;
    free = 2 * used;
    used = 0;
  }
}

/** Moves what is deeper than `max` up, at the least cost to the others; the code stays complete. */
function limitDepths(max: number): void {
  let total = 0;
  for (let length = max + 1; length <= MAX_DEPTH; length++) {
    perLength[max]! += perLength[length]!;
    perLength[length] = 0;
  }
  for (let length = 1; length <= max; length++) total += perLength[length]! * 2 ** (max - length);
  for (; total > 2 ** max; total--) {
    perLength[max]!--;
    let length = max - 1;
    while (perLength[length] === 0) length--;
    perLength[length]!--;
    perLength[length + 1]! += 2;
  }
}

/** One code over the symbols 0…size−1. Count in `freq`, then build(). */
export class HuffmanCode {
  readonly freq: Uint16Array;
  readonly lengths: Uint8Array;
  /** Bits of a symbol, first bit lowest. */
  readonly bits: Uint16Array;

  constructor(readonly size: number, private readonly max: number) {
    this.freq = new Uint16Array(size);
    this.lengths = new Uint8Array(size);
    this.bits = new Uint16Array(size);
  }

  /** Lengths and bits for the frequencies. A symbol alone gets one bit. */
  build(): void {
    const { freq, lengths, max } = this;
    lengths.fill(0);
    let n = 0;
    for (let symbol = 0; symbol < this.size; symbol++) if (freq[symbol]! > 0) keys[n++] = (freq[symbol]! << 9) | symbol;
    if (n > 1) {
      keys.subarray(0, n).sort();
      for (let i = 0; i < n; i++) depths[i] = keys[i]! >> 9;
      minimumRedundancy(depths, n);
      perLength.fill(0);
      for (let i = 0; i < n; i++) perLength[depths[i]!]!++;
      limitDepths(max);
      let i = n;
      for (let length = 1; length <= max; length++) for (let k = perLength[length]!; k > 0; k--) lengths[keys[--i]! & 511] = length;
    } else if (n === 1) lengths[keys[0]! & 511] = 1;
    this.assign();
  }

  /** Takes lengths as they are. */
  use(lengths: (symbol: number) => number): this {
    for (let symbol = 0; symbol < this.size; symbol++) this.lengths[symbol] = lengths(symbol);
    this.assign();
    return this;
  }

  /** Canonical codes: by length, then by symbol. */
  private assign(): void {
    const { lengths, bits, size } = this;
    perLength.fill(0);
    for (let symbol = 0; symbol < size; symbol++) perLength[lengths[symbol]!]!++;
    perLength[0] = 0;
    for (let length = 1, code = 0; length <= this.max; length++) next[length] = code = (code + perLength[length - 1]!) << 1;
    for (let symbol = 0; symbol < size; symbol++) {
      const length = lengths[symbol]!;
      if (length === 0) continue;
      let reversed = 0;
      for (let i = 0, code = next[length]!++; i < length; i++, code >>= 1) reversed = (reversed << 1) | (code & 1);
      bits[symbol] = reversed;
    }
  }

  /** Bits that the counted symbols take. */
  cost(freq: Uint16Array): number {
    let bits = 0;
    for (let symbol = 0; symbol < freq.length; symbol++) bits += freq[symbol]! * this.lengths[symbol]!;
    return bits;
  }
}
