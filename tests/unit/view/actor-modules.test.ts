/** Which modules of actors are listed. */
import { expect, test } from 'vitest';
import type { LifegraphApi, Query } from '#os/api';
import { LISTED, modulesIn } from '#view/settings/actor-modules.ts';

test('{K10} ACTR5 the newest modules of each space are listed, newest first: many in one hide neither new ones nor those of another', async () => {
  const held: Readonly<Record<string, readonly string[]>> = { crowded: Array.from({ length: 3 * LISTED }, (_, i) => `f${i}`), other: ['old', 'new'] };
  // As a graph answers: oldest first when nothing is said.
  const query = (id: string) => async ({ order, limit }: Query) => (order === '-stamp' ? [...held[id]!].reverse() : [...held[id]!]).slice(0, limit).map((file) => ({ id: file, props: { name: `${file}.wasm` } }));
  const api = { graph: (id: string) => ({ query: id === 'shut' ? () => Promise.reject(new Error('no right')) : query(id) }) } as unknown as LifegraphApi;
  const found = await modulesIn(api, ['crowded', 'shut', 'other'].map((id) => ({ id, name: id })));
  expect(found.map(({ file }) => file)).toEqual([...held['crowded']!.slice(-LISTED).reverse(), 'new', 'old']);
  expect(found.at(-1)).toEqual({ space: 'other', spaceName: 'other', file: 'old', name: 'old.wasm' });
});
