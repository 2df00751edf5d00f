/**
 * A voucher: an issuer's signed word that a person of a space has a plan until a time. In the form of an identity statement (FORMATS 1), of kind 5:
 * CBOR [bstr body, [[issuer, sig]]], body = CBOR [5, space, uid, plan, nbf ms, exp ms, nonce b16], sig = Ed25519("lgos/plan/1" ‖ SHA-256(body)).
 */
import { concat, type Bytes } from '#base/bytes';
import { encodeCbor, tryDecodeCbor, type CborValue } from '#base/cbor';
import { sha256 } from '#base/hash';
import type { CryptoPort, SigningKey } from '#ports/crypto';
import { MAX_STATEMENT_BYTES } from '#vm/limits';
import { isAdmissibleKey } from './admission.ts';
import { loadCurve } from './curve.ts';

export interface VoucherBody {
  readonly space: Bytes;
  readonly uid: Bytes;
  /** Id of a plan in the rules of the space. */
  readonly plan: string;
  /** ms, mesh time. */
  readonly nbf: number;
  readonly exp: number;
  readonly nonce: Bytes;
}

export interface Voucher extends VoucherBody {
  readonly issuer: Bytes;
  readonly sig: Bytes;
  readonly bodyBytes: Bytes;
  readonly bytes: Bytes;
}

const signed = (body: Uint8Array): Bytes => concat('lgos/plan/1', sha256(body));

/** Builds and signs a voucher. */
export async function buildVoucher(crypto: CryptoPort, { space, uid, plan, nbf, exp, nonce }: VoucherBody, issuer: SigningKey): Promise<Bytes> {
  const body = encodeCbor([5, space, uid, plan, nbf, exp, nonce]);
  return encodeCbor([body, [[issuer.pub, await crypto.sign(issuer, signed(body))]]]);
}

const isBytes = (value: CborValue | undefined, length: number): value is Bytes => value instanceof Uint8Array && value.length === length;
const isUint = (value: CborValue | undefined): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

/** The form of a voucher; null = something else. The signature is verifyVoucher's. */
export function parseVoucher(bytes: Uint8Array): Voucher | null {
  const outer = bytes.length > MAX_STATEMENT_BYTES ? null : tryDecodeCbor(bytes);
  if (!Array.isArray(outer) || outer.length !== 2) return null;
  const [bodyBytes, signers] = outer;
  const body = bodyBytes instanceof Uint8Array ? tryDecodeCbor(bodyBytes) : null;
  if (!Array.isArray(body) || body.length !== 7 || body[0] !== 5 || !Array.isArray(signers) || signers.length !== 1) return null;
  const [, space, uid, plan, nbf, exp, nonce] = body;
  const [pair] = signers;
  if (!Array.isArray(pair) || pair.length !== 2 || !isBytes(pair[0], 32) || !isBytes(pair[1], 64)) return null;
  if (!isBytes(space, 32) || !isBytes(uid, 32) || typeof plan !== 'string' || !isUint(nbf) || !isUint(exp) || exp <= nbf || !isBytes(nonce, 16)) return null;
  return { space, uid, plan, nbf, exp, nonce, issuer: pair[0], sig: pair[1], bodyBytes: bodyBytes as Bytes, bytes: bytes as Bytes };
}

/** Did the issuer it names sign it? Whether the issuer may is for the rules of the space to say. */
export async function verifyVoucher(crypto: CryptoPort, { issuer, sig, bodyBytes }: Voucher): Promise<boolean> {
  await loadCurve();
  return isAdmissibleKey(issuer) && (await crypto.verify(issuer, sig, signed(bodyBytes)));
}
