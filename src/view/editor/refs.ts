/** Links to things of ours in the text: kept by their ids, shown under their present names. The words in the document are the name at the time, for who does not know the thing. */
import type { Node } from '@tiptap/pm/model';
import { Plugin, PluginKey, type EditorState, type Transaction } from '@tiptap/pm/state';
import { Decoration, DecorationSet } from '@tiptap/pm/view';
import { navigate, parseRoute } from '#view/kit/router.tsx';

/** Present name of what an address leads to; null when it is not known. */
export type NameOf = (href: string) => string | null;

interface Ref {
  readonly href: string;
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

interface Shown {
  readonly refs: readonly Ref[];
  readonly nameOf: NameOf;
}

const KEY = new PluginKey<Shown>('refs');
/** A press that moves less than this is none of a choice of words, px. */
const STILL = 4;

/** What was typed behind `[[`, `![[` or `@`, at the caret. */
export interface Asked {
  readonly from: number;
  readonly query: string;
  readonly people: boolean;
  /** It is to be shown here, not linked to. */
  readonly show: boolean;
}

/** Null where neither was typed. */
export function askedAt({ selection: { $head, empty } }: EditorState): Asked | null {
  if (!empty || $head.depth === 0 || $head.node(1).type.name !== 'block') return null;
  const before = $head.parent.textBetween(0, $head.parentOffset);
  const named = /!?\[\[([^[\]\n]{0,80})$/u.exec(before);
  const match = named ?? /(?:^|\s)@([^\s@]{0,24})$/u.exec(before);
  return match && { from: $head.pos - match[0].trimStart().length, query: match[1]!, people: named === null, show: match[0].startsWith('!') };
}

const hrefOf = (node: Node): string | null => {
  const href: unknown = node.marks.find((mark) => mark.type.name === 'link')?.attrs['href'];
  return typeof href === 'string' && href.startsWith('#/') ? href : null;
};

/** Links to own things, neighbours of one address as one. */
function refsOf(doc: Node): Ref[] {
  const out: Ref[] = [];
  doc.descendants((node, from) => {
    const href = node.isText ? hrefOf(node) : null;
    if (href === null) return;
    const [last, to] = [out.at(-1), from + node.nodeSize];
    if (last?.href === href && last.to === from) out[out.length - 1] = { href, from: last.from, to, text: last.text + node.text! };
    else out.push({ href, from, to, text: node.text! });
  });
  return out;
}

function drawn(state: EditorState): DecorationSet {
  const { refs, nameOf } = KEY.getState(state)!;
  if (refs.length === 0) return DecorationSet.empty;
  const { from, to } = state.selection;
  return DecorationSet.create(state.doc, refs.flatMap((ref) => {
    const name = nameOf(ref.href);
    // Who stands at the words sees and edits them.
    if (name === null || name === ref.text || (from <= ref.to && to >= ref.from)) return [Decoration.inline(ref.from, ref.to, { class: 'ref' })];
    return [Decoration.inline(ref.from, ref.from + 1, { class: 'ref ref-name', 'data-name': name }), Decoration.inline(ref.from + 1, ref.to, { class: 'ref ref-old' })];
  }));
}

/** The address at a place, when it is of a thing of ours. */
function refAt(state: EditorState, pos: number): string | null {
  return KEY.getState(state)?.refs.find(({ from, to }) => from <= pos && pos <= to)?.href ?? null;
}

/** Own address of the link an element stands in, for a press that is no wish for another tab. */
function linkAt(target: EventTarget | null, { ctrlKey, metaKey, shiftKey }: MouseEvent): string | null {
  const href = target instanceof Element ? target.closest('.doc-text a')?.getAttribute('href') : null;
  return href?.startsWith('#/') && !ctrlKey && !metaKey && !shiftKey ? href : null;
}

/** The plugin. A press on a link opens it; by keyboard Ctrl+Enter does. */
export function refMarks(): Plugin<Shown> {
  let pressed: { href: string; x: number; y: number } | null = null;
  return new Plugin<Shown>({
    key: KEY,
    state: {
      init: (_, { doc }) => ({ refs: refsOf(doc), nameOf: () => null }),
      apply(tr, before) {
        const nameOf = (tr.getMeta(KEY) as NameOf | undefined) ?? before.nameOf;
        return tr.docChanged || nameOf !== before.nameOf ? { refs: refsOf(tr.doc), nameOf } : before;
      },
    },
    props: {
      decorations: drawn,
      handleKeyDown(view, event) {
        const href = event.key === 'Enter' && (event.ctrlKey || event.metaKey) ? refAt(view.state, view.state.selection.head) : null;
        if (href === null) return false;
        navigate(parseRoute(href));
        return true;
      },
      handleDOMEvents: {
        mousedown(_view, event) {
          const href = event.button === 0 ? linkAt(event.target, event) : null;
          pressed = href === null ? null : { href, x: event.clientX, y: event.clientY };
          return false;
        },
        // Where the link stood when it was pressed: the press draws it anew, with the words of the text.
        mouseup(_view, event) {
          if (pressed && Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) < STILL) navigate(parseRoute(pressed.href));
          pressed = null;
          return false;
        },
        click(_view, event) {
          if (linkAt(event.target, event) === null) return false;
          event.preventDefault();
          return true;
        },
      },
    },
  });
}

/** Gives the present names, in a transaction. */
export const nameRefs = (tr: Transaction, nameOf: NameOf): Transaction => tr.setMeta(KEY, nameOf);
