/** The search over the production kernel: what comes, changes and goes is found so; what was kept is opened instead of read anew; the store shows nothing of it. */
import { expect, test } from 'vitest';
import { fastLoops } from '#adapters/fast-loops/loops';
import { createRpcClient } from '#adapters/worker-rpc/rpc-client';
import { serveSearch, type FeedCalls, type FeedStreams } from '#boot/search-feed';
import { SearchIndexer } from '#boot/search-indexer';
import { beginDocument, DOCUMENT, DOCUMENT_VERB, textNodeOf } from '#domain/editor';
import { DocReplica } from '#domain/editor/model';
import { FROM, TASK } from '#domain/goals';
import { Linked } from '#domain/search/engine';
import { ROOT } from '#domain/shared';
import { pair, say } from './support/pair.ts';
import { comes, ports } from './support/search-ports.ts';
import type { SimTab, SimWorld } from './support/sim-world.ts';

let names = 0;
async function searching(world: SimWorld, tab: SimTab): Promise<SearchIndexer> {
  const [page, kernel] = ports();
  serveSearch(kernel, tab.running);
  const indexer = new SearchIndexer(createRpcClient<FeedCalls, FeedStreams>(page), () => `g${names++}`, null, null, new Linked(fastLoops));
  void indexer.start(true);
  await comes(world, 'the index', () => indexer.state().phase === 'ready' && indexer.state().left === 0);
  return indexer;
}

const found = (indexer: SearchIndexer, text: string): string[] => indexer.find({ text, limit: 50, now: 0 }).hits.map(({ entry, snippet, title }) => `${entry.kind}: ${title.text}${snippet.text}`);

test('{C1} a message of the other is found when it has come, edited as it is now, deleted no more; titles, people and spaces too', async () => {
  const { world, a, b, space } = await pair(941);
  const there = await searching(world, b);
  expect(found(there, 'gaskets')).toEqual([]);
  const { ids } = await say(a, space, 'Forty gaskets were ordered');
  await comes(world, 'the index', () => found(there, 'gasket').length === 1);
  expect(found(there, 'gasket')).toEqual(['message: Forty gaskets were ordered']);
  await a.api.graph(space).transact([{ op: 'node.set', id: ids[0]!, props: { text: 'Forty washers were ordered' } }]);
  await comes(world, 'the index', () => found(there, 'washer').length === 1);
  expect(found(there, 'gasket')).toEqual([]);
  await a.api.graph(space).transact([{ op: 'node.delete', id: ids[0]! }]);
  await comes(world, 'the index', () => found(there, 'washer').length === 0);
  expect(found(there, 'River')).toContain('space: River');
  expect(found(there, 'Anna')).toContain('person: Anna');
  await world.wait(b.api.spaces.leave(space));
  await comes(world, 'the index', () => found(there, 'River').length + found(there, 'Anna').length === 0);
}, 60_000);

test('{C1} blocks of documents are found, after an edit as they are; a document in the trash is not', async () => {
  const { world, a, b, space } = await pair(942);
  const there = await searching(world, b);
  const fragment = await world.wait(a.api.graph(space).createFragment({ type: DOCUMENT, title: 'Lid and seal' }));
  const node = textNodeOf(fragment);
  await a.api.graph(space).transact(beginDocument(fragment), { fragment });
  const news = await a.api.graph(space).updates(node, null);
  const replica = new DocReplica(news.client);
  const write = async (...texts: string[]): Promise<void> => {
    const updates = replica.write(texts.map((text, at) => ({ id: `block-number-${at}-of-some`, type: 'paragraph', attrs: {}, text: [{ text, marks: {} }] })));
    await a.api.graph(space).transact(updates.map((update) => ({ op: 'text.update', id: node, update, salt: news.salt, verb: DOCUMENT_VERB.edit })), { fragment });
  };
  await write('Держится на винтах', 'EPDM stiffens below zero');
  await comes(world, 'the index', () => found(there, 'винт').length === 1 && found(there, 'stiffen').length === 1);
  expect(found(there, 'lid')).toEqual(['document: Lid and seal']);
  await write('Держится на клею', 'EPDM stiffens below zero');
  await comes(world, 'the index', () => found(there, 'клей').length === 1 || found(there, 'клею').length === 1);
  expect(found(there, 'винт')).toEqual([]);
  const [entry] = await a.api.graph(space).query({ type: 'fragment@1', where: { type: DOCUMENT } });
  await a.api.graph(space).transact([{ op: 'node.delete', id: entry!.id }]);
  await comes(world, 'the index', () => found(there, 'stiffen').length === 0);
}, 60_000);

test('{C1} what was kept is opened: after a restart only what is new is read, and the rows show no word', async () => {
  const { world, a, b, space } = await pair(943);
  for (const text of ['first words of anna', 'second words', 'третьи слова']) await say(a, space, text);
  const before = await searching(world, b);
  await comes(world, 'the index', () => found(before, 'words').length === 2);
  expect(before.state()).toMatchObject({ kept: 0 });
  const rows = () => b.running.parts.kernel.store.list('local/search/');
  await comes(world, 'the index', async () => (await rows()).length > 1);
  const all = Buffer.concat((await rows()).flatMap(([, row]) => Object.values(row as Record<string, Uint8Array>)));
  expect(all.length).toBeGreaterThan(200);
  for (const word of ['anna', 'words', 'message', 'слова']) expect(all.includes(word), word).toBe(false);
  await world.wait(b.api.saved());
  world.kill(b);
  await say(a, space, 'fourth words');
  await world.wait(a.api.saved());
  const again = await world.open(b.device);
  await world.clock.run(3_000);
  const after = await searching(world, again);
  await comes(world, 'the index', () => found(after, 'words').length === 3);
  expect(after.state().kept).toBeGreaterThan(3);
  // The new message, and what this device wrote of itself since then.
  expect(after.state().read).toBeLessThan(3);
  expect(found(after, 'третье')).toHaveLength(1);
}, 60_000);

test('{C1} an older change that comes late is found too: its thing changed again before it came', async () => {
  const { world, a, b, space } = await pair(944);
  const there = await searching(world, a);
  const channel = await world.wait(a.api.graph(space).createFragment({ type: 'chat/channel@1', title: 'Gaskets' }));
  const entry = async (tab: SimTab) => (await tab.api.graph(space).query({ type: 'fragment@1' })).find(({ props }) => props['fragment'] === channel);
  await comes(world, 'the index', async () => (await entry(b)) !== undefined && found(there, 'gaskets').length === 1);
  const id = (await entry(a))!.id;
  b.offline(true);
  await world.clock.run(2_000);
  await b.api.graph(space).transact([{ op: 'node.set', id, props: { title: 'Washers' } }]);
  await world.clock.run(2_000);
  await a.api.graph(space).transact([{ op: 'node.set', id, props: { topic: 'rubber' } }]);
  await comes(world, 'the index', () => found(there, 'rubber').length === 1);
  b.offline(false);
  await world.clock.run(30_000);
  await comes(world, 'the index', async () => (await entry(a))!.props['title'] === 'Washers');
  await comes(world, 'the index', () => found(there, 'washers').length === 1);
  expect(found(there, 'gaskets')).toEqual([]);
}, 60_000);

test('{C1} somebody who is called by the id of a message hides neither it nor the rest', async () => {
  const { world, a, b, space } = await pair(945);
  const { ids } = await say(a, space, 'Forty gaskets were ordered');
  await world.wait(a.api.saved());
  await comes(world, 'the index', async () => (await b.api.graph(space).query({ type: 'chat/message@1' })).length === 1);
  await a.api.graph(space).transact([{ op: 'node.create', type: 'person@1', props: { uid: ids[0]!, name: 'Nobody' } }], { fragment: ROOT });
  await comes(world, 'the index', async () => (await b.api.graph(space).query({ type: 'person@1' })).some(({ props }) => props['uid'] === ids[0]));
  const there = await searching(world, b);
  await say(a, space, 'Fifty washers too');
  await comes(world, 'the index', () => found(there, 'washers').length === 1);
  expect(found(there, 'gaskets')).toEqual(['message: Forty gaskets were ordered']);
  expect(found(there, 'Nobody')).toEqual(['person: Nobody']);
}, 60_000);

test('{C1} {K18} what leads to a thing speaks for it, and what is linked with what is open stands first; what people who are blocked link counts for nothing that is told', async () => {
  const { world, a, b, space } = await pair(946);
  const make = async (tab: SimTab, type: string, props: Record<string, string>): Promise<string> => (await tab.api.graph(space).transact([{ op: 'node.create', type, props }])).ids[0]!;
  const old = await make(a, 'chat/message@1', { text: 'the gasket leaks' });
  const young = await make(a, 'chat/message@1', { text: 'the gasket holds' });
  await world.wait(a.api.saved());
  const there = await searching(world, b);
  await comes(world, 'the index', () => found(there, 'gasket').length === 2);
  const hits = (node: string | null, hidden: readonly string[] = []) => there.find({ text: 'gasket', limit: 10, now: 0, hidden, open: node === null ? null : { space, lens: 'chat', fragment: 'any', node } }).hits.map(({ entry, leads }) => [entry.node, leads ?? null]);
  // Nothing but their age parts them.
  expect(hits(null)).toEqual([[young, null], [old, null]]);
  const reply = await make(b, 'chat/message@1', { text: 'which one', replyTo: old });
  const task = await make(a, TASK, { title: 'Order another' });
  await a.api.graph(space).transact([{ op: 'edge.add', type: FROM, from: task, to: old }]);
  await comes(world, 'what links say', () => hits(null)[0]![0] === old);
  expect(hits(null)).toEqual([[old, { by: 2, steps: 0 }], [young, null]]);
  const second = await make(a, 'chat/message@1', { text: 'and this', replyTo: young });
  const from = await make(a, TASK, { title: 'Look at it' });
  await a.api.graph(space).transact([{ op: 'edge.add', type: FROM, from, to: second }]);
  await comes(world, 'two links', () => hits(from)[0]![0] === young);
  expect(hits(from)).toEqual([[young, { by: 1, steps: 2 }], [old, { by: 2, steps: 0 }]]);
  expect(hits(reply)).toEqual([[old, { by: 2, steps: 1 }], [young, { by: 1, steps: 0 }]]);
  const his = (await b.api.graph(space).query({ type: 'chat/message@1' })).find(({ id }) => id === reply)!.createdBy!;
  expect(hits(null, [his])).toEqual([[old, { by: 1, steps: 0 }], [young, { by: 1, steps: 0 }]]);
}, 60_000);
