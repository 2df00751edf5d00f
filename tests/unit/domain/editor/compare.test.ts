/** The history of a document: sittings, cuts, named versions, and an exact comparison. */
import { expect, test } from 'vitest';
import * as fc from 'fast-check';
import { nameVersion, readVersion, VERSION, VERSION_VERB, versionsOf } from '#domain/editor';
import { applyDiff, BLOCK_TYPES, blocksAt, compareBlocks, cutAt, DocReplica, isWhole, joinRuns, mergeText, sittings, tableOf, textAfter, textPieces, withTable, type Block, type Marks, type Run, type TextEdit } from '#domain/editor/model';
import { CUT_WRITERS_MAX } from '#domain/shared';
import type { JsonValue } from '#os/api';
import { nodeView } from '#tests/support/node-view';

const MARKS: Marks[] = [{}, { bold: true }, { italic: true, link: 'https://x.example' }];
const run = fc.record({ text: fc.array(fc.constantFrom('the ', 'lid ', 'seal', '. ', 'Винт ', '👍', ' ', 'a'), { minLength: 1, maxLength: 6 }).map((words) => words.join('')), marks: fc.constantFrom(...MARKS) });
const text = fc.array(run, { maxLength: 5 }).map((runs: Run[]) => joinRuns(runs));
const table = fc.array(fc.array(text, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 }).map((rows) => tableOf(rows, ((n) => () => `p${n++}`)(0)));
const block = (id: string) => fc.record({ type: fc.constantFrom(...BLOCK_TYPES), level: fc.constantFrom(undefined, 1, 2), done: fc.boolean(), text, from: fc.constantFrom(undefined, 'b0'), cells: table })
  .map(({ type, level, done, text: runs, from, cells }): Block => {
    const rest = { id, attrs: { ...(level ? { level } : {}), ...(done ? { done: true as const } : {}) }, ...(from === undefined ? {} : { from }) };
    return type === 'table' ? withTable(rest, cells) : { ...rest, type, text: runs };
  });
const blocks = fc.shuffledSubarray(Array.from({ length: 9 }, (_, at) => `b${at}`)).chain((ids) => fc.tuple(...ids.map(block))) as fc.Arbitrary<Block[]>;

test('a comparison is exact: applied to the first state it gives the second, and the other way round', () => {
  fc.assert(fc.property(blocks, blocks, (a, b) => {
    expect(applyDiff(a, compareBlocks(a, b))).toEqual(b);
    expect(applyDiff(b, compareBlocks(b, a))).toEqual(a);
  }), { numRuns: 400, seed: 6 });
});

test('pieces of a text are exact, and words that stayed are not said to be new', () => {
  fc.assert(fc.property(text, text, (a, b) => void expect(textAfter(a, textPieces(a, b))).toEqual(b)), { numRuns: 400, seed: 6 });
  const words = (value: string): Run[] => (value === '' ? [] : [{ text: value, marks: {} }]);
  expect(textPieces(words('The lid carries the seal.'), words('The lid holds the only seal.'))).toEqual([
    { op: 'kept', length: 8 }, { op: 'removed', length: 7 }, { op: 'added', runs: words('holds') }, { op: 'kept', length: 4 }, { op: 'added', runs: words(' only') }, { op: 'kept', length: 6 },
  ]);
  expect(textPieces(words('one two'), [{ text: 'one ', marks: {} }, { text: 'two', marks: { bold: true } }])).toEqual([{ op: 'kept', length: 4 }, { op: 'marked', length: 3, runs: [{ text: 'two', marks: { bold: true } }] }]);
});

const line = (id: string, words: string, more: Partial<Block> = {}): Block => ({ id, type: 'paragraph', attrs: {}, text: words === '' ? [] : [{ text: words, marks: {} }], ...more });

test('added, removed, moved, of another kind: each is said as such, and what stayed is not', () => {
  const before = [line('a', 'A'), line('b', 'B'), line('c', 'C'), line('d', 'D')];
  const after = [line('c', 'C'), line('a', 'A'), line('x', 'X'), line('d', 'D', { type: 'heading', attrs: { level: 1 } })];
  expect(compareBlocks(before, after)).toEqual([
    { kind: 'kept', id: 'c', moved: true }, { kind: 'kept', id: 'a', moved: false }, { kind: 'added', block: after[2] }, { kind: 'removed', id: 'b' }, { kind: 'kept', id: 'd', moved: false, shape: { type: 'heading', attrs: { level: 1 } } },
  ]);
  expect(compareBlocks(before, before).every((one) => one.kind === 'kept' && !one.moved && !one.text && !one.shape)).toBe(true);
});

/** Edits of two people as their records hold them; each writes in the other's knowledge, Boris's last edit comes late. */
function story(): { edits: TextEdit[]; states: readonly Block[][] } {
  const [anna, boris] = [new DocReplica(1), new DocReplica(2)];
  const edits: TextEdit[] = [];
  const states: Block[][] = [];
  const minutes = (n: number): number => 1_000_000 + n * 60_000;
  const write = (who: string, at: number, replica: DocReplica, next: Block[]): Uint8Array[] => {
    const updates = replica.write(next);
    for (const update of updates) edits.push({ who, writer: `log of ${who}`, at: minutes(at), stamp: minutes(at).toString(16).padStart(16, '0'), sealed: true, update });
    states.push([...replica.shown()]);
    return updates;
  };
  boris.take(write('anna', 0, anna, [line('a', 'The lid.'), line('b', 'The seal.')]));
  anna.take(write('boris', 3, boris, [line('a', 'The lid.'), line('b', 'The only seal.')]));
  boris.take(write('anna', 60, anna, [line('b', 'The only seal.'), line('a', 'The lid of steel.')]));
  write('anna', 90, anna, [line('b', 'The only seal.')]);
  write('boris', 75, boris, [line('b', 'The only seal.'), line('a', 'The lid of steel.'), line('c', 'Written offline.')]);
  return { edits: edits.sort((x, y) => x.at - y.at), states };
}

test('sittings: who wrote together without a long pause, the newest first; each is the state of that moment', () => {
  const { edits, states } = story();
  const found = sittings(edits);
  expect(found.map(({ who, edits: n, from, to }) => [who, n, (from - 1_000_000) / 60_000, (to - 1_000_000) / 60_000])).toEqual([[['anna'], 1, 90, 90], [['boris'], 1, 75, 75], [['anna'], 1, 60, 60], [['anna', 'boris'], 2, 0, 3]]);
  expect(blocksAt(edits, found[3]!.cut)).toEqual(states[1]);
  expect(blocksAt(edits, found[2]!.cut)).toEqual(states[2]);
  expect(isWhole(edits, found[0]!.cut)).toBe(true);
  expect(isWhole(edits, found[1]!.cut)).toBe(false);
});

test('a cut names what its author saw: an older edit of somebody else that comes in later is not in it', () => {
  const { edits, states } = story();
  const known = edits.filter(({ who, at }) => !(who === 'boris' && at === 1_000_000 + 75 * 60_000));
  const cut = cutAt(known, known.length - 1);
  expect(blocksAt(edits, cut)).toEqual(states[3]);
  expect(blocksAt(edits, cutAt(edits, edits.length - 1)).map(({ id }) => id)).toEqual(['b', 'c']);
  // What is not sealed may still grow: it is in no cut.
  const open = edits.map((edit, at) => ({ ...edit, sealed: at < 1 }));
  expect(Object.keys(cutAt(open, open.length - 1))).toEqual(['log of anna']);
});

test('a named version is a name and a cut; whatever a peer wrote instead is none [limit CUT_WRITERS_MAX]', () => {
  const writer = 'w'.repeat(43);
  const cut = { [writer]: '0'.repeat(16) };
  expect(nameVersion(' First draft ', cut)).toEqual({ ok: true, value: [{ op: 'node.create', type: VERSION, props: { name: 'First draft', cut }, verb: VERSION_VERB.create }] });
  expect(nameVersion(' ', cut)).toMatchObject({ error: { code: 'empty' } });
  expect(nameVersion('x', {})).toMatchObject({ error: { code: 'empty' } });
  const many = (n: number) => Object.fromEntries(Array.from({ length: n }, (_, at) => [`${writer}${at}`.slice(-43), '0'.repeat(16)]));
  expect(nameVersion('x', many(CUT_WRITERS_MAX + 1))).toMatchObject({ error: { code: 'too-long' } });
  const node = (props: Record<string, JsonValue>) => nodeView({ type: VERSION, props });
  expect(readVersion(node({ name: 'a', cut }))).toMatchObject({ name: 'a', cut });
  expect(readVersion(node({ name: 'a', cut: many(CUT_WRITERS_MAX) }))).not.toBeNull();
  for (const odd of [null, 7, [], 'x', new Uint8Array(2), { x: '0'.repeat(16) }, { [writer]: 'late' }, { [writer]: 7 }, many(CUT_WRITERS_MAX + 1)] as JsonValue[]) expect(readVersion(node({ name: 'a', cut: odd }))).toBeNull();
  expect(versionsOf([node({ name: 'a', cut }), node({ name: 'b', cut }), nodeView()]).map(({ name }) => name)).toEqual(['b', 'a']);
});

test('a letter and the marks on it are one sign: neither is said to be new without the other', () => {
  const words = (value: string): Run[] => [{ text: value, marks: {} }];
  const said = (before: string, after: string): string[] => textPieces(words(before), words(after)).flatMap((piece) => (piece.op === 'added' ? [piece.runs.map(({ text: added }) => added).join('')] : []));
  expect(said('стои\u0301т тут', 'стои\u0306т тут')).toEqual(['стои\u0306т']);
  expect(said('वह किताब', 'वह किताबें')).toEqual(['किताबें']);
  expect(mergeText(words('किताब'), words('किताबें'), words('किताबों')).runs.map(({ text: both }) => both)).toEqual(['किताबें किताबों']);
});

test('a history of very many sittings is counted in a moment', { timeout: 20_000 }, () => {
  const edits = Array.from({ length: 20_000 }, (_, at): TextEdit => ({ who: 'anna', at: at * 3_600_000, writer: 'w'.repeat(43), stamp: at.toString(16).padStart(16, '0'), sealed: true, update: new Uint8Array() }));
  const all = sittings(edits);
  expect([all.length, all[0]!.cut, all.at(-1)!.cut]).toEqual([20_000, cutAt(edits, 19_999), cutAt(edits, 0)]);
});
