/** What is kept of the index between two runs does not grow with every letter. */
import { expect, test } from 'vitest';
import { SearchRows } from '#boot/search-rows';
import type { Entry } from '#domain/search';
import { TextIndex } from '#domain/search/engine';
import { keeper } from '#tests/support/row-keeper';

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
