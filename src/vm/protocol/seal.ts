/** Makes and opens whole records: payload → body → header → id → signature, and back. */
import type { Bytes } from '#base/bytes';
import { assert } from '#base/assert';
import { sha256 } from '#base/hash';
import { err, ok, type Result } from '#base/result';
import type { AeadKey, CryptoPort, SigningKey } from '#ports/crypto';
import type { Random } from '#ports/random';
import { MAX_PAYLOAD_BYTES, MAX_RECORD_BYTES } from '#vm/limits';
import { frameBody, unframeBody, type BodyError } from './body.ts';
import { encodeHeader } from './header.ts';
import { decodePayload, encodePayload, PAYLOAD_SCHEMA, type OperationFault } from './operation.ts';
import { bodyAad, encodeRecord, normaliseLinks, recordId, signatureMessage } from './record.ts';
import { RECORD_CLASS, type Header, type Operation, type ParsedRecord, type Payload } from './types.ts';

/** Everything a header says that the body does not decide. `hlc` = stamp of the last operation. */
export type SealFields = Pick<Header, 'space' | 'fragment' | 'seq' | 'prev' | 'n' | 'sprev' | 'deps' | 'acl' | 'class'> & {
  readonly ext?: Header['ext'];
};

/** What seals a body of class op or snapshot; null for class acl, whose body is clear. */
export interface SealKey {
  readonly epoch: Bytes;
  readonly aead: AeadKey;
}

/** The record would be above 64 KiB (or its payload above 256 KiB): the caller cuts the burst in two. */
export type SealError = 'too-large';

/** Seals and signs one record of `signer`. Stamps of `ops` rise strictly; deps and acl are brought into their order. */
export async function sealRecord(
  crypto: CryptoPort, random: Random, signer: SigningKey, fields: SealFields, ops: readonly Operation[], key: SealKey | null,
): Promise<Result<ParsedRecord, SealError>> {
  assert((fields.class === RECORD_CLASS.acl) === (key === null), 'class acl is clear, every other sealed');
  assert(ops.length > 0, 'a record holds at least one operation');
  const payload = encodePayload({ schema: PAYLOAD_SCHEMA, ops });
  if (payload.length > MAX_PAYLOAD_BYTES) return err('too-large');
  const nonce = key === null ? null : random.bytes(12);
  const open: Header = {
    v: 0, alg: 1, space: fields.space, fragment: fields.fragment, writer: signer.pub, seq: fields.seq, prev: fields.prev,
    n: fields.n, sprev: fields.sprev, deps: normaliseLinks(fields.deps), acl: normaliseLinks(fields.acl),
    hlc: ops[ops.length - 1]!.stamp, class: fields.class, epoch: key === null ? null : key.epoch, nonce,
    bodyHash: new Uint8Array(32), bodyLen: 0, flags: 0, ext: fields.ext ?? new Map(),
  };
  const body = key === null ? payload : await crypto.seal(key.aead, nonce!, frameBody(payload), bodyAad(open));
  const header: Header = { ...open, bodyHash: sha256(body), bodyLen: body.length };
  const headerBytes = encodeHeader(header);
  if (headerBytes.length + body.length + 80 > MAX_RECORD_BYTES) return err('too-large');
  const id = recordId(headerBytes);
  const sig = await crypto.sign(signer, signatureMessage(id));
  return ok({ header, headerBytes, body, sig, id, bytes: encodeRecord(headerBytes, body, sig), status: 'known' });
}

/** Why a verified record's body gives no operations: purged, wrong key or tampered, framing, or an operation fault. */
export type OpenError =
  | { readonly code: 'stub' | 'sealed' | OperationFault }
  | { readonly code: 'frame'; readonly why: BodyError };

/** The operations of a class acl body, which is the payload itself, clear. */
export function openAclPayload(record: ParsedRecord): Result<Payload, OpenError> {
  if (record.body === null) return err({ code: 'stub' });
  return decoded(record.body);
}

function decoded(bytes: Uint8Array): Result<Payload, OpenError> {
  const payload = decodePayload(bytes);
  return payload.ok ? payload : err({ code: payload.error });
}

/** The payload bytes of a body; `aead` is the body key of the log, null for class acl. */
export async function openBodyBytes(crypto: CryptoPort, record: ParsedRecord, aead: AeadKey | null): Promise<Result<Bytes, OpenError>> {
  const { header, body } = record;
  if (body === null) return err({ code: 'stub' });
  if (header.class === RECORD_CLASS.acl) return ok(body);
  if (aead === null || header.nonce === null) return err({ code: 'sealed' });
  const plain = await crypto.open(aead, header.nonce, body, bodyAad(header));
  if (plain === null) return err({ code: 'sealed' });
  const framed = unframeBody(plain);
  return framed.ok ? framed : err({ code: 'frame', why: framed.error });
}

/** The operations of a body. */
export async function openBody(crypto: CryptoPort, record: ParsedRecord, aead: AeadKey | null): Promise<Result<Payload, OpenError>> {
  const bytes = await openBodyBytes(crypto, record, aead);
  return bytes.ok ? decoded(bytes.value) : bytes;
}
