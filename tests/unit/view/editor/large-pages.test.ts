/** Pages, proposals and pasted texts that are large, or made to hold the reader up: what is done at each key stays short. */
import { getSchema } from '@tiptap/core';
import { EditorState } from '@tiptap/pm/state';
import type { EditorView } from '@tiptap/pm/view';
import { afterEach, expect, test, vi } from 'vitest';
import type { Proposal, Review } from '#domain/editor/proposals';
import { findHunks, type Block } from '#domain/editor/model';
import { embedsOf } from '#view/editor/block-cards.tsx';
import { changeMarks } from '#view/editor/change-marks.ts';
import { drawable } from '#view/editor/code-marks.ts';
import { Converter } from '#view/editor/convert.ts';
import { Importer } from '#view/editor/importer.ts';
import { blocksOfText } from '#view/editor/markdown.ts';
import { schemaParts } from '#view/editor/nodes.ts';
import { tableLines } from '#view/editor/table-text.ts';
import type { Moment } from '#view/editor/use-versions.ts';
import { cameIn } from '#view/editor/versions-panel.tsx';

const schema = getSchema(schemaParts((key) => String(key)));
const page = (sign: string, length: number): Block[] => Array.from({ length }, (_, at) => ({ id: `${sign}${at}`, type: 'paragraph', attrs: {}, text: [{ text: `${sign} words of line ${at}`, marks: {} }] }));

afterEach(() => vi.unstubAllGlobals());

test('a suggestion that turns a long page over is compared and drawn in a moment', () => {
  const [base, branch] = [page('was', 3_000), page('will', 3_000)];
  const hunks = findHunks({ base, branch, now: base, taken: new Map() });
  expect(hunks).toHaveLength(6_000);
  const converter = new Converter(schema);
  const { plugin, show } = changeMarks(() => undefined);
  let state = EditorState.create({ schema, doc: schema.node('doc', null, base.map((block) => converter.nodeOf(block))), plugins: [plugin] });
  const view = { get state() {
    return state;
  }, dispatch: (tr: EditorState['tr']) => (state = state.apply(tr)) } as unknown as EditorView;
  show(view, [{ id: 'p', note: 'n', hunks, shows: 'now', other: [...base, ...branch] }]);
  // What would come stands behind the last line of the page.
  const drawn = plugin.spec.key!.getState(state) as { drawn: { find(): { from: number }[] } };
  expect(Math.max(...drawn.drawn.find().map(({ from }) => from))).toBe(state.doc.content.size);
});

test('the proposals of a history are looked through once each, however many sittings it has', () => {
  let asked = 0;
  const proposals = Array.from({ length: 50 }, (_, at) => ({ id: `p${at}`, title: `Proposal ${at}`, by: 'anna' }) as unknown as Proposal);
  const review = ({ id }: Proposal): Review => (asked++, { decisions: new Map(), approvals: new Map(), taken: id === 'p7' ? [{ hunk: 'h', hash: '', by: 'boris', at: 2_500, blocks: [] }] : [] });
  const moments = Array.from({ length: 200 }, (_, at): Moment => ({ key: `s${at}`, from: at * 10_000, at: at * 10_000 + 1_000, who: ['boris'], edits: 1, cut: {}, named: null }));
  const came = cameIn({ proposals, review }, moments);
  expect(asked).toBe(50);
  expect([...came].filter(([, list]) => list.length > 0).map(([key, list]) => [key, list.map(({ title }) => title)])).toEqual([['s0', ['Proposal 7']]]);
});

test('pasted text that is made to look like the head of a table over and over is words', () => {
  expect(blocksOfText(schema, 'a|b\n-|-\n'.repeat(20_000))).toHaveLength(40_000);
  expect(tableLines(['a|b', `-|${' '.repeat(240_000)}x`], 0)).toBeNull();
  expect(tableLines(['a|b', `${' '.repeat(240_000)}x|`], 0)).toBeNull();
  expect([tableLines([' a | b ', '  | --- | :-: |  ', 'c|d'], 0)?.rows, tableLines(['a|b', ':-|-:', ''], 0)?.rows, tableLines(['a|b', '- - | -'], 0)]).toEqual([[['a', 'b'], ['c', 'd']], [['a', 'b']], null]);
});

test('an import that was given up answers: whoever asks it for more is not left waiting', async () => {
  vi.stubGlobal('Worker', class {
    postMessage(): void {}
    terminate(): void {}
  });
  const importer = new Importer(() => undefined);
  const reading = importer.updates(1);
  importer.close();
  await expect(reading).rejects.toThrow('given up');
  await expect(importer.page(0, 1, [])).rejects.toThrow('given up');
});

test('a page of nothing but formulas, code or links to things of ours draws the first of them only: it opens', () => {
  const converter = new Converter(schema);
  const doc = (block: Omit<Block, 'id'>, length: number) => schema.node('doc', null, Array.from({ length }, (_, at) => converter.nodeOf({ ...block, id: `b${at}` })));
  const code = (lang: string) => doc({ type: 'code', attrs: { lang }, text: [{ text: 'x'.repeat(5_000), marks: {} }] }, 1_000);
  const [formulas, lines] = [code('math'), code('ts')];
  expect(formulas.children.map((node) => drawable(formulas).has(node))).toEqual(Array.from({ length: 1_000 }, (_, at) => at < 10));
  expect(lines.children.filter((node) => drawable(lines).has(node))).toHaveLength(80);
  const links = doc({ type: 'paragraph', attrs: {}, text: [{ text: 'a card', marks: { link: '#/space/documents/page' } }] }, 1_000);
  expect([...embedsOf(links, 'https://x.example/').keys()]).toEqual(Array.from({ length: 50 }, (_, at) => `b${at}`));
});
