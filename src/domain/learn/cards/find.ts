/** Cards found by words on either side. Pure. */
import type { Card } from './things.ts';

/** Lower case without marks. */
const plain = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** What is looked through of each card: a card that changes is another object. */
const known = new WeakMap<Card, readonly [front: string, both: string]>();
function wordsOf(card: Card): readonly [front: string, both: string] {
  const made = known.get(card) ?? [plain(card.front), plain(`${card.front}\n${card.back}`)];
  known.set(card, made);
  return made;
}

/** Those that have all of the words, each on either side; first those whose front has them. Without words all, as they are. */
export function findCards(cards: readonly Card[], words: string): readonly Card[] {
  const wanted = plain(words).split(/\s+/).filter((word) => word !== '');
  if (wanted.length === 0) return cards;
  const has = (text: string): boolean => wanted.every((word) => text.includes(word));
  const found = cards.filter((card) => has(wordsOf(card)[1]));
  return [...found.filter((card) => has(wordsOf(card)[0])), ...found.filter((card) => !has(wordsOf(card)[0]))];
}
