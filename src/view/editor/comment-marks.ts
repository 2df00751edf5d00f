/** Comments in the page: commented words are marked, and a sign stands at the block whose commented words are gone. Nothing of it is part of the document. */
import type { Node } from '@tiptap/pm/model';
import { Plugin, PluginKey, type EditorState } from '@tiptap/pm/state';
import { Decoration, DecorationSet, type EditorView } from '@tiptap/pm/view';
import type { Stretch, Whereabouts } from '#domain/editor/model';
import { showSigns } from './binding.ts';
import { textStarts } from './texts.ts';

export interface CommentMark {
  readonly id: string;
  readonly where: Whereabouts;
  readonly active: boolean;
}

export interface MarkTools {
  /** Says what the sign of comments without words is. */
  gone(n: number): string;
  open(id: string): void;
  /** The key for a comment; false where nobody may. */
  key(): boolean;
}

interface Shown {
  readonly marks: readonly CommentMark[];
  readonly drawn: DecorationSet;
}

const KEY = new PluginKey<Shown>('comments');
const NONE: Shown = { marks: [], drawn: DecorationSet.empty };

/** Where each block, and the text of each cell, begins. */
export function blockStarts(doc: Node): Map<string, number> {
  const out = new Map([...textStarts(doc)].map(([id, { start }]) => [id, start]));
  doc.forEach((node, pos) => void out.set(String(node.attrs['bid']), pos + 1));
  return out;
}

/** What is chosen, text by text; without a choice the block, or the cell, of the caret. */
export function chosenStretches({ doc, selection }: EditorState): Stretch[] {
  const { from, to, empty, $head } = selection;
  const here = empty && $head.parent.isTextblock ? $head.start() : null;
  return [...textStarts(doc)].flatMap(([id, { start, size }]) => {
    const [first, last] = here === start ? [start, start + size] : empty ? [0, 0] : [Math.max(from, start), Math.min(to, start + size)];
    return first < last ? [{ id, from: first - start, to: last - start }] : [];
  });
}

/** Comments at a place, the innermost first. */
export function commentsAt(state: EditorState, pos: number): string[] {
  const found = KEY.getState(state)?.drawn.find(pos, pos) ?? [];
  const here = found.filter(({ from, to, spec }) => from < to && from <= pos && pos <= to && typeof idOf(spec) === 'string');
  return here.sort((a, b) => a.to - a.from - (b.to - b.from)).map(({ spec }) => idOf(spec)!);
}

const idOf = (spec: unknown): string | undefined => (spec as { comment?: string }).comment;

function draw(doc: Node, marks: readonly CommentMark[], tools: MarkTools): DecorationSet {
  const starts = blockStarts(doc);
  const out: Decoration[] = [];
  const gone = new Map<string, CommentMark[]>();
  for (const mark of marks) {
    for (const { id, from, to } of mark.where.here ?? []) {
      const start = starts.get(id);
      if (start !== undefined && start + to <= doc.content.size) out.push(Decoration.inline(start + from, start + to, { class: 'comment-mark', 'data-comment': mark.id, ...(mark.active ? { 'data-active': '' } : {}) }, { comment: mark.id }));
    }
    if (mark.where.gone !== null) gone.set(mark.where.gone, [...(gone.get(mark.where.gone) ?? []), mark]);
  }
  for (const [block, list] of gone) {
    const start = starts.get(block);
    if (start !== undefined) out.push(Decoration.widget(start - 1, () => sign(list, tools), { side: -1, key: `gone ${list.map(({ id }) => id).join(' ')}`, ignoreSelection: true, stopEvent: () => true }));
  }
  return DecorationSet.create(doc, out);
}

function sign(list: readonly CommentMark[], tools: MarkTools): HTMLElement {
  const box = document.createElement('div');
  box.className = 'comment-gone';
  box.contentEditable = 'false';
  const button = box.appendChild(document.createElement('button'));
  button.type = 'button';
  button.textContent = String(list.length);
  button.title = tools.gone(list.length);
  button.setAttribute('aria-label', button.title);
  button.addEventListener('click', () => tools.open(list[0]!.id));
  return box;
}

/** The plugin; `tools` are asked for when something is done. */
export function commentMarks(tools: () => MarkTools): Plugin<Shown> {
  return new Plugin<Shown>({
    key: KEY,
    state: {
      init: () => NONE,
      apply(tr, before) {
        const marks = tr.getMeta(KEY) as readonly CommentMark[] | undefined;
        if (marks) return { marks, drawn: draw(tr.doc, marks, tools()) };
        return tr.docChanged ? { marks: before.marks, drawn: before.drawn.map(tr.mapping, tr.doc) } : before;
      },
    },
    props: {
      decorations: (state) => KEY.getState(state)?.drawn,
      // By the place of the key: on a Russian keyboard the letter is another one.
      handleKeyDown: (_view, event) => (event.ctrlKey || event.metaKey) && event.altKey && event.code === 'KeyM' && tools().key(),
    },
  });
}

/** Shows these comments. */
export const showMarks = (view: EditorView, marks: readonly CommentMark[]): void => showSigns(view, (tr) => tr.setMeta(KEY, marks));
