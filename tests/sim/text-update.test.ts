/** Documents of editors that keep their own copy (FORMATS 3, Yjs): updates in, news out, and when a copy has to begin anew. */
import { expect, test } from 'vitest';
import * as Y from 'yjs';
import type { LifegraphApi } from '#os/api';
import { pair } from './support/pair.ts';

/** An editor's copy of a node's document, reduced to one text. */
async function copy(api: LifegraphApi, space: string, id: string) {
  const doc = new Y.Doc({ guid: 'text' });
  const graph = api.graph(space);
  let news = await graph.updates(id, null);
  const { salt, client } = news;
  doc.clientID = client;
  const made: Uint8Array[] = [];
  doc.on('update', (update, origin) => void (origin === 'mine' && made.push(update)));
  const take = (updates: Uint8Array[]): void => updates.forEach((update) => Y.applyUpdate(doc, update));
  take(news.updates);
  return {
    text: () => doc.getText('body').toString(),
    type(at: number, words: string) {
      doc.transact(() => doc.getText('body').insert(at, words), 'mine');
      return made.at(-1)!;
    },
    send: (update: Uint8Array) => graph.transact([{ op: 'text.update', id, update, salt }]),
    async hear(): Promise<number> {
      news = await graph.updates(id, news.mark);
      take(news.updates);
      return news.updates.length;
    },
  };
}

async function document(seed: number) {
  const made = await pair(seed);
  const { ids } = await made.a.api.graph(made.space).transact([{ op: 'node.create', type: 'doc@1', props: {} }]);
  await made.world.wait(made.a.api.saved());
  await made.world.clock.run(1_000);
  return { ...made, id: ids[0]! };
}

test('{C3} FORMATS §3, Yjs: two editors write one document at the same time and show the same; news come once', async () => {
  const { world, a, b, space, id } = await document(701);
  const [one, two] = [await copy(a.api, space, id), await copy(b.api, space, id)];
  for (const [at, word] of ['Spring ', 'survey ', 'of '].entries()) await one.send(one.type(at === 0 ? 0 : one.text().length, word));
  await two.send(two.type(0, 'Notes: '));
  await world.wait(a.api.saved());
  await world.wait(b.api.saved());
  await world.clock.run(2_000);
  expect(await one.hear()).toBeGreaterThan(0);
  expect(await two.hear()).toBeGreaterThan(0);
  expect(await one.hear()).toBe(0);
  expect(one.text()).toBe(two.text());
  expect(one.text()).toContain('Spring survey of ');
  expect(one.text()).toContain('Notes: ');
  const unapplied = (await b.api.log.records(space, { limit: 500 })).filter((record) => record.status !== 'applied');
  expect(unapplied.map((record) => record.why)).toEqual([]);
});

test('{C3} FORMATS §3, Yjs: what would be void everywhere is refused: twice the same, a gap, another client id, no update', async () => {
  const { a, space, id } = await document(702);
  const one = await copy(a.api, space, id);
  const [first, second, third] = [one.type(0, 'a'), one.type(1, 'b'), one.type(2, 'c')];
  const closed = expect.objectContaining({ code: 'text-closed' });
  await expect(one.send(second)).rejects.toEqual(closed);
  await one.send(first);
  await expect(one.send(first)).rejects.toEqual(closed);
  await expect(one.send(third)).rejects.toEqual(closed);
  await one.send(second);
  const other = await copy(a.api, space, id);
  await expect(other.send(third)).rejects.toEqual(closed);
  await expect(one.send(new Uint8Array([1, 2, 3]))).rejects.toEqual(closed);
  await expect(a.api.graph(space).transact([{ op: 'text.update', id, update: third, salt: new Uint8Array(3) }])).rejects.toMatchObject({ code: 'bad-op' });
  // None of it stood in the way of what goes on rightly.
  await one.send(third);
  await other.hear();
  expect(other.text()).toBe('abc');
});

test('{C3} after the slot changed an editor has to begin anew, and nothing it sent before is lost', async () => {
  const { world, a, b, space, id } = await document(703);
  const { kernel, repair } = a.running.parts;
  const one = await copy(a.api, space, id);
  await one.send(one.type(0, 'before '));
  await world.wait(a.api.saved());
  const tip = kernel.spaces.get(space)!.chain.tip(kernel.slot!.writer)!;
  repair.onFork(kernel.spaces.get(space)!, { kind: 'same-seq', writer: tip.writer, a: tip, b: tip });
  await world.wait(repair.idle());
  await expect(one.send(one.type(7, 'between '))).rejects.toMatchObject({ code: 'text-closed' });
  const again = await copy(a.api, space, id);
  await again.send(again.type(again.text().length, 'after'));
  await world.wait(a.api.saved());
  await world.clock.run(3_000);
  const far = await copy(b.api, space, id);
  expect(far.text()).toBe('before after');
});
