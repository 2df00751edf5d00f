/**
 * Papers: words that a person signs in the clear, to be shown to anybody (docs/PROTOCOL.md, Papers). A record is sealed, and who gave away the key of one would give away all of its log.
 * In the form of an identity statement (FORMATS 1), of kind 6: CBOR [bstr body, [[ds, sig]]], body = CBOR [6, uid, kind, says], says a map of texts and whole numbers by name,
 * sig = Ed25519("lgos/paper/1" ‖ SHA-256(body)). A file of them: CBOR ["lgos/papers/1", [[[statement…], paper]…]].
 */
import { concat, type Bytes } from '#base/bytes';
import { encodeCbor, isForbiddenKey, tryDecodeCbor, type CborValue } from '#base/cbor';
import { sha256 } from '#base/hash';
import type { CryptoPort, SigningKey } from '#ports/crypto';
import { MAX_JOIN_STATEMENTS, MAX_STATEMENT_BYTES } from '#vm/limits';
import { PAPER_LIMITS } from '#vm/paper-limits';
import { isAdmissibleKey } from './admission.ts';
import { loadCurve } from './curve.ts';

/** What a paper says, by name. */
export type Says = Readonly<Record<string, string | number>>;

export interface PaperBody {
  readonly uid: Bytes;
  /** As `learn/certificate@1`. */
  readonly kind: string;
  readonly says: Says;
}

export interface Paper extends PaperBody {
  readonly ds: Bytes;
  readonly sig: Bytes;
  /** SHA-256 of the body: by it another paper is about this one. */
  readonly hash: Bytes;
}

/** A paper with the statements of who signed it, the inception first. */
export interface PaperEntry {
  readonly statements: readonly Bytes[];
  readonly paper: Bytes;
}

const MARK = 'lgos/papers/1';
const KIND = /^[a-z]{1,16}\/[a-z]{1,32}@\d{1,3}$/;
const NAME = /^[a-z]{1,16}$/;

const signed = (hash: Uint8Array): Bytes => concat('lgos/paper/1', hash);
const isBytes = (value: CborValue | undefined, length: number): value is Bytes => value instanceof Uint8Array && value.length === length;
const isSaid = (value: unknown): value is string | number => (typeof value === 'string' ? value.length <= PAPER_LIMITS.textUnits : typeof value === 'number' && Number.isSafeInteger(value) && value >= 0);

/** Builds and signs one; null: it says more than one may. */
export async function buildPaper(crypto: CryptoPort, { uid, kind, says }: PaperBody, ds: SigningKey): Promise<Bytes | null> {
  const said = Object.entries(says);
  if (!KIND.test(kind) || !said.every(([name, value]) => NAME.test(name) && !isForbiddenKey(name) && isSaid(value))) return null;
  const body = encodeCbor([6, uid, kind, new Map<number | string, CborValue>(said)]);
  const bytes = encodeCbor([body, [[ds.pub, await crypto.sign(ds, signed(sha256(body)))]]]);
  return bytes.length > PAPER_LIMITS.bytes ? null : bytes;
}

/** The form of one; null = something else. The signature is verifyPaper's. */
export function parsePaper(bytes: Uint8Array): Paper | null {
  const outer = bytes.length > PAPER_LIMITS.bytes ? null : tryDecodeCbor(bytes);
  if (!Array.isArray(outer) || outer.length !== 2) return null;
  const [bodyBytes, signers] = outer;
  const body = bodyBytes instanceof Uint8Array ? tryDecodeCbor(bodyBytes) : null;
  if (!Array.isArray(body) || body.length !== 4 || body[0] !== 6 || !Array.isArray(signers) || signers.length !== 1) return null;
  const [, uid, kind, says] = body;
  const [pair] = signers;
  if (!Array.isArray(pair) || pair.length !== 2 || !isBytes(pair[0], 32) || !isBytes(pair[1], 64)) return null;
  if (!isBytes(uid, 32) || typeof kind !== 'string' || !KIND.test(kind) || !(says instanceof Map)) return null;
  const said = [...says];
  if (!said.every((one): one is [string, string | number] => typeof one[0] === 'string' && NAME.test(one[0]) && isSaid(one[1]))) return null;
  return { uid, kind, says: Object.fromEntries(said), ds: pair[0], sig: pair[1], hash: sha256(bodyBytes as Uint8Array) };
}

/** Did the device it names sign it? Whether that is one of the person's is for their statements to say. */
export async function verifyPaper(crypto: CryptoPort, { ds, sig, hash }: Paper): Promise<boolean> {
  await loadCurve();
  return isAdmissibleKey(ds) && (await crypto.verify(ds, sig, signed(hash)));
}

/** The file of them. */
export const encodePaperFile = (entries: readonly PaperEntry[]): Bytes => encodeCbor([MARK, entries.map(({ statements, paper }): CborValue => [[...statements], paper])]);

/** What a file holds; `large`: more than is looked at, `form`: no such file, or not whole. */
export function readPaperFile(bytes: Uint8Array): readonly PaperEntry[] | 'large' | 'form' {
  if (bytes.length > PAPER_LIMITS.fileBytes) return 'large';
  const outer = tryDecodeCbor(bytes);
  if (!Array.isArray(outer) || outer.length !== 2 || outer[0] !== MARK || !Array.isArray(outer[1]) || outer[1].length === 0) return 'form';
  if (outer[1].length > PAPER_LIMITS.papers) return 'large';
  const entries: PaperEntry[] = [];
  for (const item of outer[1]) {
    const [statements, paper] = Array.isArray(item) && item.length === 2 ? item : [];
    if (!Array.isArray(statements) || statements.length > MAX_JOIN_STATEMENTS || !(paper instanceof Uint8Array)) return 'form';
    if (!statements.every((one): one is Bytes => one instanceof Uint8Array && one.length <= MAX_STATEMENT_BYTES)) return 'form';
    entries.push({ statements, paper: paper as Bytes });
  }
  return entries;
}
