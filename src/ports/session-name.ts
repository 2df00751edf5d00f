/**
 * Names of sessions (docs/decisions/0068). One that ends in MARK is made of a secret, and a server gives it to nobody who does not show that
 * secret: who sees the name in a room can neither take nor keep it. Builds before drew the whole name at random and show it only.
 */
import { concat, equalBytes, type Bytes } from '#base/bytes';
import { sha256 } from '#base/hash';
import type { Random } from './random.ts';

/** Bytes of a secret. */
const SESSION_SECRET_BYTES = 32;

const MARK = Uint8Array.of(0x6c, 0x67, 0x6f, 0x73);
const HASH_BYTES = 12;

/** The session that belongs to who knows the secret: 12 bytes of its hash and the mark. */
export const sessionOf = (secret: Uint8Array): Bytes => concat(sha256('lgos/session/1', secret).subarray(0, HASH_BYTES), MARK);

/** A new secret, and the session that is named after it. */
export function drawSession(random: Random): { readonly secret: Bytes; readonly session: Bytes } {
  const secret = random.bytes(SESSION_SECRET_BYTES);
  return { secret, session: sessionOf(secret) };
}

/** Is this the name of a session that is made of a secret? */
export const isOwned = (session: Uint8Array): boolean => equalBytes(session.subarray(HASH_BYTES), MARK);
