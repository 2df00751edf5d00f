/** Keys and pastes that lose no word and no space of those around them. */
import { TextSelection } from '@tiptap/pm/state';
import { expect, test } from 'vitest';
import { enter, enterInCode, turnInto } from '#view/editor/acts.ts';
import { pasteText } from '#view/editor/clipboard.ts';
import { cellBelow } from '#view/editor/table-acts.ts';
import { tableNode } from '#view/editor/table-nodes.ts';
import { Desk, schema } from './desk.ts';

const at = (desk: Desk, words: string, offset: number): number => {
  let found = -1;
  desk.state.doc.descendants((node, pos) => void (node.isText && node.text === words && (found = pos + offset)));
  return found;
};
const type = (desk: Desk, words: string): Desk => (desk.dispatch(desk.state.tr.insertText(words)), desk);

test('words pasted into a line keep the spaces around them, and white space alone is only that', () => {
  const pasted = (line: string, text: string): string[] => {
    const desk = type(new Desk(1_001), line);
    pasteText(desk, text);
    pasteText(desk, '!');
    return desk.page();
  };
  expect(pasted('this', ' and more')).toEqual(['paragraph this and more!']);
  expect(pasted('', 'before ')).toEqual(['paragraph before !']);
  expect(pasted('one', ' ')).toEqual(['paragraph one !']);
  expect(pasted('one', '\n\n two \r\n\n')).toEqual(['paragraph one two !']);
  expect(pasted('one', '\n')).toEqual(['paragraph one!']);
  expect(pasted('', '\n')).toEqual(['paragraph !']);
  const desk = type(new Desk(1_001), 'cut here');
  desk.dispatch(desk.state.tr.setSelection(TextSelection.create(desk.state.doc, 4)));
  pasteText(desk, ' ');
  expect(desk.page()).toEqual(['paragraph cut  here']);
});

test('the same in a cell, where lines stay lines', () => {
  const desk = new Desk(1_001);
  desk.dispatch(desk.state.tr.replaceWith(0, 2, tableNode(schema, { bid: 't' }, [['alpha', ''], ['', '']])));
  desk.dispatch(desk.state.tr.setSelection(TextSelection.create(desk.state.doc, at(desk, 'alpha', 5))));
  pasteText(desk, '\n beta\ngamma \n');
  expect(desk.page()).toEqual(['table alpha beta\ngamma \t\n\t']);
});

test('Enter over the edge of a cell takes what was chosen, and no cell and no word beside it', () => {
  for (const kind of ['paragraph', 'code']) {
    const desk = type(new Desk(1_001), 'after words');
    if (kind === 'code') desk.run(turnInto({ kind }));
    desk.dispatch(desk.state.tr.insert(0, tableNode(schema, { bid: 't' }, [['alpha', 'beta'], ['gamma', 'delta'], ['eps', 'zeta']])));
    desk.dispatch(desk.state.tr.setSelection(TextSelection.create(desk.state.doc, at(desk, 'delta', 2), at(desk, 'after words', 5))));
    expect([cellBelow, enterInCode, enter].some((command) => command(desk.state, desk.dispatch))).toBe(true);
    expect(desk.page()).toEqual(['table alpha\tbeta\ngamma\tde\n\t', `${kind}  words`]);
  }
});
