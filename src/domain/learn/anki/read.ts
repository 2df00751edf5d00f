/** The rows of a collection of Anki as decks of cards: kinds and decks as JSON (schema 11), or in tables of their own (from 15 on). Everything in them comes from a stranger. */
import { cutText } from '#base/plain-text';
import { oneLine } from '#domain/shared';
import { GRADES, type Grade, type Review } from '#domain/learn/cards';
import { DeckFault } from './fault.ts';
import { DECK_LIMITS } from './limits.ts';
import { isCloze, templateSides, type NewerKinds } from './newer.ts';
import { clozeNumbers, fieldOf, fillTemplate, readTemplate, sideOf, type Field, type Side, type Template } from './text.ts';

/** What the reader of the file gives: the row `col`, and rows of `notes`, `cards` and `revlog`. */
export interface CollectionRows {
  readonly models: string;
  readonly decks: string;
  /** Of newer collections, in the place of the two above. */
  readonly newer: NewerKinds | null;
  /** id, mid, flds */
  readonly notes: readonly (readonly [string, string, string])[];
  /** id, nid, did, ord, queue */
  readonly cards: readonly (readonly [string, string, string, number, number])[];
  /** id (ms), cid, ease */
  readonly revlog: readonly (readonly [number, string, number])[];
}

export interface CardDraft {
  readonly front: Side;
  readonly back: Side;
  readonly reviews: readonly Review[];
  readonly off: boolean;
}

export interface DeckDraft {
  readonly name: string;
  readonly cards: readonly CardDraft[];
}

/** What was read. */
export interface DecksRead {
  readonly decks: readonly DeckDraft[];
  /** Cards that say nothing on a side, or of a note or kind that is not in the file. */
  readonly empty: number;
}

interface Kind {
  readonly cloze: boolean;
  readonly fields: readonly string[];
  readonly templates: readonly { readonly front: Template; readonly back: Template }[];
}

/** A note, read once for all its cards. */
interface Note {
  readonly kind: Kind;
  readonly fields: ReadonlyMap<string, Field>;
  /** Numbers of the clozes in it. */
  readonly numbers: ReadonlySet<number>;
}

const record = (value: unknown): Readonly<Record<string, unknown>> => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {});
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value.slice(0, DECK_LIMITS.kinds) : []);
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const inOrder = (a: unknown, b: unknown): number => Number(record(a)['ord'] ?? 0) - Number(record(b)['ord'] ?? 0);

function json(words: string): Readonly<Record<string, unknown>> {
  if (words.length > DECK_LIMITS.kindUnits) throw new DeckFault('too-large');
  try {
    return record(JSON.parse(words));
  } catch {
    throw new DeckFault('damaged', 'col');
  }
}

function kindsOf(words: string): Map<string, Kind> {
  return new Map(Object.entries(json(words)).slice(0, DECK_LIMITS.kinds).map(([id, given]) => {
    const model = record(given);
    const templates = [...list(model['tmpls'])].sort(inOrder).map((one) => ({ front: readTemplate(text(record(one)['qfmt'])), back: readTemplate(text(record(one)['afmt'])) }));
    return [id, { cloze: model['type'] === 1, fields: [...list(model['flds'])].sort(inOrder).map((one) => text(record(one)['name'])), templates }];
  }));
}

const deckName = (name: string): string => oneLine(name.replaceAll('\u001f', '::'));
const decksOf = (words: string): Map<string, string> => new Map(Object.entries(json(words)).slice(0, DECK_LIMITS.kinds).map(([id, deck]) => [id, deckName(text(record(deck)['name']))]));

/** The kinds of a newer collection; a row of its tables is a part of one kind. */
function newerKinds({ notetypes, fields, templates }: NewerKinds): Map<string, Kind> {
  const order = ([, a]: readonly [string, number, string], [, b]: readonly [string, number, string]): number => a - b;
  const of = <T>(rows: readonly (readonly [string, number, string])[], id: string, read: (value: string) => T): T[] => rows.filter(([kind]) => kind === id).sort(order).slice(0, DECK_LIMITS.kinds).map(([, , value]) => read(value));
  let units = 0;
  for (const list of [notetypes, fields, templates]) for (const row of list) units += row.at(-1)!.toString().length / 2;
  if (units > DECK_LIMITS.kindUnits) throw new DeckFault('too-large', 'kinds');
  const side = (config: string): Kind['templates'][number] => {
    const [front, back] = templateSides(config);
    return { front: readTemplate(front), back: readTemplate(back) };
  };
  return new Map(notetypes.slice(0, DECK_LIMITS.kinds).map(([id, config]) => [id, { cloze: isCloze(config), fields: of(fields, id, (name) => name), templates: of(templates, id, side) }]));
}

function noteOf(kind: Kind, flds: string): Note {
  const values = flds.split('\u001f', DECK_LIMITS.kinds).map((value) => cutText(value, DECK_LIMITS.fieldUnits));
  return { kind, fields: new Map(kind.fields.map((name, at) => [name, fieldOf(values[at] ?? '')])), numbers: new Set(kind.cloze ? values.flatMap(clozeNumbers) : []) };
}

/** The two sides of one card of a note. */
function sidesOf({ kind, fields, numbers }: Note, ord: number): { front: Side; back: Side } | null {
  const template = kind.templates[kind.cloze ? 0 : ord];
  if (!template) return null;
  const no = kind.cloze ? ord + 1 : null;
  if (no !== null && !numbers.has(no)) return null;
  const front = fillTemplate(template.front, fields, { no });
  // The front is not said once more behind itself.
  const back = fillTemplate(template.back, fields, { front: '', no, shown: true });
  return { front: sideOf(front), back: sideOf(back) };
}

/** The decks of a collection, each with its cards in the order of the file. */
export function readCollection(rows: CollectionRows): DecksRead {
  if (rows.cards.length > DECK_LIMITS.cards) throw new DeckFault('too-many-cards', String(rows.cards.length));
  const kinds = rows.newer ? newerKinds(rows.newer) : kindsOf(rows.models);
  const names = rows.newer ? new Map(rows.newer.decks.slice(0, DECK_LIMITS.kinds).map(([id, name]) => [id, deckName(name)])) : decksOf(rows.decks);
  const given = new Map(rows.notes.map(([id, mid, flds]) => [id, { mid, flds }]));
  const notes = new Map<string, Note | null>();
  const note = (id: string): Note | null => {
    const [known, row] = [notes.get(id), given.get(id)];
    if (known !== undefined) return known;
    const kind = row && kinds.get(row.mid);
    const read = kind ? noteOf(kind, row.flds) : null;
    notes.set(id, read);
    return read;
  };
  const reviews = new Map<string, Map<number, Grade>>();
  for (const [at, card, ease] of rows.revlog.slice(0, DECK_LIMITS.answers)) {
    if (!Number.isSafeInteger(at) || at <= 0 || !(GRADES as readonly number[]).includes(ease)) continue;
    const own = reviews.get(card) ?? new Map<number, Grade>();
    own.set(at, ease as Grade);
    reviews.set(card, own);
  }
  const decks = new Map<string, CardDraft[]>();
  let empty = 0;
  for (const [id, nid, did, ord, queue] of rows.cards) {
    const of = note(nid);
    const sides = of && sidesOf(of, ord);
    if (!sides || ![sides.front, sides.back].every((side) => side.text !== '' || side.media.length > 0)) {
      empty += 1;
      continue;
    }
    const name = names.get(did) || 'Anki';
    const card: CardDraft = { ...sides, reviews: [...(reviews.get(id) ?? [])].map(([at, grade]) => ({ at, grade })).sort((a, b) => a.at - b.at), off: queue === -1 };
    const own = decks.get(name);
    if (own) own.push(card);
    else decks.set(name, [card]);
  }
  if (decks.size === 0) throw new DeckFault('no-cards');
  return { decks: [...decks].map(([name, cards]) => ({ name, cards })), empty };
}
