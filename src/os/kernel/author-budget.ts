/** How much of each person a space holds here, and whether there is room for more (BUD rules of SPEC.md). Counted as records are delivered. */
import { equalBytes, toBase64url } from '#base/bytes';
import { AppError } from '#base/app-error';
import { KERNEL_LIMITS } from '#os/limits';
import { FRAGMENT, type ParsedRecord } from '#vm/protocol/types';
import type { Space } from './state.ts';

interface Amount {
  records: number;
  bytes: number;
}

/** Where a record lies. */
interface Placed {
  readonly fragment: Uint8Array;
}

type Kind = 'data' | 'acl';

/** Space → writer → what is held of it; all of them under ''. */
const held = new WeakMap<Space, Record<Kind, Map<string, Amount>>>();

/** Is it about rights? Where it lies says so; its class is what its author claims. */
export const isOfAcl = ({ fragment }: Placed): boolean => equalBytes(fragment, FRAGMENT.acl);

const kindOf = (header: Placed): Kind => (isOfAcl(header) ? 'acl' : 'data');

function grow(amounts: Map<string, Amount>, key: string, bytes: number): void {
  const known = amounts.get(key) ?? { records: 0, bytes: 0 };
  known.records += 1;
  known.bytes += bytes;
  amounts.set(key, known);
}

function sumOf(amounts: Iterable<Amount | undefined>): Amount {
  const sum = { records: 0, bytes: 0 };
  for (const amount of amounts) {
    sum.records += amount?.records ?? 0;
    sum.bytes += amount?.bytes ?? 0;
  }
  return sum;
}

/** One more record of the space is held. */
export function countHeld(space: Space, header: Placed, writer: string, bytes: number): void {
  let kinds = held.get(space);
  if (!kinds) held.set(space, (kinds = { data: new Map(), acl: new Map() }));
  for (const key of [writer, '']) grow(kinds[kindOf(header)], key, bytes);
}

/** What is held of all writers that say they are the person's, also those of devices that were never let in. */
export function heldOf(space: Space, uid: string): Readonly<Amount> {
  const amounts = held.get(space)?.data;
  return sumOf([...space.rights.writersOf(uid)].map((writer) => amounts?.get(writer)));
}

/** All that is held about rights in the space. */
export const heldAcl = (space: Space): Readonly<Amount> => sumOf([held.get(space)?.acl.get('')]);

const exceeds = ({ records, bytes }: Readonly<Amount>, part: number): boolean => records >= KERNEL_LIMITS.authorRecords * part || bytes >= KERNEL_LIMITS.authorBytes * part;

/** Asks for each record of a batch whether its author has room; what the batch adds counts. */
export class AuthorCount {
  private readonly sums = new Map<string, Amount>();

  /**
   * `named`: who wrote it as its batch says, when the space does not know its writer yet. Records about rights always have room: two who refused different ones
   * would wait for each other's for ever, since every act names the acts before it.
   */
  isFull(space: Space, { header, bytes, status, id }: ParsedRecord, named?: string): boolean {
    // What lies on a row that cannot be read any more is counted, and has its place.
    if (space.fragments.get(toBase64url(header.fragment))?.log.has(toBase64url(id)) === true) return false;
    // Nobody can say who signed another version: it counts to nobody (KERNEL.unjudgedPerSpace).
    if (status === 'unknown-version') return false;
    const uid = space.rights.writer(header.writer)?.uid ?? named;
    if (uid === undefined || isOfAcl(header)) return false;
    const key = `${space.key}/${uid}`;
    let sum = this.sums.get(key);
    if (!sum) this.sums.set(key, (sum = { ...heldOf(space, uid) }));
    if (exceeds(sum, 1)) return true;
    grow(this.sums, key, bytes.length);
    return false;
  }
}

/** The own kernel stops before others refuse: what two devices write at once has room too. */
const OWN_PART = 15 / 16;

/** Throws AppError `author-full` when this person has stored as much in the space as one may. */
export function checkOwnRoom(space: Space, uid: string): void {
  if (exceeds(heldOf(space, uid), OWN_PART)) throw new AppError('author-full', 'You have stored as much in this space as one person may.', 'What is there stays.', 'Write in another space.');
}
