/** Reader of the canonical CBOR profile: one pass, refuses every encoding that CborWriter would not write. */
import { CborError, MAX_CBOR_DEPTH, isForbiddenKey, type CborValue } from './cbor-types.ts';
import { halfBits } from './cbor-writer.ts';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
/** Short ASCII texts (property names, types, verbs) repeat: a fixed table of them saves most allocations. */
const CACHE_SLOTS = 1024;
const CACHE_TEXT = 32;
const cache: string[] = new Array<string>(CACHE_SLOTS).fill('');

function fail(why: string): never {
  throw new CborError(why);
}

/** Value of half-precision bits. */
function halfValue(bits: number): number {
  const exponent = (bits >> 10) & 31;
  const mantissa = bits & 0x3ff;
  const sign = bits & 0x8000 ? -1 : 1;
  if (exponent === 0) return sign * mantissa * 2 ** -24;
  if (exponent === 31) return NaN;
  return sign * (1024 + mantissa) * 2 ** (exponent - 25);
}

/**
 * Low-level reader for hot paths: the caller asks for what it expects, everything else throws CborError.
 * Byte strings are views into the input (no copy): whoever keeps one longer than the input copies it.
 */
export class CborReader {
  private readonly view: DataView;
  /** Place of the next byte. */
  at: number;
  private readonly end: number;

  constructor(readonly input: Uint8Array) {
    this.view = new DataView(input.buffer, input.byteOffset, input.byteLength);
    this.at = 0;
    this.end = input.length;
  }

  /** Throws unless everything was read. */
  finish(): void {
    if (this.at !== this.end) fail('trailing bytes');
  }

  /** Major type of the next item (0–7) without reading it. */
  peek(): number {
    if (this.at >= this.end) fail('truncated');
    return this.input[this.at]! >> 5;
  }

  /** Reads a null if it is next. */
  tryNull(): boolean {
    if (this.at >= this.end) fail('truncated');
    if (this.input[this.at] !== 0xf6) return false;
    this.at++;
    return true;
  }

  private argument(info: number): number {
    if (info < 24) return info;
    if (info === 24) {
      if (this.at + 1 > this.end) fail('truncated');
      const n = this.input[this.at++]!;
      return n < 24 ? fail('not the shortest form') : n;
    }
    if (info === 25) {
      if (this.at + 2 > this.end) fail('truncated');
      const n = this.view.getUint16(this.at);
      this.at += 2;
      return n < 0x100 ? fail('not the shortest form') : n;
    }
    if (info === 26) {
      if (this.at + 4 > this.end) fail('truncated');
      const n = this.view.getUint32(this.at);
      this.at += 4;
      return n < 0x10000 ? fail('not the shortest form') : n;
    }
    if (info !== 27) fail('reserved or indefinite length');
    if (this.at + 8 > this.end) fail('truncated');
    const high = this.view.getUint32(this.at);
    const low = this.view.getUint32(this.at + 4);
    this.at += 8;
    if (high === 0) fail('not the shortest form');
    if (high > 0x1fffff) fail('integer beyond 2^53-1');
    return high * 0x1_0000_0000 + low;
  }

  private expect(major: number): number {
    if (this.at >= this.end) fail('truncated');
    const initial = this.input[this.at++]!;
    if (initial >> 5 !== major) fail('another type expected');
    return this.argument(initial & 31);
  }

  /** An unsigned integer ≤ 2^53−1. */
  uint(): number {
    return this.expect(0);
  }

  /** Opens an array and gives its count (never more than bytes are left). */
  array(): number {
    const count = this.expect(4);
    return count > this.end - this.at ? fail('truncated') : count;
  }

  /** Opens a map and gives its count. Key order is then the caller's to check. */
  map(): number {
    const count = this.expect(5);
    return count * 2 > this.end - this.at ? fail('truncated') : count;
  }

  /** A byte string, as a view into the input. */
  bytes(): Uint8Array {
    return this.slice(this.expect(2));
  }

  /** A byte string of exactly `length` bytes. */
  bytesOf(length: number): Uint8Array {
    if (this.expect(2) !== length) fail('byte string of another length expected');
    return this.slice(length);
  }

  private slice(length: number): Uint8Array {
    const start = this.at;
    if (length > this.end - start) fail('truncated');
    this.at = start + length;
    return this.input.subarray(start, this.at);
  }

  text(): string {
    return this.textOf(this.expect(3));
  }

  private textOf(length: number): string {
    const start = this.at;
    if (length > this.end - start) fail('truncated');
    const stop = start + length;
    this.at = stop;
    const input = this.input;
    if (length <= CACHE_TEXT) {
      let hash = length;
      let i = start;
      for (; i < stop; i++) {
        const byte = input[i]!;
        if (byte >= 0x80) break;
        hash = (Math.imul(hash, 31) + byte) | 0;
      }
      if (i === stop) {
        const slot = (hash ^ (hash >>> 11)) & (CACHE_SLOTS - 1);
        const known = cache[slot]!;
        if (known.length === length) {
          let k = 0;
          while (k < length && known.charCodeAt(k) === input[start + k]) k++;
          if (k === length) return known;
        }
        // One call makes a flat text; joining characters would keep a chain of parts alive.
        const out = String.fromCharCode.apply(null, input.subarray(start, stop) as unknown as number[]);
        cache[slot] = out;
        return out;
      }
    }
    try {
      return decoder.decode(input.subarray(start, stop));
    } catch {
      return fail('bad UTF-8');
    }
  }

  private float(info: number): number {
    if (info === 25) {
      if (this.at + 2 > this.end) fail('truncated');
      const value = halfValue(this.view.getUint16(this.at));
      this.at += 2;
      return !Number.isFinite(value) || Number.isInteger(value) ? fail('float outside the profile') : value;
    }
    const size = info === 26 ? 4 : 8;
    if (this.at + size > this.end) fail('truncated');
    const value = size === 4 ? this.view.getFloat32(this.at) : this.view.getFloat64(this.at);
    this.at += size;
    if (!Number.isFinite(value) || Number.isInteger(value)) fail('float outside the profile');
    if (size === 4 ? halfBits(value) >= 0 : Math.fround(value) === value) fail('float not in its shortest form');
    return value;
  }

  /** Any value; `depth` = containers already open around it. */
  value(depth = 0): CborValue {
    if (this.at >= this.end) fail('truncated');
    const initial = this.input[this.at++]!;
    const info = initial & 31;
    switch (initial >> 5) {
      case 0:
        return this.argument(info);
      case 1: {
        const n = this.argument(info);
        return n === Number.MAX_SAFE_INTEGER ? fail('integer beyond -(2^53-1)') : -1 - n;
      }
      case 2:
        return this.slice(this.argument(info));
      case 3:
        return this.textOf(this.argument(info));
      case 4:
        return this.arrayItems(this.argument(info), depth);
      case 5:
        return this.mapItems(this.argument(info), depth);
      case 7:
        if (info === 22) return null;
        if (info === 20) return false;
        if (info === 21) return true;
        if (info >= 25 && info <= 27) return this.float(info);
        return fail('simple value');
      default:
        return fail('tag');
    }
  }

  private arrayItems(count: number, depth: number): CborValue[] {
    if (depth >= MAX_CBOR_DEPTH) fail('too deep');
    if (count > this.end - this.at) fail('truncated');
    // Arrays of known size: pushing would reserve room for 16 more.
    const out = new Array<CborValue>(count);
    for (let i = 0; i < count; i++) out[i] = this.value(depth + 1);
    return out;
  }

  private mapItems(count: number, depth: number): Map<number | string, CborValue> {
    if (depth >= MAX_CBOR_DEPTH) fail('too deep');
    if (count * 2 > this.end - this.at) fail('truncated');
    const out = new Map<number | string, CborValue>();
    let before = -1;
    let beforeEnd = -1;
    for (let i = 0; i < count; i++) {
      const start = this.at;
      const key = this.key();
      if (before >= 0 && this.order(before, beforeEnd, start, this.at) >= 0) fail('map keys unsorted or doubled');
      before = start;
      beforeEnd = this.at;
      out.set(key, this.value(depth + 1));
    }
    return out;
  }

  /** A map key: an integer, or text that cannot reach a prototype. */
  private key(): number | string {
    const major = this.peek();
    if (major === 3) {
      const key = this.text();
      return isForbiddenKey(key) ? fail('map key is a prototype name') : key;
    }
    if (major > 1) fail('map key is neither integer nor text');
    return this.value(MAX_CBOR_DEPTH) as number;
  }

  private order(a: number, aEnd: number, b: number, bEnd: number): number {
    const input = this.input;
    while (a < aEnd && b < bEnd) {
      const d = input[a++]! - input[b++]!;
      if (d !== 0) return d;
    }
    return aEnd - a - (bEnd - b);
  }
}
