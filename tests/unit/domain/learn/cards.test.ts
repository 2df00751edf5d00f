import { createEmptyCard, fsrs, type Grade as FsrsGrade } from 'ts-fsrs';
import { expect, test } from 'vitest';
import { CARD, CARD_FROM, DECK, LEARN_VERBS } from '#domain/learn';
import { answerCard, atLeast, CARD_LIMITS, changeCard, choicesOf, decksOf, deleteCard, findCards, forecastOf, makeCard, queueOf, readCard, restoreCard, scheduleOf, setOff, sidesOf, takeAnswerBack, type Card, type Grade } from '#domain/learn/cards';
import { nodeView } from '#tests/support/node-view';

const DAY = 86_400_000;
const START = Date.UTC(2022, 11, 29, 12, 30);
const card = (part: Partial<Card> = {}): Card => ({ id: 'c', fragment: 'deck', front: 'Gland', back: 'Where the cable enters', frontFiles: [], backFiles: [], made: START, reviews: [], source: null, off: false, newer: false, ...part });
const made = <T>(result: { ok: true; value: T } | { ok: false; error: { code: string } }): T | string => (result.ok ? result.value : result.error.code);

/** Answers each time on the minute it is due. */
function walk(grades: readonly Grade[]): { card: Card; days: number[]; dues: number[] } {
  let one = card();
  let [now, days, dues]: [number, number[], number[]] = [START, [], []];
  for (const grade of grades) {
    one = { ...one, reviews: [...one.reviews, { at: now, grade }] };
    const { due } = scheduleOf(one);
    days.push(Math.floor((due - now) / DAY));
    dues.push(due);
    now = due;
  }
  return { card: one, days, dues };
}

test('{C6} the schedule is that of the library on its own published examples: the history of intervals and the first repeat of FSRS-6', () => {
  // ts-fsrs 5.4.2, packages/fsrs/__tests__/FSRS-6.test.ts ("ivl_history", "first repeat"), whose w are its default parameters.
  expect(walk([3, 3, 3, 3, 3, 3, 1, 1, 3, 3, 3, 3, 3]).days).toEqual([0, 2, 11, 46, 163, 498, 0, 0, 2, 4, 7, 12, 21]);
  const first = ([1, 2, 3, 4] as const).map((grade) => scheduleOf(card({ reviews: [{ at: START, grade }] })));
  expect(first.map(({ stability }) => stability)).toEqual([0.212, 1.2931, 2.3065, 8.2956]);
  expect(first.map(({ difficulty }) => difficulty)).toEqual([6.4133, 5.11217071, 2.11810397, 1]);
  expect(first.map(({ stage }) => stage)).toEqual(['learning', 'learning', 'learning', 'review']);
  // "memory state [short-term]": again, then good after 0, 1, 3, 8 and 21 days.
  let at = START;
  const reviews = [0, 0, 1, 3, 8, 21].map((wait, turn) => ({ at: (at += wait * DAY), grade: (turn === 0 ? 1 : 3) as Grade }));
  // A moment is kept once: the second of the same day comes a second later.
  const state = scheduleOf(card({ reviews: reviews.map((one, turn) => ({ ...one, at: one.at + turn * 1_000 })) }));
  expect(state.stability).toBeCloseTo(53.62691, 4);
  expect(state.difficulty).toBeCloseTo(6.3574867, 4);
});

test('what is offered for each grade is what comes of it, and what the library itself says step by step', () => {
  const library = fsrs({ enable_fuzz: false });
  let theirs = createEmptyCard(new Date(START));
  let mine = card();
  const grades: Grade[] = [3, 1, 2, 3, 4, 3, 1, 3, 3, 2, 4, 3];
  let now = START;
  for (const grade of grades) {
    const offered = choicesOf(mine, now);
    for (const one of [1, 2, 3, 4] as const) expect(offered[one]).toBe(library.next(theirs, new Date(now), one as FsrsGrade).card.due.getTime());
    theirs = library.next(theirs, new Date(now), grade as FsrsGrade).card;
    mine = { ...mine, reviews: [...mine.reviews, { at: now, grade }] };
    expect(scheduleOf(mine)).toMatchObject({ due: offered[grade], stability: theirs.stability, lapses: theirs.lapses, reviews: theirs.reps });
    now = offered[grade] + 3_600_000 * grade;
  }
});

test('[limit CARD.reviews CARD.sideUnits CARD.files] a card is read out of its node: answers of two devices are one row, in whatever order they came; what is none is left out', () => {
  const node = nodeView({
    id: 'c', type: CARD, fragment: 'deck', createdAt: START, props: { front: 'x'.repeat(CARD_LIMITS.sideUnits + 1), back: 'y' }, sets: { reviews: ['300 3', '100 1', '200 4', '200 2', '100', 'x 3', '5 9', '-5 3', 7, null] },
    edges: [{ id: 'e', type: CARD_FROM, from: 'c', to: ['s', 'doc', 'text'], props: { block: 'b1' }, by: 'me' }],
  });
  const one = readCard(node)!;
  expect(one.reviews).toEqual([{ at: 100, grade: 1 }, { at: 200, grade: 2 }, { at: 300, grade: 3 }]);
  expect(readCard({ ...node, sets: { reviews: [...node.sets['reviews']!].reverse() } })!.reviews).toEqual(one.reviews);
  expect(one).toMatchObject({ back: 'y', source: { space: 's', fragment: 'doc', node: 'text', block: 'b1' }, off: false });
  expect(one.front).toHaveLength(CARD_LIMITS.sideUnits);
  expect(readCard({ ...node, sets: { reviews: Array.from({ length: CARD_LIMITS.reviews + 5 }, (_, at) => `${at} 3`) } })!.reviews).toHaveLength(CARD_LIMITS.reviews);
  expect(readCard({ ...node, props: { ...node.props, frontFiles: [7, ...Array.from({ length: 30 }, (_, at) => `f${at}`)], backFiles: 'x' } })).toMatchObject({ frontFiles: Array.from({ length: CARD_LIMITS.files - 1 }, (_, at) => `f${at}`), backFiles: [] });
  expect([readCard({ ...node, deleted: true }), readCard({ ...node, type: 'other' })]).toEqual([null, null]);
  expect(atLeast(one, 250)).toBe(301);
});

test('[limit CARD.fresh] asked are those being learned when their time has come, what is due today, and so many new ones a day; cards that are off are not', () => {
  const now = START + 40 * DAY;
  const day = Date.UTC(2023, 1, 7);
  const fresh = Array.from({ length: CARD_LIMITS.fresh + 5 }, (_, at) => card({ id: `n${at}`, made: START + at }));
  const learning = card({ id: 'l', reviews: [{ at: now - 20 * 60_000, grade: 3 }] });
  const later = card({ id: 'm', reviews: [{ at: now - 60_000, grade: 3 }] });
  const due = { ...walk([3, 3, 3]).card, id: 'd' };
  const far = { ...walk([3, 3, 3, 3, 3]).card, id: 'f' };
  const queue = queueOf([...fresh, far, later, due, learning, card({ id: 'off', off: true })], now, day);
  expect(queue.cards.slice(0, 3).map(({ id }) => id)).toEqual(['l', 'd', 'n0']);
  // Two were begun today.
  expect(queue).toMatchObject({ learning: 1, review: 1, fresh: CARD_LIMITS.fresh - 2 });
  // With nothing else left, what comes in a few minutes is asked at once.
  expect(queueOf([later], now, day).cards.map(({ id }) => id)).toEqual(['m']);
  expect(queueOf([far], now, day).cards).toEqual([]);
});

test('[limit CARD.days] the forecast says how many come on which day; overdue ones today', () => {
  const { card: one, dues } = walk([3, 3, 3]);
  const day = Math.floor(dues[2]! / DAY) * DAY - 5 * DAY;
  expect(forecastOf([one, card(), card({ off: true, reviews: one.reviews })], day, 7)).toEqual([0, 0, 0, 0, 0, 1, 0]);
  expect(forecastOf([one], dues[2]! + 100 * DAY, 3)).toEqual([1, 0, 0]);
  expect(forecastOf([], day, 99)).toHaveLength(CARD_LIMITS.days);
});

test('cards are made of two sides, changed side by side, answered and taken back; words of a block say what is defined', () => {
  expect(made(makeCard('c', { front: ' a ', back: 'b' }, { space: 's', fragment: 'f', node: 'n', block: 'b1' }))).toMatchObject([{ op: 'node.create', type: CARD, props: { front: 'a', back: 'b' } }, { op: 'edge.add', to: ['s', 'f', 'n'], props: { block: 'b1' } }]);
  expect([made(makeCard('c', { front: ' ', back: 'b' }, null)), made(makeCard('c', { front: 'a'.repeat(CARD_LIMITS.sideUnits + 1), back: 'b' }, null)), made(changeCard(card(), card()))]).toEqual(['empty', 'too-long', 'no-change']);
  expect(made(changeCard(card(), { front: 'Gland', back: 'Hole' }))).toMatchObject([{ props: { back: 'Hole' } }]);
  expect([...answerCard(card(), { at: 5.4, grade: 3 }), ...takeAnswerBack(card(), { at: 5, grade: 3 })]).toMatchObject([{ op: 'set.add', value: '5 3' }, { op: 'set.remove', value: '5 3' }]);
  for (const op of [...answerCard(card(), { at: 5, grade: 3 }), ...setOff('c', true), ...deleteCard('c'), ...restoreCard('c')]) expect(LEARN_VERBS).toContain(op.verb);
  expect([sidesOf('Gland :: where it enters'), sidesOf('Gland – where: it enters'), sidesOf('Gland: where it enters'), sidesOf('Tighten by hand. ')]).toEqual([
    { front: 'Gland', back: 'where it enters' }, { front: 'Gland', back: 'where: it enters' }, { front: 'Gland', back: 'where it enters' }, { front: 'Tighten by hand.', back: '' },
  ]);
  expect(decksOf([nodeView({ type: 'fragment@1', props: { fragment: 'd', type: DECK, title: 'B' } }), nodeView({ type: 'fragment@1', props: { fragment: 'e', type: DECK, title: 'A' } })]).map(({ title }) => title)).toEqual(['A', 'B']);
});

test('{C6} cards are found by all of the words, on either side, without case and marks; those whose front has them come first', () => {
  const cards = [card({ id: 'a', front: 'Where is it?', back: 'Behind the café door' }), card({ id: 'b', front: 'Café', back: 'where one sits' }), card({ id: 'c', front: 'Gland', back: 'Где входит кабель' })];
  const found = (words: string): string => findCards(cards, words).map(({ id }) => id).join('');
  expect([found('cafe'), found('WHERE café'), found(' ГДЕ   gland '), found('sits'), found('xylophone'), found('where xylophone'), found('  ')]).toEqual(['ba', 'ab', 'c', 'b', '', '', 'abc']);
  // One that is changed is looked through anew; ten thousand in a moment.
  expect(findCards([{ ...cards[2]!, back: 'xylophone' }], 'xylophone')).toHaveLength(1);
  const many = Array.from({ length: 10_000 }, (_, n) => card({ id: `${n}`, front: `Card ${n}`, back: 'The same back of each' }));
  expect(findCards(many, 'same 999')).toHaveLength(19);
});
