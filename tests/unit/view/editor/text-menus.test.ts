/** The menus behind `/`, `[[` and `@`: when they are open, and what they offer. */
import { expect, test } from 'vitest';
import { CHANNEL } from '#domain/chat';
import { DOCUMENT } from '#domain/editor';
import { placesOf } from '#view/editor/ref-menu.tsx';
import { menusAt } from '#view/editor/text-menus.ts';
import { Desk } from './desk.ts';

test('a menu that was closed stays closed while its words are written on, and comes again with the next sign', () => {
  for (const [sign, of] of [['/', 'slash'], ['@', 'asked'], ['[[', 'asked']] as const) {
    const desk = new Desk(1_001);
    const type = (words: string): void => desk.dispatch(desk.state.tr.insertText(words));
    const remove = (count: number): void => desk.dispatch(desk.state.tr.delete(desk.state.selection.head - count, desk.state.selection.head));
    type(`both ${sign}t`);
    const open = menusAt(desk.state, null);
    expect(open[of]).toMatchObject({ query: 't' });
    const shut = open[of]!.from;
    for (const letter of ['a', 'b']) {
      type(letter);
      expect(menusAt(desk.state, shut), sign).toEqual({ asked: null, slash: null, shut });
    }
    remove(3 + sign.length);
    const after = menusAt(desk.state, shut);
    expect(after).toEqual({ asked: null, slash: null, shut: null });
    type(sign);
    expect(menusAt(desk.state, after.shut)[of]).toMatchObject({ query: '' });
  }
});

test('a page or channel without a name is not offered, and takes the words of no link away', () => {
  const t = ((key: string) => key) as unknown as Parameters<typeof placesOf>[2];
  const entries = [{ type: DOCUMENT, fragment: 'a', title: '' }, { type: CHANNEL, fragment: 'b', title: '' }, { type: DOCUMENT, fragment: 'c', title: 'Lid' }];
  expect(placesOf('s', entries, t).map(({ words }) => words)).toEqual(['Lid']);
});
