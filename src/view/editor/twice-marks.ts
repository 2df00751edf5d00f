/** Words that stand twice because two people split one block at the same moment: they are marked, and one press takes the later ones away, or leaves them where they are. */
import type { Editor } from '@tiptap/core';
import { closeHistory } from '@tiptap/pm/history';
import type { Node } from '@tiptap/pm/model';
import { Plugin, PluginKey, type EditorState, type Transaction } from '@tiptap/pm/state';
import { Decoration, DecorationSet } from '@tiptap/pm/view';
import { withoutTwice, type Twice } from '#domain/editor/model';
import { showSigns, type Binding } from './binding.ts';

export interface TwiceWords {
  readonly note: string;
  readonly away: string;
  readonly keep: string;
}

interface Page {
  readonly editor: Editor;
  readonly binding: Binding;
  readonly words: TwiceWords;
}

type Marks = ReadonlyMap<string, Twice>;
interface Shown {
  readonly marks: Marks;
  readonly drawn: DecorationSet;
}

/** Between a change and the look at it, ms: not with every key. */
const LOOK_MS = 120;
const KEY = new PluginKey<Shown>('twice');
const NONE: Shown = { marks: new Map(), drawn: DecorationSet.empty };

function find(doc: Node, bid: string): { node: Node; pos: number } | null {
  let found: { node: Node; pos: number } | null = null;
  doc.forEach((node, pos) => void (node.attrs['bid'] === bid && node.isTextblock && (found = { node, pos })));
  return found;
}

/** Takes what stands twice out of a block, and the block when nothing of its own is left; null when it is not as it was seen. */
export function takeTwice({ tr, doc }: EditorState, bid: string, twice: Twice): Transaction | null {
  const found = find(doc, bid);
  if (!found || (twice.ranges.at(-1)?.[1] ?? 0) > found.node.content.size) return null;
  const { node, pos } = found;
  if (withoutTwice(node.textContent, twice).trim() === '' && doc.childCount > 1) return closeHistory(tr.delete(pos, pos + node.nodeSize));
  for (const [from, to] of [...twice.ranges].reverse()) tr.delete(pos + 1 + from, pos + 1 + to);
  return closeHistory(tr);
}

/** Says that both are meant to stand. */
export function keepTwice({ tr, doc }: EditorState, bid: string): Transaction | null {
  const found = find(doc, bid);
  return found && closeHistory(tr.setNodeAttribute(found.pos, 'from', null));
}

function note({ editor, binding, words }: Page, bid: string): HTMLElement {
  const box = document.createElement('div');
  box.className = 'twice-note';
  box.contentEditable = 'false';
  box.setAttribute('role', 'note');
  const said = box.appendChild(document.createElement('span'));
  said.textContent = words.note;
  const button = (text: string, act: (twice: Twice) => Transaction | null): void => {
    const made = box.appendChild(document.createElement('button'));
    made.type = 'button';
    made.textContent = text;
    made.addEventListener('click', () => {
      // As it stands now: marks are a moment late.
      const twice = binding.copy.twice().get(bid);
      const tr = twice && editor.isEditable && act(twice);
      if (tr) editor.view.dispatch(tr);
      editor.view.focus();
    });
  };
  if (editor.isEditable) {
    button(words.away, (twice) => takeTwice(editor.state, bid, twice));
    button(words.keep, () => keepTwice(editor.state, bid));
  }
  return box;
}

function draw(doc: Node, marks: Marks, page: Page): DecorationSet {
  if (marks.size === 0) return DecorationSet.empty;
  const out: Decoration[] = [];
  doc.forEach((node, pos) => {
    const bid = String(node.attrs['bid']);
    const twice = marks.get(bid);
    if (!twice || !node.isTextblock) return;
    for (const [from, to] of twice.ranges) if (to <= node.content.size) out.push(Decoration.inline(pos + 1 + from, pos + 1 + to, { class: 'twice' }));
    out.push(Decoration.widget(pos, () => note(page, bid), { side: -1, key: `twice ${bid} ${page.editor.isEditable}`, ignoreSelection: true, stopEvent: () => true }));
  });
  return DecorationSet.create(doc, out);
}

const places = (drawn: DecorationSet): string => drawn.find().map(({ from, to }) => `${from} ${to}`).join(',');
const same = (a: Marks, b: Marks): boolean => a.size === b.size && [...a].every(([bid, twice]) => JSON.stringify(b.get(bid)) === JSON.stringify(twice));

/** Marks what stands twice in the copy of the document that is shown, from now on; gives what ends that. */
export function markTwice(editor: Editor, binding: Binding, words: TwiceWords): () => void {
  editor.registerPlugin(new Plugin<Shown>({
    key: KEY,
    state: {
      init: () => NONE,
      apply(tr, before) {
        const marks = tr.getMeta(KEY) as Marks | undefined;
        if (marks) return { marks, drawn: draw(tr.doc, marks, { editor, binding, words }) };
        return tr.docChanged ? { marks: before.marks, drawn: before.drawn.map(tr.mapping, tr.doc) } : before;
      },
    },
    props: { decorations: (state) => KEY.getState(state)?.drawn },
  }));
  let timer: ReturnType<typeof setTimeout> | null = null;
  const later = (): void => void (timer ??= setTimeout(look, LOOK_MS));
  const look = (): void => {
    timer = null;
    if (editor.isDestroyed) return;
    // A word that is composed would be broken off.
    if (editor.view.composing) return later();
    const marks = binding.copy.twice();
    const shown = KEY.getState(editor.state)!;
    if (marks.size === 0 && shown.marks.size === 0) return;
    // Of a block that was moved or made anew the same marks are to be drawn once more.
    const drawn = draw(editor.state.doc, marks, { editor, binding, words });
    if (!same(marks, shown.marks) || places(drawn) !== places(shown.drawn)) showSigns(editor.view, (tr) => tr.setMeta(KEY, marks));
  };
  look();
  editor.on('transaction', later);
  return () => {
    editor.off('transaction', later);
    if (timer !== null) clearTimeout(timer);
  };
}
