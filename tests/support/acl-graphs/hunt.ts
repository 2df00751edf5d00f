/** Each rule of the rights taken out in turn: the checks must notice, and say by which graph. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'vite';
import type { Mutant } from '#tests/sim/support/mutant';
import { mutantPlugin } from '#tests/sim/support/sim-bundle';
import type { checkGraph, Kind } from './checks.ts';
import { randomGraph } from './generate.ts';
import type { SpecGraph } from './spec.ts';
import type { GraphKind } from './world.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');

export interface Caught {
  readonly mutant: Mutant;
  /** Seed of the graph, or the name of a kept one. Null: not caught. */
  readonly graph: string | null;
  readonly kind: Kind | null;
  readonly what: string;
  readonly records: number;
}

type Check = typeof checkGraph;

/** The checks, with the bug in the production files they import. */
async function checkOf(mutant: Mutant): Promise<Check> {
  const outDir = join(ROOT, 'out', 'graphs', mutant.name.replace(/[^a-z0-9]+/gi, '-'));
  await build({
    root: ROOT, configFile: false, logLevel: 'error', publicDir: false, plugins: [mutantPlugin(mutant)], ssr: { noExternal: true },
    build: { ssr: 'tests/support/acl-graphs/entry.ts', outDir, emptyOutDir: true, minify: false, target: 'node20', reportCompressedSize: false, copyPublicDir: false },
  });
  return ((await import(`${pathToFileURL(join(outDir, 'entry.js')).href}?${Date.now()}`)) as { checkGraph: Check }).checkGraph;
}

const graphs = new Map<string, SpecGraph>();

/** What the page calls the graph of a seed. */
const NAMED: Readonly<Record<GraphKind, (seed: number) => string>> = { plain: String, plans: (seed) => `with plans: ${seed}`, shapes: (seed) => `with shapes: ${seed}`, late: (seed) => `with newcomers: ${seed}`, crossing: (seed) => `crossing: ${seed}` };

function graphOf(seed: number, kind: GraphKind): Kept {
  const name = NAMED[kind](seed);
  const graph = graphs.get(name) ?? randomGraph(seed, kind);
  graphs.set(name, graph);
  return { name, graph };
}

export interface Kept {
  readonly name: string;
  /** Mutants that no random graph is asked for: this one must show them. */
  readonly shows?: readonly string[];
  readonly graph: SpecGraph;
}

/** Graphs that are kept because few random ones show what they show. */
export const KEPT = JSON.parse(readFileSync(join(ROOT, 'tests', 'property', 'os', 'rights', 'acl-graphs.regressions.json'), 'utf8')) as readonly Kept[];

function* randomOnes(seeds: number, kind: GraphKind): Generator<Kept> {
  for (let seed = 1; seed <= seeds; seed++) yield graphOf(seed, kind);
}

/** Graphs in which the rule has something to do. */
function kindFor({ name, file }: Mutant): GraphKind {
  if (/^(KEY9|KEY10|RIGHT17|RIGHT26|RIGHT40|RIGHT41) /.test(name)) return 'late';
  return file.endsWith('/plans.ts') ? 'plans' : file.endsWith('/shapes.ts') ? 'shapes' : 'plain';
}

/** The graph that is kept for the bug; for others so many random ones, so many where acts cross, then all that are kept. */
function* graphsFor(mutant: Mutant, seeds: number): Generator<Kept> {
  const kept = KEPT.filter(({ shows }) => shows?.includes(mutant.name));
  if (kept.length === 0) {
    yield* randomOnes(seeds, kindFor(mutant));
    yield* randomOnes(seeds, 'crossing');
  }
  for (const { name, graph } of kept.length > 0 ? kept : KEPT) yield { name: `kept: ${name}`, graph };
}

/** The first graph that shows the bug. With a kind, random ones of that kind alone are looked at. */
export async function hunt(mutant: Mutant, seeds: number, kind?: GraphKind): Promise<Caught> {
  const check = await checkOf(mutant);
  for (const { name, graph } of kind === undefined ? graphsFor(mutant, seeds) : randomOnes(seeds, kind)) {
    const finding = firstFinding(check, graph);
    if (finding !== null) return { mutant, graph: name, kind: finding.kind, what: finding.what, records: graph.records.length };
  }
  return { mutant, graph: null, kind: null, what: '', records: 0 };
}

/** A bug may also make the production code throw; that is a finding too. The gravest kind counts. */
function firstFinding(check: Check, graph: SpecGraph): { readonly kind: Kind; readonly what: string } | null {
  try {
    const { findings } = check(graph);
    return findings.find(({ kind }) => kind !== 'reading') ?? findings[0] ?? null;
  } catch (error) {
    return { kind: 'reading', what: String(error) };
  }
}
