/**
 * `npm run sim:campaign -- [--full] [--base N] [--minutes M] [--only class] [--seeds N] [--counts safety=40,gun=10] [--hunt N] [--mutant name] [--workers N] [--any-build] [--page] [--short]`: the campaign of
 * `npm test`, or with --full that of `npm run test:full`, which also writes docs/RELIABILITY.md (as --page does with any counts). A full campaign keeps a line for each seed in out/sim-full.jsonl and
 * goes on where it stood: cut off, or stopped after --minutes, the same command runs the rest. --any-build counts what other states of the sources found too. --short writes the seeds of `npm test` anew: those in that file that cost least. Counts go to out/sim.json. Exit code 1 on a failure.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { MUTANTS } from './mutants/index.ts';
import { FULL_PLAN, huntAll, runCampaign, TEST_PLAN, workersOf, type CampaignPlan, type CampaignReport } from './support/sim-campaign.ts';
import { cheapest, openBook } from './support/sim-book.ts';
import { keepSections } from './support/overlay-report.ts';
import { reliabilityPage, summary } from './support/sim-report.ts';
import { SHORT_MODES, SHORT_SEEDS } from './support/short-seeds.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const { values } = parseArgs({
  options: {
    full: { type: 'boolean', default: false }, base: { type: 'string', default: '1' }, minutes: { type: 'string' }, only: { type: 'string' }, seeds: { type: 'string' }, counts: { type: 'string' },
    hunt: { type: 'string' }, mutant: { type: 'string' }, page: { type: 'boolean', default: false }, workers: { type: 'string' }, 'any-build': { type: 'boolean', default: false }, short: { type: 'boolean', default: false },
  },
});

function planOf(): CampaignPlan {
  const plan = values.full ? FULL_PLAN : TEST_PLAN;
  const seeds = values.seeds === undefined ? null : Number(values.seeds);
  const counts = new Map(values.counts?.split(',').map((part) => part.split('=') as [string, string]));
  const classes = plan.classes.map((one) => (values.counts === undefined ? one : { ...one, floor: Number(counts.get(one.mode) ?? 0), most: Number(counts.get(one.mode) ?? 0) })).filter(({ mode }) => values.only === undefined || mode === values.only).map((one) => (seeds === null ? one : { ...one, floor: seeds, most: seeds })).map(({ seeds: listed, ...one }) => (listed === undefined || values.base !== '1' ? one : { ...one, seeds: listed }));
  return {
    ...plan, classes, ...(values.full || values['any-build'] ? { book: openBook(join(ROOT, 'out', 'sim-full.jsonl'), values['any-build']) } : {}), base: Number(values.base), workers: values.workers === undefined ? workersOf() : Number(values.workers),
    ...(values.minutes === undefined ? {} : { budgetMs: Number(values.minutes) * 60_000 }), ...(values.hunt === undefined ? {} : { huntSeeds: Number(values.hunt) }),
  };
}

/** The seeds of `npm test`, of a book that any build wrote. */
function writeShort(): number {
  const { rows } = openBook(join(ROOT, 'out', 'sim-full.jsonl'), true).read('');
  const lists = SHORT_MODES.map((mode) => `  ${mode}: [${cheapest(rows, mode, SHORT_SEEDS[mode].length).join(', ')}],`);
  const path = join(import.meta.dirname, 'support', 'short-seeds.ts');
  const source = readFileSync(path, 'utf8');
  writeFileSync(path, `${source.slice(0, source.indexOf('= {') + 3)}\n${lists.join('\n')}\n};\n`);
  return 0;
}

async function main(): Promise<number> {
  if (values.short) return writeShort();
  const plan = planOf();
  if (values.mutant !== undefined) {
    const wanted = MUTANTS.filter(({ name }) => values.mutant === 'all' || name.includes(values.mutant!));
    return (await huntAll(wanted, { ...plan, huntSeeds: plan.huntSeeds || 500 })).every(({ seed }) => seed !== null) ? 0 : 1;
  }
  const report: CampaignReport = await runCampaign(plan);
  console.log(summary(report));
  const failed = report.classes.reduce((sum, one) => sum + one.failed, 0) + report.hunts.filter(({ seed }) => seed === null).length;
  const passed = report.classes.reduce((sum, one) => sum + one.seeds - one.failed, 0) + report.hunts.filter(({ seed }) => seed !== null).length;
  mkdirSync(join(ROOT, 'out'), { recursive: true });
  writeFileSync(join(ROOT, 'out', 'sim.json'), JSON.stringify({ passed, failed }));
  const page = join(ROOT, 'docs', 'RELIABILITY.md');
  if (values.page || (values.full && values.only === undefined)) writeFileSync(page, keepSections(reliabilityPage(report), existsSync(page) ? readFileSync(page, 'utf8') : ''));
  return failed === 0 ? 0 : 1;
}

process.exitCode = await main();
