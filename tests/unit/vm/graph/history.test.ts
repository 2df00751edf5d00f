import { expect, test } from 'vitest';
import type { GraphRecord } from '#vm/graph/fragment-graph';
import { history, propHistory } from '#vm/graph/history';
import { keyOf } from '#vm/graph/keys';
import { encodeStamp } from '#vm/protocol/stamp';
import { PRIMITIVE as P } from '#vm/protocol/types';
import { idNamed, op, writerNamed } from '#tests/support/log-kit';

const A = writerNamed('a');
const B = writerNamed('b');
const n1 = idNamed('1');
const n2 = idNamed('2');
const e1 = idNamed('e');
const observed = [[encodeStamp({ ms: 3, ctr: 0 }), A.slice(0, 8)]];

const records: GraphRecord[] = [
  { key: 'r0', writer: A, seq: 0, ops: [op(P.nodeCreate, 1, [n1, 't@1', new Map([['a', 1]])], 0, 'x/make@1'), op(P.nodeCreate, 2, [n2, 't@1', new Map()]), op(P.edgeAdd, 3, [e1, 'link@1', n1, n2, new Map([['w', 1]])])] },
  { key: 'r1', writer: B, seq: 0, delta: 100, ops: [op(P.nodeSet, 104, [n1, 'a', 2]), op(P.setAdd, 105, [n1, 's', 'v']), op(P.maxSet, 106, [n1, 'm', 3]), op(P.countAdd, 107, [n1, 'c', 4])] },
  { key: 'r2', writer: A, seq: 1, ops: [op(P.nodeSet, 5, [n1, 'a', 3]), op(P.edgeSet, 6, [e1, 'w', 2]), op(P.nodeDelete, 20, [n1]), op(P.edgeRemove, 21, [e1, observed]), op(P.posSet, 22, [n1, [null, 'a0']])] },
  { key: null, writer: A, seq: -1, ops: [op(P.textUpdate, 30, [n1, new Uint8Array([0, 0])])] },
];
const brief = (subject: Uint8Array, of: GraphRecord[]): unknown[] =>
  history(of, keyOf(subject)).map((item) => [item.ms, item.record, item.what, item.before, item.after]);

test('{V2} [OP12] the history of a node is its operations in the total order, effective stamps, with the edges out of it', () => {
  const expected = [
    [1, 'r0', 'type', null, 't@1'],
    [1, 'r0', 'a', null, 1],
    [3, 'r0', 'edge', null, [e1, 'link@1', n1, n2]],
    [4, 'r1', 'a', 1, 2],
    [5, 'r2', 'a', 2, 3],
    [5, 'r1', 's', [], ['v']],
    [6, 'r2', 'w', 1, 2],
    [6, 'r1', 'm', null, 3],
    [7, 'r1', 'c', null, 4],
    [20, 'r2', 'deleted', false, true],
    [21, 'r2', 'edge', [e1, 'link@1', n1, n2], null],
    [22, 'r2', 'pos', null, [null, 'a0']],
    [30, null, 'text', null, 2],
  ];
  const sorted = Buffer.compare(A, B) < 0 ? expected : expected.map((_, i) => expected[i === 4 ? 5 : i === 5 ? 4 : i === 6 ? 7 : i === 7 ? 6 : i]);
  const plain = (items: unknown[]): unknown[] => JSON.parse(JSON.stringify(items)) as unknown[];
  const got = brief(n1, records);
  expect(plain(got)).toEqual(plain(sorted));
  expect(brief(n1, [...records].reverse())).toEqual(got);
  expect(history(records, keyOf(n1))[0]!.verb).toBe('x/make@1');
});

test('[OP12] the history of an edge, and of nothing', () => {
  expect(history(records, keyOf(e1)).map((item) => item.what)).toEqual(['edge', 'w', 'edge']);
  expect(history(records, keyOf(idNamed('nobody')))).toEqual([]);
});

test('[OP12] the history of one property of many nodes is the same as that of each, in one pass', () => {
  const of = (ids: readonly Uint8Array[]) => propHistory(records, 'a', new Set(ids.map(keyOf))).map(({ subject, ms, record, before, after }) => [subject, ms, record, before, after]);
  expect(of([n1, n2])).toEqual(history(records, keyOf(n1)).filter(({ what }) => what === 'a').map(({ ms, record, before, after }) => [keyOf(n1), ms, record, before, after]));
  expect(of([n2])).toEqual([]);
  const base = { raw: () => ({ prop: () => 0 }) } as never;
  expect(propHistory(records.slice(1), 'a', new Set([keyOf(n1)]), base).map(({ before, after }) => [before, after])).toEqual([[0, 2], [2, 3]]);
});
