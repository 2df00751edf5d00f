/** A campaign: many seeds of every class on all cores, and the hunts for the mutants. */
import { cpus } from 'node:os';
import { MUTANTS } from '#tests/sim/mutants/index';
import { bundleSim } from './sim-bundle.ts';
import type { Mutant } from './mutant.ts';
import { minimise } from './sim-minimise.ts';
import { commandOf, type Asked, type SimMode } from './sim-options.ts';
import { createPool, type Pool } from './sim-pool.ts';
import { SHORT_MODES, SHORT_SEEDS } from './short-seeds.ts';
import { FULL_FAULTS } from './sim-walk.ts';
import type { SimResult } from './sim-run.ts';
import { buildOf, type HuntReport, type RunBook, type SeedRow } from './sim-book.ts';

export interface ClassPlan {
  readonly mode: SimMode;
  /** Seeds that must be run. */
  readonly floor: number;
  /** Seeds run at most. */
  readonly most: number;
  /** These first; absent: from the base on. */
  readonly seeds?: readonly number[];
}

export interface CampaignPlan {
  readonly classes: readonly ClassPlan[];
  /** Seeds tried for each mutant at most; 0 = no hunt. */
  readonly huntSeeds: number;
  /** After the floors, more seeds until then, ms from the start. */
  readonly budgetMs: number;
  /** First seed of every class. */
  readonly base: number;
  readonly workers: number;
  /** What runs before this one found, and where this one writes what it finds; absent: nothing is kept. */
  readonly book?: RunBook;
}

export interface ClassReport {
  readonly mode: SimMode;
  seeds: number;
  failed: number;
  readonly failures: { readonly command: string; readonly first: string }[];
  readonly faults: Map<string, number>;
  faultCount: number;
  /** Fewest and median faults of one seed. */
  readonly perSeed: number[];
  readonly healMs: number[];
  readonly traffic: number[];
  virtualMs: number;
  cpuMs: number;
  events: number;
  records: number;
  saved: number;
  lost: number;
  /** Seeds run twice with the same trace. */
  replays: number;
}

/** More than any machine runs in the time. */
const ALL = 100_000;

export interface CampaignReport {
  readonly classes: readonly ClassReport[];
  readonly hunts: readonly HuntReport[];
  readonly wallMs: number;
  readonly workers: number;
  /** Builds of the simulator and its kernel that ran these seeds. */
  readonly builds: number;
}

/** What `npm test` runs: about four minutes on two quiet cores. Not the first seeds but those that cost least, as else so many do not fit; the full campaign runs all. */
export const TEST_PLAN: Omit<CampaignPlan, 'base' | 'workers'> = {
  classes: [...SHORT_MODES.map((mode) => ({ mode, floor: SHORT_SEEDS[mode].length, most: ALL, seeds: SHORT_SEEDS[mode] })), { mode: 'large', floor: 0, most: 0 }],
  huntSeeds: 0, budgetMs: 240_000,
};

/** What `npm run test:full` runs. */
export const FULL_PLAN: Omit<CampaignPlan, 'base' | 'workers'> = {
  classes: [
    { mode: 'safety', floor: 1_000, most: 1_000 }, { mode: 'liveness', floor: 200, most: 200 }, { mode: 'byzantine', floor: 200, most: 200 }, { mode: 'small', floor: 2_000, most: 2_000 },
    { mode: 'gun', floor: 50, most: 50 }, { mode: 'real', floor: 20, most: 20 }, { mode: 'large', floor: 20, most: 20 },
  ],
  huntSeeds: 500, budgetMs: 0,
};

/** Where the seeds go on after a list of them. */
const FURTHER = 20_000;

/** A worker per core, two at most: the machines that test have two. */
export const workersOf = (): number => Math.max(1, Math.min(2, cpus().length));

/** A seed whose run is repeated to compare the traces: the first of each fifty. */
const isReplayed = (index: number): boolean => index % 50 === 0;

const newClass = (mode: SimMode): ClassReport => ({
  mode, seeds: 0, failed: 0, failures: [], faults: new Map(), faultCount: 0, perSeed: [], healMs: [], traffic: [], virtualMs: 0, cpuMs: 0, events: 0, records: 0, saved: 0, lost: 0, replays: 0,
});

function addRow(report: ClassReport | undefined, { result, cpuMs, replayed, failure }: SeedRow): void {
  if (!report) return;
  report.seeds++;
  report.cpuMs += cpuMs;
  if (replayed) report.replays++;
  if (failure !== null) report.failed++;
  if (!result) return;
  for (const [kind, n] of Object.entries(result.faults)) report.faults.set(kind, (report.faults.get(kind) ?? 0) + n);
  report.faultCount += result.faultCount;
  report.perSeed.push(result.faultCount);
  if (result.healMs >= 0) report.healMs.push(result.healMs);
  report.traffic.push(result.traffic);
  report.virtualMs += result.virtualMs;
  report.events += result.events;
  report.records += result.records;
  report.saved += result.saved;
  report.lost += result.lost;
}

function fail(report: ClassReport, command: string, first: string): void {
  report.failures.push({ command, first });
  console.log(`FAIL ${report.mode}: ${first.slice(0, 600)}\n  ${command}`);
}

/** Jobs in the order they are given out: classes side by side until their floors, then one of each in turn while there is time. Seeds run before are left out. */
function* jobsOf(plan: CampaignPlan, done: (asked: Asked) => boolean, timeLeft: () => boolean): Generator<{ asked: Asked; index: number }> {
  const given = plan.classes.map(() => 0);
  const next = function* (i: number): Generator<{ asked: Asked; index: number }> {
    const { mode, seeds = [] } = plan.classes[i]!;
    const asked = { seed: seeds[given[i]!] ?? plan.base + given[i]! + (seeds.length > 0 ? FURTHER : 0), mode };
    if (!done(asked)) yield { asked, index: given[i]! };
    given[i]!++;
  };
  const share = (i: number): number => (given[i]! < plan.classes[i]!.floor ? given[i]! / plan.classes[i]!.floor : Infinity);
  const total = plan.classes.reduce((sum, one) => sum + one.floor, 0);
  // The class that is furthest behind its share.
  for (let n = 0; n < total && inTime(plan, timeLeft); n++) yield* next(plan.classes.reduce((least, _, i) => (share(i) < share(least) ? i : least), 0));
  for (let more = true; more && timeLeft(); ) {
    more = false;
    for (const [i, one] of plan.classes.entries()) {
      if (given[i]! >= one.most || !timeLeft()) continue;
      more = true;
      yield* next(i);
    }
  }
}

/** A plan that goes on another time stops when its time is over; any other runs its floors whatever it takes. */
const inTime = (plan: CampaignPlan, timeLeft: () => boolean): boolean => plan.book === undefined || plan.budgetMs === 0 || timeLeft();

/** Runs the plan; says every failure at once, minimised. */
export async function runCampaign(plan: CampaignPlan): Promise<CampaignReport> {
  const started = performance.now();
  const bundle = await bundleSim();
  const build = buildOf(bundle);
  const pool = createPool(bundle, plan.workers);
  const before = plan.book?.read(build) ?? { rows: [], hunts: [] };
  const ran = new Set(before.rows.map(({ mode, seed }) => `${mode} ${seed}`));
  const classes = new Map(plan.classes.map(({ mode }) => [mode, newClass(mode)]));
  for (const row of before.rows) addRow(classes.get(row.mode), row);
  const jobs = jobsOf(plan, ({ mode, seed }) => ran.has(`${mode} ${seed}`), () => performance.now() - started < plan.budgetMs);
  const failing: { report: ClassReport; asked: Asked; first: string }[] = [];
  const worker = async (): Promise<void> => {
    for (let job = jobs.next(); !job.done; job = jobs.next()) {
      const { asked, index } = job.value;
      const row = await runOne(pool, asked, isReplayed(index), build);
      const report = classes.get(row.mode)!;
      addRow(report, row);
      plan.book?.add(row);
      if (row.failure === null) continue;
      console.log(`fails: ${commandOf(asked)}\n  ${row.failure.slice(0, 300)}`);
      failing.push({ report, asked, first: row.failure });
    }
  };
  await Promise.all(Array.from({ length: plan.workers }, worker));
  for (const [i, { report, asked, first }] of failing.entries()) {
    const small = i < 3 ? await minimise(pool, asked) : asked;
    fail(report, commandOf(small), first);
  }
  pool.close();
  const found = new Set(before.hunts.map(({ name }) => name));
  const hunts = plan.huntSeeds > 0 && inTime(plan, () => performance.now() - started < plan.budgetMs) ? await huntAll(MUTANTS.filter(({ name }) => !found.has(name)), plan, build) : [];
  const here = hunts.length > 0 || [...classes.values()].reduce((sum, { seeds }) => sum + seeds, 0) > before.rows.length;
  const builds = new Set([...before.rows, ...before.hunts].map((line) => line.build ?? '').concat(here ? [build] : [])).size;
  const wallMs = performance.now() - started + (plan.book?.wallMs(performance.now() - started) ?? 0);
  return { classes: [...classes.values()], hunts: [...before.hunts, ...hunts], wallMs, workers: plan.workers, builds };
}

/** A full safety run has at least so many faults. */
const lacking = (asked: Asked, result: SimResult | null): string | null =>
  asked.mode === 'safety' && result !== null && result.faultCount < FULL_FAULTS ? `only ${result.faultCount} faults` : null;

/** One seed, and once more when its trace is to be compared. */
async function runOne(pool: Pool, asked: Asked, again: boolean, build: string): Promise<SeedRow> {
  const { result, cpuMs, failures } = await pool.one(asked);
  const row: SeedRow = { mode: asked.mode!, seed: asked.seed, build, cpuMs, result: result && { ...result, failures: [] }, failure: failures[0] ?? lacking(asked, result), replayed: false };
  if (row.failure !== null || !again) return row;
  const second = await pool.one(asked);
  if (second.result?.trace === result!.trace) return { ...row, replayed: true };
  return { ...row, failure: `another trace on replay: ${result!.trace}, then ${second.result?.trace}` };
}

const askedOf = (mutant: Mutant, seed: number): Asked => ({
  seed, mode: mutant.mode ?? 'small', ...(mutant.faults ? { faults: mutant.faults } : {}), ...(mutant.ops ? { ops: mutant.ops } : {}), ...(mutant.peers ? { peers: mutant.peers } : {}),
});

/** Hunts every mutant: a seed counts only when the right kernel passes it. */
export async function huntAll(mutants: readonly Mutant[], plan: Pick<CampaignPlan, 'huntSeeds' | 'base' | 'workers' | 'book'>, build = ''): Promise<HuntReport[]> {
  const right = createPool(await bundleSim(), plan.workers);
  const out: HuntReport[] = [];
  for (const mutant of mutants) {
    const wrong = createPool(await bundleSim(mutant), plan.workers, 120_000);
    const found = await hunt(mutant, wrong, right, plan);
    wrong.close();
    out.push(found);
    plan.book?.add({ ...found, build });
    console.log(found.seed === null ? `mutant NOT FOUND in ${found.tried} seeds: ${mutant.name}` : `mutant "${mutant.name}" found at seed ${found.seed}: ${found.sign}\n  ${found.command}`);
  }
  right.close();
  return out;
}

async function hunt(mutant: Mutant, wrong: Pool, right: Pool, plan: Pick<CampaignPlan, 'huntSeeds' | 'base' | 'workers'>): Promise<HuntReport> {
  let next = 0;
  const caught: { seed: number; sign: string }[] = [];
  await Promise.all(Array.from({ length: plan.workers }, async () => {
    while (next < plan.huntSeeds && caught.length === 0) {
      const asked = askedOf(mutant, plan.base + next++);
      const { failures } = await wrong.one(asked);
      if (failures.length === 0 || (await right.one(asked)).failures.length > 0) continue;
      caught.push({ seed: asked.seed, sign: failures[0]!.split('\n')[0]!.slice(0, 160) });
    }
  }));
  const [found] = caught.sort((a, b) => a.seed - b.seed);
  return { name: mutant.name, file: mutant.file, seed: found?.seed ?? null, tried: next, command: commandOf(askedOf(mutant, found?.seed ?? plan.base)), sign: found?.sign ?? '' };
}
