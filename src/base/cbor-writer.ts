/** Writer of the canonical CBOR profile: one growable buffer, shortest forms, sorted map keys. Rules: FORMATS, 'CBOR:' paragraph. */
import type { Bytes } from './bytes.ts';
import { CborError, MAX_CBOR_DEPTH, isForbiddenKey, type CborValue } from './cbor-types.ts';

const encoder = new TextEncoder();
const floatView = new DataView(new ArrayBuffer(8));
/** Buffers above this size are dropped after use instead of kept for the next one. */
const KEEP_BYTES = 1 << 20;

/** The half-precision bits of a number, or -1 when it has no exact half form; only called with numbers that are exact singles. */
export function halfBits(value: number): number {
  floatView.setFloat32(0, value);
  const bits = floatView.getUint32(0);
  const sign = (bits >>> 16) & 0x8000;
  const exponent = ((bits >>> 23) & 0xff) - 127;
  const mantissa = bits & 0x7fffff;
  if (exponent > 15 || exponent < -24) return -1;
  if (exponent >= -14) return (mantissa & 0x1fff) === 0 ? sign | ((exponent + 15) << 10) | (mantissa >>> 13) : -1;
  const shift = -1 - exponent;
  const full = mantissa | 0x800000;
  return (full & ((1 << shift) - 1)) === 0 ? sign | (full >>> shift) : -1;
}

/** UTF-8 length of a text; throws on a lone surrogate, which UTF-8 cannot hold. */
function utf8Length(text: string): number {
  let length = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    if (unit < 0x800) length += 1;
    else if (unit < 0xd800 || unit > 0xdfff) length += 2;
    else {
      const next = unit < 0xdc00 ? text.charCodeAt(++i) : 0;
      if (!(next >= 0xdc00 && next <= 0xdfff)) throw new CborError('text with a lone surrogate');
      length += 2;
    }
  }
  return length;
}

/** UTF-16 code units moved so that their order is the order of UTF-8 bytes. */
function unitOrder(unit: number): number {
  return unit >= 0xe000 ? unit - 0x800 : unit >= 0xd800 ? unit + 0x2000 : unit;
}

/** Bytewise order of the encoded keys, without encoding them. */
function compareKeys(a: number | string, b: number | string): number {
  if (typeof a === 'number') {
    if (typeof b !== 'number') return -1;
    if (a >= 0) return b >= 0 ? a - b : -1;
    return b >= 0 ? 1 : b - a;
  }
  if (typeof b === 'number') return 1;
  const d = utf8Length(a) - utf8Length(b);
  if (d !== 0) return d;
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return unitOrder(x) - unitOrder(y);
  }
  return a.length - b.length;
}

/**
 * Low-level writer for hot paths. Containers are opened with their exact count; the caller writes that many items
 * (map keys already in canonical order). `value` writes whole values and sorts map keys itself.
 */
export class CborWriter {
  private buffer = new Uint8Array(1024);
  private view = new DataView(this.buffer.buffer);
  private at = 0;

  /** Starts again with an empty output. */
  reset(): void {
    this.at = 0;
  }

  /** Bytes written since the last reset or take. */
  get length(): number {
    return this.at;
  }

  /** A copy of what was written; the writer is empty afterwards. */
  take(): Bytes {
    const out = this.buffer.slice(0, this.at);
    this.at = 0;
    if (this.buffer.length > KEEP_BYTES) {
      this.buffer = new Uint8Array(1024);
      this.view = new DataView(this.buffer.buffer);
    }
    return out;
  }

  private room(length: number): void {
    const need = this.at + length;
    if (need <= this.buffer.length) return;
    const next = new Uint8Array(Math.max(need, this.buffer.length * 2));
    next.set(this.buffer.subarray(0, this.at));
    this.buffer = next;
    this.view = new DataView(next.buffer);
  }

  private head(major: number, n: number): void {
    this.room(9);
    const b = this.buffer;
    if (n < 24) b[this.at++] = major | n;
    else if (n < 0x100) {
      b[this.at++] = major | 24;
      b[this.at++] = n;
    } else if (n < 0x10000) {
      b[this.at++] = major | 25;
      b[this.at++] = n >>> 8;
      b[this.at++] = n;
    } else if (n < 0x1_0000_0000) {
      b[this.at] = major | 26;
      this.view.setUint32(this.at + 1, n);
      this.at += 5;
    } else {
      b[this.at] = major | 27;
      this.view.setUint32(this.at + 1, Math.floor(n / 0x1_0000_0000));
      this.view.setUint32(this.at + 5, n >>> 0);
      this.at += 9;
    }
  }

  array(count: number): void {
    this.head(0x80, count);
  }

  map(count: number): void {
    this.head(0xa0, count);
  }

  null(): void {
    this.room(1);
    this.buffer[this.at++] = 0xf6;
  }

  bool(value: boolean): void {
    this.room(1);
    this.buffer[this.at++] = value ? 0xf5 : 0xf4;
  }

  /** All of a byte string but its bytes. */
  bytesHead(length: number): void {
    this.head(0x40, length);
  }

  bytes(value: Uint8Array): void {
    this.head(0x40, value.length);
    this.room(value.length);
    this.buffer.set(value, this.at);
    this.at += value.length;
  }

  /** Bytes that are already one canonical encoding. */
  raw(value: Uint8Array): void {
    this.room(value.length);
    this.buffer.set(value, this.at);
    this.at += value.length;
  }

  text(value: string): void {
    const length = value.length;
    if (length <= 64) {
      const start = this.at;
      this.head(0x60, length);
      this.room(length);
      let at = this.at;
      let i = 0;
      for (; i < length; i++) {
        const unit = value.charCodeAt(i);
        if (unit >= 0x80) break;
        this.buffer[at++] = unit;
      }
      if (i === length) {
        this.at = at;
        return;
      }
      this.at = start;
    }
    const size = utf8Length(value);
    this.head(0x60, size);
    this.room(size);
    encoder.encodeInto(value, this.buffer.subarray(this.at, this.at + size));
    this.at += size;
  }

  /** A number of the profile: integers within ±(2^53−1) as integers, others as the shortest exact float. */
  number(value: number): void {
    if (Number.isSafeInteger(value)) {
      if (value > 0) this.head(0, value);
      else if (value < 0) this.head(0x20, -1 - value);
      else if (Object.is(value, -0)) throw new CborError('-0');
      else this.head(0, 0);
      return;
    }
    if (!Number.isFinite(value) || Number.isInteger(value)) throw new CborError('number outside the profile');
    this.room(9);
    if (Math.fround(value) === value) {
      const half = halfBits(value);
      if (half >= 0) {
        this.buffer[this.at] = 0xf9;
        this.view.setUint16(this.at + 1, half);
        this.at += 3;
      } else {
        this.buffer[this.at] = 0xfa;
        this.view.setFloat32(this.at + 1, value);
        this.at += 5;
      }
      return;
    }
    this.buffer[this.at] = 0xfb;
    this.view.setFloat64(this.at + 1, value);
    this.at += 9;
  }

  /** Any value; `depth` = containers already open around it. Throws CborError on what the profile does not hold. */
  value(value: CborValue, depth = 0): void {
    if (typeof value === 'string') this.text(value);
    else if (typeof value === 'number') this.number(value);
    else if (value === null) this.null();
    else if (typeof value === 'boolean') this.bool(value);
    else if (value instanceof Uint8Array) this.bytes(value);
    else if (depth >= MAX_CBOR_DEPTH) throw new CborError('too deep');
    else if (Array.isArray(value)) {
      this.array(value.length);
      for (let i = 0; i < value.length; i++) this.value(value[i]!, depth + 1);
    } else if (value instanceof Map) this.mapValue(value, depth);
    else throw new CborError('not a value of the profile');
  }

  private mapValue(value: ReadonlyMap<number | string, CborValue>, depth: number): void {
    const keys = [...value.keys()];
    for (const key of keys) {
      if (typeof key === 'string' ? isForbiddenKey(key) : !Number.isSafeInteger(key) || Object.is(key, -0)) throw new CborError('map key');
    }
    if (keys.length > 1) keys.sort(compareKeys);
    this.map(keys.length);
    for (const key of keys) {
      if (typeof key === 'string') this.text(key);
      else this.number(key);
      this.value(value.get(key)!, depth + 1);
    }
  }
}
