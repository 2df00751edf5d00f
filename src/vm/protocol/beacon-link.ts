/**
 * Addresses of beacons (docs/PROTOCOL.md §9, Beacons): `beacon:<base64url of CBOR [0, inception bstr, name, [signaling…]]>`. The statement says which keys the
 * beacon has; whoever adds it to a space checks it, and meets it in the room that follows from its uid.
 */
import { equalBytes, fromBase64url, toBase64url, type Bytes } from '#base/bytes';
import { encodeCbor, tryDecodeCbor } from '#base/cbor';
import { err, ok, type Result } from '#base/result';
import { MAX_INVITE_CHARS, MAX_INVITE_SERVERS, MAX_INVITE_TEXT } from '#vm/limits';
import { linkNonce, parseStatement, type Statement } from './identity.ts';
import { inviteRoom } from './rooms.ts';

export interface BeaconLink {
  /** Inception of the beacon; its signatures are not checked here. */
  readonly inception: Statement & { readonly body: { readonly kind: 0 } };
  readonly name: string;
  readonly signaling: readonly string[];
}

const PREFIX = 'beacon:';

/** The address that a beacon prints. */
export function encodeBeaconLink({ inception, name, signaling }: { readonly inception: Bytes; readonly name: string; readonly signaling: readonly string[] }): string {
  return PREFIX + toBase64url(encodeCbor([0, inception, name, [...signaling]]));
}

/** Reads an address, or its payload. `version`: made by a newer version; `malformed`: no address of a beacon. */
export function decodeBeaconLink(text: string): Result<BeaconLink, 'malformed' | 'version'> {
  const trimmed = text.trim();
  const payload = trimmed.startsWith(PREFIX) ? trimmed.slice(PREFIX.length) : trimmed;
  const bytes = payload.length > MAX_INVITE_CHARS ? null : fromBase64url(payload);
  const value = bytes === null ? undefined : tryDecodeCbor(bytes);
  if (!Array.isArray(value)) return err('malformed');
  const [version, statement, name, servers] = value;
  if (typeof version === 'number' && version > 0) return err('version');
  if (version !== 0 || value.length !== 4 || !(statement instanceof Uint8Array) || typeof name !== 'string' || name.length > MAX_INVITE_TEXT || !Array.isArray(servers)) return err('malformed');
  if (servers.length > MAX_INVITE_SERVERS || !servers.every((s): s is string => typeof s === 'string' && s.length <= MAX_INVITE_TEXT && /^wss?:\/\//.test(s))) return err('malformed');
  const parsed = parseStatement(statement);
  // Another's would come in with a person's voice (RIGHT26).
  if (!parsed.ok || parsed.value.body.kind !== 0 || !equalBytes(parsed.value.body.nonce, linkNonce(parsed.value.body.ds))) return err('malformed');
  return ok({ inception: parsed.value as BeaconLink['inception'], name, signaling: servers });
}

/** The room in which a beacon waits: HKDF(uid, "room"). */
export const beaconRoom = (uid: Uint8Array): Bytes => inviteRoom(uid);
