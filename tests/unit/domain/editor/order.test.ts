/** Places of blocks: which are written anew, and that they mean what was meant whoever writes. */
import { expect, test } from 'vitest';
import { newOrds, shownOrder } from '#domain/editor/model';

const MARKS = ['0000', '!!!!', 'zzzz', 'VVVV', 'AAAA'];

/** Puts in and moves at every place, each by another writer, and holds the order against what was meant. */
test('a place between two others is between them, whoever wrote them', () => {
  let list: { id: string; ord: string | null }[] = [];
  for (let step = 0; step < 120; step++) {
    const at = (step * 7) % (list.length + 1);
    const next = step % 3 === 2 && list.length > 3 ? [...list.slice(1), list[0]!] : [...list.slice(0, at), { id: `b${step}`, ord: null }, ...list.slice(at)];
    const ords = newOrds(next, MARKS[step % MARKS.length]!, null);
    list = next.map(({ id, ord }) => ({ id, ord: ords.get(id) ?? ord }));
    expect(shownOrder(new Map(list.map(({ id, ord }) => [id, { parent: null, ord: ord! }])))).toEqual(list.map(({ id }) => id));
  }
});

test('of two that changed places the one that was moved is written, and nothing else', () => {
  const [a, b, c] = ['a0!xxxx', 'a1!xxxx', 'a2!xxxx'];
  const swapped = [{ id: 'a', ord: a }, { id: 'c', ord: c }, { id: 'b', ord: b }];
  expect([...newOrds(swapped, 'yyyy', 'c').keys()]).toEqual(['c']);
  expect([...newOrds(swapped, 'yyyy', 'b').keys()]).toEqual(['b']);
  expect(newOrds([{ id: 'a', ord: a }, { id: 'b', ord: b }], 'yyyy', 'a').size).toBe(0);
});

test('equal places by two writers leave room: who stands in the way is written anew', () => {
  const twins = [{ id: 'a', ord: 'a0!AAAA' }, { id: 'n', ord: null }, { id: 'b', ord: 'a0!BBBB' }, { id: 'c', ord: 'a1!AAAA' }];
  const ords = newOrds(twins, 'zzzz', null);
  expect([...ords.keys()]).toEqual(['n', 'b']);
  const all = twins.map(({ id, ord }) => ords.get(id) ?? ord!);
  expect([...all].sort()).toEqual(all);
});

test('children stand behind their parent; in a ring the smallest id stands at the root; a parent that is not there is none', () => {
  const place = (parent: string | null, ord: string) => ({ parent, ord });
  expect(shownOrder(new Map([['b', place('a', 'a0!')], ['a', place('b', 'a1!')], ['c', place('x', 'a0!')], ['d', place('d', 'a2!')], ['e', place('a', 'a1!')]]))).toEqual(['c', 'a', 'b', 'e', 'd']);
});

test('who writes line after line above one that stays gets places that are read: they never grow beyond what is', () => {
  const list: { id: string; ord: string | null }[] = [{ id: 'first', ord: 'a0!xxxx' }, { id: 'last', ord: 'a1!xxxx' }];
  let written = 0;
  for (let line = 0; line < 1_600; line++) {
    list.splice(list.length - 1, 0, { id: `line-${line}`, ord: null });
    const ords = newOrds(list, 'yyyy', null);
    written += ords.size;
    for (const one of list) one.ord = ords.get(one.id) ?? one.ord;
  }
  expect(Math.max(...list.map(({ ord }) => ord!.length))).toBeLessThan(200);
  expect(shownOrder(new Map(list.map(({ id, ord }) => [id, { parent: null, ord: ord! }])))).toEqual(list.map(({ id }) => id));
  // Most lines are written alone: their neighbours are not touched.
  expect(written).toBeLessThan(5 * 1_600);
});

test('a long chain of parents, and a long ring, cost no more than so many blocks', { timeout: 20_000 }, () => {
  const id = (at: number): string => `block-${String(at).padStart(6, '0')}`;
  const chain = (length: number, top: string | null) => new Map(Array.from({ length }, (_, at) => [id(at), { parent: at + 1 < length ? id(at + 1) : top, ord: 'a0!xxxx' }]));
  expect(shownOrder(chain(20_000, null))).toEqual(Array.from({ length: 20_000 }, (_, at) => id(19_999 - at)));
  expect(shownOrder(chain(20_000, id(0)))[0]).toBe(id(0));
});
