/**
 * Raw inflate (RFC 1951) with a hard cap on the output and an exact end: libraries grow without a bound and do not say where the
 * stream ended, and both are refusals here (FORMATS 2, Body).
 */
import type { Bytes } from '#base/bytes';
import { err, ok, type Result } from '#base/result';

/** `bad`: not a deflate stream or cut short; `trailing`: bytes after its end; `too-large`: more than the cap. */
export type InflateError = 'bad' | 'trailing' | 'too-large';

const MAX_BITS = 15;
const LENGTH_BASE = [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258];
const LENGTH_EXTRA = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const DISTANCE_BASE = [
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577,
];
const DISTANCE_EXTRA = [0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13];
const CODE_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

class Refusal extends Error {
  constructor(readonly reason: InflateError) {
    super(reason);
  }
}

/** Lookup by the next bits, as many as the mask has: symbol << 4 | code length; 0 = no such code. */
interface Table {
  readonly entries: Uint16Array;
  readonly mask: number;
}

/** Room for tables that are used up before the next ones are made: every block makes three. */
const ROOM = [new Uint16Array(1 << MAX_BITS), new Uint16Array(1 << MAX_BITS)] as const;

function buildTable(lengths: Uint8Array, room?: Uint16Array): Table {
  const count = new Uint16Array(MAX_BITS + 1);
  for (const length of lengths) count[length]!++;
  count[0] = 0;
  let bits = MAX_BITS;
  while (bits > 1 && count[bits] === 0) bits--;
  const next = new Uint16Array(MAX_BITS + 2);
  let code = 0;
  for (let length = 1; length <= bits; length++) {
    code = (code + count[length - 1]!) << 1;
    next[length] = code;
    if (code + count[length]! > 1 << length) throw new Refusal('bad');
  }
  const size = 1 << bits;
  const entries = room?.fill(0, 0, size) ?? new Uint16Array(size);
  for (let symbol = 0; symbol < lengths.length; symbol++) {
    const length = lengths[symbol]!;
    if (length === 0) continue;
    let reversed = 0;
    for (let i = 0, c = next[length]!++; i < length; i++, c >>= 1) reversed = (reversed << 1) | (c & 1);
    for (let at = reversed; at < size; at += 1 << length) entries[at] = (symbol << 4) | length;
  }
  return { entries, mask: size - 1 };
}

let fixed: { literals: Table; distances: Table } | null = null;

function fixedTables(): { literals: Table; distances: Table } {
  if (fixed === null) {
    const lengths = new Uint8Array(288).fill(8);
    lengths.fill(9, 144, 256);
    lengths.fill(7, 256, 280);
    fixed = { literals: buildTable(lengths), distances: buildTable(new Uint8Array(30).fill(5)) };
  }
  return fixed;
}

/** What is inflated is made here and copied out once its length is known; more room than this is not kept. */
const KEEP = 262_144;
let scratch: Bytes = new Uint8Array(65_536);

class Inflater {
  private at = 0;
  private hold = 0;
  private held = 0;
  private out = scratch;
  private length = 0;

  constructor(private readonly input: Uint8Array, private readonly cap: number) {}

  run(): Bytes {
    let last = false;
    while (!last) {
      last = this.take(1) === 1;
      const type = this.take(2);
      if (type === 0) this.stored();
      else if (type === 1) this.codes(fixedTables().literals, fixedTables().distances);
      else if (type === 2) this.dynamic();
      else throw new Refusal('bad');
    }
    if (this.at - (this.held >> 3) !== this.input.length) throw new Refusal('trailing');
    return this.out.slice(0, this.length);
  }

  /** At least `n` ≤ 16 bits held; past the end zero bits are held, and use of them is refused in drop(). */
  private need(n: number): void {
    while (this.held < n) {
      if (this.at < this.input.length) this.hold |= this.input[this.at]! << this.held;
      this.at++;
      this.held += 8;
    }
  }

  private drop(n: number): void {
    this.hold >>>= n;
    this.held -= n;
    if (this.at - (this.held >> 3) > this.input.length) throw new Refusal('bad');
  }

  private take(n: number): number {
    if (n === 0) return 0;
    this.need(n);
    const value = this.hold & ((1 << n) - 1);
    this.drop(n);
    return value;
  }

  private symbol(table: Table): number {
    this.need(MAX_BITS);
    const entry = table.entries[this.hold & table.mask]!;
    if (entry === 0) throw new Refusal('bad');
    this.drop(entry & 15);
    return entry >> 4;
  }

  /** Makes sure that `need` bytes fit; gives where they go. */
  private room(need: number): Bytes {
    if (need > this.cap) throw new Refusal('too-large');
    if (need <= this.out.length) return this.out;
    const next = new Uint8Array(Math.max(need, Math.min(this.cap, this.out.length * 2)));
    next.set(this.out);
    if (next.length <= KEEP) scratch = next;
    return (this.out = next);
  }

  private stored(): void {
    this.drop(this.held & 7);
    const length = this.take(16);
    const inverse = this.take(16);
    if ((length ^ 0xffff) !== inverse) throw new Refusal('bad');
    this.at -= this.held >> 3;
    this.hold = 0;
    this.held = 0;
    if (this.at + length > this.input.length) throw new Refusal('bad');
    this.room(this.length + length).set(this.input.subarray(this.at, this.at + length), this.length);
    this.length += length;
    this.at += length;
  }

  private dynamic(): void {
    const literals = this.take(5) + 257;
    const distances = this.take(5) + 1;
    const codes = this.take(4) + 4;
    if (literals > 286 || distances > 30) throw new Refusal('bad');
    const order = new Uint8Array(19);
    for (let i = 0; i < codes; i++) order[CODE_ORDER[i]!] = this.take(3);
    const table = buildTable(order, ROOM[0]);
    const lengths = new Uint8Array(literals + distances);
    for (let i = 0; i < lengths.length; ) {
      const symbol = this.symbol(table);
      if (symbol < 16) {
        lengths[i++] = symbol;
        continue;
      }
      if (symbol === 16 && i === 0) throw new Refusal('bad');
      const value = symbol === 16 ? lengths[i - 1]! : 0;
      const repeat = symbol === 16 ? 3 + this.take(2) : symbol === 17 ? 3 + this.take(3) : 11 + this.take(7);
      if (i + repeat > lengths.length) throw new Refusal('bad');
      lengths.fill(value, i, i + repeat);
      i += repeat;
    }
    this.codes(buildTable(lengths.subarray(0, literals), ROOM[0]), buildTable(lengths.subarray(literals), ROOM[1]));
  }

  /** The hot loop: what it works on is in locals, and bits are read ahead, at least 25 of them. */
  private codes(literals: Table, distances: Table): void {
    const { input, cap } = this;
    const end = input.length;
    let { at, hold, held, out, length } = this;
    for (;;) {
      for (; held < 25; held += 8, at++) if (at < end) hold |= input[at]! << held;
      let entry = literals.entries[hold & literals.mask]!;
      hold >>>= entry & 15;
      held -= entry & 15;
      if (entry === 0 || at - (held >> 3) > end) throw new Refusal('bad');
      const symbol = entry >> 4;
      if (symbol < 256) {
        if (length === out.length || length === cap) out = this.room(length + 1);
        out[length++] = symbol;
        continue;
      }
      if (symbol === 256) break;
      if (symbol > 285) throw new Refusal('bad');
      let extra = LENGTH_EXTRA[symbol - 257]!;
      const stop = length + LENGTH_BASE[symbol - 257]! + (hold & ((1 << extra) - 1));
      hold >>>= extra;
      held -= extra;
      for (; held < 25; held += 8, at++) if (at < end) hold |= input[at]! << held;
      entry = distances.entries[hold & distances.mask]!;
      hold >>>= entry & 15;
      held -= entry & 15;
      const d = entry >> 4;
      if (entry === 0 || d > 29) throw new Refusal('bad');
      for (; held < 13; held += 8, at++) if (at < end) hold |= input[at]! << held;
      extra = DISTANCE_EXTRA[d]!;
      const distance = DISTANCE_BASE[d]! + (hold & ((1 << extra) - 1));
      hold >>>= extra;
      held -= extra;
      if (distance > length || at - (held >> 3) > end) throw new Refusal('bad');
      if (stop > out.length || stop > cap) out = this.room(stop);
      for (; length < stop; length++) out[length] = out[length - distance]!;
    }
    this.at = at;
    this.hold = hold;
    this.held = held;
    this.length = length;
  }
}

/** The whole of a raw deflate stream, at most `cap` bytes; the stream must end with the input. */
export function inflateBounded(input: Uint8Array, cap: number): Result<Bytes, InflateError> {
  try {
    return ok(new Inflater(input, cap).run());
  } catch (error) {
    return err(error instanceof Refusal ? error.reason : 'bad');
  }
}
