/** The planning engine on large plans, beside the textbook way in plain objects: a map of tasks, lists of what each waits for, recursion with memory. */
import { median, result, rounds } from '#bench/support/measure';
import type { BenchResult, Suite } from '#bench/support/types';
import { chance } from '#bench/support/words';
import { forecastOf, LINK_KINDS, networkOf, passesOf, planOf, triangle, type PlanLink, type PlanTask } from '#domain/goals/planning';

/** Runs of a forecast. */
export const RUNS = 10_000;

export interface Plan {
  readonly tasks: PlanTask[];
  readonly links: PlanLink[];
}

/** A plan of so many tasks: links lead to tasks up to 200 later, a tenth of them of other kinds, lags of up to a day. */
export function made(count: number, linked: number): Plan {
  const next = chance(11);
  const tasks = Array.from({ length: count }, (_, i): PlanTask => {
    const likely = 60 * (1 + Math.floor(next() * 40));
    return { id: `task-${String(i).padStart(6, '0')}`, duration: likely, estimate: [Math.round(likely * (0.5 + next() * 0.5)), likely, Math.round(likely * (1 + next() * 2))] };
  });
  const links = Array.from({ length: linked }, (_, i): PlanLink => {
    const from = Math.floor(next() * (count - 1));
    const to = Math.min(count - 1, from + 1 + Math.floor(next() * 200));
    return { id: `link-${i}`, from: tasks[from]!.id, to: tasks[to]!.id, kind: next() < 0.9 ? 'FS' : LINK_KINDS[Math.floor(next() * 4)]!, lag: Math.floor(next() * 480) };
  });
  return { tasks, links };
}

/** By the clock, and the processor time of the whole process, which a busy machine does not lengthen. */
const timed = <T>(work: () => T): [ms: number, answer: T, cpu: number] => {
  const [from, used] = [performance.now(), process.cpuUsage()];
  const answer = work();
  const { user, system } = process.cpuUsage(used);
  return [performance.now() - from, answer, (user + system) / 1_000];
};

/** The textbook way: each task asks those it waits for, answers are remembered; then back from the end. */
function textbook({ tasks, links }: Plan, takes: (task: PlanTask) => number): { end: number; critical: number } {
  const byId = new Map(tasks.map((task) => [task.id, { takes: takes(task), before: [] as PlanLink[], after: [] as PlanLink[], start: -1, late: Infinity }]));
  for (const link of links) {
    byId.get(link.to)!.before.push(link);
    byId.get(link.from)!.after.push(link);
  }
  const edge = (end: string, takesOf: number): number => (end === 'F' ? takesOf : 0);
  const start = (id: string): number => {
    const one = byId.get(id)!;
    if (one.start < 0) one.start = Math.max(0, ...one.before.map(({ from, kind, lag }) => start(from) + edge(kind[0]!, byId.get(from)!.takes) + lag - edge(kind[1]!, one.takes)));
    return one.start;
  };
  for (const { id } of tasks) start(id);
  const end = Math.max(...[...byId.values()].map((one) => one.start + one.takes));
  const late = (id: string): number => {
    const one = byId.get(id)!;
    if (one.late === Infinity) one.late = Math.min(end - one.takes, ...one.after.map(({ to, kind, lag }) => late(to) + edge(kind[1]!, byId.get(to)!.takes) - lag - edge(kind[0]!, one.takes)));
    return one.late;
  };
  return { end, critical: tasks.filter(({ id }) => late(id) === byId.get(id)!.start).length };
}

/** So many runs the same way, drawn by Math.random. */
function plainForecast(plan: Plan, runs: number): number {
  return median(Array.from({ length: runs }, () => textbook(plan, ({ estimate }) => triangle(...estimate!, Math.random())).end));
}

/** Runs of the textbook way that are tried; the rest is taken from them. */
const TRIED = 100;

export const suite: Suite = {
  name: 'engine',
  async run(count): Promise<BenchResult[]> {
    const [large, usual] = [made(10_000, 30_000), made(1_000, 3_000)];
    const list = await rounds(count, async () => {
      passesOf(networkOf(usual.tasks, usual.links));
      textbook(usual, ({ duration }) => duration);
      const [path, passes, pathCpu] = timed(() => passesOf(networkOf(large.tasks, large.links)));
      const [plain, other] = timed(() => textbook(large, ({ duration }) => duration));
      if (passes.end !== other.end || passes.total.filter((one) => one === 0).length !== other.critical) throw new Error('the two ways differ');
      const [forecast, ours, forecastCpu] = timed(() => forecastOf(networkOf(usual.tasks, usual.links), { seed: 'bench', runs: RUNS }));
      const [tried, theirs] = timed(() => plainForecast(usual, TRIED));
      if (Math.abs(ours.at(50) / theirs - 1) > 0.05) throw new Error('the two forecasts differ');
      const demands = usual.tasks.map(({ id }, i) => ({ task: id, resource: `r${i % 20}`, units: 100 }));
      const [all] = timed(() => planOf({ ...usual, demands, capacities: [], day: 480, seed: 'bench', runs: 0, target: null }));
      return { path, pathCpu, plain, forecast, forecastCpu, tried: (tried * RUNS) / TRIED, all };
    });
    const of = (key: keyof (typeof list)[number]): number[] => list.map((one) => one[key]);
    const group = 'plan';
    return [
      result({ group, name: 'plan-path', unit: 'ms', target: 50, direction: 'lower', values: of('path'), peer: { textbook: of('plain'), cpu: of('pathCpu') }, how: 'network, both passes, slack and critical path of 10,000 tasks with 30,000 links of four kinds; the textbook way is memoised recursion over maps of objects, and must find the same end and the same critical tasks; cpu: the processor time of ours' }),
      result({ group, name: 'plan-forecast', unit: 'ms', target: 1_000, direction: 'lower', values: of('forecast'), peer: { textbook: of('tried'), cpu: of('forecastCpu') }, how: `${RUNS} runs of 1,000 tasks with 3,000 links, each task drawn from its three points; the textbook way times ${TRIED} runs and multiplies, and its median must lie within 5%; cpu: the processor time of ours` }),
      result({ group, name: 'plan-levelling', unit: 'ms', target: null, direction: 'lower', values: of('all'), how: 'the whole answer without a forecast for 1,000 tasks that ask for one of 20 people each: schedule, load, spread proposal, priorities' }),
    ];
  },
};
