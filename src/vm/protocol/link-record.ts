/**
 * Records on a link (FORMATS 8): [header', body, sig], where keys 2, 3, 4 are numbers of the link's dictionary and fields that the
 * link already implies are left out. One encoder and one decoder per link and direction; both see the same sequence, so their
 * memories stay alike, caps included. The receiver rebuilds the header; the signature proves it.
 */
import { equalBytes, toBase64url, type Bytes } from '#base/bytes';
import { CborReader, CborWriter, decodeCbor, encodeCbor, type CborValue } from '#base/cbor';
import { sha256 } from '#base/hash';
import { err, ok, type Result } from '#base/result';
import { MAX_LINK_DICT, MAX_LINK_LOGS, MAX_RECORD_BYTES } from '#vm/limits';
import { bodyHashDerived, encodeRecord, recordId } from './record.ts';
import type { ParsedRecord } from './types.ts';

/** A dictionary entry to send before the record that uses it. Numbers run from 0 in a ring of MAX_LINK_DICT; a repeat overwrites. */
export interface DictEntry {
  readonly no: number;
  readonly bytes: Bytes;
}

/** `canonical`: not the form; `dict`: a number never announced; `implied`: a field left out that nothing implies. Each breaks the link. */
export type LinkRecordError = 'canonical' | 'dict' | 'implied' | 'size';

type HeaderMap = Map<number | string, CborValue>;

/** What the records sent so far imply: last id per log, last id and acl per writer. */
class Implied {
  private readonly logs = new Map<string, Uint8Array>();
  private readonly writers = new Map<string, { id: Uint8Array; acl: CborValue }>();

  prev(fragment: string, writer: string): Uint8Array | undefined {
    return this.logs.get(`${fragment}/${writer}`);
  }

  last(writer: string): { id: Uint8Array; acl: CborValue } | undefined {
    return this.writers.get(writer);
  }

  note(fragment: string, writer: string, id: Uint8Array, acl: CborValue): void {
    remember(this.logs, `${fragment}/${writer}`, id);
    remember(this.writers, writer, { id, acl });
  }
}

/** Sets the entry as the latest; the one used longest ago goes when the map is full. */
function remember<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  if (map.size >= MAX_LINK_LOGS) map.delete(map.keys().next().value!);
  map.set(key, value);
}

function sameValue(a: CborValue | undefined, b: CborValue | undefined): boolean {
  if (a instanceof Uint8Array && b instanceof Uint8Array) return equalBytes(a, b);
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, i) => sameValue(item, b[i]));
  return a === b;
}

const shared = new CborWriter();

/** The header map stands inside the array, but its depth counts from itself: a header that is valid alone can always be sent. */
function writeLinkRecord(map: HeaderMap, body: Uint8Array | null, sig: Uint8Array): Bytes {
  shared.reset();
  shared.array(3);
  shared.value(map);
  if (body === null) shared.null();
  else shared.bytes(body);
  shared.bytes(sig);
  return shared.take();
}

/** The sending side of one direction. */
export class LinkRecordEncoder {
  private readonly numbers = new Map<string, number>();
  private readonly names: string[] = [];
  private next = 0;
  private readonly implied = new Implied();

  /** Number of the bytes; announces them when new. Numbers in `used` (of the same record) are never overwritten. */
  private numberOf(bytes: Bytes, used: number[], fresh: DictEntry[]): number {
    const name = toBase64url(bytes);
    const known = this.numbers.get(name);
    if (known !== undefined) return known;
    while (used.includes(this.next)) this.next = (this.next + 1) % MAX_LINK_DICT;
    const no = this.next;
    this.next = (this.next + 1) % MAX_LINK_DICT;
    used.push(no);
    const old = this.names[no];
    if (old !== undefined) this.numbers.delete(old);
    this.names[no] = name;
    this.numbers.set(name, no);
    fresh.push({ no, bytes: bytes.slice() });
    return no;
  }

  /** The link form of a record, and the dictionary entries to send before it. Records of unknown versions keep all their fields. */
  encode(record: ParsedRecord): { readonly dict: readonly DictEntry[]; readonly bytes: Bytes } {
    const { header } = record;
    const map = decodeCbor(record.headerBytes) as HeaderMap;
    const dict: DictEntry[] = [];
    const used: number[] = [];
    const names = [header.space, header.fragment, header.writer];
    for (const name of names) {
      const known = this.numbers.get(toBase64url(name));
      if (known !== undefined) used.push(known);
    }
    for (const [i, name] of names.entries()) map.set(2 + i, this.numberOf(name, used, dict));
    const [fragment, writer] = [toBase64url(header.fragment), toBase64url(header.writer)];
    const acl = map.get(10) ?? null;
    if (record.status !== 'unknown-version') {
      const prev = this.implied.prev(fragment, writer);
      if (prev !== undefined && sameValue(map.get(6), prev)) map.delete(6);
      const last = this.implied.last(writer);
      if (last !== undefined && sameValue(map.get(8), last.id)) map.delete(8);
      if (last !== undefined && sameValue(acl, last.acl)) map.delete(10);
      if (record.body !== null) {
        map.delete(15);
        map.delete(16);
      }
      this.implied.note(fragment, writer, record.id, acl);
    }
    return { dict, bytes: writeLinkRecord(map, record.body, record.sig) };
  }
}

/** The receiving side of one direction. After an error the two memories differ: close the link. */
export class LinkRecordDecoder {
  private readonly entries: Bytes[] = [];
  private readonly implied = new Implied();

  /** Takes a dictionary entry; false when number or length are out of range (16 or 32 bytes). */
  addDict(no: number, bytes: Uint8Array): boolean {
    if (!Number.isSafeInteger(no) || no < 0 || no >= MAX_LINK_DICT || (bytes.length !== 16 && bytes.length !== 32)) return false;
    this.entries[no] = bytes.slice() as Bytes;
    return true;
  }

  /** The full record bytes. parseRecord and verifyRecord judge them as any others. */
  decode(bytes: Uint8Array): Result<Bytes, LinkRecordError> {
    if (bytes.length > MAX_RECORD_BYTES) return err('size');
    try {
      return this.rebuild(bytes);
    } catch {
      return err('canonical');
    }
  }

  private rebuild(bytes: Uint8Array): Result<Bytes, LinkRecordError> {
    const reader = new CborReader(bytes);
    if (reader.array() !== 3) return err('canonical');
    const map = reader.value();
    const body = reader.tryNull() ? null : reader.bytes();
    const sig = reader.bytes();
    reader.finish();
    if (!(map instanceof Map)) return err('canonical');
    for (const key of [2, 3, 4]) {
      const no = map.get(key);
      const entry = typeof no === 'number' ? this.entries[no] : undefined;
      if (entry === undefined) return err('dict');
      map.set(key, entry);
    }
    const fragment = toBase64url(map.get(3) as Uint8Array);
    const writer = toBase64url(map.get(4) as Uint8Array);
    const known = map.get(0) === 0 && map.get(1) === 1;
    const hashed = known && !map.has(15);
    if (known && !this.fill(map, fragment, writer, body)) return err('implied');
    const full = encodeCbor(map);
    if (known) this.implied.note(fragment, writer, recordId(full), copyLinks(map.get(10) ?? null));
    const record = encodeRecord(full, body, sig);
    if (hashed) bodyHashDerived(record);
    return record.length > MAX_RECORD_BYTES ? err('size') : ok(record);
  }

  /** Puts left-out fields back; false when nothing implies one of them. An absent key is implied, a null key is null. */
  private fill(map: HeaderMap, fragment: string, writer: string, body: Uint8Array | null): boolean {
    const prev = this.implied.prev(fragment, writer);
    const last = this.implied.last(writer);
    if (!map.has(6)) {
      if (prev === undefined) return false;
      map.set(6, prev);
    }
    if (!map.has(8)) {
      if (last === undefined) return false;
      map.set(8, last.id);
    }
    if (!map.has(10)) {
      if (last === undefined) return false;
      map.set(10, last.acl);
    }
    if (map.has(15) !== map.has(16)) return false;
    if (!map.has(15)) {
      if (body === null) return false;
      map.set(15, sha256(body));
      map.set(16, body.length);
    }
    return true;
  }
}

/** Acl links outlive the message they came in. */
function copyLinks(value: CborValue): CborValue {
  return Array.isArray(value) ? value.slice(0, 16).map((id) => (id instanceof Uint8Array ? id.slice() : null)) : null;
}
