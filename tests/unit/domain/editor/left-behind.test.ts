/** Splits that are held to bring letters along: what a hostile peer tells of them costs no more than a few of them do. */
import * as Y from 'yjs';
import { expect, test } from 'vitest';
import { DocReplica, HeardSplits, plainOf, splitBlock, type Block } from '#domain/editor/model';
import { HEARD_SPLITS_MAX } from '#domain/shared';
import { prng } from '#tests/support/prng';

const OWN = 9;
const OTHER = 5;
type Parts = Parameters<HeardSplits['hear']>[1]['parts'];
const part = (clock: number, length: number) => ({ from: 'a', by: 7, client: OTHER, clock, own: 0, length });
const cut = (...parts: Parts) => ({ from: 'a', parts });

/** Pieces of three letters of another that are gone, the last typed first, each with an own letter behind it. */
function gone(pieces: number): Y.Text {
  const [theirs, mine] = [new Y.Doc(), new Y.Doc()];
  [theirs.clientID, mine.clientID] = [OTHER, OWN];
  for (let i = 0; i < pieces; i++) theirs.getText('a').insert(0, 'abc');
  Y.applyUpdate(mine, Y.encodeStateAsUpdate(theirs));
  const body = mine.getText('a');
  for (let i = pieces; i > 0; i--) body.insert(3 * i, 'z');
  for (let i = 0; i < pieces; i++) body.delete(i, 3);
  return body;
}

test('the letters that were left behind, and the nearest before them that was taken, in whatever order and however often it is noted', () => {
  const body = gone(4);
  expect(body.toJSON()).toBe('zzzz');
  for (let seed = 1; seed <= 200; seed++) {
    const roll = prng(seed);
    const parts = Array.from({ length: 1 + roll(4) }, () => part(roll(14), roll(4)));
    const heard = new HeardSplits();
    heard.hear('b', cut(...parts), 100);
    const wanted: { at: number; length: number; last: { client: number; clock: number } }[] = [];
    for (const [at, first] of [9, 6, 3, 0].entries()) {
      const took = [first + 2, first + 1, first].find((clock) => parts.some((one) => one.clock <= clock && clock < one.clock + one.length));
      if (took !== undefined) wanted.push({ at, length: 1, last: { client: OTHER, clock: took } });
      else if (wanted.length > 0) wanted[wanted.length - 1]!.length++;
    }
    expect(heard.leftBehind('a', body, OWN), `${seed}`).toEqual(wanted);
  }
});

test('what a split took is read once, however much is gone from the text and however often it changes', () => {
  const body = gone(300);
  const heard = new HeardSplits();
  let read = 0;
  const parts = Array.from({ length: 64 }, (_, i) => Object.defineProperty({ ...part(2 * i, 1) }, 'client', { get: () => (read++, OTHER) }));
  heard.hear('b', cut(...parts), 1_000);
  for (let i = 0; i < 3; i++) expect(heard.leftBehind('a', body, OWN)).not.toEqual([]);
  expect(read).toBe(64);
});

test('a split is forgotten when no own letters from before it stand there', () => {
  const body = gone(2);
  const heard = new HeardSplits();
  heard.hear('early', cut(part(0, 6)), 0);
  heard.hear('late', cut(part(0, 6)), 1);
  expect(heard.leftBehind('a', body, OWN)).not.toEqual([]);
  expect(heard.held('a')).toBe(1);
  body.delete(0, 2);
  expect(heard.leftBehind('a', body, OWN)).toEqual([]);
  expect(heard.held('a')).toBe(0);
});

test('[limit HEARD_SPLITS_MAX] of the splits of one block the newest 32 are held: who tells of more makes others forget, and no more work', () => {
  const brought = (flood: number): string[] => {
    const [anna, boris] = [new DocReplica(1_001), new DocReplica(2_002)];
    const line: Block = { id: 'a', type: 'paragraph', attrs: {}, text: [{ text: 'ab cd', marks: {} }] };
    boris.take(anna.write([line]));
    const split = boris.write(splitBlock(boris.shown()[0]!, 3, 'b'));
    anna.write([{ ...line, text: [{ text: 'ab cdxy', marks: {} }] }], { id: 'a', at: 7 });
    const hostile = new Y.Doc();
    for (let i = 0; i < flood; i++) hostile.getMap('blocks').set(`h${i}`, new Y.Map(Object.entries({ pos: [null, `b${i}!hhhh`], type: 'paragraph', from: 'a', cut: [7, 7, 0, 0, 1], gone: true })));
    anna.take([...split, Y.encodeStateAsUpdate(hostile)]);
    anna.bring();
    return anna.shown().map(({ text }) => plainOf(text));
  };
  expect(brought(HEARD_SPLITS_MAX - 1)).toEqual(['ab ', 'cdxy']);
  expect(brought(HEARD_SPLITS_MAX)).toEqual(['ab xy', 'cd']);
  const heard = new HeardSplits();
  for (let i = 0; i < 2 * HEARD_SPLITS_MAX; i++) heard.hear(`b${i}`, cut(part(0, 1)), 1);
  expect([HEARD_SPLITS_MAX, heard.held('a')]).toEqual([32, 32]);
});
