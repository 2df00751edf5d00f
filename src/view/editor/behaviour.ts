/** How the editor behaves: ids of blocks, keys, undo of what this person did, Markdown, numbers of lists. */
import { Extension } from '@tiptap/core';
import { dropCursor } from '@tiptap/pm/dropcursor';
import { history, redo, undo } from '@tiptap/pm/history';
import { inputRules } from '@tiptap/pm/inputrules';
import type { Node } from '@tiptap/pm/model';
import { Plugin, type Command, type EditorState, type Transaction } from '@tiptap/pm/state';
import { Decoration, DecorationSet } from '@tiptap/pm/view';
import { baseKeymap, toggleMark } from '@tiptap/pm/commands';
import { keymap } from '@tiptap/pm/keymap';
import { backspace, cutBlocks, doubleBlocks, enter, enterInCode, indent, moveBlocks, turnInto } from './acts.ts';
import { REMOTE } from './binding.ts';
import { blockCards } from './block-cards.tsx';
import { BlocksSelection, CHOSEN_KEYS, chooseBlocks, chosenPlugin } from './block-selection.ts';
import { clipboard } from './clipboard.ts';
import { codeMarks, type FormulaWords } from './code-marks.ts';
import { newBlockId } from './convert.ts';
import { formulaMarks } from './formula-marks.ts';
import { markdownRules } from './markdown.ts';
import { refMarks } from './refs.ts';
import { backspaceInTable, cellBelow, deleteAcross, nextCell } from './table-acts.ts';
import { enterTable } from './table-paste.ts';
import { tidyTables } from './table-nodes.ts';

/** Every block has an id of its own: what was put in without one, or with one that is taken, gets a new one. */
export function idsStep(transactions: readonly Transaction[], state: EditorState): Transaction | null {
  if (!transactions.some((tr) => tr.docChanged) || transactions.some((tr) => tr.getMeta(REMOTE) === true)) return null;
  const seen = new Set<string>();
  const { tr } = state;
  state.doc.forEach((node, pos) => {
    const bid = node.attrs['bid'] as string | null;
    if (bid === null || seen.has(bid)) tr.setNodeAttribute(pos, 'bid', newBlockId());
    else seen.add(bid);
  });
  tidyTables(tr);
  return tr.docChanged ? tr : null;
}

/** Numbers of numbered lines, counted on from line to line of the same depth and begun anew behind anything else; and of the pages a text came from, where they begin. */
function numbers(doc: Node): DecorationSet {
  const counts: number[] = [];
  const out: Decoration[] = [];
  let last: unknown = null;
  doc.forEach((node, pos) => {
    const page = node.attrs['page'] as number | null;
    if (page !== null && page !== last) out.push(Decoration.node(pos, pos + node.nodeSize, { 'data-page': String(page) }));
    last = page ?? last;
    const depth = (node.attrs['indent'] as number | null) ?? 0;
    const list = node.attrs['kind'] === 'list' || node.attrs['kind'] === 'task';
    counts.length = list ? depth + 1 : 0;
    if (!list || node.attrs['numbered'] !== true) return void (list && (counts[depth] = 0));
    counts[depth] = (counts[depth] ?? 0) + 1;
    out.push(Decoration.node(pos, pos + node.nodeSize, { 'data-number': `${counts[depth]}.` }));
  });
  return DecorationSet.create(doc, out);
}

const numbered = (): Plugin<DecorationSet> => {
  const plugin: Plugin<DecorationSet> = new Plugin<DecorationSet>({
    state: { init: (_, { doc }) => numbers(doc), apply: (tr, before) => (tr.docChanged ? numbers(tr.doc) : before) },
    props: { decorations: (state) => plugin.getState(state) },
  });
  return plugin;
};

/** What the keys of chosen blocks do comes first; Escape chooses the block one writes in. */
function withChosen(all: Record<string, () => boolean>, run: (command: Command) => () => boolean): Record<string, () => boolean> {
  const chosen = Object.entries(CHOSEN_KEYS).map(([name, command]): [string, () => boolean] => {
    const own = run((state, dispatch, view) => state.selection instanceof BlocksSelection && command(state, dispatch, view));
    const other = all[name] ?? (name === 'Escape' ? run((state, dispatch, view) => view?.editable === true && chooseBlocks(state, dispatch)) : null);
    return [name, () => own() || (other?.() ?? false)];
  });
  return { ...all, ...Object.fromEntries(chosen) };
}

/** Keys, by their names on the keyboard; the words for them stand in the list of keys. */
function keys(run: (command: Command) => () => boolean, mark: (name: string) => () => boolean): Record<string, () => boolean> {
  const heading = (level: number) => run(turnInto({ kind: 'heading', level }));
  const whole = (command: Command): Command => (state, dispatch, view) => state.selection instanceof BlocksSelection && command(state, dispatch, view);
  const either = (...all: Command[]): Command => (state, dispatch, view) => all.some((one) => one(state, dispatch, view));
  return {
    'Enter': run(either(cellBelow, enterInCode, enterTable, enter)), 'Shift-Enter': run((state, dispatch) => (dispatch?.(state.tr.insertText('\n').scrollIntoView()), true)), 'Backspace': run(either(whole(cutBlocks), deleteAcross, backspaceInTable, backspace)), 'Delete': run(either(whole(cutBlocks), deleteAcross)), 'Mod-d': run(whole(doubleBlocks)),
    'Tab': run(either(nextCell(1), indent(1))), 'Shift-Tab': run(either(nextCell(-1), indent(-1))), 'Alt-ArrowUp': run(moveBlocks(-1)), 'Alt-ArrowDown': run(moveBlocks(1)),
    'Mod-z': run(undo), 'Mod-y': run(redo), 'Shift-Mod-z': run(redo), 'Mod-b': mark('bold'), 'Mod-i': mark('italic'), 'Mod-e': mark('mono'), 'Mod-Shift-s': mark('strike'),
    'Mod-Alt-0': run(turnInto({ kind: 'paragraph' })), 'Mod-Alt-1': heading(1), 'Mod-Alt-2': heading(2), 'Mod-Alt-3': heading(3),
    'Mod-Shift-7': run(turnInto({ kind: 'list', numbered: true })), 'Mod-Shift-8': run(turnInto({ kind: 'list' })), 'Mod-Shift-9': run(turnInto({ kind: 'task' })),
  };
}

/** All of it as one extension. */
export const Behaviour = Extension.create<{ space: string; formula: FormulaWords }>({
  name: 'behaviour',
  addOptions: () => ({ space: '', formula: { empty: '', tooLong: '', fault: (found) => found } }),
  priority: 1_000,
  addProseMirrorPlugins() {
    return [history(), chosenPlugin(), dropCursor({ width: 2, color: false, class: 'doc-drop' }), inputRules({ rules: markdownRules(this.editor.schema) }), numbered(), codeMarks(this.options.formula), formulaMarks(this.options.formula), blockCards(), clipboard(this.options.space), refMarks(), new Plugin({ appendTransaction: (transactions, _before, state) => idsStep(transactions, state) }), keymap(baseKeymap)];
  },
  addKeyboardShortcuts() {
    const { editor } = this;
    const run = (command: Command) => (): boolean => {
      const { state, view } = editor;
      return command(state, view.dispatch, view);
    };
    return withChosen(keys(run, (name) => run((state, dispatch) => toggleMark(state.schema.marks[name]!)(state, dispatch))), run);
  },
});
