/** Decks as the rows of a collection of Anki (schema 11, which every version of it takes): one kind of note with two fields, a card of each, and how it was answered. */
import { sha1 } from '#base/sha1';
import { scheduleOf, type Card } from '#domain/learn/cards';
import { htmlOf, type Side } from './text.ts';

/** A card that goes out, with the names its files have in the archive. */
export interface CardOut {
  readonly card: Card;
  readonly front: Side;
  readonly back: Side;
}

export type Value = number | string;

/** What is put into the tables, column by column. */
export interface CollectionOut {
  readonly col: readonly Value[];
  readonly notes: readonly (readonly Value[])[];
  readonly cards: readonly (readonly Value[])[];
  readonly revlog: readonly (readonly Value[])[];
}

const DAY = 86_400_000;
/** Any number will do that is the same each time: Anki knows kinds of notes by it. */
const KIND = 1_700_000_000_092;
const FACTOR = 2_500;

/** Number by which Anki finds notes that begin alike: of the first field without its marks. */
function checksum(field: string): number {
  const digest = sha1(field.replace(/<[^>]*>/g, '').trim());
  return ((digest[0]! << 24) | (digest[1]! << 16) | (digest[2]! << 8) | digest[3]!) >>> 0;
}

const field = (name: string, ord: number): object => ({ name, ord, font: 'Arial', size: 20, rtl: false, sticky: false, media: [] });
const kind = (deck: number, mod: number): object => ({
  id: KIND, name: 'LifeGraph', type: 0, mod, usn: -1, sortf: 0, did: deck, tags: [], vers: [], latexPre: '', latexPost: '', req: [[0, 'any', [0]]], flds: [field('Front', 0), field('Back', 1)],
  tmpls: [{ name: 'Card 1', ord: 0, qfmt: '{{Front}}', afmt: '{{FrontSide}}\n\n<hr id=answer>\n\n{{Back}}', bqfmt: '', bafmt: '', did: null }],
  css: '.card { font-family: arial; font-size: 20px; text-align: center; }',
});
const deckOf = (id: number, name: string, mod: number): object => ({ id, name, mod, usn: -1, desc: '', conf: 1, dyn: 0, collapsed: false, browserCollapsed: false, extendNew: 0, extendRev: 0, newToday: [0, 0], revToday: [0, 0], lrnToday: [0, 0], timeToday: [0, 0] });
const CONF = {
  id: 1, name: 'Default', mod: 0, usn: 0, maxTaken: 60, autoplay: true, timer: 0, replayq: true, dyn: false, new: { delays: [1, 10], ints: [1, 4, 7], initialFactor: FACTOR, order: 1, perDay: 20, bury: false, separate: true },
  rev: { perDay: 200, ease4: 1.3, fuzz: 0.05, minSpace: 1, ivlFct: 1, maxIvl: 36_500, bury: false }, lapse: { delays: [10], mult: 0, minInt: 1, leechFails: 8, leechAction: 0 },
};

/** Rows of one deck; `at`: now, ms. */
export function writeCollection(name: string, out: readonly CardOut[], at: number): CollectionOut {
  const began = Math.floor(Math.min(at, ...out.map(({ card }) => card.reviews[0]?.at ?? card.made)) / DAY) * DAY;
  const mod = Math.floor(at / 1000);
  const deck = Math.round(at);
  const notes: Value[][] = [];
  const cards: Value[][] = [];
  const revlog: Value[][] = [];
  const taken = new Set<number>();
  for (const [index, { card, front, back }] of out.entries()) {
    const id = Math.round(at) + index + 1;
    const flds = [htmlOf(front), htmlOf(back)];
    const { stage, due, stability, difficulty, lapses, reviews } = scheduleOf(card);
    const last = card.reviews.at(-1)?.at ?? at;
    const days = Math.max(0, Math.round((due - last) / DAY));
    const [type, queue, when] = stage === 'new' ? [0, 0, index + 1] : stage === 'review' ? [2, 2, Math.floor((due - began) / DAY)] : [stage === 'learning' ? 1 : 3, 1, Math.floor(due / 1000)];
    notes.push([id, card.id, KIND, mod, -1, '', flds.join('\u001f'), front.text.slice(0, 200), checksum(flds[0]!), 0, '']);
    const memory = stage === 'new' ? '' : JSON.stringify({ s: Number(stability.toFixed(4)), d: Number(difficulty.toFixed(3)) });
    cards.push([id, id, deck, 0, mod, -1, type!, card.off ? -1 : queue!, when!, stage === 'review' ? Math.max(1, days) : 0, stage === 'new' ? 0 : FACTOR, reviews, lapses, stage === 'review' || stage === 'new' ? 0 : 1_001, 0, 0, 0, memory]);
    for (const [turn, review] of card.reviews.entries()) {
      // A moment names one answer in the whole table.
      let moment = review.at;
      while (taken.has(moment)) moment += 1;
      taken.add(moment);
      revlog.push([moment, id, -1, review.grade, 0, 0, FACTOR, 0, turn === 0 ? 0 : 1]);
    }
  }
  const conf = { curDeck: deck, activeDecks: [deck], curModel: String(KIND), nextPos: out.length + 1, sortType: 'noteFld', sortBackwards: false, newSpread: 0, collapseTime: 1_200, timeLim: 0, estTimes: true, dueCounts: true, addToCur: true };
  const decks = { 1: deckOf(1, 'Default', mod), [deck]: deckOf(deck, name, mod) };
  return { col: [1, Math.floor(began / 1000), Math.round(at), Math.round(at), 11, 0, 0, 0, JSON.stringify(conf), JSON.stringify({ [KIND]: kind(deck, mod) }), JSON.stringify(decks), JSON.stringify({ 1: CONF }), '{}'], notes, cards, revlog };
}
