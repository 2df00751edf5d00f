import '#tests/support/text-engine';
import { describe, expect, test } from 'vitest';
import { toBase64url } from '#base/bytes';
import { keyOf } from '#vm/graph/keys';
import { createFragmentGraph, type FragmentGraph } from '#vm/graph/fragment-graph';
import { createFragmentLog } from '#vm/log/fragment-log';
import { spaceSetDigest } from '#vm/log/digests';
import { sealWords } from '#vm/log/seal-words';
import type { Delivery, RecordStatus } from '#vm/log/held-record';
import { b } from '#tests/support/json-cbor';
import { follow, openDelivery, rebuild } from '#tests/support/log-kit';
import { sharedJson } from '#tests/support/shared';

interface Case {
  name: string;
  fragment: string;
  records: { id: string; record: string }[];
  orders: number[][];
  expected: {
    status: string[];
    heads: { writer: string; seq: number; id: string }[];
    set_digest: string;
    nodes: { id: string; cbor: string; digest: string }[];
    state_digest: string;
    tree: Record<string, string | null>;
    seal: string[];
  };
}
interface File {
  epoch_key: string;
  cases: Case[];
  space_level: { fragments: { fragment: string; set: string; state: string }[]; space_set_digest: string; seal: string[] };
}
interface Step {
  event: { deliver?: number; stub?: true; no_key?: true; clock?: number; acl?: string[]; writer?: string; keep?: number[] };
  status: Record<string, string>;
  heads: number[];
  parked: number[];
  visible: { id: string; deleted: boolean }[];
  set: string;
  state: string;
  tag_ids: string[];
}
interface Scripts {
  epoch_key: string;
  acl_head: string;
  cases: { name: string; clock: number; records: { id: string; record: string }[]; steps: Step[] }[];
}

/** Words of the vectors for the states of records. */
const WORDS: Record<RecordStatus, string> = {
  applied: 'applied', parked: 'parked', 'waiting-prev': 'waiting: prev not held', 'waiting-acl': 'waiting: acl head not held',
  'waiting-log': 'waiting: prev waits', 'held-back': 'held back: fork', dropped: 'dropped: not kept', quarantined: 'quarantined',
  stub: 'stub', 'no-key': 'without key', malformed: 'void: malformed', void: 'void', unknown: 'kept: unknown primitive', 'unknown-version': 'unknown version', covered: 'covered',
};

const graphs = sharedJson<File>('vectors', 'graph.json');
const scripts = sharedJson<Scripts>('vectors', 'scripts.json');

function checkGraph(graph: FragmentGraph, c: Case): void {
  for (const node of c.expected.nodes) expect(toBase64url(graph.nodeBytes(node.id)!)).toBe(node.cbor);
  expect([...graph.nodeIds()].sort()).toEqual(c.expected.nodes.map((node) => node.id).sort());
  expect(toBase64url(graph.stateDigest())).toBe(c.expected.state_digest);
  for (const [node, parent] of Object.entries(c.expected.tree)) expect(graph.tree().parent(node)).toBe(parent);
}

if (graphs !== null) {
  const file = graphs;
  describe('golden merge cases (FORMATS §3, §9)', () => {
    for (const c of file.cases) {
      test(`${c.name}`, () => {
        const epochKey = b(file.epoch_key);
        const deliveries = c.records.map((record) => openDelivery(b(record.record), epochKey));
        deliveries.forEach((delivery, i) => expect(keyOf(delivery.record.id)).toBe(c.records[i]!.id));
        for (const order of c.orders) {
          const log = createFragmentLog({ judge: () => 'ok', meshMs: Infinity });
          let graph = createFragmentGraph();
          for (const index of order) graph = follow(graph, log, log.deliver([deliveries[index]!]));
          expect(c.records.map((record) => WORDS[log.status(record.id)!])).toEqual(c.expected.status);
          expect(log.heads().map(({ writerKey, seq, key }) => ({ writer: writerKey, seq, id: key }))).toEqual(c.expected.heads);
          expect(toBase64url(log.setDigest())).toBe(c.expected.set_digest);
          checkGraph(graph, c);
          checkGraph(rebuild(log), c);
          expect(sealWords([{ fragment: b(c.fragment), set: log.setDigest(), state: graph.stateDigest() }])).toEqual(c.expected.seal);
        }
      });
    }

    test('[DIG3] [DIG4] space set digest and seal over several fragments', () => {
      const fragments = file.space_level.fragments.map((f) => ({ fragment: b(f.fragment), set: b(f.set), state: b(f.state) }));
      expect(toBase64url(spaceSetDigest(fragments))).toBe(file.space_level.space_set_digest);
      expect(sealWords([...fragments].reverse())).toEqual(file.space_level.seal);
    });
  });
}

if (scripts !== null) {
  const file = scripts;
  describe('golden scripts (FORMATS §4, §5)', () => {
    for (const c of file.cases) {
      test(c.name, () => {
        const epochKey = b(file.epoch_key);
        const deliveries = c.records.map((record) => openDelivery(b(record.record), epochKey));
        let aclHeads = new Set([file.acl_head]);
        const log = createFragmentLog({
          judge: (record) => (record.acl.every((id) => aclHeads.has(keyOf(id))) ? 'ok' : 'no-acl'),
          meshMs: c.clock,
        });
        let graph = createFragmentGraph();
        for (const step of c.steps) {
          const { event } = step;
          if (event.acl !== undefined) aclHeads = new Set(event.acl);
          const delta =
            event.deliver !== undefined ? log.deliver([offered(deliveries[event.deliver]!, event)])
            : event.clock !== undefined ? log.setMeshTime(event.clock)
            : event.acl !== undefined ? log.aclChanged()
            : log.keep(b(event.writer!), event.keep!.map((index) => b(c.records[index]!.id)));
          graph = follow(graph, log, delta);
          const status = Object.fromEntries(c.records.flatMap((record, i) => (log.has(record.id) ? [[String(i), WORDS[log.status(record.id)!]]] : [])));
          expect(status).toEqual(step.status);
          expect(log.heads().map((head) => head.key).sort()).toEqual(step.heads.map((i) => c.records[i]!.id).sort());
          expect(toBase64url(log.setDigest())).toBe(step.set);
          expect(toBase64url(graph.stateDigest())).toBe(step.state);
          expect(toBase64url(rebuild(log).stateDigest())).toBe(step.state);
          expect([...graph.nodeIds()].sort()).toEqual(step.visible.map((node) => node.id).sort());
          expect(log.tagIds().map(toBase64url)).toEqual(step.tag_ids);
        }
      });
    }
  });
}

function offered(delivery: Delivery, event: Step['event']): Delivery {
  if (event.stub) return { ...delivery, content: { kind: 'stub' } };
  return event.no_key ? { ...delivery, content: { kind: 'no-key' } } : delivery;
}
