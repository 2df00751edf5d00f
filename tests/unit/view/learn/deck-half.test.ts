/** Decks of a file in the Personal space of a production kernel: all of them come in, or nothing; what a page that broke off left is told, and taken away by one press. */
import { createElement as h } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { beforeAll, expect, test } from 'vitest';
import type { DecksFound } from '#domain/learn/anki';
import { CARD, DECK } from '#domain/learn';
import { decksOf, deleteWhole, halfWholes } from '#domain/learn/cards';
import { FRAGMENT, ROOT } from '#domain/shared';
import type { GraphApi, LifegraphApi } from '#os/api';
import { fakeKernel } from '#tests/support/fake-kernel';
import { pair } from '#tests/sim/support/pair';
import { TRASHED, trashRows } from '#view/editor/trash-rows.ts';
import { dropDecks, HALVES, keepDecks } from '#view/learn/deck-files.ts';
import { HalfDeck } from '#view/learn/half-decks.tsx';
import { I18nProvider, loadWords } from '#view/kit/i18n.tsx';
import { KernelProvider } from '#view/kit/kernel.tsx';
import { ToastProvider } from '#view/kit/toast.tsx';
import '#view/kit/learn-words.ts';

beforeAll(() => loadWords('ru'));

/** Two decks, the first of two parts. */
const FOUND: DecksFound = { files: [], empty: 0, missing: [], decks: ['Rivers', 'Boats'].map((name, at) => ({ name, cards: Array.from({ length: at === 0 ? 700 : 3 }, (_, no) => ({ front: `${name} ${no}?`, back: `${no}`, frontFiles: [], backFiles: [], reviews: [], off: false })) })) };
const media = () => Promise.reject(new Error('no files'));

async function personal(seed: number) {
  const { world, a } = await pair(seed);
  const id = (await a.api.spaces.list()).find(({ kind }) => kind === 'personal')!.id;
  const graph = a.api.graph(id);
  const here = async () => ({
    decks: decksOf(await graph.query({ type: FRAGMENT, fragment: ROOT, where: { type: DECK } })).map(({ title }) => title),
    cards: (await graph.query({ type: CARD })).length,
    halves: halfWholes(await graph.query(HALVES)).map(({ title }) => title),
    trash: trashRows(await graph.query(TRASHED.directory), await graph.query(TRASHED.things)).map(({ title }) => title),
  });
  return { world, api: a.api, id, graph, here };
}
const NOTHING = { decks: [], cards: 0, halves: [], trash: [] };

test('{C6} a deck that is given up half-way leaves nothing: not in the list, not in the trash, no card; one that is not comes whole, and lies in the trash when it is deleted', async () => {
  const { world, api, id, graph, here } = await personal(954);
  const thread = { closed: false, media };
  const seen: number[] = [];
  const given = keepDecks(api, id, FOUND, thread, () => {
    thread.closed = true;
    void graph.query({ type: CARD }).then((cards) => seen.push(cards.length));
  });
  await expect(world.wait(given)).rejects.toThrow('given up');
  // Control: half of it was there.
  expect(seen[0]).toBe(500);
  expect(await here()).toEqual(NOTHING);
  const kept = await world.wait(keepDecks(api, id, FOUND, { closed: false, media }, () => undefined));
  expect([kept.cards, await here()]).toEqual([703, { decks: ['Boats', 'Rivers'], cards: 703, halves: [], trash: [] }]);
  await graph.transact(kept.decks.flatMap(deleteWhole));
  expect(await here()).toEqual({ decks: [], cards: 703, halves: [], trash: expect.arrayContaining(['Boats', 'Rivers']) });
});

test('{C6} what a page that was closed left of a deck is told by its name and taken away; who went on with it elsewhere then keeps nothing either', async () => {
  const { world, api, id, graph, here } = await personal(955);
  // A page that is gone does nothing more: neither the rest nor the tidying.
  let calls = 0;
  const dying: LifegraphApi = { ...api, graph: (space) => ({ ...api.graph(space), query: (...args: Parameters<GraphApi['query']>) => api.graph(space).query(...args), createFragment: (...args: Parameters<GraphApi['createFragment']>) => api.graph(space).createFragment(...args), transact: (...args: Parameters<GraphApi['transact']>) => ((calls += 1) > 2 ? Promise.reject(new Error('gone')) : api.graph(space).transact(...args)) }) };
  await expect(world.wait(keepDecks(dying, id, FOUND, { closed: false, media }, () => undefined))).rejects.toThrow('gone');
  expect(await here()).toEqual({ decks: [], cards: 500, halves: ['Rivers'], trash: [] });
  const [left] = halfWholes(await graph.query(HALVES));
  const drawn = (lang: 'en' | 'ru'): string => renderToStaticMarkup(h(KernelProvider, { api: fakeKernel('seeded'), children: h(I18nProvider, { lang, children: h(ToastProvider, null, h(HalfDeck, { personal: id, deck: left! })) }) }));
  expect(drawn('en')).toContain('“Rivers” is here only in part');
  expect(drawn('en')).toContain('aria-label="Take away what is here of Rivers"');
  expect(drawn('ru')).toContain('«Rivers» здесь лишь частью');
  await world.wait(dropDecks(graph, [left!]));
  expect(await here()).toEqual(NOTHING);
  // Another tab writes on while its deck is taken away here.
  let taken = false;
  const going = keepDecks(api, id, FOUND, { closed: false, media }, () => {
    if (taken) return;
    taken = true;
    void graph.query(HALVES).then((nodes) => dropDecks(graph, halfWholes(nodes)));
  });
  await expect(world.wait(going)).rejects.toThrow('given up');
  expect(await here()).toEqual(NOTHING);
});
