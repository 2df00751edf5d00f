/** Branches that are looked at again and again are given only what is new. */
import { expect, test } from 'vitest';
import { blocksAt, Branches, DocReplica, forkAt, plainOf, type Block, type TextEdit } from '#domain/editor/model';

const block = (id: string, text: string): Block => ({ id, type: 'paragraph', attrs: {}, text: [{ text, marks: {} }] });

test('a letter in a branch does not read the history again; another history, or an update that is gone, makes it anew', () => {
  const page = new DocReplica(7);
  const edits: TextEdit[] = page.write([block('a', 'page')]).map((update, at) => ({ writer: 'w', stamp: `s${at}`, at: 0, who: 'u', sealed: true, update }));
  const cut = { w: 'z' };
  const author = forkAt(edits, cut, 9, []);
  const [first, second] = [author.write([block('a', 'page'), block('b', 'one')]), author.write([block('a', 'page'), block('b', 'one more')])];
  const made: number[] = [];
  let taken = 0;
  const branches = new Branches((...given) => {
    made.push(given[0].length);
    const replica = forkAt(...given);
    const take = replica.take.bind(replica);
    replica.take = (updates) => ((taken += updates.length), take(updates));
    return replica;
  });
  const words = (blocks: readonly Block[]): string[] => blocks.map(({ text }) => plainOf(text));
  expect(words(branches.of('p', edits, cut, first).branch)).toEqual(['page', 'one']);
  const one = branches.of('p', edits, cut, [...first, ...second]);
  expect([words(one.base), words(one.branch), made.length, taken]).toEqual([['page'], ['page', 'one more'], 1, first.length + second.length]);
  expect(one.base).toEqual(blocksAt(edits, cut));
  // Told again as other objects, it is the same.
  const again = branches.of('p', edits, cut, [...first, ...second].map((update) => update.slice()));
  expect([again.branch === one.branch, made.length, taken]).toEqual([true, 1, first.length + second.length]);
  expect(words(branches.of('p', edits, cut, first).branch)).toEqual(['page', 'one']);
  expect(words(branches.of('p', [...edits], cut, first).branch)).toEqual(['page', 'one']);
  expect(made.length).toBe(3);
  branches.keep(['q']);
  branches.of('p', edits, cut, first);
  expect(made.length).toBe(4);
});
