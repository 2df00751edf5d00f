/** What is drawn over blocks of code: colours of their language, and of a formula how it reads. Both come with the first block that needs them; what is written is never changed. */
import type { Node } from '@tiptap/pm/model';
import { Plugin, PluginKey, TextSelection, type EditorState } from '@tiptap/pm/state';
import { Decoration, DecorationSet, type EditorView } from '@tiptap/pm/view';
import { showSigns } from './binding.ts';
import type { Stretch } from './highlight.ts';

/** `lang` of a formula in the notation of TeX, as on GitHub. */
export const FORMULA = 'math';
/** Longer code is left uncoloured, and a longer formula is not drawn, UTF-16 units. */
const CODE_MAX = 20_000;
const FORMULA_MAX = 5_000;
/** The same for all of a page, from its beginning on: whatever somebody puts into it, it opens. */
const CODE_PAGE = 400_000;
const FORMULA_PAGE = 50_000;
/** Between a letter and the new colours, ms. */
const LOOK_MS = 80;

interface Shown {
  readonly drawn: DecorationSet;
  /** Nodes as they are drawn. */
  readonly nodes: ReadonlySet<Node>;
}

const key = new PluginKey<Shown>('code-marks');
const langOf = (node: Node): string | null => (node.type.name === 'code' ? (node.attrs['lang'] as string | null) : null);

/** What is loaded so far. */
interface Tools {
  highlight: ((lang: string, text: string) => Stretch[]) | null;
  formula: ((box: HTMLElement, tex: string) => string | null) | null;
}

/** How a formula reads; pressed, the caret goes into it. `fault`: words for one that cannot be read. */
function formulaBox(tools: Tools, tex: string, words: FormulaWords, enter: () => void): HTMLElement {
  const box = document.createElement('div');
  box.className = 'formula';
  box.contentEditable = 'false';
  const body = document.createElement('div');
  box.append(body);
  const fault = tex.trim() === '' ? '' : tex.length > FORMULA_MAX ? words.tooLong : tools.formula!(body, tex);
  if (fault === null) {
    body.setAttribute('role', 'math');
    body.setAttribute('aria-label', tex);
  } else {
    body.className = fault === '' ? 'muted' : 'formula-fault';
    body.textContent = fault === '' ? words.empty : words.fault(fault);
  }
  box.addEventListener('mousedown', (event) => {
    event.preventDefault();
    enter();
  });
  return box;
}

export interface FormulaWords {
  readonly empty: string;
  readonly tooLong: string;
  fault(found: string): string;
}

function drawNode(tools: Tools, node: Node, pos: number, words: FormulaWords): Decoration[] {
  const lang = langOf(node);
  const text = node.textContent;
  if (lang === FORMULA) {
    if (!tools.formula) return [];
    const enter = (view: EditorView, at: () => number | undefined) => (): void => {
      const place = at();
      if (place === undefined || !view.editable) return;
      view.dispatch(view.state.tr.setSelection(TextSelection.near(view.state.doc.resolve(place))));
      view.focus();
    };
    return [Decoration.widget(pos + 1, (view, at) => formulaBox(tools, text, words, enter(view, at)), { key: `formula ${text}`, side: -1, ignoreSelection: true })];
  }
  if (lang === null || !tools.highlight || text.length > CODE_MAX) return [];
  return tools.highlight(lang, text).map(({ from, to, kind }) => Decoration.inline(pos + 1 + from, pos + 1 + to, { class: kind }));
}

/** Blocks of code that are drawn, as far as those before them leave room. */
export function drawable(doc: Node): ReadonlySet<Node> {
  const out = new Set<Node>();
  let [code, formulas] = [0, 0];
  doc.forEach((node) => {
    const lang = langOf(node);
    if (lang === null) return;
    if (lang === FORMULA) formulas += node.content.size;
    else code += node.content.size;
    if (lang === FORMULA ? formulas <= FORMULA_PAGE : code <= CODE_PAGE) out.add(node);
  });
  return out;
}

/** Draws anew what changed since it was drawn. */
function redraw(tools: Tools, state: EditorState, before: Shown, words: FormulaWords): Shown {
  let { drawn } = before;
  const nodes = new Set<Node>();
  const fits = drawable(state.doc);
  state.doc.forEach((node, pos) => {
    if (node.type.name !== 'code') return;
    nodes.add(node);
    if (before.nodes.has(node)) return;
    drawn = drawn.remove(drawn.find(pos + 1, pos + node.nodeSize - 1)).add(state.doc, fits.has(node) ? drawNode(tools, node, pos, words) : []);
  });
  return { drawn, nodes };
}

/** A formula is shown as it reads, and as it is written while somebody stands in it. */
function closed(state: EditorState): Decoration[] {
  const out: Decoration[] = [];
  const { from, to } = state.selection;
  const fits = drawable(state.doc);
  state.doc.forEach((node, pos) => {
    if (langOf(node) === FORMULA && fits.has(node) && node.textContent.trim() !== '' && (to <= pos || from >= pos + node.nodeSize)) out.push(Decoration.node(pos, pos + node.nodeSize, { class: 'formula-closed' }));
  });
  return out;
}

/** The plugin. */
export function codeMarks(words: FormulaWords): Plugin<Shown> {
  const tools: Tools = { highlight: null, formula: null };
  return new Plugin<Shown>({
    key,
    state: {
      init: () => ({ drawn: DecorationSet.empty, nodes: new Set() }),
      apply(tr, shown, _old, state) {
        const kept = tr.docChanged ? { drawn: shown.drawn.map(tr.mapping, tr.doc), nodes: shown.nodes } : shown;
        return tr.getMeta(key) === undefined ? kept : redraw(tools, state, tr.getMeta(key) === 'all' ? { ...kept, nodes: new Set() } : kept, words);
      },
    },
    props: {
      decorations(state) {
        const drawn = key.getState(state)!.drawn;
        const shut = tools.formula ? closed(state) : [];
        return shut.length > 0 ? drawn.add(state.doc, shut) : drawn;
      },
    },
    view(view) {
      let timer: ReturnType<typeof setTimeout> | null = null;
      let gone = false;
      const sign = (how: 'all' | 'new'): void => showSigns(view, (tr) => tr.setMeta(key, how));
      const look = (): void => {
        timer = null;
        // A word that is composed would be broken off.
        if (view.composing) return void (timer = setTimeout(look, LOOK_MS));
        sign('new');
      };
      const loaded = (): void => {
        if (!gone) sign('all');
      };
      const asked = { highlight: false, formula: false };
      const load = (langs: ReadonlySet<string>): void => {
        // Without the network, before it was ever loaded, code stays as it is written; the next page asks again.
        if (langs.has(FORMULA) && !asked.formula) {
          asked.formula = true;
          import('./formula.ts').then(({ drawFormula }) => ((tools.formula = drawFormula), loaded()), () => undefined);
        }
        if (!asked.highlight && [...langs].some((lang) => lang !== FORMULA)) {
          asked.highlight = true;
          import('./highlight.ts').then(({ stretchesOf }) => ((tools.highlight = stretchesOf), loaded()), () => undefined);
        }
      };
      const update = (): void => {
        const { nodes } = key.getState(view.state)!;
        const langs = new Set<string>();
        let fresh = false;
        view.state.doc.forEach((node) => {
          if (node.type.name !== 'code') return;
          const lang = langOf(node);
          if (lang !== null) langs.add(lang);
          fresh ||= !nodes.has(node);
        });
        load(langs);
        if (fresh) timer ??= setTimeout(look, LOOK_MS);
      };
      update();
      return {
        update,
        destroy() {
          gone = true;
          if (timer !== null) clearTimeout(timer);
        },
      };
    },
  });
}
