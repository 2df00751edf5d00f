/** How much of each person a space holds here, and whether there is room for more (BUD rules of SPEC.md). Counted as records are delivered. */
import { toBase64url } from '#base/bytes';
import { AppError } from '#base/app-error';
import { KERNEL_LIMITS } from '#os/limits';
import { RECORD_CLASS, type ParsedRecord } from '#vm/protocol/types';
import { writersOf } from './cut-points.ts';
import type { Space } from './state.ts';

interface Amount {
  records: number;
  bytes: number;
}

/** Space → writer → what is held of it. */
const held = new WeakMap<Space, Map<string, Amount>>();

function grow(amounts: Map<string, Amount>, key: string, bytes: number): void {
  const known = amounts.get(key) ?? { records: 0, bytes: 0 };
  known.records += 1;
  known.bytes += bytes;
  amounts.set(key, known);
}

/** One more record of the space is held. */
export function countHeld(space: Space, writer: string, bytes: number): void {
  let writers = held.get(space);
  if (!writers) held.set(space, (writers = new Map()));
  grow(writers, writer, bytes);
}

/** What is held of all writers of a person. */
export function heldOf(space: Space, uid: string): Readonly<Amount> {
  const sum = { records: 0, bytes: 0 };
  for (const writer of writersOf(space, uid)) {
    const known = held.get(space)?.get(toBase64url(writer));
    sum.records += known?.records ?? 0;
    sum.bytes += known?.bytes ?? 0;
  }
  return sum;
}

const exceeds = ({ records, bytes }: Readonly<Amount>, part: number): boolean => records >= KERNEL_LIMITS.authorRecords * part || bytes >= KERNEL_LIMITS.authorBytes * part;

/** Asks for each record of a batch whether its author has room; what the batch adds counts. */
export class AuthorCount {
  private readonly sums = new Map<string, Amount>();

  /** acl records are never refused: rights that peers hold in part would be judged apart. */
  isFull(space: Space, { header, bytes }: ParsedRecord): boolean {
    const uid = space.rights.writer(header.writer)?.uid;
    if (uid === undefined || header.class === RECORD_CLASS.acl) return false;
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
