/**
 * Parts of a recovery key that people keep (docs/PROTOCOL.md, Parts of the recovery key; decisions/0106): what a part says, the request of somebody in an empty
 * browser, and the answer to it. Any `least` parts of one set make the entropy; fewer say nothing of it.
 */
import { concat, equalBytes, fromBase64url, toBase64url, type Bytes } from '#base/bytes';
import { encodeCbor, tryDecodeCbor, type CborValue } from '#base/cbor';
import { sha256 } from '#base/hash';
import type { AgreementKey, CryptoPort } from '#ports/crypto';
import { KEY_PARTS } from '#vm/key-part-limits';
import { unwrapEpochKey, wrapEpochKey } from './keys.ts';

export interface KeyPart {
  /** Whose key it is of. */
  readonly uid: Bytes;
  /** The recovery key that the entropy makes: what came of too few or wrong parts is told by it. */
  readonly rk: Bytes;
  readonly least: number;
  /** Of each part of the set: which it may be. */
  readonly marks: readonly Bytes[];
  readonly share: Bytes;
}

const MARK = 16;
/** The secret and one byte that says which part it is. */
const SHARE = 33;

const sized = (value: CborValue | undefined, length: number): value is Bytes => value instanceof Uint8Array && value.length === length;

/** What names one part. */
export const markOf = (share: Uint8Array): Bytes => sha256(concat('lgos/part/1', share)).slice(0, MARK);

/** What names the set: parts of different ones do not go together. */
export const setOf = ({ uid, rk, least, marks }: KeyPart): Bytes => sha256(encodeCbor(['lgos/parts/1', uid, rk, least, [...marks]])).slice(0, MARK);

/** [uid, rk, least, marks, share]. */
export const encodeKeyPart = ({ uid, rk, least, marks, share }: KeyPart): Bytes => encodeCbor([uid, rk, least, [...marks], share]);

/** A part by its form; null when it is none. */
export function readKeyPart(bytes: CborValue | undefined): KeyPart | null {
  const value = bytes instanceof Uint8Array ? tryDecodeCbor(bytes) : undefined;
  if (!Array.isArray(value) || value.length !== 5) return null;
  const [uid, rk, least, marks, share] = value as readonly CborValue[];
  if (!sized(uid, 32) || !sized(rk, 32) || !sized(share, SHARE) || !Array.isArray(marks) || marks.length > KEY_PARTS.people || !marks.every((mark): mark is Bytes => sized(mark, MARK))) return null;
  if (typeof least !== 'number' || !Number.isInteger(least) || least < 2 || least > marks.length || !marks.some((mark) => equalBytes(mark, markOf(share)))) return null;
  return { uid, rk, least, marks, share };
}

const ASK = 'lgask-';
const ANSWER = 'lgpart-';
const CHECK = 4;
const checkOf = (pub: Uint8Array): Bytes => sha256(concat('lgos/ask/1', pub));

/** As it is sent to people who keep parts. */
export const askText = (pub: Bytes): string => ASK + toBase64url(concat(pub, checkOf(pub).slice(0, CHECK)));

const bare = (text: unknown, head: string): Bytes | null => {
  const typed = typeof text === 'string' && text.length <= KEY_PARTS.text ? text.replaceAll(/\s/g, '') : '';
  return typed.startsWith(head) ? fromBase64url(typed.slice(head.length)) : null;
};

/** The key that a request asks with; null: it is none, or a letter of it is another. */
export function readAsk(text: unknown): Bytes | null {
  const bytes = bare(text, ASK);
  if (bytes?.length !== 32 + CHECK) return null;
  const pub = bytes.slice(0, 32) as Bytes;
  return equalBytes(bytes.slice(32), checkOf(pub).slice(0, CHECK)) ? pub : null;
}

/** What the words of a request are made of, so that both sides can compare them. */
export const askHash = (pub: Bytes): Bytes => sha256(concat('lgos/ask-words/1', pub));

/** What the words of a key are made of: whose parts go together, both sides compare by them. */
export const keyHash = (part: KeyPart): Bytes => sha256(concat('lgos/key-words/1', setOf(part), part.uid, part.rk));

/** A part sealed to who asks: set ‖ eph ‖ wrap ‖ nonce ‖ AES-GCM(key; AAD = set ‖ request). Null: the request has no usable key. */
export async function answerText(crypto: CryptoPort, pub: Bytes, part: KeyPart, { key, nonce }: { readonly key: Bytes; readonly nonce: Bytes }): Promise<string | null> {
  const set = setOf(part);
  const eph = await crypto.generateAgreement();
  const wrap = await wrapEpochKey(crypto, eph, pub, { space: askHash(pub), epoch: set, key });
  if (wrap === null) return null;
  return ANSWER + toBase64url(concat(set, eph.pub, wrap, nonce, await crypto.seal(await crypto.importAead(key), nonce, encodeKeyPart(part), concat(set, pub))));
}

/** The part in an answer. `form`: it is none; `elsewhere`: to another request. */
export async function openAnswer(crypto: CryptoPort, dx: AgreementKey, text: string): Promise<KeyPart | 'form' | 'elsewhere'> {
  const bytes = bare(text, ANSWER);
  if (!bytes || bytes.length < 16 + 32 + 48 + 12 + 16) return 'form';
  const at = (from: number, to: number): Bytes => bytes.slice(from, to) as Bytes;
  const set = at(0, 16);
  const key = await unwrapEpochKey(crypto, dx, { eph: at(16, 48), space: askHash(dx.pub), epoch: set, wrap: at(48, 96) });
  const plain = key && (await crypto.open(await crypto.importAead(key), at(96, 108), at(108, bytes.length), concat(set, dx.pub)));
  if (!plain) return 'elsewhere';
  const part = readKeyPart(plain);
  return part !== null && equalBytes(setOf(part), set) ? part : 'form';
}
