/** What newer packages of Anki (from 2.1.50 on) say in protobuf: kinds of notes in tables of their own, the list of media, and the version of the package. */
import { fromUtf8 } from '#base/bytes';
import { DeckFault } from './fault.ts';
import { DECK_LIMITS } from './limits.ts';

/** Rows of the tables that newer collections have in the place of the JSON of the row `col`; bytes are hexadecimal. */
export interface NewerKinds {
  /** id, config */
  readonly notetypes: readonly (readonly [string, string])[];
  /** ntid, ord, name */
  readonly fields: readonly (readonly [string, number, string])[];
  /** ntid, ord, config */
  readonly templates: readonly (readonly [string, number, string])[];
  /** id, name */
  readonly decks: readonly (readonly [string, string])[];
}

type Value = number | Uint8Array;

/** The fields of a message; null when the bytes are none. */
function fieldsOf(bytes: Uint8Array): [no: number, value: Value][] | null {
  const out: [number, Value][] = [];
  let at = 0;
  const varint = (): number => {
    for (let [value, scale] = [0, 1]; ; scale *= 128) {
      const byte = bytes[at++];
      if (byte === undefined || scale > 2 ** 63) return NaN;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    const [no, kind] = [Math.floor(tag / 8), tag % 8];
    const size = kind === 2 ? varint() : kind === 5 ? 4 : kind === 1 ? 8 : 0;
    const value = kind === 0 ? varint() : bytes.subarray(at, at + size);
    if (!(no > 0) || ![0, 1, 2, 5].includes(kind) || !(at + size <= bytes.length) || Number.isNaN(value)) return null;
    at += size;
    out.push([no, value]);
  }
  return out;
}

/** A message that must be one. */
function message(bytes: Uint8Array, what: string): ReadonlyMap<number, Value> {
  const fields = fieldsOf(bytes);
  if (!fields) throw new DeckFault('damaged', what);
  return new Map(fields);
}

const bytesOf = (hex: string): Uint8Array => Uint8Array.from({ length: hex.length >> 1 }, (_, at) => parseInt(hex.slice(2 * at, 2 * at + 2), 16));
const words = (value: Value | undefined): string => (value instanceof Uint8Array ? fromUtf8(value) : '');

/** Is every card of this kind a gap in one text? */
export const isCloze = (config: string): boolean => message(bytesOf(config), 'notetypes').get(1) === 1;

/** The two sides of a template. */
export function templateSides(config: string): [front: string, back: string] {
  const fields = message(bytesOf(config), 'templates');
  return [words(fields.get(1)), words(fields.get(2))];
}

/** The newest form of packages that is known. */
export const NEWEST = 3;

/** Which form a package says that it has; 0: none that is read, a file of that name may be anything. */
export function packageVersion(meta: Uint8Array): number {
  const version = fieldsOf(meta)?.find(([no]) => no === 1)?.[1];
  return typeof version === 'number' ? version : 0;
}

export interface MediaFound {
  readonly name: string;
  /** Bytes when it is unpacked. */
  readonly size: number;
  /** Name of its part of the archive. */
  readonly part: string;
}

/** The list of media of a newer package: a part is named by the place of its file in it, unless it says another number. */
export function mediaList(bytes: Uint8Array): MediaFound[] {
  const entries = fieldsOf(bytes);
  if (!entries) throw new DeckFault('damaged', 'media');
  return entries.flatMap(([no, value]) => (no === 1 && value instanceof Uint8Array ? [value] : [])).slice(0, DECK_LIMITS.entries).map((value, at) => {
    const fields = message(value, 'media');
    const [size, part] = [fields.get(2), fields.get(255)];
    return { name: words(fields.get(1)), size: typeof size === 'number' ? size : 0, part: String(typeof part === 'number' ? part : at) };
  });
}
