/** What others answer, put together: liars, pieces, places. */
import { expect, test } from 'vitest';
import { toBase64url } from '#base/bytes';
import type { Entry } from '#domain/search';
import { answerTo, hitOf, mergeAnswers, readAsk, scoreOf, TextIndex, type Answer } from '#domain/search/engine';
import { ELSEWHERE_KINDS, type ElsewhereAsk, type FoundThing } from '#os/search-api';
import { FIND, isThing } from '#os/kernel/search-call';
import { SEARCH_LIMITS } from '#os/search-limits';
import { decodeWit, encodeWit } from '#vm/rpc/wit';

const NOW = 1_800_000_000_000;
const id = (n: number): string => toBase64url(new Uint8Array(16).fill(n % 251).fill(n >> 8, 0, 1));
const F = id(200);
const ASK: ElsewhereAsk = { text: 'gasket', kinds: ELSEWHERE_KINDS, by: [], before: null, after: null, now: NOW, limit: 30 };
const thing = (n: number, text: string, rest: Partial<FoundThing> = {}): FoundThing => ({ kind: 'message', fragment: F, node: id(n), block: '', title: '', text, by: '', at: NOW - 1_000, changed: NOW - 1_000, ...rest });
const from = (device: string, ...found: FoundThing[]): Answer => ({ space: 's', device, found });
const entry = (n: number, text: string, rest: Partial<Entry> = {}): Entry => ({ key: `s/${id(n)}`, kind: 'message', space: 's', fragment: F, node: id(n), block: '', title: '', text, by: '', at: NOW, changed: NOW, ...rest });

function indexOf(...entries: Entry[]): TextIndex {
  const index = new TextIndex();
  index.put('place', '1', [entry(199, '', { kind: 'channel', title: 'Altos' })]);
  for (const one of entries) index.put(one.key, '1', [one]);
  return index;
}

test('{K5} FIND3 what has none of the words, lies outside the days, or this device holds otherwise is not taken from others; of two words for one thing that counts which most say', () => {
  const said = [from('a', thing(1, 'A gasket'), thing(2, 'Buy my records'), thing(3, 'gasket of mine')), from('b', thing(1, 'A gasket')), from('c', thing(1, 'gasket gasket, says the liar'))];
  const own = from('', thing(3, 'gasket as I wrote it'));
  const merged = mergeAnswers(ASK, [own], said);
  expect(merged.map(({ thing: { node, text }, devices }) => [node, text, devices])).toEqual([[id(1), 'A gasket', ['a', 'b']], [id(3), 'gasket as I wrote it', []]]);
  expect(mergeAnswers({ ...ASK, after: NOW }, [], said)).toEqual([]);
  // The control.
  expect(mergeAnswers({ ...ASK, before: NOW }, [], said)).toHaveLength(2);
});

test('{K5} FIND3 a hit of another device stands in the place it has here, names no author, and markup in it is text; without such a place, and where it is held here, there is none', () => {
  const index = indexOf(entry(5, 'my own gasket'));
  const [one] = mergeAnswers(ASK, [], [from('a', thing(1, '<img src=x onerror=alert(1)> gasket', { by: toBase64url(new Uint8Array(32)) }))]);
  expect(hitOf(index, ASK.text, one!)).toMatchObject({ place: 'Altos', lens: 'chat', author: '', snippet: { text: '<img src=x onerror=alert(1)> gasket', marks: [[29, 35]] } });
  expect(hitOf(index, ASK.text, { ...one!, thing: { ...one!.thing, fragment: id(77) } })).toBeNull();
  expect(hitOf(index, ASK.text, { ...one!, thing: { ...one!.thing, node: id(5) } })).toBeNull();
});

test('{K5} FIND2 what is only like the words is told to nobody; a word in a title counts more than in a text, as it is more than begun', () => {
  expect(answerTo(indexOf(entry(1, 'a gaskat')), 's', ASK)).toEqual([]);
  expect(answerTo(indexOf(entry(1, 'a gasket')), 's', ASK)).toHaveLength(1);
  expect(answerTo(indexOf(entry(1, 'a gasket')), 'another space', ASK)).toEqual([]);
  const ask = readAsk('gasket');
  const score = (title: string, text: string): number => scoreOf(ask, { title, text, at: NOW }, NOW);
  expect([score('gaskets', '') > score('', 'gaskets'), score('', 'gasket') > score('', 'gasketmaker'), score('', 'gasketmaker') > 0, score('', 'lid')]).toEqual([true, true, true, 0]);
});

test('{K5} FIND2 no time and no half of a sign that somebody wrote keeps an answer from going out', () => {
  const found = answerTo(indexOf(entry(1, 'half \ud83d of a gasket', { at: -3.5, changed: Number.NaN }), entry(2, 'a gasket', { at: Infinity, changed: -0 })), 's', ASK);
  expect(decodeWit(FIND.result, encodeWit(FIND.result, { found }))!.found).toEqual(found);
  expect(found.map(({ text, at, changed }) => [text, at, changed])).toEqual([['a gasket', Number.MAX_SAFE_INTEGER, 0], ['half \ufffd of a gasket', 0, 0]]);
});

test('{K5} [limit SEARCH.textChars SEARCH.titleChars SEARCH.scanned] FIND5 pieces are short, with the words in them, and no more things are looked at than 300', () => {
  const long = `${'filler '.repeat(900)}the gasket ${'filler '.repeat(900)}`;
  const [found] = answerTo(indexOf(entry(1, long, { title: long })), 's', ASK) as [FoundThing];
  expect([found.text.length <= 480, found.text.includes('gasket'), found.title.length <= 120, found.title.includes('gasket'), isThing(found)]).toEqual([true, true, true, true, true]);
  expect(found.text.length).toBeGreaterThan(300);
  expect(isThing({ ...found, text: 'x'.repeat(481) }) || isThing({ ...found, title: 'x'.repeat(121) })).toBe(false);
  expect(isThing({ ...found, text: 'x'.repeat(480), title: 'x'.repeat(120) })).toBe(true);
  const many = indexOf(...Array.from({ length: 320 }, (_, n) => entry(1_000 + n, 'gasket')));
  expect(answerTo(many, 's', { ...ASK, limit: 1_000 })).toHaveLength(300);
  expect(SEARCH_LIMITS.found * (2 * 480 + 2 * 120)).toBeLessThan(65_536);
});
