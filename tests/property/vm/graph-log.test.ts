import '#tests/support/text-engine';
import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { toBase64url } from '#base/bytes';
import { createFragmentGraph } from '#vm/graph/fragment-graph';
import { keyOf } from '#vm/graph/keys';
import type { Operation } from '#vm/protocol/types';
import { follow, rebuild } from '#tests/support/log-kit';
import { make, newLog, picture, plans, SPAN, WRITERS } from '#tests/support/log-plans';

describe('convergence', () => {
  test('{V3} [LOG11] [OP9] any order, repeats and bursts give one picture; incremental equals rebuilt', () => {
    fc.assert(
      fc.property(plans, fc.array(fc.nat(), { minLength: 40, maxLength: 40 }), fc.boolean(), (list, noise, settle) => {
        const world = make(list);
        const keep = settle ? [world.deliveries[world.deliveries.length - 1]!.record.id] : null;
        const straight = newLog(world);
        let graph = follow(createFragmentGraph(), straight, straight.deliver(world.deliveries));
        if (keep !== null) graph = follow(graph, straight, straight.keep(WRITERS[list[list.length - 1]!.writer]!, keep));
        const expected = picture(straight, rebuild(straight));
        expect(picture(straight, graph)).toEqual(expected);

        const shuffled = [...world.deliveries, ...world.deliveries.slice(0, 5)];
        for (let i = shuffled.length - 1; i > 0; i--) {
          const j = noise[i % noise.length]! % (i + 1);
          [shuffled[i], shuffled[j]] = [shuffled[j]!, shuffled[i]!];
        }
        const other = newLog(world);
        let second = createFragmentGraph();
        if (keep !== null && noise[0]! % 2 === 0) second = follow(second, other, other.keep(WRITERS[list[list.length - 1]!.writer]!, keep));
        for (let i = 0; i < shuffled.length; ) {
          const burst = 1 + (noise[i % noise.length]! % 4);
          second = follow(second, other, other.deliver(shuffled.slice(i, i + burst)));
          i += burst;
          // Digests and the tree are cached: asking between events must not freeze anything.
          second.stateDigest();
          second.tree();
        }
        if (keep !== null) second = follow(second, other, other.keep(WRITERS[list[list.length - 1]!.writer]!, keep));
        expect(picture(other, second)).toEqual(expected);
        expect(picture(other, rebuild(other))).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  test('[LOG11] changes of verdicts, mesh time, stubs and contents lead to the picture of a fresh log', () => {
    fc.assert(
      fc.property(plans, fc.array(fc.nat(), { minLength: 12, maxLength: 12 }), (list, noise) => {
        const world = make(list);
        const log = newLog(world);
        let graph = follow(createFragmentGraph(), log, log.deliver(world.deliveries));
        const contents = new Map(world.deliveries.map((d) => [keyOf(d.record.id), d]));
        let mesh = -300_000 + SPAN / 2;
        for (const n of noise) {
          const target = world.deliveries[n % world.deliveries.length]!;
          const key = keyOf(target.record.id);
          if (n % 4 === 0) {
            world.verdicts.set(key, (['ok', 'void', 'no-acl', 'quarantined'] as const)[n % 3]!);
            graph = follow(graph, log, log.aclChanged());
          } else if (n % 4 === 1) {
            mesh = -300_000 + (n % SPAN);
            graph = follow(graph, log, log.setMeshTime(mesh));
          } else if (n % 4 === 2) {
            contents.set(key, { ...target, content: { kind: 'stub' } });
            graph = follow(graph, log, log.dropToStub([key]));
          } else {
            contents.set(key, target);
            graph = follow(graph, log, log.deliver([target]));
          }
        }
        const fresh = newLog(world);
        fresh.setMeshTime(mesh);
        fresh.deliver([...contents.values()]);
        expect(picture(log, graph)).toEqual(picture(fresh, rebuild(fresh)));
      }),
      { numRuns: 300 },
    );
  });

  test('[OP10] operations applied as pending and sealed later give the state of their records', () => {
    fc.assert(
      fc.property(plans, (list) => {
        const world = make(list.map((p) => ({ ...p, kind: 'ops' as const, back: 0 })));
        const direct = createFragmentGraph();
        const pending = createFragmentGraph();
        for (const { record, content } of world.deliveries) {
          const { writer, seq } = record.header;
          const ops = (content as { ops: readonly Operation[] }).ops;
          const key = keyOf(record.id);
          direct.apply({ key, writer, seq, ops });
          for (const op of ops) pending.apply({ key: null, writer, seq: -1, ops: [op] });
          pending.sealed(writer, ops[0]!.stamp, ops[ops.length - 1]!.stamp, seq, key);
          pending.apply({ key, writer, seq, ops });
        }
        expect(toBase64url(pending.stateDigest())).toBe(toBase64url(direct.stateDigest()));
        for (const id of pending.nodeIds()) expect(pending.node(id)!.pending).toBe(0);
      }),
      { numRuns: 100 },
    );
  });
});
