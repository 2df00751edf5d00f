/** Each rule of the rights taken out in turn: the checks must notice, and say by which graph. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'vite';
import type { Mutant } from '#tests/sim/support/mutant';
import { mutantPlugin } from '#tests/sim/support/sim-bundle';
import type { checkGraph, Kind } from './checks.ts';
import { randomGraph } from './generate.ts';
import { failsAs, minimise } from './minimise.ts';
import type { SpecGraph } from './spec.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');

export interface Caught {
  readonly mutant: Mutant;
  /** Null: not caught. */
  readonly seed: number | null;
  readonly kind: Kind | null;
  readonly what: string;
  /** Records of the graph, and of the smallest one that still shows it. */
  readonly records: number;
  readonly least: SpecGraph | null;
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

const graphs = new Map<number, SpecGraph>();

function graphOf(seed: number): SpecGraph {
  const known = graphs.get(seed) ?? randomGraph(seed);
  graphs.set(seed, known);
  return known;
}

/** The first graph that shows the bug. `seeds`: how many are tried. */
export async function hunt(mutant: Mutant, seeds: number, least = false): Promise<Caught> {
  const check = await checkOf(mutant);
  for (let seed = 1; seed <= seeds; seed++) {
    const graph = graphOf(seed);
    const finding = firstFinding(check, graph);
    if (finding === null) continue;
    const small = least && failsAs(graph, finding.kind, check) ? minimise(graph, finding.kind, check) : null;
    return { mutant, seed, kind: finding.kind, what: finding.what, records: graph.records.length, least: small };
  }
  return { mutant, seed: null, kind: null, what: '', records: 0, least: null };
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
