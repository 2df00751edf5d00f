/**
 * Cards: what is asked and what is known then, in decks of the Personal space. How a card was answered is a set of moments with their grades, which only grows: when it comes
 * again is computed out of all of them (./schedule.ts), so devices that were apart agree and no answer is lost.
 */
import type { JsonValue, NodeView, Op } from '#os/api';
import { cutText } from '#base/plain-text';
import { err, ok, type Result } from '#base/result';
import { idOf, readDirectoryEntry, refuse, textOf, type DirectoryEntry, type Refusal } from '#domain/shared';
import { CARD, CARD_FROM, DECK } from '#domain/learn';
import { CARD_LIMITS } from './limits.ts';

/** 1 again · 2 hard · 3 good · 4 easy. */
export const GRADES = [1, 2, 3, 4] as const;
export type Grade = (typeof GRADES)[number];

export interface Review {
  /** ms */
  readonly at: number;
  readonly grade: Grade;
}

/** Where a card came from: a block of a document, say. */
export interface CardSource {
  readonly space: string;
  readonly fragment: string;
  readonly node: string;
  readonly block: string | null;
}

export interface Card {
  readonly id: string;
  readonly fragment: string;
  readonly front: string;
  readonly back: string;
  /** Nodes of pictures and sounds that stand on each side, in the deck. */
  readonly frontFiles: readonly string[];
  readonly backFiles: readonly string[];
  readonly made: number;
  /** The oldest first; each moment once. */
  readonly reviews: readonly Review[];
  readonly source: CardSource | null;
  /** It is not asked. */
  readonly off: boolean;
  readonly newer: boolean;
}

const idsOf = (value: JsonValue | undefined): string[] => (Array.isArray(value) ? value.slice(0, CARD_LIMITS.files).flatMap((one) => idOf(one) ?? []) : []);
const REVIEW = /^(\d{1,15}) ([1-4])$/;

/** A card of a node, or null when the node is none. */
export function readCard(node: NodeView): Card | null {
  if (node.type !== CARD || node.deleted) return null;
  const reviews = new Map<number, Grade>();
  // Of two answers of one moment the harder one counts, on every device.
  for (const value of node.sets['reviews'] ?? []) {
    const found = typeof value === 'string' ? REVIEW.exec(value) : null;
    if (found) reviews.set(Number(found[1]), Math.min(Number(found[2]), reviews.get(Number(found[1])) ?? 4) as Grade);
  }
  const from = node.edges.find(({ type }) => type === CARD_FROM);
  const [space, fragment, target] = Array.isArray(from?.to) && from.to.length === 3 ? from.to : [];
  return {
    id: node.id, fragment: node.fragment, front: textOf(node.props['front'], CARD_LIMITS.sideUnits) ?? '', back: textOf(node.props['back'], CARD_LIMITS.sideUnits) ?? '', frontFiles: idsOf(node.props['frontFiles']), backFiles: idsOf(node.props['backFiles']), made: node.createdAt, off: node.props['off'] === true, newer: node.newer,
    reviews: [...reviews].map(([at, grade]) => ({ at, grade })).sort((a, b) => a.at - b.at).slice(-CARD_LIMITS.reviews),
    source: space && fragment && target ? { space, fragment, node: target, block: textOf(from?.props['block'], 64) } : null,
  };
}

/** The decks, by title. */
export const decksOf = (nodes: Iterable<NodeView>): DirectoryEntry[] =>
  [...nodes].flatMap((node) => readDirectoryEntry(node) ?? []).filter(({ type }) => type === DECK).sort((a, b) => a.title.localeCompare(b.title) || (a.fragment < b.fragment ? -1 : 1));

export interface CardWords {
  readonly front: string;
  readonly back: string;
}

function sides({ front, back }: CardWords): Result<{ front: string; back: string }, Refusal> {
  const words = { front: front.trim(), back: back.trim() };
  if (words.front === '' || words.back === '') return err(refuse('empty'));
  return Math.max(words.front.length, words.back.length) > CARD_LIMITS.sideUnits ? err(refuse('too-long')) : ok(words);
}

/** A new card. */
export function makeCard(id: string, words: CardWords, source: CardSource | null): Result<Op[], Refusal> {
  const made = sides(words);
  if (!made.ok) return made;
  const link: Op | null = source && { op: 'edge.add', type: CARD_FROM, from: id, to: [source.space, source.fragment, source.node], props: source.block === null ? {} : { block: source.block }, verb: 'learn/card.create@1' };
  return ok([{ op: 'node.create', type: CARD, id, props: made.value, verb: 'learn/card.create@1' }, ...(link ? [link] : [])]);
}

/** Other words of a card; how it was answered stays. */
export function changeCard(card: Card, words: CardWords): Result<Op[], Refusal> {
  const made = sides(words);
  if (!made.ok) return made;
  const props = Object.fromEntries(Object.entries(made.value).filter(([side, text]) => text !== card[side as 'front' | 'back']));
  return Object.keys(props).length === 0 ? err(refuse('no-change')) : ok([{ op: 'node.set', id: card.id, props, verb: 'learn/card.change@1' }]);
}

const review = (op: 'set.add' | 'set.remove', id: string, { at, grade }: Review): Op[] => [{ op, id, prop: 'reviews', value: `${Math.round(at)} ${grade}`, verb: 'learn/card.review@1' }];

/** A card was answered. */
export const answerCard = (card: Pick<Card, 'id'>, given: Review): Op[] => review('set.add', card.id, given);
/** Takes an answer back. */
export const takeAnswerBack = (card: Pick<Card, 'id'>, given: Review): Op[] => review('set.remove', card.id, given);

/** Asks a card no more, or again. */
export const setOff = (id: string, off: boolean): Op[] => [{ op: 'node.set', id, props: { off }, verb: 'learn/card.off@1' }];

/** What stands between a word and what it means: "gland :: where the cable enters", "gland – where…", "gland: where…". */
const PARTS = [/^(.{1,200}?)\s*::\s*([\s\S]+)$/, /^(.{1,120}?)\s+[–—]\s+([\s\S]+)$/, /^([^:]{1,80}):\s+([\s\S]+)$/];

/** Words of a block as the two sides of a card: what is defined and how, else a front without back. */
export function sidesOf(text: string): CardWords {
  const words = cutText(text.trim(), CARD_LIMITS.sideUnits);
  for (const part of PARTS) {
    const found = part.exec(words);
    if (found) return { front: found[1]!.trim(), back: found[2]!.trim() };
  }
  return { front: words, back: '' };
}
