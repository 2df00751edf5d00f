/**
 * Pairing a second device (docs/PROTOCOL.md, Pairing): the code that two people read to each other, or one screen shows to the other; its room; what the new
 * device commits to before it hears the other's number; and the digest whose first 44 bits are the four words on both screens.
 */
import { concat, fromBase64url, toBase64url, utf8, type Bytes } from '#base/bytes';
import { encodeCbor, tryDecodeCbor } from '#base/cbor';
import { hkdf, sha256 } from '#base/hash';
import { MAX_INVITE_CHARS, MAX_INVITE_SERVERS, MAX_INVITE_TEXT } from '#vm/limits';

/** Letters of a code: digits and capitals without I, L, O and U, which are mistaken for others. 5 bits each. */
const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
export const CODE_LETTERS = 10;
const PREFIX = '#/pair/';

/** A code out of 10 random bytes: 50 bits. */
export function pairingCode(random: Uint8Array): string {
  return [...random.subarray(0, CODE_LETTERS)].map((byte) => LETTERS[byte & 31]!).join('');
}

/** A code as typed: case, spaces, dashes and look-alikes are forgiven; null when it is none. */
export function readCode(text: string): string | null {
  const clean = text.toUpperCase().replace(/[\s\-–—·]/g, '').replace(/[IL]/g, '1').replace(/O/g, '0');
  return clean.length === CODE_LETTERS && [...clean].every((letter) => LETTERS.includes(letter)) ? clean : null;
}

/** What a pairing begins with: the code, and servers to meet at besides one's own. */
export interface PairingLink {
  readonly code: string;
  readonly signaling: readonly string[];
}

/** `#/pair/<base64url of CBOR [0, code, [signaling…]]>`, for the QR code. */
export function encodePairingLink({ code, signaling }: PairingLink): string {
  return PREFIX + toBase64url(encodeCbor([0, code, [...signaling]]));
}

/** A whole address, its fragment part, or a code as typed. `newer`: made by a newer version. */
export function readPairing(text: string): PairingLink | 'newer' | null {
  const at = text.indexOf(PREFIX);
  if (at < 0) {
    const code = readCode(text.slice(0, MAX_INVITE_TEXT));
    return code === null ? null : { code, signaling: [] };
  }
  const payload = text.slice(at + PREFIX.length).trim();
  const bytes = payload.length > MAX_INVITE_CHARS ? null : fromBase64url(payload);
  const value = bytes === null ? undefined : tryDecodeCbor(bytes);
  if (!Array.isArray(value)) return null;
  const [version, code, servers] = value;
  if (typeof version === 'number' && version > 0) return 'newer';
  if (version !== 0 || value.length !== 3 || typeof code !== 'string' || readCode(code) !== code || !Array.isArray(servers) || servers.length > MAX_INVITE_SERVERS) return null;
  if (!servers.every((server): server is string => typeof server === 'string' && server.length <= MAX_INVITE_TEXT && /^wss?:\/\//.test(server))) return null;
  return { code, signaling: servers };
}

/** 32 bytes that both ends know: HKDF(code, "lgos/pair/1"). */
export function pairingSeed(code: string): Bytes {
  return hkdf(utf8(code), 'lgos/pair/1');
}

/** Shows on a link that its end knows the code: HKDF(seed, "proof" ‖ handshake hash). */
export function pairingProof(seed: Uint8Array, hash: Uint8Array): Bytes {
  return hkdf(seed, 'proof', hash);
}

/** What the new device says before it hears the other's number: SHA-256("lgos/pair/commit/1" ‖ CBOR [number, ds, dx]). */
export function pairingCommit(input: { readonly number: Uint8Array; readonly ds: Uint8Array; readonly dx: Uint8Array }): Bytes {
  return sha256(concat('lgos/pair/commit/1', encodeCbor([input.number, input.ds, input.dx])));
}

export interface PairingFacts {
  readonly seed: Bytes;
  /** Handshake hash of the link. */
  readonly hash: Bytes;
  /** Signing keys: of the device that has the person, and of the new one; the agreement key of the new one. */
  readonly host: Bytes;
  readonly ds: Bytes;
  readonly dx: Bytes;
  /** Numbers drawn by both ends, 32 bytes. */
  readonly hostNumber: Bytes;
  readonly number: Bytes;
}

/** Its first 44 bits are the four words: SHA-256("lgos/pair/sas/1" ‖ CBOR [seed, hash, host, ds, dx, host number, number]). */
export function pairingDigest({ seed, hash, host, ds, dx, hostNumber, number }: PairingFacts): Bytes {
  return sha256(concat('lgos/pair/sas/1', encodeCbor([seed, hash, host, ds, dx, hostNumber, number])));
}
