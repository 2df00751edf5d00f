/** Persons and devices (FORMATS 1): recovery key from its entropy (the words: phrase.ts), identity statements 0–4, uid. */
import { concat, equalBytes, type Bytes } from '#base/bytes';
import { encodeCbor, tryDecodeCbor, type CborValue } from '#base/cbor';
import { hkdf, sha256 } from '#base/hash';
import { err, ok, type Result } from '#base/result';
import type { CryptoPort, SigningKey } from '#ports/crypto';
import { MAX_STATEMENT_BYTES } from '#vm/limits';
import { isAdmissibleKey } from './admission.ts';
import { loadCurve } from './curve.ts';

export const STATEMENT_KIND = { inception: 0, deviceAdd: 1, deviceRevoke: 2, rkRotate: 3, slotAdd: 4 } as const;

/** The fields of a statement, by kind. `ds` Ed25519 key of the device, `dx` its X25519 key, `nbf` ms. */
export type StatementBody =
  | { readonly kind: 0; readonly rk: Bytes; readonly ds: Bytes; readonly dx: Bytes; readonly nonce: Bytes }
  | { readonly kind: 1; readonly uid: Bytes; readonly ds: Bytes; readonly dx: Bytes; readonly nbf: number }
  | { readonly kind: 2; readonly uid: Bytes; readonly ds: Bytes }
  | { readonly kind: 3; readonly uid: Bytes; readonly rk: Bytes }
  | { readonly kind: 4; readonly uid: Bytes; readonly writer: Bytes; readonly ds: Bytes; readonly no: number };

/** A statement whose form and signers fit its kind; signatures are verifyStatement's. */
export interface Statement {
  readonly body: StatementBody;
  readonly bodyBytes: Bytes;
  readonly uid: Bytes;
  readonly signers: readonly { readonly key: Bytes; readonly sig: Bytes }[];
  readonly bytes: Bytes;
}

/** Ed25519 seed of the recovery key: HKDF(entropy, "lgos/rk/1"). */
export function recoverySeed(entropy: Uint8Array): Bytes {
  return hkdf(entropy, 'lgos/rk/1');
}

/** uid = SHA-256(inception body). */
export function uidOf(inceptionBody: Uint8Array): Bytes {
  return sha256(inceptionBody);
}

function bodyValue(body: StatementBody): CborValue {
  switch (body.kind) {
    case 0: return [0, body.rk, [body.ds, body.dx], body.nonce];
    case 1: return [1, body.uid, [body.ds, body.dx], body.nbf];
    case 2: return [2, body.uid, body.ds];
    case 3: return [3, body.uid, body.rk];
    case 4: return [4, body.uid, body.writer, body.ds, body.no];
  }
}

function signedMessage(bodyBytes: Uint8Array): Bytes {
  return concat('lgos/idn/1', sha256(bodyBytes));
}

/** Builds and signs a statement; signers in the order of FORMATS 1. */
export async function buildStatement(crypto: CryptoPort, body: StatementBody, signers: readonly SigningKey[]): Promise<Bytes> {
  const bodyBytes = encodeCbor(bodyValue(body));
  const message = signedMessage(bodyBytes);
  const sigs: CborValue[] = [];
  for (const signer of signers) sigs.push([signer.pub, await crypto.sign(signer, message)]);
  return encodeCbor([bodyBytes, sigs]);
}

/** The body of a device.add and what its two signers sign, where each signs on a device of its own. */
export function deviceAddBody(input: { readonly uid: Bytes; readonly ds: Bytes; readonly dx: Bytes; readonly nbf: number }): { readonly body: Bytes; readonly message: Bytes } {
  const body = encodeCbor(bodyValue({ kind: 1, ...input }));
  return { body, message: signedMessage(body) };
}

/** A statement out of its body and signatures that were made elsewhere. */
export function signedStatement(body: Bytes, signers: readonly { readonly key: Bytes; readonly sig: Bytes }[]): Bytes {
  return encodeCbor([body, signers.map(({ key, sig }): CborValue => [key, sig])]);
}

/** A new person: signed by the recovery key and the first device. */
export async function buildInception(
  crypto: CryptoPort, input: { readonly rk: SigningKey; readonly ds: SigningKey; readonly dx: Bytes; readonly nonce: Bytes },
): Promise<{ readonly statement: Bytes; readonly uid: Bytes }> {
  const body: StatementBody = { kind: 0, rk: input.rk.pub, ds: input.ds.pub, dx: input.dx, nonce: input.nonce };
  const statement = await buildStatement(crypto, body, [input.rk, input.ds]);
  return { statement, uid: uidOf(encodeCbor(bodyValue(body))) };
}

/** Nonce of the inception of a public link (RIGHT26). A person's is random: nobody can make theirs into this. */
export function linkNonce(ds: Uint8Array): Bytes {
  return sha256(concat('lgos/read/1', ds)).slice(0, 16);
}

/** A further device: signed by an older device (or the recovery key) and the new key. */
export function buildDeviceAdd(
  crypto: CryptoPort, input: { readonly uid: Bytes; readonly by: SigningKey; readonly ds: SigningKey; readonly dx: Bytes; readonly nbf: number },
): Promise<Bytes> {
  return buildStatement(crypto, { kind: 1, uid: input.uid, ds: input.ds.pub, dx: input.dx, nbf: input.nbf }, [input.by, input.ds]);
}

/** Takes a device away: signed by the recovery key or a device not younger. */
export function buildDeviceRevoke(crypto: CryptoPort, input: { readonly uid: Bytes; readonly by: SigningKey; readonly ds: Bytes }): Promise<Bytes> {
  return buildStatement(crypto, { kind: 2, uid: input.uid, ds: input.ds }, [input.by]);
}

/** A new recovery key: signed by the old and the new one. */
export function buildRkRotate(crypto: CryptoPort, input: { readonly uid: Bytes; readonly old: SigningKey; readonly rk: SigningKey }): Promise<Bytes> {
  return buildStatement(crypto, { kind: 3, uid: input.uid, rk: input.rk.pub }, [input.old, input.rk]);
}

/** A slot (log author) of a device: signed by the device and the slot key. */
export function buildSlotAdd(
  crypto: CryptoPort, input: { readonly uid: Bytes; readonly writer: Bytes; readonly ds: SigningKey; readonly no: number; readonly slot: SigningKey },
): Promise<Bytes> {
  return buildStatement(crypto, { kind: 4, uid: input.uid, writer: input.writer, ds: input.ds.pub, no: input.no }, [input.ds, input.slot]);
}

function isBytes(value: CborValue | undefined, length: number): value is Bytes {
  return value instanceof Uint8Array && value.length === length;
}

function isUint(value: CborValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function readBody(value: CborValue | undefined): StatementBody | null {
  if (!Array.isArray(value)) return null;
  const [kind, a, b, c, d] = value;
  if (kind === 0 && value.length === 4 && isBytes(a, 32) && isBytes(c, 16)) {
    const pair = readPair(b);
    return pair && { kind, rk: a, ds: pair.ds, dx: pair.dx, nonce: c };
  }
  if (!isBytes(a, 32)) return null;
  if (kind === 1 && value.length === 4 && isUint(c)) {
    const pair = readPair(b);
    return pair && { kind, uid: a, ds: pair.ds, dx: pair.dx, nbf: c };
  }
  if (!isBytes(b, 32)) return null;
  if (kind === 2 && value.length === 3) return { kind, uid: a, ds: b };
  if (kind === 3 && value.length === 3) return { kind, uid: a, rk: b };
  if (kind === 4 && value.length === 5 && isBytes(c, 32) && isUint(d)) return { kind, uid: a, writer: b, ds: c, no: d };
  return null;
}

function readPair(value: CborValue | undefined): { ds: Bytes; dx: Bytes } | null {
  if (!Array.isArray(value) || value.length !== 2) return null;
  const [ds, dx] = value;
  return isBytes(ds, 32) && isBytes(dx, 32) ? { ds, dx } : null;
}

/** The key each signer must have; null = any key but the others (whether it may is the person's chain to say). */
function expectedSigners(body: StatementBody): readonly (Bytes | null)[] {
  switch (body.kind) {
    case 0: return [body.rk, body.ds];
    case 1: return [null, body.ds];
    case 2: return [null];
    case 3: return [null, body.rk];
    case 4: return [body.ds, body.writer];
  }
}

/** Form of a statement and exactly the signers of its kind, in order. Fields are views into the bytes. */
export function parseStatement(bytes: Uint8Array): Result<Statement, 'malformed'> {
  if (bytes.length > MAX_STATEMENT_BYTES) return err('malformed');
  const outer = tryDecodeCbor(bytes);
  if (!Array.isArray(outer) || outer.length !== 2) return err('malformed');
  const [bodyBytes, list] = outer;
  if (!(bodyBytes instanceof Uint8Array) || !Array.isArray(list)) return err('malformed');
  const body = readBody(tryDecodeCbor(bodyBytes));
  if (body === null) return err('malformed');
  const expected = expectedSigners(body);
  if (list.length !== expected.length) return err('malformed');
  const signers: { key: Bytes; sig: Bytes }[] = [];
  for (const [i, item] of list.entries()) {
    if (!Array.isArray(item) || item.length !== 2) return err('malformed');
    const [key, sig] = item;
    if (!isBytes(key, 32) || !isBytes(sig, 64)) return err('malformed');
    const wanted = expected[i] ?? null;
    if (wanted !== null ? !equalBytes(key, wanted) : expected.some((other) => other !== null && equalBytes(key, other))) return err('malformed');
    signers.push({ key, sig });
  }
  const uid = body.kind === 0 ? uidOf(bodyBytes) : body.uid;
  return ok({ body, bodyBytes: bodyBytes as Bytes, uid, signers, bytes: bytes as Bytes });
}

/** All signatures hold and every signer's key is admitted. Whether the signers may is the person's chain to say. */
export async function verifyStatement(
  crypto: CryptoPort, statement: Statement, admitted: (key: Uint8Array) => boolean = isAdmissibleKey,
): Promise<boolean> {
  await loadCurve();
  const message = signedMessage(statement.bodyBytes);
  for (const { key, sig } of statement.signers) {
    if (!admitted(key) || !(await crypto.verify(key, sig, message))) return false;
  }
  return true;
}
