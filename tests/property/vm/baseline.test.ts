import '#tests/support/text-engine';
import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { equalBytes, toBase64url, type Bytes } from '#base/bytes';
import { decodeCbor, encodeCbor } from '#base/cbor';
import { createFragmentGraph, type FragmentGraph } from '#vm/graph/fragment-graph';
import { keyOf } from '#vm/graph/keys';
import { sameText } from '#vm/graph/same-text';
import { ROW, stateRows, type CoveredLog } from '#vm/graph/state-rows';
import { RowsReader, showsItself } from '#vm/graph/state-rows-read';
import { REDUCER_VERSION, setDigest } from '#vm/log/digests';
import type { FragmentLog, LogDelta } from '#vm/log/fragment-log';
import type { Delivery } from '#vm/log/held-record';
import { coversFeet, hasStubs, holdsAll, standOn, upTo } from '#vm/log/log-base';
import { PRIMITIVE as P } from '#vm/protocol/types';
import { draft, idNamed, keyOfDelivery } from '#tests/support/log-kit';
import { make, newLog, picture, plans, WRITERS, type Plan, type World } from '#tests/support/log-plans';

/** Logs a baseline is made of: one branch, no clock.fix, nothing that is ahead or cannot be read. */
const plain = (list: readonly Plan[]): World =>
  make(list.map((one) => ({ ...one, back: 0, step: Math.max(1, one.step), kind: one.kind === 'stub' ? 'ops' : one.kind, verdict: one.verdict === 'no-acl' ? 'ok' : one.verdict, acts: one.acts.filter(([primitive]) => primitive !== P.clockFix) })).filter(({ acts }) => acts.length > 0));

const logOf = (world: World): FragmentLog => {
  const log = newLog(world);
  log.setMeshTime(1e12);
  return log;
};

/** A graph of what has effect now, on the rows that it begins with. */
function graphOn(rows: readonly Bytes[], log: FragmentLog): FragmentGraph {
  const graph = createFragmentGraph();
  const reader = new RowsReader(graph);
  for (const row of rows) reader.take(row);
  for (const record of log.applied()) graph.apply(record);
  return graph;
}

const act = (name: string): string => keyOf(idNamed(name));

interface Snapshot {
  readonly covered: CoveredLog[];
  readonly rows: Bytes[];
}

/** The snapshot of a log that holds exactly what it covers. */
function snapshotOf(log: FragmentLog, graph: FragmentGraph, emptied: readonly string[] = []): Snapshot {
  const covered = log.heads().map(({ writer, seq, id, writerKey }): CoveredLog => ({ writer, seq, id, clocks: new Map(log.logs.get(writerKey)!.text.next) }));
  return { covered, rows: [...stateRows({ graph, logs: covered, reducer: REDUCER_VERSION, set: setDigest(covered), emptied: new Set(emptied) })] };
}

function graphOf(log: FragmentLog): FragmentGraph {
  const graph = createFragmentGraph();
  for (const record of log.applied()) graph.apply(record);
  return graph;
}

/** How many records of each writer a cut takes, by the bits of a number. */
function below(world: World, cut: number): Delivery[] {
  const share = WRITERS.map((_, i) => ((cut >> (i * 3)) & 7) / 7);
  const of = WRITERS.map((writer) => world.deliveries.filter(({ record }) => equalBytes(record.header.writer, writer)));
  return of.flatMap((list, i) => list.slice(0, Math.round(list.length * share[i]!)));
}

const shuffled = <T>(items: readonly T[], seed: number): T[] => {
  const out = [...items];
  for (let i = out.length - 1, n = seed; i > 0; i--) {
    n = (n * 1_103_515_245 + 12_345) % 2_147_483_648;
    const j = n % (i + 1);
    [out[i], out[j]] = [out[j]!, out[i]!];
  }
  return out;
};

/** All but the states of records that are not held any more, and the tag, which names the baseline. */
function shown(log: FragmentLog, graph: FragmentGraph): unknown {
  const { set, heads, state, greatest, tree, back } = picture(log, graph) as Record<string, unknown>;
  return { set, heads, state, greatest, tree, back };
}

describe('baselines', () => {
  test('[BASE1] rows opened and written again are the same bytes, and what comes later does the same to both', () => {
    fc.assert(
      fc.property(plans, fc.nat(511), (list, cut) => {
        const world = plain(list);
        const first = below(world, cut);
        const log = logOf(world);
        log.deliver(first);
        const graph = graphOf(log);
        const { covered, rows } = snapshotOf(log, graph);
        const opened = createFragmentGraph();
        const reader = new RowsReader(opened);
        for (const row of rows) reader.take(row);
        expect([showsItself(reader, opened), reader.logs.map(({ id }) => keyOf(id))]).toEqual([true, covered.map(({ id }) => keyOf(id)).sort(byWriter(covered))]);
        const again = [...stateRows({ graph: opened, logs: reader.logs, reducer: reader.end!.reducer, set: reader.end!.set, emptied: new Set() })];
        expect(again.map(toBase64url)).toEqual(rows.map(toBase64url));
        for (const record of logOf(world).deliver(world.deliveries).applied) {
          graph.apply(record);
          if (!log.has(record.key)) opened.apply(record);
        }
        expect(toBase64url(opened.stateDigest())).toBe(toBase64url(graph.stateDigest()));
      }),
      { numRuns: 200 },
    );
  });

  test('{V10} [BASE2] [BASE5] on a baseline, with the records above it in any order, a fragment shows what one shows that holds all', () => {
    const met = { all: 0, lacking: 0, empty: 0 };
    fc.assert(
      fc.property(plans, fc.nat(511), fc.nat(), (list, cut, seed) => {
        const world = plain(list);
        const base = logOf(world);
        base.deliver(below(world, cut));
        const { covered, rows } = snapshotOf(base, graphOf(base));
        const whole = logOf(world);
        whole.deliver(world.deliveries);
        // Some of it is here before: all of it, a part, or nothing.
        const here = shuffled(world.deliveries, seed).slice(0, seed % 3 === 0 ? world.deliveries.length : seed % (world.deliveries.length + 1));
        const log = logOf(world);
        log.deliver(here);
        met[holdsAll(log, covered) ? 'all' : here.length === 0 ? 'empty' : 'lacking']++;
        const delta: LogDelta = standOn(log, { act: act('act'), logs: covered });
        expect(delta.rebuild).toBe(true);
        const covers = new Set(base.byKey.keys());
        const feet = new Set(covered.map(({ id }) => keyOf(id)));
        for (const key of log.byKey.keys()) expect(covers.has(key) && !feet.has(key)).toBe(false);
        const again = log.deliver(shuffled(world.deliveries, seed + 1));
        expect(again.refused.every(({ key, why }) => why === 'below-baseline' && covers.has(key))).toBe(true);
        expect(shown(log, graphOn(rows, log))).toEqual(shown(whole, graphOf(whole)));
        expect(log.missing()).toEqual([]);
        for (const { writer } of covered) expect([log.contiguous(writer), log.ownTip(writer)!.key]).toEqual([whole.contiguous(writer), whole.ownTip(writer)!.key]);
      }),
      { numRuns: 300 },
    );
    for (const [way, times] of Object.entries(met)) expect([way, times > 1]).toEqual([way, true]);
  });

  test('[BASE7] from one baseline to a later one, made by a device that stands on the first, is the same as to the later one at once', () => {
    fc.assert(
      fc.property(plans, fc.nat(511), fc.nat(511), (list, cut, more) => {
        const world = plain(list);
        const base = logOf(world);
        base.deliver(below(world, cut));
        const first = snapshotOf(base, graphOf(base));
        const then = logOf(world);
        then.deliver([...below(world, cut), ...below(world, cut | more)]);
        const plainly = snapshotOf(then, graphOf(then));
        standOn(then, { act: act('first'), logs: first.covered });
        const second = snapshotOf(then, graphOn(first.rows, then));
        expect(second.rows.map((row) => same(row))).toEqual(plainly.rows.map((row) => same(row)));
        expect([coversFeet(then, second.covered), coversFeet(then, [])]).toEqual([true, first.covered.length === 0]);
        const log = logOf(world);
        standOn(log, { act: act('first'), logs: first.covered });
        standOn(log, { act: act('second'), logs: second.covered });
        log.deliver(world.deliveries);
        const whole = logOf(world);
        whole.deliver(world.deliveries);
        expect(shown(log, graphOn(second.rows, log))).toEqual(shown(whole, graphOf(whole)));
        // Control: the first does not cover what the second stands on, unless they are one.
        const isSame = first.covered.length === second.covered.length && first.covered.every(({ id }) => second.covered.some((other) => equalBytes(other.id, id)));
        expect(coversFeet(log, first.covered)).toBe(isSame);
      }),
      { numRuns: 150 },
    );
  });

  test('[BASE5] another branch at or below the covered head is not taken in, nor what waits for it; above it a fork is a fork', () => {
    const world = plain(Array.from({ length: 6 }, (): Plan => ({ writer: 0, acts: [[P.nodeSet, [new Uint8Array(16), 'p', 1]]], back: 0, step: 1, kind: 'ops', verdict: 'ok' })));
    const [r0, r1, r2, r3] = world.deliveries as [Delivery, Delivery, Delivery, Delivery];
    const base = logOf(world);
    base.deliver([r0, r1, r2]);
    const { covered } = snapshotOf(base, graphOf(base));
    const writer = WRITERS[0]!;
    const twin = draft({ writer, seq: 1, prev: r0, ops: [], hlc: { ms: 50, ctr: 0 }, branch: 900 });
    const behind = draft({ writer, seq: 2, prev: twin, ops: [], hlc: { ms: 51, ctr: 0 }, branch: 900 });
    const last = draft({ writer, seq: 3, prev: behind, ops: [], hlc: { ms: 52, ctr: 0 }, branch: 900 });
    const far = draft({ writer, seq: 4, prev: last, ops: [], hlc: { ms: 53, ctr: 0 }, branch: 900 });
    for (const early of [true, false]) {
      const log = logOf(world);
      log.deliver(early ? [r0, twin, behind, last, far] : [far]);
      standOn(log, { act: act('act'), logs: covered });
      log.deliver(world.deliveries);
      expect(log.deliver([twin, behind, last]).refused.map(({ why }) => why)).toContain('below-baseline');
      expect([log.forked(), log.missing(), log.contiguous(writer), log.log(writer).map(({ status }) => status)]).toEqual([[], [], 5, ['covered', 'applied', 'applied', 'applied']]);
      const fork = draft({ writer, seq: 4, prev: r3, ops: [], hlc: { ms: 60, ctr: 0 }, branch: 901 });
      log.deliver([fork]);
      expect([log.forked().length, log.log(writer).map(({ status }) => status)]).toEqual([1, ['covered', 'applied', 'held-back', 'held-back', 'held-back']]);
      log.proven(writer, 1);
      expect(log.log(writer).map(({ status }) => status)).toEqual(['covered', 'held-back', 'held-back', 'held-back', 'held-back']);
      log.proven(writer, null);
      log.keep(writer, [world.deliveries[5]!.record.id]);
      expect(log.log(writer).map(({ key, status }) => [key === keyOfDelivery(fork), status])).toContainEqual([true, 'dropped']);
      expect(log.log(writer).filter(({ status }) => status === 'applied').length).toBe(3);
    }
    // Of who stands on a baseline others have the stub of a foot: that is not all of it.
    const partly = logOf(world);
    partly.deliver([r0, { ...r1, content: { kind: 'stub' } }, r2]);
    expect([holdsAll(partly, covered), hasStubs(partly, covered), hasStubs(base, covered)]).toEqual([true, true, false]);
    expect([upTo(base, covered[0]!)!.length, upTo(base, { id: new Uint8Array(32) })]).toEqual([3, null]);
  });

  test('[BASE8] what is emptied is a deleted thing: it stays deleted and says nothing; anything else is refused', () => {
    fc.assert(
      fc.property(plans, (list) => {
        const world = plain(list);
        const log = logOf(world);
        log.deliver(world.deliveries);
        const graph = graphOf(log);
        const [gone, kept] = [true, false].map((deleted) => [...graph.nodeIds()].filter((id) => graph.node(id)!.deleted === deleted)) as [string[], string[]];
        if (kept[0] !== undefined) expect(() => snapshotOf(log, graph, [kept[0]!])).toThrow(RangeError);
        const { rows } = snapshotOf(log, graph, gone);
        const opened = createFragmentGraph();
        const reader = new RowsReader(opened);
        for (const row of rows) reader.take(row);
        expect([showsItself(reader, opened), reader.end!.emptied.map(keyOf).sort()]).toEqual([true, [...gone].sort()]);
        for (const id of gone) expect([opened.node(id)!.deleted, opened.node(id)!.props().size, opened.text(id)]).toEqual([true, 0, '']);
        for (const id of kept) expect(toBase64url(opened.nodeBytes(id)!)).toBe(toBase64url(graph.nodeBytes(id)!));
      }),
      { numRuns: 100 },
    );
  });

  test('[BASE1] hostile rows: every change of a byte, a row left out, doubled or moved is refused, or shows another digest or other bytes', () => {
    fc.assert(
      fc.property(plans, fc.nat(), fc.nat(), fc.integer({ min: 1, max: 255 }), (list, which, at, flip) => {
        const world = plain(list);
        const log = logOf(world);
        log.deliver(world.deliveries);
        const { rows } = snapshotOf(log, graphOf(log));
        const bad = rows.map((row) => row.slice());
        const no = which % bad.length;
        if (at % 4 === 0) bad.splice(no, 1);
        else if (at % 4 === 1) bad.splice(no, 0, bad[no]!);
        else if (at % 4 === 2) bad.push(bad.splice(no, 1)[0]!);
        else bad[no]![at % bad[no]!.length]! ^= flip;
        const graph = createFragmentGraph();
        const reader = new RowsReader(graph);
        try {
          for (const row of bad) reader.take(row);
          if (!showsItself(reader, graph)) return;
          expect(bad.map(same).join() === rows.map(same).join()).toBe(bad.length === rows.length && bad.every((row, i) => equalBytes(row, rows[i]!)));
        } catch (error) {
          expect(['RowsError', 'CborError', 'TypeError']).toContain((error as Error).name);
        }
      }),
      { numRuns: 300 },
    );
  });
});

/** A row as it is compared: texts by what they are. */
const texts: Uint8Array[] = [];
function same(row: Bytes): string {
  const value = decodeCbor(row) as unknown as readonly [number, Bytes, Uint8Array];
  if (value[0] !== ROW.text) return toBase64url(row);
  let no = texts.findIndex((known) => sameText(known, value[2]));
  if (no < 0) no = texts.push(value[2].slice()) - 1;
  return toBase64url(encodeCbor([value[0], value[1], no]));
}

/** Ids of covered logs in the order of their writers. */
function byWriter(covered: readonly CoveredLog[]): (a: string, b: string) => number {
  const order = new Map(covered.map(({ id, writer }) => [keyOf(id), toBase64url(writer)]));
  return (a, b) => Buffer.compare(Buffer.from(order.get(a)!, 'base64url'), Buffer.from(order.get(b)!, 'base64url'));
}
