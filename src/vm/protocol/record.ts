/** The record of FORMATS 2: [bstr header, bstr body | null, bstr64 sig], its id, signature, stub and form checks. */
import { compareBytes, concat, equalBytes, type Bytes } from '#base/bytes';
import { CborReader, CborWriter } from '#base/cbor';
import { sha256 } from '#base/hash';
import { err, ok, type Result } from '#base/result';
import type { CryptoPort } from '#ports/crypto';
import { MAX_RECORD_BYTES } from '#vm/limits';
import { decodeHeader, writeHeaderFields, type HeaderError } from './header.ts';
import { compareStamp } from './stamp.ts';
import type { Header, ParsedRecord, Stamp } from './types.ts';

export { decodeHeader, encodeHeader, slotCertificate, EXT_SLOT_CERTIFICATE } from './header.ts';

/** Why bytes are no record: too long, not the canonical form, or a field outside its limits. */
export type RecordError = { readonly code: 'size' } | HeaderError;

const writer = new CborWriter();

/** id = SHA-256("lgos/id/1" ‖ header). */
export function recordId(headerBytes: Uint8Array): Bytes {
  return sha256('lgos/id/1', headerBytes);
}

/** What the writer signs: "lgos/rec/1" ‖ id. */
export function signatureMessage(id: Uint8Array): Bytes {
  return concat('lgos/rec/1', id);
}

/** The record bytes; a null body makes the stub. */
export function encodeRecord(headerBytes: Uint8Array, body: Uint8Array | null, sig: Uint8Array): Bytes {
  writer.reset();
  writer.array(3);
  writer.bytes(headerBytes);
  if (body === null) writer.null();
  else writer.bytes(body);
  writer.bytes(sig);
  return writer.take();
}

/** AAD of a sealed body: CBOR map of header keys 0–14 and 17. */
export function bodyAad(header: Header): Bytes {
  writer.reset();
  writer.map(16);
  writeHeaderFields(writer, header, false);
  return writer.take();
}

/**
 * Takes record bytes apart: size, canonical form, field limits. Signature and body hash are verifyRecord's.
 * Header fields are views into an own copy of the header, so they do not keep a large message alive; body and sig are views into `bytes`.
 */
export function parseRecord(bytes: Uint8Array): Result<ParsedRecord, RecordError> {
  if (bytes.length > MAX_RECORD_BYTES) return err({ code: 'size' });
  const parts = splitRecord(bytes);
  if (parts === null) return err({ code: 'canonical' });
  const headerBytes = parts.header.slice() as Bytes;
  const decoded = decodeHeader(headerBytes);
  if (!decoded.ok) return decoded;
  const { header, status } = decoded.value;
  if (status !== 'unknown-version' && parts.sig.length !== 64) return err({ code: 'canonical' });
  if (header.bodyLen > MAX_RECORD_BYTES || (parts.body !== null && parts.body.length !== header.bodyLen && status !== 'unknown-version')) {
    return err({ code: 'field', field: 'body_len' });
  }
  return ok({
    header, headerBytes, status,
    body: parts.body as Bytes | null,
    sig: parts.sig as Bytes,
    id: recordId(headerBytes),
    bytes: bytes as Bytes,
  });
}

function splitRecord(bytes: Uint8Array): { header: Uint8Array; body: Uint8Array | null; sig: Uint8Array } | null {
  try {
    const reader = new CborReader(bytes);
    if (reader.array() !== 3) return null;
    const header = reader.bytes();
    const body = reader.tryNull() ? null : reader.bytes();
    const sig = reader.bytes();
    reader.finish();
    return { header, body, sig };
  } catch {
    return null;
  }
}

/** Record bytes whose body_hash was computed from the body they hold (a link leaves it out): hashing it again would tell nothing. */
const derived = new WeakSet<Uint8Array>();

/** Says that the header of these record bytes got its body_hash from their own body. The bytes are never changed afterwards. */
export function bodyHashDerived(bytes: Uint8Array): void {
  derived.add(bytes);
}

/** True for a stub, and for a body whose SHA-256 is the one the header names. */
export function bodyMatches(record: ParsedRecord): boolean {
  return record.body === null || derived.has(record.bytes) || equalBytes(sha256(record.body), record.header.bodyHash);
}

/** Body hash and signature of the writer. False too for unknown versions: they cannot be judged. The writer's key is admitted before. */
export async function verifyRecord(crypto: CryptoPort, record: ParsedRecord): Promise<boolean> {
  if (record.status === 'unknown-version' || !bodyMatches(record)) return false;
  return crypto.verify(record.header.writer, record.sig, signatureMessage(record.id));
}

/** The record without its body; its id and signature stay. */
export function toStub(record: ParsedRecord): ParsedRecord {
  if (record.body === null) return record;
  return { ...record, body: null, bytes: encodeRecord(record.headerBytes, null, record.sig) };
}

/** Ids sorted bytewise, doubled ones once (header keys 9 and 10). */
export function normaliseLinks(ids: readonly Bytes[]): Bytes[] {
  const sorted = [...ids].sort(compareBytes);
  return sorted.filter((id, i) => i === 0 || !equalBytes(id, sorted[i - 1]!));
}

/** At most `max` ids, those with the greatest hlc (equal hlc: greater id), then normalised. */
export function limitLinks(heads: readonly { readonly id: Bytes; readonly hlc: Stamp }[], max: number): Bytes[] {
  if (heads.length <= max) return normaliseLinks(heads.map((h) => h.id));
  const latest = [...heads].sort((a, b) => compareStamp(b.hlc, a.hlc) || compareBytes(b.id, a.id));
  const out: Bytes[] = [];
  for (const head of latest) {
    if (out.length < max && !out.some((id) => equalBytes(id, head.id))) out.push(head.id);
  }
  return normaliseLinks(out);
}
