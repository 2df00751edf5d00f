/**
 * Keys of two seats of a call (docs/PROTOCOL.md §13). Each draws an agreement key for the other alone and shows its hash first, so neither can choose theirs by the other's; who
 * stands between them with keys of their own would have one try in 2^44 that the words agree. Everything is bound to the call, the seats and the people.
 */
import { concat, equalBytes, fromBase64url, utf8, type Bytes } from '#base/bytes';
import { sha256 } from '#base/hash';
import type { AeadKey, AgreementKey, CryptoPort } from '#ports/crypto';

export interface PairSide {
  readonly seat: string;
  readonly uid: string;
  readonly device: string;
}

export interface PairKeys {
  /** Of signals between the two. */
  readonly sealing: AeadKey;
  readonly opening: AeadKey;
  /** Beginnings of the chains of media. */
  readonly out: Bytes;
  readonly in: Bytes;
  /** Its first 44 bits are the four words on both screens. */
  readonly words: Bytes;
}

/** HKDF-SHA256 with empty salt, as in #base/hash: by the engine, so that the page needs no other. */
async function hkdf(key: Bytes, label: string): Promise<Bytes> {
  const { subtle } = globalThis.crypto;
  const base = await subtle.importKey('raw', key, 'HKDF', false, ['deriveBits']);
  return new Uint8Array(await subtle.deriveBits({ name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(0), info: utf8(label) }, base, 256));
}

export const hashOfKey = (key: Bytes): Bytes => sha256('lgos/call/key/1', key);

/** Null when the other's key is not the one whose hash it showed, or is no key. */
export async function agreePair(crypto: CryptoPort, call: string, own: PairSide & { readonly key: AgreementKey }, other: PairSide & { readonly key: Bytes; readonly hash: Bytes }): Promise<PairKeys | null> {
  if (!equalBytes(hashOfKey(other.key), other.hash)) return null;
  const shared = await crypto.agree(own.key, other.key);
  if (shared === null) return null;
  const lower = own.seat < other.seat;
  const sides = lower ? [{ ...own, key: own.key.pub }, other] : [other, { ...own, key: own.key.pub }];
  const about = sha256('lgos/call/pair/1', raw(call), ...sides.flatMap(({ seat, uid, device, key }) => [raw(seat), raw(uid), raw(device), key]));
  const root = await hkdf(concat(shared, about), 'lgos/call/root/1');
  const ways = [await hkdf(root, 'lgos/call/low/1'), await hkdf(root, 'lgos/call/high/1')];
  const [out, into] = lower ? [ways[0]!, ways[1]!] : [ways[1]!, ways[0]!];
  return {
    sealing: await crypto.importAead(await hkdf(out, 'lgos/call/signal/1')), opening: await crypto.importAead(await hkdf(into, 'lgos/call/signal/1')),
    out: await hkdf(out, 'lgos/call/media/1'), in: await hkdf(into, 'lgos/call/media/1'), words: sha256('lgos/call/words/1', root),
  };
}

/** Ids of one length each; one that is no base64url counts as its text. */
const raw = (id: string): Bytes => sha256(fromBase64url(id) ?? utf8(id));
