/** Links between things (issue 6): what is asked for while typing, what an address leads to, what says a title. */
import { getSchema } from '@tiptap/core';
import { EditorState, TextSelection } from '@tiptap/pm/state';
import { afterEach, expect, test, vi } from 'vitest';
import { leadsTo, says } from '#view/editor/backlinks.ts';
import { blockCards, embedsOf, tellCards } from '#view/editor/block-cards.tsx';
import { schemaParts } from '#view/editor/nodes.ts';
import { askedAt, nameRefs, refMarks } from '#view/editor/refs.ts';

afterEach(() => void vi.unstubAllGlobals());

const schema = getSchema(schemaParts((key) => String(key)));
const page = (text: string, href?: string): EditorState => {
  const doc = schema.node('doc', null, [schema.node('block', { bid: 'a' }, [schema.text(text, href === undefined ? [] : [schema.mark('link', { href })])])]);
  return EditorState.create({ doc, selection: TextSelection.atEnd(doc), plugins: [refMarks()] });
};

test('`[[` and `@` ask at the caret, anywhere and at the beginning of a word', () => {
  expect(askedAt(page('see [[sensor ho'))).toEqual({ from: 5, query: 'sensor ho', people: false, show: false });
  expect(askedAt(page('see ![[Plan#Hea'))).toEqual({ from: 5, query: 'Plan#Hea', people: false, show: true });
  expect(askedAt(page('ask @an'))).toEqual({ from: 5, query: 'an', people: true, show: false });
  expect(askedAt(page('@'))).toEqual({ from: 1, query: '', people: true, show: false });
  for (const text of ['mail anna@home', 'done [[x]] then', '[x', 'a @b c']) expect(askedAt(page(text)), text).toBeNull();
});

test('an address leads to a thing by its ids, on whatever host and with whatever behind', () => {
  for (const href of ['#/s/documents/d', 'https://a.example/app/#/s/documents/d?panel=comments', '#/s/chat/d']) expect(leadsTo(href, 's', 'd'), href).toBe(true);
  for (const href of ['#/s/documents/dd', '#/t/documents/d', 'https://a.example/s/documents/d', '', '#']) expect(leadsTo(href, 's', 'd'), href).toBe(false);
});

test('a title is said as words of their own', () => {
  for (const text of ['The Gasket is here', 'gasket', '(GASKET)', 'Прокладка: gasket.']) expect(says(text, 'gasket'), text).toBe(true);
  for (const text of ['gaskets', 'agasket', 'gas ket', '']) expect(says(text, 'gasket'), text).toBe(false);
  expect(says('Прокладки нет, прокладка есть', 'Прокладка')).toBe(true);
});

test('a link shows the present name, but to who stands in it; other links are left alone', () => {
  const drawn = (state: EditorState): unknown[] => {
    const [plugin] = state.plugins;
    const found = plugin!.props.decorations!.call(plugin!, state) as unknown as { find(): { from: number; to: number; type: { attrs: unknown } }[] };
    return found.find().map(({ from, to, type }) => [from, to, type.attrs]);
  };
  const open = page('Gasket', '#/s/documents/d');
  const named = open.apply(nameRefs(open.tr, (href) => (href.endsWith('/d') ? 'Gasket, EPDM' : null)));
  expect(drawn(named)).toEqual([[1, 7, { class: 'ref' }]]);
  const away = named.apply(named.tr.insert(8, schema.node('block', { bid: 'b' }, [schema.text('more')])));
  const below = away.apply(away.tr.setSelection(TextSelection.create(away.doc, 11)));
  expect(drawn(below)).toEqual([[1, 2, { 'class': 'ref ref-name', 'data-name': 'Gasket, EPDM' }], [2, 7, { class: 'ref ref-old' }]]);
  expect(drawn(page('Gasket', 'https://a.example/#/s/documents/d'))).toEqual([]);
});

test('a block that is one link to a thing of ours is its card; beside other words, in a list or to elsewhere it is a link', () => {
  const here = 'https://a.example/app/';
  const link = (text: string, href: string) => schema.text(text, [schema.mark('link', { href })]);
  const of = (kind: string, ...content: ReturnType<typeof link>[]): [string, string][] => [...embedsOf(schema.node('doc', null, [schema.node('block', { bid: 'b', kind }, content)]), `${here}#/s/documents/x`)];
  const own = '#/s/documents/d';
  expect(of('paragraph', link('Gasket', own), schema.text(' '))).toEqual([['b', own]]);
  expect(of('paragraph', link('Gas', own), schema.text('ket', [schema.mark('bold'), schema.mark('link', { href: own })]))).toEqual([['b', own]]);
  expect(of('paragraph', link(`${here}${own}`, `${here}${own}`))).toEqual([['b', `${here}${own}`]]);
  for (const content of [[schema.text('see '), link('Gasket', own)], [link('Gasket', own), link('Lid', '#/s/documents/e')], [link('a', 'https://b.example/app/#/s/documents/d')], [link('a', '#/s')], [schema.text(' ')], []]) expect(of('paragraph', ...content)).toEqual([]);
  expect(of('list', link('Gasket', own))).toEqual([]);
});

test('only where its card stands are the words of such a block away: not beside a task of the block, and not of what is not here or is another by now', () => {
  vi.stubGlobal('location', { href: 'https://a.example/app/#/s/documents/x' });
  const own = '#/s/documents/d';
  const cards = blockCards();
  const doc = schema.node('doc', null, [schema.node('block', { bid: 'a' }, [schema.text('Gasket', [schema.mark('link', { href: own })])]), schema.node('block', { bid: 'b' }, [schema.text('more')])]);
  const state = EditorState.create({ doc, selection: TextSelection.atEnd(doc), plugins: [cards] });
  const box = {} as HTMLElement;
  const closed = (boxes: [string, HTMLElement][], told: [string, string][]): number => {
    const next = state.apply(tellCards(state.tr, new Map(boxes), new Map(told)));
    return (cards.props.decorations!.call(cards, next) as unknown as { find(): { type: { attrs?: { class?: string } } }[] }).find().filter(({ type }) => type.attrs?.class === 'embed-closed').length;
  };
  expect(closed([['a', box]], [['a', own]])).toBe(1);
  expect(closed([['a', box]], [])).toBe(0);
  expect(closed([['a', box]], [['a', '#/s/documents/e']])).toBe(0);
  expect(closed([], [])).toBe(0);
});
