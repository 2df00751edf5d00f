/** {V1} What somebody does to a text at the very moment another one changes it: dragged blocks, words typed over a choice of several blocks, marks made by signs. */
import { TextSelection } from '@tiptap/pm/state';
import { Slice } from '@tiptap/pm/model';
import { expect, test } from 'vitest';
import { Desk, meet, schema } from '#tests/unit/view/editor/desk';
import { dropBlocks, type Dragged } from '#view/editor/drag.ts';
import { markdownRules } from '#view/editor/markdown.ts';

function page(...lines: string[]): [Desk, Desk] {
  const [a, b] = [new Desk(21), new Desk(22)];
  a.dispatch(a.state.tr.replaceWith(0, a.state.doc.content.size, lines.map((line, at) => schema.node('block', { bid: `b${at}` }, [schema.text(line)]))));
  meet(a, b);
  return [a, b];
}

function at(desk: Desk, words: string, behind = false): number {
  let found = -1;
  desk.state.doc.descendants((node, pos) => {
    const place = node.isTextblock ? node.textContent.indexOf(words) : -1;
    if (place >= 0) found = pos + 1 + place + (behind ? words.length : 0);
  });
  return found;
}

const dragged = (...bids: string[]): Dragged => ({ slice: Slice.empty, move: true, bids });

test('a dragged block arrives with what another wrote in it on the way, also when they moved it meanwhile', () => {
  const [a, b] = page('one', 'two', 'three');
  const drag = dragged('b0');
  b.dispatch(b.state.tr.insertText(' more', at(b, 'one', true)));
  meet(a, b);
  a.dispatch(dropBlocks(a.state, drag, a.state.doc.content.size)!);
  meet(a, b);
  expect(a.page()).toEqual(['paragraph two', 'paragraph three', 'paragraph one more']);
  const again = dragged('b0');
  b.dispatch(dropBlocks(b.state, dragged('b0'), 0)!);
  meet(a, b);
  a.dispatch(dropBlocks(a.state, again, a.state.doc.child(0).nodeSize + a.state.doc.child(1).nodeSize)!);
  meet(a, b);
  expect(a.page()).toEqual(['paragraph two', 'paragraph one more', 'paragraph three']);
  expect(b.page()).toEqual(a.page());
});

test('several dragged blocks keep their order; one that somebody took away does not come back, and none leaves the page as it is', () => {
  const [a, b] = page('one', 'two', 'three', 'four');
  a.dispatch(dropBlocks(a.state, dragged('b2', 'b0'), a.state.doc.content.size)!);
  expect(a.page().map((line) => line.slice(10))).toEqual(['two', 'four', 'one', 'three']);
  meet(a, b);
  b.dispatch(b.state.tr.delete(at(b, 'one') - 1, at(b, 'one', true) + 1));
  meet(a, b);
  a.dispatch(dropBlocks(a.state, dragged('b0', 'b2'), 0)!);
  expect(a.page().map((line) => line.slice(10))).toEqual(['three', 'two', 'four']);
  expect(dropBlocks(a.state, dragged('b0'), 0)).toBe(null);
});

test('words typed into a block whose end goes into another one are shown, also when something is typed over the choice', () => {
  const [a, b] = page('first line', 'second line', 'last');
  a.dispatch(a.state.tr.setSelection(TextSelection.create(a.state.doc, at(a, 'line') - 12, at(a, 'line') - 12)));
  const [from, to] = [at(a, 'first line') + 6, at(a, 'second line') + 7];
  a.dispatch(a.state.tr.insertText('c', from, to));
  b.dispatch(b.state.tr.insertText(' of Boris', at(b, 'second line', true)));
  expect(a.page()[0]).toBe('paragraph first cline');
  meet(a, b);
  expect(a.page().join(' ')).toContain('of Boris');
  expect(b.page()).toEqual(a.page());
});

/** The rule that makes a word of `*…*` italic, as the editor calls it. */
function italic(desk: Desk, text: string, end: number): string | null {
  const rules = markdownRules(schema) as unknown as { match: RegExp; handler(state: Desk['state'], match: RegExpExecArray, start: number, end: number): ReturnType<Desk['state']['tr']['insertText']> | null }[];
  for (const rule of rules) {
    const match = rule.match.exec(text);
    if (!match || !text.includes('*')) continue;
    const start = end - (match[0].length - (text.length - desk.state.doc.textContent.length));
    const tr = rule.handler(desk.state, match, start, end);
    if (tr) return tr.doc.textContent;
  }
  return null;
}

test('a word marked by its signs keeps all its letters: typed sign by sign, and put in at once by an input method', () => {
  const [a] = page('*word');
  expect(italic(a, '*word*', 6)).toBe('word');
  const [b] = page('*重点*');
  expect(italic(b, '*重点*', 5)).toBe('重点');
});
