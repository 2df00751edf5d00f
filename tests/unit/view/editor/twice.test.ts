/** Two people split one block at the same moment (EDITOR.md 2): its end stands in both new blocks, is marked in the later one, and goes with one press. */
import type { Editor } from '@tiptap/core';
import { undo } from '@tiptap/pm/history';
import { TextSelection, type Plugin, type Transaction } from '@tiptap/pm/state';
import type { DecorationSet } from '@tiptap/pm/view';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import * as Y from 'yjs';
import { DocReplica, plainOf, type Block } from '#domain/editor/model';
import { Desk, meet } from '#tests/unit/view/editor/desk';
import { enter, moveBlocks, turnInto } from '#view/editor/acts.ts';
import { keepTwice, markTwice, takeTwice } from '#view/editor/twice-marks.ts';

/** The caret before these words, and what is then chosen. */
function go(desk: Desk, words: string, chosen = 0): void {
  desk.state.doc.descendants((node, pos) => {
    const at = node.isTextblock ? node.textContent.indexOf(words) : -1;
    if (at >= 0) desk.dispatch(desk.state.tr.setSelection(TextSelection.create(desk.state.doc, pos + 1 + at, pos + 1 + at + chosen)));
  });
}

/** Two desks that hold one line. */
function pair(line = 'the brown fox jumps over the dog'): [Desk, Desk] {
  const [a, b] = [new Desk(1), new Desk(2)];
  a.dispatch(a.state.tr.insertText(line, 1));
  meet(a, b);
  return [a, b];
}

const twice = (desk: Desk) => [...desk.replica.twice()].map(([id, { ranges }]) => ranges.map(([from, to]) => plainOf(desk.replica.shown().find((block) => block.id === id)!.text).slice(from, to)));

describe('{C3} words that stand twice after splits at the same moment', () => {
  test('are marked at both people, and one press takes them away; undone, they are back and marked', () => {
    const [a, b] = pair();
    go(a, 'fox');
    a.run(enter);
    go(b, 'over');
    b.run(enter);
    meet(a, b);
    expect(a.page()).toEqual(b.page());
    expect(a.page().toSorted()).toEqual(['paragraph fox jumps over the dog', 'paragraph over the dog', 'paragraph the brown ']);
    expect(twice(a)).toEqual([['over the dog']]);
    expect(twice(b)).toEqual([['over the dog']]);
    const [[id, found]] = [...a.replica.twice()] as [[string, { of: string; ranges: [number, number][] }]];
    a.dispatch(takeTwice(a.state, id, found)!);
    meet(a, b);
    expect(b.page().join('|').split('over the dog')).toHaveLength(2);
    expect(b.page()).toContain('paragraph the brown ');
    expect(twice(b)).toEqual([]);
    a.run(undo);
    expect(a.page().join('|').split('over the dog')).toHaveLength(3);
  });

  test('what either wrote into its part stays, also when it is written in that moment', () => {
    const [a, b] = pair('one two three');
    go(a, 'two');
    a.run(enter);
    a.dispatch(a.state.tr.insertText('A '));
    go(b, 'two');
    b.run(enter);
    b.dispatch(b.state.tr.insertText('B '));
    meet(a, b);
    expect(twice(a)).toEqual([['two three']]);
    const [[id, found]] = [...a.replica.twice()] as [[string, { of: string; ranges: [number, number][] }]];
    a.dispatch(takeTwice(a.state, id, found)!);
    expect(a.page().map((line) => line.slice(10)).join(' ').split(' ').filter(Boolean).toSorted()).toEqual(['A', 'B', 'one', 'three', 'two']);
    // The other wrote on in it before that came.
    go(b, 'three');
    b.dispatch(b.state.tr.insertText('half '));
    meet(a, b);
    expect(a.page()).toEqual(b.page());
    expect(a.page().join(' ')).toMatch(/half/);
  });

  test('also when a chosen word went with the key, and when a part was split once more', () => {
    const [a, b] = pair('one two three four five');
    go(a, 'two ', 4);
    a.run(enter);
    go(a, 'five');
    a.run(enter);
    go(b, 'three');
    b.run(enter);
    meet(a, b);
    expect(a.page().join(' ')).not.toMatch(/two/);
    const all = twice(a).flat();
    expect(all.join('').replaceAll(' ', '')).toBe('threefourfive');
    expect(twice(b)).toEqual(twice(a));
  });

  test('"keep both" holds for everybody, and is undone', () => {
    const [a, b] = pair();
    go(a, 'fox');
    a.run(enter);
    go(b, 'fox');
    b.run(enter);
    meet(a, b);
    const [id] = [...a.replica.twice().keys()];
    a.dispatch(keepTwice(a.state, id!)!);
    meet(a, b);
    expect([twice(a), twice(b)]).toEqual([[], []]);
    expect(b.page().join('|').split('fox jumps')).toHaveLength(3);
    a.run(undo);
    expect(twice(a)).toEqual([['fox jumps over the dog']]);
  });

  test('one after the other nothing is marked, nor are words that are alike by chance', () => {
    const [a, b] = pair('again and again and again');
    go(a, 'and again and');
    a.run(enter);
    meet(a, b);
    go(b, 'again');
    b.run(enter);
    meet(a, b);
    for (const desk of [a, b]) expect(twice(desk)).toEqual([]);
  });
});

describe('marks on the page', () => {
  /** What is marked in the page of a desk, once its look has come. */
  function marksOf(desk: Desk): () => string[] {
    let plugin: Plugin<{ drawn: DecorationSet }> | null = null;
    const heard = new Set<() => void>();
    const editor = {
      isDestroyed: false, isEditable: true,
      get state() {
        return desk.state;
      },
      view: { composing: false, get state() {
        return desk.state;
      }, dispatch: (tr: Transaction) => desk.dispatch(tr) },
      registerPlugin(made: Plugin<{ drawn: DecorationSet }>) {
        plugin = made;
        desk.state = desk.state.reconfigure({ plugins: [...desk.state.plugins, made] });
      },
      on: (_: string, on: () => void) => heard.add(on), off: (_: string, on: () => void) => heard.delete(on),
    };
    markTwice(editor as unknown as Editor, desk.binding, { note: '', away: '', keep: '' });
    return () => {
      heard.forEach((on) => on());
      vi.runAllTimers();
      return plugin!.getState(desk.state)!.drawn.find().flatMap(({ from, to }) => (from < to ? [desk.state.doc.textBetween(from, to)] : []));
    };
  }

  test('stand in a block also when it was moved, made another kind, and moved by another', () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const [a, b] = pair();
    const marked = marksOf(a);
    go(a, 'fox');
    a.run(enter);
    go(b, 'over');
    b.run(enter);
    meet(a, b);
    expect(marked()).toEqual(['over the dog']);
    // Its neighbour goes over it, and it over its neighbour.
    for (const [by, words] of [[1, 'the brown'], [-1, 'the brown'], [-1, 'over the dog'], [1, 'over the dog']] as const) {
      go(a, words);
      a.run(moveBlocks(by));
      expect(marked()).toEqual(['over the dog']);
    }
    go(a, 'over the dog');
    a.run(turnInto({ kind: 'code' }));
    expect(marked()).toEqual(['over the dog']);
    meet(a, b);
    for (const [by, words] of [[-1, 'over the dog'], [1, 'over the dog'], [1, 'the brown']] as const) {
      go(b, words);
      b.run(moveBlocks(by));
      meet(a, b);
      expect(marked()).toEqual(['over the dog']);
    }
  });
});

describe('notes that somebody made up', () => {
  const block = (id: string, text: string): Block => ({ id, type: 'paragraph', attrs: {}, text: [{ text, marks: {} }] });
  function forged(note: unknown, from: unknown = 'a'): DocReplica {
    const honest = new DocReplica(1);
    const updates = honest.write([block('a', 'the same words'), block('b', 'the same words'), block('c', 'other words')]);
    const doc = new Y.Doc();
    for (const update of updates) Y.applyUpdate(doc, update);
    const before = Y.encodeStateVector(doc);
    for (const id of ['b', 'c']) {
      const map = doc.getMap('blocks').get(id) as Y.Map<unknown>;
      map.set('from', from);
      map.set('cut', note);
    }
    honest.take([Y.encodeStateAsUpdate(doc, before)]);
    return honest;
  }
  const clockOf = (replica: DocReplica, id: string): number => {
    const doc = new Y.Doc();
    Y.applyUpdate(doc, replica.state());
    return ((doc.getMap('blocks').get(id) as Y.Map<unknown>).get('body') as Y.Text)._start!.id.clock;
  };

  test('mark no words but those that do stand twice', () => {
    const plain = forged(null);
    const [a, b, c] = ['a', 'b', 'c'].map((id) => clockOf(plain, id));
    expect([...forged([1, 1, a, b, 14, 1, a, c, 11]).twice().keys()]).toEqual(['b']);
  });

  test.each([
    ['no numbers', ['x', 1, 2, 3, 4]], ['too few', [1, 1, 1]], ['negative', [1, -1, 0, 0, 5]], ['not whole', [1, 0.5, 0, 0, 5]], ['no list', { 0: 1 }], ['too many', Array.from({ length: 4_001 }, () => 1)],
    ['all over itself', [1, ...Array.from({ length: 64 }, () => [1, 0, 0, 1_000_000]).flat()]],
  ])('%s', (_, note) => {
    expect(forged(note).twice().size).toBe(0);
  });

  test('a block that was split off itself ends', () => {
    expect(forged([1, 1, 0, 0, 1_000], 'b').twice().size).toBe(0);
  });
});
