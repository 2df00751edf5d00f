/**
 * Archives (zip) read part by part out of a source that gives any stretch of its bytes: only what is wanted is unpacked, within limits that are looked at while it is.
 * The list at the end is read here, as no reader says what it says of encryption and of overlapping parts; what is packed is fflate's.
 */
import { Inflate } from 'fflate';
import { FileFault } from './unpack.ts';

/** Bytes somewhere; `read` gives those from `from` up to `to`. */
export interface Source {
  readonly size: number;
  read(from: number, to: number): Promise<Uint8Array>;
}

export interface ZipLimits {
  readonly entries: number;
  /** Bytes that are unpacked in all. */
  readonly unpacked: number;
  /** How many times its size a part may unpack to, from a mebibyte on. */
  readonly ratio: number;
}

/** A part: what the list says of it. */
export interface ZipEntry {
  readonly name: string;
  readonly size: number;
  readonly packed: number;
  readonly deflated: boolean;
  readonly crc: number;
  readonly at: number;
}

const [END, ENTRY, LOCAL, END64, PLACE64] = [0x06054b50, 0x02014b50, 0x04034b50, 0x06064b50, 0x07064b50] as const;
const FREE = 1_048_576;
const STEP = 65_536;
/** Bytes of one line of the list, names and notes with it, on the average of all. */
const LINE = 2_048;
const FULL = 0xffffffff;
const bad = (what: string): FileFault => new FileFault('damaged', `zip: ${what}`);

const CRCS = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** CRC-32 of more bytes behind those it was of before. */
export function crc32(bytes: Uint8Array, before = 0): number {
  let value = ~before;
  for (let at = 0; at < bytes.length; at++) value = CRCS[(value ^ bytes[at]!) & 0xff]! ^ (value >>> 8);
  return ~value >>> 0;
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
/** A number of 64 bits; beyond what a file has it is no place in one. */
const wide = (view: DataView, at: number): number => Number(view.getBigUint64(at, true));

/** An open archive. `budget`: shared by archives that lie in each other. `nameOf` says what the bytes of names stand for that do not say it, all of them joined by line ends. */
export class ZipShelf {
  private constructor(private readonly source: Source, readonly entries: readonly ZipEntry[], private readonly limits: ZipLimits, private readonly budget: { left: number }) {}

  static async open(source: Source, limits: ZipLimits, nameOf: (names: Uint8Array) => string, budget = { left: limits.unpacked }): Promise<ZipShelf> {
    const { at, size, count } = await listPlace(source);
    if (count > limits.entries || size > limits.entries * LINE) throw new FileFault('too-many-files');
    if (at + size > source.size) throw bad('list');
    const entries = readList(await source.read(at, at + size), count, nameOf);
    // Parts lie behind each other, before the list: two that share bytes are a bomb.
    const order = [...entries].sort((a, b) => a.at - b.at);
    for (const [index, { at: from, packed }] of order.entries()) if (from + 30 + packed > (order[index + 1]?.at ?? at)) throw bad('parts overlap');
    return new ZipShelf(source, entries, limits, budget);
  }

  /** Unpacks a part whole. Throws when it is not what the list says, and when all of them are more than may be. `budget`: of parts that are counted apart. */
  async read(entry: ZipEntry, budget = this.budget): Promise<Uint8Array> {
    if (entry.size > budget.left) throw new FileFault('unpacked');
    if (entry.size > FREE && entry.size > entry.packed * this.limits.ratio) throw new FileFault('bomb', entry.name.slice(-80));
    budget.left -= entry.size;
    const from = await this.begin(entry);
    const out = new Uint8Array(entry.size);
    let filled = 0;
    const take = (part: Uint8Array): void => {
      if (filled + part.length > out.length) throw bad('a part is larger than its list says');
      out.set(part, filled);
      filled += part.length;
    };
    const inflate = entry.deflated ? new Inflate((part) => take(part)) : null;
    for (let at = 0; at < entry.packed; at += STEP) {
      const piece = await this.source.read(from + at, from + Math.min(entry.packed, at + STEP));
      if (!inflate) take(piece);
      else push(inflate, piece, at + STEP >= entry.packed);
    }
    if (filled !== out.length || crc32(out) !== entry.crc) throw bad('a part is not what it was');
    return out;
  }

  /** An archive that lies in this one as it is, without being unpacked; null when it is packed. */
  async inside(entry: ZipEntry): Promise<Source | null> {
    if (entry.deflated) return null;
    const from = await this.begin(entry);
    return { size: entry.packed, read: (a, b) => this.source.read(from + a, from + Math.min(b, entry.packed)) };
  }

  /** Where the bytes of a part begin. */
  private async begin({ at, packed }: ZipEntry): Promise<number> {
    const head = viewOf(await this.source.read(at, at + 30));
    if (head.byteLength < 30 || head.getUint32(0, true) !== LOCAL) throw bad('a part is missing');
    const from = at + 30 + head.getUint16(26, true) + head.getUint16(28, true);
    if (from + packed > this.source.size) throw bad('a part is cut off');
    return from;
  }
}

function push(inflate: Inflate, piece: Uint8Array, last: boolean): void {
  try {
    inflate.push(piece, last);
  } catch (error) {
    throw error instanceof FileFault ? error : bad(error instanceof Error ? error.message : String(error));
  }
}

/** Where the list of the parts is, by what stands at the end. */
async function listPlace(source: Source): Promise<{ at: number; size: number; count: number }> {
  const from = Math.max(0, source.size - 65_577);
  const tail = viewOf(await source.read(from, source.size));
  let end = tail.byteLength - 22;
  while (end >= 0 && !(tail.getUint32(end, true) === END && end + 22 + tail.getUint16(end + 20, true) <= tail.byteLength)) end--;
  if (end < 0) throw bad('no list');
  const place = { count: tail.getUint16(end + 10, true), size: tail.getUint32(end + 12, true), at: tail.getUint32(end + 16, true) };
  if (place.count !== 0xffff && place.size !== FULL && place.at !== FULL) return place;
  // Larger than the first form of archives could say: the second says it elsewhere.
  if (end < 20 || tail.getUint32(end - 20, true) !== PLACE64) return place;
  const at = wide(tail, end - 12);
  const head = viewOf(at + 56 <= source.size ? await source.read(at, at + 56) : new Uint8Array(0));
  if (head.byteLength < 56 || head.getUint32(0, true) !== END64) throw bad('list');
  return { count: wide(head, 32), size: wide(head, 40), at: wide(head, 48) };
}

interface Line extends Omit<ZipEntry, 'name'> {
  readonly raw: Uint8Array;
  /** Null where the bytes do not say what they are written in. */
  readonly name: string | null;
}

function readList(bytes: Uint8Array, count: number, nameOf: (names: Uint8Array) => string): ZipEntry[] {
  const lines: Line[] = [];
  const view = viewOf(bytes);
  for (let at = 0; lines.length < count;) {
    if (at + 46 > bytes.length || view.getUint32(at, true) !== ENTRY) throw bad('list');
    const lengths = [28, 30, 32].map((field) => view.getUint16(at + field, true));
    const next = at + 46 + lengths.reduce((sum, one) => sum + one, 0);
    if (next > bytes.length) throw bad('list');
    lines.push(readLine(bytes.subarray(at, next), lengths[0]!, lengths[1]!));
    at = next;
  }
  const unsaid = lines.filter(({ name }) => name === null);
  const joined = new Uint8Array(unsaid.reduce((sum, { raw }) => sum + raw.length + 1, 0)).fill(0x0a);
  let at = 0;
  for (const { raw } of unsaid) {
    joined.set(raw, at);
    at += raw.length + 1;
  }
  // A name with a line end in it would move the others.
  const names = unsaid.some(({ raw }) => raw.includes(0x0a)) ? [] : nameOf(joined).split('\n');
  let told = 0;
  return lines.map(({ raw, name, ...rest }) => ({ ...rest, name: name ?? names[told++] ?? new TextDecoder().decode(raw) }));
}

function readLine(line: Uint8Array, nameLength: number, extraLength: number): Line {
  const view = viewOf(line);
  const [flags, method] = [view.getUint16(8, true), view.getUint16(10, true)];
  const raw = line.subarray(46, 46 + nameLength);
  const extra = line.subarray(46 + nameLength, 46 + nameLength + extraLength);
  let [packed, size, at] = [view.getUint32(20, true), view.getUint32(24, true), view.getUint32(42, true)];
  let name: string | null = flags & 0x800 || raw.every((byte) => byte < 0x80) ? new TextDecoder().decode(raw) : null;
  const fields = viewOf(extra);
  for (let from = 0; from + 4 <= extra.length;) {
    const [kind, length] = [fields.getUint16(from, true), fields.getUint16(from + 2, true)];
    const field = extra.subarray(from + 4, from + 4 + length);
    if (kind === 1) {
      const values = Array.from({ length: field.length >> 3 }, (_, index) => wide(viewOf(field), index * 8));
      if (size === FULL) size = values.shift() ?? size;
      if (packed === FULL) packed = values.shift() ?? packed;
      if (at === FULL) at = values.shift() ?? at;
    }
    // The name once more in UTF-8, when it is still that of the line.
    if (kind === 0x7075 && field.length > 5 && viewOf(field).getUint32(1, true) === crc32(raw)) name = new TextDecoder().decode(field.subarray(5));
    from += 4 + length;
  }
  if (flags & 0x41 || method === 99) throw new FileFault('locked-zip', (name ?? new TextDecoder().decode(raw)).slice(-80));
  if (method !== 0 && method !== 8) throw bad(`packed in a way (${method}) that is not read`);
  if (method === 0 && packed !== size) throw bad('list');
  return { raw, name, size, packed, deflated: method === 8, crc: view.getUint32(16, true), at };
}
