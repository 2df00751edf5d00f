/**
 * Text keys of ids. A node, edge, writer or record is found in Maps by the base64url text of its bytes; the bytes themselves
 * are not kept (a small Uint8Array costs more than 100 bytes of heap, and views would pin whole payloads).
 */
import { fromBase64url, toBase64url, type Bytes } from '#base/bytes';
import { must } from '#base/assert';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
/** Character codes of the alphabet, and places in it by code. */
const C = new Uint8Array(64);
const ORDER = new Uint8Array(128);
for (let i = 0; i < 64; i++) {
  C[i] = ALPHABET.charCodeAt(i);
  ORDER[C[i]!] = i;
}

/** Node and edge ids: one call makes a flat string, which Maps hash without flattening it first (twice as fast as joining parts). */
function key16(b: Uint8Array): string {
  const v = (b[0]! << 16) | (b[1]! << 8) | b[2]!;
  const w = (b[3]! << 16) | (b[4]! << 8) | b[5]!;
  const x = (b[6]! << 16) | (b[7]! << 8) | b[8]!;
  const y = (b[9]! << 16) | (b[10]! << 8) | b[11]!;
  const z = (b[12]! << 16) | (b[13]! << 8) | b[14]!;
  const last = b[15]!;
  return String.fromCharCode(
    C[v >> 18]!, C[(v >> 12) & 63]!, C[(v >> 6) & 63]!, C[v & 63]!, C[w >> 18]!, C[(w >> 12) & 63]!, C[(w >> 6) & 63]!, C[w & 63]!,
    C[x >> 18]!, C[(x >> 12) & 63]!, C[(x >> 6) & 63]!, C[x & 63]!, C[y >> 18]!, C[(y >> 12) & 63]!, C[(y >> 6) & 63]!, C[y & 63]!,
    C[z >> 18]!, C[(z >> 12) & 63]!, C[(z >> 6) & 63]!, C[z & 63]!, C[last >> 2]!, C[(last << 4) & 63]!,
  );
}

const codes: number[] = [];

/** base64url text of an id of any length; equal to toBase64url. */
export function keyOf(id: Uint8Array): string {
  const length = id.length;
  if (length === 16) return key16(id);
  if (length > 64) return toBase64url(id);
  codes.length = Math.ceil((length * 4) / 3);
  let at = 0;
  for (let i = 0; i < length; i += 3) {
    const v = (id[i]! << 16) | ((id[i + 1] ?? 0) << 8) | (id[i + 2] ?? 0);
    codes[at++] = C[v >> 18]!;
    codes[at++] = C[(v >> 12) & 63]!;
    if (i + 1 < length) codes[at++] = C[(v >> 6) & 63]!;
    if (i + 2 < length) codes[at++] = C[v & 63]!;
  }
  return String.fromCharCode.apply(null, codes);
}

/** Bytes of a key made by keyOf. */
export function bytesOfKey(key: string): Bytes {
  return must(fromBase64url(key), 'a key is base64url');
}

/** Order of the bytes behind two keys of ids of one length (text order of base64url is another one). */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return ORDER[x]! - ORDER[y]!;
  }
  return a.length - b.length;
}

/** One character per byte: the shortest text form, for keys that never leave this module. */
export function latin1(bytes: Uint8Array): string {
  let out = '';
  for (let i = 0; i < bytes.length; i++) out += String.fromCharCode(bytes[i]!);
  return out;
}

/** Key of an operation id [stamp b8, first 8 bytes of the writer] from its parts; `writer8` is latin1 of those 8 bytes. */
export function operationKey(ms: number, ctr: number, writer8: string): string {
  const high = Math.floor(ms / 0x1000000);
  const low = ms % 0x1000000;
  return (
    String.fromCharCode((high >> 16) & 255, (high >> 8) & 255, high & 255, (low >> 16) & 255, (low >> 8) & 255, low & 255, (ctr >> 8) & 255, ctr & 255) + writer8
  );
}

/** Order of two texts by their UTF-8 bytes (UTF-16 order differs above U+FFFF). */
export function compareUtf8(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x === y) continue;
    const lift = (unit: number): number => (unit >= 0xe000 ? unit - 0x800 : unit >= 0xd800 ? unit + 0x2000 : unit);
    return lift(x) - lift(y);
  }
  return a.length - b.length;
}
