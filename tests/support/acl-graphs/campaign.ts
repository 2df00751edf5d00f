/** Many random acl graphs in a row, and what came of them. */
import { checkGraph, type Finding, type Kind, KINDS } from './checks.ts';
import { randomGraph } from './generate.ts';
import type { GraphKind } from './world.ts';

export interface CampaignFigures {
  readonly graphs: number;
  readonly acts: number;
  readonly effective: number;
  readonly states: number;
  readonly sealings: number;
  /** Operations by kind. */
  readonly kinds: Readonly<Record<string, number>>;
  /** Records with a voucher that have effect in the whole graph, and those that have none. */
  readonly paid: number;
  readonly unpaid: number;
  /** Records without effect by rule, in the whole graphs. */
  readonly dead: Readonly<Record<string, number>>;
  /** Data records by verdict. */
  readonly verdicts: Readonly<Record<string, number>>;
  /** Graphs with a finding, by kind. */
  readonly found: Readonly<Record<Kind, number>>;
  readonly first: { readonly seed: number; readonly finding: Finding } | null;
  readonly cpuMs: number;
}

/** Checks the graphs of the seeds from `from` on. */
export function runGraphs(count: number, from = 1, kind: GraphKind = 'plain'): CampaignFigures {
  const began = process.cpuUsage();
  const [kinds, dead, verdicts]: Record<string, number>[] = [{}, {}, {}];
  const found = Object.fromEntries(KINDS.map((kind) => [kind, 0])) as Record<Kind, number>;
  const sums = { acts: 0, effective: 0, states: 0, sealings: 0, paid: 0, unpaid: 0 };
  let first: CampaignFigures['first'] = null;
  const count1 = (into: Record<string, number>, key: string): void => void (into[key] = (into[key] ?? 0) + 1);
  for (let seed = from; seed < from + count; seed++) {
    const graph = randomGraph(seed, kind);
    const checked = checkGraph(graph);
    for (const key of ['acts', 'effective', 'states', 'sealings', 'paid', 'unpaid'] as const) sums[key] += checked[key];
    for (const record of graph.records) for (const op of record.ops ?? [{ t: 'malformed' }]) count1(kinds!, op.t);
    for (const rule of checked.dead) count1(dead!, String(rule));
    for (const verdict of checked.verdicts) count1(verdicts!, verdict);
    for (const kind of new Set(checked.findings.map((finding) => finding.kind))) found[kind]++;
    if (checked.findings.length > 0) first ??= { seed, finding: checked.findings[0]! };
  }
  const spent = process.cpuUsage(began);
  return { graphs: count, ...sums, kinds: kinds!, dead: dead!, verdicts: verdicts!, found, first, cpuMs: (spent.user + spent.system) / 1_000 };
}
