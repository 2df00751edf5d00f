/**
 * Many small files in one: the length of a list (32 bits, high byte first), the list (JSON, names with the places and lengths of their bytes), and their bytes one behind the other. One request
 * instead of hundreds, and compressed as a whole they take less of the way.
 */
import { concat, fromUtf8, u32be, utf8, type Bytes } from './bytes.ts';

const LENGTH_BYTES = 4;
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/** One file out of many. The same files in the same order give the same bytes. */
export function packFiles(files: readonly (readonly [name: string, bytes: Uint8Array])[]): Bytes {
  let size = 0;
  const places = Object.fromEntries(files.map(([name, { length }]) => [name, [(size += length) - length, length]]));
  const list = utf8(JSON.stringify(places));
  return concat(u32be(list.length), list, ...files.map(([, bytes]) => bytes));
}

/** Where each file lies, without copies of their bytes; null when these bytes are no such file. */
export function readPack(pack: Bytes): ReadonlyMap<string, Bytes> | null {
  if (pack.length < LENGTH_BYTES) return null;
  const begin = LENGTH_BYTES + new DataView(pack.buffer, pack.byteOffset, pack.byteLength).getUint32(0);
  if (begin > pack.length) return null;
  let places: unknown;
  try {
    places = JSON.parse(fromUtf8(pack.subarray(LENGTH_BYTES, begin)));
  } catch {
    return null;
  }
  if (typeof places !== 'object' || places === null) return null;
  const files = new Map<string, Bytes>();
  for (const [name, place] of Object.entries(places)) {
    const [at, length] = Array.isArray(place) ? (place as unknown[]) : [];
    if (!isCount(at) || !isCount(length) || begin + at + length > pack.length) return null;
    files.set(name, pack.subarray(begin + at, begin + at + length));
  }
  return files;
}
