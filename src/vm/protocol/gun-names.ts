/** Souls, keys, values and head texts of GUN entries (FORMATS 7). Parsing is strict: one name for one thing. */
import { fromBase64url, toBase64url, type Bytes } from '#base/bytes';
import { sha256 } from '#base/hash';
import { MAX_HEAD_VALUE_CHARS, MAX_SOUL_CHARS } from '#vm/limits';

/** Records of one soul. */
export const PAGE_SIZE = 256;
const MAX_SEQ = 0xffff_ffff;

export type SoulName =
  | { readonly kind: 'page'; readonly space: Bytes; readonly fragment: Bytes; readonly writer: Bytes; readonly page: number }
  | { readonly kind: 'writers'; readonly space: Bytes; readonly fragment: Bytes }
  | { readonly kind: 'heads'; readonly space: Bytes; readonly fragment: Bytes; readonly first: string };

/** `lg/<space>/<fragment>/<writer>/<page>#`, page = floor(seq / 256). */
export function recordSoul(space: Uint8Array, fragment: Uint8Array, writer: Uint8Array, seq: number): string {
  return `lg/${toBase64url(space)}/${toBase64url(fragment)}/${toBase64url(writer)}/${Math.floor(seq / PAGE_SIZE)}#`;
}

/** `lg/<space>/<fragment>/w#`. */
export function writersSoul(space: Uint8Array, fragment: Uint8Array): string {
  return `lg/${toBase64url(space)}/${toBase64url(fragment)}/w#`;
}

/** `lg/<space>/<fragment>/h/<first character of writer>`. */
export function headsSoul(space: Uint8Array, fragment: Uint8Array, writer: Uint8Array): string {
  return `lg/${toBase64url(space)}/${toBase64url(fragment)}/h/${toBase64url(writer)[0]}`;
}

function fixed(text: string | undefined, length: number): Bytes | null {
  const bytes = text === undefined ? null : fromBase64url(text);
  return bytes !== null && bytes.length === length ? bytes : null;
}

/** A decimal without sign or leading zeros, ≤ max; -1 for anything else. */
function decimal(text: string, max: number): number {
  if (!/^(0|[1-9][0-9]{0,9})$/.test(text)) return -1;
  const n = Number(text);
  return n <= max ? n : -1;
}

/** The parts of a soul; null when it is none of ours. */
export function parseSoul(soul: string): SoulName | null {
  if (soul.length > MAX_SOUL_CHARS) return null;
  const parts = soul.split('/');
  if (parts[0] !== 'lg') return null;
  const space = fixed(parts[1], 32);
  const fragment = fixed(parts[2], 16);
  if (space === null || fragment === null) return null;
  if (parts.length === 4) return parts[3] === 'w#' ? { kind: 'writers', space, fragment } : null;
  if (parts.length !== 5) return null;
  const last = parts[4]!;
  if (parts[3] === 'h') return /^[A-Za-z0-9_-]$/.test(last) ? { kind: 'heads', space, fragment, first: last } : null;
  const writer = fixed(parts[3], 32);
  if (writer === null || !last.endsWith('#')) return null;
  const page = decimal(last.slice(0, -1), Math.floor(MAX_SEQ / PAGE_SIZE));
  return page < 0 ? null : { kind: 'page', space, fragment, writer, page };
}

/** Standard base64 with padding of SHA-256 over the UTF-8 value, the form stock SEA peers check. */
export function valueHash(value: string): string {
  return toBase64url(sha256(value)).replaceAll('-', '+').replaceAll('_', '/') + '=';
}

/** base64url of the record bytes. */
export function recordValue(record: Uint8Array): string {
  return toBase64url(record);
}

/** `<seq, 10 digits>#<hash of the value>`. */
export function recordKey(seq: number, value: string): string {
  return `${seqPrefix(seq)}${valueHash(value)}`;
}

/** `<seq, 10 digits>#`: start of all keys of one seq, for range gets. */
export function seqPrefix(seq: number): string {
  return `${String(seq).padStart(10, '0')}#`;
}

/** Seq and hash of a record key; null when it is not one. */
export function parseRecordKey(key: string): { readonly seq: number; readonly hash: string } | null {
  const match = /^([0-9]{10})#([A-Za-z0-9+/]{43}=)$/.exec(key);
  if (match === null) return null;
  const seq = Number(match[1]);
  return seq > MAX_SEQ ? null : { seq, hash: match[2]! };
}

/** `<writer>#<hash of its seq-0 record value>` in the writers soul. */
export function writerKey(writer: Uint8Array, value: string): string {
  return `${toBase64url(writer)}#${valueHash(value)}`;
}

/** Writer and hash of a key of the writers soul. */
export function parseWriterKey(key: string): { readonly writer: Bytes; readonly hash: string } | null {
  const match = /^([A-Za-z0-9_-]{43})#([A-Za-z0-9+/]{43}=)$/.exec(key);
  const writer = match === null ? null : fixed(match[1], 32);
  return writer === null ? null : { writer, hash: match![2]! };
}

export interface HeadHint {
  readonly seq: number;
  readonly id: Bytes;
  readonly sig: Bytes;
}

/** `<seq>.<id>.<sig of that record>`; state = seq. */
export function headValue(head: HeadHint): string {
  return `${head.seq}.${toBase64url(head.id)}.${toBase64url(head.sig)}`;
}

/** A head hint; null when the text is not one. A hint proves nothing. */
export function parseHeadValue(text: string): HeadHint | null {
  if (text.length > MAX_HEAD_VALUE_CHARS) return null;
  const parts = text.split('.');
  if (parts.length !== 3) return null;
  const seq = decimal(parts[0]!, MAX_SEQ);
  const id = fixed(parts[1], 32);
  const sig = fixed(parts[2], 64);
  return seq < 0 || id === null || sig === null ? null : { seq, id, sig };
}
