/** The planning engine against naive readings: relaxation to the end, every path one by one, a search by recursion. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { forecastOf, levelled, LINK_KINDS, networkOf, passesOf, planOf, type LinkKind, type PlanLink, type PlanTask } from '#domain/goals/planning';

const RUNS = process.env['LGOS_FULL'] ? 3_000 : 150;
const SIZE = 9;
const id = (n: number): string => `t${n}`;

const task = fc.record({ duration: fc.integer({ min: 0, max: 20 }), notBefore: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 15 })), low: fc.integer({ min: 0, max: 5 }), high: fc.integer({ min: 0, max: 9 }) });
const tasks = fc.array(task, { minLength: 1, maxLength: SIZE }).map((list) => list.map(({ duration, notBefore, low, high }, i): PlanTask => ({ id: id(i), duration, notBefore, estimate: [Math.max(0, duration - low), duration, duration + high] })));
const linksOf = (kinds: readonly LinkKind[], forwardOnly: boolean) => fc.array(fc.record({ a: fc.nat(SIZE - 1), b: fc.nat(SIZE - 1), kind: fc.constantFrom(...kinds), lag: fc.integer({ min: -6, max: 6 }) }), { maxLength: 14 })
  .map((list) => list.filter(({ a, b }) => !forwardOnly || a !== b).map(({ a, b, kind, lag }, i): PlanLink => ({ id: `l${i}`, from: id(forwardOnly ? Math.min(a, b) : a), to: id(forwardOnly ? Math.max(a, b) : b), kind, lag })));
const among = (all: readonly PlanTask[], links: readonly PlanLink[]): PlanLink[] => links.filter(({ from, to }) => all.some((one) => one.id === from) && all.some((one) => one.id === to));

/** Starts by relaxing every link until nothing moves. */
function relaxed(all: readonly PlanTask[], links: readonly PlanLink[]): Map<string, number> {
  const start = new Map(all.map((one) => [one.id, one.notBefore ?? 0]));
  const takes = new Map(all.map((one) => [one.id, one.duration]));
  for (let moved = true; moved; ) {
    moved = false;
    for (const { from, to, kind, lag } of links) {
      const edge = start.get(from)! + (kind[0] === 'F' ? takes.get(from)! : 0) + lag;
      const least = kind[1] === 'S' ? edge : edge - takes.get(to)!;
      if (least <= start.get(to)!) continue;
      start.set(to, least);
      moved = true;
    }
  }
  return start;
}

describe('{C5} planning', () => {
  test('starts as by naive relaxation; slack is never negative, free slack never more than all of it; the path is one of links that hold, and ends with the plan', () => {
    fc.assert(
      fc.property(tasks, linksOf(LINK_KINDS, true), (all, some) => {
        const links = among(all, some);
        const net = networkOf(all, links);
        const got = passesOf(net);
        const naive = relaxed(all, links);
        expect(net.tasks.map((one, i) => [one.id, got.start[i]])).toEqual([...naive].sort(([a], [b]) => (a < b ? -1 : 1)));
        expect(got.end).toBe(Math.max(...all.map((one) => naive.get(one.id)! + one.duration)));
        net.tasks.forEach((_, i) => {
          expect(got.total[i]).toBeGreaterThanOrEqual(0);
          expect(got.free[i]).toBeGreaterThanOrEqual(0);
          expect(got.free[i]).toBeLessThanOrEqual(got.total[i]!);
        });
        const path = got.path;
        expect(got.start[path[0]!]).toBe(net.tasks[path[0]!]!.notBefore);
        expect(got.finish[path.at(-1)!]).toBe(got.end);
        path.forEach((one) => expect(got.total[one]).toBe(0));
        path.slice(1).forEach((one, k) => {
          const holds = links.some(({ from, to, kind, lag }) => from === net.tasks[path[k]!]!.id && to === net.tasks[one]!.id
            && (kind[0] === 'F' ? got.finish : got.start)[path[k]!]! + lag === (kind[1] === 'F' ? got.finish : got.start)[one]!);
          expect(holds).toBe(true);
        });
      }),
      { numRuns: RUNS },
    );
  });

  test('the longest path, all paths tried one by one, is as long as the plan', () => {
    fc.assert(
      fc.property(tasks, linksOf(['FS'], true), (some, given) => {
        const all = some.map((one) => ({ ...one, notBefore: 0 }));
        const links = among(all, given).map((one) => ({ ...one, lag: Math.max(0, one.lag) }));
        const longest = (at: string): number => all.find((one) => one.id === at)!.duration + Math.max(0, ...links.filter(({ from }) => from === at).map(({ to, lag }) => lag + longest(to)));
        expect(passesOf(networkOf(all, links)).end).toBe(Math.max(...all.map((one) => longest(one.id))));
      }),
      { numRuns: RUNS },
    );
  });

  test('moved within its slack, a task moves the end never; one minute more does', () => {
    fc.assert(
      fc.property(tasks, linksOf(LINK_KINDS, true), fc.nat(SIZE - 1), (all, some, which) => {
        const links = among(all, some);
        const net = networkOf(all, links);
        const got = passesOf(net);
        const i = which % all.length;
        const later = (minutes: number): number => passesOf(networkOf(net.tasks.map((one, k) => (k === i ? { ...one, notBefore: got.start[i]! + minutes } : one)), links)).end;
        expect(later(got.total[i]!)).toBe(got.end);
        expect(later(got.total[i]! + 1)).toBe(got.end + 1);
      }),
      { numRuns: RUNS },
    );
  });

  test('a circle is found if and only if there is one, each is one, and without its links there is none', () => {
    fc.assert(
      fc.property(tasks, linksOf(LINK_KINDS, false), (all, some) => {
        const links = among(all, some);
        const next = (at: string): string[] => links.filter(({ from }) => from === at).map(({ to }) => to);
        const reaches = (at: string, goal: string, seen: Set<string>): boolean => next(at).some((one) => one === goal || (!seen.has(one) && (seen.add(one), reaches(one, goal, seen))));
        const inCircles = all.map((one) => one.id).filter((one) => reaches(one, one, new Set()));
        const net = networkOf(all, some);
        expect(net.circles.length > 0).toBe(inCircles.length > 0);
        for (const circle of net.circles) circle.forEach((one, i) => expect(next(one)).toContain(circle[(i + 1) % circle.length]));
        expect(net.held.map((one) => one.id).sort()).toEqual(links.filter(({ from, to }) => from === to || (inCircles.includes(from) && inCircles.includes(to) && reaches(from, to, new Set()) && reaches(to, from, new Set()))).map((one) => one.id).sort());
        expect(net.order.length).toBe(all.length);
        expect(net.dangling.length).toBe(some.length - links.length);
      }),
      { numRuns: RUNS },
    );
  });

  test('forecast: the same for all peers in whatever order they hold it; greater estimates never end earlier', () => {
    fc.assert(
      fc.property(tasks, linksOf(['FS', 'SS'], true), fc.string(), fc.array(fc.tuple(fc.nat(SIZE - 1), fc.integer({ min: 0, max: 8 })), { maxLength: 4 }), (all, some, seed, more) => {
        const ask = { demands: [], capacities: [], day: 480, seed, runs: 60, target: 20 };
        const mine = planOf({ ...ask, tasks: all, links: some });
        expect(planOf({ ...ask, tasks: [...all].reverse(), links: [...some].reverse() })).toEqual(mine);
        const grown = all.map((one, i): PlanTask => {
          const by = more.reduce((sum, [which, minutes]) => sum + (which % all.length === i ? minutes : 0), 0);
          return { ...one, estimate: [one.estimate![0], one.estimate![1] + by, one.estimate![2] + by] };
        });
        const [less, greater] = [all, grown].map((list) => forecastOf(networkOf(list, some), { seed, runs: 60 }).ends);
        less!.forEach((end, i) => expect(greater![i]).toBeGreaterThanOrEqual(end));
      }),
      { numRuns: RUNS },
    );
  });

  test('the spread proposal asks nobody for more than there is, keeps every link, and starts nothing before it can', () => {
    fc.assert(
      fc.property(tasks, linksOf(LINK_KINDS, true), fc.array(fc.record({ task: fc.nat(SIZE - 1).map(id), resource: fc.constantFrom('a', 'b'), units: fc.integer({ min: 1, max: 120 }) }), { maxLength: 12 }), (all, some, demands) => {
        const links = among(all, some);
        const net = networkOf(all, links);
        const early = passesOf(net);
        const got = levelled(net, early, demands, new Map([['a', 100]]));
        net.tasks.forEach((_, i) => expect(got.start[i]).toBeGreaterThanOrEqual(early.start[i]!));
        const held = relaxed(net.tasks.map((one, i) => ({ ...one, notBefore: got.start[i]! })), links);
        expect(net.tasks.map((one) => held.get(one.id))).toEqual([...got.start]);
        for (const resource of ['a', 'b']) {
          const asks = (i: number): number => demands.filter((one) => one.resource === resource && one.task === net.tasks[i]!.id).reduce((sum, one) => sum + one.units, 0);
          for (let minute = 0; minute < got.end; minute++) {
            const busy = [...net.tasks.keys()].filter((i) => got.start[i]! <= minute && minute < got.start[i]! + net.tasks[i]!.duration && asks(i) <= 100);
            expect(busy.reduce((sum, i) => sum + asks(i), 0)).toBeLessThanOrEqual(100);
          }
        }
      }),
      { numRuns: Math.ceil(RUNS / 2) },
    );
  });
});
