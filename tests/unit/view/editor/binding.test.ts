/**
 * The editor over the copy of a document (issue 6, must show 1), by its own commands and without a screen: what two or three people do at once ends in the same
 * page, which is the copy's, and what was typed stands in it once. 200 seeds with LGOS_FULL=1, reduced otherwise.
 */
import { undo } from '@tiptap/pm/history';
import { TextSelection } from '@tiptap/pm/state';
import { toggleMark } from '@tiptap/pm/commands';
import { describe, expect, test } from 'vitest';
import { plainOf } from '#domain/editor/model';
import { dice } from '#tests/unit/domain/editor/writers';
import { Desk, schema } from '#tests/unit/view/editor/desk';
import { enter, indent, moveBlocks, turnInto } from '#view/editor/acts.ts';
import { cutColumn, cutRow, deleteAcross, nextCell, putColumn, putRow, putTable, toggleHead } from '#view/editor/table-acts.ts';
import { tableNode } from '#view/editor/table-nodes.ts';
import { enterTable, pasteInTable, rowsOf } from '#view/editor/table-paste.ts';
import { blocksOfText } from '#view/editor/markdown.ts';

const SEEDS = process.env['LGOS_FULL'] === '1' ? 200 : 8;
type Act = 'type' | 'mark' | 'move' | 'heading' | 'forget' | 'list' | 'split' | 'code' | 'undo' | 'cut' | 'table' | 'row' | 'column' | 'head' | 'cut-row' | 'cut-column' | 'across';

/** Puts the caret somewhere outside of a token, by dice. */
function goAnywhere(desk: Desk, roll: (below: number) => number): void {
  const spots: number[] = [];
  desk.state.doc.descendants((node, pos) => {
    if (!node.isTextblock) return;
    let inside = false;
    for (let at = 0; at <= node.textContent.length; at++) {
      if (!inside) spots.push(pos + 1 + at);
      inside = node.textContent[at] === '⟨' || (inside && node.textContent[at] !== '⟩');
    }
  });
  desk.dispatch(desk.state.tr.setSelection(TextSelection.create(desk.state.doc, spots[roll(spots.length)]!)));
}

function act(desk: Desk, what: Act, roll: (below: number) => number, token: () => string): void {
  if (what === 'undo') return desk.run(undo);
  goAnywhere(desk, roll);
  const { $head } = desk.state.selection;
  switch (what) {
    case 'type':
      for (const letter of token()) desk.dispatch(desk.state.tr.insertText(letter));
      return;
    case 'mark':
      desk.dispatch(desk.state.tr.setSelection(TextSelection.create(desk.state.doc, $head.start(), $head.end())));
      return desk.run(toggleMark(schema.marks[['bold', 'italic', 'mono'][roll(3)]!]!));
    case 'move':
      return desk.run(moveBlocks(roll(2) ? 1 : -1));
    case 'heading':
      return desk.run(turnInto({ kind: 'heading', level: 1 + roll(3) }));
    case 'forget':
      return desk.dispatch(desk.state.tr.setNodeMarkup($head.before(1), null, { kind: 'heading', level: 1 + roll(3) }));
    case 'list':
      desk.run(turnInto({ kind: 'list', ...(roll(2) ? { numbered: true } : {}) }));
      return desk.run(indent(roll(3) ? 1 : -1));
    case 'code':
      return desk.run(turnInto({ kind: 'code' }));
    case 'split':
      return desk.run(enter);
    case 'table':
      return desk.run(putTable);
    case 'row':
      return desk.run(putRow(roll(2) ? 1 : 0));
    case 'column':
      return desk.run(putColumn(roll(2) ? 1 : 0));
    case 'head':
      return desk.run(toggleHead);
    case 'cut-row':
      return desk.run(cutRow);
    case 'cut-column':
      return desk.run(cutColumn);
    case 'across': {
      const other = roll(desk.state.doc.content.size);
      desk.dispatch(desk.state.tr.setSelection(TextSelection.between(desk.state.selection.$head, desk.state.doc.resolve(other))));
      return desk.run(deleteAcross);
    }
    case 'cut':
      return desk.dispatch(desk.state.tr.delete($head.before(1), $head.after(1)));
  }
}

/** Runs a seed; gives tokens that are lost or doubled, and pages that differ from the first or from their own copy. */
function together(seed: number, acts: readonly Act[]): { tokens: number; lost: number; doubled: number; differ: number } {
  const roll = dice(seed);
  const desks = Array.from({ length: 2 + (seed % 2) }, (_, no) => new Desk(1_000 * (no + 1) + roll(900)));
  const tokens: string[] = [];
  const heard = desks.map(() => desks.map(() => 0));
  const hear = (to: number): void => desks.forEach((from, no) => {
    if (no !== to) desks[to]!.binding.take(from.sent.slice(heard[to]![no]));
    heard[to]![no] = from.sent.length;
  });
  for (const line of ['one', 'two', 'three']) {
    act(desks[0]!, 'type', roll, () => (tokens.push(`⟨${line}⟩`), `⟨${line}⟩`));
    desks[0]!.run(enter);
  }
  desks.forEach((_, to) => hear(to));
  for (let round = 0; round < 6; round++) {
    for (const [no, desk] of desks.entries()) for (let i = 0; i < 4; i++) act(desk, acts[roll(acts.length)]!, roll, () => (tokens.push(`⟨${no}.${tokens.length}⟩`), tokens.at(-1)!));
    desks.forEach((_, to) => roll(3) > 0 && hear(to));
  }
  desks.forEach((_, to) => hear(to));
  const text = desks[0]!.page().join('\n');
  const counts = tokens.map((one) => text.split(one).length - 1);
  const own = desks.filter((desk) => desk.replica.shown().length > 0 && JSON.stringify(desk.page()) !== JSON.stringify(desk.replica.shown().map((block) => `${block.type} ${plainOf(block.text)}`))).length;
  return { tokens: tokens.length, lost: counts.filter((n) => n === 0).length, doubled: counts.filter((n) => n > 1).length, differ: own + desks.filter((desk) => JSON.stringify(desk.page()) !== JSON.stringify(desks[0]!.page())).length };
}

function run(acts: Act[]): { tokens: number; lost: number; doubled: number; differ: number } {
  const sum = { tokens: 0, lost: 0, doubled: 0, differ: 0 };
  for (let seed = 1; seed <= SEEDS; seed++) for (const [key, n] of Object.entries(together(seed, acts))) sum[key as keyof typeof sum] += n;
  if (process.env['LGOS_FULL'] === '1') console.info(acts.join(' '), JSON.stringify(sum));
  return sum;
}

describe('{C3} editors over one document', { timeout: 600_000 }, () => {
  for (const acts of [['type'], ['type', 'mark'], ['type', 'move'], ['type', 'heading'], ['type', 'list'], ['type', 'type', 'table', 'row', 'column', 'head', 'move'], ['type', 'mark', 'move', 'heading', 'list', 'code']] as Act[][]) {
    test(`${acts.join(', ')}: one page, nothing lost, nothing twice`, () => {
      const found = run(acts);
      expect(found.tokens).toBeGreaterThan(SEEDS * 10);
      expect(found).toEqual({ tokens: found.tokens, lost: 0, doubled: 0, differ: 0 });
    });
  }

  test('splits and undo besides: one page, nothing lost by splits', () => {
    expect(run(['type', 'split', 'move', 'heading'])).toMatchObject({ lost: 0, differ: 0 });
    expect(run(['type', 'mark', 'move', 'heading', 'list', 'split', 'code', 'undo', 'cut']).differ).toBe(0);
  });

  test('rows and columns taken away, choices over cells deleted, undone: one page, in which every row has every column', () => {
    expect(run(['type', 'table', 'row', 'column', 'cut-row', 'cut-column', 'across', 'undo', 'move', 'split', 'cut']).differ).toBe(0);
  });

  test('a table is written by keys; two people in two cells and in one keep every letter; the caret stays in its cell', () => {
    const [one, two] = [new Desk(1_001), new Desk(2_002)];
    const type = (desk: Desk, words: string): void => [...words].forEach((letter) => desk.dispatch(desk.state.tr.insertText(letter)));
    type(one, '| Part | Count |');
    one.run(enterTable);
    type(one, 'screw');
    one.run(nextCell(1));
    type(one, '6');
    one.run(nextCell(1));
    type(one, 'lid');
    expect(one.page()).toEqual(['table Part\tCount\nscrew\t6\nlid\t']);
    two.binding.take(one.sent);
    const seen = one.sent.length;
    // Boris stands in the first cell of the second row, Anna puts a row above and a column before; both write into the same empty cell.
    const inCell = (desk: Desk, words: string): void => {
      let at = -1;
      desk.state.doc.descendants((node, pos) => void (node.type.name === 'cell' && node.textContent === words && (at = pos + 1 + node.content.size)));
      desk.dispatch(desk.state.tr.setSelection(TextSelection.create(desk.state.doc, at)));
    };
    inCell(two, 'screw');
    inCell(one, 'screw');
    one.run(putRow(0));
    one.run(putColumn(0));
    inCell(one, 'lid');
    one.run(nextCell(1));
    type(one, 'A');
    two.binding.take(one.sent.slice(seen));
    expect(two.state.selection.$head.parent.textContent).toBe('screw');
    expect(two.state.selection.$head.parentOffset).toBe(5);
    inCell(two, 'A');
    type(two, 'B');
    type(one, 'C');
    one.binding.take(two.sent);
    two.binding.take(one.sent.slice(seen));
    expect(one.page()).toEqual(two.page());
    expect(one.page()[0]).toMatch(/^table \tPart\tCount\n\t\t\n\tscrew\t6\n\tlid\tA(?:BC|CB)$/);
    expect(one.state.doc.firstChild!.children.map((row) => row.child(0).attrs['head'])).toEqual([true, false, false, false]);
  });

  test('pasted: a GFM table becomes one, a sheet fills the cells from the caret on, and what else is typed stays one text', () => {
    const nodes = blocksOfText(schema, 'before\n| a | b \\| c |\n| --- | :-: |\n| 1 | 2<br>3 |\n\nafter | it');
    expect(nodes.map((node) => node.type.name)).toEqual(['block', 'table', 'block']);
    expect(nodes[1]!.children.map((row) => row.children.map((cell) => cell.textContent))).toEqual([['a', 'b | c'], ['1', '2\n3']]);
    expect([rowsOf('a\tb\nc\td'), rowsOf('a\tb'), rowsOf('plain'), rowsOf('| a | b |')]).toEqual([[['a', 'b'], ['c', 'd']], null, null, null]);
    const desk = new Desk(1_001);
    desk.dispatch(desk.state.tr.replaceWith(0, 2, tableNode(schema, { bid: 'b' }, [['', ''], ['', '']])));
    desk.dispatch(desk.state.tr.setSelection(TextSelection.create(desk.state.doc, 5)));
    desk.dispatch(pasteInTable(desk.state, 'x\ty\nz\tw'));
    // What does not fit into the table makes it larger, as one act, and nothing is dropped.
    expect(desk.page()).toEqual(['table \tx\ty\n\tz\tw']);
    desk.dispatch(desk.state.tr.setSelection(TextSelection.create(desk.state.doc, 3)));
    desk.dispatch(pasteInTable(desk.state, 'a\tb\tc\td\n\t\t\t\ne\tf\tg\th'));
    expect(desk.page()).toEqual(['table a\tb\tc\td\n\t\t\t\ne\tf\tg\th']);
    expect(desk.state.doc.firstChild!.children.map((row) => row.children.map(({ attrs }) => attrs['head'] as boolean))).toEqual([[true, true, true, true], [false, false, false, false], [false, false, false, false]]);
    const wide = `${'x\t'.repeat(28)}y`;
    desk.dispatch(pasteInTable(desk.state, `${wide}\n${wide}`));
    expect(desk.page().map((line) => line.split(/[\t\n]/).length)).toEqual([12, 58]);
  });

  test('control: a change of kind that forgets the id of its block, as the commands of the library do, loses and doubles, and is seen', () => {
    const found = run(['type', 'forget']);
    expect(found.differ).toBe(0);
    expect(found.lost + found.doubled).toBeGreaterThan(0);
  });

  test('what comes in while a word is composed waits, and nothing typed meanwhile is lost', () => {
    const [one, two] = [new Desk(1_001), new Desk(2_002)];
    act(one, 'type', () => 0, () => 'base');
    two.binding.take(one.sent);
    one.composing = true;
    one.dispatch(one.state.tr.insertText('か'));
    two.dispatch(two.state.tr.insertText('X', 1));
    one.binding.take(two.sent);
    expect(one.page()).toEqual(['paragraph baseか']);
    one.dispatch(one.state.tr.insertText('な'));
    one.composing = false;
    one.binding.take([]);
    expect(one.page()).toEqual(['paragraph Xbaseかな']);
    two.binding.take(one.sent);
    expect(two.page()).toEqual(one.page());
  });

  test('the caret keeps its letters while another writes before it and moves its block; undo takes back what was typed here only', () => {
    const [one, two] = [new Desk(1_001), new Desk(2_002)];
    for (const letter of 'first') one.dispatch(one.state.tr.insertText(letter));
    one.run(enter);
    for (const letter of 'second') one.dispatch(one.state.tr.insertText(letter));
    two.binding.take(one.sent);
    one.dispatch(one.state.tr.setSelection(TextSelection.create(one.state.doc, 3)));
    two.dispatch(two.state.tr.insertText('>> ', 1));
    two.dispatch(two.state.tr.setSelection(TextSelection.create(two.state.doc, 2)));
    two.run(moveBlocks(1));
    one.binding.take(two.sent);
    expect(one.page()).toEqual(['paragraph second', 'paragraph >> first']);
    const { $head } = one.state.selection;
    expect([$head.parent.textContent, $head.parent.textBetween(0, $head.parentOffset)]).toEqual(['>> first', '>> fi']);
    one.dispatch(one.state.tr.insertText('!'));
    one.run(undo);
    expect(one.page()).toEqual(['paragraph second', 'paragraph >> first']);
  });
});
