/** Proposals against a document that moves on (issue 6): what is accepted, in whatever order, loses nobody's words. */
import { expect, test } from 'vitest';
import { acceptHunks, findHunks, hashBlocks, mergeText, plainOf, sliceRuns, splitBlock, joinRuns, tableOf, takenOf, withTable, type Block, type Hunk, type Run, type Sides, type Taken } from '#domain/editor/model';
import { dice } from './writers.ts';

const FULL = process.env['LGOS_FULL'] === '1';
const line = (id: string, words: string, more: Partial<Block> = {}): Block => ({ id, type: 'paragraph', attrs: {}, text: words === '' ? [] : [{ text: words, marks: {} }], ...more });
const words = (blocks: readonly Block[]): string[] => blocks.flatMap(({ text }) => plainOf(text).match(/\w+/g) ?? []);
const NONE: ReadonlyMap<string, Taken> = new Map();
const plain = (blocks: readonly Block[]): string[] => blocks.map(({ id, type, text }) => `${id} ${type} ${plainOf(text)}`);

type Roll = (below: number) => number;

/** One act of somebody who edits a list of blocks; words are never written twice. */
function edit(blocks: readonly Block[], roll: Roll, name: string, serial: { n: number }): Block[] {
  const list = [...blocks];
  const at = roll(Math.max(1, list.length));
  const block = list[at];
  const word = (): string => `${name}${serial.n++}`;
  if (!block || roll(6) === 0) return [...list.slice(0, at), line(`${name}b${serial.n}`, `${word()} ${word()}`), ...list.slice(at)];
  const text = plainOf(block.text);
  const edges = [0, ...[...text.matchAll(/\s/g)].map(({ index }) => index + 1), text.length];
  const [from, to] = [edges[roll(edges.length)]!, edges[roll(edges.length)]!].sort((a, b) => a - b) as [number, number];
  const put = (value: Block): Block[] => list.toSpliced(at, 1, value);
  switch (roll(9)) {
    case 0: return list.toSpliced(at, 1);
    case 1: {
      const [moved] = list.splice(at, 1);
      return list.toSpliced(roll(list.length + 1), 0, moved!);
    }
    case 2: return put({ ...block, type: roll(2) === 0 ? 'heading' : 'quote', attrs: roll(2) === 0 ? { level: 1 + roll(3) } : {} });
    case 3: {
      const mark = sliceRuns(block.text, from, to).map((run): Run => ({ ...run, marks: { ...run.marks, bold: true } }));
      return put({ ...block, text: joinRuns([...sliceRuns(block.text, 0, from), ...mark, ...sliceRuns(block.text, to)]) });
    }
    case 4: return from > 0 && from < text.length ? list.toSpliced(at, 1, ...splitBlock(block, from, `${name}b${serial.n++}`)) : list;
    case 5: return list[at + 1] ? list.toSpliced(at, 2, { ...block, text: joinRuns([...block.text, { text: ' ', marks: {} }, ...list[at + 1]!.text]) }) : list;
    case 6: return put({ ...block, text: joinRuns([...sliceRuns(block.text, 0, from), ...sliceRuns(block.text, to)]) });
    default: return put({ ...block, text: joinRuns([...sliceRuns(block.text, 0, from), { text: from === text.length ? ` ${word()}` : `${word()} `, marks: {} }, ...sliceRuns(block.text, from)]) });
  }
}

interface Story {
  readonly sides: Sides;
  readonly still: Sides;
}

function story(seed: number): Story {
  const roll = dice(seed);
  const serial = { n: 0 };
  const base = Array.from({ length: 2 + roll(7) }, (_, at) => line(`p${at}`, Array.from({ length: roll(7) }, () => `base${serial.n++}`).join(' ')));
  let [branch, now]: Block[][] = [base, base];
  for (let n = 1 + roll(9); n > 0; n--) branch = edit(branch!, roll, 'branch', serial);
  for (let n = 1 + roll(9); n > 0; n--) now = edit(now!, roll, 'main', serial);
  return { sides: { base, branch: branch!, now: now!, taken: NONE }, still: { base, branch: branch!, now: base, taken: NONE } };
}

/** Accepts hunk by hunk; before each the hunks are counted anew, as a reviewer's screen does. */
function oneByOne(sides: Sides, order: readonly string[], between: (now: readonly Block[]) => readonly Block[] = (now) => now): Sides {
  let at = sides;
  for (const id of order) {
    const hunk = findHunks(at).find((one) => one.id === id);
    if (!hunk) continue;
    at = { ...at, now: between(acceptHunks(at, [hunk])), taken: new Map([...at.taken, ...takenOf(at, [hunk])]) };
  }
  return at;
}

const shuffled = <T>(list: readonly T[], roll: Roll): T[] => {
  const out = [...list];
  for (let at = out.length - 1; at > 0; at--) {
    const other = roll(at + 1);
    [out[at], out[other]] = [out[other]!, out[at]!];
  }
  return out;
};

const SEEDS = FULL ? 20_000 : 800;

test('{C3} all hunks on a page that did not move give the proposal; none leave the page as it is', () => {
  let hunks = 0;
  for (let seed = 0; seed < SEEDS; seed++) {
    const { still, sides } = story(seed);
    const found = findHunks(still);
    hunks += found.length;
    expect(acceptHunks(still, found), `seed ${seed}`).toEqual(still.branch);
    expect(acceptHunks(sides, [])).toEqual(sides.now);
    expect(findHunks({ ...still, branch: still.base })).toEqual([]);
  }
  expect(hunks).toBeGreaterThan(SEEDS);
});

test('{C3} all hunks on a page that moved on: what both sides wrote is there, what either took away is not', () => {
  let both = 0;
  for (let seed = 0; seed < SEEDS; seed++) {
    const { sides } = story(seed);
    const result = words(acceptHunks(sides, findHunks(sides)));
    const have = new Set(result);
    const [branch, now, base] = [words(sides.branch), words(sides.now), words(sides.base)];
    for (const word of [...branch.filter((one) => one.startsWith('branch')), ...now.filter((one) => one.startsWith('main'))]) expect(have.has(word), `seed ${seed}: ${word} in ${JSON.stringify(plain(acceptHunks(sides, findHunks(sides))))}`).toBe(true);
    for (const word of base) if (branch.includes(word) && now.includes(word)) expect(have.has(word), `seed ${seed}: ${word} stayed on both sides`).toBe(true);
    both += Number(now.some((one) => one.startsWith('main')) && branch.some((one) => one.startsWith('branch')));
    // Nothing is left to accept, and nothing is accepted twice.
    const after: Sides = { ...sides, now: acceptHunks(sides, findHunks(sides)), taken: takenOf(sides, findHunks(sides)) };
    expect(findHunks(after), `seed ${seed}`).toEqual([]);
  }
  expect(both).toBeGreaterThan(SEEDS / 3);
});

test('{C3} hunks accepted one by one, in any order, give what accepting them at once gives', () => {
  let orders = 0;
  for (let seed = 0; seed < SEEDS; seed++) {
    const { sides } = story(seed);
    const roll = dice(seed + 7);
    const chosen = findHunks(sides).filter(() => roll(3) > 0);
    const at = acceptHunks(sides, chosen);
    for (let turn = 0; turn < 3; turn++) {
      const order = shuffled(chosen.map(({ id }) => id), roll);
      expect(plain(oneByOne(sides, order).now), `seed ${seed}: ${order.join()}`).toEqual(plain(at));
      orders += Number(order.length > 1);
    }
  }
  expect(orders).toBeGreaterThan(SEEDS);
});

test('{C3} the page and the proposal are written on between one accepted hunk and the next: no word of either is lost', () => {
  for (let seed = 0; seed < SEEDS; seed++) {
    const { sides } = story(seed);
    const roll = dice(seed + 99);
    const serial = { n: 10_000 };
    const write = (now: readonly Block[]): readonly Block[] => {
      const block = now[roll(Math.max(1, now.length))];
      return block ? now.map((one) => (one === block ? { ...one, text: joinRuns([...one.text, { text: ` main${serial.n++}`, marks: {} }]) } : one)) : now;
    };
    const first = oneByOne(sides, shuffled(findHunks(sides).map(({ id }) => id), roll), write);
    const branch = sides.branch.map((block, index) => (index === roll(3) ? { ...block, text: joinRuns([...block.text, { text: ` branch${serial.n++}`, marks: {} }]) } : block));
    const again: Sides = { ...first, branch };
    const have = new Set(words(acceptHunks(again, findHunks(again))));
    for (const word of [...words(branch).filter((one) => one.startsWith('branch')), ...words(first.now).filter((one) => one.startsWith('main'))]) expect(have.has(word), `seed ${seed}: ${word}`).toBe(true);
  }
});

const hunk = (sides: Omit<Sides, 'taken'>): Hunk => findHunks({ ...sides, taken: NONE })[0]!;
const accepted = (sides: Omit<Sides, 'taken'>): string[] => plain(acceptHunks({ ...sides, taken: NONE }, findHunks({ ...sides, taken: NONE })));

test('what a hunk met is said: other words, another kind, another place, a block that is gone', () => {
  const base = [line('a', 'The lid carries the seal.'), line('b', 'B'), line('c', 'C')];
  const edits = (value: string): Block[] => [line('a', value), ...base.slice(1)];
  expect(hunk({ base, branch: edits('The lid carries the only seal.'), now: edits('The steel lid carries the seal.') })).toMatchObject({ id: 'a', clashes: [] });
  expect(accepted({ base, branch: edits('The lid carries the only seal.'), now: edits('The steel lid carries the seal.') })[0]).toBe('a paragraph The steel lid carries the only seal.');
  const both = { base, branch: edits('The lid carries the gasket.'), now: edits('The lid carries the ring.') };
  expect(hunk(both).clashes).toEqual(['words']);
  expect(accepted(both)[0]).toBe('a paragraph The lid carries the ring gasket.');
  const kinds = { base, branch: [line('a', 'A', { type: 'quote' }), ...base.slice(1)], now: [line('a', 'A', { type: 'code' }), ...base.slice(1)] };
  expect(hunk({ ...kinds, base: [line('a', 'A'), ...base.slice(1)] }).clashes).toEqual(['kind']);
  expect(hunk({ base, branch: [base[2]!, base[0]!, base[1]!], now: [base[0]!, base[2]!, base[1]!] }).clashes).toEqual(['place']);
  const gone = { base, branch: edits('The lid carries the only seal.'), now: base.slice(1) };
  expect(hunk(gone).clashes).toEqual(['gone']);
  expect(accepted(gone)).toEqual(['a paragraph The lid carries the only seal.', 'b paragraph B', 'c paragraph C']);
  // Taken away in the proposal, written on in the document: the new words stay.
  const removed = { base, branch: base.slice(1), now: edits('The lid carries the seal. Always.') };
  expect(hunk(removed)).toMatchObject({ clashes: ['words'] });
  expect(accepted(removed)).toEqual(['a paragraph  Always.', 'b paragraph B', 'c paragraph C']);
  // A block of a newer version is left alone.
  const newer = { base: [line('a', 'x', { type: 'newer' })], branch: [line('a', 'y', { type: 'newer' })], now: [line('a', 'x', { type: 'newer' })] };
  expect(hunk(newer).clashes).toEqual(['newer']);
  expect(accepted(newer)).toEqual(['a newer x']);
});

test('what is no text goes as a whole: taken over when one side changed it, refused and left alone when both did', () => {
  const thing = (value: string, more: object = {}): Block => ({ ...line('a', value), more: { cells: [value] }, ...more }) as Block;
  const base = [thing('one')];
  const sides = (branch: Block[], now: Block[]) => ({ base, branch, now, taken: NONE });
  expect(acceptHunks(sides([thing('two')], base), findHunks(sides([thing('two')], base)))).toEqual([thing('two')]);
  expect(findHunks(sides(base, [thing('three')]))).toEqual([]);
  expect(acceptHunks(sides([thing('one', { attrs: { level: 2 } })], [thing('three')]), findHunks(sides([thing('one', { attrs: { level: 2 } })], [thing('three')])))).toEqual([thing('three', { attrs: { level: 2 } })]);
  for (const branch of [[thing('two')], []]) {
    const both = sides(branch, [thing('three')]);
    expect(findHunks(both).map(({ clashes }) => clashes)).toEqual([['both']]);
    expect(acceptHunks(both, findHunks(both))).toEqual([thing('three')]);
    expect(takenOf(both, findHunks(both)).size).toBe(0);
  }
  // Accepted once it is no change any more, also where the decision could not keep it.
  const [hunked] = findHunks(sides([thing('two')], base));
  const taken = new Map([...takenOf(sides([thing('two')], base), [hunked!])].map(([id, one]) => [id, { ...one, block: null }]));
  expect(findHunks({ base, branch: [thing('two')], now: [thing('three')], taken })).toEqual([]);
});

test('a block that was cut, or joined with the one before, is one hunk; what the document did alike is none', () => {
  const base = [line('a', 'one two'), line('b', 'three')];
  const cut = findHunks({ base, branch: [line('a', 'one '), line('x', 'two', { from: 'a' }), line('b', 'three')], now: base, taken: NONE });
  expect(cut.map(({ lines }) => lines.map(({ id }) => id))).toEqual([['a', 'x']]);
  const joined = findHunks({ base, branch: [line('a', 'one twothree')], now: base, taken: NONE });
  expect(joined.map(({ lines }) => lines.map(({ id }) => id))).toEqual([['a', 'b']]);
  const same = [line('a', 'one two four'), line('b', 'three')];
  expect(findHunks({ base, branch: same, now: same, taken: NONE })).toEqual([]);
});

test('a hunk is known again while the document moves on, and is another one when the proposal says other words', () => {
  const base = [line('a', 'one two')];
  const one = hunk({ base, branch: [line('a', 'one two three')], now: base });
  expect(hunk({ base, branch: [line('a', 'one two three')], now: [line('a', 'zero one two')] }).hash).toBe(one.hash);
  expect(hunk({ base, branch: [line('a', 'one two four')], now: base }).hash).not.toBe(one.hash);
  expect(hashBlocks(base)).not.toBe(hashBlocks([line('a', 'one')]));
});

test('words of two sides do not grow together where one took away what stood between them', () => {
  const text = (value: string): Run[] => [{ text: value, marks: {} }];
  const merged = (base: string, now: string, wanted: string): string => plainOf(mergeText(text(base), text(now), text(wanted)).runs);
  expect(merged('a b c', 'a new b c', 'a c')).toMatch(/^a new +c$/);
  expect(merged('lid', 'lids', 'lid')).toBe('lids');
  expect(merged('lid', 'lid', 'lids')).toBe('lids');
  expect(merged('x', 'y', 'z')).toBe('y z');
  expect(mergeText(text('one two'), [{ text: 'one two', marks: { bold: true } }], [{ text: 'one ', marks: {} }, { text: 'two', marks: { italic: true } }]).runs).toEqual([{ text: 'one ', marks: { bold: true } }, { text: 'two', marks: { bold: true, italic: true } }]);
});

const tableBlock = (rows: string[][], id = 't'): Block => withTable({ id, attrs: {} }, tableOf(rows.map((row) => row.map((text) => (text === '' ? [] : [{ text, marks: {} }]))), ((n) => () => `i${n++}`)(0)));
const cells = (blocks: readonly Block[]): string[] => blocks.flatMap(({ table }) => table?.rows.map((row) => row.cells.map(plainOf).join(' | ')) ?? []);

test('tables: cells, rows and columns of both sides stand, words written into a row that was to go keep it, and accepting is the merge', () => {
  const base = [tableBlock([['part', 'count'], ['screw', '6'], ['lid', '1'], ['seal', '1']])];
  const { columns, rows } = base[0]!.table!;
  const words = (text: string): Run[] => [{ text, marks: {} }];
  const cell = (block: Block, row: number, column: number, text: string): Block => withTable(block, { ...block.table!, rows: block.table!.rows.map((one, at) => (at === row ? { id: one.id, cells: one.cells.map((old, i) => (i === column ? words(text) : old)) } : one)) });
  // The branch: counts sixteen screws, takes lid and seal away, puts a column in. The document: writes into the lid, puts a row in.
  const wanted = cell(base[0]!, 1, 1, '16').table!;
  const branch = [withTable(base[0]!, { columns: [columns[0]!, 'new', columns[1]!], rows: wanted.rows.slice(0, 2).map(({ id, cells: all }) => ({ id, cells: [all[0]!, words('by'), all[1]!] })) })];
  const lid = cell(base[0]!, 2, 0, 'steel lid').table!;
  const now = [withTable(base[0]!, { columns, rows: [...lid.rows, { id: 'more', cells: [words('nut'), words('2')] }] })];
  const sides: Sides = { base, branch, now, taken: NONE };
  const hunks = findHunks(sides);
  expect(hunks.map(({ clashes }) => clashes)).toEqual([['words']]);
  const merged = acceptHunks(sides, hunks);
  expect(cells(merged)).toEqual(['part | by | count', 'screw | by | 16', 'steel lid |  | 1', 'nut |  | 2']);
  expect(merged[0]!.text).toEqual(withTable(base[0]!, merged[0]!.table!).text);
  // Accepted, nothing is left; what another writes afterwards is no hunk.
  const taken = takenOf(sides, hunks);
  expect(findHunks({ ...sides, now: [cell(merged[0]!, 0, 0, 'piece')], taken })).toEqual([]);
  // Another cell is another hunk; the whole table away, unless somebody wrote into it.
  expect(findHunks({ ...sides, branch: [cell(branch[0]!, 1, 2, '17')] })[0]!.hash).not.toBe(hunks[0]!.hash);
  expect(acceptHunks({ ...sides, branch: [] , now: base }, findHunks({ ...sides, branch: [], now: base }))).toEqual([]);
  expect(cells(acceptHunks({ ...sides, branch: [] }, findHunks({ ...sides, branch: [] })))).toEqual(cells(now));
  expect(rows.length).toBe(4);
});
