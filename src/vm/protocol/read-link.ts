/**
 * Public links (docs/PROTOCOL.md §8): `#/read/<base64url of CBOR [0, space, uid b32, seed b32, [signaling…], hint{title, space, until?}]>`. The link is a person of the
 * space without a recovery key: its device keys and its room follow from the seed, so that any browser that has the link can prove it. No epoch key.
 */
import { fromBase64url, toBase64url, type Bytes } from '#base/bytes';
import { encodeCbor, tryDecodeCbor, type CborValue } from '#base/cbor';
import { hkdf } from '#base/hash';
import { err, ok, type Result } from '#base/result';
import type { AgreementKey, CryptoPort, SigningKey } from '#ports/crypto';
import { MAX_INVITE_CHARS, MAX_INVITE_SERVERS, MAX_INVITE_TEXT } from '#vm/limits';
import { inviteRoom } from './rooms.ts';

export interface ReadLink {
  readonly space: Bytes;
  /** The person that the link is in the acl. */
  readonly uid: Bytes;
  readonly seed: Bytes;
  readonly signaling: readonly string[];
  /** What the link claims to show; a claim until the content is here. */
  readonly hint: { readonly title: string; readonly space: string; /** Its end, ms; null: none. Nobody serves a link behind its end, so it says so itself. */ readonly until: number | null };
}

/** `version`: made by a newer version; `malformed`: no public link. */
export type ReadLinkError = 'malformed' | 'version';

const PREFIX = '#/read/';

/** The fragment part of the address, with `#/read/`. */
export function encodeReadLink({ space, uid, seed, signaling, hint }: ReadLink): string {
  return PREFIX + toBase64url(encodeCbor([0, space, uid, seed, [...signaling], new Map<string, CborValue>([['title', hint.title], ['space', hint.space], ...(hint.until === null ? [] : [['until', hint.until] as const])])]));
}

const isText = (value: CborValue | undefined): value is string => typeof value === 'string' && value.length <= MAX_INVITE_TEXT;
const isB32 = (value: CborValue | undefined): value is Bytes => value instanceof Uint8Array && value.length === 32;

/** Reads a whole address, its fragment part, or the bare payload. */
export function decodeReadLink(text: string): Result<ReadLink, ReadLinkError> {
  const at = text.indexOf(PREFIX);
  const payload = (at >= 0 ? text.slice(at + PREFIX.length) : text).trim();
  const bytes = payload.length > MAX_INVITE_CHARS ? null : fromBase64url(payload);
  const value = bytes === null ? undefined : tryDecodeCbor(bytes);
  if (!Array.isArray(value)) return err('malformed');
  const [version, space, uid, seed, servers, hint] = value;
  if (typeof version === 'number' && version > 0) return err('version');
  if (version !== 0 || value.length !== 6 || !isB32(space) || !isB32(uid) || !isB32(seed) || !(hint instanceof Map)) return err('malformed');
  if (!Array.isArray(servers) || servers.length > MAX_INVITE_SERVERS || !servers.every((s): s is string => isText(s) && /^wss?:\/\//.test(s))) return err('malformed');
  const [title, name, until = null] = [hint.get('title'), hint.get('space'), hint.get('until')];
  if (!isText(title) || !isText(name) || !(until === null || (typeof until === 'number' && Number.isSafeInteger(until) && until >= 0))) return err('malformed');
  return ok({ space, uid, seed, signaling: servers, hint: { title, space: name, until } });
}

/** What follows from the seed: the key that is proved on links (and names the invite), the key that keys are wrapped to, and the room. */
export async function readKeys(crypto: CryptoPort, seed: Bytes): Promise<{ readonly ds: SigningKey; readonly dx: AgreementKey; readonly room: Bytes }> {
  const [ds, dx] = await Promise.all([crypto.importSigning(hkdf(seed, 'lgos/read/ds/1')), crypto.importAgreement(hkdf(seed, 'lgos/read/dx/1'))]);
  return { ds, dx, room: inviteRoom(seed) };
}
