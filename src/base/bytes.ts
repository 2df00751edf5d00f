/** Small helpers for byte strings. Text form of bytes is base64url without padding (FORMATS, Words). */

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Bytes backed by a plain ArrayBuffer, as WebCrypto and transferables want them. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** UTF-8 bytes of a text. */
export function utf8(text: string): Bytes {
  return encoder.encode(text) as Bytes;
}

/** Text of UTF-8 bytes; throws TypeError on ill-formed UTF-8. */
export function fromUtf8(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** One byte string of several parts; text parts are UTF-8 encoded. */
export function concat(...parts: (Uint8Array | string)[]): Bytes {
  const chunks = parts.map((part) => (typeof part === 'string' ? utf8(part) : part));
  let length = 0;
  for (const chunk of chunks) length += chunk.length;
  const out = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    out.set(chunk, at);
    at += chunk.length;
  }
  return out;
}

/** True when both byte strings hold the same bytes. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Bytewise order: negative, 0 or positive; a prefix comes first. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const d = a[i]! - b[i]!;
    if (d !== 0) return d;
  }
  return a.length - b.length;
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const VALUES = new Uint8Array(128).fill(255);
for (let i = 0; i < 64; i++) VALUES[ALPHABET.charCodeAt(i)] = i;

const CODES = encoder.encode(ALPHABET);
/** Above this many characters one decode is cheaper than fromCharCode; below, its fixed cost is larger. */
const SHORT = 256;

/** Part of ES2026 that newer engines have; ten times faster for records. */
interface NativeBase64 {
  toBase64?(options: { alphabet: 'base64url'; omitPadding: true }): string;
}

/** base64url without padding. */
export function toBase64url(bytes: Uint8Array): string {
  const native = bytes as NativeBase64;
  if (native.toBase64 !== undefined) return native.toBase64({ alphabet: 'base64url', omitPadding: true });
  const out = new Uint8Array(Math.ceil((bytes.length * 4) / 3));
  let at = 0;
  let i = 0;
  for (; i + 2 < bytes.length; i += 3) {
    const v = (bytes[i]! << 16) | (bytes[i + 1]! << 8) | bytes[i + 2]!;
    out[at++] = CODES[v >> 18]!;
    out[at++] = CODES[(v >> 12) & 63]!;
    out[at++] = CODES[(v >> 6) & 63]!;
    out[at++] = CODES[v & 63]!;
  }
  if (i < bytes.length) {
    const v = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8);
    out[at++] = CODES[v >> 18]!;
    out[at++] = CODES[(v >> 12) & 63]!;
    if (i + 2 === bytes.length) out[at++] = CODES[(v >> 6) & 63]!;
  }
  return at <= SHORT ? String.fromCharCode.apply(null, out as unknown as number[]) : decoder.decode(out);
}

/** Bytes of canonical base64url text without padding; null when the text is not that. */
export function fromBase64url(text: string): Bytes | null {
  const rest = text.length & 3;
  if (rest === 1) return null;
  const out = new Uint8Array(Math.floor((text.length * 3) / 4));
  let at = 0;
  let bits = 0;
  let value = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const v = code < 128 ? VALUES[code]! : 255;
    if (v === 255) return null;
    value = ((value << 6) | v) & 0xffffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out[at++] = (value >> bits) & 255;
    }
  }
  if (bits > 0 && (value & ((1 << bits) - 1)) !== 0) return null;
  return out;
}

/** A number as 8 bytes, big-endian; the number is a non-negative safe integer. */
export function u64be(n: number): Bytes {
  const out = new Uint8Array(8);
  const view = new DataView(out.buffer);
  view.setUint32(0, Math.floor(n / 0x1_0000_0000));
  view.setUint32(4, n >>> 0);
  return out;
}

/** A number as 4 bytes, big-endian. */
export function u32be(n: number): Bytes {
  const out = new Uint8Array(4);
  new DataView(out.buffer).setUint32(0, n >>> 0);
  return out;
}
