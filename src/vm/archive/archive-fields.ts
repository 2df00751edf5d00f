/**
 * Fields of an archive's graph: which are read at all, and what their content must say. Cheap checks come first, the hash before the seal, and
 * nothing that does not open under the key of the archive goes further: whatever strangers put there ends here.
 */
import type { Bytes } from '#base/bytes';
import { encodeCbor, tryDecodeCbor } from '#base/cbor';
import { MAX_RECORD_BYTES } from '#vm/limits';
import { valueHash } from '#vm/protocol/gun-names';
import type { GunReader } from '#vm/replication/gun-frame';
import type { ArchiveKey, ArchivePlace } from './archive-key.ts';

export interface ArchiveField {
  readonly place: ArchivePlace;
  readonly key: string;
  readonly value: string;
  readonly state: number;
}

/** A log and its newest record, as a member hinted. */
export interface ArchiveHead {
  readonly fragment: Bytes;
  readonly writer: Bytes;
  readonly seq: number;
  readonly id: Bytes;
  readonly sig: Bytes;
}

/** Characters of the longest value worth opening: a sealed record; a name and a head are far shorter. */
const RECORD_CHARS = Math.ceil(((MAX_RECORD_BYTES + 28) * 4) / 3);
const SHORT_CHARS = 512;
const LOG_NAME = /^[A-Za-z0-9_-]{24}$/;
const RECORD_NAME = /^[0-9]{10}$/;

/** Reads the souls that were asked for; others have no place here. Junk keeps its key and loses its value: the next get goes on behind it. */
export function archiveReader(places: ReadonlyMap<string, ArchivePlace>): GunReader<ArchivePlace, ArchiveField> {
  return {
    soul: (text) => places.get(text) ?? null,
    field(place, key, value, state): ArchiveField {
      const fits = typeof value === 'string' && value.length <= (place.kind === 'page' ? RECORD_CHARS : SHORT_CHARS);
      // Any state that is a number stands for 1 here: stock peers take re-stamps (SPIKE 5). A head compares it with its content.
      return typeof state === 'number' && fits ? { place, key, value, state } : { place, key, value: '', state: 0 };
    },
  };
}

/** The part of the key before the hash, when the field has the form of its soul; null for junk. */
function nameOf({ place, key, value }: ArchiveField): string | null {
  if (value === '') return null;
  if (place.kind === 'heads') return LOG_NAME.test(key) ? key : null;
  const cut = key.indexOf('#');
  const name = key.slice(0, cut);
  if (!(place.kind === 'page' ? RECORD_NAME : LOG_NAME).test(name)) return null;
  return key.slice(cut + 1) === valueHash(value) ? name : null;
}

/** The content of a field, or null: junk, or not sealed under this key for this place. */
export async function openField(archive: ArchiveKey, field: ArchiveField): Promise<{ readonly name: string; readonly plain: Bytes } | null> {
  const name = nameOf(field);
  const plain = name === null ? null : await archive.open(field.place, name, field.value);
  return plain === null ? null : { name: name!, plain };
}

/** A field of a content-addressed soul: the hash of its value stands in its key, its state is always 1. */
export async function sealedField(archive: ArchiveKey, place: ArchivePlace, name: string, plain: Uint8Array): Promise<ArchiveField> {
  const value = await archive.seal(place, name, plain);
  return { place, key: `${name}#${valueHash(value)}`, value, state: 1 };
}

/** The head of a log as a field; GUN keeps the greatest state. */
export async function headField(archive: ArchiveKey, head: ArchiveHead): Promise<ArchiveField> {
  const name = archive.log(head.fragment, head.writer);
  const value = await archive.seal(archive.heads, name, encodeCbor([head.fragment, head.writer, head.seq, head.id, head.sig]));
  return { place: archive.heads, key: name, value, state: head.seq + 1 };
}

const fixed = (value: unknown, length: number): Bytes | null => (value instanceof Uint8Array && value.length === length ? (value.slice() as Bytes) : null);

/** The head in an opened field; null when its state or its name is not the one its content has: an older hint that somebody put back on top. */
export function readHead(archive: ArchiveKey, field: ArchiveField, plain: Bytes): ArchiveHead | null {
  const parts = tryDecodeCbor(plain);
  if (!Array.isArray(parts) || parts.length !== 5) return null;
  const [fragment, writer, seq, id, sig] = [fixed(parts[0], 16), fixed(parts[1], 32), parts[2], fixed(parts[3], 32), fixed(parts[4], 64)];
  if (fragment === null || writer === null || id === null || sig === null || typeof seq !== 'number' || !Number.isInteger(seq) || seq < 0 || seq > 0xffff_ffff) return null;
  return field.state === seq + 1 && field.key === archive.log(fragment, writer) ? { fragment, writer, seq, id, sig } : null;
}

/** Content of an entry in the list of logs. */
export const logEntry = (fragment: Bytes, writer: Bytes): Bytes => encodeCbor([fragment, writer]);

/** The log that an entry of the list names; null when it names none, or another than its key. */
export function readLogEntry(archive: ArchiveKey, name: string, plain: Bytes): { readonly fragment: Bytes; readonly writer: Bytes } | null {
  const parts = tryDecodeCbor(plain);
  if (!Array.isArray(parts) || parts.length !== 2) return null;
  const [fragment, writer] = [fixed(parts[0], 16), fixed(parts[1], 32)];
  return fragment !== null && writer !== null && archive.log(fragment, writer) === name ? { fragment, writer } : null;
}

/** A put of the fields, as GUN writes it. Souls and keys are made here, so none is a name of Object.prototype. */
export function putFrame(id: string, fields: readonly ArchiveField[]): string {
  const put: Record<string, Record<string, unknown>> = {};
  for (const { place: { soul }, key, value, state } of fields) {
    const node = (put[soul] ??= { _: { '#': soul, '>': {} } });
    node[key] = value;
    (node['_'] as { '>': Record<string, number> })['>'][key] = state;
  }
  return JSON.stringify({ '#': id, put });
}

/**
 * What a get is for: the keys from `from` to `to`, about `chars` of values at once or, as null, all of them; one key; or, as null, the whole soul.
 * `subscribe`: asked in the form after which the relay passes on what is put there.
 */
export type Wanted = { readonly from: string; readonly to: string; readonly chars: number | null; readonly subscribe?: boolean } | { readonly key: string } | null;

/** Between soul and key in the files of a stock relay. */
const ESC = '\u001b';

/**
 * A get, as GUN writes it. A range is asked for over all names of the relay: of a range inside one soul a stock relay looks only into the file where
 * the soul begins, and says of the others either that nothing is there or nothing at all.
 */
export function getFrame(id: string, soul: string, wanted: Wanted): string {
  if (wanted === null) return JSON.stringify({ '#': id, get: { '#': soul } });
  if ('key' in wanted) return JSON.stringify({ '#': id, get: { '#': soul, '.': wanted.key } });
  const { from, to, chars, subscribe } = wanted;
  const size = chars === null ? {} : { '%': chars };
  // An upper bound that is greater than the names of our souls: or else the relay takes it that no other file has anything of the range.
  if (subscribe === true) return JSON.stringify({ '#': id, get: { '#': soul, '.': { '>': from, '<': '~' }, ...size } });
  return JSON.stringify({ '#': id, get: { '#': { '=': '', '>': `${soul}${ESC}${from}`, '<': `${soul}${ESC}${to}` }, ...size } });
}

