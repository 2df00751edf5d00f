import { describe, expect, test } from 'vitest';
import { crowd } from '#tests/support/crowd';
import { conspirator, idler, liar, sleeper } from '#tests/support/liars';
import { chance } from '#tests/support/chance';
import { Book, type WrongProof } from '#os/compute/book';
import { errorBound, oddsOf, wrongAlone } from '#os/compute/credibility';
import { Scheduler } from '#os/compute/scheduler';
import type { Decided } from '#os/compute/task';
import { COMPUTE_LIMITS } from '#os/compute-limits';

const FULL = process.env['LGOS_FULL'] === '1';
const base = { workers: 40, liars: 0.3, whitewash: true, tasks: FULL ? 20_000 : 500, seed: FULL ? Date.now() % 100_000 : 7 };

/** A scheduler with its book, and workers that were tried already. */
function kit(tried: readonly string[] = [], canaries = true) {
  const book = new Book(tried.map((worker) => ({ worker, passed: 20, streak: 0, runs: 20, out: false })));
  const proofs: WrongProof[] = [];
  const done: (readonly Decided<number>[])[] = [];
  let test_ = 0;
  const scheduler = new Scheduler<number>({ book, draw: chance(3), canaries, canary: () => ({ id: `test ${test_++}`, task: -1, hash: 'known' }), onProof: (proof) => void proofs.push(proof), trusts: (worker) => worker === 'mine' });
  const add = (count: number, low = false): void => void scheduler.add(Array.from({ length: count }, (_, i) => ({ id: `${i}`, task: i, low })), (all) => void done.push(all));
  /** Until nothing is handed out any more. */
  const run = (workers: readonly string[], says: (worker: string, task: number) => string | null): void => {
    for (let grant = scheduler.next(workers); grant !== null; grant = scheduler.next(workers)) {
      const answer = grant.task === -1 ? 'known' : says(grant.worker, grant.task);
      if (answer === null) scheduler.lost(grant.no);
      else scheduler.answered(grant.no, answer);
    }
  };
  return { book, proofs, done, scheduler, add, run };
}

describe('{K3} who computes, and who is believed', () => {
  test('[limit COMPUTE.liarsPercent COMPUTE.wrongOneIn] MUS6 the more known answers somebody passed, the more their word is worth, and no word alone is enough', () => {
    expect(errorBound(0)).toBe(COMPUTE_LIMITS.liarsPercent / 100);
    expect(errorBound(10)).toBeCloseTo(0.01577, 4);
    const enough = (...passed: number[]): boolean => wrongAlone(passed.map(oddsOf)) <= 1 / COMPUTE_LIMITS.wrongOneIn;
    expect([enough(100), enough(10, 10), enough(16, 16), enough(10, 10, 10)]).toEqual([false, false, true, true]);
  });

  test('[row 17] [limit COMPUTE.lies] MUS9 a task somebody lied about is given to others as a known one: who is in league lies about it too, and is found', () => {
    const { scheduler, add, book, proofs } = kit(['a', 'lies']);
    const lie = (): void => {
      add(1);
      const [first, second] = [scheduler.next(['a'])!, scheduler.next(['lies'])!];
      scheduler.answered(first.no, first.task === -1 ? 'known' : 'right');
      scheduler.answered(second.no, second.task === -1 ? 'known' : 'wrong');
    };
    for (let i = 0; i < 9 && !scheduler.disputed(); i++) lie();
    scheduler.told(scheduler.disputed()!.id, 'right');
    expect(book.isOut('lies')).toBe(true);
    // The first thing a newcomer is given is that task, and nobody gets it twice.
    add(1);
    const grants = [scheduler.next(['new'])!, scheduler.next(['new'])!];
    expect(grants.map(({ task }) => task)).toEqual([0, -1]);
    scheduler.answered(grants[0]!.no, 'wrong');
    expect([book.isOut('new'), proofs.at(-1)]).toEqual([true, { worker: 'new', task: '0', said: 'wrong', right: 'right', canary: true, by: [] }]);
    const honest = scheduler.next(['honest'])!;
    scheduler.answered(honest.no, 'right');
    expect([honest.task, book.of('honest').passed]).toEqual([0, 1]);
    // As many are kept as are said, the latest.
    const many = kit(['a', ...Array.from({ length: COMPUTE_LIMITS.lies + 4 }, (_, i) => `l${i}`)]);
    many.add(COMPUTE_LIMITS.lies * 4);
    const all = ['a', ...Array.from({ length: COMPUTE_LIMITS.lies + 4 }, (_, i) => `l${i}`)];
    for (let i = 0; i < 40; i++) {
      many.run(all, (worker, task) => (worker === 'a' ? `right ${task}` : `wrong ${worker}`));
      for (let one = many.scheduler.disputed(); one !== null; one = many.scheduler.disputed()) many.scheduler.told(one.id, `right ${one.task}`);
    }
    many.add(1);
    let [given, before] = [0, many.scheduler.count.canaries];
    for (let grant = many.scheduler.next(['fresh']); grant !== null; grant = many.scheduler.next(['fresh'])) {
      if (many.scheduler.count.canaries > before && grant.task >= 0) given += 1;
      before = many.scheduler.count.canaries;
      many.scheduler.answered(grant.no, grant.task === -1 ? 'known' : `right ${grant.task}`);
    }
    expect([given > 5, given <= COMPUTE_LIMITS.lies]).toEqual([true, true]);
  });

  test('[row 16] [limit COMPUTE.admission COMPUTE.perWorker] MUS7 a newcomer is given tests only, until it passed them; a wrong answer to one shuts it out with a proof', () => {
    const { book, scheduler, proofs, add, done } = kit();
    add(1);
    const grants = [scheduler.next(['new'])!, scheduler.next(['new'])!];
    expect([grants.map(({ task }) => task), scheduler.next(['new'])]).toEqual([[-1, -1], null]);
    for (const { no } of grants) scheduler.answered(no, 'known');
    for (let i = 2; i < COMPUTE_LIMITS.admission; i++) {
      const grant = scheduler.next(['new'])!;
      expect(grant.task).toBe(-1);
      scheduler.answered(grant.no, 'known');
    }
    expect(book.admitted('new')).toBe(true);
    const bad = scheduler.next(['bad'])!;
    scheduler.answered(bad.no, 'else');
    expect([book.isOut('bad'), scheduler.next(['bad']), proofs]).toEqual([true, null, [{ worker: 'bad', task: expect.stringMatching(/^test/), said: 'else', right: 'known', canary: true, by: [] }]]);
    // Its answers that are on their way count for nothing.
    scheduler.answered(bad.no, 'known');
    expect([book.isOut('bad'), done]).toEqual([true, []]);
  });

  test('[row 17] MUS8 a dispute nobody is asked about further: the one who asks does that task, however many said otherwise; who lied is shut out, nobody honest is, and what they said elsewhere in the job is asked anew', () => {
    const all = ['a', 'b', 'c', 'd', 'e', 'f', 'lies', 'lies too', 'lies as well'];
    const { book, proofs, done, scheduler, add, run } = kit(all);
    add(60);
    const says = (worker: string, task: number): string => (worker.startsWith('lies') && task % 2 === 1 ? 'wrong' : `right ${task}`);
    run(all, says);
    const split = scheduler.disputed()!;
    expect([scheduler.next(all), Number(split.task) % 2]).toEqual([null, 1]);
    for (let one = scheduler.disputed(); one !== null; one = scheduler.disputed()) {
      scheduler.told(one.id, `right ${one.task}`);
      run(all, says);
    }
    expect(proofs.map(({ worker }) => worker).sort()).toEqual(all.filter((worker) => worker.startsWith('lies')).sort());
    expect(proofs.every(({ canary, said }) => canary && said === 'wrong')).toBe(true);
    expect([all.filter((worker) => book.isOut(worker)).length, done[0]!.map(({ hash }, i) => hash === `right ${i}`)]).toEqual([3, Array.from({ length: 60 }, () => true)]);
  });

  test('MUS8 an own device decides a dispute as the one who asks does', () => {
    const { scheduler, done, add, book } = kit(['a', 'b']);
    add(1);
    const [first, second] = [scheduler.next(['a'])!, scheduler.next(['mine'])!];
    scheduler.answered(first.no, 'wrong');
    scheduler.answered(second.no, 'right');
    expect([done[0]!.map(({ hash }) => hash), book.isOut('a'), scheduler.disputed()]).toEqual([['right'], true, null]);
  });

  test('MUS8 what exposes a liar ends no job before all its answers are taken back', () => {
    const { book, scheduler, done, add } = kit(['a', 'lies', 'other'], false);
    book.of('a').passed = 5_000;
    add(3);
    const says = (worker: string, task: number, what: string): void => {
      const grant = scheduler.next([worker])!;
      expect(grant.task).toBe(task);
      scheduler.answered(grant.no, what);
    };
    says('lies', 0, 'right 0');
    says('a', 0, 'right 0');
    for (const worker of ['lies', 'other']) says(worker, 1, 'wrong');
    says('lies', 2, 'wrong');
    expect([scheduler.open, done]).toEqual([1, []]);
    // The last open task is done by the one who asks; the first stays decided without the liar, the second does not.
    scheduler.told('2', 'right 2');
    expect([book.isOut('lies'), scheduler.open, done]).toEqual([true, 1, []]);
    scheduler.told('1', 'right 1');
    expect([book.isOut('other'), done[0]!.map(({ hash }) => hash)]).toEqual([true, ['right 0', 'right 1', 'right 2']]);
  });

  test('[limit COMPUTE.canaryPercent COMPUTE.admissionPercent COMPUTE.floodPercent] MUS9 who is in is tested in every tenth run or so, newcomers take their share at most', () => {
    const tried = Array.from({ length: 8 }, (_, i) => `t${i}`);
    const one = kit(tried);
    one.add(300);
    one.run(tried, (_worker, task) => `right ${task}`);
    const { runs, canaries } = one.scheduler.count;
    expect(Math.abs((100 * canaries) / runs - COMPUTE_LIMITS.canaryPercent)).toBeLessThan(4);
    const two = kit(tried);
    two.add(300);
    const fresh = Array.from({ length: 300 }, (_, i) => `n${i}`);
    two.run([...tried, ...fresh], (_worker, task) => `right ${task}`);
    expect((100 * two.scheduler.count.admissions) / two.scheduler.count.runs).toBeLessThan(COMPUTE_LIMITS.admissionPercent + 2);
    // Ever new liars: hardly anything is spent on them.
    const three = kit(tried);
    three.add(1_000);
    let no = 0;
    let left = 200_000;
    for (let grant = three.scheduler.next([...tried, `x${no}`]); grant !== null && left-- > 0; grant = three.scheduler.next([...tried, `x${no}`])) {
      three.scheduler.answered(grant.no, grant.worker.startsWith('x') ? `lie ${no++}` : grant.task === -1 ? 'known' : `right ${grant.task}`);
    }
    expect((100 * three.scheduler.count.admissions) / three.scheduler.count.runs).toBeLessThan(COMPUTE_LIMITS.floodPercent + 6);
  });

  test('[limit COMPUTE.votes COMPUTE.streak] MUS10 nobody is asked for ever: what stays open is done by the one who asks, and that is the answer', () => {
    const many = Array.from({ length: 60 }, (_, i) => `w${i}`);
    // Nobody was tried: no number of them is enough.
    const { scheduler, done, add, book } = kit([], false);
    add(1);
    const grants = [];
    for (let grant = scheduler.next(many); grant !== null; grant = scheduler.next(many)) {
      grants.push(grant);
      scheduler.answered(grant.no, 'said');
    }
    expect(grants).toHaveLength(COMPUTE_LIMITS.votes);
    expect(done[0]![0]!.hash).toBeNull();
    const few = kit(['a']);
    few.add(2);
    few.run(['a'], () => 'wrong');
    expect([few.scheduler.stuck(['a'])?.id, few.scheduler.open]).toEqual(['0', 2]);
    few.scheduler.told('0', 'right');
    expect([few.book.isOut('a'), few.proofs[0]]).toEqual([true, { worker: 'a', task: '0', said: 'wrong', right: 'right', canary: true, by: [] }]);
    few.scheduler.told('1', 'right');
    expect(few.done[0]!.map(({ hash, by }) => [hash, by])).toEqual([['right', []], ['right', []]]);
    // Of low value, with a long streak: one run does for most.
    const easy = kit(['a']);
    easy.book.of('a').streak = COMPUTE_LIMITS.streak * 50;
    easy.add(20, true);
    easy.run(['a'], (_worker, task) => `right ${task}`);
    expect([easy.scheduler.open <= 3, book.isOut('w0')]).toEqual([true, false]);
    const short = kit(['a']);
    short.book.of('a').streak = COMPUTE_LIMITS.streak - 1;
    short.add(1, true);
    const first = short.scheduler.next(['a'])!;
    short.scheduler.lost(first.no);
    expect(short.scheduler.open).toBe(1);
  });

  test('MUS11 an own device is believed at once and not tested; who gives nothing loses the task, not their name', () => {
    const { scheduler, done, add, run, book } = kit();
    add(3);
    run(['mine', 'new'], (worker, task) => (worker === 'mine' ? `right ${task}` : null));
    expect(done[0]!.map(({ by }) => by)).toEqual([['mine'], ['mine'], ['mine']]);
    expect([scheduler.count.canaries <= 12, book.isOut('new')]).toEqual([true, false]);
  });

  test('MUS15 what the one who asks finds no answer to shuts out nobody, whatever was said, and is given to nobody meanwhile', () => {
    const { scheduler, add, done, book, proofs } = kit(['a', 'b', 'c'], false);
    add(2);
    const grants = [scheduler.next(['a'])!, scheduler.next(['b'])!];
    expect(grants.map(({ piece }) => piece?.id)).toEqual(['0', '0']);
    scheduler.lost(grants[0]!.no, true);
    expect([scheduler.undecided('0'), scheduler.next(['c'])!.piece!.id]).toEqual([true, '1']);
    scheduler.answered(grants[1]!.no, 'said');
    expect([scheduler.stuck(['a', 'b', 'c'])?.id, book.of('b').passed]).toEqual(['0', 20]);
    scheduler.told('0', null);
    scheduler.told('1', 'right');
    expect([scheduler.undecided('0'), book.isOut('b'), proofs, done[0]!.map(({ hash, by }) => [hash, by])]).toEqual([false, false, [], [[null, []], ['right', []]]]);
  });

  test('MUS11 a run that is given back counts for nothing', () => {
    const { scheduler, add, book } = kit(['a']);
    add(1);
    const fresh = scheduler.next(['new'])!;
    scheduler.returned(fresh.no);
    expect([scheduler.count, book.of('new').runs]).toEqual([{ runs: 0, canaries: 0, admissions: 0 }, 0]);
    // Nor is a task somebody lied about lost on it: it is given again.
    const lied = kit(['a', 'lies']);
    for (let i = 0; i < 9 && !lied.scheduler.disputed(); i++) {
      lied.add(1);
      for (const { no, task, worker } of [lied.scheduler.next(['a'])!, lied.scheduler.next(['lies'])!]) lied.scheduler.answered(no, task === -1 ? 'known' : worker);
    }
    lied.scheduler.told(lied.scheduler.disputed()!.id, 'a');
    lied.add(1);
    const busy = lied.scheduler.next(['new'])!;
    lied.scheduler.returned(busy.no);
    const again = lied.scheduler.next(['new'])!;
    expect([busy.task, busy.piece, again.task]).toEqual([0, null, 0]);
    lied.scheduler.lost(again.no);
    expect(lied.scheduler.next(['new'])!.task).toBe(-1);
    const grant = scheduler.next(['a'])!;
    scheduler.returned(grant.no);
    expect([scheduler.stuck(['a']), scheduler.next(['a'])?.worker]).toEqual([null, 'a']);
  });

  test('[limit COMPUTE.jobTasks COMPUTE.jobs COMPUTE.workers COMPUTE.proofs] MUS12 jobs, workers and proofs have their caps, and a flood of new names throws out nobody who is in', () => {
    const { scheduler, book, proofs } = kit(['good']);
    const piece = [{ id: 'a', task: 1 }];
    expect(scheduler.add(Array.from({ length: COMPUTE_LIMITS.jobTasks + 1 }, (_, i) => ({ id: `${i}`, task: i })), () => undefined)).toBeNull();
    for (let i = 0; i < COMPUTE_LIMITS.jobs; i++) expect(scheduler.add(piece, () => undefined)).not.toBeNull();
    expect(scheduler.add(piece, () => undefined)).toBeNull();
    for (let i = 0; i < COMPUTE_LIMITS.workers + 50; i++) book.shutOut({ worker: `x${i}`, task: 't', said: 'a', right: 'b', canary: true, by: [] });
    expect([book.rows().length, book.admitted('good'), book.proofs.length, proofs.length]).toEqual([COMPUTE_LIMITS.workers, true, COMPUTE_LIMITS.proofs, 0]);
  });

  test('[row 16] [row 17] MUS13 a crowd with liars: nothing wrong is taken, nobody honest is shut out, a task costs a few runs; without known answers it costs far more', () => {
    const rows = [liar(1), liar(0.2), liar(0.05), liar(0.01), sleeper(30, 0.5), idler].map((strategy) => crowd({ ...base, strategy }));
    for (const row of rows) expect(row).toMatchObject({ tasks: base.tasks, wrong: 0, open: 0, honestOut: 0 });
    expect(rows.reduce((sum, { liarsOut }) => sum + liarsOut, 0)).toBeGreaterThan(50);
    // So few tasks for so many who are to be tried first.
    for (const { runs } of rows) expect(runs / base.tasks).toBeLessThan(FULL ? 5 : 8);
    const without = crowd({ ...base, strategy: liar(0.2), canaries: false, tasks: 500 });
    expect(without.runs / 500).toBeGreaterThan((FULL ? 2 : 1) * (rows[1]!.runs / base.tasks));
    // All liars about the same tasks.
    for (const rate of [0.05, 0.01]) expect(crowd({ ...base, strategy: conspirator(rate) })).toMatchObject({ honestOut: 0, wrong: FULL ? expect.any(Number) : 0 });
  });
});
