/** Queries with a limit: merging the kept orders of the fragments gives the same nodes as looking at all of them. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Change, NodeView, Query } from '#os/api';
import { countQuery, createSubscriptions, runQuery, topsOf, type NodeSource } from '#os/graph-manager/query';

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
    home: (fragment) => fragment,
    count: (fragment, _, deleted) => of(fragment).filter((one) => deleted || !one.deleted).length,
    standing: (fragment, id) => (find(fragment, id).deleted ? 'deleted' : 'shown'),
    origin: (fragment, id) => ({ writer: `w${find(fragment, id).stamp.slice(0, 4)}`, seq: Number(id.slice(1)) - 1 }),
    view(fragment, id) {
      seen.views += 1;
      const { deleted, stamp, odd } = find(fragment, id);
      return { state: 'here', id, fragment, type: 'line', deleted, stamp, props: { odd }, edges: [] } as unknown as NodeView;
    },
    ...(kept && { ordered: (fragment: string) => of(fragment).sort((a, b) => (a.stamp < b.stamp ? -1 : 1)).map((one) => one.id) }),
  };
}

const item = fc.record({ fragment: fc.nat(4), stamp: fc.nat(20), deleted: fc.boolean(), odd: fc.boolean() });

const asked = fc.constantFrom(false, true, 'only' as const);

test('any limit, offset, direction, filter and fragment', () => {
  fc.assert(fc.property(
    fc.array(item, { maxLength: 40 }), fc.nat(12), fc.nat(12), fc.constantFrom('stamp' as const, '-stamp' as const), asked, fc.boolean(), fc.option(fc.nat(4)),
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
  // Of what is deleted alone, however many stand beside it.
  const gone = sourceOf(items.map((one, at) => ({ ...one, deleted: at % 100 === 0 })), true, (seen.views = 0, seen));
  expect([runQuery(gone, { type: 'line', include: { deleted: 'only' } }).length, seen.views]).toEqual([3, 3]);
});

test('a count is the number of nodes that the query gives, and makes no view unless it looks inside', () => {
  fc.assert(fc.property(fc.array(item, { maxLength: 40 }), asked, fc.boolean(), fc.option(fc.nat(4)), (items, deleted, where, fragment) => {
    const query: Query = { type: 'line', include: { deleted }, ...(where && { where: { odd: true } }), ...(fragment !== null && { fragment: `f${fragment}` }) };
    const seen = { views: 0 };
    expect(countQuery(sourceOf(items, false, seen), query)).toBe(runQuery(sourceOf(items, false, { views: 0 }), query).length);
    const right = items.filter((one) => (fragment === null || one.fragment === fragment) && (!where || one.odd) && (deleted === true || one.deleted === (deleted === 'only')));
    expect(runQuery(sourceOf(items, false, { views: 0 }), query)).toHaveLength(right.length);
    expect(seen.views > 0).toBe(where && items.some((one) => fragment === null || one.fragment === fragment));
  }));
});

test('tops are the highest seq of each writer among all that match, deleted ones and the last of a long list too; what is not sealed (-1) has none', () => {
  fc.assert(fc.property(fc.array(item, { maxLength: 40 }), fc.boolean(), fc.option(fc.nat(4)), (items, where, fragment) => {
    const query: Query = { type: 'line', limit: 1, ...(where && { where: { odd: true } }), ...(fragment !== null && { fragment: `f${fragment}` }) };
    const right: Record<string, number> = {};
    items.forEach((one, at) => {
      if (at > 0 && (!where || one.odd) && (fragment === null || one.fragment === fragment)) right[`w${stampOf(one, at).slice(0, 4)}`] = at - 1;
    });
    expect(topsOf(sourceOf(items, false, { views: 0 }), query)).toEqual(right);
  }));
});

/** Things with links and places, in one fragment; `nodes` may be changed. */
interface Thing {
  readonly ord: string | null;
  readonly edges: readonly { readonly type: string; readonly to: string | readonly string[] }[];
}

const thing = fc.record({
  ord: fc.option(fc.constantFrom('a0AAAA', 'a0Vzzzz', 'a0zzzz', 'a1AAAA', 'Zz--__')),
  edges: fc.array(fc.record({ type: fc.constantFrom('blocks@1', 'react/+@1'), to: fc.constantFrom('n0', 'n1', ['f', 'n1'], ['s', 'f', 'n2']) }), { maxLength: 3 }),
});

function thingSource(nodes: Map<string, Thing>, links = false, seen = { views: 0 }): NodeSource {
  return {
    ...(links && { linked: (_: string, type: string) => [...nodes].flatMap(([id, { edges }]) => (edges.some((edge) => edge.type === type) ? [id] : [])) }),
    fragments: () => ['f'], ids: () => nodes.keys(), stamp: (_, id) => id, home: (fragment) => fragment, count: () => nodes.size, standing: (_, id) => (nodes.has(id) ? 'shown' : null), origin: () => null,
    view(_, id) {
      const held = nodes.get(id);
      seen.views += 1;
      return held ? ({ state: 'here', id, fragment: 'f', type: 'thing', deleted: false, stamp: id, props: {}, ord: held.ord, edges: held.edges } as unknown as NodeView) : null;
    },
  };
}

const query = fc.record({
  edges: fc.option(fc.record({ type: fc.constantFrom('blocks@1', 'react/+@1'), to: fc.option(fc.constantFrom('n1', 'n2')) })),
  limit: fc.option(fc.nat(4)),
});
const queryOf = ({ edges, limit }: { edges: { type: string; to: string | null } | null; limit: number | null }): Query => ({
  type: 'thing', order: 'pos', ...(edges && { edges: { type: edges.type, ...(edges.to !== null && { to: edges.to }) } }), ...(limit !== null && { limit }),
});
const lastOf = (ref: string | readonly string[]): string => (typeof ref === 'string' ? ref : ref.at(-1)!);

test('`edges` gives those with a live link of that type, to that thing however it is named; `order: pos` sorts by ord, then id', () => {
  fc.assert(fc.property(fc.array(thing, { maxLength: 20 }), query, (things, asked) => {
    const nodes = new Map(things.map((one, at) => [`n${at}`, one]));
    const right = [...nodes].filter(([, { edges }]) => asked.edges === null || edges.some(({ type, to }) => type === asked.edges!.type && (asked.edges!.to === null || lastOf(to) === asked.edges!.to)));
    const sorted = right.map(([id, { ord }]) => ({ id, ord: ord ?? '' })).sort((x, y) => (x.ord < y.ord ? -1 : x.ord > y.ord ? 1 : x.id < y.id ? -1 : 1)).map(({ id }) => id);
    for (const links of [false, true]) {
      expect(runQuery(thingSource(nodes, links), queryOf(asked)).map(({ id }) => id)).toEqual(asked.limit === null ? sorted : sorted.slice(0, asked.limit));
      if (asked.limit === null) expect(countQuery(thingSource(nodes, links), queryOf(asked))).toBe(sorted.length);
    }
  }));
});

test('a question about links makes views of what has such a link, not of everything', () => {
  const nodes = new Map(Array.from({ length: 300 }, (_, at): [string, Thing] => [`n${at}`, { ord: null, edges: at % 100 === 0 ? [{ type: 'blocks@1', to: 'n1' }] : at % 2 === 0 ? [{ type: 'react/+@1', to: 'n1' }] : [] }]));
  const views = (links: boolean): number[] => {
    const seen = { views: 0 };
    const found = runQuery(thingSource(nodes, links, seen), { type: 'thing', edges: { type: 'blocks@1' } });
    return [found.length, seen.views];
  };
  expect([views(false), views(true)]).toEqual([[3, 300], [3, 3]]);
});

test('what subscribers are told adds up to the answer: added, changed and removed, with the origin of the step', () => {
  const step = fc.record({ id: fc.nat(7), to: fc.option(thing, { freq: 4 }), origin: fc.constantFrom('local' as const, 'remote' as const) });
  fc.assert(fc.property(fc.array(step, { maxLength: 25 }), query, (steps, asked) => {
    const nodes = new Map<string, Thing>();
    const source = thingSource(nodes);
    const subscriptions = createSubscriptions(source, (error) => {
      throw error;
    });
    const known = new Set<string>();
    let last: Change | null = null;
    subscriptions.add(queryOf(asked), (change) => void (last = change));
    for (const { id: number, to, origin } of steps) {
      const id = `n${number}`;
      const before = new Set(known);
      if (to) nodes.set(id, to);
      else nodes.delete(id);
      last = null;
      subscriptions.touched('f', [id], origin);
      const change = last as Change | null;
      for (const view of change?.added ?? []) known.add(view.id);
      for (const gone of change?.removed ?? []) known.delete(gone);
      const answer = runQuery(source, queryOf(asked)).map((view) => view.id);
      expect([...known].sort()).toEqual([...answer].sort());
      if (change) expect(change.origin).toBe(origin);
      expect(change?.changed.map((view) => view.id) ?? []).toEqual(before.has(id) && known.has(id) ? [id] : []);
    }
  }));
});
