/** Whole blocks chosen together (issue 6): the choice stays with its blocks, whatever others do to the page, and what is done is done with all of them and undone at once. */
import { undo } from '@tiptap/pm/history';
import { NodeSelection, TextSelection } from '@tiptap/pm/state';
import { expect, test } from 'vitest';
import { Desk } from '#tests/unit/view/editor/desk';
import { cutBlocks, doubleBlocks, enter, moveBlocks, taskWords, turnInto } from '#view/editor/acts.ts';
import { BlocksSelection, chooseAll, chooseBlocks, chooseTo, chosenBlocks, chosenCount, stepBlocks, writeOn } from '#view/editor/block-selection.ts';

/** Two who see the same page of these lines; the first stands in the line `at`. */
function two(lines: readonly string[], at: number): [Desk, Desk] {
  const [a, b] = [new Desk(1), new Desk(2)];
  for (const [n, line] of lines.entries()) {
    if (n > 0) a.run(enter);
    a.dispatch(a.state.tr.insertText(line));
  }
  swap(a, b);
  stand(a, at);
  return [a, b];
}

function swap(a: Desk, b: Desk): void {
  const [mine, theirs] = [a.sent.splice(0), b.sent.splice(0)];
  b.binding.take(mine);
  a.binding.take(theirs);
}

function stand(desk: Desk, line: number): void {
  let pos = 1;
  for (let at = 0; at < line; at++) pos += desk.state.doc.child(at).nodeSize;
  desk.dispatch(desk.state.tr.setSelection(TextSelection.create(desk.state.doc, pos)));
}

const words = (desk: Desk): string[] => desk.page().map((line) => line.replace('paragraph ', ''));
const chosen = (desk: Desk): string[] => (desk.state.selection instanceof BlocksSelection ? chosenBlocks(desk.state).map(({ node }) => node.textContent) : []);

test('Enter on a block without words begins a line below it and takes nothing away', () => {
  const [a, b] = two(['one', 'two', 'three'], 1);
  a.run(turnInto({ kind: 'divider' }));
  const pos = a.state.doc.child(0).nodeSize;
  expect(a.state.doc.child(1).isAtom, 'control: it has no words').toBe(true);
  a.dispatch(a.state.tr.setSelection(NodeSelection.create(a.state.doc, pos)));
  a.run(enter);
  a.dispatch(a.state.tr.insertText('below'));
  swap(a, b);
  for (const desk of [a, b]) expect(desk.page().map((line) => line.replace(/^divider .*/, 'divider'))).toEqual(['paragraph one', 'divider', 'paragraph below', 'paragraph three']);
});

test('the choice grows and shrinks from where it began, and ends at the ends of the page', () => {
  const [a] = two(['one', 'two', 'three'], 1);
  a.run(chooseBlocks);
  expect(chosen(a)).toEqual(['two']);
  a.run(stepBlocks(1, true));
  a.run(stepBlocks(1, true));
  expect(chosen(a)).toEqual(['two', 'three']);
  a.run(stepBlocks(-1, true));
  a.run(stepBlocks(-1, true));
  a.run(stepBlocks(-1, true));
  expect(chosen(a)).toEqual(['one', 'two']);
  a.run(stepBlocks(1, false));
  expect(chosen(a)).toEqual(['two']);
  a.run(chooseAll);
  expect(chosenCount(a.state)).toBe(3);
  a.run(writeOn);
  expect([chosenCount(a.state), a.state.selection.$head.parent.textContent, a.state.selection.$head.parentOffset]).toEqual([0, 'three', 5]);
});

test('what is done is done with all of them, and one undo takes it back with the choice', () => {
  const [a, b] = two(['one', 'two', 'three'], 0);
  a.run(chooseBlocks);
  a.run(stepBlocks(1, true));
  a.run(moveBlocks(1));
  expect([words(a), chosen(a)]).toEqual([['three', 'one', 'two'], ['one', 'two']]);
  a.run(turnInto({ kind: 'code' }));
  expect([a.page(), chosen(a)]).toEqual([['paragraph three', 'code one', 'code two'], ['one', 'two']]);
  a.run(turnInto({ kind: 'heading', level: 2 }));
  expect(a.page()).toEqual(['paragraph three', 'heading one', 'heading two']);
  a.run(undo);
  a.run(undo);
  a.run(doubleBlocks);
  expect([words(a), chosen(a)]).toEqual([['three', 'one', 'two', 'one', 'two'], ['one', 'two']]);
  expect(new Set(a.state.doc.children.map(({ attrs }) => attrs['bid'] as string)).size).toBe(5);
  a.run(cutBlocks);
  expect(words(a)).toEqual(['three', 'one', 'two']);
  a.run(undo);
  expect([words(a), chosen(a)]).toEqual([['three', 'one', 'two', 'one', 'two'], ['one', 'two']]);
  expect(taskWords(a.state)?.text).toBe('one\ntwo');
  a.run(chooseAll);
  a.run(cutBlocks);
  expect(a.page()).toEqual(['paragraph ']);
  a.run(undo);
  swap(a, b);
  expect(b.page()).toEqual(a.page());
});

test('others move, retype, write between and take away: the choice is of the same blocks', () => {
  const [a, b] = two(['one', 'two', 'three', 'four'], 1);
  a.run(chooseBlocks);
  a.run(stepBlocks(1, true));
  stand(b, 1);
  b.run(moveBlocks(-1));
  b.run(turnInto({ kind: 'code' }));
  swap(a, b);
  expect([a.page(), chosen(a)]).toEqual([['code two', 'paragraph one', 'paragraph three', 'paragraph four'], ['two', 'one', 'three']]);
  stand(b, 0);
  b.run(cutBlocks);
  swap(a, b);
  expect([words(a), chosen(a)]).toEqual([['one', 'three', 'four'], ['three']]);
  stand(b, 1);
  b.run(cutBlocks);
  swap(a, b);
  // All of them are gone: one writes on where they were.
  expect([words(a), chosen(a)]).toEqual([['one', 'four'], []]);
  a.dispatch(a.state.tr.insertText('!'));
  swap(a, b);
  expect(b.page()).toEqual(a.page());
  expect(words(a).join(' ')).toContain('!');
});

test('chosen to a block that is pressed, from where one stood', () => {
  const [a] = two(['one', 'two', 'three'], 2);
  a.run(chooseTo(String(a.state.doc.child(0).attrs['bid']), true));
  expect(chosen(a)).toEqual(['one', 'two', 'three']);
  a.run(chooseTo(String(a.state.doc.child(1).attrs['bid']), false));
  expect(chosen(a)).toEqual(['two']);
  expect(chooseTo('gone', true)(a.state)).toBe(false);
});
