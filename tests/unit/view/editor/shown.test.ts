/** Text of other pages in the editor: one block that is passed over, put there by what is typed or by its card, and the same line in the document. */
import { NodeSelection, TextSelection, type EditorState } from '@tiptap/pm/state';
import { expect, test } from 'vitest';
import type { LifegraphApi } from '#os/api';
import { textNodeOf } from '#domain/editor';
import { DocReplica, plainOf, shownLink, type Block } from '#domain/editor/model';
import { nodeView } from '#tests/support/node-view';
import { Desk, meet, schema } from '#tests/unit/view/editor/desk';
import { clipText, readClip } from '#view/editor/clip.ts';
import { clipOf, pasteClip } from '#view/editor/clipboard.ts';
import { PartSession } from '#view/editor/part-session.ts';
import { namedPart, typedName } from '#view/editor/shown-menu.ts';
import { shownKey, withTexts } from '#view/editor/shown-read.ts';
import { lineBehind } from '#view/editor/acts.ts';
import { asLink, asText, isChosen, putShown, shownHref } from '#view/editor/shown.ts';

const HREF = '#/s/documents/f?b=h';
const LINE: Pick<Block, 'type' | 'attrs' | 'text'> = { type: 'paragraph', attrs: { show: true }, text: [{ text: 'Plan > One', marks: { link: HREF } }] };
const block = ({ type, attrs, text }: Block): unknown => ({ type, attrs, text });
const kinds = (desk: Desk): string[] => desk.state.doc.children.map((node) => (node.type.name === 'shown' ? `shown ${String(node.attrs['words'])}` : `${node.type.name} ${node.textContent}`));
/** A page with these lines; the caret stands at the end. */
function page(...lines: string[]): Desk {
  const desk = new Desk(1_001);
  desk.dispatch(desk.state.tr.replaceWith(0, desk.state.doc.content.size, lines.map((line) => schema.node('block', null, line === '' ? [] : [schema.text(line)]))));
  desk.dispatch(desk.state.tr.setSelection(TextSelection.atEnd(desk.state.doc)));
  return desk;
}

test('what is typed in a line of its own becomes the text that is meant, among words a block below; the document has a link that says so', () => {
  const one = page('before', '![[Pl');
  one.dispatch(putShown(one.state, one.state.selection.head - 5, { href: HREF, words: 'Plan > One' }));
  expect(kinds(one)).toEqual(['block before', 'shown Plan > One', 'block ']);
  expect(one.state.selection.$head.index(0)).toBe(2);
  expect(one.replica.shown().map(block)).toEqual([expect.anything(), LINE, { type: 'paragraph', attrs: {}, text: [] }]);
  const two = page('see ![[', 'after');
  two.dispatch(two.state.tr.setSelection(TextSelection.create(two.state.doc, 8)));
  two.dispatch(putShown(two.state, 5, { href: HREF, words: 'Plan' }));
  expect(kinds(two)).toEqual(['block see ', 'shown Plan', 'block after']);
  two.run((state, dispatch) => (dispatch?.(state.tr.delete(6, 7)), true));
  expect(two.replica.shown().map(({ text }) => plainOf(text))).toEqual(['see ', 'after']);
});

test('others see it as well; a line to which they add words is a line again, and shows once they are gone', () => {
  const [one, two] = [page('![['), new Desk(1_002)];
  one.dispatch(putShown(one.state, 1, { href: HREF, words: 'Plan' }));
  meet(one, two);
  expect(kinds(two)).toEqual(['shown Plan', 'block ']);
  const other = new DocReplica(7);
  other.take(one.sent);
  const was = other.shown();
  const added = other.write([{ ...was[0]!, text: [...was[0]!.text, { text: ' now', marks: {} }] }, ...was.slice(1)]);
  one.binding.take(added);
  expect(kinds(one)).toEqual(['block Plan now', 'block ']);
  one.dispatch(one.state.tr.delete(5, 9));
  expect(shownLink(one.replica.shown()[0]!)).toMatchObject({ words: 'Plan' });
});

test('a card becomes its text and the text a card, the block stays itself; copied it comes as it was', () => {
  const desk = page('Plan', 'after');
  desk.dispatch(desk.state.tr.addMark(1, 5, schema.mark('link', { href: HREF })));
  const [{ id }] = desk.replica.shown() as [Block];
  desk.dispatch(asText(desk.state, id, { href: HREF, words: 'Plan' })!);
  expect([kinds(desk), desk.state.selection.$head.index(0), desk.replica.shown()[0]!.id]).toEqual([['shown Plan', 'block after'], 1, id]);
  desk.dispatch(desk.state.tr.setSelection(NodeSelection.create(desk.state.doc, 0)));
  // Letters typed while it is chosen are a line below it, not in its place.
  const typed = desk.state.apply(lineBehind(desk.state, 'x'));
  expect([isChosen(desk.state), typed.doc.children.map((node) => `${node.type.name} ${node.textContent}`), typed.selection.head]).toEqual([true, ['shown ', 'block x', 'block after'], 3]);
  const clip = clipText(clipOf(desk.state)!, 's');
  expect(readClip(clip, 'other')!.blocks.map(block)).toEqual([{ ...LINE, text: [{ text: 'Plan', marks: { link: HREF } }] }]);
  const behind = (state: EditorState): EditorState => state.apply(state.tr.setSelection(TextSelection.atEnd(state.doc)));
  expect(behind(desk.state).apply(pasteClip(behind(desk.state), clip, 's')!).doc.children.map(({ type }) => type.name)).toEqual(['shown', 'block', 'shown']);
  const part = clipText({ blocks: readClip(clip, 's')!.blocks, words: true }, 's');
  expect(behind(desk.state).apply(pasteClip(behind(desk.state), part, 's')!).doc.children.map(({ type }) => type.name)).toEqual(['block', 'shown', 'block', 'shown'].slice(1));
  desk.dispatch(asLink(desk.state, id)!);
  expect(desk.replica.shown().map(block)).toEqual([{ type: 'paragraph', attrs: {}, text: [{ text: 'Plan', marks: { link: HREF } }] }, { type: 'paragraph', attrs: {}, text: [{ text: 'after', marks: {} }] }]);
  expect([asLink(desk.state, id), asText(desk.state, 'gone', { href: HREF, words: '' })]).toEqual([null, null]);
});

test('names are read as Obsidian writes them, and only documents and blocks of them are shown', () => {
  expect(['Plan', 'Plan#One', 'Plan#One#Two', '#One', ''].map(namedPart)).toEqual([{ page: 'Plan', part: null }, { page: 'Plan', part: 'One' }, { page: 'Plan', part: 'Two' }, { page: '', part: 'One' }, { page: '', part: null }]);
  expect(['![[Plan#One]]', 'x ![[Plan]]', '![[Plan]] ', '![[Plan|x]]', '[[Plan]]', '![[]]'].map((line) => typedName(page(line).state))).toEqual(['Plan#One', null, null, null, null, null]);
  const route = { space: 's', lens: 'documents', object: 'f', params: {} };
  expect([shownHref(route), shownHref({ ...route, params: { b: 'h' } }), shownHref({ ...route, params: { panel: 'comments' } }), shownHref({ ...route, lens: 'chat' })]).toEqual(['#/s/documents/f', HREF, null, null]);
});

test('a part that is read follows its page, with the ids its blocks have there', () => {
  const of = (id: string, words: string): Block => ({ id, type: 'paragraph', attrs: {}, text: [{ text: words, marks: {} }] });
  const session = new PartSession([of('a', 'one'), of('b', 'two')]);
  expect(session.replica.shown()).toEqual([of('a', 'one'), of('b', 'two')]);
  session.set([of('b', 'two, more'), of('c', 'three')]);
  expect(session.replica.shown()).toEqual([of('b', 'two, more'), of('c', 'three')]);
});

test('a page of HTML has the text of what it shows, as far as a screen has it: not in itself, not too deep, not out of the trash', async () => {
  const line = (id: string, href: string): Block => ({ ...LINE, id, text: [{ text: id, marks: { link: href } }] });
  const pages: Record<string, Block[]> = { a: [line('a1', '#/s/documents/b')], b: [line('b1', '#/s/documents/a'), line('b2', '#/s/documents/c'), line('b3', '#/s/documents/gone'), line('b4', '#/s/documents/away')], c: [line('c1', '#/s/documents/d')], d: [line('d1', '#/s/documents/e')], e: [], gone: [line('x', '')] };
  const graph = {
    query: async ({ where: { fragment } }: { where: { fragment: string } }) => [nodeView({ type: 'fragment@1', deleted: fragment === 'gone', props: { fragment, type: 'editor/document@1', title: fragment } })],
    updates: async (node: string) => {
      const found = Object.keys(pages).find((name) => textNodeOf(name) === node);
      if (!found) throw new Error('not here');
      return { updates: new DocReplica(5).write(pages[found]!), client: 6, salt: new Uint8Array(16), mark: '' };
    },
  };
  type Tree = readonly (Block & { inner?: Tree })[];
  const tree = (blocks: Tree): string => blocks.map(({ text, inner }) => `${plainOf(text)}${inner ? `(${tree(inner)})` : ''}`).join(' ');
  const made = await withTexts({ graph: () => graph } as unknown as LifegraphApi, pages['a']!, [shownKey('a', null)]);
  expect(tree(made as unknown as Tree)).toBe('a1(b1 b2(c1(d1)) b3 b4)');
  expect(tree((await withTexts({ graph: () => graph } as unknown as LifegraphApi, [line('1', '#/s/documents/c'), line('2', '#/s/documents/c')], [], { left: 1 })) as unknown as Tree)).toBe('1(c1) 2');
});
