/** Queries with a limit: merging the kept orders of the fragments gives the same nodes as looking at all of them. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { NodeView, Query } from '#os/api';
import { countQuery, runQuery, type NodeSource } from '#os/graph-manager/query';

interface Item {
  readonly fragment: number;
  readonly stamp: number;
  readonly deleted: boolean;
  readonly odd: boolean;
}

const stampOf = (item: Item, at: number): string => `${String(item.stamp).padStart(4, '0')}${String(at).padStart(4, '0')}`;

function sourceOf(items: readonly Item[], kept: boolean, seen: { views: number }): NodeSource {
  const all = items.map((item, at) => ({ ...item, id: `n${at}`, fragment: `f${item.fragment}`, stamp: stampOf(item, at) }));
  const of = (fragment: string) => all.filter((one) => one.fragment === fragment);
  const find = (fragment: string, id: string) => of(fragment).find((one) => one.id === id)!;
  return {
    fragments: () => new Set(all.map((one) => one.fragment)),
    ids: (fragment) => of(fragment).map((one) => one.id),
    stamp: (fragment, id) => find(fragment, id).stamp,
    count: (fragment, _, deleted) => of(fragment).filter((one) => deleted || !one.deleted).length,
    standing: (fragment, id) => (find(fragment, id).deleted ? 'deleted' : 'shown'),
    view(fragment, id) {
      seen.views += 1;
      const { deleted, stamp, odd } = find(fragment, id);
      return { state: 'here', id, fragment, type: 'line', deleted, stamp, props: { odd }, edges: [] } as unknown as NodeView;
    },
    ...(kept && { ordered: (fragment: string) => of(fragment).sort((a, b) => (a.stamp < b.stamp ? -1 : 1)).map((one) => one.id) }),
  };
}

const item = fc.record({ fragment: fc.nat(4), stamp: fc.nat(20), deleted: fc.boolean(), odd: fc.boolean() });

test('any limit, offset, direction, filter and fragment', () => {
  fc.assert(fc.property(
    fc.array(item, { maxLength: 40 }), fc.nat(12), fc.nat(12), fc.constantFrom('stamp' as const, '-stamp' as const), fc.boolean(), fc.boolean(), fc.option(fc.nat(4)),
    (items, limit, offset, order, deleted, where, fragment) => {
      const query: Query = { type: 'line', limit, offset, order, include: { deleted }, ...(where && { where: { odd: true } }), ...(fragment !== null && { fragment: `f${fragment}` }) };
      const ids = (kept: boolean): string[] => runQuery(sourceOf(items, kept, { views: 0 }), query).map((view) => view.id);
      expect(ids(true)).toEqual(ids(false));
    },
  ));
});

test('views are made of what is asked for, not of everything', () => {
  const items = Array.from({ length: 300 }, (_, at) => ({ fragment: at % 5, stamp: at % 20, deleted: false, odd: false }));
  const seen = { views: 0 };
  expect(runQuery(sourceOf(items, true, seen), { type: 'line', order: '-stamp', limit: 7 })).toHaveLength(7);
  expect(seen.views).toBe(7);
});

test('a count is the number of nodes that the query gives, and makes no view unless it looks inside', () => {
  fc.assert(fc.property(fc.array(item, { maxLength: 40 }), fc.boolean(), fc.boolean(), fc.option(fc.nat(4)), (items, deleted, where, fragment) => {
    const query: Query = { type: 'line', include: { deleted }, ...(where && { where: { odd: true } }), ...(fragment !== null && { fragment: `f${fragment}` }) };
    const seen = { views: 0 };
    expect(countQuery(sourceOf(items, false, seen), query)).toBe(runQuery(sourceOf(items, false, { views: 0 }), query).length);
    expect(seen.views > 0).toBe(where && items.some((one) => fragment === null || one.fragment === fragment));
  }));
});
