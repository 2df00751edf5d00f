import { describe, expect, test } from 'vitest';
import { between, circleWith, draw, EVERY_DAY, forecastOf, levelled, loadOf, networkOf, passesOf, pert, planOf, prioritiesOf, urgencyOf, streamsOf, triangle, WORK_WEEK, workTime, type PlanLink, type PlanTask } from '#domain/goals/planning';
import { PLAN_LIMITS } from '#domain/shared';
import { SCARCE } from './levelling-cases.ts';
import { before, CASES, PERT } from './planning-cases.ts';

/** Hundredths of the unit of the source are minutes here. */
const plan = (tasks: readonly (readonly [string, number, ...string[]])[], scale = 1) => {
  const made = tasks.map(([id, duration]): PlanTask => ({ id, duration: duration * scale }));
  const links = tasks.flatMap(([id, , ...rest], at) => rest.map((text, i): PlanLink => ({ id: `${at}/${i}`, to: id, ...before(text) })));
  return { tasks: made, links };
};
const passes = (given: Parameters<typeof plan>[0]) => {
  const { tasks, links } = plan(given);
  const net = networkOf(tasks, links);
  return { net, ...passesOf(net) };
};

describe('{C5} published schedules', () => {
  test.each(CASES.map((one) => [one.source, one] as const))('%s', (_, { tasks, end, path, dates = {} }) => {
    const got = passes(tasks);
    expect(got.end).toBe(end);
    expect(got.path.map((i) => got.net.tasks[i]!.id)).toEqual(path);
    for (const [id, [es, ef, ls, lf]] of Object.entries(dates)) {
      const i = got.net.at.get(id)!;
      expect([id, got.start[i], got.finish[i], got.lateStart[i], got.lateFinish[i], got.total[i]]).toEqual([id, es, ef, ls, lf, ls - es]);
    }
  });

  test('three points: expected values, deviations and the schedule of the means as printed', () => {
    for (const [id, low, likely, high, mean, deviation] of PERT) {
      const got = pert(low, likely, high);
      expect([id, got.mean.toFixed(2), Math.sqrt(got.variance).toFixed(2)]).toEqual([id, mean.toFixed(2), deviation.toFixed(2)]);
    }
    // In hundredths: A starts at 0 and ends at 5.33, D at 13.50, E is critical from 10.33 to 20.00, B has 8.00, D and F have 1.83.
    const { tasks, links } = plan(PERT.map(([id, low, likely, high, , , ...rest]) => [id, (low + 4 * likely + high) / 6, ...rest]));
    const net = networkOf(tasks, links);
    const got = passesOf(net);
    const of = (id: string) => [got.start, got.finish, got.lateStart, got.lateFinish].map((list) => list[net.at.get(id)!]!.toFixed(2));
    expect({ A: of('A'), B: of('B'), D: of('D'), E: of('E'), F: of('F') }).toEqual({
      A: ['0.00', '5.33', '0.00', '5.33'], B: ['0.00', '2.33', '8.00', '10.33'], D: ['5.33', '13.50', '7.17', '15.33'], E: ['10.33', '20.00', '10.33', '20.00'], F: ['13.50', '18.17', '15.33', '20.00'],
    });
  });
});

describe('{C5} networks that came by a merge', () => {
  const tasks = ['a', 'b', 'c', 'd', 'e'].map((id): PlanTask => ({ id, duration: 10 }));
  const link = (from: string, to: string): PlanLink => ({ id: `${from}${to}`, from, to, kind: 'FS', lag: 0 });

  test('a circle is named, its links count for nothing, the rest goes on; a link to what is not there is told', () => {
    const got = planOf({ tasks, links: [link('b', 'c'), link('c', 'd'), link('d', 'b'), link('a', 'b'), link('d', 'e'), link('e', 'gone')], demands: [], capacities: [], day: 480, seed: 's', runs: 0, target: null });
    expect(got.circles).toEqual([['b', 'c', 'd']]);
    expect(got.held).toEqual(['bc', 'cd', 'db']);
    expect(got.dangling).toEqual(['egone']);
    expect(Object.fromEntries(got.tasks.map((one) => [one.id, one.start]))).toEqual({ a: 0, b: 10, c: 0, d: 0, e: 10 });
    expect(planOf({ tasks, links: [link('a', 'a')], demands: [], capacities: [], day: 480, seed: 's', runs: 10, target: 10 })).toMatchObject({ circles: [['a']], end: 10, forecast: { p50: 10, inTime: 1, bars: [10] } });
    expect(planOf({ tasks: [], links: [link('a', 'b')], demands: [], capacities: [], day: 480, seed: 's', runs: 10, target: null })).toMatchObject({ end: 0, path: [], forecast: null, dangling: ['ab'] });
  });

  test('a link that would close a circle is refused by naming it', () => {
    const links = [link('a', 'b'), link('b', 'c'), link('b', 'd')];
    expect(circleWith(links, { from: 'c', to: 'a' })).toEqual(['c', 'a', 'b']);
    expect(circleWith(links, { from: 'a', to: 'a' })).toEqual(['a']);
    expect(circleWith(links, { from: 'a', to: 'd' })).toBeNull();
  });

  test('a chain as long as a plan is no depth of a stack, closed or not', () => {
    const chain = Array.from({ length: 20_000 }, (_, i): PlanTask => ({ id: String(i).padStart(5, '0'), duration: 1 }));
    const links = chain.slice(1).map(({ id }, i) => link(chain[i]!.id, id));
    expect(passesOf(networkOf(chain, links)).end).toBe(20_000);
    const closed = networkOf(chain, [...links, link(chain.at(-1)!.id, chain[0]!.id)]);
    expect(closed.circles.map((one) => one.length)).toEqual([20_000]);
    expect(passesOf(closed).end).toBe(1);
  });
});

test('deadlines: what ends later is told, by how much, and is what to do first; every place in the order has its reasons', () => {
  const net = networkOf([{ id: 'a', duration: 480, deadline: 240 }, { id: 'b', duration: 480, deadline: 960 }, { id: 'c', duration: 60 }, { id: 'd', duration: 240 }], [{ id: 'l', from: 'a', to: 'b', kind: 'FS', lag: 0 }]);
  const got = passesOf(net);
  expect([...got.late]).toEqual([[0, 240]]);
  expect(prioritiesOf(net, got, 480)).toEqual([
    { task: 'a', level: 'urgent', reasons: [{ why: 'late', minutes: 240 }, { why: 'critical' }, { why: 'releases', tasks: 1 }] },
    { task: 'b', level: 'normal', reasons: [{ why: 'due', minutes: 0 }, { why: 'critical' }, { why: 'waits', tasks: 1 }] },
    { task: 'd', level: 'normal', reasons: [] },
    { task: 'c', level: 'normal', reasons: [] },
  ]);
  // MUS17 Work about a plan is as urgent as what is most urgent in it.
  expect([urgencyOf(prioritiesOf(net, got, 480)), urgencyOf([{ level: 'normal' }, { level: 'high' }]), urgencyOf([{ level: 'low' }]), urgencyOf([])]).toEqual([3, 2, 0, 0]);
});

test('load: where one is asked for more than there is; the proposal spreads it in the order of the latest starts and says what was not free', () => {
  const tasks = [{ id: 'a', duration: 100 }, { id: 'b', duration: 50 }, { id: 'c', duration: 30 }, { id: 'd', duration: 10 }];
  const net = networkOf(tasks, [{ id: 'l', from: 'b', to: 'd', kind: 'FS', lag: 0 }]);
  const demands = [{ task: 'a', resource: 'mira', units: 100 }, { task: 'b', resource: 'mira', units: 60 }, { task: 'c', resource: 'mira', units: 40 }, { task: 'd', resource: 'drill', units: 300 }, { task: 'gone', resource: 'mira', units: 100 }];
  const got = passesOf(net);
  expect(loadOf(net, got.start, demands, new Map())[1]).toEqual({
    resource: 'mira', capacity: 100,
    load: [{ from: 0, to: 30, units: 200 }, { from: 30, to: 50, units: 160 }, { from: 50, to: 100, units: 100 }],
    over: [{ from: 0, to: 50, units: 200, tasks: ['a', 'b', 'c'] }],
  });
  const spread = levelled(net, got, demands, new Map());
  expect(spread.moves).toEqual([{ task: 'b', from: 0, to: 100, resource: 'mira' }, { task: 'c', from: 0, to: 100, resource: 'mira' }, { task: 'd', from: 50, to: 150, resource: null }]);
  expect([spread.end, spread.impossible]).toEqual([160, ['d']]);
});

describe('{C5} published plans with scarce resources', () => {
  test.each(SCARCE.map((one) => [one.source, one] as const))('%s: nobody is asked for more than there is, every link holds, and it is not much longer than the shortest', (_, { tasks, capacity, links: alone, shortest, ours }) => {
    const name = (no: number): string => String(no).padStart(2, '0');
    const net = networkOf(tasks.map(([duration], at): PlanTask => ({ id: name(at + 1), duration })), tasks.flatMap(([, , next], at) => next.map((to): PlanLink => ({ id: `${at + 1}>${to}`, from: name(at + 1), to: name(to), kind: 'FS', lag: 0 }))));
    const demands = tasks.flatMap(([, asks], at) => asks.map((units, k) => ({ task: name(at + 1), resource: `R${k + 1}`, units: units * 100 })));
    const capacities = new Map(capacity.map((units, k) => [`R${k + 1}`, units * 100]));
    const got = passesOf(net);
    if (alone !== null) expect(got.end).toBe(alone);
    const spread = levelled(net, got, demands, capacities);
    // By counting at each moment, not by the engine's own sums; control: the earliest starts ask for too much.
    const asked = (start: Float64Array, k: number, at: number): number => tasks.reduce((sum, [duration, asks], i) => sum + (start[i]! <= at && at < start[i]! + duration ? asks[k]! : 0), 0);
    const tooMuch = (start: Float64Array): boolean => capacity.some((units, k) => Array.from({ length: spread.end }, (__, at) => at).some((at) => asked(start, k, at) > units));
    expect([tooMuch(got.start), tooMuch(spread.start)]).toEqual([true, false]);
    for (const [i, [duration, , next]] of tasks.entries()) for (const to of next) expect(spread.start[to - 1]!).toBeGreaterThanOrEqual(spread.start[i]! + duration);
    expect([spread.impossible, spread.end >= shortest, spread.end <= ours]).toEqual([[], true, true]);
  });
});

test('ten thousand tasks of one person at one time: few are named, and the answer is soon there [limit PLAN.named]', () => {
  const net = networkOf(Array.from({ length: 10_000 }, (_, i) => ({ id: String(i).padStart(5, '0'), duration: 10 + (i % 7) })), []);
  const demands = net.tasks.map(({ id }) => ({ task: id, resource: 'mira', units: 100 }));
  const [{ over }] = loadOf(net, passesOf(net).start, demands, new Map()) as [ReturnType<typeof loadOf>[number]];
  expect(over.map(({ tasks, ...rest }) => ({ ...rest, tasks: tasks.length }))).toEqual([{ from: 0, to: 16, units: 1_000_000, tasks: PLAN_LIMITS.named }]);
  expect(levelled(net, passesOf(net), demands, new Map()).end).toBe(net.tasks.reduce((sum, one) => sum + one.duration, 0));
});

describe('{C5} forecast', () => {
  test('the generator is xoshiro128** 1.1: the published first numbers of state 1, 2, 3, 4', () => {
    const state = Int32Array.of(1, 2, 3, 4);
    expect(Array.from({ length: 10 }, () => draw(state, 0))).toEqual([11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804]);
    const streams = streamsOf('seed', ['a', 'b']);
    expect(between(streams, 0)).not.toBe(between(streams, 1));
  });

  test('a triangle by its inverse: the quantiles of its formula; points that fall together are no fault', () => {
    // F(x) = (x − a)² / ((b − a)(m − a)) up to m, which lies at (m − a)/(b − a).
    expect(triangle(0, 25, 100, 0.25)).toBe(25);
    expect(triangle(0, 25, 100, 0.04)).toBeCloseTo(10, 10);
    expect(triangle(0, 25, 100, 0.97)).toBeCloseTo(85, 10);
    expect([triangle(5, 5, 5, 0.3), triangle(0, 0, 10, 0), triangle(0, 10, 10, 1)]).toEqual([5, 0, 10]);
  });

  test('one task: the quantiles of its triangle; two in a row: mean and spread of the sum; what the range hangs on is named', () => {
    const one = forecastOf(networkOf([{ id: 'a', duration: 100, estimate: [0, 25, 100] }], []), { seed: 'x', runs: 10_000 });
    for (const percent of [10, 50, 90]) expect(Math.abs(one.at(percent) - triangle(0, 25, 100, percent / 100))).toBeLessThan(1.5);
    expect(one.by(triangle(0, 25, 100, 0.8))).toBeCloseTo(0.8, 1);
    const two = forecastOf(networkOf([{ id: 'a', duration: 100, estimate: [0, 25, 100] }, { id: 'b', duration: 10, estimate: [9, 10, 11] }, { id: 'c', duration: 20 }], [{ id: 'l', from: 'a', to: 'b', kind: 'FS', lag: 5 }, { id: 'm', from: 'b', to: 'c', kind: 'FS', lag: 0 }]), { seed: 'x', runs: 10_000 });
    const mean = two.ends.reduce((a, b) => a + b, 0) / two.runs;
    // (0 + 25 + 100)/3 + 10 + 20 + 5; variances (a² + m² + b² − am − ab − mb)/18.
    expect(Math.abs(mean - 76.667)).toBeLessThan(0.8);
    const spread = Math.sqrt(two.ends.reduce((sum, end) => sum + (end - mean) ** 2, 0) / two.runs);
    expect(Math.abs(spread - Math.sqrt(8125 / 18 + 3 / 18))).toBeLessThan(0.5);
    expect(two.blame[0]).toBeGreaterThan(0.97);
    expect(two.blame[2]).toBe(0);
  });
});

test('working time: weekends and holidays have no minutes, days far away are found, a calendar without work counts every day', () => {
  const time = workTime({ ...WORK_WEEK, free: ['2026-12-01', '2026-12-05', 'x'] }, '2026-11-27');
  expect(['2026-11-27', '2026-11-28', '2026-11-30', '2026-12-02', '2026-11-26'].map((day) => time.at(day))).toEqual([0, 480, 480, 960, -480]);
  expect([time.end('2026-11-27'), time.end('2026-11-29'), time.end('2026-12-01')]).toEqual([480, 480, 960]);
  expect([0, 479, 480, 960].map((minute) => time.startDay(minute))).toEqual(['2026-11-27', '2026-11-27', '2026-11-30', '2026-12-02']);
  expect([0, 1, 480, 481, 960, 961].map((minute) => time.endDay(minute))).toEqual(['2026-11-27', '2026-11-27', '2026-11-27', '2026-11-30', '2026-11-30', '2026-12-02']);
  expect([time.worked('2026-12-01'), time.worked('2026-12-02'), time.worked('2026-12-05')]).toEqual([false, true, false]);
  // 29 March and 25 October 2026: clocks change in Europe; a day stays a day.
  const every = workTime(EVERY_DAY, '2026-03-28');
  expect([every.at('2026-03-30'), every.startDay(2 * 1440), every.at('2026-10-26') - every.at('2026-10-25')]).toEqual([2880, '2026-03-30', 1440]);
  expect(workTime({ week: [], minutes: 480, free: [] }, '2026-11-28').startDay(1440)).toBe('2026-11-29');
  expect(workTime(WORK_WEEK, '0001-01-01').startDay(workTime(WORK_WEEK, '0001-01-01').at('9999-12-31'))).toBe('9999-12-31');
  for (let minute = 0; minute < 40 * 480; minute += 240) expect(time.at(time.startDay(minute))).toBe(Math.floor(minute / 480) * 480);
});
