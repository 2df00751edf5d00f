/** The smallest graph that still fails in the same way: records and operations are taken out one after another. */
import { checkGraph, type Kind } from './checks.ts';
import type { Name, SpecGraph } from './spec.ts';

/** A graph without the named records and data; heads that named them name what those stood on. Null: the genesis is gone. */
function without(graph: SpecGraph, gone: ReadonlySet<Name>): SpecGraph | null {
  const records = graph.records.filter(({ name }) => !gone.has(name));
  if (records[0]?.name !== graph.records[0]!.name) return null;
  const before = new Map(graph.records.map((record) => [record.name, [...record.acl, ...(record.prev === null ? [] : [record.prev])]]));
  const heads = (list: readonly Name[]): Name[] => [...new Set(list.flatMap((name): Name[] => (gone.has(name) ? heads(before.get(name) ?? []) : [name])))];
  const kept = records.map((record) => {
    const log = records.filter((other) => other.writer === record.writer);
    const seqs = [...new Set(log.map(({ seq }) => seq))].sort((a, b) => a - b);
    const seq = seqs.indexOf(record.seq);
    const former = log.filter((other) => seqs.indexOf(other.seq) === seq - 1);
    const prev = seq === 0 ? null : (former.find(({ name }) => name === record.prev) ?? former[0]!).name;
    return { ...record, seq, prev, acl: heads(record.acl) };
  });
  const data = graph.data.filter(({ name }) => !gone.has(name)).map((one) => ({ ...one, acl: heads(one.acl), first: heads(one.first), prev: one.prev && heads(one.prev) }));
  return { ...graph, records: kept, data };
}

/** Without one operation of a record that has several. */
function withoutOp(graph: SpecGraph, at: number, op: number): SpecGraph {
  return { ...graph, records: graph.records.map((record, i) => (i === at ? { ...record, ops: record.ops!.filter((_, j) => j !== op) } : record)) };
}

function* smaller(graph: SpecGraph): Generator<SpecGraph | null> {
  for (const name of [...graph.data, ...graph.records].map((one) => one.name).reverse()) yield without(graph, new Set([name]));
  for (const [at, record] of graph.records.entries()) for (let op = 0; at > 0 && record.ops !== null && record.ops.length > 1 && op < record.ops.length; op++) yield withoutOp(graph, at, op);
}

/** True when the graph gives a finding of the kind; one that cannot be judged at all does not. */
function failsAs(graph: SpecGraph, kind: Kind, check: typeof checkGraph = checkGraph): boolean {
  try {
    return check(graph).findings.some((finding) => finding.kind === kind);
  } catch {
    return false;
  }
}

/** Takes out what is not needed for a finding of that kind, until nothing more can go. With a bug in `check`, what is left must be right without it. */
export function minimise(graph: SpecGraph, kind: Kind, check: typeof checkGraph = checkGraph): SpecGraph {
  const right = (next: SpecGraph): boolean => check === checkGraph || checkGraph(next).findings.length === 0;
  let least = graph;
  for (let changed = true; changed; ) {
    changed = false;
    for (const next of smaller(least)) {
      if (next === null || !failsAs(next, kind, check) || !right(next)) continue;
      least = next;
      changed = true;
      break;
    }
  }
  return least;
}
