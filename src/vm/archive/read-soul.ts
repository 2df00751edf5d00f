/**
 * Reading a soul of a stock GUN relay piece by piece (SPIKE 5): ranges only, on from the last key; less at a time when an answer was too large; past
 * the end of a file of the relay as read-across does it; and where the relay stays silent to all of that, the whole soul.
 */
import { ARCHIVE_LIMITS } from '#vm/archive-limits';
import type { ArchiveField } from './archive-fields.ts';
import type { ArchivePlace } from './archive-key.ts';
import { readAcross, type Across } from './read-across.ts';
import type { StockPeer } from './stock-peer.ts';

/** end: everything was seen · more: the next round goes on · junk: even the smallest piece is too large · the rest: the relay. */
export type ReadEnd = 'end' | 'more' | 'junk' | 'silent' | 'closed';

export interface SoulRange {
  readonly from: string;
  readonly to: string;
}

/** Where a soul that was too full for one round goes on. */
export type Cursors = Map<string, string>;

/** Hands on the fields of an answer that belong to the range; how many, and the greatest key. */
export type Take = (fields: readonly ArchiveField[], range: SoulRange) => Promise<{ readonly count: number; readonly last: string }>;

/** Hands the fields of the range to `take`, in order of their keys as far as the relay keeps it. */
export async function readSoul(peer: StockPeer, place: ArchivePlace, range: SoulRange, cursors: Cursors, take: (fields: readonly ArchiveField[]) => Promise<void>): Promise<ReadEnd> {
  const name = `${place.soul} ${range.to}`;
  const from = cursors.get(name) ?? range.from;
  cursors.delete(name);
  const reading = new Reading(peer, place, from < range.from ? range.from : from, range.to, take);
  const end = await reading.run();
  if (end === 'more') cursors.set(name, reading.at);
  return end;
}

class Reading {
  private chars: number = ARCHIVE_LIMITS.rangeChars;
  private read = 0;
  /** The first get of the heads is the one after which they are passed on. */
  private subscribe: boolean;

  constructor(private readonly peer: StockPeer, private readonly place: ArchivePlace, public at: string, private readonly to: string, private readonly give: (fields: readonly ArchiveField[]) => Promise<void>) {
    this.subscribe = place.kind === 'heads';
  }

  async run(): Promise<ReadEnd> {
    while (this.read < ARCHIVE_LIMITS.soulFields) {
      if (this.at > this.to) return 'end';
      const end = await this.piece();
      if (end !== null) return end;
    }
    return 'more';
  }

  private readonly take: Take = async (fields, { from, to }) => {
    const inside = fields.filter(({ place: { soul }, key }) => soul === this.place.soul && key >= from && key <= to);
    if (inside.length > 0) await this.give(inside);
    this.read += inside.length;
    return { count: inside.length, last: inside.reduce((last, { key }) => (key > last ? key : last), from) };
  };

  /** One get and what follows from its answer; null: on from `at`. */
  private async piece(): Promise<ReadEnd | null> {
    const { at, to, chars } = this;
    const answer = await this.peer.get(this.place, { from: at, to, chars, subscribe: this.subscribe });
    this.subscribe = false;
    if (answer.state === 'closed') return 'closed';
    if (answer.state === 'none') return 'end';
    if (answer.state === 'silent') return this.across('silence');
    if (answer.state !== 'fields') {
      if (chars <= ARCHIVE_LIMITS.rangeCharsMin) return 'junk';
      this.chars = Math.max(ARCHIVE_LIMITS.rangeCharsMin, Math.floor(chars / 9));
      return null;
    }
    const { count, last } = await this.take(answer.fields, { from: at, to });
    // Not one of the range: that was no answer of the relay.
    if (count === 0) return this.across('silence');
    if (answer.more && !(await this.inOrder(last))) return this.across('strays');
    // The smallest key behind the last one: both bounds of a range are inside it.
    this.at = `${last}!`;
    const full = answer.fields.reduce((sum, { value }) => sum + value.length, 0) >= chars;
    return answer.more && !full ? this.across('gap') : null;
  }

  /** Another file has something of the range: does it begin behind `last`? A file of a stock relay may hold stray keys of the next one. */
  private async inOrder(last: string): Promise<boolean> {
    const answer = await this.peer.get(this.place, { from: this.at, to: last, chars: 1 });
    return answer.state === 'fields' && !answer.more;
  }

  private async across(why: Across): Promise<ReadEnd | null> {
    const { end, at } = await readAcross(this.peer, this.place, { from: this.at, to: this.to }, why, this.take);
    this.at = at;
    return end === 'silent' ? this.whole() : end;
  }

  private async whole(): Promise<ReadEnd> {
    const answer = await this.peer.get(this.place, null);
    if (answer.state === 'closed') return 'closed';
    if (answer.state === 'none') return 'end';
    if (answer.state === 'large') return 'junk';
    if (answer.state !== 'fields') return answer.state;
    await this.take(answer.fields, { from: this.at, to: this.to });
    if (answer.large) return 'junk';
    return answer.more ? 'silent' : 'end';
  }
}
