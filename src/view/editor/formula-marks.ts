/** Formulas in a line (`$a^2$`, kept as code with its signs), drawn as they read wherever the caret does not touch them; what is written is never changed. */
import type { Mark, Node } from '@tiptap/pm/model';
import { Plugin, PluginKey, TextSelection, type EditorState, type Transaction } from '@tiptap/pm/state';
import { Decoration, DecorationSet, type EditorView } from '@tiptap/pm/view';
import { isFormula } from '#domain/editor/model';
import { showSigns } from './binding.ts';
import type { FormulaWords } from './code-marks.ts';

/** One in the text, with its signs. */
export interface LineFormula {
  readonly from: number;
  readonly to: number;
  readonly tex: string;
}

/** So many signs of formulas are drawn, from the beginning of the page on, and one counts for so many at least: whatever somebody puts into it, it opens. */
const PAGE = 50_000;
const LEAST = 25;

const isCode = ({ type }: Mark): boolean => type.spec.code === true;
/** Those of a block, from its beginning on. */
const known = new WeakMap<Node, readonly LineFormula[]>();
const pages = new WeakMap<Node, readonly LineFormula[]>();

function formulasOf(block: Node): readonly LineFormula[] {
  let found = known.get(block);
  if (!found) {
    const out: LineFormula[] = [];
    block.descendants((node, from) => {
      if (node.isText && node.marks.some(isCode) && isFormula(node.text!)) out.push({ from, to: from + node.nodeSize, tex: node.text!.slice(1, -1) });
    });
    known.set(block, (found = out));
  }
  return found;
}

/** The formulas of a page that are drawn. */
export function lineFormulas(doc: Node): readonly LineFormula[] {
  let found = pages.get(doc);
  if (!found) {
    const out: LineFormula[] = [];
    let signs = 0;
    doc.forEach((block, pos) => {
      for (const { from, to, tex } of formulasOf(block)) if ((signs += Math.max(LEAST, tex.length)) <= PAGE) out.push({ from: pos + 1 + from, to: pos + 1 + to, tex });
    });
    pages.set(doc, (found = out));
  }
  return found;
}

/** Does the caret, or an end of what is chosen, touch it? Then it is as it is written. */
const touched = ({ selection: { anchor, head } }: EditorState, { from, to }: LineFormula): boolean => [anchor, head].some((at) => from <= at && at <= to);

/** What is typed beside a formula is no part of it. */
export function besideStep(transactions: readonly Transaction[], state: EditorState): Transaction | null {
  const { $head, empty, head } = state.selection;
  if (!empty || state.storedMarks || !transactions.some((tr) => tr.docChanged || tr.selectionSet)) return null;
  const marks = $head.marks();
  if (!marks.some(isCode) || !lineFormulas(state.doc).some(({ from, to }) => from === head || to === head)) return null;
  return state.tr.setStoredMarks(marks.filter((mark) => !isCode(mark)));
}

type Draw = (box: HTMLElement, tex: string, line: boolean) => string | null;

/** How it reads; pressed, the caret goes into it. One that cannot be read is as it is written. */
function boxOf(draw: Draw, tex: string, words: FormulaWords, enter: () => boolean): HTMLElement {
  const box = document.createElement('span');
  box.className = 'line-formula';
  box.contentEditable = 'false';
  const fault = draw(box, tex, true);
  if (fault === null) {
    box.setAttribute('role', 'math');
    box.setAttribute('aria-label', tex);
  } else {
    box.classList.add('formula-fault');
    box.textContent = tex;
    box.title = words.fault(fault);
  }
  box.addEventListener('mousedown', (event) => {
    if (event.button === 0 && enter()) event.preventDefault();
  });
  return box;
}

/** The plugin. */
export function formulaMarks(words: FormulaWords): Plugin {
  let draw: Draw | null = null;
  let shown: EditorView | null = null;
  const enter = (view: EditorView, place: number | undefined, tex: string): boolean => {
    if (place === undefined || !view.editable) return false;
    view.dispatch(view.state.tr.setSelection(TextSelection.create(view.state.doc, place + 1 + tex.length)));
    view.focus();
    return true;
  };
  return new Plugin({
    key: new PluginKey('formula-marks'),
    appendTransaction: (transactions, _before, state) => besideStep(transactions, state),
    props: {
      decorations(state) {
        const all = draw ? lineFormulas(state.doc) : [];
        const closed = shown?.editable ? all.filter((one) => !touched(state, one)) : all;
        if (closed.length === 0) return null;
        return DecorationSet.create(state.doc, closed.flatMap(({ from, to, tex }) => [
          Decoration.widget(from, (view, at) => boxOf(draw!, tex, words, () => enter(view, at(), tex)), { key: `formula ${tex}`, side: -1, marks: [], ignoreSelection: true }),
          Decoration.inline(from, to, { 'class': 'line-formula-words', 'aria-hidden': 'true' }),
        ]));
      },
    },
    view(view) {
      shown = view;
      let [asked, gone] = [false, false];
      const update = (): void => {
        if (asked || lineFormulas(view.state.doc).length === 0) return;
        asked = true;
        // Without the network, before it was ever loaded, they stay as they are written; the next page asks again.
        import('./formula.ts').then(({ drawFormula }) => {
          draw = drawFormula;
          if (!gone) showSigns(view, (tr) => tr);
        }, () => undefined);
      };
      update();
      return { update, destroy: () => void (gone = true) };
    },
  });
}
