/**
 * `npm test`: every suite in sequence with reduced counts (`--full`: the counts of the requirements, LGOS_FULL=1). Finds or installs
 * Chromium first, never skips, ends with one line `N passed, N failed`, and exits non-zero when anything failed.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { findChromium, INSTALL_LINE } from '#tests/e2e/support/chromium';
import { ensureBuilt } from './lib/build.ts';
import { countsOf, failuresOf, type Counts } from './lib/report.ts';
import { bin, ROOT, run } from './lib/run.ts';
import { leftOut, VECTORS } from './lib/vectors.ts';

const full = process.argv.includes('--full');
/** 25 minutes for everything are aimed at; a slower machine gets as much again as it is slower, since what is cut off says nothing. The full counts take what they need, with an end all the same. */
const BUDGET_MS = (full ? 240 : 60) * 60_000;
const REPORTS = join(ROOT, 'out');
const XSS = join(ROOT, '..', 'shared', 'data', 'xss');
const startedAt = performance.now();
const left = (): number => Math.max(1_000, BUDGET_MS - (performance.now() - startedAt));

/** Debian packages a test needs and the command that shows that each is there: namespaces, packet filter and a TURN server for the tests of bad networks. */
const TOOLS: readonly (readonly [command: string, debian: string])[] = [['ip', 'iproute2'], ['iptables', 'iptables'], ['turnserver', 'coturn'], ['sqlite3', 'sqlite3'], ['unzip', 'unzip']];

async function browser(): Promise<boolean> {
  const missing = TOOLS.filter(([command]) => spawnSync('which', [command]).status !== 0).map(([, name]) => name);
  if (process.env.CHROMIUM === undefined) missing.unshift(...['chromium', 'chromium-headless-shell'].filter((name) => findChromium(process.env, [name]) === null));
  if (missing.length > 0 && process.getuid?.() === 0) {
    console.log(`Installing ${missing.join(', ')}.`);
    await run('apt-get', ['update', '-qq'], { timeoutMs: left() });
    // One at a time: a distribution that lacks one still gets the others.
    for (const name of missing) await run('apt-get', ['install', '-y', '-qq', name], { timeoutMs: left() });
  }
  const found = findChromium();
  if (found !== null) {
    console.log(`Browser: ${found}`);
    return true;
  }
  console.error(`No Chromium found. Type: ${INSTALL_LINE}`);
  return false;
}

async function vitest(name: string, args: readonly string[]): Promise<Counts> {
  const report = join(REPORTS, `${name}.json`);
  rmSync(report, { force: true });
  const flags = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const code = await run(bin('vitest'), [...flags, ...args], { timeoutMs: left(), env: full ? { LGOS_FULL: '1' } : {} });
  if (code === 124) console.error(`${name}: ran out of time`);
  return countsOf(report, code);
}

async function single(command: string, args: readonly string[]): Promise<Counts> {
  const code = await run(command, args, { timeoutMs: left() });
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** Seeds of the simulator on all cores: four minutes and the floors of every class, or the full counts with docs/RELIABILITY.md. */
async function simulator(): Promise<Counts> {
  const report = join(REPORTS, 'sim.json');
  rmSync(report, { force: true });
  const code = await run(bin('tsx'), ['tests/sim/campaign.ts', ...(full ? ['--full'] : [])], { timeoutMs: left() });
  try {
    const counts = JSON.parse(readFileSync(report, 'utf8')) as Counts;
    return code === 0 || counts.failed > 0 ? counts : { ...counts, failed: 1 };
  } catch {
    return { passed: 0, failed: 1 };
  }
}

const STEPS: readonly (readonly [name: string, run: () => Promise<Counts>])[] = [
  ['browser', async () => ((await browser()) ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 })],
  ['lint and types', () => single(bin('tsx'), ['scripts/lint.ts'])],
  ['words', () => single(bin('tsx'), ['scripts/i18n-check.ts'])],
  ['rules quoted', () => single(bin('tsx'), ['scripts/coverage-spec.ts'])],
  ['requirements', () => single(bin('tsx'), ['scripts/req.ts', '--check'])],
  ['build', async () => ((await ensureBuilt()) ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 })],
  ['size', () => single(bin('tsx'), ['scripts/size.ts', '--no-time'])],
  ['suites', () => vitest('suites', [])],
  ['simulator', simulator],
  // Measured alone, before the browsers of the last step.
  ...(full ? ([['scale', () => single(bin('tsx'), ['bench/run.ts', '--only', 'scale', '--rounds', '1', '--strict'])]] as const) : []),
  ['e2e', () => vitest('e2e', ['--config', 'vitest.e2e.config.ts'])],
  ...(full ? ([['axe', () => single(bin('tsx'), ['scripts/axe.ts'])]] as const) : []),
  // Payloads of others lie beside the repository; where they are not, the own ones of the e2e step are all.
  ...(existsSync(XSS) ? ([['xss', () => single(bin('tsx'), ['scripts/xss.ts', XSS, ...(full ? [] : ['--most', '60'])])]] as const) : []),
];

mkdirSync(REPORTS, { recursive: true });
const rows: { step: string; passed: number; failed: number; seconds: number }[] = [];
for (const [step, execute] of STEPS) {
  console.log(`\n== ${step} ==`);
  const from = performance.now();
  const counts = await execute();
  rows.push({ step, ...counts, seconds: Math.round((performance.now() - from) / 100) / 10 });
}
console.log('');
// Said once more at the end: of a long log the last lines are what somebody sees first.
for (const name of ['suites', 'e2e']) for (const line of failuresOf(join(REPORTS, `${name}.json`))) console.log(line);
for (const row of rows) console.log(`${row.step.padEnd(16)} ${row.passed} passed, ${row.failed} failed, ${row.seconds} s`);
const missing = leftOut(ROOT);
if (missing.length > 0) console.log(`${missing.length} files of tests (${VECTORS}) were left out: their vectors lie beside the repository, in ../shared, and are not there`);
const passed = rows.reduce((sum, row) => sum + row.passed, 0);
const failed = rows.reduce((sum, row) => sum + row.failed, 0);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
