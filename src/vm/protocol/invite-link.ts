/** Invite links (FORMATS 6): `#/join/<base64url of CBOR [0, space, seed b32, [signaling…], hint{name, by, role}]>`. No epoch key inside. */
import { fromBase64url, toBase64url, type Bytes } from '#base/bytes';
import { encodeCbor, tryDecodeCbor, type CborValue } from '#base/cbor';
import { err, ok, type Result } from '#base/result';
import { MAX_INVITE_CHARS, MAX_INVITE_SERVERS, MAX_INVITE_TEXT } from '#vm/limits';
import type { Role } from './types.ts';

/** What the link claims; shown as a claim until the accept proves it. Empty texts where the link says nothing. */
export interface InviteHint {
  readonly name: string;
  readonly by: string;
  readonly role: Role;
  /** Whoever comes by it is let in by hand. */
  readonly asks?: true;
  /** The space asks whoever comes to keep nothing of it on their device. */
  readonly fleeting?: true;
}

export interface InviteLink {
  readonly space: Bytes;
  /** Private key of the invite (Ed25519 seed). */
  readonly seed: Bytes;
  /** WebSocket addresses of signaling servers. */
  readonly signaling: readonly string[];
  readonly hint: InviteHint;
}

/** `version`: made by a newer version; `malformed`: no invite link. */
export type InviteLinkError = 'malformed' | 'version';

const PREFIX = '#/join/';

/** The fragment part of the address, with `#/join/`. */
export function encodeInviteLink(link: InviteLink): string {
  const hint = new Map<string, CborValue>([['name', link.hint.name], ['by', link.hint.by], ['role', link.hint.role]]);
  if (link.hint.asks) hint.set('asks', true);
  if (link.hint.fleeting) hint.set('fleeting', true);
  return PREFIX + toBase64url(encodeCbor([0, link.space, link.seed, [...link.signaling], hint]));
}

function isText(value: CborValue | undefined): value is string {
  return typeof value === 'string' && value.length <= MAX_INVITE_TEXT;
}

/** Reads a whole address, its fragment part, or the bare payload. */
export function decodeInviteLink(text: string): Result<InviteLink, InviteLinkError> {
  const at = text.indexOf(PREFIX);
  const payload = (at >= 0 ? text.slice(at + PREFIX.length) : text).trim();
  if (payload.length > MAX_INVITE_CHARS) return err('malformed');
  const bytes = fromBase64url(payload);
  const value = bytes === null ? undefined : tryDecodeCbor(bytes);
  if (!Array.isArray(value)) return err('malformed');
  const [version, space, seed, servers, hint] = value;
  if (typeof version === 'number' && version > 0) return err('version');
  if (version !== 0 || value.length !== 5 || !(space instanceof Uint8Array) || space.length !== 32) return err('malformed');
  if (!(seed instanceof Uint8Array) || seed.length !== 32 || !Array.isArray(servers) || servers.length > MAX_INVITE_SERVERS) return err('malformed');
  if (!(hint instanceof Map)) return err('malformed');
  const [name, by, role] = [hint.get('name'), hint.get('by'), hint.get('role')];
  if (!isText(name) || !isText(by) || (role !== 1 && role !== 2 && role !== 3 && role !== 4)) return err('malformed');
  if (!servers.every((s): s is string => isText(s) && /^wss?:\/\//.test(s))) return err('malformed');
  return ok({ space: space as Bytes, seed: seed as Bytes, signaling: servers, hint: { name, by, role, ...(hint.get('asks') === true ? { asks: true } : {}), ...(hint.get('fleeting') === true ? { fleeting: true } : {}) } });
}
