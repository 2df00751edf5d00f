/** What is kept of the index between two runs does not grow with every letter. */
import { expect, test } from 'vitest';
import { SearchRows, type Feed } from '#boot/search-rows';
import type { Entry } from '#domain/search';
import { TextIndex } from '#domain/search/engine';

/** A kernel that only keeps rows. */
function keeper(): { feed: Feed; rows: Map<string, Uint8Array> } {
  const rows = new Map<string, Uint8Array>();
  const calls: Record<string, (...args: never[]) => unknown> = {
    row: (name: string) => rows.get(name) ?? null,
    rows: () => [...rows.keys()],
    keep: (all: [string, Uint8Array | null][]) => all.forEach(([name, bytes]) => (bytes === null ? rows.delete(name) : rows.set(name, bytes))),
  };
  return { rows, feed: { call: (name: string, ...args: never[]) => Promise.resolve(calls[name]!(...args)) } as unknown as Feed };
}

const page = (written: number): Entry[] => Array.from({ length: 600 }, (_, at) => ({ key: `s/doc/${at}`, kind: 'block', space: 's', fragment: 'f', node: 'doc', block: `${at}`, title: '', text: at === 0 ? `line ${written}` : `the words of line ${at} `.repeat(8), by: '', at: 1, changed: 1 }));

test('a long page that is written in for an hour is kept in little more than it is', async () => {
  const { feed, rows } = keeper();
  let gen = 0;
  const [index, kept] = [new TextIndex(), new SearchRows(feed, () => `g${gen++}`)];
  let most = 0;
  for (let written = 0; written < 400; written++) {
    const entries = page(written);
    index.put('s/doc', `${written}`, entries);
    await kept.write(index, [['s/doc', `${written}`, entries]], 1);
    most = Math.max(most, [...rows.values()].reduce((sum, { length }) => sum + length, 0));
  }
  expect(most).toBeLessThan(24 * 1_048_576);
  const again = await new SearchRows(feed, () => 'other').load();
  expect([again?.version('s/doc'), again?.size]).toEqual(['399', 600]);
});
