/** Relay tickets (FORMATS 8): CBOR [room b32, session b16, expiry ms, mac], mac = HMAC-SHA256(server key, room ‖ session ‖ u64be expiry). */
import { concat, u64be, type Bytes } from '#base/bytes';
import { encodeCbor, tryDecodeCbor } from '#base/cbor';
import { hmacSha256 } from '#base/hash';
import { err, ok, type Result } from '#base/result';

export interface RelayTicket {
  readonly room: Bytes;
  readonly session: Bytes;
  /** ms since 1970. */
  readonly expiry: number;
  readonly mac: Bytes;
}

const MAX_TICKET_BYTES = 128;

function macOf(serverKey: Uint8Array, room: Uint8Array, session: Uint8Array, expiry: number): Bytes {
  return hmacSha256(serverKey, concat(room, session, u64be(expiry)));
}

/** A ticket of the server for one session in one room. */
export function encodeRelayTicket(serverKey: Uint8Array, room: Bytes, session: Bytes, expiry: number): Bytes {
  return encodeCbor([room, session, expiry, macOf(serverKey, room, session, expiry)]);
}

export function parseRelayTicket(bytes: Uint8Array): Result<RelayTicket, 'malformed'> {
  const value = bytes.length <= MAX_TICKET_BYTES ? tryDecodeCbor(bytes) : undefined;
  if (!Array.isArray(value) || value.length !== 4) return err('malformed');
  const [room, session, expiry, mac] = value;
  if (!(room instanceof Uint8Array) || room.length !== 32 || !(session instanceof Uint8Array) || session.length !== 16) return err('malformed');
  if (typeof expiry !== 'number' || !Number.isSafeInteger(expiry) || expiry < 0) return err('malformed');
  if (!(mac instanceof Uint8Array) || mac.length !== 32) return err('malformed');
  return ok({ room: room as Bytes, session: session as Bytes, expiry, mac: mac as Bytes });
}

/** Made by this server and not expired at `now` (ms). Compares in constant time. */
export function verifyRelayTicket(serverKey: Uint8Array, ticket: RelayTicket, now: number): boolean {
  const wanted = macOf(serverKey, ticket.room, ticket.session, ticket.expiry);
  let differs = 0;
  for (let i = 0; i < wanted.length; i++) differs |= wanted[i]! ^ ticket.mac[i]!;
  return differs === 0 && now < ticket.expiry;
}
