/** What the full-text index of a peer holds, what may be asked of it, and what it answers. */

/** Kinds of things that are found, in the order they are listed. */
export const KINDS = ['message', 'task', 'goal', 'resource', 'course', 'document', 'block', 'channel', 'room', 'person', 'space'] as const;
export type Kind = (typeof KINDS)[number];

/** One thing that can be found. */
export interface Entry {
  /** Unique: space, node and, of a block, its id. */
  readonly key: string;
  readonly kind: Kind;
  readonly space: string;
  /** Empty for people and spaces. */
  readonly fragment: string;
  /** Node id; of a person the uid. */
  readonly node: string;
  readonly block: string;
  readonly title: string;
  readonly text: string;
  /** uid of whose words they are; empty when it is not known. */
  readonly by: string;
  /** ms */
  readonly at: number;
  /** ms of the last change; 0 where no time is known. A block is as old as the last change of its text. */
  readonly changed: number;
  /** What it leads to: spots of its space (./engine/spots), each once, in order; absent where there are none. */
  readonly links?: readonly string[];
}

/** A thing that somebody has open: an address as the app writes it. */
export interface OpenThing {
  readonly space: string;
  readonly lens: string;
  readonly fragment: string;
  /** A message or a task in it; null: it itself. */
  readonly node: string | null;
}

/** What is asked. Text with words, beginnings of words and "phrases"; filters narrow. */
export interface SearchQuery {
  readonly text: string;
  readonly kinds?: readonly Kind[];
  readonly space?: string | null;
  /** uids: only what they wrote. */
  readonly by?: readonly string[] | null;
  /** Only in these fragments. */
  readonly fragments?: readonly string[] | null;
  /** uids whose words are not shown. */
  readonly hidden?: readonly string[];
  /** ms: only what was last changed before, and not before. What has no time is not found then. */
  readonly before?: number | null;
  readonly after?: number | null;
  readonly limit: number;
  /** Of the person, ms: what is new stands before what is old. */
  readonly now: number;
  /** What the person has open: what it is linked with stands before what is not. */
  readonly open?: OpenThing | null;
}

/** Why a thing stands before others with the same words. */
export interface Leads {
  /** How many things lead to it. */
  readonly by: number;
  /** Links between it and what is open, one or two; 0 where it is further away, or nothing is open. */
  readonly steps: number;
}

/** A piece of a text with the places of the words that were found, UTF-16 units. */
export interface Snippet {
  readonly text: string;
  readonly marks: readonly (readonly [from: number, to: number])[];
}

export interface SearchHit {
  readonly entry: Omit<Entry, 'text' | 'links'>;
  readonly title: Snippet;
  readonly snippet: Snippet;
  readonly score: number;
  /** None of the words asked for is in it: it is only like them. */
  readonly alike: boolean;
  /** It is like them by a model of this device, not by spelling. */
  readonly meant: boolean;
  /** Title of the channel, room, document, goal or course it stands in; empty when it is not known, and of those themselves. */
  readonly place: string;
  /** The lens that shows it: a message in a document is a comment there. */
  readonly lens: 'chat' | 'messenger' | 'documents' | 'goals' | 'learn';
  /** Name of whose words they are, empty when it is not known; and of the space. */
  readonly author: string;
  readonly spaceName: string;
  /** Links that speak for it, where this device knows some. */
  readonly leads?: Leads;
}

/** How far the index is. */
export interface SearchState {
  /** `opening`: what was kept is read; `reading`: what is new since then is taken in. */
  readonly phase: 'opening' | 'reading' | 'ready' | 'failed';
  /** Things that can be found. */
  readonly entries: number;
  /** Nodes that are still to be read. */
  readonly left: number;
  /** Nodes that came from the store of this device, and nodes that were read anew since this tab began. */
  readonly kept: number;
  readonly read: number;
  /** Nodes whose change is not in the store yet; 0 where another tab keeps the index. */
  readonly unkept: number;
  /** Vectors of a model that a person brought, and things that are still to get one; null where there is none. */
  readonly meant: { readonly made: number; readonly left: number } | null;
}

export interface SearchAnswer {
  readonly hits: readonly SearchHit[];
  /** All that fit. */
  readonly total: number;
  /** How many of each kind fit, whatever kinds were asked for. */
  readonly counts: Readonly<Record<Kind, number>>;
  /** No word was found as it stands: these are like them. */
  readonly near: boolean;
  readonly state: SearchState;
}
