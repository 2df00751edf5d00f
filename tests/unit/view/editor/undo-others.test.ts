/** {C3} Undo takes back what this person did: what others wrote meanwhile stays, also in the middle of it, and also in a block that was taken away. */
import { redo, undo } from '@tiptap/pm/history';
import { TextSelection } from '@tiptap/pm/state';
import { expect, test } from 'vitest';
import { Desk, meet, schema } from '#tests/unit/view/editor/desk';
import { enter } from '#view/editor/acts.ts';
import { tableNode } from '#view/editor/table-nodes.ts';

function at(desk: Desk, words: string, behind = false): number {
  let found = -1;
  desk.state.doc.descendants((node, pos) => {
    const place = node.isTextblock ? node.textContent.indexOf(words) : -1;
    if (place >= 0 && found < 0) found = pos + 1 + place + (behind ? words.length : 0);
  });
  return found;
}

const type = (desk: Desk, pos: number, words: string): void => desk.dispatch(desk.state.tr.insertText(words, pos));
const pair = (line: string): [Desk, Desk] => {
  const [a, b] = [new Desk(11), new Desk(12)];
  type(a, 1, line);
  meet(a, b);
  return [a, b];
};

test('words of another inside of mine stay when mine are taken back, and mine come back around them', () => {
  const [a, b] = pair('Minutes.');
  type(a, at(a, 'Minutes.', true), ' Hello world');
  meet(a, b);
  type(b, at(b, 'Hello', true), ' there');
  meet(a, b);
  expect(a.page()).toEqual(['paragraph Minutes. Hello there world']);
  a.run(undo);
  meet(a, b);
  // The space before or behind it: no caret says which was typed.
  expect(a.page()[0]).toMatch(/^paragraph Minutes\. ?there ?$/);
  expect(b.page()).toEqual(a.page());
  a.run(redo);
  meet(a, b);
  expect(b.page()[0]).toMatch(/Hello.*there|there.*Hello/);
  expect(a.page()).toEqual(b.page());
});

test('a line of mine in which another wrote keeps what they wrote', () => {
  const [a, b] = pair('One');
  a.dispatch(a.state.tr.insert(a.state.doc.content.size, schema.node('block', { bid: 'mine' }, [schema.text('a line of mine')])));
  meet(a, b);
  type(b, at(b, 'mine', true), ' and of Boris');
  meet(a, b);
  a.run(undo);
  meet(a, b);
  expect([a.page(), b.page()]).toEqual([['paragraph One', 'paragraph  and of Boris'], ['paragraph One', 'paragraph  and of Boris']]);
});

test('control: a line of mine in which nobody wrote goes', () => {
  const [a, b] = pair('One');
  a.dispatch(a.state.tr.insert(a.state.doc.content.size, schema.node('block', { bid: 'mine' }, [schema.text('a line of mine')])));
  meet(a, b);
  a.run(undo);
  meet(a, b);
  expect(b.page()).toEqual(['paragraph One']);
});

test('a block that I took away and bring back has what another typed into it in that moment', () => {
  const [a, b] = pair('One');
  a.dispatch(a.state.tr.insert(a.state.doc.content.size, schema.node('block', { bid: 'third' }, [schema.text('third')])));
  meet(a, b);
  a.dispatch(a.state.tr.delete(at(a, 'third') - 1, at(a, 'third', true) + 1));
  type(b, at(b, 'third', true), ' late');
  meet(a, b);
  expect(a.page()).toEqual(['paragraph One']);
  a.run(undo);
  meet(a, b);
  expect([a.page(), b.page()]).toEqual([['paragraph One', 'paragraph third late'], ['paragraph One', 'paragraph third late']]);
});

test('a split that is taken back has the words of another once, wherever they typed them', () => {
  const [a, b] = pair('one two');
  a.dispatch(a.state.tr.setSelection(TextSelection.create(a.state.doc, at(a, 'two'))));
  a.run(enter);
  meet(a, b);
  type(b, at(b, 'two', true), ' three');
  meet(a, b);
  a.run(undo);
  meet(a, b);
  expect(a.page().join(' ').match(/one|two|three/g)).toEqual(['one', 'two', 'three']);
  expect(a.page()).toEqual(b.page());
});

test('words of another that I deleted come back with undo and go with redo', () => {
  const [a, b] = pair('theirs');
  b.dispatch(b.state.tr.delete(at(b, 'theirs'), at(b, 'theirs', true)));
  b.run(undo);
  expect(b.page()).toEqual(['paragraph theirs']);
  b.run(redo);
  meet(a, b);
  expect(a.page()).toEqual(['paragraph ']);
});

test('a letter of another in words of mine stays when what comes back has such a letter, too', () => {
  const [a, b] = pair('cats');
  a.dispatch(a.state.tr.insertText('dog', at(a, 'cats'), at(a, 'cats', true)));
  meet(a, b);
  type(b, at(b, 'dog', true), 's');
  meet(a, b);
  a.run(undo);
  meet(a, b);
  expect(a.page()[0]!.slice(10).split('').toSorted().join('')).toBe('acsst');
  expect(b.page()).toEqual(a.page());
});

test('a table of mine in which another wrote stays', () => {
  const [a, b] = pair('One');
  a.dispatch(a.state.tr.insert(a.state.doc.content.size, tableNode(schema, { bid: 'table' }, [['x', 'y'], ['', '']])));
  meet(a, b);
  type(b, at(b, 'x', true), ' of Boris');
  meet(a, b);
  a.run(undo);
  meet(a, b);
  expect(a.page().join(' ')).toContain('x of Boris');
  expect(a.page()).toEqual(b.page());
});
