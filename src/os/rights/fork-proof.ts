/**
 * fork.proof{stub, stub} (FORMATS 5): two headers of one writer that cannot both stand in one chain of the space. It is the only way in which a fork seen
 * across fragments acts, so that what is held back follows from the acl set and the fragment's own records.
 */
import { equalBytes, toBase64url, type Bytes } from '#base/bytes';
import type { CryptoPort } from '#ports/crypto';
import { isAdmissibleKey } from '#vm/protocol/admission';
import { loadCurve } from '#vm/protocol/curve';
import { parseRecord, verifyRecord } from '#vm/protocol/record';
import type { Header } from '#vm/protocol/types';

/** From which n on the records of a writer are held back. */
export interface ProvenFork {
  readonly writer: string;
  readonly n: number;
}

type Stub = { readonly header: Header; readonly id: Bytes };

/**
 * What two stubs of a space prove: one n with two ids, or a record that names another predecessor than the one at the n before it. Null: nothing.
 * Two records at one seq of one log act by themselves in their fragment.
 */
export function provenFork(space: Uint8Array, a: Uint8Array, b: Uint8Array): ProvenFork | null {
  const first = read(space, a);
  const second = read(space, b);
  if (!first || !second || !equalBytes(first.header.writer, second.header.writer) || equalBytes(first.id, second.id)) return null;
  const [low, high] = first.header.n <= second.header.n ? [first, second] : [second, first];
  const same = low.header.n === high.header.n;
  const skips = high.header.n === low.header.n + 1 && (high.header.sprev === null || !equalBytes(high.header.sprev, low.id));
  return same || skips ? { writer: toBase64url(low.header.writer), n: low.header.n } : null;
}

function read(space: Uint8Array, bytes: Uint8Array): Stub | null {
  const parsed = parseRecord(bytes);
  return parsed.ok && parsed.value.body === null && equalBytes(parsed.value.header.space, space) ? parsed.value : null;
}

/** Are both stubs signed by a key that may sign? */
export async function verifyProof(crypto: CryptoPort, a: Uint8Array, b: Uint8Array): Promise<boolean> {
  await loadCurve();
  for (const bytes of [a, b]) {
    const parsed = parseRecord(bytes);
    if (!parsed.ok || !isAdmissibleKey(parsed.value.header.writer) || !(await verifyRecord(crypto, parsed.value))) return false;
  }
  return true;
}
