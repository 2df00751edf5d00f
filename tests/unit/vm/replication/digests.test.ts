import { describe, expect, it } from 'vitest';
import { createChance } from '#tests/sim/support/sim-wire';
import type { Bytes } from '#base/bytes';
import { answerWindow, nextWindow, type LogPull } from '#vm/replication/log-pull';
import { differing, prefixesOf, prefixFilter, spaceDigest, treeBranch, treeRoot } from '#vm/replication/digests';

describe('digests over fragments', () => {
  it('FORMATS §8, first contact: the tree leads to exactly the leaves that differ', () => {
    const chance = createChance(5);
    const mine = Array.from({ length: 300 }, () => ({ fragment: chance.bytes(16), digest: chance.bytes(32) }));
    const theirs = mine.map((f) => ({ ...f }));
    const changed = [3, 77, 204].map((i) => ((theirs[i] = { ...theirs[i]!, digest: chance.bytes(32) }), theirs[i]!.fragment[0]!));
    const leaves: number[] = [];
    for (const place of differing(treeRoot(mine), treeRoot(theirs))) {
      for (const leaf of differing(treeBranch(mine, place), treeBranch(theirs, place))) leaves.push(place * 16 + leaf);
    }
    expect(leaves).toEqual([...new Set(changed)].sort((a, b) => a - b));
    expect(spaceDigest(mine)).toEqual(spaceDigest([...mine].reverse()));
  });

  it('the digest of a space is hashed again only when a fragment of it changed, whatever other spaces are asked for in between', () => {
    const chance = createChance(8);
    const listOf = (count: number): { fragment: Bytes; digest: Bytes }[] => Array.from({ length: count }, () => ({ fragment: chance.bytes(16), digest: chance.bytes(32) }));
    const [large, other] = [listOf(3_000), listOf(20)];
    const first = spaceDigest(large);
    spaceDigest(other);
    expect(spaceDigest(large.map((f) => ({ ...f })))).toBe(first);
    const changed = large.map((f, i) => (i === 2_999 ? { ...f, digest: chance.bytes(32) } : f));
    expect(spaceDigest(changed)).not.toEqual(first);
    expect(spaceDigest(large.slice(1))).not.toEqual(first);
    for (let i = 0; i < 20; i++) spaceDigest(listOf(2));
    expect(spaceDigest(large)).toEqual(first);
    expect(spaceDigest(large)).not.toBe(first);
  });

  it('what one side holds as prefixes', () => {
    const chance = createChance(6);
    const held = Array.from({ length: 40 }, () => chance.bytes(16));
    const filter = prefixFilter(prefixesOf(held));
    expect(held.every(filter)).toBe(true);
    expect(Array.from({ length: 40 }, () => chance.bytes(16)).filter(filter)).toHaveLength(0);
    expect(prefixFilter(null)(held[0]!)).toBe(true);
  });
});

describe('windows of a log', () => {
  const empty = (to: number): LogPull => ({
    key: 'k', opener: 'a', space: new Uint8Array(32) as Bytes, fragment: new Uint8Array(16) as Bytes, writer: new Uint8Array(32) as Bytes, rank: 2,
    sources: new Map([['a', { seq: to, id: new Uint8Array(32) as Bytes, idText: '' }], ['b', { seq: 100, id: new Uint8Array(32) as Bytes, idText: '' }]]),
    windows: [], next: 0, to, steps: 0, soon: false, taking: 0, done: [],
  });
  const entry = (seq: number) => ({ space: new Uint8Array(32), fragment: new Uint8Array(16), writer: new Uint8Array(32), seq, id: new Uint8Array(32), bytes: new Uint8Array(10) });

  it('pages of 256, never beyond what the source named', () => {
    const pull = empty(1_000);
    expect(nextWindow(pull, 'b')).toMatchObject({ from: 0, to: 100 });
    expect(nextWindow(pull, 'c')).toBe(null);
    pull.windows[0]!.peer = 'b';
    expect(nextWindow(pull, 'a')).toMatchObject({ from: 101, to: 356 });
  });

  it('a reply that stops early leaves the rest as a window; one with a hole counts up to the hole', () => {
    const pull = empty(50);
    const window = nextWindow(pull, 'a')!;
    expect(answerWindow(pull, window, [entry(0), entry(1), entry(1), entry(3)], 'a')).toBe(true);
    expect(pull.windows.map((w) => [w.from, w.to, w.entries?.length ?? null])).toEqual([[0, 1, 3], [2, 50, null]]);
    expect(answerWindow(pull, pull.windows[1]!, [entry(9)], 'a')).toBe(false);
  });
});
