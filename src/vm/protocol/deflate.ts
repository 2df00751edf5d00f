/**
 * Raw deflate (RFC 1951) of payloads of a few kilobytes, one after another. Its tables are made once and never cleared, so that a small
 * record costs what its bytes cost (a library makes 300 kB of tables for each). Hash chains with one step of lazy matching; a block takes
 * the cheapest of own codes, fixed codes and plain bytes.
 */
import type { Bytes } from '#base/bytes';
import { HuffmanCode } from './huffman.ts';

const WINDOW = 32_768;
const MASK = WINDOW - 1;
const HASH_BITS = 14;
const MIN_MATCH = 3;
const MAX_MATCH = 258;
/** Matches are found by four bytes: chains are short, and three bytes from far away cost about as much as themselves. */
const LEAST_MATCH = 4;
/** Places of a chain that are looked at, the first time and to better a match. A match of NICE bytes is taken at once. */
const CHAIN = 16;
const CHAIN_BETTER = 4;
const NICE = 96;
/** A match from this length on is not tried to be bettered by starting one byte later. */
const LAZY = 8;
const BLOCK_SYMBOLS = 32_768;
/** Room for what blocks take besides their symbols. */
const SLACK = 1_024;
const MAX_PLAIN = 65_535;
const END_OF_BLOCK = 256;
const NEVER = 0x3fff_0000;

const LENGTH_EXTRA = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0);
const DISTANCE_EXTRA = Uint8Array.of(0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13);
const CODE_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
const LENGTH_BASE = new Uint16Array(29);
/** Least distance of a code, less one. */
const DISTANCE_BASE = new Uint16Array(30);
const LENGTH_CODE = new Uint8Array(MAX_MATCH + 1);
/** By distance − 1 where that is below 256; behind, by its bits from the eighth on. */
const DISTANCE_CODE = new Uint8Array(512);
for (let code = 0, length = MIN_MATCH; code < 28; code++) {
  LENGTH_BASE[code] = length;
  for (let n = 1 << LENGTH_EXTRA[code]!; n > 0; n--) LENGTH_CODE[length++] = code;
}
LENGTH_BASE[28] = MAX_MATCH;
LENGTH_CODE[MAX_MATCH] = 28;
for (let code = 0, distance = 0; code < 30; code++) {
  DISTANCE_BASE[code] = distance;
  for (let n = 1 << DISTANCE_EXTRA[code]!; n > 0; n--, distance++) DISTANCE_CODE[distance < 256 ? distance : 256 + (distance >> 7)] = code;
}

const fixedLiterals = new HuffmanCode(288, 15).use((symbol) => (symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8));
const fixedDistances = new HuffmanCode(30, 15).use(() => 5);

class Deflater {
  /** Last place of a hash, and by place the place before it. Places go on from call to call; those of earlier calls lie below `base`. */
  private readonly head = new Int32Array(1 << HASH_BITS);
  private readonly before = new Int32Array(WINDOW);
  private base = 1;
  private input: Uint8Array = new Uint8Array(0);
  /** A byte, or length << 15 | distance − 1. */
  private readonly symbols = new Int32Array(BLOCK_SYMBOLS);
  private count = 0;
  private extraBits = 0;
  private readonly literals = new HuffmanCode(286, 15);
  private readonly distances = new HuffmanCode(30, 15);
  /** The code of the code lengths, and what it writes: symbol | extra bits << 8. */
  private readonly lengths = new HuffmanCode(19, 7);
  private readonly runs = new Uint16Array(316);
  private runCount = 0;
  private out: Bytes = new Uint8Array(16_384);
  private at = 0;
  private hold = 0;
  private held = 0;

  run(input: Uint8Array): Bytes {
    const room = input.length + (input.length >> 3) + SLACK;
    if (this.out.length < room) this.out = new Uint8Array(room);
    this.input = input;
    this.at = this.hold = this.held = 0;
    this.begin();
    this.scan();
    this.base += input.length;
    if (this.base > NEVER) {
      this.head.fill(0);
      this.base = 1;
    }
    this.input = this.out.subarray(0, 0);
    this.flush();
    return this.out.slice(0, this.at);
  }

  private begin(): void {
    this.count = this.extraBits = 0;
    this.literals.freq.fill(0);
    this.distances.freq.fill(0);
  }

  private scan(): void {
    const { input } = this;
    const end = input.length;
    let from = 0;
    let i = 0;
    let match = this.find(0, LEAST_MATCH - 1, CHAIN);
    while (i < end) {
      const length = match >> 15;
      if (match === 0) {
        this.literal(input[i++]!);
        match = this.find(i, LEAST_MATCH - 1, CHAIN);
      } else {
        const better = length < LAZY ? this.find(i + 1, length, CHAIN_BETTER) : 0;
        if (better !== 0) {
          this.literal(input[i++]!);
          match = better;
        } else {
          this.match(match);
          const stop = i + length;
          for (let k = length < LAZY ? i + 2 : i + 1; k < stop; k++) this.insert(k);
          i = stop;
          match = this.find(i, LEAST_MATCH - 1, CHAIN);
        }
      }
      if (this.count < BLOCK_SYMBOLS) continue;
      this.block(from, i, i === end);
      if (i === end) return;
      this.begin();
      from = i;
    }
    this.block(from, end, true);
  }

  private literal(byte: number): void {
    this.symbols[this.count++] = byte;
    this.literals.freq[byte]!++;
  }

  private match(match: number): void {
    const length = LENGTH_CODE[match >> 15]!;
    const back = match & MASK;
    const distance = DISTANCE_CODE[back < 256 ? back : 256 + (back >> 7)]!;
    this.symbols[this.count++] = match;
    this.literals.freq[257 + length]!++;
    this.distances.freq[distance]!++;
    this.extraBits += LENGTH_EXTRA[length]! + DISTANCE_EXTRA[distance]!;
  }

  /** Puts the place into its chain; gives the place before it. */
  private insert(i: number): number {
    const { input, head } = this;
    if (i + LEAST_MATCH > input.length) return 0;
    const hash = Math.imul(input[i]! | (input[i + 1]! << 8) | (input[i + 2]! << 16) | (input[i + 3]! << 24), 0x9e3779b1) >>> (32 - HASH_BITS);
    const at = this.base + i;
    const last = head[hash]!;
    head[hash] = at;
    this.before[at & MASK] = last;
    return last;
  }

  /** Inserts the place and gives the longest match above `least` bytes, 0 when there is none. */
  private find(i: number, least: number, chain: number): number {
    const { input, before, base } = this;
    let place = this.insert(i);
    const low = Math.max(base, base + i - MASK);
    const most = Math.min(MAX_MATCH, input.length - i);
    let best = least;
    let back = 0;
    for (; place >= low && chain > 0 && best < most; chain--, place = before[place & MASK]!) {
      const k = place - base;
      if (input[k + best] !== input[i + best] || input[k] !== input[i]) continue;
      let length = 1;
      while (length < most && input[k + length] === input[i + length]) length++;
      if (length <= best) continue;
      best = length;
      back = i - k;
      if (length >= NICE) break;
    }
    return back === 0 ? 0 : (best << 15) | (back - 1);
  }

  private block(from: number, end: number, last: boolean): void {
    const { literals, distances, extraBits } = this;
    literals.freq[END_OF_BLOCK] = 1;
    literals.build();
    distances.build();
    const head = this.describe();
    const own = head + literals.cost(literals.freq) + distances.cost(distances.freq);
    const fixed = fixedLiterals.cost(literals.freq) + fixedDistances.cost(distances.freq);
    const plain = (end - from) * 8 + Math.ceil((end - from) / MAX_PLAIN) * 40;
    const least = Math.min(own, fixed) + extraBits;
    if (plain < least) return this.plain(from, end, last);
    this.put(last ? 1 : 0, 1);
    this.put(own < fixed ? 2 : 1, 2);
    if (own < fixed) {
      this.writeCodes();
      this.write(literals, distances);
    } else this.write(fixedLiterals, fixedDistances);
  }

  /** Runs of the lengths of both codes, and the code for them. Gives the bits all that takes. */
  private describe(): number {
    const { literals, distances, lengths, runs } = this;
    lengths.freq.fill(0);
    this.runCount = 0;
    const counts = [used(literals.lengths, 257), used(distances.lengths, 1)] as const;
    const all = new Uint8Array(counts[0] + counts[1]);
    all.set(literals.lengths.subarray(0, counts[0]));
    all.set(distances.lengths.subarray(0, counts[1]), counts[0]);
    let bits = 14;
    for (let i = 0; i < all.length; ) {
      const length = all[i]!;
      let run = 1;
      while (i + run < all.length && all[i + run] === length) run++;
      i += run;
      if (length !== 0) {
        this.run1(length);
        run--;
      }
      while (run >= 3) {
        const part = Math.min(run, length !== 0 ? 6 : 138);
        const symbol = length !== 0 ? 16 : part <= 10 ? 17 : 18;
        runs[this.runCount++] = symbol | ((part - (symbol === 18 ? 11 : 3)) << 8);
        lengths.freq[symbol]!++;
        bits += EXTRA_OF_RUN[symbol - 16]!;
        run -= part;
      }
      for (; run > 0; run--) this.run1(length);
    }
    lengths.build();
    return bits + lengths.cost(lengths.freq) + 3 * this.orderCount();
  }

  private run1(length: number): void {
    this.runs[this.runCount++] = length;
    this.lengths.freq[length]!++;
  }

  private orderCount(): number {
    let count = 19;
    while (count > 4 && this.lengths.lengths[CODE_ORDER[count - 1]!] === 0) count--;
    return count;
  }

  private writeCodes(): void {
    const { lengths, runs } = this;
    const count = this.orderCount();
    this.put(used(this.literals.lengths, 257) - 257, 5);
    this.put(used(this.distances.lengths, 1) - 1, 5);
    this.put(count - 4, 4);
    for (let i = 0; i < count; i++) this.put(lengths.lengths[CODE_ORDER[i]!]!, 3);
    for (let i = 0; i < this.runCount; i++) {
      const symbol = runs[i]! & 255;
      this.put(lengths.bits[symbol]!, lengths.lengths[symbol]!);
      if (symbol >= 16) this.put(runs[i]! >> 8, EXTRA_OF_RUN[symbol - 16]!);
    }
  }

  /** The symbols of the block. The hot loop of writing: the bit buffer is in locals, and put() is written out. */
  private write(literals: HuffmanCode, distances: HuffmanCode): void {
    const { symbols, count, out } = this;
    const { bits, lengths } = literals;
    const farBits = distances.bits;
    const farLengths = distances.lengths;
    let { at, hold, held } = this;
    for (let i = 0; i < count; i++) {
      const symbol = symbols[i]!;
      const code = symbol < 256 ? symbol : 257 + LENGTH_CODE[symbol >> 15]!;
      hold |= bits[code]! << held;
      held += lengths[code]!;
      if (symbol >= 256) {
        if (held >= 16) {
          out[at++] = hold;
          out[at++] = hold >>> 8;
          hold >>>= 16;
          held -= 16;
        }
        hold |= ((symbol >> 15) - LENGTH_BASE[code - 257]!) << held;
        held += LENGTH_EXTRA[code - 257]!;
        if (held >= 16) {
          out[at++] = hold;
          out[at++] = hold >>> 8;
          hold >>>= 16;
          held -= 16;
        }
        const back = symbol & MASK;
        const far = DISTANCE_CODE[back < 256 ? back : 256 + (back >> 7)]!;
        hold |= farBits[far]! << held;
        held += farLengths[far]!;
        if (held >= 16) {
          out[at++] = hold;
          out[at++] = hold >>> 8;
          hold >>>= 16;
          held -= 16;
        }
        hold |= (back - DISTANCE_BASE[far]!) << held;
        held += DISTANCE_EXTRA[far]!;
      }
      if (held >= 16) {
        out[at++] = hold;
        out[at++] = hold >>> 8;
        hold >>>= 16;
        held -= 16;
      }
    }
    this.at = at;
    this.hold = hold;
    this.held = held;
    this.put(literals.bits[END_OF_BLOCK]!, literals.lengths[END_OF_BLOCK]!);
  }

  private plain(from: number, end: number, last: boolean): void {
    do {
      const part = Math.min(MAX_PLAIN, end - from);
      this.put(last && from + part === end ? 1 : 0, 3);
      this.flush();
      this.put(part, 16);
      this.put(part ^ 0xffff, 16);
      this.flush();
      this.out.set(this.input.subarray(from, from + part), this.at);
      this.at += part;
      from += part;
    } while (from < end);
  }

  /** At most 16 bits. */
  private put(value: number, bits: number): void {
    this.hold |= value << this.held;
    this.held += bits;
    if (this.held < 16) return;
    this.out[this.at++] = this.hold;
    this.out[this.at++] = this.hold >>> 8;
    this.hold >>>= 16;
    this.held -= 16;
  }

  /** To the next whole byte. */
  private flush(): void {
    for (; this.held > 0; this.held -= 8, this.hold >>>= 8) this.out[this.at++] = this.hold;
    this.hold = this.held = 0;
  }
}

const EXTRA_OF_RUN = [2, 3, 7];

/** Codes up to the last one in use, at least so many. */
function used(lengths: Uint8Array, least: number): number {
  let count = lengths.length;
  while (count > least && lengths[count - 1] === 0) count--;
  return count;
}

const deflater = new Deflater();

/** A deflate stream of the bytes. */
export function deflate(input: Uint8Array): Bytes {
  return deflater.run(input);
}
