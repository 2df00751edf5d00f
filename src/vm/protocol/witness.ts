/** A witness: what a beacon signs about what it holds (docs/PROTOCOL.md §13, docs/decisions/0076). Parse = form only; verify* = signatures. */
import { compareBytes, concat, equalBytes, type Bytes } from '#base/bytes';
import { encodeCbor, tryDecodeCbor, type CborValue } from '#base/cbor';
import { sha256 } from '#base/hash';
import type { CryptoPort, SigningKey } from '#ports/crypto';
import { WITNESS_LIMITS } from '#vm/witness-limits';

/** A head that a beacon holds durably. */
export interface WitnessHead {
  readonly fragment: Bytes;
  readonly writer: Bytes;
  readonly seq: number;
  readonly id: Bytes;
}

/** Bits of `flags`: nothing more is taken of the space (a quota) · the list goes on in the next one. Others are kept and mean nothing yet. */
export const WITNESS_FLAG = { full: 1, more: 2 } as const;

/** What is signed. */
export interface WitnessFields {
  /** Name of the log, random, of one store of the beacon. */
  readonly log: Bytes;
  /** Place in it, and id of the one before (null at 0). */
  readonly seq: number;
  readonly prev: Bytes | null;
  /** Mesh time of the beacon; rises within a log. */
  readonly ms: number;
  readonly flags: number;
  /** Space set digest of everything held. */
  readonly root: Bytes;
  /** Heads that changed since the one before: by fragment, writer, seq, id. */
  readonly heads: readonly WitnessHead[];
}

export interface Witness extends WitnessFields {
  /** Device key of the beacon. */
  readonly ds: Bytes;
  readonly sig: Bytes;
  /** SHA-256("lgos/witid/1" ‖ space ‖ CBOR of all but the signature). */
  readonly id: Bytes;
  readonly bytes: Bytes;
}

const byPlace = (a: WitnessHead, b: WitnessHead): number => compareBytes(a.fragment, b.fragment) || compareBytes(a.writer, b.writer) || a.seq - b.seq || compareBytes(a.id, b.id);

/** [[fragment b16, [[writer b32, seq, id b32]…]]…], in order. */
function headsValue(heads: readonly WitnessHead[]): CborValue[] {
  const out: [Bytes, CborValue[]][] = [];
  for (const { fragment, writer, seq, id } of [...heads].sort(byPlace)) {
    const last = out.at(-1);
    if (last && equalBytes(last[0], fragment)) last[1].push([writer, seq, id]);
    else out.push([fragment, [[writer, seq, id]]]);
  }
  return out;
}

const fieldsValue = (w: WitnessFields, ds: Bytes): CborValue[] => [w.log, w.seq, w.prev, w.ms, w.flags, w.root, headsValue(w.heads), ds];

const message = (space: Uint8Array, fields: Bytes): Bytes => concat('lgos/wit/1', space, fields);

const isBytes = (value: CborValue | undefined, length: number): value is Bytes => value instanceof Uint8Array && value.length === length;

const isUint = (value: CborValue | undefined, max: number): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= max;

/** Signs a witness with the beacon's device key. */
export async function encodeWitness(crypto: CryptoPort, ds: SigningKey, space: Uint8Array, fields: WitnessFields): Promise<Witness> {
  const value = fieldsValue(fields, ds.pub);
  const signed = encodeCbor(value);
  const sig = await crypto.sign(ds, message(space, signed));
  return { ...fields, heads: [...fields.heads].sort(byPlace), ds: ds.pub, sig, id: witnessId(space, signed), bytes: encodeCbor([...value, sig]) };
}

const witnessId = (space: Uint8Array, signed: Bytes): Bytes => sha256('lgos/witid/1', space, signed);

/** Null where a place is not in order, doubled, empty or too long. */
function parseHeads(value: CborValue | undefined): WitnessHead[] | null {
  if (!Array.isArray(value) || value.length > WITNESS_LIMITS.heads) return null;
  const heads: WitnessHead[] = [];
  for (const part of value) {
    if (!Array.isArray(part) || part.length !== 2 || !isBytes(part[0], 16) || !Array.isArray(part[1]) || part[1].length === 0) return null;
    if (heads.length + part[1].length > WITNESS_LIMITS.heads) return null;
    const fragment = part[0].slice();
    for (const head of part[1]) {
      if (!Array.isArray(head) || head.length !== 3) return null;
      const [writer, seq, id] = head;
      if (!isBytes(writer, 32) || !isUint(seq, 0xffff_ffff) || !isBytes(id, 32)) return null;
      heads.push({ fragment, writer: writer.slice(), seq, id: id.slice() });
    }
  }
  return heads.every((head, i) => i === 0 || byPlace(heads[i - 1]!, head) < 0) ? heads : null;
}

/** The witness of a space; null for anything else. */
export function parseWitness(space: Uint8Array, bytes: Uint8Array): Witness | null {
  const value = bytes.length <= WITNESS_LIMITS.bytes ? tryDecodeCbor(bytes) : undefined;
  if (!Array.isArray(value) || value.length !== 9) return null;
  const [log, seq, prev, ms, flags, root, list, ds, sig] = value;
  if (!isBytes(log, 16) || !isUint(seq, 0xffff_ffff) || !isUint(ms, Number.MAX_SAFE_INTEGER) || !isUint(flags, 0xffff_ffff) || !isBytes(root, 32) || !isBytes(ds, 32) || !isBytes(sig, 64)) return null;
  if (seq === 0 ? prev !== null : !isBytes(prev, 32)) return null;
  const heads = parseHeads(list);
  if (heads === null) return null;
  const own = bytes.slice() as Bytes;
  return { log: log.slice(), seq, prev: seq === 0 ? null : (prev as Bytes).slice(), ms, flags, root: root.slice(), heads, ds: ds.slice(), sig: sig.slice(), id: witnessId(space, encodeCbor(value.slice(0, 8))), bytes: own };
}

/** The beacon's signature over this space; that the key is a beacon's is the reader's to know. */
export function verifyWitness(crypto: CryptoPort, space: Uint8Array, w: Witness): Promise<boolean> {
  return crypto.verify(w.ds, w.sig, message(space, encodeCbor(fieldsValue(w, w.ds))));
}

/** Two of one log that cannot both be of an honest beacon: one place with two ids, or a next one that names another before it. */
export function isForked(a: Witness, b: Witness): boolean {
  if (!equalBytes(a.ds, b.ds) || !equalBytes(a.log, b.log)) return false;
  const [first, next] = a.seq <= b.seq ? [a, b] : [b, a];
  if (first.seq === next.seq) return !equalBytes(first.id, next.id);
  return next.seq === first.seq + 1 && next.prev !== null && !equalBytes(next.prev, first.id);
}

/** Two logs that take turns: one goes on after the other was written into (l, m, l′ with rising times). */
export function takesTurns(first: Witness, between: Witness, last: Witness): boolean {
  if (![between, last].every(({ ds }) => equalBytes(ds, first.ds))) return false;
  return equalBytes(first.log, last.log) && !equalBytes(first.log, between.log) && first.ms < between.ms && between.ms < last.ms;
}

/** Do these two or three prove that the beacon, or somebody with its key, says different things to different people? Their signatures are looked at apart. */
export function provesLie(list: readonly Witness[]): boolean {
  const [a, b, c] = list;
  return a !== undefined && b !== undefined && (list.length === 2 ? isForked(a, b) : list.length === 3 && c !== undefined && takesTurns(a, b, c));
}

/** Proof of possession: what only who has the record can say to a nonce that was not known before. */
export function heldHash(nonce: Uint8Array, headerBytes: Uint8Array, body: Uint8Array | null): Bytes {
  return sha256('lgos/held/1', nonce, headerBytes, body ?? new Uint8Array(0));
}

/** What DS signs under an answer to a check: the nonce, and for each id that was asked its hash or null. */
export function heldMessage(space: Uint8Array, nonce: Uint8Array, ids: readonly Bytes[], hashes: readonly (Bytes | null)[]): Bytes {
  return concat('lgos/helds/1', space, encodeCbor([nonce as Bytes, [...ids], [...hashes]]));
}
