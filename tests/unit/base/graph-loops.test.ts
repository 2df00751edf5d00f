/** Who is near, and who matters. */
import { expect, test } from 'vitest';
import { FAR, linksOf, plainLoops } from '#base/graph-loops';

test('{K18} steps from one to all: the shortest, none beyond what was asked, and those who cannot be reached are far', () => {
  const loops = plainLoops(linksOf(6, [[0, 1], [1, 2], [0, 2], [2, 3], [4, 0]]));
  expect([...loops.around(0, 9)]).toEqual([0, 1, 1, 2, FAR, FAR]);
  expect([...loops.around(0, 1)]).toEqual([0, 1, 1, FAR, FAR, FAR]);
  expect([...loops.around(0, 0)]).toEqual([0, FAR, FAR, FAR, FAR, FAR]);
  expect([...loops.around(9, 9)]).toEqual([FAR, FAR, FAR, FAR, FAR, FAR]);
});

test('{K18} links that lead out of the graph are left out', () => {
  const { starts, ends } = linksOf(2, [[0, 1], [0, 2], [-1, 0], [1, 0]]);
  expect([[...starts], [...ends]]).toEqual([[0, 1, 2], [1, 0]]);
});

test('{K18} who is linked to by many, and by those who matter, matters more; all together one', () => {
  const weights = plainLoops(linksOf(5, [[0, 4], [1, 4], [2, 4], [4, 3], [3, 4]])).weights(60, 0.85);
  expect(weights.reduce((sum, x) => sum + x, 0)).toBeCloseTo(1, 9);
  expect(weights[4]).toBeGreaterThan(weights[3]!);
  expect(weights[3]).toBeGreaterThan(weights[0]! * 3);
  expect(weights[0]).toBeCloseTo(weights[1]!, 12);
  expect([...plainLoops(linksOf(4, [])).weights(5, 0.85)]).toEqual([0.25, 0.25, 0.25, 0.25]);
});
