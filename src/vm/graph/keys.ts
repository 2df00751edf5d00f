/**
 * Text keys of ids. A node, edge, writer or record is found in Maps by the base64url text of its bytes; the bytes themselves
 * are not kept (a small Uint8Array costs more than 100 bytes of heap, and views would pin whole payloads).
 */
import { fromBase64url, type Bytes } from '#base/bytes';
import { must } from '#base/assert';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
/** Both characters of 12 bits at once: three times faster than one character at a time. */
const PAIRS: string[] = [];
for (let i = 0; i < 4096; i++) PAIRS.push(ALPHABET[i >> 6]! + ALPHABET[i & 63]!);
const ORDER = new Uint8Array(128);
for (let i = 0; i < 64; i++) ORDER[ALPHABET.charCodeAt(i)] = i;

/** base64url text of an id of any length; equal to toBase64url. */
export function keyOf(id: Uint8Array): string {
  const length = id.length;
  let out = '';
  let i = 0;
  for (; i + 2 < length; i += 3) {
    const v = (id[i]! << 16) | (id[i + 1]! << 8) | id[i + 2]!;
    out += PAIRS[v >> 12]! + PAIRS[v & 4095]!;
  }
  if (i + 1 === length) out += PAIRS[id[i]! << 4]!;
  else if (i + 2 === length) out += PAIRS[(id[i]! << 4) | (id[i + 1]! >> 4)]! + ALPHABET[(id[i + 1]! & 15) << 2]!;
  return out;
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
