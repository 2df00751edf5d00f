/** What an editor needs of a text that several people write; kept by ./replica.ts. */
import type * as Y from 'yjs';
import type { Block } from './block.ts';
import type { Pen, PenPlace } from './pen.ts';
import type { Twice } from './twice.ts';

/** A text that several people write. */
export interface TextCrdt {
  /** Blocks as they are shown. */
  shown(): readonly Block[];
  /**
   * Makes the document show these blocks; gives the updates for the others, each small enough for one operation. `caret`: where the writer stands after it. `mine`: it is an undo of a
   * person who wrote under these ids: what others wrote stays.
   */
  write(next: readonly Block[], caret?: Caret, mine?: ReadonlySet<number>): Uint8Array[];
  /** Takes updates of others (or own ones again), in any order. True when something shown changed. */
  take(updates: readonly Uint8Array[]): boolean;
  /** Puts letters that were written here and that a split of another, who had not heard of them, left behind where it took those before them; gives the updates for the others. To be asked after `take`. */
  bring(): Uint8Array[];
  /** A place in a text that stays where it is while others write; null when the block has no text. */
  anchor(id: string, at: number): Anchor | null;
  /** Where an anchor is now: with its letter, also when a split took that into another block; null when its block is not here any more. */
  place(anchor: Anchor): Caret | null;
  /** Letters of a block, for others and for later; null when there are none. */
  hold(id: string, from: number, to: number): HeldLetters | null;
  /** Where what is left of them stands in their block, shown or not; null when nothing is. */
  letters(id: string, held: HeldLetters): Stretch | null;
  /** Where this person stands, for others to see: with the letters written here that have the clock `since` or a later one. */
  pen(head: Caret, anchor: Caret, since: number): Pen | null;
  /** Where somebody's pen is here; null when the place is not here. */
  penAt(pen: Pen): PenPlace | null;
  /** Counts what was written here. */
  clock(): number;
  /** The block that stands where this one stood: itself while it is shown, else the nearest before it, else behind it. */
  near(id: string): string | null;
  /** What of the blocks shown stands in another one too, by the block it may be taken out of: left behind by splits of one block at the same moment. */
  twice(): ReadonlyMap<string, Twice>;
}

/** A place in a text, UTF-16 units. */
export interface Caret {
  /** Of the block, or of a cell (cellId). */
  readonly id: string;
  readonly at: number;
}

/** The first and the last of some letters, as bytes that every copy of the document understands. */
export interface HeldLetters {
  readonly first: Uint8Array;
  readonly last: Uint8Array;
}

/** Letters of a block, UTF-16 units. */
export interface Stretch {
  readonly id: string;
  readonly from: number;
  readonly to: number;
}

export interface Anchor {
  readonly id: string;
  readonly position: Y.RelativePosition;
}
