/**
 * Reading a soul of a stock GUN relay piece by piece (SPIKE 5): ranges only, on from the last key; less at a time when an answer was too large;
 * and where the relay stays silent, because somebody has asked it for the whole soul before, the whole soul.
 */
import { ARCHIVE_LIMITS } from '#vm/archive-limits';
import type { ArchiveField } from './archive-fields.ts';
import type { ArchivePlace } from './archive-key.ts';
import type { StockPeer } from './stock-peer.ts';

/** end: everything was seen · more: the next round goes on · junk: even the smallest piece is too large · the rest: the relay. */
export type ReadEnd = 'end' | 'more' | 'junk' | 'silent' | 'closed';

export interface SoulRange {
  readonly from: string;
  readonly to: string;
}

/** Where a soul that was too full for one round goes on. */
export type Cursors = Map<string, string>;

/** Hands the fields of the range to `take`, in order of their keys as far as the relay keeps it. */
export async function readSoul(peer: StockPeer, place: ArchivePlace, range: SoulRange, cursors: Cursors, take: (fields: readonly ArchiveField[]) => Promise<void>): Promise<ReadEnd> {
  const name = `${place.soul} ${range.to}`;
  let at = cursors.get(name) ?? range.from;
  if (at < range.from) at = range.from;
  cursors.delete(name);
  let chars: number = ARCHIVE_LIMITS.rangeChars;
  for (let read = 0; read < ARCHIVE_LIMITS.soulFields;) {
    const answer = await peer.get(place, { from: at, to: range.to, chars });
    if (answer.state === 'closed') return 'closed';
    if (answer.state === 'none') return 'end';
    if (answer.state !== 'fields') {
      // A relay that makes a long answer is slow as well; asked for the whole soul it would stay silent to everybody's ranges from then on.
      if (chars <= ARCHIVE_LIMITS.rangeCharsMin) return answer.state === 'large' ? 'junk' : readWhole(peer, place, { from: at, to: range.to }, take);
      chars = answer.state === 'silent' ? ARCHIVE_LIMITS.rangeCharsMin : Math.max(ARCHIVE_LIMITS.rangeCharsMin, Math.floor(chars / 9));
      continue;
    }
    const inside = answer.fields.filter(({ place: { soul }, key }) => soul === place.soul && key >= at && key <= range.to);
    if (inside.length === 0) return 'end';
    await take(inside);
    read += inside.length;
    // The smallest key behind the last one: both bounds of a range are inside it.
    at = `${inside.reduce((last, { key }) => (key > last ? key : last), at)}!`;
  }
  cursors.set(name, at);
  return 'more';
}

async function readWhole(peer: StockPeer, place: ArchivePlace, range: SoulRange, take: (fields: readonly ArchiveField[]) => Promise<void>): Promise<ReadEnd> {
  const answer = await peer.get(place, null);
  if (answer.state === 'closed') return 'closed';
  if (answer.state === 'none') return 'end';
  if (answer.state !== 'fields') return answer.state === 'large' ? 'junk' : 'silent';
  const inside = answer.fields.filter(({ place: { soul }, key }) => soul === place.soul && key >= range.from && key <= range.to);
  await take(inside);
  return answer.fields.length < ARCHIVE_LIMITS.wholeFields ? 'end' : 'junk';
}
