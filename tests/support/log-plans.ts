/** Random logs of three writers over three nodes: forks, faults, stubs, clock fixes and what the acl says of them. */
import { expect } from 'vitest';
import fc from 'fast-check';
import { compareBytes, toBase64url } from '#base/bytes';
import { encodeCbor } from '#base/cbor';
import type { FragmentGraph } from '#vm/graph/fragment-graph';
import { keyOf } from '#vm/graph/keys';
import { createFragmentLog, type FragmentLog } from '#vm/log/fragment-log';
import type { Content, Delivery, Verdict } from '#vm/log/held-record';
import { encodeStamp } from '#vm/protocol/stamp';
import { PRIMITIVE as P, type CborValue, type Operation, type Stamp } from '#vm/protocol/types';
import { draft, idNamed, writerNamed } from '#tests/support/log-kit';
import { session } from '#tests/support/text-kit';

export const WRITERS = ['a', 'b', 'c'].map(writerNamed);
const NODES = ['1', '2', '3'].map(idNamed);
const EDGES = ['e', 'f'].map(idNamed);
const NAMES = ['p', 'q'];
const VALUES: CborValue[] = [null, true, 0, -3, 1.5, 'x', [1], new Map([['k', 'v']]), new Uint8Array([7])];
export const SPAN = 40;

const pick = <T>(items: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...items);
/** Which of the adds made so far a remove names, as bits. */
const seen = fc.nat(31);
const props = fc.dictionary(pick(NAMES), pick(VALUES)).map((d) => new Map(Object.entries(d)));

type Act = readonly [number, CborValue[]];
const does = (primitive: number, args: CborValue[]): Act => [primitive, args];

/** Primitive and arguments; text is put in by the maker of the log. */
const act: fc.Arbitrary<Act> = fc.oneof(
  fc.tuple(pick(NODES), pick(['t@1', 'u@1']), props).map(([n, t, p]) => does(P.nodeCreate, [n, t, p])),
  fc.tuple(pick(NODES), pick(NAMES), pick(VALUES)).map(([n, p, v]) => does(P.nodeSet, [n, p, v])),
  pick(NODES).map((n) => does(P.nodeDelete, [n])),
  pick(NODES).map((n) => does(P.nodeRestore, [n])),
  fc.tuple(pick(EDGES), pick(['r@1', 's@1']), pick(NODES), fc.oneof(pick<CborValue>(NODES), fc.constant<CborValue>([NODES[0]!, NODES[1]!])), props).map(([e, t, f, to, p]) => does(P.edgeAdd, [e, t, f, to, p])),
  fc.tuple(pick(EDGES), seen).map(([e, o]) => does(P.edgeRemove, [e, o])),
  fc.tuple(pick(EDGES), pick(NAMES), pick(VALUES)).map(([e, p, v]) => does(P.edgeSet, [e, p, v])),
  fc.tuple(pick(NODES), fc.option(pick(NODES)), pick(['a', 'b'])).map(([n, parent, ord]) => does(P.posSet, [n, [parent, ord]])),
  fc.tuple(pick(NODES.slice(1)), pick(VALUES.slice(5, 7))).map(([n, v]) => does(P.setAdd, [n, 's', v])),
  fc.tuple(pick(NODES.slice(1)), pick(VALUES.slice(5, 7)), seen).map(([n, v, o]) => does(P.setRemove, [n, 's', v, o])),
  fc.tuple(pick(NODES), pick(NAMES), fc.nat()).map(([n, p, v]) => does(P.maxSet, [n, p, v])),
  fc.tuple(pick(NODES), pick(NAMES), fc.maxSafeInteger()).map(([n, p, v]) => does(P.countAdd, [n, p, v])),
  fc.tuple(pick(NODES), fc.nat(5)).map(([n, at]) => does(P.textUpdate, [n, at])),
  fc.tuple(fc.nat(3), fc.nat(5)).map(([from, delta]) => does(P.clockFix, [from, from + 2, delta])),
);

export interface Plan {
  readonly writer: number;
  readonly acts: readonly Act[];
  /** Steps back from the tip to the prev of this record: 0 = the tip, more = a fork. */
  readonly back: number;
  readonly step: number;
  readonly kind: Content['kind'];
  readonly verdict: Verdict;
}
const plan: fc.Arbitrary<Plan> = fc.record({
  writer: fc.nat(2),
  acts: fc.array(act, { minLength: 1, maxLength: 4 }),
  back: fc.nat(30).map((n) => (n < 29 ? 0 : 1)),
  /** 0 = an operation fault. */
  step: fc.nat(24).map((n) => n % 4 || (n === 0 ? 0 : 1)),
  kind: fc.nat(30).map((n): Content['kind'] => (n === 30 ? 'stub' : n === 29 ? 'unknown' : n === 28 ? 'malformed' : 'ops')),
  verdict: fc.nat(30).map((n): Verdict => (n === 30 ? 'void' : n === 29 ? 'no-acl' : n === 28 ? 'quarantined' : 'ok')),
});

export interface World {
  readonly deliveries: Delivery[];
  readonly verdicts: Map<string, Verdict>;
}

/** Logs that follow the plans; text updates come from editors that hear each other. */
export function make(plans: readonly Plan[]): World {
  const logs: Delivery[][] = WRITERS.map(() => []);
  const times = WRITERS.map(() => 0);
  const editors = WRITERS.map((writer, i) => NODES.map((_, n) => session(writer, `${i}.${n}`)));
  const salted = new Set<string>();
  const adds = new Map<string, [Uint8Array, Uint8Array][]>();
  /** An add is remembered under its subject; a remove gets the observed list of those its bits choose. */
  const withObserved = (primitive: number, args: CborValue[], stamp: Stamp, author: Uint8Array): CborValue[] => {
    const isEdge = primitive === P.edgeAdd || primitive === P.edgeRemove;
    const isSet = primitive === P.setAdd || primitive === P.setRemove;
    if (!isEdge && !isSet) return args;
    const subject = JSON.stringify(isEdge ? keyOf(args[0] as Uint8Array) : [keyOf(args[0] as Uint8Array), args[1], toBase64url(encodeCbor(args[2]!))]);
    const known = adds.get(subject) ?? [];
    if (primitive === P.edgeAdd || primitive === P.setAdd) {
      adds.set(subject, [...known, [encodeStamp(stamp), author.slice(0, 8)]]);
      return args;
    }
    const bits = args[args.length - 1] as number;
    const chosen = known.filter((_, i) => ((bits >> i % 5) & 1) === 1);
    return [...args.slice(0, -1), chosen.sort((x, y) => compareBytes(x[0], y[0]) || compareBytes(x[1], y[1]))];
  };
  const world: World = { deliveries: [], verdicts: new Map() };
  plans.forEach(({ writer, acts, back, step, kind, verdict }, serial) => {
    const bytes = WRITERS[writer]!;
    const log = logs[writer]!;
    const prev = log[log.length - 1 - back] ?? log[log.length - 1] ?? null;
    times[writer]! += step;
    const ops: Operation[] = acts.map(([primitive, args], ctr) => {
      const stamp = { ms: times[writer]!, ctr };
      if (primitive !== P.textUpdate) return { primitive, verb: '', stamp, args: withObserved(primitive, args, stamp, bytes) };
      const node = NODES.indexOf(args[0] as (typeof NODES)[number]);
      const editor = editors[writer]![node]!;
      const text = editor.doc.getText('text');
      if (text.length > 4 && serial % 3 === 0) text.delete(0, 2);
      text.insert(Math.min(args[1] as number, text.length), `${serial}`, serial % 2 === 0 ? { bold: true } : undefined);
      const update = editor.take()!;
      for (const others of editors) if (serial % 2 === 0) others[node]!.hear(update);
      const name = `${writer}.${node}`;
      const first = !salted.has(name);
      salted.add(name);
      return { primitive, verb: '', stamp, args: first ? [args[0]!, update, editor.salt] : [args[0]!, update] };
    });
    const content: Content = kind === 'ops' ? { kind, ops } : { kind };
    const seq = prev === null ? 0 : prev.record.header.seq + 1;
    const delivery = draft({ writer: bytes, seq, prev, ops, branch: serial, content });
    log.push(delivery);
    world.deliveries.push(delivery);
    world.verdicts.set(keyOf(delivery.record.id), verdict);
  });
  return world;
}

/** An empty log under the verdicts of the world. */
export function newLog(world: World): FragmentLog {
  return createFragmentLog({ judge: (r) => world.verdicts.get(r.key) ?? 'ok', meshMs: -300_000 + SPAN / 2 });
}
/** All that is told of a log and its graph. */
export function picture(log: FragmentLog, graph: FragmentGraph): unknown {
  const gone = [...graph.nodeIds()].map((id) => graph.node(id)!).filter((node) => node.deleted);
  for (const type of ['t@1', 'u@1']) expect(graph.deletedOf(type)).toBe(gone.filter((node) => node.type === type).length);
  expect(graph.deletedOf(null)).toBe(gone.length);
  return {
    status: [...log.records()].map((r) => `${r.key} ${r.status} ${r.delta}`).sort(),
    set: toBase64url(log.setDigest()),
    heads: log.heads().map((h) => h.key),
    state: toBase64url(graph.stateDigest()),
    tag: log.tagIds().map(toBase64url),
    greatest: log.greatestStamp(),
    tree: [...graph.nodeIds()].sort().map((id) => graph.tree().parent(id)),
    back: NODES.map((id) => graph.edgesTo(keyOf(id)).map((e) => e.key).sort()),
  };
}
export const plans = fc.array(plan, { minLength: 1, maxLength: 24 });
