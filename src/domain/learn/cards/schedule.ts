/** When a card comes again, by FSRS (ts-fsrs) with its own parameters, computed anew out of all answers. Without chance: all devices of a person say the same. */
import { createEmptyCard, fsrs, State, type Card as FsrsCard } from 'ts-fsrs';
import { CARD_LIMITS } from './limits.ts';
import { GRADES, type Card, type Grade, type Review } from './things.ts';

export type Stage = 'new' | 'learning' | 'review' | 'again';

export interface Schedule {
  /** ms */
  readonly due: number;
  readonly stage: Stage;
  /** Days until it is known with nine in ten. */
  readonly stability: number;
  readonly difficulty: number;
  readonly lapses: number;
  readonly reviews: number;
}

const STAGES: Record<State, Stage> = { [State.New]: 'new', [State.Learning]: 'learning', [State.Review]: 'review', [State.Relearning]: 'again' };
const scheduler = fsrs({ enable_fuzz: false });

function replay(made: number, reviews: readonly Review[]): FsrsCard {
  let card = createEmptyCard(new Date(made));
  for (const { at, grade } of reviews) card = scheduler.next(card, new Date(at), grade).card;
  return card;
}

const told = ({ due, state, stability, difficulty, lapses, reps }: FsrsCard): Schedule => ({ due: due.getTime(), stage: STAGES[state], stability, difficulty, lapses, reviews: reps });

/** Of cards that did not change it is known. */
const known = new WeakMap<Card, FsrsCard>();

function cardOf(card: Card): FsrsCard {
  const before = known.get(card);
  if (before) return before;
  const made = replay(card.made, card.reviews);
  known.set(card, made);
  return made;
}

/** How a card stands. */
export const scheduleOf = (card: Card): Schedule => told(cardOf(card));

/** When it would come again after each grade, ms. */
export function choicesOf(card: Card, now: number): Record<Grade, number> {
  const own = cardOf(card);
  const at = atLeast(card, now);
  return Object.fromEntries(GRADES.map((grade) => [grade, scheduler.next(own, new Date(at), grade).card.due.getTime()])) as Record<Grade, number>;
}

/** A moment behind the last answer, whatever the clock says. */
export const atLeast = ({ reviews }: Pick<Card, 'reviews'>, now: number): number => Math.max(Math.round(now), (reviews.at(-1)?.at ?? 0) + 1);

/** How soon a card that is being learned may be asked before its time, when nothing else is left, ms. */
const AHEAD_MS = 20 * 60_000;

export interface Queue {
  /** In the order they are asked. */
  readonly cards: readonly Card[];
  readonly learning: number;
  readonly review: number;
  readonly fresh: number;
}

/** What is to be asked now: what is being learned, then what is due, then new ones, so many a day; `day`: when the day of the person began, ms. */
export function queueOf(cards: readonly Card[], now: number, day: number): Queue {
  const asked = cards.filter(({ off, newer }) => !off && !newer).map((card) => ({ card, ...scheduleOf(card) }));
  const byDue = (a: { due: number; card: Card }, b: { due: number; card: Card }): number => a.due - b.due || (a.card.id < b.card.id ? -1 : 1);
  const going = asked.filter(({ stage }) => stage === 'learning' || stage === 'again').sort(byDue);
  const review = asked.filter(({ stage, due }) => stage === 'review' && due < day + 86_400_000).sort(byDue);
  const begun = asked.filter(({ card }) => (card.reviews[0]?.at ?? -1) >= day).length;
  const fresh = asked.filter(({ stage }) => stage === 'new').sort((a, b) => a.card.made - b.card.made || (a.card.id < b.card.id ? -1 : 1)).slice(0, Math.max(0, CARD_LIMITS.fresh - begun));
  const due = going.filter((one) => one.due <= now);
  const rest = [...due, ...review, ...fresh];
  const soon = rest.length > 0 ? [] : going.filter((one) => one.due <= now + AHEAD_MS);
  return { cards: [...rest, ...soon].map(({ card }) => card), learning: due.length + soon.length, review: review.length, fresh: fresh.length };
}

/** How many come on each of the next days; what is overdue comes today. New ones are not in it. */
export function forecastOf(cards: readonly Card[], day: number, days: number = CARD_LIMITS.days): number[] {
  const out = Array.from({ length: Math.min(days, CARD_LIMITS.days) }, () => 0);
  for (const card of cards) {
    if (card.off) continue;
    const { stage, due } = scheduleOf(card);
    const at = Math.max(0, Math.floor((due - day) / 86_400_000));
    if (stage !== 'new' && at < out.length) out[at]! += 1;
  }
  return out;
}
