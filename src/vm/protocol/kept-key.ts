/**
 * A copy of a secret of this device that only the recovery key of its person opens (docs/PROTOCOL.md, The lock of a browser). Made when the secret is made:
 * what cannot be exported afterwards could not be put under a passphrase. The recovery key is an Ed25519 key; its X25519 form is meant here.
 */
import { concat, type Bytes } from '#base/bytes';
import { hkdf } from '#base/hash';
import type { AeadKey, AgreementKey, CryptoPort } from '#ports/crypto';
import { curve, loadCurve } from './curve.ts';

const NONCE = new Uint8Array(12);
const PUB_BYTES = 32;

async function keyOf(crypto: CryptoPort, own: AgreementKey, other: Bytes, eph: Bytes, recovery: Bytes): Promise<AeadKey | null> {
  const shared = await crypto.agree(own, other);
  return shared && crypto.importAead(hkdf(shared, 'lgos/kept/1', eph, recovery));
}

/** The copy: eph b32 ‖ AES-256-GCM. The ephemeral key follows from the secret, which is random and is kept once. */
export async function keepSecret(crypto: CryptoPort, rk: Uint8Array, secret: Uint8Array): Promise<Bytes> {
  await loadCurve();
  const recovery = curve().utils.toMontgomery(rk) as Bytes;
  const eph = await crypto.importAgreement(hkdf(secret, 'lgos/kept/eph/1', recovery));
  const key = await keyOf(crypto, eph, recovery, eph.pub, recovery);
  if (!key) throw new TypeError('no recovery key');
  return concat(eph.pub, await crypto.seal(key, NONCE, secret));
}

/** The secret of a copy, by the seed of the recovery key; null when it is not this person's. */
export async function openKept(crypto: CryptoPort, recoverySeed: Uint8Array, kept: Uint8Array): Promise<Bytes | null> {
  await loadCurve();
  const own = await crypto.importAgreement(curve().utils.toMontgomerySecret(recoverySeed));
  const eph = kept.slice(0, PUB_BYTES) as Bytes;
  const key = eph.length === PUB_BYTES ? await keyOf(crypto, own, eph, eph, own.pub) : null;
  return key && crypto.open(key, NONCE, kept.subarray(PUB_BYTES));
}
