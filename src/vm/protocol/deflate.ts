/**
 * Raw deflate (RFC 1951) for payloads: one block, hash chains with lazy matching, the cheaper of fixed and own Huffman codes. Written for
 * records of some kilobytes: all working memory is kept between calls, where libraries allocate and clear a quarter of a megabyte each time
 * (at 100 operations per record that was a third of sealing), and it finds more than their fastest level.
 */
import type { Bytes } from '#base/bytes';
import { MAX_PAYLOAD_BYTES } from '#vm/limits';
import { codesOf, lengthsOf, type Code } from './huffman.ts';

const HASH_BITS = 14;
const WINDOW = 32_768;
const MIN_MATCH = 3;
const MAX_MATCH = 258;
/** Candidates looked at per place, and the length that ends the search. */
const TRIES = 16;
const GOOD_MATCH = 48;
/** A match this long is taken without looking one place further. */
const TAKEN_AT_ONCE = 14;
/** Places are numbered on over many calls, so that the tables need no clearing; before numbers grow out of 31 bits they are cleared. */
const RENUMBER_AT = 0x4000_0000;

const END = 256;
const LITERALS = 286;
const DISTANCES = 30;
const CODE_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

const lengthSymbol = new Uint16Array(MAX_MATCH + 1);
const lengthBase = new Uint16Array(29);
const lengthExtra = new Uint8Array(29);
const distanceBase = new Uint16Array(DISTANCES);
const distanceExtra = new Uint8Array(DISTANCES);
/** Symbols of distances 1–256, and of 257 and more by their upper bits. */
const distanceSymbol = new Uint8Array(512);

(function tables(): void {
  for (let symbol = 0, length = MIN_MATCH; symbol < 28; symbol++) {
    lengthExtra[symbol] = symbol < 8 ? 0 : (symbol >> 2) - 1;
    lengthBase[symbol] = length;
    for (let i = 0; i < 1 << lengthExtra[symbol]!; i++) lengthSymbol[length++] = symbol;
  }
  lengthBase[28] = MAX_MATCH;
  lengthSymbol[MAX_MATCH] = 28;
  for (let symbol = 0, distance = 1; symbol < DISTANCES; symbol++) {
    distanceExtra[symbol] = symbol < 4 ? 0 : (symbol >> 1) - 1;
    distanceBase[symbol] = distance;
    for (let i = 0; i < 1 << distanceExtra[symbol]!; i++, distance++) distanceSymbol[distance <= 256 ? distance - 1 : 256 + ((distance - 1) >> 7)] = symbol;
  }
})();

const symbolOfDistance = (distance: number): number => distanceSymbol[distance <= 256 ? distance - 1 : 256 + ((distance - 1) >> 7)]!;

const fixedLiterals: Code = codesOf(Uint8Array.from({ length: 288 }, (_, i) => (i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8)));
const fixedDistances: Code = codesOf(new Uint8Array(DISTANCES).fill(5));

const head = new Int32Array(1 << HASH_BITS);
const before = new Int32Array(WINDOW);
/** Literals as they are, matches as length << 16 | distance. */
let tokens = new Uint32Array(16_384);
let count = 0;
/** Number of the first byte of this call. */
let base = 1;
const literalUse = new Uint32Array(LITERALS);
const distanceUse = new Uint32Array(DISTANCES);

/** The payload deflated, or null when that would not make it shorter. */
export function deflate(input: Uint8Array): Bytes | null {
  if (input.length > MAX_PAYLOAD_BYTES) return null;
  if (base > RENUMBER_AT) {
    head.fill(0);
    base = 1;
  }
  if (tokens.length <= input.length) tokens = new Uint32Array(input.length * 2);
  findMatches(input);
  base += input.length + WINDOW;
  return encodeBlock(input.length);
}

function hashAt(input: Uint8Array, i: number): number {
  return Math.imul((input[i]! << 16) | (input[i + 1]! << 8) | input[i + 2]!, 0x9e3779b1) >>> (32 - HASH_BITS);
}

let matchDistance = 0;

/** Length of the longest match at `i` above `best`, 0 when there is none; sets matchDistance. Enters the place into its chain. */
function longest(input: Uint8Array, i: number, best: number): number {
  const slot = hashAt(input, i);
  let candidate = head[slot]! - base;
  head[slot] = i + base;
  before[i & (WINDOW - 1)] = candidate;
  const limit = Math.min(MAX_MATCH, input.length - i);
  const oldest = Math.max(0, i - WINDOW);
  let found = 0;
  for (let tries = TRIES; candidate >= oldest && candidate < i && tries > 0 && best < limit; tries--) {
    if (input[candidate + best] === input[i + best] && input[candidate] === input[i]) {
      let length = 0;
      while (length < limit && input[candidate + length] === input[i + length]) length++;
      if (length > best) {
        best = length;
        found = length;
        matchDistance = i - candidate;
        if (length >= GOOD_MATCH) break;
      }
    }
    const next = before[candidate & (WINDOW - 1)]!;
    if (next >= candidate) break;
    candidate = next;
  }
  return found;
}

function enter(input: Uint8Array, from: number, to: number): void {
  const stop = Math.min(to, input.length - MIN_MATCH + 1);
  for (let i = from; i < stop; i++) {
    const slot = hashAt(input, i);
    before[i & (WINDOW - 1)] = head[slot]! - base;
    head[slot] = i + base;
  }
}

function findMatches(input: Uint8Array): void {
  count = 0;
  literalUse.fill(0);
  distanceUse.fill(0);
  const last = input.length - MIN_MATCH;
  let i = 0;
  let held = 0;
  let heldDistance = 0;
  while (i < input.length) {
    const found = held < TAKEN_AT_ONCE && i <= last ? longest(input, i, Math.max(held, MIN_MATCH - 1)) : 0;
    if (held > 0 && found === 0) {
      // The match one place back was the better one.
      match(held, heldDistance);
      enter(input, held < TAKEN_AT_ONCE ? i + 1 : i, i - 1 + held);
      i += held - 1;
      held = 0;
      continue;
    }
    if (held > 0) literal(input[i - 1]!);
    // A short match far away costs more than its literals.
    const useful = found > MIN_MATCH || (found === MIN_MATCH && matchDistance < 4_096);
    held = useful ? found : 0;
    heldDistance = matchDistance;
    if (held === 0) literal(input[i]!);
    i++;
  }
  if (held > 0) match(held, heldDistance);
  literalUse[END] = 1;
}

function literal(byte: number): void {
  tokens[count++] = byte;
  literalUse[byte]!++;
}

function match(length: number, distance: number): void {
  tokens[count++] = (length << 16) | distance;
  literalUse[257 + lengthSymbol[length]!]!++;
  distanceUse[symbolOfDistance(distance)]!++;
}

/** Bits of the tokens under two codes, extra bits included. */
function bitsUnder(literals: Uint8Array, distances: Uint8Array): number {
  let bits = 0;
  for (let i = 0; i < LITERALS; i++) if (literalUse[i]! > 0) bits += literalUse[i]! * (literals[i]! + (i > END ? lengthExtra[i - 257]! : 0));
  for (let i = 0; i < DISTANCES; i++) if (distanceUse[i]! > 0) bits += distanceUse[i]! * (distances[i]! + distanceExtra[i]!);
  return bits;
}

let out: Bytes = new Uint8Array(0);
let at = 0;
let hold = 0;
let holdBits = 0;

function put(value: number, bits: number): void {
  hold |= value << holdBits;
  holdBits += bits;
  while (holdBits >= 8) {
    out[at++] = hold & 255;
    hold >>>= 8;
    holdBits -= 8;
  }
}

function encodeBlock(inputLength: number): Bytes | null {
  // Two symbols at least, so that every decoder takes the code as complete.
  const twoDistances = distanceUse.slice();
  for (let i = 0; i < 2; i++) if (twoDistances[i] === 0) twoDistances[i] = 1;
  const literals = lengthsOf(literalUse, 15);
  const distances = lengthsOf(twoDistances, 15);
  const description = describe(literals, distances);
  const own = 3 + description.bits + bitsUnder(literals, distances);
  const fixed = 3 + bitsUnder(fixedLiterals.lengths, fixedDistances.lengths);
  const bytes = (Math.min(own, fixed) + 7) >> 3;
  if (bytes >= inputLength) return null;
  out = new Uint8Array(bytes);
  at = 0;
  hold = 0;
  holdBits = 0;
  put(1, 1);
  if (fixed <= own) {
    put(1, 2);
    writeTokens(fixedLiterals, fixedDistances);
  } else {
    put(2, 2);
    description.write();
    writeTokens(codesOf(literals), codesOf(distances));
  }
  if (holdBits > 0) out[at] = hold & 255;
  const done = out;
  out = new Uint8Array(0);
  return done;
}

function writeTokens(literals: Code, distances: Code): void {
  for (let i = 0; i < count; i++) {
    const token = tokens[i]!;
    if (token < 256) {
      put(literals.codes[token]!, literals.lengths[token]!);
      continue;
    }
    const length = token >>> 16;
    const distance = token & 0xffff;
    const symbol = lengthSymbol[length]!;
    put(literals.codes[257 + symbol]!, literals.lengths[257 + symbol]!);
    put(length - lengthBase[symbol]!, lengthExtra[symbol]!);
    const far = symbolOfDistance(distance);
    put(distances.codes[far]!, distances.lengths[far]!);
    put(distance - distanceBase[far]!, distanceExtra[far]!);
  }
  put(literals.codes[END]!, literals.lengths[END]!);
}

/** The head of a block with own codes: both lists of code lengths in runs (RFC 1951, 3.2.7). */
function describe(literals: Uint8Array, distances: Uint8Array): { bits: number; write(): void } {
  let literalCount = LITERALS;
  while (literalCount > 257 && literals[literalCount - 1] === 0) literalCount--;
  let distanceCount = DISTANCES;
  while (distanceCount > 1 && distances[distanceCount - 1] === 0) distanceCount--;
  const all = new Uint8Array(literalCount + distanceCount);
  all.set(literals.subarray(0, literalCount));
  all.set(distances.subarray(0, distanceCount), literalCount);
  const runs = toRuns(all);
  const use = new Uint32Array(19);
  for (const run of runs) use[run & 31]!++;
  for (let i = 0, kinds = use.reduce((n, one) => n + (one > 0 ? 1 : 0), 0); kinds < 2; i++) if (use[i] === 0) kinds += use[i] = 1;
  const code = codesOf(lengthsOf(use, 7));
  let listed = 19;
  while (listed > 4 && code.lengths[CODE_ORDER[listed - 1]!] === 0) listed--;
  let bits = 14 + 3 * listed;
  for (const run of runs) bits += code.lengths[run & 31]! + extraOfRun(run & 31);
  return {
    bits,
    write() {
      put(literalCount - 257, 5);
      put(distanceCount - 1, 5);
      put(listed - 4, 4);
      for (let i = 0; i < listed; i++) put(code.lengths[CODE_ORDER[i]!]!, 3);
      for (const run of runs) {
        put(code.codes[run & 31]!, code.lengths[run & 31]!);
        put(run >> 5, extraOfRun(run & 31));
      }
    },
  };
}

const extraOfRun = (symbol: number): number => (symbol === 16 ? 2 : symbol === 17 ? 3 : symbol === 18 ? 7 : 0);

/** Code lengths as symbols 0–18, each with its extra bits from bit 5 on. */
function toRuns(lengths: Uint8Array): number[] {
  const runs: number[] = [];
  for (let i = 0; i < lengths.length; ) {
    const value = lengths[i]!;
    let n = 1;
    while (i + n < lengths.length && lengths[i + n] === value) n++;
    i += n;
    if (value !== 0) {
      runs.push(value);
      n--;
    }
    for (; n >= 3; ) {
      const part = Math.min(n, value !== 0 ? 6 : 138);
      runs.push(value !== 0 ? 16 | ((part - 3) << 5) : part <= 10 ? 17 | ((part - 3) << 5) : 18 | ((part - 11) << 5));
      n -= part;
    }
    for (; n > 0; n--) runs.push(value);
  }
  return runs;
}
