/**
 * The key of an archive (FORMATS 7, stock GUN relay): anybody may list the souls of such a relay and read what lies there, so names are keyed
 * hashes and every value is sealed, the clear records of `acl` too. Nonces are made from the content: the same record put by two members is
 * one entry.
 */
import { concat, fromBase64url, toBase64url, utf8, type Bytes } from '#base/bytes';
import { encodeCbor, type CborValue } from '#base/cbor';
import { hkdf, hmacSha256 } from '#base/hash';
import type { CryptoPort } from '#ports/crypto';
import { PAGE_SIZE, seqPrefix } from '#vm/protocol/gun-names';

/** What a soul of an archive holds. */
export type ArchivePlace =
  | { readonly kind: 'logs'; readonly soul: string }
  | { readonly kind: 'heads'; readonly soul: string }
  | { readonly kind: 'page'; readonly soul: string; readonly fragment: Bytes; readonly writer: Bytes; readonly page: number };

export interface ArchiveKey {
  /** List of the logs; content-addressed, so nobody can take a name out. */
  readonly logs: ArchivePlace;
  /** Head hints; anybody can spoil them. */
  readonly heads: ArchivePlace;
  /** 256 records of a log. */
  page(fragment: Bytes, writer: Bytes, seq: number): ArchivePlace;
  /** Name of a log: key of its head, first part of its key in the list. */
  log(fragment: Uint8Array, writer: Uint8Array): string;
  /** Seals a value for its place: `name` is the part of its key that is not the hash. */
  seal(place: ArchivePlace, name: string, plain: Uint8Array): Promise<string>;
  /** The content, or null: not ours, or moved from elsewhere. */
  open(place: ArchivePlace, name: string, value: string): Promise<Bytes | null>;
}

const NAME_BYTES = 18;
const NONCE = 12;

/** Names and seals of the archive whose key is `raw` (32 bytes). */
export async function openArchiveKey(crypto: CryptoPort, raw: Uint8Array): Promise<ArchiveKey> {
  const names = hkdf(raw, 'archive/names');
  const nonces = hkdf(raw, 'archive/nonces');
  const aead = await crypto.importAead(hkdf(raw, 'archive/seal'));
  const tag = (value: CborValue): string => toBase64url(hmacSha256(names, encodeCbor(value)).subarray(0, NAME_BYTES));
  const placed = (place: ArchivePlace, name: string): Bytes => utf8(`${place.soul} ${name}`);
  return {
    logs: { kind: 'logs', soul: `lg/${tag(['logs'])}#` },
    heads: { kind: 'heads', soul: `lg/${tag(['heads'])}` },
    page(fragment, writer, seq) {
      const page = Math.floor(seq / PAGE_SIZE);
      return { kind: 'page', soul: `lg/${tag(['page', fragment, writer, page])}#`, fragment, writer, page };
    },
    log: (fragment, writer) => tag(['log', fragment as Bytes, writer as Bytes]),
    async seal(place, name, plain) {
      const aad = placed(place, name);
      const nonce = hmacSha256(nonces, concat(aad, new Uint8Array(1), plain)).slice(0, NONCE);
      return toBase64url(concat(nonce, await crypto.seal(aead, nonce, plain, aad)));
    },
    async open(place, name, value) {
      const bytes = fromBase64url(value);
      if (bytes === null || bytes.length < NONCE) return null;
      return crypto.open(aead, bytes.subarray(0, NONCE), bytes.subarray(NONCE), placed(place, name));
    },
  };
}

/** The name of a record in its page: `<seq, 10 digits>`; its key is that, `#` and the hash of the value. */
export const recordName = (seq: number): string => seqPrefix(seq).slice(0, -1);
