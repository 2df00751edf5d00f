/** What is known of workers, apart for each kind of work and each actor. */
import { expect, test } from 'vitest';
import type { BookRow } from '#os/compute/book';
import { APP_WORK, Books } from '#os/compute/books';
import { COMPUTE_LIMITS } from '#os/compute-limits';

const row = (worker: string, passed: number, out = false): BookRow => ({ worker, passed, streak: 0, runs: 20, out });

test('{K3} MUS14 neither trust nor shutting out in work of an actor reaches other work, also of what was kept', () => {
  const books = new Books([[APP_WORK, [row('tried', 20)]], ['actor:a', [row('honest', 20)]]]);
  for (const worker of ['tried', 'honest']) books.of('actor:b').shutOut({ worker, task: 't', said: 'x', right: 'y', canary: true, by: [] });
  const again = new Books(books.kept());
  for (const one of [books, again]) {
    expect([APP_WORK, 'actor:a', 'actor:b'].map((need) => ['tried', 'honest'].map((worker) => [one.of(need).admitted(worker), one.of(need).isOut(worker)]))).toEqual([
      [[true, false], [false, false]], [[false, false], [true, false]], [[false, true], [false, true]],
    ]);
    // On the screen work of the app counts first, and who is shut out anywhere is not called tried for an actor.
    expect(['tried', 'honest', 'nobody'].map((worker) => one.standing(worker))).toEqual(['trusted', 'out', 'new']);
    expect(one.totals().get('tried')).toEqual({ passed: 20, runs: 20 });
  }
});

test('{K3} [limit COMPUTE.books] MUS12 so many books there are: the one not asked for the longest goes, never that of the app or of a job that runs', () => {
  const books = new Books([[APP_WORK, [row('tried', 20)]], ['actor:runs', [row('r', 20)]], ['actor:old', [row('o', 20)]]], (need) => need === 'actor:runs');
  for (let i = 0; i < COMPUTE_LIMITS.books - 3; i++) books.of(`actor:${i}`);
  expect([books.kept().length, books.standing('o')]).toEqual([COMPUTE_LIMITS.books, 'trusted']);
  books.of('actor:one more');
  expect([books.kept().length, books.standing('o'), books.standing('tried'), books.standing('r')]).toEqual([COMPUTE_LIMITS.books, 'new', 'trusted', 'trusted']);
});
