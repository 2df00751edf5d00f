/**
 * Words a comment is about (issue 6: comments survive edits, moves and heading changes). By seeds: several people do whatever is done to a document, late, twice
 * and in disorder; what a comment is on is its words, at the same place for everybody, or it says that they are gone.
 */
import { describe, expect, test } from 'vitest';
import { cellId, DocReplica, holdPassages, plainOf, tableOf, whereIs, withTable, type Block, type Passage, type Run, type Table } from '#domain/editor/model';
import { dice, Writer, type Act } from './writers.ts';

const FULL = process.env['LGOS_FULL'] === '1';
const SHOW = FULL || process.env['LGOS_SHOW'] === '1';
const SEEDS = FULL ? 200 : 3;
const block = (id: string, text: string, rest: Partial<Block> = {}): Block => ({ id, type: 'paragraph', attrs: {}, text: text === '' ? [] : [{ text, marks: {} }], ...rest });

/** The words at the places of passages; null: gone. */
function wordsAt(replica: DocReplica, on: readonly Passage[]): string | null {
  const texts = new Map(replica.shown().map((one) => [one.id, plainOf(one.text)]));
  return whereIs(replica, on).here?.map(({ id, from, to }) => texts.get(id)!.slice(from, to)).join('|') ?? null;
}

interface Outcome {
  looked: number;
  /** Found, and it is neither the words, also with something written into them, nor what is left of them. */
  wrong: number;
  gone: number;
  /** Gone when everybody has everything. */
  lost: number;
  /** Said to be gone while they stand in the document, once. */
  missed: number;
  /** Somebody finds another place than the first. */
  differ: number;
}

/** Comments on tokens, which no act tears: an act puts them somewhere else whole, or takes them away whole. */
function run(seed: number, acts: readonly Act[]): Outcome {
  const roll = dice(seed);
  const tokens: string[] = [];
  const people = Array.from({ length: 3 }, (_, no) => new Writer(no, roll, tokens));
  const out: Outcome = { looked: 0, wrong: 0, gone: 0, lost: 0, missed: 0, differ: 0 };
  for (let i = 0; i < 3; i++) people[0]!.act('paste');
  const heard = people.map(() => new Set<Uint8Array>());
  /** A third is lost and comes later, each in its own order. */
  const share = (all: boolean): void => people.forEach((one, to) => {
    const rest = people.flatMap((from) => (from === one ? [] : from.sent)).filter((update) => !heard[to]!.has(update) && (all || roll(3) > 0));
    one.replica.take(rest.map((update) => [roll(1e9), update] as const).sort((a, b) => a[0] - b[0]).map(([, update]) => update));
    for (const update of rest) heard[to]!.add(update);
  });
  share(true);
  const comments = tokens.map((token) => {
    const { id, text } = people[0]!.replica.shown().find((one) => plainOf(one.text).includes(token))!;
    const from = plainOf(text).indexOf(token);
    return { token, on: holdPassages(people[0]!.replica, [{ id, from, to: from + token.length }]) };
  });
  const look = (replica: DocReplica): void => {
    const page = replica.shown().map((one) => plainOf(one.text)).join('\n');
    for (const { token, on } of comments) {
      const words = wordsAt(replica, on);
      out.looked++;
      if (words === null) out.gone++;
      else if (!token.includes(words) && !words.includes(token)) out.wrong++;
      if (words === null && page.split(token).length === 2) out.missed++;
    }
  };
  for (let round = 0; round < 4; round++) {
    for (const one of people) {
      for (let i = 0; i < 4; i++) one.act(acts[roll(acts.length)]!);
      look(one.replica);
    }
    share(false);
  }
  share(true);
  const before = out.gone;
  const places = people.map((one) => (look(one.replica), JSON.stringify(comments.map(({ on }) => whereIs(one.replica, on)))));
  out.lost = out.gone - before;
  out.differ = places.filter((one) => one !== places[0]).length;
  return out;
}

const PROFILES: Record<string, { acts: Act[]; stay: boolean }> = {
  'typing, marks, moves and kinds': { acts: ['type', 'mark', 'move', 'heading', 'list', 'task', 'quote', 'code', 'divider', 'paste'], stay: true },
  'blocks cut in two': { acts: ['type', 'split'], stay: true },
  'blocks joined': { acts: ['type', 'join', 'move'], stay: false },
  everything: { acts: ['type', 'mark', 'move', 'heading', 'list', 'task', 'quote', 'code', 'split', 'join', 'delete', 'divider', 'paste', 'undo'], stay: false },
};

describe('{C3} a comment stays at its words or says that they are gone', { timeout: FULL ? 3_600_000 : 60_000 }, () => {
  for (const [name, { acts, stay }] of Object.entries(PROFILES)) {
    test(name, () => {
      const sum: Outcome = { looked: 0, wrong: 0, gone: 0, lost: 0, missed: 0, differ: 0 };
      for (let seed = 1; seed <= SEEDS; seed++) {
        const one = run(seed, acts);
        for (const key of Object.keys(sum) as (keyof Outcome)[]) sum[key] += one[key];
      }
      if (SHOW) console.info(name, JSON.stringify(sum));
      expect(sum.looked).toBeGreaterThan(SEEDS * 50);
      expect([sum.wrong, sum.missed, sum.differ]).toEqual([0, 0, 0]);
      if (stay) expect(sum.lost).toBe(0);
      // Control: text is taken away, and that is seen.
      if (name === 'everything') expect(sum.gone).toBeGreaterThan(SEEDS);
    });
  }
});

test('{C3} words that are partly taken away are what is left of them; typed over they are gone, at their block; undone they are back', () => {
  const [one, two] = [new DocReplica(1_001), new DocReplica(2_002)];
  two.take(one.write([block('a', 'The lid carries the seal.'), block('b', 'Six screws.')]));
  const on = holdPassages(one, [{ id: 'a', from: 4, to: 15 }]);
  expect(on).toMatchObject([{ block: 'a', words: 'lid carries', lone: true }]);
  one.take(two.write([block('a', 'The lid always carries the seal.'), block('b', 'Six screws.')]));
  expect(wordsAt(one, on)).toBe('lid always carries');
  one.write([block('a', 'The carries the seal.'), block('b', 'Six screws.')]);
  expect(wordsAt(one, on)).toBe('carries');
  one.write([block('a', 'A cover.'), block('b', 'Six screws.')]);
  expect(whereIs(one, on)).toEqual({ here: null, gone: 'a' });
  one.write([block('a', 'The lid carries the seal.'), block('b', 'Six screws.')]);
  expect(wordsAt(one, on)).toBe('lid carries');
  // The block itself goes: it is said at the one before, or at what comes then.
  one.write([block('b', 'Six screws.')]);
  expect(whereIs(one, on)).toEqual({ here: null, gone: 'b' });
  one.write([]);
  expect(whereIs(one, on)).toEqual({ here: null, gone: null });
});

test('{C3} a block cut in the midst of the words shows both parts; words over several blocks are held in each', () => {
  const replica = new DocReplica(1_001);
  replica.write([block('a', 'one two three'), block('b', 'four'), { ...block('c', ''), type: 'divider' }, block('d', 'five six')]);
  const cut = holdPassages(replica, [{ id: 'a', from: 4, to: 13 }]);
  const over = holdPassages(replica, [{ id: 'b', from: 0, to: 4 }, { id: 'd', from: 0, to: 4 }]);
  replica.write([block('a', 'one two'), block('e', ' three', { from: 'a' }), ...replica.shown().slice(1)]);
  expect(wordsAt(replica, cut)).toBe('two| three');
  replica.write([...replica.shown()].reverse());
  expect(wordsAt(replica, cut)).toBe('two| three');
  expect(wordsAt(replica, over)).toBe('four|five');
  // Of words that stood twice another place is never taken for theirs.
  const twice = new DocReplica(2_002);
  twice.write([block('x', 'screw'), block('y', 'screw')]);
  const first = holdPassages(twice, [{ id: 'x', from: 0, to: 5 }]);
  twice.write([block('y', 'screw')]);
  expect(whereIs(twice, first)).toEqual({ here: null, gone: 'y' });
});

test('{V1} what a peer wrote as a place and is none is gone, and breaks nothing', () => {
  const replica = new DocReplica(1_001);
  replica.write([block('a', 'words here'), block('b', 'and there')]);
  const good = holdPassages(replica, [{ id: 'a', from: 0, to: 5 }])[0]!;
  const bad = [new Uint8Array(), new Uint8Array([9, 9, 9]), new Uint8Array(60).fill(255), new Uint8Array([0, 200, 200, 200, 1, 5, 0])];
  for (const edge of bad) expect(whereIs(replica, [{ ...good, first: edge, last: edge, words: 'nowhere' }])).toEqual({ here: null, gone: 'a' });
  // Letters of another block, and a block that is none.
  expect(whereIs(replica, [{ ...good, block: 'b', words: 'nowhere' }])).toEqual({ here: null, gone: 'b' });
  expect(whereIs(replica, [{ ...good, block: 'none', words: '' }])).toEqual({ here: null, gone: null });
  expect(holdPassages(replica, [{ id: 'none', from: 0, to: 3 }, { id: 'a', from: 3, to: 3 }, { id: 'a', from: 0, to: 99 }])).toEqual([]);
});

test('many comments on a long page are found again in a moment, also those whose words are gone', { timeout: 45_000 }, () => {
  const replica = new DocReplica(1_001);
  replica.write(Array.from({ length: 4_800 }, (_, i) => block(`block-${i}`, `words of line ${i} and no other`, i % 2 > 0 ? { from: `block-${i + 1}` } : {})));
  const on = replica.shown().filter((_, i) => i % 4 === 0).map(({ id, text }) => holdPassages(replica, [{ id, from: 0, to: plainOf(text).length }]));
  replica.write(replica.shown().filter((_, i) => i % 4 > 0));
  const places = on.map((passages) => whereIs(replica, passages));
  expect(places.every(({ here, gone }) => here === null && gone !== null)).toBe(true);
});

test('a chain of blocks that each say to be split off the next is followed so far and no further, for each comment', () => {
  const list = Array.from({ length: 3_000 }, (_, at): Block => block(`b${at}`, at === 2_999 ? 'the words' : '', at < 2_999 ? { from: `b${at + 1}` } : {}));
  let asked = 0;
  const replica = { shown: () => list, letters: () => (asked++, null), near: () => null } as unknown as DocReplica;
  const on = (at: number): Passage => ({ block: `b${at}`, words: 'the words', lone: false }) as unknown as Passage;
  expect(whereIs(replica, [on(2_900)]).here).toEqual([{ id: 'b2999', from: 0, to: 9 }]);
  expect(whereIs(replica, [on(0)]).here).toBeNull();
  expect(asked).toBe(2);
});

test('comments on words that were never there, as many as somebody likes to write, hold nobody up; those of others are found', { timeout: 20_000 }, () => {
  const replica = new DocReplica(1_001);
  replica.write(Array.from({ length: 2_000 }, (_, i) => block(`block-${i}`, `words of line ${i} `.repeat(6))));
  const [held] = holdPassages(replica, [{ id: 'block-7', from: 0, to: 15 }]);
  const bait = Array.from({ length: 60_000 }, (_, i): Passage => ({ block: 'none', first: held!.first, last: held!.last, words: `bait ${i}`, lone: true }));
  replica.write(replica.shown().map((one) => (one.id === 'block-9' ? { ...one, text: [{ text: 'moved words', marks: {} }] } : one)));
  for (let from = 0; from < bait.length; from += 50) expect(whereIs(replica, bait.slice(from, from + 50)).here).toBeNull();
  expect(whereIs(replica, [held!]).here).toEqual([{ id: 'block-7', from: 0, to: 15 }]);
});

test('{C3} words of a cell are held by the text of the cell: through letters before them, a moved row and other cells, and are gone at their table with the row', () => {
  const [one, two] = [new DocReplica(1), new DocReplica(2)];
  let id = 0;
  const run = (text: string): Run[] => [{ text, marks: {} }];
  const made = withTable({ id: 'table', attrs: {} }, tableOf([[run('Part'), run('Count')], [run('Screw'), run('sixteen of it')], [run('sixteen'), run('one')]], () => `part${id++}`));
  two.take(one.write([block('above', 'Parts'), made]));
  const { columns, rows } = made.table!;
  const cell = cellId('table', rows[1]!.id, columns[1]!);
  const on = holdPassages(one, [{ id: cell, from: 0, to: 7 }]);
  expect(on).toMatchObject([{ block: cell, words: 'sixteen', lone: false }]);
  const set = (replica: DocReplica, table: Table): Uint8Array[] => replica.write(replica.shown().map((each) => (each.table ? withTable(each, table) : each)));
  const cells = (replica: DocReplica) => replica.shown().find((each) => each.table)!.table!;
  one.take(set(two, { columns, rows: [rows[0]!, rows[2]!, { id: rows[1]!.id, cells: [run('Screws'), run('about sixteen of it')] }] }));
  for (const replica of [one, two]) expect(whereIs(replica, on)).toEqual({ here: [{ id: cell, from: 6, to: 13 }], gone: null });
  one.take(set(two, { columns, rows: cells(two).rows.slice(0, 2) }));
  for (const replica of [one, two]) expect(whereIs(replica, on)).toEqual({ here: null, gone: 'table' });
});
