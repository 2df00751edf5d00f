import '#tests/support/text-engine';
import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { compareBytes, toBase64url, type Bytes } from '#base/bytes';
import { createFragmentGraph, FragmentGraph } from '#vm/graph/fragment-graph';
import { isSettled, readGraph, writeGraph } from '#vm/graph/graph-image';
import { ImageReader, ImageWriter } from '#vm/graph/image-bytes';
import { keyOf } from '#vm/graph/keys';
import type { FragmentLog, LogDelta } from '#vm/log/fragment-log';
import { Entry, type Delivery } from '#vm/log/held-record';
import { isAsDecided, isPlain, readLog, readWhole, writeLog } from '#vm/log/log-image';
import { encodeStamp } from '#vm/protocol/stamp';
import { PRIMITIVE as P, type CborValue, type Stamp } from '#vm/protocol/types';
import { follow, idNamed, op, rebuild, writerNamed } from '#tests/support/log-kit';
import { make, newLog, picture, plans, SPAN, WRITERS, type World } from '#tests/support/log-plans';

interface Held {
  readonly log: FragmentLog;
  graph: FragmentGraph;
}

/** The image of what is held; null where none is made. */
function image({ log, graph }: Held): Uint8Array | null {
  if (!isPlain(log) || !isSettled(graph)) return null;
  const out = new ImageWriter();
  for (const _ of writeGraph(out, graph));
  for (const _ of writeLog(out, log, () => undefined));
  return out.take();
}

/** From an image, as a start makes it; null: it is to be replayed. */
function opened(world: World, bytes: Uint8Array, meshMs: number): Held | null {
  const input = new ImageReader(bytes);
  const graph = createFragmentGraph();
  for (const _ of readGraph(input, graph));
  const log = newLog(world);
  log.setMeshTime(meshMs);
  readLog(input, log, () => undefined);
  input.end();
  if (!isAsDecided(log)) return null;
  for (const entry of log.applied()) graph.records.add(entry.key);
  return { log, graph };
}

/** What the kernel does with a delta: a graph that came with a snapshot is not made anew before its log was read whole. */
function take(held: Held, delta: LogDelta): void {
  const { log } = held;
  if (log.away && delta.rebuild) log.away.asked = true;
  else held.graph = follow(held.graph, log, delta);
}

/** The log is read whole, when somebody asked for what is not in memory. */
function settle(held: Held, stored: ReadonlyMap<string, Delivery>): boolean {
  const { log } = held;
  if (log.away?.asked !== true) return false;
  for (const record of log.records()) {
    if (!record.away || !(record instanceof Entry)) continue;
    record.take(stored.get(record.key)!.content);
  }
  readWhole(log);
  held.graph = rebuild(log);
  return true;
}

describe('snapshots', () => {
  test('{V5} [SNAP1] [SNAP2] a state from its image and the records behind it is the state of all records, whatever comes then', () => {
    const met = { images: 0, opened: 0, whole: 0, refused: 0, back: 0 };
    fc.assert(
      fc.property(plans, fc.nat(), fc.array(fc.nat(), { maxLength: 6 }), (list, cut, noise) => {
        const world = make(list);
        // Each log in its order; what one writer removes may be added by another one later.
        if (cut % 2 === 0) world.deliveries.sort((a, b) => compareBytes(b.record.header.writer, a.record.header.writer) * (cut % 4 === 0 ? 1 : -1));
        const stored = new Map(world.deliveries.map((delivery) => [keyOf(delivery.record.id), delivery]));
        const at = Math.ceil(((cut >> 2) % 10 + 1) / 10 * world.deliveries.length);
        const start: Held = { log: newLog(world), graph: createFragmentGraph() };
        take(start, start.log.deliver(world.deliveries.slice(0, at)));
        const bytes = image(start);
        if (bytes === null) return;
        met.images++;
        // While the process was away the acl may have changed, and time.
        let mesh = -300_000 + SPAN / 2;
        const changes = [...noise];
        if (changes[0] !== undefined && changes[0] % 3 === 0) {
          const [n] = changes.splice(0, 1) as [number];
          if (n % 2 === 0) world.verdicts.set([...stored.keys()][n % stored.size]!, 'void');
          else mesh = -300_000 + (n % 6);
          if ((start.log.greatestStamp()?.ms ?? 0) > mesh + 300_000) met.back++;
        }
        const held = opened(world, bytes, mesh);
        if (held === null) return void met.refused++;
        met.opened++;
        take(held, held.log.deliver(world.deliveries.slice(at)));
        for (const n of changes) {
          const target = world.deliveries[n % world.deliveries.length]!;
          const key = keyOf(target.record.id);
          if (n % 4 === 0) {
            world.verdicts.set(key, (['ok', 'void', 'no-acl', 'quarantined'] as const)[n % 3]!);
            take(held, held.log.aclChanged());
          } else if (n % 4 === 1) take(held, held.log.setMeshTime((mesh = -300_000 + (n % SPAN))));
          else if (n % 4 === 2) take(held, held.log.keep(WRITERS[n % 3]!, null));
          else take(held, held.log.deliver([target]));
        }
        if (settle(held, stored)) met.whole++;
        const fresh = newLog(world);
        fresh.setMeshTime(mesh);
        fresh.deliver(world.deliveries);
        expect(picture(held.log, held.graph)).toEqual(picture(fresh, rebuild(fresh)));
      }),
      { numRuns: 400 },
    );
    // Control: each way was gone often enough to say something.
    for (const [way, times] of Object.entries(met)) expect([way, times > 1]).toEqual([way, true]);
  });

  test('[SNAP1] what was removed before it came stays removed behind an image; what is added anew is there', () => {
    const [author, other] = ['a', 'b'].map(writerNamed) as [Bytes, Bytes];
    const [node, edge] = ['1', 'e'].map(idNamed) as [Bytes, Bytes];
    const of = (stamp: Stamp): CborValue => [[encodeStamp(stamp), other.slice(0, 8)]];
    const before = createFragmentGraph();
    before.apply({ key: 'r', writer: author, seq: 0, ops: [op(P.nodeCreate, 5, [node, 't@1', new Map()]), op(P.setRemove, 6, [node, 's', 'x', of({ ms: 1, ctr: 0 })]), op(P.edgeRemove, 7, [edge, of({ ms: 2, ctr: 0 })])] });
    const out = new ImageWriter();
    for (const _ of writeGraph(out, before));
    const graph = createFragmentGraph();
    for (const _ of readGraph(new ImageReader(out.take()), graph));
    const add = (key: string, ms: number): void => void graph.apply({ key, writer: other, seq: 0, ops: [op(P.setAdd, ms, [node, 's', 'x']), op(P.edgeAdd, ms + 1, [edge, 'r@1', node, node, new Map()])] });
    add('late', 1);
    expect([graph.node(keyOf(node))!.setValues().get('s'), graph.edge(keyOf(edge))!.live]).toEqual([undefined, null]);
    add('new', 9);
    expect([graph.node(keyOf(node))!.setValues().get('s'), graph.edge(keyOf(edge))!.live?.type]).toEqual([['x'], 'r@1']);
  });

  test('[SNAP1] the image of an opened image is the same, and says the same of the next records', () => {
    fc.assert(
      fc.property(plans, (list) => {
        const world = make(list.map((one) => ({ ...one, kind: 'ops' as const, back: 0, verdict: 'ok' as const })));
        const start: Held = { log: newLog(world), graph: createFragmentGraph() };
        take(start, start.log.deliver(world.deliveries));
        const bytes = image(start);
        const held = bytes && opened(world, bytes, -300_000 + SPAN / 2);
        if (!bytes || !held) return;
        expect(toBase64url(image(held)!)).toBe(toBase64url(bytes));
      }),
      { numRuns: 100 },
    );
  });

  test('[SNAP3] a damaged image is refused or opens as another state of the same shape, and never throws anything but a refusal', () => {
    const world = make([]);
    fc.assert(
      fc.property(plans, fc.nat(), fc.integer({ min: 1, max: 255 }), fc.boolean(), (list, at, flip, short) => {
        const made = make(list.map((one) => ({ ...one, kind: 'ops' as const, back: 0, verdict: 'ok' as const })));
        const start: Held = { log: newLog(made), graph: createFragmentGraph() };
        take(start, start.log.deliver(made.deliveries));
        const bytes = image(start)?.slice();
        if (!bytes) return;
        bytes[at % bytes.length]! ^= flip;
        try {
          opened(world, short ? bytes.subarray(0, at % bytes.length) : bytes, Infinity);
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
        }
      }),
      { numRuns: 100 },
    );
  });
});
