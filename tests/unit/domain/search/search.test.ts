/** The index: what is found by which words, in both languages, and what is shown of it. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { placeOf, readDays, type Entry, type Kind, type SearchQuery } from '#domain/search';
import { addressed, spotOf, TextIndex, titleEntries } from '#domain/search/engine';
import { textNodeOf } from '#domain/editor';
import { GOAL } from '#domain/goals';
import { COURSE } from '#domain/learn';
import { ROOM } from '#domain/messenger';
import { FRAGMENT } from '#domain/shared';
import { nodeView } from '#tests/support/node-view';

const NOW = 1_800_000_000_000;
const entry = (key: string, text: string, rest: Partial<Entry> = {}): Entry => ({ key: `s/${key}`, kind: 'message', space: 's', fragment: 'f', node: key, block: '', title: '', text, by: 'anna', at: NOW - 1_000, changed: NOW - 1_000, ...rest });

function indexOf(...entries: Entry[]): TextIndex {
  const index = new TextIndex();
  index.put('place', '1', [entry('place', '', { kind: 'channel', title: 'Place' })]);
  for (const one of entries) index.put(one.key, '1', [one]);
  return index;
}

const find = (index: TextIndex, text: string, rest: Partial<SearchQuery> = {}) => index.find({ text, limit: 50, now: NOW, ...rest });
const keys = (index: TextIndex, text: string, rest: Partial<SearchQuery> = {}): string[] => find(index, text, rest).hits.map(({ entry: { node } }) => node).sort();

test('{C1} words are found in all their forms, Russian and English, ё as е, whatever the case and the accents', () => {
  const index = indexOf(entry('gaskets', 'Forty gaskets were ordered'), entry('lid', 'Крышка держит прокладку, ещё не проверили'), entry('cafe', 'We met at the Café'), entry('other', 'Nothing of the kind'));
  for (const text of ['gasket', 'GASKETS', 'order', 'ordering']) expect(keys(index, text), text).toEqual(['gaskets']);
  for (const text of ['прокладка', 'прокладками', 'ПРОКЛАДКУ', 'еще', 'ещё', 'крышки проверить']) expect(keys(index, text), text).toEqual(['lid']);
  for (const text of ['cafe', 'café']) expect(keys(index, text), text).toEqual(['cafe']);
});

test('{C1} writings without spaces are found by each sign, and signs that were typed together stand together', () => {
  const index = indexOf(entry('zh', '中国人民的湖'), entry('ja', '東京タワー tower'), entry('else', '中立的国家'));
  expect(keys(index, '国')).toEqual(['else', 'zh']);
  expect(keys(index, '国人')).toEqual(['zh']);
  expect(keys(index, '中国')).toEqual(['zh']);
  expect(keys(index, '中 国')).toEqual(['else', 'zh']);
  expect(keys(index, '国際')).toEqual([]);
  expect(keys(index, '京タワ')).toEqual(['ja']);
  expect(keys(index, '東京 tow')).toEqual(['ja']);
});

test('{C1} a sign of stress in a word, or a point over its i, hides it no more than an accent', () => {
  const index = indexOf(entry('castle', 'Старый за\u0301мок у реки\u0306'), entry('city', 'From İstanbul'));
  const exact = (text: string): string[] => (find(index, text).near ? ['only like it'] : keys(index, text));
  for (const text of ['замок', 'за\u0301мок', 'рекй']) expect(exact(text), text).toEqual(['castle']);
  for (const text of ['istanbul', 'İSTANBUL']) expect(exact(text), text).toEqual(['city']);
});

test('{C1} beginnings of words, slips of the finger, phrases; all words must fit', () => {
  const index = indexOf(entry('one', 'The lid carries the only seal of the box'), entry('two', 'The box carries a lid'), entry('three', 'Крышка и коробка'));
  expect(keys(index, 'carr')).toEqual(['one', 'two']);
  expect(keys(index, 'li')).toEqual(['one', 'two']);
  expect(keys(index, 'коро')).toEqual(['three']);
  expect(keys(index, '"lid carries"')).toEqual(['one']);
  expect(keys(index, '«the box carries»')).toEqual(['two']);
  expect(keys(index, '"carries lid"')).toEqual([]);
  expect(keys(index, 'lid seal')).toEqual(['one']);
  expect(find(index, 'carrise')).toMatchObject({ near: true, total: 2 });
  expect(find(index, 'крыжка')).toMatchObject({ near: true, total: 1 });
  expect(find(index, 'carries')).toMatchObject({ near: false });
  expect(find(index, 'xylophone')).toMatchObject({ near: false, total: 0, hits: [] });
});

test('{C1} filters by kind, space, person and place; counts are of every kind; who is hidden is not shown', () => {
  const index = indexOf(
    entry('m', 'seal', { by: 'boris' }), entry('c', '', { kind: 'channel', title: 'Seal', fragment: 'f2' }), entry('d', '', { kind: 'document', title: 'Lid and seal', fragment: 'doc' }),
    entry('b', 'The seal', { kind: 'block', fragment: 'doc', block: 'x', by: '' }), entry('else', 'seal', { space: 'other', key: 'other/else' }), entry('place2', '', { kind: 'channel', title: 'There', space: 'other', key: 'other/place2' }),
  );
  expect(find(index, 'seal', { kinds: ['channel'] })).toMatchObject({ total: 1, counts: { message: 2, channel: 1, document: 1, block: 1 } });
  expect(keys(index, 'seal', { space: 'other' })).toEqual(['else']);
  expect(keys(index, 'seal', { by: ['boris'] })).toEqual(['m']);
  expect(keys(index, 'seal', { fragments: ['doc'] })).toEqual(['b', 'd']);
  expect(keys(index, 'seal', { hidden: ['boris'] })).not.toContain('m');
  expect(keys(index, '', { by: ['boris'] })).toEqual(['m']);
  // A document in the trash: its title went, and nothing in it is found.
  index.drop('s/d');
  expect(keys(index, 'seal', { fragments: ['doc'] })).toEqual([]);
});

test('{C1} of two entries that name one place the same is shown whichever came first, and when one goes, or leads elsewhere, the place is still found', () => {
  const [one, two] = [entry('a', '', { kind: 'channel', title: 'First', fragment: 'x' }), entry('b', '', { kind: 'document', title: 'Second', fragment: 'x' })];
  const place = (index: TextIndex) => find(index, 'gasket').hits.map((hit) => [hit.place, hit.lens]);
  for (const order of [[one, two], [two, one]]) {
    const index = indexOf(...order, entry('m', 'gasket', { fragment: 'x' }));
    expect(place(index)).toEqual([['First', 'chat']]);
    index.put(two.key, '2', [{ ...two, fragment: 'elsewhere' }]);
    expect(place(index)).toEqual([['First', 'chat']]);
    index.put(two.key, '3', [two]);
    index.drop(one.key);
    expect(place(index)).toEqual([['Second', 'documents']]);
    index.put(two.key, '4', [{ ...two, fragment: 'elsewhere' }]);
    expect(place(index)).toEqual([]);
  }
});

test('{C1} days among the words of a question, English and Russian; all of several hold, what is quoted is no day, what is none is told', () => {
  expect(readDays('gasket')).toEqual({ text: 'gasket', before: null, after: null, bad: [] });
  // A word that ends in a space is a whole one: what has no days is left as it was typed.
  expect(readDays('gask ').text).toBe('gask ');
  expect(readDays('before:2026-11-01 lid  seal After:2026-10-01')).toEqual({ text: 'lid seal', before: '2026-11-01', after: '2026-10-01', bad: [] });
  expect(readDays('до:2026-11-01, прокладка после:2026-10-01')).toEqual({ text: 'прокладка', before: '2026-11-01', after: '2026-10-01', bad: [] });
  expect(readDays('before:2026-11-01 before:2026-10-01 after:2026-01-01 after:2026-02-01')).toMatchObject({ before: '2026-10-01', after: '2026-02-01' });
  expect(readDays('lid before:2026-02-30 after:yesterday before:')).toEqual({ text: 'lid', before: null, after: null, bad: ['2026-02-30', 'yesterday'] });
  expect(readDays('“said before:2026-11-01” herebefore:2026-11-01')).toMatchObject({ before: null, text: '“said before:2026-11-01” herebefore:2026-11-01' });
  expect(readDays(`before:${'x'.repeat(500)}`).bad[0]).toHaveLength(40);
});

test('{C1} by the last change: a message that was edited, a page by its title or its text, a person not at all', () => {
  const [old, late] = [NOW - 10_000, NOW - 100];
  const text = (changed: number): Entry => entry('text', 'The seal of the page', { key: `s/${textNodeOf('doc')}/b`, node: textNodeOf('doc'), kind: 'block', fragment: 'doc', block: 'b', by: '', changed });
  const index = indexOf(entry('old', 'seal', { changed: old }), entry('edited', 'seal', { at: old, changed: late }), entry('page', '', { kind: 'document', title: 'Seal', fragment: 'doc', changed: old }));
  index.put('s//p', '1', [entry('p', '', { kind: 'person', title: 'Seal Person', fragment: '', changed: 0 })]);
  index.put(`s/${textNodeOf('doc')}`, '1', [text(old)]);
  expect(keys(index, 'seal', { before: NOW - 5_000 })).toEqual(['old', 'page', textNodeOf('doc')].sort());
  expect(keys(index, 'seal', { after: NOW - 5_000 })).toEqual(['edited']);
  expect(keys(index, '', { after: NOW - 5_000, before: late })).toEqual(['place']);
  expect(keys(index, '', { after: late, kinds: ['message'] })).toEqual(['edited']);
  // The text is written in: the page is found by its title as well, and says when.
  index.put(`s/${textNodeOf('doc')}`, '2', [text(late)]);
  expect(keys(index, 'seal', { after: late })).toEqual(['edited', 'page', textNodeOf('doc')].sort());
  expect(find(index, 'seal', { after: late, kinds: ['document'] }).hits[0]!.entry.changed).toBe(late);
  expect(keys(index, 'seal', { before: NOW - 5_000 })).toEqual(['old']);
  // What is read back from a store says the same.
  expect(keys(TextIndex.load(JSON.parse(JSON.stringify(index.dump())))!, 'seal', { after: late })).toEqual(['edited', 'page', textNodeOf('doc')].sort());
});

test('{C1} the best stands first: titles before texts, what is new before what is old; without words the newest', () => {
  const index = indexOf(entry('old', 'seal', { at: NOW - 400 * 86_400_000 }), entry('new', 'seal'), entry('title', '', { kind: 'document', title: 'Seal', fragment: 'd' }));
  expect(find(index, 'seal').hits.map(({ entry: { node } }) => node)).toEqual(['title', 'new', 'old']);
  expect(find(index, '', { kinds: ['message'] }).hits.map(({ entry: { node } }) => node)).toEqual(['new', 'old']);
});

test('{C1} a snippet shows the words in their place, marked, of a long text the piece that has most of them', () => {
  const index = indexOf(entry('long', `${'filler words before it '.repeat(40)}the gaskets of the lid ${'and after it '.repeat(40)}`));
  const [hit] = find(index, 'lid gasket').hits;
  const { text, marks } = hit!.snippet;
  expect(marks.map(([from, to]) => text.slice(from, to))).toEqual(['gaskets', 'lid']);
  expect(text.length).toBeLessThan(210);
  expect(text.startsWith('…') && text.endsWith('…')).toBe(true);
});

test('hostile text is only text: no pattern, no markup, no endless word stops or fools the index', () => {
  const index = indexOf(entry('re', '(a+)+$ [x] \\ ^ constructor __proto__ <b>bold</b>'), entry('long', 'x'.repeat(100_000)), entry('bidi', 'a\u202eb\u0000c'));
  expect(keys(index, '__proto__')).toEqual(['re']);
  expect(keys(index, 'constructor')).toEqual(['re']);
  expect(keys(index, '(a+)+$')).toContain('re');
  expect(keys(index, 'x'.repeat(300))).toEqual(['long']);
  expect(keys(index, '"""')).toHaveLength(4);
  for (const text of ['\\', '[', '(', '.*', '\u0000']) expect(() => find(index, text)).not.toThrow();
});

test('a hit leads to the message in its channel and to the block in its document', () => {
  const at = (kind: Kind, lens: 'chat' | 'documents' = 'chat') => placeOf({ entry: entry('n', '', { kind, block: 'x' }), lens });
  expect(at('message')).toEqual({ space: 's', lens: 'chat', object: 'f', params: { m: 'n' } });
  expect(at('message', 'documents')).toEqual({ space: 's', lens: 'documents', object: 'f', params: { panel: 'comments', m: 'n' } });
  expect(at('task')).toEqual({ space: 's', lens: 'chat', object: 'f', params: { panel: 'details', t: 'n' } });
  expect(at('block', 'documents')).toEqual({ space: 's', lens: 'documents', object: 'f', params: { b: 'x' } });
  expect([at('channel').lens, at('document', 'documents').lens, at('person').lens, at('space').lens]).toEqual(['chat', 'documents', 'access', 'chat']);
});

test('{C1} a task of a goal and a message of a room are found while their place has a title, and lead to it; goals and rooms by their titles', () => {
  const titled = (id: string, type: string, title: string) => titleEntries(nodeView({ id: `dir-${id}`, space: 's', type: FRAGMENT, props: { fragment: id, type, title } }));
  const index = indexOf(...titled('g', GOAL, 'Dry boxes'), ...titled('r', ROOM, 'Box group'), entry('task', '', { kind: 'task', title: 'Order straps', fragment: 'g' }), entry('said', 'new straps came', { fragment: 'r' }));
  const lead = (text: string) => Object.fromEntries(find(index, text).hits.map((hit) => [hit.entry.node, placeOf(hit)]));
  expect(lead('straps')).toEqual({ task: { space: 's', lens: 'goals', object: 'g', params: { panel: 'details', t: 'task' } }, said: { space: 's', lens: 'messenger', object: 'r', params: { m: 'said' } } });
  expect(lead('box')).toEqual({ 'dir-g': { space: 's', lens: 'goals', object: 'g', params: {} }, 'dir-r': { space: 's', lens: 'messenger', object: 'r', params: {} } });
  index.drop('s/dir-g');
  expect(Object.keys(lead('straps')), 'a goal that is in the trash').toEqual(['said']);
});

test('{C1}{C6} a course is found by its title and opened in Learn; the task of an assignment, which lies in it, is looked at among tasks', () => {
  const index = indexOf(...titleEntries(nodeView({ id: 'dir-c', space: 's', type: FRAGMENT, props: { fragment: 'c', type: COURSE, title: 'Field installation' } })), entry('task', '', { kind: 'task', title: 'Mount a box in the field', fragment: 'c' }), entry('lost', '', { kind: 'task', title: 'Mow the field', fragment: 'nowhere' }));
  expect(Object.fromEntries(find(index, 'field').hits.map((hit) => [hit.entry.node, placeOf(hit)]))).toEqual({ 'dir-c': { space: 's', lens: 'learn', object: 'c', params: {} }, task: { space: 's', lens: 'goals', object: 'c', params: { panel: 'details', t: 'task' } } });
  expect(find(index, 'field', { kinds: ['course'] }).hits.map((hit) => [hit.entry.kind, hit.entry.node])).toEqual([['course', 'dir-c']]);
  // What links to it speaks for it.
  expect(spotOf(index.find({ text: 'installation', limit: 1, now: 0 }).hits[0]!.entry)).toBe(`s/${addressed('s', ['see #/s/learn/c?s=step'])[0]}`);
});

test('{C1} a piece of a text without spaces holds the words that were found, and tears no sign', () => {
  const index = indexOf(entry('zh', `${'湖光山色'.repeat(120)}中国人民${'湖光山色'.repeat(60)} end`), entry('signs', `${'😀'.repeat(300)} seal ${'😀'.repeat(300)}`), entry('tight', `x${'😀'.repeat(300)}国${'😀'.repeat(300)}`));
  const shown = (text: string) => find(index, text).hits.map(({ snippet }) => snippet);
  expect(shown('中国').map(({ text, marks }) => marks.map(([from, to]) => text.slice(from, to)))).toEqual([['中', '国']]);
  for (const text of ['seal', '国']) for (const snippet of shown(text)) {
    expect(snippet.text).not.toMatch(/[\ud800-\udfff]/u);
    expect(snippet.marks.length).toBeGreaterThan(0);
  }
});

test('a page that is written in takes no more memory than it is', () => {
  setFlagsFromString('--expose-gc');
  const used = (): number => {
    (runInNewContext('gc') as () => void)();
    return process.memoryUsage().heapUsed / 1_048_576;
  };
  const index = indexOf();
  const write = (times: number): void => {
    for (let n = 0; n < times; n++) index.put('s/doc', `${n}`, Array.from({ length: 1_000 }, (_, at) => entry(`doc/${at}`, `line ${at}${at === 0 ? n : ''}`, { kind: 'block', block: `${at}` })));
  };
  write(2);
  const before = used();
  write(400);
  expect(used() - before).toBeLessThan(20);
  expect(find(index, '', { kinds: ['block'] }).total).toBe(1_000);
});

test('{C1} a beginning of one or two letters: where a word begins, in any writing, not within one; a sign that folds to a point is no pattern', () => {
  const index = indexOf(
    entry('ru', 'Ещё: (Тепло) и ёлка'), entry('within', 'отель, 4те, а\u0301те'), entry('caps', 'TE-lemark'), entry('gothic', '\u{10330}\u{10331} te'), entry('behind', '\u{10330}te'), entry('one', '1. Lids'), entry('ten', '10 lids'),
  );
  expect(keys(index, 'те')).toEqual(['ru']);
  expect(keys(index, 'ел')).toEqual(['ru']);
  expect(keys(index, 'te')).toEqual(['caps', 'gothic']);
  expect(keys(index, '\u{10330}')).toEqual(['behind', 'gothic']);
  expect(keys(index, '1')).toEqual(['one', 'ten']);
  expect(keys(index, '⒈')).toEqual(['one']);
});

test('{C1} a beginning of two letters is looked for in every title and in the newest 8,000 texts; of older ones nothing is read', () => {
  let read = 0;
  const index = indexOf(entry('page', '', { kind: 'document', title: 'Seals', fragment: 'd', at: NOW - 90_000 }));
  const texts = Array.from({ length: 8_040 }, (_, n) => entry(`n${n}`, n >= 7_989 ? 'seal' : 'lid', { at: NOW - n }));
  for (const old of texts.slice(8_000)) Object.defineProperty(old, 'by', { get: () => (read++, 'anna') });
  index.put('all', '1', texts);
  read = 0;
  // The channel they stand in is looked at as well: ten texts, and the page by its title.
  expect(find(index, 'se', { by: ['anna'] })).toMatchObject({ total: 11, counts: { message: 10, document: 1 } });
  expect(read).toBe(0);
  expect(find(index, 'seal', { by: ['anna'] }).total, 'control').toBe(52);
  expect(read).toBeGreaterThan(0);
});
