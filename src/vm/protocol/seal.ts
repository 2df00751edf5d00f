/** Makes and opens whole records: payload → body → header → id → signature, and back. */
import type { Bytes } from '#base/bytes';
import { assert } from '#base/assert';
import { sha256 } from '#base/hash';
import { err, ok, type Result } from '#base/result';
import type { AeadKey, CryptoPort, SigningKey } from '#ports/crypto';
import type { Random } from '#ports/random';
import { MAX_PAYLOAD_BYTES, MAX_RECORD_BYTES } from '#vm/limits';
import { frameBody, unframeBody, type BodyError } from './body.ts';
import { encodeHeader, EXT_SLOT_CERTIFICATE } from './header.ts';
import { decodePayload, encodePayload, PAYLOAD_SCHEMA, type OperationFault } from './operation.ts';
import { bodyAad, encodeRecord, normaliseLinks, recordId, signatureMessage } from './record.ts';
import { RECORD_CLASS, type Header, type Operation, type ParsedRecord, type Payload, type Stamp } from './types.ts';

/** Everything that goes into a record of ours. */
export interface SealInput {
  readonly space: Bytes;
  readonly fragment: Bytes;
  readonly class: number;
  readonly seq: number;
  readonly prev: Bytes | null;
  readonly n: number;
  readonly sprev: Bytes | null;
  /** Brought into order here; at most 16 and 8 (limitLinks). */
  readonly deps: readonly Bytes[];
  readonly acl: readonly Bytes[];
  /** Stamps rise strictly; header hlc = the last one. None of a piece of a snapshot. */
  readonly ops: readonly Operation[];
  /** Class snapshot: its payload, and the stamp of the record. */
  readonly piece?: { readonly payload: Bytes; readonly stamp: Stamp };
  /** The slot.add statement, in the seq-0 record of a log. */
  readonly certificate?: Bytes | null;
  readonly signer: SigningKey;
  /** Epoch and body key of the log for class op and snapshot; both null for class acl, whose body is clear. */
  readonly epoch: Bytes | null;
  readonly bodyKey: AeadKey | null;
  readonly random: Random;
}

/** The record would be above 64 KiB, or its payload above 256 KiB: cut the burst in two. */
export class RecordTooLargeError extends Error {
  override readonly name = 'RecordTooLargeError';
}

/** A record of ours with the payload that was sealed into it. */
export interface SealedRecord extends ParsedRecord {
  readonly payload: Bytes;
}

/** Seals and signs one record. Rejects with RecordTooLargeError only. */
export async function sealRecord(crypto: CryptoPort, input: SealInput): Promise<SealedRecord> {
  const { ops, bodyKey, epoch } = input;
  const clear = input.class === RECORD_CLASS.acl;
  assert(clear === (bodyKey === null) && clear === (epoch === null), 'class acl is clear, every other sealed');
  const { piece } = input;
  assert((ops.length > 0) !== (piece !== undefined) && (piece !== undefined) === (input.class === RECORD_CLASS.snapshot), 'a record holds at least one operation, or a piece of a snapshot');
  const payload = piece?.payload ?? encodePayload({ schema: PAYLOAD_SCHEMA, ops });
  if (payload.length > MAX_PAYLOAD_BYTES) throw new RecordTooLargeError('payload');
  const nonce = clear ? null : input.random.bytes(12);
  const open: Header = {
    v: 0, alg: 1, space: input.space, fragment: input.fragment, writer: input.signer.pub, seq: input.seq, prev: input.prev,
    n: input.n, sprev: input.sprev, deps: normaliseLinks(input.deps), acl: normaliseLinks(input.acl),
    hlc: piece?.stamp ?? ops[ops.length - 1]!.stamp, class: input.class, epoch, nonce,
    bodyHash: new Uint8Array(32), bodyLen: 0, flags: 0,
    ext: input.certificate ? new Map([[EXT_SLOT_CERTIFICATE, input.certificate]]) : new Map(),
  };
  const body = bodyKey === null ? payload : await crypto.seal(bodyKey, nonce!, frameBody(payload), bodyAad(open));
  const header: Header = { ...open, bodyHash: sha256(body), bodyLen: body.length };
  const headerBytes = encodeHeader(header);
  const id = recordId(headerBytes);
  const bytes = encodeRecord(headerBytes, body, await crypto.sign(input.signer, signatureMessage(id)));
  if (bytes.length > MAX_RECORD_BYTES) throw new RecordTooLargeError('record');
  return { header, headerBytes, body, sig: bytes.subarray(bytes.length - 64) as Bytes, id, bytes, status: 'known', payload };
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

/** The operations of opened payload bytes. */
export function decodeOpened(bytes: Uint8Array): Result<Payload, OpenError> {
  return decoded(bytes);
}

/** The operations of a body. */
export async function openBody(crypto: CryptoPort, record: ParsedRecord, aead: AeadKey | null): Promise<Result<Payload, OpenError>> {
  const bytes = await openBodyBytes(crypto, record, aead);
  return bytes.ok ? decoded(bytes.value) : bytes;
}
