/** A campaign: many seeds of every class on all cores, and the hunts for the mutants. */
import { cpus } from 'node:os';
import { MUTANTS } from '#tests/sim/mutants/index';
import { bundleSim } from './sim-bundle.ts';
import type { Mutant } from './mutant.ts';
import { minimise } from './sim-minimise.ts';
import { commandOf, type Asked, type SimMode } from './sim-options.ts';
import { createPool, type Outcome, type Pool } from './sim-pool.ts';

export interface ClassPlan {
  readonly mode: SimMode;
  /** Seeds that must be run. */
  readonly floor: number;
  /** Seeds run at most. */
  readonly most: number;
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

export interface HuntReport {
  readonly name: string;
  readonly file: string;
  /** Null: not found. */
  readonly seed: number | null;
  readonly tried: number;
  readonly command: string;
  readonly sign: string;
}

export interface CampaignReport {
  readonly classes: readonly ClassReport[];
  readonly hunts: readonly HuntReport[];
  readonly wallMs: number;
  readonly workers: number;
}

/** What `npm test` runs: always the same seeds, about four minutes on two cores. A seed of the larger modes takes 5–10 s of a core. */
export const TEST_PLAN: Omit<CampaignPlan, 'base' | 'workers'> = {
  classes: [
    { mode: 'safety', floor: 12, most: 12 }, { mode: 'liveness', floor: 8, most: 8 }, { mode: 'byzantine', floor: 8, most: 8 }, { mode: 'small', floor: 300, most: 300 },
    { mode: 'gun', floor: 4, most: 4 }, { mode: 'real', floor: 3, most: 3 }, { mode: 'large', floor: 0, most: 0 },
  ],
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

/** A worker per core, two at most: the machines that test have two. */
export const workersOf = (): number => Math.max(1, Math.min(2, cpus().length));

/** A seed whose run is repeated to compare the traces: the first of each fifty. */
const isReplayed = (index: number): boolean => index % 50 === 0;

const newClass = (mode: SimMode): ClassReport => ({
  mode, seeds: 0, failed: 0, failures: [], faults: new Map(), faultCount: 0, perSeed: [], healMs: [], traffic: [], virtualMs: 0, cpuMs: 0, events: 0, records: 0, saved: 0, lost: 0, replays: 0,
});

function add(report: ClassReport, { result, cpuMs }: Outcome): void {
  report.seeds++;
  report.cpuMs += cpuMs;
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
  report.failed++;
  report.failures.push({ command, first });
  console.log(`FAIL ${report.mode}: ${first.slice(0, 600)}\n  ${command}`);
}

/** Jobs in the order they are given out: classes side by side until their floors, then more of the first ones while there is time. */
function* jobsOf(plan: CampaignPlan, timeLeft: () => boolean): Generator<{ asked: Asked; index: number }> {
  const given = plan.classes.map(() => 0);
  const total = plan.classes.reduce((sum, one) => sum + one.floor, 0);
  for (let n = 0; n < total; n++) {
    // The class that is furthest behind its share.
    let next = 0;
    plan.classes.forEach((one, i) => {
      if (given[i]! < one.floor && given[i]! / one.floor < (given[next]! < plan.classes[next]!.floor ? given[next]! / plan.classes[next]!.floor : Infinity)) next = i;
    });
    yield { asked: { seed: plan.base + given[next]!, mode: plan.classes[next]!.mode }, index: given[next]! };
    given[next]!++;
  }
  for (let more = true; more && timeLeft(); ) {
    more = false;
    for (const [i, one] of plan.classes.entries()) {
      if (given[i]! >= one.most || !timeLeft()) continue;
      more = true;
      yield { asked: { seed: plan.base + given[i]!, mode: one.mode }, index: given[i]! };
      given[i]!++;
    }
  }
}

/** Runs the plan; says every failure at once, minimised. */
export async function runCampaign(plan: CampaignPlan): Promise<CampaignReport> {
  const started = performance.now();
  const pool = createPool(await bundleSim(), plan.workers);
  const classes = new Map(plan.classes.map(({ mode }) => [mode, newClass(mode)]));
  const jobs = jobsOf(plan, () => performance.now() - started < plan.budgetMs);
  const failing: { report: ClassReport; asked: Asked; first: string }[] = [];
  const worker = async (): Promise<void> => {
    for (let job = jobs.next(); !job.done; job = jobs.next()) {
      const { asked, index } = job.value;
      const report = classes.get(asked.mode!)!;
      const outcome = await pool.one(asked);
      add(report, outcome);
      if (outcome.failures.length > 0) console.log(`fails: ${commandOf(asked)}\n  ${outcome.failures[0]!.slice(0, 300)}`);
      else if (outcome.result!.faultCount < 500 && asked.mode === 'safety') console.log(`seed ${asked.seed}: only ${outcome.result!.faultCount} faults`);
      if (outcome.failures.length > 0) failing.push({ report, asked, first: outcome.failures[0]! });
      else if (isReplayed(index)) {
        const again = await pool.one(asked);
        if (again.result?.trace === outcome.result!.trace) report.replays++;
        else failing.push({ report, asked, first: `another trace on replay: ${outcome.result!.trace}, then ${again.result?.trace}` });
      }
    }
  };
  await Promise.all(Array.from({ length: plan.workers }, worker));
  for (const [i, { report, asked, first }] of failing.entries()) {
    const small = i < 3 ? await minimise(pool, asked) : asked;
    fail(report, commandOf(small), first);
  }
  pool.close();
  const hunts = plan.huntSeeds > 0 ? await huntAll(MUTANTS, plan) : [];
  return { classes: [...classes.values()], hunts, wallMs: performance.now() - started, workers: plan.workers };
}

const askedOf = (mutant: Mutant, seed: number): Asked => ({
  seed, mode: mutant.mode ?? 'small', ...(mutant.faults ? { faults: mutant.faults } : {}), ...(mutant.ops ? { ops: mutant.ops } : {}), ...(mutant.peers ? { peers: mutant.peers } : {}),
});

/** Hunts every mutant: a seed counts only when the right kernel passes it. */
export async function huntAll(mutants: readonly Mutant[], plan: Pick<CampaignPlan, 'huntSeeds' | 'base' | 'workers'>): Promise<HuntReport[]> {
  const right = createPool(await bundleSim(), plan.workers);
  const out: HuntReport[] = [];
  for (const mutant of mutants) {
    const wrong = createPool(await bundleSim(mutant), plan.workers, 120_000);
    const found = await hunt(mutant, wrong, right, plan);
    wrong.close();
    out.push(found);
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
