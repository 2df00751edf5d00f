/** The one handshake for every wire (FORMATS 8), as pure functions: hello, auth, keys, proofs, relay sealing, security token. */
import { assert } from '#base/assert';
import { concat, equalBytes, u64be, type Bytes } from '#base/bytes';
import { encodeCbor, tryDecodeCbor, type CborValue } from '#base/cbor';
import { hkdf, hmacSha256, sha256 } from '#base/hash';
import { err, ok, type Result } from '#base/result';
import type { AeadKey, CryptoPort, SigningKey } from '#ports/crypto';
import type { WireKind } from '#ports/wire';
import { MAX_HELLO_BYTES } from '#vm/limits';

/** "i" started the wire, "r" answered. */
export type LinkRole = 'i' | 'r';

/** Link protocol versions this build speaks. */
export const LINK_VERSION = { min: 0, max: 0 } as const;

export interface Hello {
  readonly min: number;
  readonly max: number;
  readonly wire: WireKind;
  /** X25519 public key of this session. */
  readonly eph: Bytes;
  readonly nonce: Bytes;
  readonly ds: Bytes;
  /** Own clock, ms. */
  readonly clock: number;
  /** rtc: fingerprint of the initiator ‖ of the responder; relay: relay id. */
  readonly binding: Bytes;
}

/** CBOR ["lgos/link/1", min, max, wire, X25519 pub, nonce b32, DS, clock ms, binding]. */
export function encodeHello(h: Hello): Bytes {
  return encodeCbor(['lgos/link/1', h.min, h.max, h.wire, h.eph, h.nonce, h.ds, h.clock, h.binding]);
}

function isBytes(value: CborValue | undefined, length: number): value is Bytes {
  return value instanceof Uint8Array && value.length === length;
}

function isUint(value: CborValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/** A hello of another form than ours that says so by its label is of a later build. */
const LATER = /^lgos\/link\/([2-9]|[1-9][0-9]{1,3})$/;

/** Form of a hello; whether version, wire, binding and DS suit is helloFits' and the caller's to say. */
export function parseHello(bytes: Uint8Array): Result<Hello, 'malformed' | 'newer'> {
  const value = bytes.length <= MAX_HELLO_BYTES ? tryDecodeCbor(bytes) : undefined;
  if (Array.isArray(value) && typeof value[0] === 'string' && LATER.test(value[0])) return err('newer');
  if (!Array.isArray(value) || value.length !== 9 || value[0] !== 'lgos/link/1') return err('malformed');
  const [, min, max, wire, eph, nonce, ds, clock, binding] = value;
  if (!isUint(min) || !isUint(max) || min > max || (wire !== 'rtc' && wire !== 'relay' && wire !== 'tab')) return err('malformed');
  if (!isBytes(eph, 32) || !isBytes(nonce, 32) || !isBytes(ds, 32) || !isUint(clock) || !(binding instanceof Uint8Array)) return err('malformed');
  return ok({ min, max, wire, eph, nonce, ds, clock, binding: binding as Bytes });
}

/** Why a hello of the other side cannot go on with ours: no common version (the other end is newer or older), another wire, another binding, our own hello thrown back; null = it fits. */
export function helloMisfit(own: Hello, other: Hello): 'newer' | 'older' | 'wire' | 'binding' | 'reflected' | null {
  if (own.max < other.min) return 'newer';
  if (other.max < own.min) return 'older';
  if (own.wire !== other.wire) return 'wire';
  if (!equalBytes(own.binding, other.binding)) return 'binding';
  return equalBytes(own.eph, other.eph) || equalBytes(own.nonce, other.nonce) ? 'reflected' : null;
}

/** SHA-256(helloI ‖ helloR). */
export function transcriptHash(helloI: Uint8Array, helloR: Uint8Array): Bytes {
  return sha256(helloI, helloR);
}

/** What DS signs: "lgos/auth/1" ‖ role ‖ transcript. */
export function authMessage(role: LinkRole, transcript: Uint8Array): Bytes {
  return concat('lgos/auth/1', role, transcript);
}

/** The auth signature of this side. */
export function signAuth(crypto: CryptoPort, ds: SigningKey, role: LinkRole, transcript: Uint8Array): Promise<Bytes> {
  return crypto.sign(ds, authMessage(role, transcript));
}

/** Checks the auth of the side with `role`; its DS was admitted before. */
export function verifyAuth(crypto: CryptoPort, ds: Uint8Array, role: LinkRole, transcript: Uint8Array, sig: Uint8Array): Promise<boolean> {
  return sig.length === 64 ? crypto.verify(ds, sig, authMessage(role, transcript)) : Promise.resolve(false);
}

/** HKDF(X25519, role ‖ transcript): the key of what that side sends. */
export function linkKey(shared: Uint8Array, role: LinkRole, transcript: Uint8Array): Bytes {
  return hkdf(shared, role, transcript);
}

/** HKDF(discovery key, "proof" ‖ role ‖ transcript): names the space without saying it. */
export function spaceProof(discoveryKey: Uint8Array, role: LinkRole, transcript: Uint8Array): Bytes {
  return hkdf(discoveryKey, 'proof' + role, transcript);
}

/** What the invite key signs: "lgos/inv/1" ‖ transcript. */
export function inviteProofMessage(transcript: Uint8Array): Bytes {
  return concat('lgos/inv/1', transcript);
}

export function signInviteProof(crypto: CryptoPort, invite: SigningKey, transcript: Uint8Array): Promise<Bytes> {
  return crypto.sign(invite, inviteProofMessage(transcript));
}

export function verifyInviteProof(crypto: CryptoPort, invitePub: Uint8Array, transcript: Uint8Array, proof: Uint8Array): Promise<boolean> {
  return proof.length === 64 ? crypto.verify(invitePub, proof, inviteProofMessage(transcript)) : Promise.resolve(false);
}

/** Nonce of a sealed frame: 4 zero bytes ‖ u64be counter from 0 per direction. */
export function frameNonce(counter: number): Bytes {
  assert(Number.isSafeInteger(counter) && counter >= 0, 'frame counter');
  return concat(new Uint8Array(4), u64be(counter));
}

/** Seals the frame with this counter (relay wires only). */
export function sealFrame(crypto: CryptoPort, key: AeadKey, counter: number, frame: Uint8Array): Promise<Bytes> {
  return crypto.seal(key, frameNonce(counter), frame);
}

/** The frame, or null when it was not sealed by the other side with this counter. */
export function openFrame(crypto: CryptoPort, key: AeadKey, counter: number, sealed: Uint8Array): Promise<Bytes | null> {
  return crypto.open(key, frameNonce(counter), sealed);
}

/** First 16 B of HMAC-SHA256(link key of the sender, envelope without the token); base64url in Metadata.securityToken. */
export function securityToken(senderKey: Uint8Array, envelopeWithoutToken: Uint8Array): Bytes {
  return shortToken(hmacSha256(senderKey, envelopeWithoutToken));
}

/** What of that HMAC is said. */
export const shortToken = (mac: Bytes): Bytes => mac.slice(0, 16);

/** Offset of the peer's clock, ms: clock in its hello + half the round trip − own clock at receipt (FORMATS 4). */
export function clockOffset(peerClock: number, roundTripMs: number, ownClock: number): number {
  return Math.floor(peerClock + roundTripMs / 2 - ownClock);
}
