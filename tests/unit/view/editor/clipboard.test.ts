/** Copy and paste inside of the app (issue 6): kinds, marks, tables and pictures stay; what any other page may put on the clipboard under the same name is read like a stranger's file. */
import fc from 'fast-check';
import { EditorState, NodeSelection, TextSelection } from '@tiptap/pm/state';
import { expect, test } from 'vitest';
import { tableOf, withTable, type Block } from '#domain/editor/model';
import { schema } from '#tests/unit/view/editor/desk';
import { BlocksSelection } from '#view/editor/block-selection.ts';
import { clipText, readClip } from '#view/editor/clip.ts';
import { clipOf, pasteClip } from '#view/editor/clipboard.ts';
import { Converter, newBlockId } from '#view/editor/convert.ts';

const FILE = 'A'.repeat(22);
let parts = 0;
const BLOCKS: readonly Block[] = [
  { id: 'h', type: 'heading', attrs: { level: 2 }, text: [{ text: 'Lid', marks: {} }] },
  { id: 'p', type: 'paragraph', attrs: {}, text: [{ text: 'glued ', marks: {} }, { text: 'on', marks: { bold: true } }, { text: ' here', marks: { link: 'https://a.example/' } }] },
  { id: 't', type: 'task', attrs: { done: true, indent: 1 }, text: [{ text: 'Seal', marks: {} }] },
  { id: 'c', type: 'code', attrs: { lang: 'ts' }, text: [{ text: 'a\nb', marks: {} }] },
  { id: 'd', type: 'divider', attrs: {}, text: [] },
  withTable({ id: 'x', attrs: {} }, tableOf([[[{ text: 'Part', marks: {} }], []], [[{ text: 'Screw', marks: { italic: true } }], []]], () => `i${parts++}`)),
  { id: 'f', type: 'picture', attrs: { file: FILE, alt: 'The lid' }, text: [] },
];

const converter = new Converter(schema);
const page = (blocks: readonly Block[]): EditorState => EditorState.create({ schema, doc: schema.node('doc', null, blocks.map((block) => converter.nodeOf(block))) });
/** What blocks say, without ids. */
const said = (blocks: readonly Block[]): unknown[] => blocks.map(({ type, attrs, text, table }) => ({ type, attrs, ...(table ? { rows: table.rows.map(({ cells }) => cells) } : { text }) }));
const blocksOf = (state: EditorState): Block[] => state.doc.children.map((node) => new Converter(schema).blockOf(node));
const choose = (state: EditorState, from: number, to: number): EditorState => state.apply(state.tr.setSelection(TextSelection.create(state.doc, from, to)));
const paragraph = (text: string): Block => ({ id: newBlockId(), type: 'paragraph', attrs: {}, text: text === '' ? [] : [{ text, marks: {} }] });

test('whole blocks come as they were, with ids of their own; a file of another space comes as its name', () => {
  const state = page(BLOCKS);
  const last = state.doc.content.size - state.doc.lastChild!.nodeSize;
  const all = state.apply(state.tr.setSelection(BlocksSelection.at(state.doc, 0, last)));
  const clip = clipText(clipOf(all)!, 'here');
  const read = readClip(clip, 'here')!;
  expect(said(read.blocks)).toEqual(said(BLOCKS));
  expect(new Set([...read.blocks, ...BLOCKS].map(({ id }) => id)).size).toBe(2 * BLOCKS.length);
  const behind = page([paragraph('one'), paragraph('two')]);
  const put = behind.apply(pasteClip(choose(behind, 2, 2), clip, 'here')!);
  expect(said(blocksOf(put))).toEqual(said([paragraph('one'), ...BLOCKS, paragraph('two')]));
  expect(said(readClip(clip, 'elsewhere')!.blocks).at(-1)).toEqual({ type: 'paragraph', attrs: {}, text: [{ text: 'The lid', marks: {} }] });
  // Behind blocks that are chosen: nothing is taken away.
  const beside = all.apply(pasteClip(all, clip, 'here')!);
  expect(said(blocksOf(beside))).toEqual(said([...BLOCKS, ...BLOCKS]));
});

test('a part of one text goes into the text with its marks; into code, into a cell as words, and over cells only words do', () => {
  const state = page(BLOCKS);
  const at = state.doc.firstChild!.nodeSize + 1;
  const clip = clipText(clipOf(choose(state, at + 6, at + 8))!, 'here');
  expect(readClip(clip, 'here')).toMatchObject({ words: true, blocks: [{ text: [{ text: 'on', marks: { bold: true } }] }] });
  const heading = choose(state, 2, 2);
  expect(said(blocksOf(heading.apply(pasteClip(heading, clip, 'here')!)))[0]).toEqual({ type: 'heading', attrs: { level: 2 }, text: [{ text: 'L', marks: {} }, { text: 'on', marks: { bold: true } }, { text: 'id', marks: {} }] });
  const places = new Map<string, number>();
  state.doc.descendants((node, pos) => void (node.isTextblock && places.set(node.textContent, pos + 1)));
  expect(pasteClip(choose(state, places.get('a\nb')!, places.get('a\nb')!), clip, 'here')).toBeNull();
  expect(pasteClip(choose(state, places.get('Screw')!, places.get('a\nb')!), clip, 'here')).toBeNull();
  const cell = choose(state, places.get('Screw')!, places.get('Screw')!);
  expect(cell.apply(pasteClip(cell, clip, 'here')!).doc.textContent).toContain('onScrew');
  // A part of a table goes as words alone; lines of code stay code.
  expect(clipOf(choose(state, places.get('Screw')!, places.get('Screw')! + 2))).toBeNull();
  expect(readClip(clipText(clipOf(choose(state, places.get('a\nb')!, places.get('a\nb')! + 3))!, 'here'), 'here')).toMatchObject({ words: false, blocks: [{ type: 'code', text: [{ text: 'a\nb' }] }] });
  const picture = state.apply(state.tr.setSelection(NodeSelection.create(state.doc, state.doc.content.size - 1)));
  expect(said(readClip(clipText(clipOf(picture)!, 'here'), 'here')!.blocks)).toEqual(said(BLOCKS.slice(-1)));
});

test('what a stranger put there is read as far as it is known, and never breaks the page', () => {
  const read = (value: unknown): unknown => readClip(JSON.stringify(value), 's');
  for (const nothing of [null, 1, 'x', [], {}, { blocks: {} }, { blocks: [null, 1, { type: 'script' }, { type: 'newer', text: 'x' }, { type: 'file', attrs: { file: 'x' } }, { type: 'table', rows: [] }] }]) expect(read(nothing), JSON.stringify(nothing)).toBeNull();
  for (const broken of ['', '{', 'x'.repeat(8_000_001)]) expect(readClip(broken, 's')).toBeNull();
  const odd = { space: 's', blocks: [{ type: 'paragraph', id: 'mine', from: 'mine', attrs: { level: 99, indent: -1, file: 1, __proto__: { x: 1 }, onclick: 'x' }, text: [{ text: 'a', marks: { link: 'javascript:alert(1)', bold: 'yes', style: 'x' } }, { text: 1 }, null, { text: '' }] }] };
  const { blocks } = read(odd) as { blocks: Block[] };
  expect(said(blocks)).toEqual([{ type: 'paragraph', attrs: {}, text: [{ text: 'a', marks: {} }] }]);
  expect([blocks[0]!.id === 'mine', 'from' in blocks[0]!]).toEqual([false, false]);
  const state = page([paragraph('here')]);
  fc.assert(fc.property(fc.json({ maxDepth: 6 }), fc.constantFrom(...BLOCKS.map(({ type }) => type)), (json, type) => {
    const given = JSON.parse(json) as unknown;
    const text = JSON.stringify({ space: 's', words: given, blocks: [{ type, attrs: given, text: given, rows: [[given]] }, given] });
    const tr = pasteClip(choose(state, 2, 2), text, 's');
    if (tr) state.apply(tr).doc.check();
  }), { numRuns: 300 });
});
