/**
 * What pages in a call tell each other (docs/PROTOCOL.md §13): the bodies inside the signals of a call. Form only. `here`, `gone` and `no` are for everybody in the place,
 * the rest for one seat; descriptions of connections, with network addresses in them, travel sealed for two. Fields of fixed length, so that a page needs no decoder for them.
 */
import { concat, fromBase64url, fromUtf8, toBase64url, u32be, type Bytes } from '#base/bytes';

interface At {
  /** The call, and the place in it of the page that speaks: drawn anew with each joining. base64url of 16 bytes. */
  readonly call: string;
  readonly seat: string;
}

export type CallBody =
  /** Told again and again while in the call. `since`: seconds in the call. */
  | (At & { readonly kind: 'here'; readonly since: number; readonly ring: boolean; readonly muted: boolean; readonly camera: boolean; readonly screen: boolean })
  | (At & { readonly kind: 'gone' })
  /** Somebody does not come. */
  | (At & { readonly kind: 'no' })
  /** Hash of the key that `key` shows, once the other's is here: nobody can choose theirs by ours. */
  | (At & { readonly kind: 'hash'; readonly to: string; readonly hash: Bytes })
  | (At & { readonly kind: 'key'; readonly to: string; readonly key: Bytes })
  | (At & { readonly kind: 'sealed'; readonly to: string; readonly nonce: Bytes; readonly ct: Bytes });

/** Inside of `sealed`: signals of the connection number `attempt` from number `from` on, and how many of the other's are here. No signal has a line break. */
export interface SealedSignals {
  readonly attempt: number;
  readonly from: number;
  readonly ack: number;
  readonly items: readonly string[];
}

const KINDS = ['here', 'gone', 'no', 'hash', 'key', 'sealed'] as const;
const FLAGS = ['ring', 'muted', 'camera', 'screen'] as const;
/** Kind, call, seat. */
const HEAD = 33;
const raw = (id: string): Bytes => fromBase64url(id)!;

export function encodeCallBody(body: CallBody): Bytes {
  const head = concat(Uint8Array.of(KINDS.indexOf(body.kind)), raw(body.call), raw(body.seat));
  switch (body.kind) {
    case 'here': return concat(head, u32be(body.since), Uint8Array.of(FLAGS.reduce((bits, flag, at) => bits | (Number(body[flag]) << at), 0)));
    case 'gone':
    case 'no': return head;
    case 'hash': return concat(head, raw(body.to), body.hash);
    case 'key': return concat(head, raw(body.to), body.key);
    case 'sealed': return concat(head, raw(body.to), body.nonce, body.ct);
  }
}

/** Null for every other form. */
export function readCallBody(bytes: Uint8Array): CallBody | null {
  const kind = KINDS[bytes[0] ?? KINDS.length];
  if (kind === undefined || bytes.length < HEAD) return null;
  const part = (from: number, length: number): Bytes => bytes.slice(from, from + length) as Bytes;
  const at = { call: toBase64url(part(1, 16)), seat: toBase64url(part(17, 16)) };
  if (kind === 'gone' || kind === 'no') return bytes.length === HEAD ? { kind, ...at } : null;
  if (kind === 'here') {
    const flags = bytes[HEAD + 4];
    if (bytes.length !== HEAD + 5 || flags === undefined || flags > 15) return null;
    const [ring, muted, camera, screen] = FLAGS.map((_, bit) => (flags & (1 << bit)) !== 0) as [boolean, boolean, boolean, boolean];
    return { kind, ...at, since: numberAt(bytes, HEAD, 4), ring, muted, camera, screen };
  }
  const to = toBase64url(part(HEAD, 16));
  if (kind === 'sealed') return bytes.length > HEAD + 44 ? { kind, ...at, to, nonce: part(HEAD + 16, 12), ct: part(HEAD + 28, bytes.length) } : null;
  if (bytes.length !== HEAD + 48) return null;
  const value = part(HEAD + 16, 32);
  return kind === 'hash' ? { kind, ...at, to, hash: value } : { kind, ...at, to, key: value };
}

export const encodeSealedSignals = ({ attempt, from, ack, items }: SealedSignals): Bytes => concat(u32be(attempt), u32be(from), u32be(ack), items.join('\n'));

/** Null for every other form. */
export function readSealedSignals(bytes: Uint8Array): SealedSignals | null {
  if (bytes.length < 12) return null;
  const text = fromUtf8(bytes.slice(12));
  return { attempt: numberAt(bytes, 0, 4), from: numberAt(bytes, 4, 4), ack: numberAt(bytes, 8, 4), items: text === '' ? [] : text.split('\n') };
}

const numberAt = (bytes: Uint8Array, from: number, length: number): number => bytes.slice(from, from + length).reduce((sum, byte) => sum * 256 + byte, 0);
