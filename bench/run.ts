/**
 * `npm run bench -- --only node|browser|scale|trust|search|documents|talk|plan|compute|mind|beacon[,…] --json <file> --rounds N`: runs the groups, prints the table and writes it into bench/README.md.
 * `--only node/live` runs one suite of a group and puts its rows into the table, beside those that stand there; `--profile <phase>` writes a V8 profile of it (bench/support/profile.ts); `--strict` fails when a target is not met.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'vite';
import { scaleSection, writeSection } from '#tests/sim/support/overlay-report';
import { fastLoopsPlugin } from '#scripts/lib/fast-loops';
import { buildPages } from './browser/pages.ts';
import type { BenchResult } from './support/types.ts';

const ROOT = process.cwd();
const OUT = join(ROOT, 'out', 'bench');
const GROUPS = ['node', 'browser', 'scale', 'trust', 'search', 'documents', 'talk', 'plan', 'compute', 'mind', 'beacon'] as const;
type Group = (typeof GROUPS)[number];
/** Suites of a group; each runs in a process of its own, so that none inherits the heap and the compiled code of another. */
const SUITES: Record<Group, readonly string[]> = { node: ['latency', 'live', 'catch-up', 'guard'], browser: ['latency', 'nodes', 'trace', 'flow'], scale: ['gun', 'million', 'fragments', 'state', 'history'], trust: ['merge', 'keys'], search: ['index'], documents: ['trace', 'moves', 'keys'], talk: ['channel', 'hub'], plan: ['engine', 'worker', 'screens', 'crowded'], compute: ['liars', 'calls'], mind: ['vectors', 'graph'], beacon: ['sockets', 'direct'] };

const { values } = parseArgs({
  options: {
    only: { type: 'string' }, json: { type: 'string' }, rounds: { type: 'string', default: '3' },
    trace: { type: 'string' }, profile: { type: 'string' }, readme: { type: 'string', default: 'yes' }, strict: { type: 'boolean', default: false },
  },
});

/** Builds the entry of a group for Node; packages stay outside. */
async function bundle(group: Group, suites: readonly string[]): Promise<string> {
  const opened = group === 'scale' ? 'million' : group === 'documents' ? 'keys' : null;
  if (group === 'browser' || group === 'talk' || (opened !== null && (suites.length === 0 || suites.includes(opened)))) await buildPages();
  if (group === 'browser' || group === 'talk' || (group === 'scale' && (suites.length === 0 || suites.includes('million'))) || (group === 'plan' && (suites.length === 0 || suites.some((one) => one !== 'engine')))) await buildPages();
  await build({
    root: ROOT, configFile: false, logLevel: 'warn', publicDir: false, plugins: [fastLoopsPlugin()],
    build: { ssr: join('bench', group, 'main.ts'), outDir: OUT, emptyOutDir: false, target: 'node20', minify: false, rollupOptions: { output: { entryFileNames: `${group}.mjs` } } },
  });
  return join(OUT, `${group}.mjs`);
}

function runSuite(file: string, group: Group, suite: string): BenchResult[] {
  const results = join(OUT, `${group}-${suite}.json`);
  const flags = ['--expose-gc', '--enable-source-maps'];
  const run = spawnSync(process.execPath, [...flags, file, results, values.rounds, suite], { stdio: 'inherit', env: { ...process.env, BENCH_TRACE: values.trace ?? '', BENCH_PROFILE: values.profile ?? '' } });
  if (run.status !== 0) throw new Error(`${group}/${suite} ended with ${run.status ?? run.signal}`);
  return JSON.parse(readFileSync(results, 'utf8')) as BenchResult[];
}

const met = ({ value, target, direction }: BenchResult): string => (target === null ? '' : (direction === 'lower' ? value <= target : value >= target) ? 'yes' : '**no**');
const number = (value: number): string => value.toLocaleString('en', { maximumSignificantDigits: 4 });

/** One line per result. */
function table(results: readonly BenchResult[]): string {
  const rows = results.map((one) => {
    const goal = one.target === null ? '' : `${one.direction === 'lower' ? '≤' : '≥'} ${number(one.target)}`;
    const spread = one.spread ? `${number(one.spread[0])} – ${number(one.spread[1])}` : '';
    const peers = Object.entries(one.peer ?? {}).map(([name, value]) => `${name} ${number(value)}`).join(', ');
    return `| ${one.name} | ${number(one.value)} | ${one.unit} | ${goal} | ${met(one)} | ${spread} | ${peers} |`;
  });
  return ['| name | median | unit | target | met | least – greatest | others in the same run |', '| --- | --- | --- | --- | --- | --- | --- |', ...rows].join('\n');
}

/** Lines of a table or a list by the name in them. */
const named = (lines: readonly string[], form: RegExp): Map<string, string> => new Map(lines.flatMap((line) => (form.test(line) ? [[form.exec(line)![1]!, line] as const] : [])));

/** The lines that stand there with those of the new results put in their place; what is new comes last. */
function merged(old: readonly string[], fresh: readonly string[], form: RegExp): string[] {
  return [...new Map([...named(old, form), ...named(fresh, form)]).values()];
}

const ROW = /^\| (?!name )([a-z][\w-]*) \| .*$/;
const NOTE = /^- `([\w-]+)`: .*$/;

/** Puts the table between the markers of its group; of a single suite only its rows, with a line that says when. */
function intoReadme(group: Group, results: readonly BenchResult[], load: string, suites: readonly string[]): void {
  const path = join(ROOT, 'bench', 'README.md');
  const begin = `<!-- ${group}:begin -->`;
  const end = `<!-- ${group}:end -->`;
  const text = existsSync(path) ? readFileSync(path, 'utf8') : `# Benchmarks\n\n${begin}\n${end}\n`;
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`bench/README.md lacks ${begin}`);
  const day = new Date().toISOString().slice(0, 10);
  const notes = results.filter((one) => one.how).map((one) => `- \`${one.name}\`: ${one.how}.`).join('\n');
  const head = `${day}, Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'processor'}, load before and after ${load}, ${values.rounds} rounds.`;
  const before = text.slice(from + begin.length, to).split('\n');
  const heads = before.filter((line) => /^\d{4}-\d\d-\d\d/.test(line) && !suites.some((suite) => line.endsWith(` Suite ${suite}.`)));
  const rows = suites.length === 0 ? table(results) : [...table([]).split('\n'), ...merged(before, table(results).split('\n'), ROW)].join('\n');
  const said = suites.length === 0 ? notes : merged(before, notes.split('\n'), NOTE).join('\n');
  const parts = [...heads, ...suites.map((suite) => `${head} Suite ${suite}.`)];
  // The head of a whole run goes when each suite has one of its own.
  const whole = parts.filter((line) => line.includes(' Suite ')).length < SUITES[group].length;
  const top = suites.length === 0 ? head : parts.filter((line) => whole || line.includes(' Suite ')).join('\n\n');
  writeFileSync(path, `${text.slice(0, from)}${begin}\n${top}\n\n${rows}\n\n${said}\n${text.slice(to)}`);
}

/** A result as a row of docs/RELIABILITY.md. */
function demanded({ name, how, unit, value, target, direction, peer }: BenchResult): readonly [string, string, string] {
  const others = Object.entries(peer ?? {}).map(([other, figure]) => `${other.replaceAll('-', ' ')} ${number(figure)}`).join(', ');
  return [how ?? name, target === null ? 'reported' : `${direction === 'lower' ? '≤' : '≥'} ${number(target)} ${unit}`, `${number(value)} ${unit}${others === '' ? '' : ` (${others})`}`];
}

/** The latest results of all suites of the group, once each has run here. */
function intoReliability(group: 'scale'): void {
  const files = SUITES[group].map((suite) => join(OUT, `${group}-${suite}.json`));
  if (files.every((file) => existsSync(file))) writeSection(group, scaleSection(files.flatMap((file) => JSON.parse(readFileSync(file, 'utf8')) as BenchResult[]).map(demanded)));
}

const wanted = values.only?.split(',') ?? [...GROUPS];
mkdirSync(OUT, { recursive: true });
const all: BenchResult[] = [];
for (const group of GROUPS) {
  const parts = wanted.filter((name) => name === group || name.startsWith(`${group}/`));
  if (parts.length === 0 || !existsSync(join(ROOT, 'bench', group, 'main.ts'))) continue;
  const suites = parts.flatMap((name) => (name === group ? [] : [name.slice(group.length + 1)]));
  const before = loadavg()[0]!;
  const file = await bundle(group, suites);
  const results = (suites.length > 0 ? suites : SUITES[group]).flatMap((suite) => runSuite(file, group, suite));
  all.push(...results);
  if (values.readme !== 'no' && group === 'scale') intoReliability(group);
  if (values.readme !== 'no') intoReadme(group, results, `${before.toFixed(1)} and ${loadavg()[0]!.toFixed(1)}`, suites);
}
console.log(`\n${table(all)}`);
if (values.strict && all.some((one) => met(one) === '**no**')) process.exitCode = 1;
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(all, null, 1)}\n`);
