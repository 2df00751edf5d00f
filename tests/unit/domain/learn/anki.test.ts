/** Sides of cards out of what a stranger wrote: they are what they were, and each letter is looked at a bounded number of times. */
import { expect, test } from 'vitest';
import { DECK_LIMITS, fieldOf, fillTemplate, readCollection, readCsv, readTemplate, sideOf, type CollectionRows } from '#domain/learn/anki';

const FIELDS = new Map(Object.entries({ A: 'one', B: '', Text: 'a {{c1::b::hint}} c {{c2::d}} {{c1::e', Nbsp: '<p>&nbsp;</p> ', Img: '<IMG src=a.png>', Less: '2 < 3', Half: '<p' }).map(([name, html]) => [name, fieldOf(html)]));
const fill = (template: string, more: Parameters<typeof fillTemplate>[2] = {}): string => fillTemplate(readTemplate(template), FIELDS, more);

test('{C6} sections, fields and clozes', () => {
  expect(fill('{{#A}}yes {{text:A}}{{/A}}{{^A}}no{{/A}} {{#B}}yes{{/B}}{{^B}}no{{/B}}')).toBe('yes one no');
  expect(fill('{{#A}}{{#B}}x{{/B}}{{^B}}y{{#A}}z{{/A}}{{/B}}{{/A}}.')).toBe('yz.');
  expect(fill('{{#B}}x{{#B}}y{{/B}}z{{/B}}.{{#A}}open {{^A}}too {{/B}}{{None}}{{FrontSide}}', { front: 'front' })).toBe('.open too front');
  expect(['Nbsp', 'Img', 'Less', 'Half', 'B', 'None'].map((name) => fill(`{{#${name}}}says{{/${name}}}`))).toEqual(['', 'says', 'says', 'says', '', '']);
  expect(fill('{{cloze:Text}}', { no: 1 })).toBe('a [hint] c d {{c1::e');
  expect(fill('{{cloze:Text}}', { no: 2 })).toBe('a b c […] {{c1::e');
  expect(fill('{{cloze:Text}}', { no: 1, shown: true })).toBe('a <b>b</b> c d {{c1::e');
});

const rows = (part: Partial<CollectionRows> & { front?: string; cloze?: boolean }): CollectionRows => ({
  models: JSON.stringify({ 1: { type: part.cloze ? 1 : 0, flds: [{ name: 'a', ord: 0 }], tmpls: [{ ord: 0, qfmt: part.front ?? '{{a}}', afmt: 'back' }] } }), decks: '{}', newer: null,
  notes: [['10', '1', 'a']], cards: [['100', '10', '1', 0, 0]], revlog: [], ...part,
});

test('[limit DECK.fieldUnits] of a field of a note so much is read', () => {
  const front = (marks: number): string => readCollection(rows({ notes: [['10', '1', `a${'<i></i>'.repeat(marks)}z`]] })).decks[0]!.cards[0]!.front.text;
  const fits = Math.floor((DECK_LIMITS.fieldUnits - 2) / 7);
  expect([front(fits), front(fits + 1)]).toEqual(['az', 'a']);
});

/** Minutes, where something begins anew at each letter; milliseconds else. */
const SOON_MS = 3_000;
test.each<[string, () => unknown]>([
  ['clozes that do not end', () => readCollection(rows({ cloze: true, front: '{{cloze:a}}', notes: [['10', '1', '{{c1::'.repeat(DECK_LIMITS.fieldUnits / 6)]] }))],
  ['signs of marks', () => fieldOf('<'.repeat(2_000_000))],
  ['sections that do not end, of many cards', () => readCollection(rows({ front: `{{a}}${'{{#a}}'.repeat(33_000)}`, cards: Array.from({ length: 20 }, (_, at) => [String(at), '10', '1', 0, 0]) }))],
  ['a field that stands in a template again and again', () => readCollection(rows({ front: '{{a}}'.repeat(40_000), notes: [['10', '1', 'x'.repeat(DECK_LIMITS.fieldUnits)]] }))],
  ['spaces between marks', () => sideOf(`<p>a${'<b> </b>'.repeat(100_000)}z`)],
  ['values of one line', () => expect(() => readCsv(`a${','.repeat(300_000)}`)).toThrow('no-cards')],
])('%s take no time', (_name, act) => {
  const begun = performance.now();
  act();
  expect(performance.now() - begun).toBeLessThan(SOON_MS);
});
