/** The nearest of many vectors: exactly, in whatever order they came, and as they were kept. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { plainDots, type Dots } from '#base/dots';
import { codesOf, fuse, VectorTable, type VectorDump } from '#domain/search/vectors';

const PLACES = 32;
const table = (engine: Dots = plainDots(PLACES)): VectorTable => new VectorTable('test/1', PLACES, engine);

/** Numbers that look drawn and are not. */
function drawn(seed: number): () => number {
  let state = seed | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

const vector = (next: () => number): Float32Array => Float32Array.from({ length: PLACES }, () => next() - 0.5);

function cosine(a: Float32Array, b: Float32Array): number {
  let [sum, x, y] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) [sum, x, y] = [sum + a[i]! * b[i]!, x + a[i]! ** 2, y + b[i]! ** 2];
  return sum / Math.sqrt(x * y);
}

test('{K5} the ten nearest are those that all rows in full would give', () => {
  const next = drawn(3);
  const all = new Map(Array.from({ length: 2_000 }, (_, at) => [`k${at}`, vector(next)] as const));
  const held = table();
  for (const [key, one] of all) held.put(key, one);
  for (let run = 0; run < 40; run++) {
    const question = vector(next);
    const truth = [...all].map(([key, one]) => [key, cosine(question, one)] as const).sort((a, b) => b[1] - a[1]).slice(0, 10);
    const found = held.nearest(question, { count: 10, least: -1 });
    expect(found.map(({ key }) => key)).toEqual(truth.map(([key]) => key));
    found.forEach(({ by }, at) => expect(by).toBeCloseTo(truth[at]![1], 4));
  }
});

test('{K5} what is looked through first is never further from the whole than it says: no best one is left out', () => {
  const next = drawn(9);
  for (let run = 0; run < 400; run++) {
    const [a, b] = [codesOf(vector(next))!, codesOf(vector(next))!];
    const [whole, rough] = [a.fine.reduce((sum, x, i) => sum + x * b.fine[i]!, 0) * a.scale * b.scale, a.rough.reduce((sum, x, i) => sum + x * b.rough[i]!, 0) * a.scale * b.scale * 65_536];
    expect(Math.abs(whole - rough)).toBeLessThanOrEqual((a.off + (1 + a.off) * b.off) * 1.001 + 1e-9);
  }
  // The check would see a bound that is too small.
  const off = codesOf(vector(next))!.off;
  expect(off).toBeGreaterThan(1e-4);
});

test('{K5} the same vectors give the same answer in whatever order they came, went, and came again', () => {
  const act = fc.record({ key: fc.integer({ min: 0, max: 30 }), seed: fc.integer({ min: 1, max: 6 }), drop: fc.boolean() });
  fc.assert(fc.property(fc.array(act, { maxLength: 120 }), fc.integer({ min: 1, max: 1_000 }), (acts, seed) => {
    const [step, last] = [table(), new Map<string, number>()];
    for (const { key, seed: of, drop } of acts) {
      if (drop) {
        step.drop(`k${key}`);
        last.delete(`k${key}`);
      } else {
        step.put(`k${key}`, vector(drawn(of)));
        last.set(`k${key}`, of);
      }
    }
    const anew = table();
    for (const [key, of] of [...last].sort(([a], [b]) => (a < b ? 1 : -1))) anew.put(key, vector(drawn(of)));
    const question = vector(drawn(seed));
    // Few seeds: many rows are equal, and then the key decides.
    expect(step.nearest(question, { count: 8, least: -1 })).toEqual(anew.nearest(question, { count: 8, least: -1 }));
    expect(step.size).toBe(last.size);
  }), { numRuns: 200 });
});

test('{K5} only what fits is found, and only what is alike enough; of nothing, nothing', () => {
  const [held, next] = [table(), drawn(5)];
  const one = vector(next);
  held.put('a', one);
  held.put('b', one);
  held.put('far', one.map((x) => -x));
  held.put('nothing', new Float32Array(PLACES));
  held.put('broken', new Float32Array(PLACES).fill(NaN));
  expect(held.size).toBe(3);
  const keys = (least: number, fits?: (key: string) => boolean): string[] => held.nearest(one, { count: 10, least, ...(fits && { fits }) }).map(({ key }) => key);
  expect(keys(-2)).toEqual(['a', 'b', 'far']);
  expect(keys(0.9)).toEqual(['a', 'b']);
  expect(keys(-2, (key) => key !== 'a')).toEqual(['b', 'far']);
  expect(held.nearest(new Float32Array(PLACES), { count: 10, least: -2 })).toEqual([]);
  expect(held.nearest(one, { count: 0, least: -2 })).toEqual([]);
  held.put('b', new Float32Array(PLACES));
  expect(keys(0.9)).toEqual(['a']);
});

test('{K5} what was kept answers as what it was; what is damaged, of another maker or version is nothing', () => {
  const [held, next] = [table(), drawn(7)];
  for (let at = 0; at < 200; at++) held.put(`k${at}`, vector(next));
  const [dump, fine] = held.dump();
  const open = (of: unknown, codes = fine, maker = 'test/1'): VectorTable | null => VectorTable.load(maker, plainDots(PLACES), JSON.parse(JSON.stringify(of)) as VectorDump, codes);
  const question = vector(next);
  expect(open(dump)?.nearest(question, { count: 9, least: -1 })).toEqual(held.nearest(question, { count: 9, least: -1 }));
  expect(open(dump, fine, 'test/2')).toBeNull();
  for (const bad of [null, {}, { ...dump, v: 0 }, { ...dump, places: 7 }, { ...dump, places: 1e9 }, { ...dump, keys: dump.keys.slice(1) }, { ...dump, keys: 5 }, { ...dump, scales: dump.scales.map(() => -1) }, { ...dump, keys: dump.keys.map(() => 'same') }, { ...dump, keys: dump.keys.map(() => 1) }]) expect(open(bad), JSON.stringify(bad)?.slice(0, 60)).toBeNull();
  expect(open(dump, fine.slice(1))).toBeNull();
});

test('{K5} a question multiplied elsewhere has the same answer', () => {
  const [held, other, next] = [table(), plainDots(PLACES), drawn(13)];
  for (let at = 0; at < 300; at++) held.put(`k${at}`, vector(next));
  for (let row = 0; row < held.size; row++) other.write(row, held.roughOf(row));
  const question = vector(next);
  const asked = held.ask(question)!;
  expect(asked.answer(other.dots(asked.rough, held.size), { count: 10, least: -1 })).toEqual(held.nearest(question, { count: 10, least: -1 }));
  expect(held.ask(new Float32Array(PLACES))).toBeNull();
});

test('{K5} two orders become one: what stands high in both comes first, what has the words before what is only alike', () => {
  expect(fuse(['a', 'b', 'c'], ['c', 'x'])).toEqual(['c', 'a', 'b', 'x']);
  expect(fuse([], ['x', 'y'])).toEqual(['x', 'y']);
  expect(fuse(['a', 'b'], [])).toEqual(['a', 'b']);
});
