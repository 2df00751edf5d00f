import { describe, expect, test } from 'vitest';
import { toBase64url, type Bytes } from '#base/bytes';
import { sha256 } from '#base/hash';
import { createFragmentGraph, type FragmentGraph, type GraphRecord } from '#vm/graph/fragment-graph';
import { keyOf } from '#vm/graph/keys';
import { encodeStamp } from '#vm/protocol/stamp';
import { PRIMITIVE as P, type CborValue, type Operation } from '#vm/protocol/types';
import { idNamed, op, writerNamed } from '#tests/support/log-kit';

const A = writerNamed('a');
const B = writerNamed('b');
const [low, high] = Buffer.compare(A, B) < 0 ? [A, B] : [B, A];
const n1 = idNamed('1');
const n2 = idNamed('2');
const e1 = idNamed('edge');
let serial = 0;

function rec(writer: Bytes, ...ops: Operation[]): GraphRecord {
  return { key: `r${serial++}`, writer, seq: serial, ops };
}
function create(id: Bytes, ms: number, props: [string, CborValue][] = [], type = 't@1'): Operation {
  return op(P.nodeCreate, ms, [id, type, new Map(props)]);
}
function graphOf(...records: GraphRecord[]): FragmentGraph {
  const graph = createFragmentGraph();
  for (const record of records) graph.apply(record);
  return graph;
}
function bothOrders(records: GraphRecord[], check: (graph: FragmentGraph) => void): void {
  check(graphOf(...records));
  check(graphOf(...[...records].reverse()));
}
const observed = (ms: number, writer: Bytes): CborValue => [encodeStamp({ ms, ctr: 0 }), writer.slice(0, 8)];

describe('fragment graph (FORMATS §3)', () => {
  test('[OP1] equal stamps: the greater writer wins; one operation id twice: the greater encoding wins', () => {
    const made = rec(A, create(n1, 1));
    bothOrders([made, rec(low, op(P.nodeSet, 5, [n1, 'a', 'low'])), rec(high, op(P.nodeSet, 5, [n1, 'a', 'high']))], (g) => {
      expect(g.node(keyOf(n1))!.prop('a')).toBe('high');
    });
    bothOrders([made, rec(A, op(P.nodeSet, 5, [n1, 'a', 'x'])), rec(A, op(P.nodeSet, 5, [n1, 'a', 'y']))], (g) => {
      expect(g.node(keyOf(n1))!.prop('a')).toBe('y');
    });
  });

  test('[OP2] registers: two creates, a null, many properties', () => {
    const many = Array.from({ length: 60 }, (_, i) => op(P.nodeSet, 10 + i, [n1, `p${i % 40}`, i]));
    bothOrders([rec(A, create(n1, 1, [['a', 1]], 'old@1')), rec(B, create(n1, 2, [['b', null]], 'new@1')), rec(A, ...many)], (g) => {
      const node = g.node(keyOf(n1))!;
      expect(node.type).toBe('new@1');
      expect(node.prop('b')).toBeNull();
      expect(node.prop('p0')).toBe(40);
      expect(node.prop('p39')).toBe(39);
      expect(node.props().size).toBe(42);
      expect(node.created!.ms).toBe(1);
      expect(node.updated!.ms).toBe(69);
      expect([...g.byType('new@1')]).toEqual([keyOf(n1)]);
      expect(g.byType('old@1').size).toBe(0);
      expect(g.typeNames()).toEqual(['new@1']);
    });
  });

  test('[OP3] an edit after a delete does not bring the node back, a restore does', () => {
    const records = [rec(A, create(n1, 1)), rec(A, op(P.nodeDelete, 2, [n1])), rec(B, op(P.nodeSet, 3, [n1, 'a', 1]))];
    bothOrders(records, (g) => expect(g.node(keyOf(n1))!.deleted).toBe(true));
    bothOrders([...records, rec(B, op(P.nodeRestore, 4, [n1]))], (g) => {
      expect(g.node(keyOf(n1))!.deleted).toBe(false);
      expect(g.node(keyOf(n1))!.prop('a')).toBe(1);
    });
  });

  test('[OP4] a node shows with its create; what came before is in it', () => {
    const g = createFragmentGraph();
    g.apply(rec(A, op(P.nodeSet, 5, [n1, 'a', 1]), op(P.posSet, 6, [n1, [null, 'a0']])));
    expect(g.node(keyOf(n1))).toBeNull();
    expect(g.raw(keyOf(n1))!.prop('a')).toBe(1);
    expect([g.size, [...g.nodeIds()], toBase64url(g.stateDigest())]).toEqual([0, [], toBase64url(sha256(''))]);
    expect(g.tree().children(null)).toEqual([]);
    const touched = g.apply(rec(B, create(n1, 1, [['a', 0]])));
    expect([...touched.created]).toEqual([keyOf(n1)]);
    expect(g.node(keyOf(n1))!.prop('a')).toBe(1);
    expect(g.tree().children(null)).toEqual([keyOf(n1)]);
  });

  test('[OP5] edges: greatest live add, removal by operation id in any order, properties outlive removal', () => {
    const add = (ms: number, type: string, to: CborValue): Operation => op(P.edgeAdd, ms, [e1, type, n1, to, new Map([['w', ms]])]);
    const records = [rec(A, create(n1, 1), add(2, 'first@1', n2)), rec(B, add(3, 'second@1', [n1, n2])), rec(A, op(P.edgeRemove, 4, [e1, [observed(3, B)]]))];
    bothOrders(records, (g) => {
      const edge = g.edge(keyOf(e1))!;
      expect(edge.live!.type).toBe('first@1');
      expect(edge.props.value('w')).toBe(3);
      expect(g.edgesTo(keyOf(n2)).map((e) => e.key)).toEqual([keyOf(e1)]);
      expect(g.edgesTo(`${keyOf(n1)}/${keyOf(n2)}`)).toEqual([]);
      expect(edge.observed()).toHaveLength(1);
    });
    bothOrders([...records, rec(B, op(P.edgeRemove, 5, [e1, [observed(2, A)]]))], (g) => {
      expect(g.edge(keyOf(e1))!.live).toBeNull();
      expect(g.edgesFrom(keyOf(n1))).toEqual([]);
      expect(g.edge(keyOf(e1))!.props.value('w')).toBe(3);
    });
  });

  test('[OP6] sets: values by CBOR, an empty observed list removes nothing, a remove holds for its value only', () => {
    const records = [
      rec(A, create(n1, 1), op(P.setAdd, 2, [n1, 's', 1]), op(P.setAdd, 3, [n1, 's', '1']), op(P.setAdd, 4, [n1, 's', [1]]), op(P.setAdd, 5, [n1, 's', [1]])),
      rec(B, op(P.setRemove, 6, [n1, 's', '1', []]), op(P.setRemove, 7, [n1, 's', 1, [observed(3, A)]]), op(P.setRemove, 8, [n1, 's', [1], [observed(4, A)]])),
    ];
    bothOrders(records, (g) => {
      expect(g.node(keyOf(n1))!.setValues().get('s')).toEqual([1, '1', [1]]);
      expect(g.node(keyOf(n1))!.sets!.get('s')!.has('1')).toBe(true);
      expect(g.node(keyOf(n1))!.sets!.get('s')!.observed([1])).toHaveLength(1);
    });
  });

  test('[OP8] max and exact counts', () => {
    const max = Number.MAX_SAFE_INTEGER;
    const records = [
      rec(A, create(n1, 1), op(P.maxSet, 2, [n1, 'm', 7]), op(P.countAdd, 3, [n1, 'c', max]), op(P.countAdd, 4, [n1, 'd', max])),
      rec(B, op(P.maxSet, 3, [n1, 'm', 3]), op(P.countAdd, 4, [n1, 'c', max]), op(P.countAdd, 5, [n1, 'c', -max]), op(P.countAdd, 6, [n1, 'd', 1]), op(P.countAdd, 7, [n1, 'z', 0])),
    ];
    bothOrders(records, (g) => {
      expect(g.node(keyOf(n1))!.max!.get('m')).toBe(7);
      expect([...g.node(keyOf(n1))!.counts()].sort()).toEqual([['c', max], ['d', max], ['z', 0]]);
    });
  });

  test('[OP9] a record applied twice counts once', () => {
    const record = rec(A, create(n1, 1), op(P.countAdd, 2, [n1, 'c', 1]), op(P.textUpdate, 3, [n1, new Uint8Array([0, 0])]));
    const g = graphOf(record, record, record);
    expect(g.node(keyOf(n1))!.counts().get('c')).toBe(1);
    expect(g.node(keyOf(n1))!.text!.size).toBe(1);
  });

  test('[OP10] pending operations show at once, are not counted twice, and take the seq of their record', () => {
    const g = createFragmentGraph();
    const ops = [create(n1, 10), op(P.countAdd, 11, [n1, 'c', 1]), op(P.edgeAdd, 12, [e1, 'x@1', n1, n2, new Map()])];
    const pending: GraphRecord = { key: null, writer: A, seq: -1, ops };
    g.apply(pending);
    g.apply(pending);
    g.apply({ ...pending, ops: [op(P.nodeSet, 20, [n1, 'later', 1])] });
    const node = g.node(keyOf(n1))!;
    expect([node.created!.seq, node.pending, node.counts().get('c')]).toEqual([-1, 3, 1]);
    const touched = g.sealed(A, { ms: 10, ctr: 0 }, { ms: 12, ctr: 0 }, 4, 'sealed-key');
    expect([...touched.nodes, ...touched.edges]).toEqual([keyOf(n1), keyOf(e1)]);
    expect([node.created!.seq, node.pending, g.edge(keyOf(e1))!.pending]).toEqual([4, 1, 0]);
    g.apply({ key: 'sealed-key', writer: A, seq: 4, ops });
    expect(node.counts().get('c')).toBe(1);
  });

  test('[OP11] backlinks and out-edges follow what shows', () => {
    const g = graphOf(rec(A, create(n1, 1), op(P.edgeAdd, 2, [e1, 'x@1', n1, n2, new Map()])));
    const touched = g.apply(rec(B, op(P.edgeAdd, 3, [e1, 'x@1', n2, n1, new Map()])));
    expect([...touched.nodes].sort()).toEqual([keyOf(n1), keyOf(n2)].sort());
    expect(g.edgesFrom(keyOf(n1))).toEqual([]);
    expect(g.edgesTo(keyOf(n2))).toEqual([]);
    expect(g.edgesTo(keyOf(n1)).map((edge) => edge.key)).toEqual([keyOf(e1)]);
  });

  test('[DIG2] only touched nodes are hashed again, and the digest does not depend on how it was reached', () => {
    const g = graphOf(rec(A, create(n1, 1), create(n2, 2)));
    const before = g.stateDigest();
    expect(g.stateDigest()).toBe(before);
    const kept = g.node(keyOf(n2))!.digest;
    const change = rec(B, op(P.nodeSet, 5, [n1, 'a', 1]));
    g.apply(change);
    expect(toBase64url(g.stateDigest())).not.toBe(toBase64url(before));
    expect(g.node(keyOf(n2))!.digest).toBe(kept);
    const fresh = graphOf(change, rec(A, create(n2, 2), create(n1, 1)));
    expect(toBase64url(fresh.stateDigest())).toBe(toBase64url(g.stateDigest()));
  });

  test('[TIME2] effective stamps order registers, raw stamps name operations', () => {
    const g = createFragmentGraph();
    g.apply({ key: 'k1', writer: A, seq: 0, delta: 1000, ops: [create(n1, 1001), op(P.nodeSet, 1005, [n1, 'a', 'fixed']), op(P.setAdd, 1006, [n1, 's', 1])] });
    g.apply(rec(B, op(P.nodeSet, 6, [n1, 'a', 'later']), op(P.setRemove, 7, [n1, 's', 1, [observed(1006, A)]])));
    expect(g.node(keyOf(n1))!.prop('a')).toBe('later');
    expect(g.node(keyOf(n1))!.setValues().size).toBe(0);
    expect(g.node(keyOf(n1))!.created!.ms).toBe(1);
  });
});
