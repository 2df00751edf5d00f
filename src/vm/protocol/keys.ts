/** Keys of a space (FORMATS 2 'Keys', 6 'key.rotate'): derivations, wraps towards devices, the former epoch key, sealed acl fields. */
import { concat, type Bytes } from '#base/bytes';
import { encodeCbor, tryDecodeCbor, type CborValue } from '#base/cbor';
import { hkdf } from '#base/hash';
import type { AeadKey, AgreementKey, CryptoPort } from '#ports/crypto';
import type { Sealed } from './acl-types.ts';

const ZERO_NONCE = new Uint8Array(12);

/** The `fragment` of a key.share that wraps the discovery key of an epoch: no fragment has this id. */
export const DISCOVERY_PART: Bytes = new Uint8Array(16);

/** First 16 bytes of HKDF(K, "id"). */
export function epochId(epochKey: Uint8Array): Bytes {
  return hkdf(epochKey, 'id').slice(0, 16);
}

/** HKDF(epoch key, "frag" ‖ fragment). */
export function fragmentKey(epochKey: Uint8Array, fragment: Uint8Array): Bytes {
  return hkdf(epochKey, 'frag', fragment);
}

/** HKDF(fragment key, "rec" ‖ writer): seals the bodies of one log. */
export function bodyKey(fragmentKeyBytes: Uint8Array, writer: Uint8Array): Bytes {
  return hkdf(fragmentKeyBytes, 'rec', writer);
}

/** HKDF(fragment key, "eph"): seals ephemeral messages. */
export function presenceKey(fragmentKeyBytes: Uint8Array): Bytes {
  return hkdf(fragmentKeyBytes, 'eph');
}

/** HKDF(epoch key, "disc"): names rooms and proves the space on a link. */
export function discoveryKey(epochKey: Uint8Array): Bytes {
  return hkdf(epochKey, 'disc');
}

/** What a wrap is bound to. `fragment` only in a key.share of a fragment key. */
export interface WrapContext {
  readonly eph: Uint8Array;
  readonly space: Uint8Array;
  readonly epoch: Uint8Array;
  readonly fragment?: Uint8Array | null;
}

/** KEK = HKDF(X25519(eph, DX), "lgos/wrap/1" ‖ eph ‖ DX ‖ space ‖ epoch [‖ fragment]). */
export function wrapKek(shared: Uint8Array, dx: Uint8Array, context: WrapContext): Bytes {
  return hkdf(shared, 'lgos/wrap/1', context.eph, dx, context.space, context.epoch, context.fragment ?? new Uint8Array(0));
}

/** One wrap (48 B) of a key towards a device; null when the device's DX is no usable key. */
export async function wrapEpochKey(
  crypto: CryptoPort, eph: AgreementKey, dx: Uint8Array, context: Omit<WrapContext, 'eph'> & { readonly key: Uint8Array },
): Promise<Bytes | null> {
  const shared = await crypto.agree(eph, dx);
  if (shared === null) return null;
  const kek = await crypto.importAead(wrapKek(shared, dx, { ...context, eph: eph.pub }));
  return crypto.seal(kek, ZERO_NONCE, context.key);
}

/** The key inside a wrap made for this device; null when it is not for it. The caller compares epochId for an epoch key. */
export async function unwrapEpochKey(
  crypto: CryptoPort, dx: AgreementKey, context: WrapContext & { readonly wrap: Uint8Array },
): Promise<Bytes | null> {
  const shared = await crypto.agree(dx, context.eph);
  if (shared === null) return null;
  const kek = await crypto.importAead(wrapKek(shared, dx.pub, context));
  return crypto.open(kek, ZERO_NONCE, context.wrap);
}

/** prev of key.rotate: nonce ‖ AES-GCM(HKDF(K, "prev"), nonce, K_old), 60 bytes. */
export async function sealPrevKey(crypto: CryptoPort, key: Uint8Array, oldKey: Uint8Array, nonce: Uint8Array): Promise<Bytes> {
  const aead = await crypto.importAead(hkdf(key, 'prev'));
  return concat(nonce, await crypto.seal(aead, nonce, oldKey));
}

/** The former epoch key; null when `prev` does not open under this key. */
export async function openPrevKey(crypto: CryptoPort, key: Uint8Array, prev: Uint8Array): Promise<Bytes | null> {
  if (prev.length !== 60) return null;
  const aead = await crypto.importAead(hkdf(key, 'prev'));
  const old = await crypto.open(aead, prev.subarray(0, 12), prev.subarray(12));
  return old !== null && old.length === 32 ? old : null;
}

/** Seals a value of an acl operation; `aead` = body key of the `acl` fragment and the writer of the record. */
export async function sealField(crypto: CryptoPort, aead: AeadKey, epoch: Bytes, nonce: Bytes, value: CborValue): Promise<Sealed> {
  return { epoch, nonce, ct: await crypto.seal(aead, nonce, encodeCbor(value)) };
}

/** The value of a sealed acl field; undefined when it does not open or is no CBOR of the profile. */
export async function openField(crypto: CryptoPort, aead: AeadKey, field: Sealed): Promise<CborValue | undefined> {
  const plain = await crypto.open(aead, field.nonce, field.ct);
  return plain === null ? undefined : tryDecodeCbor(plain);
}
