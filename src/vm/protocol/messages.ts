/** Signed messages outside the log (FORMATS 8): ephemeral, ack, join. Parse = form only; verify* = signatures. */
import { concat, equalBytes, type Bytes } from '#base/bytes';
import { encodeCbor, tryDecodeCbor, type CborValue } from '#base/cbor';
import { err, ok, type Result } from '#base/result';
import type { AeadKey, CryptoPort, SigningKey } from '#ports/crypto';
import { MAX_ACK_BYTES, MAX_EPHEMERAL_BYTES, MAX_EPHEMERAL_TTL_MS, MAX_JOIN_BYTES, MAX_JOIN_STATEMENTS, MAX_STATEMENT_BYTES } from '#vm/limits';

type Malformed = 'malformed';

function isBytes(value: CborValue | undefined, length: number): value is Bytes {
  return value instanceof Uint8Array && value.length === length;
}

function isUint(value: CborValue | undefined, max = Number.MAX_SAFE_INTEGER): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= max;
}

function listOf(bytes: Uint8Array, cap: number, length: number): CborValue[] | null {
  const value = bytes.length <= cap ? tryDecodeCbor(bytes) : undefined;
  return Array.isArray(value) && value.length === length ? value : null;
}

/** [fragment, writer, boot b8, ctr, ttl ms ≤ 30,000, nonce b12, ct, sig]; `ct` opens with the presence key. */
export interface Ephemeral {
  readonly fragment: Bytes;
  readonly writer: Bytes;
  /** Random per start of the tab; counters rise within it. */
  readonly boot: Bytes;
  readonly ctr: number;
  readonly ttl: number;
  readonly nonce: Bytes;
  readonly ct: Bytes;
  readonly sig: Bytes;
}

function ephemeralFields(e: Omit<Ephemeral, 'sig'>): CborValue[] {
  return [e.fragment, e.writer, e.boot, e.ctr, e.ttl, e.nonce, e.ct];
}

function ephemeralMessage(space: Uint8Array, e: Omit<Ephemeral, 'sig'>): Bytes {
  return concat('lgos/eph/1', space, encodeCbor(ephemeralFields(e)));
}

/** Seals a CBOR value under the presence key and signs it with the slot key. */
export async function sealEphemeral(
  crypto: CryptoPort, slot: SigningKey, presence: AeadKey, space: Uint8Array,
  fields: { readonly fragment: Bytes; readonly boot: Bytes; readonly ctr: number; readonly ttl: number; readonly nonce: Bytes; readonly value: CborValue },
): Promise<Bytes> {
  const ct = await crypto.seal(presence, fields.nonce, encodeCbor(fields.value));
  const { fragment, boot, ctr, ttl, nonce } = fields;
  const unsigned = { fragment, writer: slot.pub, boot, ctr, ttl, nonce, ct };
  const sig = await crypto.sign(slot, ephemeralMessage(space, unsigned));
  return encodeCbor([...ephemeralFields(unsigned), sig]);
}

/** Form and ttl of an ephemeral message. */
export function parseEphemeral(bytes: Uint8Array): Result<Ephemeral, Malformed> {
  const value = listOf(bytes, MAX_EPHEMERAL_BYTES, 8);
  if (value === null) return err('malformed');
  const [fragment, writer, boot, ctr, ttl, nonce, ct, sig] = value;
  if (!isBytes(fragment, 16) || !isBytes(writer, 32) || !isBytes(boot, 8) || !isUint(ctr) || !isUint(ttl, MAX_EPHEMERAL_TTL_MS)) return err('malformed');
  if (!isBytes(nonce, 12) || !(ct instanceof Uint8Array) || !isBytes(sig, 64)) return err('malformed');
  return ok({ fragment, writer, boot, ctr, ttl, nonce, ct: ct as Bytes, sig });
}

/** The slot's signature over this space; its key was admitted before. */
export function verifyEphemeral(crypto: CryptoPort, space: Uint8Array, e: Ephemeral): Promise<boolean> {
  return crypto.verify(e.writer, e.sig, ephemeralMessage(space, e));
}

/** The value inside; undefined when it does not open. */
export async function openEphemeral(crypto: CryptoPort, presence: AeadKey, e: Ephemeral): Promise<CborValue | undefined> {
  const plain = await crypto.open(presence, e.nonce, e.ct);
  return plain === null ? undefined : tryDecodeCbor(plain);
}

/** [fragment, writer, seq, id, 0 held | 1 durable, ds, sig]. */
export interface AckMessage {
  readonly fragment: Bytes;
  readonly writer: Bytes;
  readonly seq: number;
  readonly id: Bytes;
  readonly level: 0 | 1;
  readonly ds: Bytes;
  readonly sig: Bytes;
}

function ackFields(a: Omit<AckMessage, 'sig'>): CborValue[] {
  return [a.fragment, a.writer, a.seq, a.id, a.level, a.ds];
}

function ackMessage(space: Uint8Array, a: Omit<AckMessage, 'sig'>): Bytes {
  return concat('lgos/ack/1', space, encodeCbor(ackFields(a)));
}

/** What DS signs to say that it holds, durably, all records under a space set digest. */
export function ackSetMessage(space: Uint8Array, digest: Uint8Array): Bytes {
  return concat('lgos/ackset/1', space, digest);
}

/** Signs an ack with DS, after the commit. */
export async function encodeAck(crypto: CryptoPort, ds: SigningKey, space: Uint8Array, ack: Omit<AckMessage, 'ds' | 'sig'>): Promise<Bytes> {
  const unsigned = { ...ack, ds: ds.pub };
  const sig = await crypto.sign(ds, ackMessage(space, unsigned));
  return encodeCbor([...ackFields(unsigned), sig]);
}

export function parseAck(bytes: Uint8Array): Result<AckMessage, Malformed> {
  const value = listOf(bytes, MAX_ACK_BYTES, 7);
  if (value === null) return err('malformed');
  const [fragment, writer, seq, id, level, ds, sig] = value;
  if (!isBytes(fragment, 16) || !isBytes(writer, 32) || !isUint(seq, 0xffff_ffff) || !isBytes(id, 32)) return err('malformed');
  if ((level !== 0 && level !== 1) || !isBytes(ds, 32) || !isBytes(sig, 64)) return err('malformed');
  return ok({ fragment, writer, seq, id, level, ds, sig });
}

/** The device's signature over this space. */
export function verifyAck(crypto: CryptoPort, space: Uint8Array, ack: AckMessage): Promise<boolean> {
  return crypto.verify(ack.ds, ack.sig, ackMessage(space, ack));
}

/** [space, invite pub, [statements], ds, sig by the invite key, sig by DS]. */
export interface JoinMessage {
  readonly space: Bytes;
  readonly invite: Bytes;
  /** Identity statements of the joiner, inception first. */
  readonly statements: readonly Bytes[];
  readonly ds: Bytes;
  readonly inviteSig: Bytes;
  readonly deviceSig: Bytes;
}

function joinFields(j: Omit<JoinMessage, 'inviteSig' | 'deviceSig'>): CborValue[] {
  return [j.space, j.invite, [...j.statements], j.ds];
}

function joinMessage(j: Omit<JoinMessage, 'inviteSig' | 'deviceSig'>): Bytes {
  return concat('lgos/join/1', encodeCbor(joinFields(j)));
}

/** Signs a join message with the invite key and DS. */
export async function encodeJoin(
  crypto: CryptoPort, invite: SigningKey, ds: SigningKey, space: Bytes, statements: readonly Bytes[],
): Promise<Bytes> {
  const unsigned = { space, invite: invite.pub, statements, ds: ds.pub };
  const message = joinMessage(unsigned);
  return encodeCbor([...joinFields(unsigned), await crypto.sign(invite, message), await crypto.sign(ds, message)]);
}

export function parseJoin(bytes: Uint8Array): Result<JoinMessage, Malformed> {
  const value = listOf(bytes, MAX_JOIN_BYTES, 6);
  if (value === null) return err('malformed');
  const [space, invite, statements, ds, inviteSig, deviceSig] = value;
  if (!isBytes(space, 32) || !isBytes(invite, 32) || !Array.isArray(statements) || statements.length > MAX_JOIN_STATEMENTS) return err('malformed');
  if (!statements.every((s): s is Bytes => s instanceof Uint8Array && s.length <= MAX_STATEMENT_BYTES)) return err('malformed');
  if (!isBytes(ds, 32) || !isBytes(inviteSig, 64) || !isBytes(deviceSig, 64) || equalBytes(invite, ds)) return err('malformed');
  return ok({ space, invite, statements, ds, inviteSig, deviceSig });
}

/** Both signatures. The statements and that DS is a device of their person are checked apart (#vm/protocol/identity). */
export async function verifyJoin(crypto: CryptoPort, join: JoinMessage): Promise<boolean> {
  const message = joinMessage(join);
  return (await crypto.verify(join.invite, join.inviteSig, message)) && crypto.verify(join.ds, join.deviceSig, message);
}
