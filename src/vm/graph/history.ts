/**
 * What happened to one node or edge, in the total order (stamp, writer). Operations are replayed one after another on a small
 * graph of their own; since the order is total, every device tells the same story.
 */
import { compareBytes } from '#base/bytes';
import { PRIMITIVE, type CborValue, type Operation } from '#vm/protocol/types';
import { bytesOfKey, keyOf } from './keys.ts';
import type { EdgeState } from './edges.ts';
import { FragmentGraph, type GraphRecord } from './fragment-graph.ts';
import { positionValue, type NodeState } from './node-state.ts';

export interface HistoryItem {
  /** Effective stamp (after clock.fix). */
  readonly ms: number;
  readonly ctr: number;
  readonly writer: Uint8Array;
  /** base64url of the record id; null while unsealed. */
  readonly record: string | null;
  readonly primitive: number;
  readonly verb: string;
  /** `type`, `deleted`, `pos`, `text`, `edge`, or the name of the property, set, mark or counter. */
  readonly what: string;
  readonly before: CborValue;
  /** For text: the size of the update in bytes (before = null). */
  readonly after: CborValue;
}

/** One operation on the subject, with its record and its effective time. */
export interface Step {
  readonly op: Operation;
  readonly ms: number;
  readonly record: GraphRecord;
}

/** Does the operation work on the subject, or on an edge out of it? `edges` collects the ids of those edges. */
function concerns(op: Operation, subject: string, edges: Set<string>): boolean {
  const p = op.primitive;
  if (p >= PRIMITIVE.tx) return false;
  const id = keyOf(op.args[0] as Uint8Array);
  if (id === subject) return true;
  if (p === PRIMITIVE.edgeAdd && keyOf(op.args[2] as Uint8Array) === subject) {
    edges.add(id);
    return true;
  }
  return false;
}

/** Every operation on a node (and on the edges out of it) or edge, in the total order (stamp, writer). */
export function steps(records: Iterable<GraphRecord>, subject: string): Step[] {
  const all = [...records];
  const edges = new Set<string>();
  const out: Step[] = [];
  for (const record of all) {
    for (const op of record.ops) if (concerns(op, subject, edges)) out.push({ op, ms: op.stamp.ms - (record.delta ?? 0), record });
  }
  if (edges.size > 0) {
    for (const record of all) {
      for (const op of record.ops) {
        const isChange = op.primitive === PRIMITIVE.edgeRemove || op.primitive === PRIMITIVE.edgeSet;
        if (isChange && edges.has(keyOf(op.args[0] as Uint8Array))) out.push({ op, ms: op.stamp.ms - (record.delta ?? 0), record });
      }
    }
  }
  return out.sort(inOrder);
}

const inOrder = (a: Step, b: Step): number => a.ms - b.ms || a.op.stamp.ctr - b.op.stamp.ctr || compareBytes(a.record.writer, b.record.writer) || compareText(a.record.key ?? '', b.record.key ?? '');

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function edgeValue(edge: EdgeState | null): CborValue {
  return edge === null || edge.live === null ? null : [bytesOfKey(edge.key), edge.live.type, bytesOfKey(edge.live.from), edge.live.to];
}

type Reader = (graph: FragmentGraph) => CborValue;

/** What an operation changes: names, and how to read the value before and after. */
function aspects(op: Operation): [what: string, read: Reader][] {
  const id = keyOf(op.args[0] as Uint8Array);
  const name = op.args[1] as string;
  const node = (read: (node: NodeState) => CborValue | undefined): Reader => (graph) => {
    const found = graph.raw(id);
    return found === null ? null : (read(found) ?? null);
  };
  switch (op.primitive) {
    case PRIMITIVE.nodeCreate: {
      const props = [...(op.args[2] as Map<string, CborValue>).keys()];
      return [['type', node((n) => n.type)], ...props.map((prop): [string, Reader] => [prop, node((n) => n.prop(prop))])];
    }
    case PRIMITIVE.nodeSet:
      return [[name, node((n) => n.prop(name))]];
    case PRIMITIVE.nodeDelete:
    case PRIMITIVE.nodeRestore:
      return [['deleted', node((n) => n.deleted)]];
    case PRIMITIVE.posSet:
      return [['pos', node((n) => (n.pos === null ? null : positionValue(n.pos)))]];
    case PRIMITIVE.setAdd:
    case PRIMITIVE.setRemove:
      return [[name, node((n) => n.sets?.get(name)?.values() ?? [])]];
    case PRIMITIVE.maxSet:
      return [[name, node((n) => n.max?.get(name))]];
    case PRIMITIVE.countAdd:
      return [[name, node((n) => n.counts().get(name))]];
    case PRIMITIVE.edgeSet:
      return [[name, (graph) => graph.edge(id)?.props.value(name) ?? null]];
    case PRIMITIVE.edgeAdd:
    case PRIMITIVE.edgeRemove:
      return [['edge', (graph) => edgeValue(graph.edge(id))]];
    default:
      return [];
  }
}

/** History of a node (with the edges out of it) or of an edge, oldest first. `subject` = base64url of its id; `graph`: what was before these records, changed by them. */
export function history(records: Iterable<GraphRecord>, subject: string, graph = new FragmentGraph()): HistoryItem[] {
  const out: HistoryItem[] = [];
  for (const { op, ms, record } of steps(records, subject)) {
    const head = { ms, ctr: op.stamp.ctr, writer: record.writer, record: record.key, primitive: op.primitive, verb: op.verb };
    if (op.primitive === PRIMITIVE.textUpdate) {
      out.push({ ...head, what: 'text', before: null, after: (op.args[1] as Uint8Array).length });
      continue;
    }
    const found = aspects(op);
    const before = found.map(([, read]) => read(graph));
    graph.apply({ key: `${out.length}`, writer: record.writer, seq: record.seq, ops: [op], delta: record.delta ?? 0 });
    found.forEach(([what, read], i) => out.push({ ...head, what, before: before[i]!, after: read(graph) }));
  }
  return out;
}

/** Every change of one property of these nodes, oldest first: one pass over the records, however many nodes. `graph`: what was before these records. */
export function propHistory(records: Iterable<GraphRecord>, prop: string, subjects: ReadonlySet<string>, graph: Pick<FragmentGraph, 'raw'> | null = null): (HistoryItem & { readonly subject: string })[] {
  const found: Step[] = [];
  for (const record of records) {
    for (const op of record.ops) {
      const sets = op.primitive === PRIMITIVE.nodeSet ? op.args[1] === prop : op.primitive === PRIMITIVE.nodeCreate && (op.args[2] as Map<string, CborValue>).has(prop);
      if (sets && subjects.has(keyOf(op.args[0] as Uint8Array))) found.push({ op, ms: op.stamp.ms - (record.delta ?? 0), record });
    }
  }
  const last = new Map<string, CborValue>();
  return found.sort(inOrder).map(({ op, ms, record }) => {
    const subject = keyOf(op.args[0] as Uint8Array);
    const before = last.has(subject) ? last.get(subject)! : (graph?.raw(subject)?.prop(prop) ?? null);
    // A property is a register: what is set last in the total order is what it is.
    const after = op.primitive === PRIMITIVE.nodeSet ? (op.args[2] as CborValue) : (op.args[2] as Map<string, CborValue>).get(prop)!;
    last.set(subject, after);
    return { subject, ms, ctr: op.stamp.ctr, writer: record.writer, record: record.key, primitive: op.primitive, verb: op.verb, what: prop, before, after };
  });
}
