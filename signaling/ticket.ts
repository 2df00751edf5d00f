/**
 * Relay tickets (FORMATS 8): CBOR [room b32, session b16, expiry ms, mac], mac = HMAC-SHA256(server key, room ‖ session ‖ u64be expiry).
 * A ticket proves that this server let this session into this room; it says nothing about people.
 */
import { timingSafeEqual } from 'node:crypto';
import { concat, equalBytes, u64be, type Bytes } from '#base/bytes';
import { encodeCbor, tryDecodeCbor } from '#base/cbor';
import { hmacSha256, sha256 } from '#base/hash';

/** Bytes of the server key. */
export const KEY_BYTES = 32;

const macOf = (key: Uint8Array, room: Uint8Array, session: Uint8Array, expiry: number): Bytes =>
  hmacSha256(key, concat(room, session, u64be(expiry)));

/** A ticket for the session in the room, good until `expiry` (Unix ms). */
export function sealTicket(key: Uint8Array, room: Uint8Array, session: Uint8Array, expiry: number): Bytes {
  return encodeCbor([room, session, expiry, macOf(key, room, session, expiry)]);
}

/** True when the bytes are a ticket of this server for exactly this room and session that has not run out at `now`. */
export function openTicket(key: Uint8Array, ticket: Uint8Array, room: Uint8Array, session: Uint8Array, now: number): boolean {
  const value = tryDecodeCbor(ticket);
  if (!Array.isArray(value) || value.length !== 4) return false;
  const [ofRoom, ofSession, expiry, mac] = value;
  if (!(ofRoom instanceof Uint8Array) || !(ofSession instanceof Uint8Array) || !(mac instanceof Uint8Array)) return false;
  if (typeof expiry !== 'number' || !Number.isSafeInteger(expiry) || expiry < 0 || mac.length !== 32) return false;
  if (!timingSafeEqual(mac, macOf(key, ofRoom, ofSession, expiry))) return false;
  return equalBytes(ofRoom, room) && equalBytes(ofSession, session) && expiry > now;
}

/** The public id of a server, made of its key: the `binding` of relay wires through it. */
export function relayIdOf(key: Uint8Array): Bytes {
  return sha256('lgos/relay/1', key);
}
