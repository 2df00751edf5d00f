/**
 * `npm run corpus -- <folder> [--only <part of a name>] [--report <file>]`: every file of a folder with an index.json (a list of {file, kind, expect}) through the importer of the built app in Chromium,
 * its expectations checked, a report written; behind them the vaults made by lib/vault-corpus.ts, which need no folder (`--own`). Fails when one is not met, when anything is asked for from the network, or when the page stands still.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { DocReplica, type Block } from '#domain/editor/model';
import type { Found, VaultFound } from '#domain/editor/files';
import { closeAll, launch } from '#tests/e2e/support/acts';
import { startServer } from '#tests/e2e/support/server';
import { ensureBuilt } from './lib/build.ts';
import { unmet, type Facts, type Outcome } from './lib/corpus-checks.ts';
import { unmetVault, VAULTS, type VaultOutcome } from './lib/vault-corpus.ts';

const ROOT = join(import.meta.dirname, '..');
/** One file may take so long, ms; the bound of the corpus for what must not hang is 10 s on an idle machine. */
const MOST_MS = 120_000;
const { positionals: [folder], values } = parseArgs({ allowPositionals: true, options: { only: { type: 'string' }, report: { type: 'string' }, own: { type: 'boolean', default: false } } });
if (folder === undefined && !values.own) throw new Error('Type: npm run corpus -- <folder with an index.json> [--only <part of a name>] [--report <file>], or npm run corpus -- --own');

interface Entry {
  readonly file: string;
  readonly kind: string;
  readonly expect: Facts;
}
/** What the page gives back. */
interface Told {
  readonly found: Found | null;
  readonly fault: string | null;
  readonly updates: number[][];
  /** Of an archive of pages, and the updates of each. */
  readonly vault: VaultFound | null;
  readonly each: number[][][];
  readonly pages: number;
  readonly still: number;
  readonly ms: number;
}

const KINDS = ['docx', 'pdf', 'html', 'md', 'text', 'made', 'ics', 'hostile'];
const wanted = ({ file }: { readonly file: string }): boolean => values.only === undefined || file.includes(values.only);
const entries = folder === undefined ? [] : (JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')) as Entry[]).filter((entry) => KINDS.includes(entry.kind) && wanted(entry));
const vaults = VAULTS.filter(wanted);
if (entries.length + vaults.length === 0) throw new Error(`no files in ${folder}`);
if (!(await ensureBuilt())) throw new Error('the build failed');
const script = readdirSync(join(ROOT, 'dist', 'assets')).find((name) => /^import\.worker-[\w-]+\.js$/.test(name));
if (script === undefined) throw new Error('the build has no importer');
const server = await startServer();
const { page, context } = await launch({ name: 'corpus', url: server.url });
await page.waitForFunction(() => 'lifegraph' in window);
let given: Buffer = Buffer.alloc(0);
const outside: string[] = [];
context.on('request', (request) => void (new URL(request.url()).origin !== new URL(server.url).origin && !request.url().startsWith('blob:') && outside.push(request.url())));
await page.route('**/corpus-file', (route) => route.fulfill({ body: given, contentType: 'application/octet-stream' }));

/** One file through an importer of its own, as a file or as an archive of pages; the page looks how long it stood still meanwhile. */
async function inPage(name: string, bytes: Buffer, password: string | undefined, archive: boolean): Promise<Told> {
  given = bytes;
  return (await page.evaluate(async ([src, file, secret, most, asVault]) => {
    const blob = await (await fetch('./corpus-file')).blob();
    const from = performance.now();
    const worker = new Worker(src, { type: 'module' });
    let [pages, still, last] = [0, 0, performance.now()];
    const watch = setInterval(() => {
      still = Math.max(still, performance.now() - last - 20);
      last = performance.now();
    }, 20);
    const ask = (message: unknown): Promise<Record<string, unknown>> => new Promise((done) => {
      const end = setTimeout(() => done({ fault: { code: 'no-answer' } }), most);
      worker.onerror = (event) => done({ fault: { code: `broke: ${event.message}` } });
      worker.onmessage = ({ data }: MessageEvent<Record<string, unknown>>) => {
        if (data['progress']) return void (pages = (data['progress'] as { total: number }).total);
        clearTimeout(end);
        done(data);
      };
      worker.postMessage(message);
    });
    const read = await ask(asVault ? { vault: { name: file, files: blob, keeps: true } } : { read: { name: file, file: blob, keeps: true, ...(secret === undefined ? {} : { password: secret }) } });
    const ms = performance.now() - from;
    // Files that come with a page have nodes of no space here; each is read.
    const kept = async (at: number, files: readonly unknown[]): Promise<unknown[]> => {
      const all: unknown[] = [];
      for (const which of files.keys()) all.push((await ask({ attached: { page: at, at: which } }))['bytes'] ? { id: 'A'.repeat(22), picture: true } : null);
      return all;
    };
    const written = read['found'] ? await ask({ write: { client: 7, files: await kept(0, (read['found'] as { files: unknown[] }).files) } }) : {};
    const plain = (answer: Record<string, unknown>): number[][] => ((answer['updates'] ?? []) as Uint8Array[]).map((update) => [...update]);
    const vault = (read['vault'] ?? null) as { pages: { files: unknown[] }[] } | null;
    const each: number[][][] = [];
    for (const at of vault?.pages.keys() ?? []) each.push(plain(await ask({ page: { at, client: 7, hrefs: vault!.pages.map((_, index) => `#/page/${index}`), files: await kept(at, vault!.pages[at]!.files) } })));
    clearInterval(watch);
    worker.terminate();
    return { found: (read['found'] ?? null) as never, fault: (read['fault'] as { code: string } | undefined)?.code ?? null, updates: plain(written), pages, still, ms, vault: vault as never, each };
  }, [new URL(`assets/${script}`, server.url).href, name, password, MOST_MS, archive] as const)) as Told;
}

/** What a document shows that took these updates. */
function shown(updates: number[][]): readonly Block[] {
  const copy = new DocReplica(8);
  copy.take(updates.map((update) => Uint8Array.from(update)));
  return copy.shown();
}

async function through(name: string, bytes: Buffer, password: string | undefined): Promise<{ made: Outcome; told: Told }> {
  const told = await inPage(name, bytes, password, false);
  return { told, made: { fault: told.fault, title: told.found?.title ?? '', notes: told.found?.notes ?? [], blocks: shown(told.updates), pages: told.pages } };
}

/** What is not met; null where nothing is asked of an importer. */
async function look({ expect }: Entry, name: string, bytes: Buffer): Promise<{ misses: string[] | null; told: Told; made: Outcome }> {
  const { made, told } = await through(name, bytes, undefined);
  if (expect.outcome !== 'needs_password') return { misses: unmet(expect, made), told, made };
  const misses: string[] = [];
  if (made.fault !== 'locked' && made.fault !== 'locked-word') misses.push(`without a password: ${made.fault ?? 'taken'}`);
  if (made.fault === 'locked-word') return { misses, told, made };
  const wrong = await through(name, bytes, 'no such password');
  if (wrong.made.fault !== 'wrong-password') misses.push(`with a wrong password: ${wrong.made.fault ?? 'taken'}`);
  const right = await through(name, bytes, expect.password);
  if (typeof expect.with_password === 'object') misses.push(...(unmet({ outcome: 'accept', ...expect.with_password }, right.made) ?? []).map((miss) => `with the password: ${miss}`));
  else if (right.made.fault !== null && right.made.fault !== 'wrong-password') misses.push(`with the password: ${right.made.fault}`);
  return { misses, told, made };
}

const rows: string[] = [];
const totals = new Map<string, { met: number; all: number }>();
let [faults, longest] = [0, 0];

/** Keeps what became of one file, and says it. */
function tell({ file, kind, wanted: outcome, result, misses, told }: { file: string; kind: string; wanted: string; result: string; misses: readonly string[]; told: Told }): void {
  longest = Math.max(longest, told.still);
  const total = totals.get(kind) ?? { met: 0, all: 0 };
  totals.set(kind, { met: total.met + (misses.length === 0 ? 1 : 0), all: total.all + 1 });
  faults += misses.length === 0 ? 0 : 1;
  rows.push(`| ${file} | ${outcome} | ${result} | ${misses.length === 0 ? 'met' : misses.slice(0, 6).join('; ')} |`);
  console.log(`${misses.length === 0 ? 'met ' : 'MISS'} ${file}: ${result}, ${Math.round(told.ms)} ms${misses.length === 0 ? '' : `: ${misses.join('; ')}`}`);
}

try {
  for (const entry of entries) {
    const packed = readFileSync(join(folder!, entry.file));
    const name = entry.file.replace(/^.*\//, '').replace(/\.gz$/, '');
    const before = outside.length;
    const { misses, told, made } = await look(entry, name, entry.file.endsWith('.gz') ? gunzipSync(packed) : packed);
    if (misses === null) continue;
    if (outside.length > before) misses.push(`${outside.length - before} requests`);
    const result = made.fault ?? `${made.blocks.length} blocks${made.pages > 0 ? `, ${made.pages} pages` : ''}`;
    tell({ file: entry.file, kind: entry.kind, wanted: entry.expect.outcome ?? 'accept', result, misses, told });
  }
  for (const { file, expect, bytes } of vaults) {
    const before = outside.length;
    const told = await inPage(file.replace(/^.*\//, ''), bytes(), undefined, true);
    const made: VaultOutcome = { fault: told.fault, found: told.vault, pages: told.each.map(shown) };
    const misses = [...unmetVault(expect, made), ...(outside.length > before ? [`${outside.length - before} requests`] : [])];
    tell({ file, kind: 'vault', wanted: expect.fault === undefined ? 'accept' : `reject: ${expect.fault}`, result: made.fault ?? `${made.pages.length} pages`, misses, told });
  }
} finally {
  await closeAll();
  await server.stop();
}
const met = [...totals.values()].reduce((sum, one) => sum + one.met, 0);
const all = [...totals.values()].reduce((sum, one) => sum + one.all, 0);
const summary = [`${met} of ${all} files meet what is expected of them; ${outside.length} requests left the page.`, '', '| kind | met | of |', '|---|---:|---:|', ...[...totals].map(([kind, one]) => `| ${kind} | ${one.met} | ${one.all} |`), '', '| file | expected | result | |', '|---|---|---|---|', ...rows, ''].join('\n');
const report = resolve(values.report ?? join(ROOT, 'out', 'corpus.md'));
mkdirSync(dirname(report), { recursive: true });
// What people wrote above the report stays.
const MARK = '<!-- report -->';
const head = values.report === undefined ? '' : (readFileSync(report, { encoding: 'utf8', flag: 'a+' }).split(MARK)[0] ?? '');
writeFileSync(report, `${head}${MARK}\n\n${summary}`);
console.log(`${met} of ${all} met; the page stood still for ${Math.round(longest)} ms at most; ${outside.length} requests left it`);
process.exitCode = faults === 0 && outside.length === 0 ? 0 : 1;
