/** Header codec of FORMATS 2: CBOR map, keys 0–17 always present, extensions from 64 on, unknown keys below kept. */
import { compareBytes, type Bytes } from '#base/bytes';
import { CborReader, CborWriter, tryDecodeCbor, type CborValue } from '#base/cbor';
import { err, ok, type Result } from '#base/result';
import { MAX_ACL_HEADS, MAX_DEPS } from '#vm/limits';
import { decodeStamp, encodeStamp } from './stamp.ts';
import { RECORD_CLASS, type Header, type ParsedRecord } from './types.ts';

/** `canonical`: not one CBOR map of the profile; `field`: a header field outside its limits, named as in FORMATS 2. */
export type HeaderError = { readonly code: 'canonical' } | { readonly code: 'field'; readonly field: string };

export interface DecodedHeader {
  readonly header: Header;
  readonly status: ParsedRecord['status'];
}

/** Header key of the slot.add statement in the seq-0 record of a log. */
export const EXT_SLOT_CERTIFICATE = 64;
const FIRST_EXTENSION = 64;
const LIMIT_32 = 0x1_0000_0000;
const NAMES = [
  'v', 'alg', 'space', 'fragment', 'writer', 'seq', 'prev', 'n', 'sprev', 'deps', 'acl', 'hlc', 'class', 'epoch', 'nonce', 'body_hash', 'body_len', 'flags',
];

const shared = new CborWriter();

function writeBytesOrNull(w: CborWriter, value: Uint8Array | null): void {
  if (value === null) w.null();
  else w.bytes(value);
}

function writeLinks(w: CborWriter, ids: readonly Bytes[]): void {
  if (ids.length === 0) return w.null();
  w.array(ids.length);
  for (const id of ids) w.bytes(id);
}

/** Writes keys 0–14, then 15 and 16 if asked, then 17 (the map head is the caller's). */
export function writeHeaderFields(w: CborWriter, h: Header, withBody: boolean): void {
  w.number(0); w.number(h.v);
  w.number(1); w.number(h.alg);
  w.number(2); w.bytes(h.space);
  w.number(3); w.bytes(h.fragment);
  w.number(4); w.bytes(h.writer);
  w.number(5); w.number(h.seq);
  w.number(6); writeBytesOrNull(w, h.prev);
  w.number(7); w.number(h.n);
  w.number(8); writeBytesOrNull(w, h.sprev);
  w.number(9); writeLinks(w, h.deps);
  w.number(10); writeLinks(w, h.acl);
  w.number(11); w.bytes(encodeStamp(h.hlc));
  w.number(12); w.number(h.class);
  w.number(13); writeBytesOrNull(w, h.epoch);
  w.number(14); writeBytesOrNull(w, h.nonce);
  if (withBody) {
    w.number(15); w.bytes(h.bodyHash);
    w.number(16); w.number(h.bodyLen);
  }
  w.number(17); w.number(h.flags);
}

/** The header bytes. Links must be normalised (#vm/protocol/record normaliseLinks). */
export function encodeHeader(h: Header): Bytes {
  shared.reset();
  shared.map(18 + h.ext.size);
  writeHeaderFields(shared, h, true);
  const keys = [...h.ext.keys()].sort((a, b) => (a < 0) === (b < 0) ? (a < 0 ? b - a : a - b) : b - a);
  for (const key of keys) {
    shared.number(key);
    shared.value(h.ext.get(key)!, 1);
  }
  return shared.take();
}

/** The slot.add statement carried by the record, or null. */
export function slotCertificate(header: Header): Bytes | null {
  const value = header.ext.get(EXT_SLOT_CERTIFICATE);
  return value instanceof Uint8Array ? (value as Bytes) : null;
}

/** Takes header bytes apart and checks every field limit. Fields are views into the bytes. */
export function decodeHeader(bytes: Bytes): Result<DecodedHeader, HeaderError> {
  const state = { key: 0 };
  try {
    const reader = new CborReader(bytes);
    const header = readHeader(reader, reader.map(), state);
    if (header === null) return decodeUnknownVersion(bytes);
    const wrong = checkFields(header);
    if (wrong !== null) return err({ code: 'field', field: wrong });
    let known = header.flags === 0 && header.class <= RECORD_CLASS.witness;
    for (const key of header.ext.keys()) if (key < FIRST_EXTENSION) known = false;
    return ok({ header, status: known ? 'known' : 'unknown-extension' });
  } catch {
    const canonical = tryDecodeCbor(bytes) instanceof Map;
    return err(canonical ? { code: 'field', field: NAMES[state.key] ?? 'extension' } : { code: 'canonical' });
  }
}

class FieldError extends Error {}

/** Reads all fields in key order; null for an unknown v or alg; throws on anything that does not fit. */
function readHeader(r: CborReader, count: number, state: { key: number }): Header | null {
  const key = (n: number): CborReader => {
    state.key = n;
    if (r.uint() !== n) throw new FieldError('key missing');
    return r;
  };
  const v = key(0).uint();
  const alg = key(1).uint();
  if (v !== 0 || alg !== 1) return null;
  if (count < NAMES.length) throw new FieldError('key missing');
  const header: Header = {
    v, alg,
    space: key(2).bytesOf(32) as Bytes,
    fragment: key(3).bytesOf(16) as Bytes,
    writer: key(4).bytesOf(32) as Bytes,
    seq: key(5).uint(),
    prev: optional(key(6), 32),
    n: key(7).uint(),
    sprev: optional(key(8), 32),
    deps: links(key(9), MAX_DEPS),
    acl: links(key(10), MAX_ACL_HEADS),
    hlc: decodeStamp(key(11).bytesOf(8)),
    class: key(12).uint(),
    epoch: optional(key(13), 16),
    nonce: optional(key(14), 12),
    bodyHash: key(15).bytesOf(32) as Bytes,
    bodyLen: key(16).uint(),
    flags: key(17).uint(),
    ext: extensions(r, count - NAMES.length, state),
  };
  r.finish();
  return header;
}

function optional(r: CborReader, length: number): Bytes | null {
  return r.tryNull() ? null : (r.bytesOf(length) as Bytes);
}

/** Null, or 1…max ids of 32 bytes, strictly rising. */
function links(r: CborReader, max: number): Bytes[] {
  if (r.tryNull()) return [];
  const count = r.array();
  if (count === 0 || count > max) throw new FieldError('links');
  const out: Bytes[] = [];
  for (let i = 0; i < count; i++) {
    const id = r.bytesOf(32) as Bytes;
    if (i > 0 && compareBytes(out[i - 1]!, id) >= 0) throw new FieldError('links unsorted');
    out.push(id);
  }
  return out;
}

/** Integer keys after 17 in canonical order: non-negative rising, then negative falling. */
function extensions(r: CborReader, count: number, state: { key: number }): Map<number, CborValue> {
  state.key = NAMES.length;
  const out = new Map<number, CborValue>();
  let last = 17;
  for (let i = 0; i < count; i++) {
    if (r.peek() > 1) throw new FieldError('text key');
    const key = r.value(1) as number;
    const rising = key >= 0 ? last >= 0 && key > last : last >= 0 || key < last;
    if (!rising) throw new FieldError('key order');
    last = key;
    out.set(key, r.value(1));
  }
  return out;
}

/** The first field outside its limits, or null. */
function checkFields(h: Header): string | null {
  if (h.seq >= LIMIT_32) return 'seq';
  if (h.n >= LIMIT_32) return 'n';
  if ((h.prev === null) !== (h.seq === 0)) return 'prev';
  const sealed = h.class === RECORD_CLASS.op || h.class === RECORD_CLASS.snapshot;
  if (sealed && h.epoch === null) return 'epoch';
  if (sealed && h.nonce === null) return 'nonce';
  if (h.class === RECORD_CLASS.acl && h.epoch !== null) return 'epoch';
  if (h.class === RECORD_CLASS.acl && h.nonce !== null) return 'nonce';
  return null;
}

/** An unknown v or alg: only the place in its log is read, so that the log waits there. Everything else is empty. */
function decodeUnknownVersion(bytes: Bytes): Result<DecodedHeader, HeaderError> {
  const map = tryDecodeCbor(bytes);
  if (!(map instanceof Map)) return err({ code: 'canonical' });
  const sized = (key: number, length: number): Bytes | null => {
    const value = map.get(key);
    return value instanceof Uint8Array && value.length === length ? (value as Bytes) : null;
  };
  const uint = (key: number): number | null => {
    const value = map.get(key);
    return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;
  };
  const [v, alg, seq] = [uint(0), uint(1), uint(5)];
  const [space, fragment, writer, hlc] = [sized(2, 32), sized(3, 16), sized(4, 32), sized(11, 8)];
  if (v === null || alg === null) return err({ code: 'field', field: 'v' });
  if (space === null || fragment === null || writer === null || seq === null || seq >= LIMIT_32) return err({ code: 'field', field: 'log' });
  return ok({
    status: 'unknown-version',
    header: {
      v, alg, space, fragment, writer, seq,
      prev: sized(6, 32), n: uint(7) ?? 0, sprev: sized(8, 32), deps: [], acl: [],
      hlc: hlc === null ? { ms: 0, ctr: 0 } : decodeStamp(hlc),
      class: uint(12) ?? 0, epoch: sized(13, 16), nonce: sized(14, 12),
      bodyHash: sized(15, 32) ?? new Uint8Array(32), bodyLen: Math.min(uint(16) ?? 0, LIMIT_32), flags: uint(17) ?? 0, ext: new Map(),
    },
  });
}
