/** Searching on other devices of a space, as the search of a tab and its kernel say it to each other (docs/decisions/0164). */

/** Kinds of things that lie in parts which not every device holds. */
export const ELSEWHERE_KINDS = ['message', 'task', 'resource', 'block'] as const;
export type ElsewhereKind = (typeof ELSEWHERE_KINDS)[number];

/** What is looked for. */
export interface ElsewhereAsk {
  readonly text: string;
  readonly kinds: readonly ElsewhereKind[];
  /** uids: only what they wrote; empty: what anybody did. */
  readonly by: readonly string[];
  /** ms of the last change: before, and not before. */
  readonly before: number | null;
  readonly after: number | null;
  /** Clock of the person who asks, ms: what is new stands before what is old. */
  readonly now: number;
  readonly limit: number;
}

/** One thing in an answer: a claim of who answered. Title and text are pieces of what is there. */
export interface FoundThing {
  readonly kind: ElsewhereKind;
  readonly fragment: string;
  readonly node: string;
  readonly block: string;
  readonly title: string;
  readonly text: string;
  readonly by: string;
  readonly at: number;
  readonly changed: number;
}

/** A question of another device, to be answered from the index of this tab. */
export interface ElsewhereQuestion {
  readonly no: number;
  readonly space: string;
  readonly ask: ElsewhereAsk;
  /** Only what lies in these; null: all may be told. */
  readonly fragments: readonly string[] | null;
}

/** What comes of an own question: how many devices are asked, then each answer, or that there is none. */
export type ElsewhereNews =
  | { readonly t: 'asked'; readonly devices: number; readonly links: boolean }
  | { readonly t: 'answer'; readonly space: string; readonly device: string; readonly uid: string; readonly found: readonly FoundThing[] }
  | { readonly t: 'silent'; readonly late: boolean }
  | { readonly t: 'end' };
