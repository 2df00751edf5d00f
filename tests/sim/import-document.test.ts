/** A file becomes a document in one act (issue 6, Ingestion): what another device sees of it, and what stays when the writing fails in the middle. */
import { expect, test } from 'vitest';
import { deleteDocument, documentsOf, readProperties, textNodeOf } from '#domain/editor';
import { DocReplica, type Block } from '#domain/editor/model';
import { FRAGMENT, ROOT } from '#domain/shared';
import type { LifegraphApi } from '#os/api';
import { writeDocument, writeVault, type Importer } from '#view/editor/importer.ts';
import { pair } from './support/pair.ts';

const BLOCKS: Block[] = Array.from({ length: 400 }, (_, at) => ({ id: `block${at}`, type: 'paragraph', attrs: {}, text: [{ text: `Line ${at} ${'of a long text '.repeat(20)}`, marks: {} }] }));
const importer = { closed: false, updates: async (client: number) => new DocReplica(client).write(BLOCKS) } as unknown as Importer;
const listed = async (api: LifegraphApi, space: string): Promise<string[]> => documentsOf(await api.graph(space).query({ type: FRAGMENT, fragment: ROOT })).map((one) => one.title);

test('all of a file is there for others as well, in many updates; its progress is told to the end', async () => {
  const { world, a, b, space } = await pair(731);
  const told: [number, number][] = [];
  const made = await world.wait(writeDocument(a.api, space, 'The lake', importer, (done, total) => void told.push([done, total])));
  await world.wait(a.api.saved());
  await world.clock.run(5_000);
  expect(await listed(a.api, space)).toEqual(['The lake']);
  expect(await listed(b.api, space)).toEqual(['The lake']);
  await world.wait(b.api.graph(space).query({ fragment: made.fragment }));
  await world.clock.run(3_000);
  const news = await b.api.graph(space).updates(textNodeOf(made.fragment), null);
  const copy = new DocReplica(news.client);
  copy.take(news.updates);
  expect(copy.shown()).toEqual(BLOCKS);
  expect(told.length).toBeGreaterThan(1);
  expect(told.at(-1)![0]).toBe(told.at(-1)![1]);
});

test('a writer that fails in the middle leaves nothing in the list', async () => {
  const { world, a, b, space } = await pair(732);
  let calls = 0;
  const graph = a.api.graph(space);
  const failing = { ...a.api, graph: () => ({ ...graph, transact: (...args: Parameters<typeof graph.transact>) => ((calls += 1) > 3 ? Promise.reject(new Error('no room')) : graph.transact(...args)) }) } as unknown as LifegraphApi;
  await expect(world.wait(writeDocument(failing, space, 'The lake', importer, () => undefined))).rejects.toThrow('no room');
  await world.wait(a.api.saved());
  await world.clock.run(5_000);
  expect([await listed(a.api, space), await listed(b.api, space)]).toEqual([[], []]);
});

test('given up in the middle of the writing it leaves nothing in the list either', async () => {
  const { world, a, space } = await pair(733);
  const given = { ...importer, closed: false };
  await expect(world.wait(writeDocument(a.api, space, 'The lake', given as Importer, (done) => void (given.closed = done > 0)))).rejects.toThrow('given up');
  await world.wait(a.api.saved());
  await world.clock.run(3_000);
  expect(await listed(a.api, space)).toEqual([]);
});

const page = (at: number, hrefs: readonly string[]): Block[] => [{ id: 'b', type: 'paragraph', attrs: {}, text: [{ text: `to ${at}`, marks: { link: hrefs[(at + 1) % hrefs.length]! } }] }];
const vault: Pick<Importer, 'closed' | 'page'> = { closed: false, page: async (at, client, hrefs) => ({ updates: new DocReplica(client).write(page(at, hrefs)), fields: [{ name: 'Number', kind: 'number', value: at }] }) };
const href = (fragment: string): string => `#/space/documents/${fragment}`;
const titles = Array.from({ length: 40 }, (_, at) => `Page ${at}`);

test('the pages of a vault come out of the trash together, in their order, each with links by the ids of the others; one act takes them away', async () => {
  const { world, a, b, space } = await pair(734);
  const seen: number[] = [];
  a.api.graph(space).subscribe({ type: FRAGMENT, fragment: ROOT }, () => void listed(a.api, space).then((all) => seen.push(all.length)));
  const told: [number, number][] = [];
  const made = await world.wait(writeVault(a.api, space, titles, href, vault as Importer, (done, total) => void told.push([done, total])));
  await world.wait(a.api.saved());
  await world.clock.run(5_000);
  expect(await listed(a.api, space)).toEqual(titles);
  expect(await listed(b.api, space)).toEqual(titles);
  // Between none and all nobody sees more than the one that is being made.
  expect([...new Set(seen)].filter((count) => count > 1 && count < titles.length)).toEqual([]);
  expect(seen).toContain(titles.length);
  expect(told.at(-1)).toEqual([80, 80]);
  for (const at of [0, 17, 39]) {
    await world.wait(b.api.graph(space).query({ fragment: made[at]!.fragment }));
    await world.clock.run(1_000);
    const news = await b.api.graph(space).updates(textNodeOf(made[at]!.fragment), null);
    const copy = new DocReplica(news.client);
    copy.take(news.updates);
    expect(copy.shown()).toEqual(page(at, made.map(({ fragment }) => href(fragment))));
    const held = await b.api.graph(space).get(textNodeOf(made[at]!.fragment));
    expect(held.state === 'here' && readProperties(held).map(({ name, value }) => [name, value])).toEqual([['Number', at]]);
  }
  await a.api.graph(space).transact(made.flatMap(deleteDocument));
  await world.wait(a.api.saved());
  await world.clock.run(3_000);
  expect([await listed(a.api, space), await listed(b.api, space)]).toEqual([[], []]);
});

test('a vault whose writing fails or is given up in the middle leaves nothing in the list', async () => {
  const { world, a, b, space } = await pair(735);
  const failing: typeof vault = { ...vault, page: async (at, client, hrefs) => (at === 20 ? Promise.reject(new Error('out of memory')) : vault.page(at, client, hrefs)) };
  await expect(world.wait(writeVault(a.api, space, titles, href, failing as Importer, () => undefined))).rejects.toThrow('out of memory');
  const given = { ...vault, closed: false };
  await expect(world.wait(writeVault(a.api, space, titles, href, given as unknown as Importer, (done) => void (given.closed = done > 60)))).rejects.toThrow('given up');
  await world.wait(a.api.saved());
  await world.clock.run(3_000);
  expect([await listed(a.api, space), await listed(b.api, space)]).toEqual([[], []]);
});
