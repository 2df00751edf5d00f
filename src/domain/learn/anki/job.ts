/** What a page and the thread that reads and writes decks say to each other. */
import type { Review, Card } from '#domain/learn/cards';
import type { DeckFaultCode } from './fault.ts';
import type { Side } from './text.ts';

export interface CardFound {
  readonly front: string;
  readonly back: string;
  /** Numbers of files that stand on each side. */
  readonly frontFiles: readonly number[];
  readonly backFiles: readonly number[];
  readonly reviews: readonly Review[];
  readonly off: boolean;
}

export interface DecksFound {
  readonly decks: readonly { readonly name: string; readonly cards: readonly CardFound[] }[];
  readonly files: readonly { readonly name: string; readonly size: number }[];
  /** Cards that say nothing; files that cards name and that are not in it, or are more or larger than is taken. */
  readonly empty: number;
  readonly missing: readonly string[];
}

export type ToDecks =
  | { readonly read: { readonly name: string; readonly file: Blob } }
  /** The bytes of a file that comes with the cards, by its number. */
  | { readonly media: number }
  | { readonly write: { readonly name: string; readonly at: number; readonly cards: readonly { readonly card: Card; readonly front: Side; readonly back: Side }[]; readonly files: readonly { readonly name: string; readonly blob: Blob }[] } };

export type FromDecks = { readonly found: DecksFound } | { readonly bytes: Uint8Array<ArrayBuffer> } | { readonly written: Blob } | { readonly fault: { readonly code: DeckFaultCode; readonly detail: string } };
