/** Places by pos.set: an ord between two others sorts between them, whoever wrote them (FORMATS 3). */
import { expect, test } from 'vitest';
import fc from 'fast-check';
import { ordBetween } from '#vm/graph/order';

const BETWEEN = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz123456789';
const writerOf = (signs: string) => fc.array(fc.constantFrom(...signs), { minLength: 4, maxLength: 6 }).map((list) => list.join(''));

/** Puts things in at places, each by a writer; answers the ords in the order that was meant. */
function putIn(steps: readonly (readonly [at: number, writer: string])[]): string[] {
  const list: string[] = [];
  for (const [at, writer] of steps) {
    const place = at % (list.length + 1);
    list.splice(place, 0, ordBetween(list[place - 1] ?? null, list[place] ?? null, writer));
  }
  return list;
}

test('[OP7] an index that continues that of a neighbour stands between all the same', () => {
  for (const [low, high, writer] of [['a0zzzz', 'a1xxxx', 'AAAA'], ['a0VAAAA', 'a0zzzz', 'mmmm'], ['a0AAAA', 'a0Vxxxx', 'zzzz'], ['a0zzzz', 'a1AAAA', 'zzzz'], [null, 'a0AAAA', 'zzzz'], ['a0-xyz', 'a00abc', 'AAAA'], ['a0_xyz', 'a0zzzz', 'AAAA'], ['a0Zzzz', 'a0_abc', 'AAAA']] as const) {
    const ord = ordBetween(low, high, writer);
    expect([low ?? '', ord, high].sort(), `${low} ${high} ${writer}`).toEqual([low ?? '', ord, high]);
    expect(ord).toMatch(new RegExp(`^[0-9A-Za-z]*[1-9A-Za-z]${writer}$|^[A-Za-z]0+${writer}$`));
  }
});

test('[OP7] whoever puts things in anywhere, they stand as they were put', () => {
  fc.assert(fc.property(fc.array(fc.tuple(fc.nat(1_000), writerOf(BETWEEN)), { maxLength: 60 }), (steps) => {
    const list = putIn(steps);
    expect([...list].sort()).toEqual(list);
    expect(new Set(list).size).toBe(list.length);
  }), { numRuns: 300 });
});

test('[OP7] the same of few writers, of all signs that a key may begin with, at few places', () => {
  const writers = ['zzzz', 'AAAA', '-x_y', '_bcd', '0aZ9', 'zzzy', 'm-_0', 'VVVV'];
  let draw = 7;
  const next = (below: number): number => (draw = (Math.imul(draw, 1_103_515_245) + 12_345) >>> 1) % below;
  const list = putIn(Array.from({ length: 600 }, () => [next(1_000), writers[next(writers.length)]!] as const));
  expect([...list].sort()).toEqual(list);
  const narrow = putIn(Array.from({ length: 200 }, (_, i) => [i < 2 ? i : 1, writers[i % writers.length]!] as const));
  expect([...narrow].sort()).toEqual(narrow);
  // As long as a fractional index grows at one place anyway: about a sign for six.
  expect(Math.max(...narrow.map((ord) => ord.length))).toBeLessThan(60);
});

test('[OP7] what is no ord of ours, and what leaves no place between, harms nothing', () => {
  expect(ordBetween('!', '~~~~~~~~', 'AAAA')).toBe('a0AAAA');
  expect(ordBetween('a0VAAAA', 'a0VAAAA', 'BBBB') > 'a0VAAAA').toBe(true);
  expect(ordBetween('a0V-AAA', 'a0V-BBB', 'CCCC') > 'a0V-AAA').toBe(true);
  fc.assert(fc.property(fc.option(fc.string({ maxLength: 12 })), fc.option(fc.string({ maxLength: 12 })), writerOf(`${BETWEEN}0-_`), (low, high, writer) => ordBetween(low, high, writer).endsWith(writer.slice(0, 4))));
});
