/** What is kept of a join of ours until it is over: sealed in the vault, since the link lets in. */
import { fromUtf8, type Bytes } from '#base/bytes';
import { encodeCbor, tryDecodeCbor } from '#base/cbor';

export interface JoinRow {
  readonly link: string;
  /** Why the person wants to come in. */
  readonly words: string;
  /** When it was begun, ms. */
  readonly since: number;
  /** Somebody did not want to let the person in: with these words. */
  readonly declined: { readonly words: string; readonly at: number } | null;
}

export function writeJoinRow({ link, words, since, declined }: JoinRow): Bytes {
  return encodeCbor([link, words, since, declined ? [declined.words, declined.at] : null]);
}

/** Null: it is none. A row of an earlier build is the link alone. */
export function readJoinRow(bytes: Bytes): JoinRow | null {
  const value = tryDecodeCbor(bytes);
  if (!Array.isArray(value)) {
    return { link: fromUtf8(bytes), words: '', since: 0, declined: null };
  }
  const [link, words, since, declined] = value;
  if (typeof link !== 'string' || typeof words !== 'string' || typeof since !== 'number') return null;
  const [why, at] = Array.isArray(declined) ? declined : [];
  return { link, words, since, declined: typeof why === 'string' && typeof at === 'number' ? { words: why, at } : null };
}
