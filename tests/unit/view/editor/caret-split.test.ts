/** Somebody splits the line in which another one is writing: the caret goes with the letters it stands behind. */
import { undo } from '@tiptap/pm/history';
import { TextSelection } from '@tiptap/pm/state';
import { describe, expect, test } from 'vitest';
import { plainOf, withoutTwice } from '#domain/editor/model';
import { Desk, meet } from '#tests/unit/view/editor/desk';
import { enter } from '#view/editor/acts.ts';

/** The caret behind (or before) these words. */
function go(desk: Desk, words: string, before = false): void {
  desk.state.doc.descendants((node, pos) => {
    const at = node.isTextblock ? node.textContent.indexOf(words) : -1;
    if (at >= 0) desk.dispatch(desk.state.tr.setSelection(TextSelection.create(desk.state.doc, pos + 1 + at + (before ? 0 : words.length))));
  });
}

const type = (desk: Desk, words: string): void => [...words].forEach((letter) => desk.dispatch(desk.state.tr.insertText(letter)));

function pair(line: string): [Desk, Desk] {
  const [a, b] = [new Desk(1), new Desk(2)];
  type(a, line);
  meet(a, b);
  return [a, b];
}

/** The first splits the line before these words, and the other hears of it. */
function split(a: Desk, b: Desk, words: string): void {
  go(a, words, true);
  a.run(enter);
  meet(a, b);
}

describe('{C3} a line that is split before the caret of another', () => {
  test('the caret is in the new line, where it was in the words', () => {
    const [a, b] = pair('one two three');
    go(b, 'tw');
    split(a, b, 'two');
    type(b, '-');
    meet(a, b);
    for (const desk of [a, b]) expect(desk.page()).toEqual(['paragraph one ', 'paragraph tw-o three']);
  });

  test('so is a choice; and it follows through a second split', () => {
    const [a, b] = pair('one two three four');
    go(b, 'three');
    b.dispatch(b.state.tr.setSelection(TextSelection.create(b.state.doc, b.state.selection.head - 3, b.state.selection.head)));
    split(a, b, 'two');
    expect(b.state.doc.textBetween(b.state.selection.from, b.state.selection.to)).toBe('ree');
    split(a, b, 'three');
    expect(b.state.doc.textBetween(b.state.selection.from, b.state.selection.to)).toBe('ree');
    expect(b.page()).toEqual(['paragraph one ', 'paragraph two ', 'paragraph three four']);
  });

  test('what stays in the old line keeps its caret there, also at the cut', () => {
    const [a, b] = pair('one two');
    go(b, 'one ');
    split(a, b, 'two');
    type(b, '!');
    meet(a, b);
    expect(a.page()).toEqual(['paragraph one !', 'paragraph two']);
  });

  test('a word of which the other had heard the beginning is whole when nothing was under way', () => {
    const [a, b] = pair('one two');
    go(b, 'one ');
    type(b, 'hel');
    meet(a, b);
    split(a, b, 'hel');
    type(b, 'lo ');
    meet(a, b);
    for (const desk of [a, b]) expect(desk.page()).toEqual(['paragraph one ', 'paragraph hello two']);
  });

  test('undone, the words are back in their line', () => {
    const [a, b] = pair('one two three');
    go(b, 'tw');
    split(a, b, 'two');
    a.run(undo);
    meet(a, b);
    expect(b.page()).toEqual(['paragraph one two three']);
  });

  test('a word of which the other had heard the beginning only is whole all the same: who typed it brings its end along, once, and goes on there', () => {
    const [a, b] = pair('one two');
    go(b, 'one ');
    type(b, 'hel');
    meet(a, b);
    type(b, 'lo');
    go(a, 'hel', true);
    a.run(enter);
    meet(a, b);
    // The other hears of the end where it was typed first: nobody but its writer moves it.
    expect(a.page()).toEqual(['paragraph one lo', 'paragraph heltwo']);
    type(b, '! ');
    meet(a, b);
    for (const desk of [a, b]) expect(desk.page()).toEqual(['paragraph one ', 'paragraph hello! two']);
    expect([a.replica.twice().size, b.replica.twice().size]).toEqual([0, 0]);
  });

  test('a whole word that was under way stays in the line it was typed in', () => {
    const [a, b] = pair('one two');
    go(b, 'two');
    type(b, ' new');
    go(a, 'two', true);
    a.run(enter);
    meet(a, b);
    meet(a, b);
    for (const desk of [a, b]) expect(desk.page()).toEqual(['paragraph one  new', 'paragraph two']);
  });

  test('what is written behind the cut when it was heard of stays there', () => {
    const [a, b] = pair('one two');
    split(a, b, 'two');
    go(b, 'one ');
    type(b, 'more');
    go(a, 'two');
    type(a, '!');
    meet(a, b);
    meet(a, b);
    for (const desk of [a, b]) expect(desk.page()).toEqual(['paragraph one more', 'paragraph two!']);
  });

  test('two who split at once, and a third who splits what is being brought: nothing is lost, and what stands twice is marked', () => {
    const [a, b] = pair('one two');
    const c = new Desk(3);
    meet(a, b, c);
    c.binding.take([...a.sent, ...b.sent]);
    go(b, 'one ');
    type(b, 'hel');
    meet(a, b, c);
    type(b, 'lo');
    for (const desk of [a, c]) {
      go(desk, 'hel', true);
      desk.run(enter);
    }
    meet(a, b, c);
    go(c, 'lo', true);
    c.run(enter);
    meet(a, b, c);
    meet(a, b, c);
    expect(new Set([a, b, c].map((desk) => JSON.stringify([desk.page(), [...desk.replica.twice()]]))).size).toBe(1);
    const then = (desk: Desk): string => desk.replica.shown().map((block) => withoutTwice(plainOf(block.text), desk.replica.twice().get(block.id) ?? { of: '', ranges: [] })).join('|');
    expect(a.page().join('|').split('lo').length - 1).toBeGreaterThan(0);
    expect(then(a).match(/lo/g)).toEqual(['lo']);
    expect(then(a).match(/hel/g)).toEqual(['hel']);
  });
});
