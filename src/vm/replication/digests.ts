/** Digests over fragments (FORMATS 9) and the 16×16 tree of first contact (FORMATS 8, docs/PROTOCOL.md §11). Pure. */
import { compareBytes, concat, type Bytes } from '#base/bytes';
import { sha256 } from '#base/hash';

export interface FragmentDigest {
  readonly fragment: Bytes;
  readonly digest: Bytes;
}

const sorted = (list: readonly FragmentDigest[]): FragmentDigest[] => [...list].sort((a, b) => compareBytes(a.fragment, b.fragment));

/** The last results. Ticks, acks and rounds ask for the same space again and again; a hit is found by looking, not by hashing. */
const known: { readonly list: readonly FragmentDigest[]; readonly digest: Bytes }[] = [];
const KNOWN = 8;

const isSame = (a: readonly FragmentDigest[], b: readonly FragmentDigest[]): boolean =>
  a.length === b.length && a.every((f, i) => f.fragment === b[i]!.fragment && f.digest === b[i]!.digest);

/** SHA-256 over sorted (fragment ‖ set digest) of the fragments covered. Ids and digests are values: whoever changes one makes a new array. */
export function spaceDigest(list: readonly FragmentDigest[]): Bytes {
  const hit = known.find((one) => isSame(one.list, list));
  if (hit !== undefined) return hit.digest;
  const digest = sha256(...sorted(list).flatMap((f) => [f.fragment, f.digest]));
  known.unshift({ list: [...list], digest });
  known.length = Math.min(known.length, KNOWN);
  return digest;
}

/** Payload of the idle tick: SHA-256 over sorted (space ‖ space digest) of the spaces both ends opened. */
export function tickDigest(spaces: readonly { readonly space: Bytes; readonly digest: Bytes }[]): Bytes {
  const list = [...spaces].sort((a, b) => compareBytes(a.space, b.space));
  return sha256('lgos/tick/1', ...list.flatMap((s) => [s.space, s.digest]));
}

/** Concatenated 4-byte prefixes of fragments, sorted: what one side holds, said in few bytes. */
export function prefixesOf(fragments: readonly Bytes[]): Bytes {
  return concat(...fragments.map((f) => f.subarray(0, 4)).sort(compareBytes));
}

/** Is the fragment among the prefixes? A false yes only costs a comparison. */
export function prefixFilter(have: Bytes | null): (fragment: Bytes) => boolean {
  if (have === null) return () => true;
  const set = new Set<number>();
  const view = new DataView(have.buffer, have.byteOffset, have.length);
  for (let at = 0; at < have.length; at += 4) set.add(view.getUint32(at));
  return (fragment) => set.has(new DataView(fragment.buffer, fragment.byteOffset, 4).getUint32(0));
}

/** 16 digests b16 of one inner place: child c covers the fragments whose nibbles start with the place's, then c. Empty child = zeros. */
function children(list: readonly FragmentDigest[], childOf: (f: Bytes) => number): Bytes {
  const buckets: FragmentDigest[][] = Array.from({ length: 16 }, () => []);
  for (const f of list) buckets[childOf(f.fragment)]!.push(f);
  return concat(...buckets.map((bucket) => (bucket.length === 0 ? new Uint8Array(16) : spaceDigest(bucket).subarray(0, 16))));
}

/** The 16 digests of the root: by the first nibble of the fragment id. */
export function treeRoot(list: readonly FragmentDigest[]): Bytes {
  return children(list, (f) => f[0]! >> 4);
}

/** The 16 digests below first nibble `place`: by the second nibble. */
export function treeBranch(list: readonly FragmentDigest[], place: number): Bytes {
  return children(list.filter((f) => f.fragment[0]! >> 4 === place), (f) => f[0]! & 15);
}

/** Indexes of the 16-byte digests in which two lists of digests differ. */
export function differing(a: Bytes, b: Bytes): number[] {
  const out: number[] = [];
  for (let i = 0; i * 16 < a.length; i++) if (compareBytes(a.subarray(i * 16, i * 16 + 16), b.subarray(i * 16, i * 16 + 16)) !== 0) out.push(i);
  return out;
}
