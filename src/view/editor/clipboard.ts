/** The clipboard of the editor: what is copied is taken by pages of this app as it was and by other programs as words; what is pasted from elsewhere is words. */
import { closeHistory } from '@tiptap/pm/history';
import { Slice, type Mark, type Node } from '@tiptap/pm/model';
import { Plugin, TextSelection, type EditorState, type Transaction } from '@tiptap/pm/state';
import { dropPoint } from '@tiptap/pm/transform';
import type { EditorView } from '@tiptap/pm/view';
import { isAddress } from '#domain/editor/model';
import { toggleTask } from './acts.ts';
import { routeOf } from './block-cards.tsx';
import { BlocksSelection } from './block-selection.ts';
import { CLIP_TYPE, clipText, readClip, type Clip } from './clip.ts';
import { Converter } from './convert.ts';
import { dropBlocks, isDragged, type Dragged } from './drag.ts';
import { blocksOfText, wordNodes } from './markdown.ts';
import { deleteAcross, tableAt } from './table-acts.ts';
import { pasteInTable, putTableOf, rowsOf } from './table-paste.ts';
import { wordsIn } from './table-text.ts';

/** On a change that pastes lines: the ids of their blocks. */
export const PASTED = 'lifegraph-pasted';

/** Blocks on the page: behind those that are chosen, in place of an empty line, else behind the block of the caret, which stands at their end then. */
function putBlocks(state: EditorState, blocks: readonly Node[]): Transaction | null {
  if (state.selection instanceof BlocksSelection) return putBehind(state, blocks);
  const tr = state.tr.deleteSelection();
  const top = tr.selection.$from;
  if (top.depth === 0) return null;
  const empty = top.node(1).content.size === 0;
  const at = empty ? top.before(1) : top.after(1);
  if (empty) tr.replaceWith(at, top.after(1), blocks);
  else tr.insert(at, blocks);
  const end = at + blocks.reduce((sum, node) => sum + node.nodeSize, 0) - 1;
  return tr.setSelection(TextSelection.near(tr.doc.resolve(end), -1)).scrollIntoView();
}

/** What the clipboard holds of pages of this app, as a change of the page; null: only its words come in (into code and cells, and from elsewhere). */
export function pasteClip(state: EditorState, text: string, space: string): Transaction | null {
  const clip = readClip(text, space);
  const { $from, $to } = state.selection;
  if (!clip || ($from.depth > 0 && $from.parent.type.name === 'code') || deleteAcross(state)) return null;
  const converter = new Converter(state.schema);
  const nodes = clip.blocks.map((block) => converter.nodeOf(block));
  const within = $from.depth > 0 && $from.sameParent($to);
  if (clip.words && within && nodes[0]!.isTextblock) return state.tr.replaceSelection(new Slice(nodes[0]!.content, 0, 0)).scrollIntoView();
  return tableAt(state) ? null : putBlocks(state, nodes);
}

/** Pastes text: into one block as it is, else as blocks of its own. Never as HTML: what a page put on the clipboard is not read. */
export function pasteText(view: Pick<EditorView, 'state' | 'dispatch'>, text: string): void {
  if (text === '') return;
  deleteAcross(view.state, view.dispatch);
  const { state } = view;
  const { $from } = state.selection;
  const address = text.trim();
  if (isAddress(address) && $from.depth > 0 && $from.parent.type.spec.code !== true) {
    const { from, to, empty } = state.selection;
    const own = routeOf(address, location.href);
    const link = state.schema.mark('link', { href: own ? address.slice(address.indexOf('#')) : address });
    if (!empty) return view.dispatch(state.tr.addMark(from, to, link));
    // Typing goes on behind the link, not in it.
    return view.dispatch(state.tr.replaceSelectionWith(state.schema.text(address, [link]), false).removeStoredMark(link.type).scrollIntoView());
  }
  if (tableAt(state)) return view.dispatch(pasteInTable(state, text));
  const inCode = $from.depth > 0 && $from.node(1).type.name === 'code';
  const sheet = inCode ? null : rowsOf(text);
  const blocks = inCode ? [] : sheet ? [putTableOf(state, sheet)] : blocksOfText(state.schema, text);
  if (inCode || ($from.depth > 0 && blocks.length < 2 && (blocks[0]?.attrs['kind'] ?? 'paragraph') === 'paragraph')) return view.dispatch(inCode ? state.tr.insertText(text.replace(/\r\n?/g, '\n')).scrollIntoView() : putWords(state, wordsIn(text)));
  const tr = putBlocks(state, blocks);
  if (tr) view.dispatch(tr.setMeta(PASTED, blocks.map(({ attrs }) => attrs['bid'] as string)));
}

/** Words in place of what is chosen, with the marks of where they come in; formulas in them are such. */
function putWords(state: EditorState, words: string): Transaction {
  const { from, to, $from, $to } = state.selection;
  const marks = state.storedMarks ?? ($from.pos === $to.pos ? $from.marks() : $from.marksAcross($to)) ?? [];
  const nodes = wordNodes(state.schema, words, marks);
  const isCode = ({ type }: Mark): boolean => type.spec.code === true;
  if (marks.some(isCode) || !nodes.some((node) => node.marks.some(isCode))) return state.tr.insertText(words).scrollIntoView();
  const tr = state.tr.replaceWith(from, to, nodes);
  // Typing goes on behind a formula, not in it.
  return tr.setSelection(TextSelection.create(tr.doc, tr.mapping.map(to))).removeStoredMark(state.schema.marks['mono']!).scrollIntoView();
}

/** Blocks behind those that are chosen, chosen in their place. */
function putBehind(state: EditorState, blocks: readonly Node[]): Transaction {
  const at = state.selection.to;
  const { tr } = state;
  for (const node of [...blocks].reverse()) tr.insert(at, node);
  const size = blocks.reduce((sum, node) => sum + node.nodeSize, 0);
  return blocks.length === 0 ? tr : tr.setSelection(BlocksSelection.at(tr.doc, at, at + size - blocks.at(-1)!.nodeSize)).scrollIntoView();
}

/** Words of a node for other programs: cells with tabs between, as spreadsheets take them. */
function textOf(node: Node): string {
  if (node.type.name === 'row') return node.children.map((cell) => cell.textContent.replace(/[\t\n]/g, ' ')).join('\t');
  return node.type.name === 'table' ? node.children.map(textOf).join('\n') : node.type.name === 'shown' ? String(node.attrs['words']) : (node.text ?? node.textContent);
}

/** What is chosen, as pages of this app take it; null for a part of a table, which goes as words. */
export function clipOf({ selection, schema }: EditorState): Clip | null {
  const { content, openStart, openEnd } = selection.content();
  const blocks = content.content;
  if (blocks.length === 0 || openStart > 1 || openEnd > 1 || blocks.some(({ type }) => type.name === 'newer')) return null;
  const converter = new Converter(schema);
  // Lines of code stay code.
  const words = openStart === 1 && blocks.length === 1 && !(blocks[0]!.type.name === 'code' && blocks[0]!.textContent.includes('\n'));
  return { blocks: blocks.map((node) => converter.blockOf(node)), words };
}

function copy(view: EditorView, event: ClipboardEvent, space: string, cut: boolean): boolean {
  const { clipboardData } = event;
  const { selection } = view.state;
  if (selection.empty || !clipboardData) return false;
  event.preventDefault();
  const { dom, text } = view.serializeForClipboard(selection.content());
  clipboardData.clearData();
  clipboardData.setData('text/html', dom.innerHTML);
  clipboardData.setData('text/plain', text);
  const clip = clipOf(view.state);
  if (clip) clipboardData.setData(CLIP_TYPE, clipText(clip, space));
  if (cut && view.editable && !deleteAcross(view.state, view.dispatch)) view.dispatch(closeHistory(view.state.tr.deleteSelection().scrollIntoView()));
  return true;
}

/** The clipboard, what is dropped, and what is typed over cells. `space` is where files of these pages lie. */
export const clipboard = (space: string): Plugin => new Plugin({
  props: {
    handleDOMEvents: {
      copy: (view, event) => copy(view, event, space, false),
      cut: (view, event) => copy(view, event, space, true),
      paste(view, event) {
        event.preventDefault();
        // The browser tells a page that is only read of it as well.
        if (!view.editable) return true;
        const tr = pasteClip(view.state, event.clipboardData?.getData(CLIP_TYPE) ?? '', space);
        if (tr) view.dispatch(closeHistory(tr));
        else pasteText(view, event.clipboardData?.getData('text/plain') ?? '');
        return true;
      },
      drop(view, event) {
        // A block dragged inside of the editor is moved by the editor itself.
        if (view.dragging) return false;
        event.preventDefault();
        if (!view.editable) return true;
        const place = view.posAtCoords({ left: event.clientX, top: event.clientY });
        if (place) view.dispatch(view.state.tr.setSelection(TextSelection.near(view.state.doc.resolve(place.pos))));
        pasteText(view, event.dataTransfer?.getData('text/plain') ?? '');
        return true;
      },
      click(view, event) {
        const box = event.target instanceof HTMLInputElement && event.target.classList.contains('task-box') && event.target.closest('.doc-text') === view.dom ? event.target : null;
        if (!box) return false;
        const tr = view.editable ? toggleTask(view.state, view.state.doc.resolve(view.posAtDOM(box, 0)).before(1)) : null;
        if (tr) view.dispatch(tr);
        else event.preventDefault();
        return true;
      },
    },
    clipboardTextSerializer: (slice) => slice.content.content.map(textOf).join('\n'),
    handleDrop(view, event, slice, moves) {
      const place = moves && isDragged(view.dragging) ? view.posAtCoords({ left: event.clientX, top: event.clientY }) : null;
      const tr = place && dropBlocks(view.state, view.dragging as Dragged, dropPoint(view.state.doc, place.pos, slice) ?? view.state.doc.content.size);
      // As the editor itself does it.
      view.focus();
      if (tr) view.dispatch(tr.setMeta('uiEvent', 'drop'));
      return place !== null;
    },
    handleTextInput(view, _from, _to, text) {
      // What is typed over the edge of a cell takes the chosen words, not the cells.
      if (!deleteAcross(view.state)) return false;
      deleteAcross(view.state, (tr) => view.dispatch(tr.insertText(text)));
      return true;
    },
  },
});
