/** What a person does with blocks, as editor commands. Another kind is another attribute: the block and its id stay. */
import { closeHistory } from '@tiptap/pm/history';
import type { Node } from '@tiptap/pm/model';
import { NodeSelection, Selection, TextSelection, type Command, type EditorState, type Transaction } from '@tiptap/pm/state';
import { INDENT_MAX } from '#domain/editor/model';
import { BlocksSelection, chosenBlocks } from './block-selection.ts';
import { FORMULA } from './code-marks.ts';
import { newBlockId, nodeName } from './convert.ts';
import { deleteAcross } from './table-acts.ts';

/** A kind with what belongs to it. */
export interface Kind {
  readonly kind: string;
  readonly level?: number;
  readonly numbered?: true;
  readonly lang?: string;
}

const isList = (node: Node): boolean => node.attrs['kind'] === 'list' || node.attrs['kind'] === 'task';
const topOf = (state: EditorState): { node: Node; pos: number } | null => {
  const { $head } = state.selection;
  return $head.depth > 0 ? { node: $head.node(1), pos: $head.before(1) } : null;
};

function setKind(tr: Transaction, { node, pos }: { node: Node; pos: number }, { kind, level, numbered, lang }: Kind): void {
  const keep = isList(node) && (kind === 'list' || kind === 'task') ? (node.attrs['indent'] as number | null) : null;
  const attrs = { bid: node.attrs['bid'] as string, from: node.attrs['from'] as string | null, kind, level: level ?? null, numbered: numbered ?? null, lang: lang ?? null, indent: keep, page: node.attrs['page'] as number | null };
  const { schema } = tr.doc.type;
  const type = schema.nodes[nodeName(kind)]!;
  if (type === node.type) return void tr.setNodeMarkup(pos, null, attrs);
  // Code holds words without marks.
  const words = node.textContent;
  tr.replaceWith(pos, pos + node.nodeSize, type.create(attrs, type.name !== 'code' ? node.content : words === '' ? null : schema.text(words)));
}

/** Makes the chosen blocks of a kind, or paragraphs again when all are. */
export function turnInto(kind: Kind): Command {
  return (state, dispatch) => {
    const blocks = chosenBlocks(state).filter(({ node }) => node.isTextblock);
    if (blocks.length === 0) return false;
    const all = blocks.every(({ node: { attrs } }) => attrs['kind'] === kind.kind && attrs['level'] === (kind.level ?? null) && attrs['numbered'] === (kind.numbered ?? null) && (attrs['lang'] === FORMULA) === (kind.lang === FORMULA));
    const { tr, selection } = state;
    for (const block of blocks) setKind(tr, block, all ? { kind: 'paragraph' } : kind);
    if (!tr.selection.eq(selection) && selection instanceof TextSelection) tr.setSelection(TextSelection.create(tr.doc, Math.min(selection.anchor, tr.doc.content.size), Math.min(selection.head, tr.doc.content.size)));
    dispatch?.(tr);
    return true;
  };
}

/** Puts a divider where the caret is: before its block, or in place of an empty one. */
export const putDivider: Command = (state, dispatch) => {
  const top = topOf(state);
  if (!top) return false;
  dispatch?.(state.tr.insert(top.pos, state.schema.node('divider', { bid: newBlockId() })).scrollIntoView());
  return true;
};

function indented({ node, pos }: { node: Node; pos: number }, tr: Transaction, by: number): boolean {
  const now = (node.attrs['indent'] as number | null) ?? 0;
  const next = Math.max(0, Math.min(INDENT_MAX, now + by));
  if (!isList(node) || next === now) return false;
  tr.setNodeAttribute(pos, 'indent', next || null);
  return true;
}

/** Moves list lines in or out. */
export function indent(by: 1 | -1): Command {
  return (state, dispatch) => {
    const blocks = chosenBlocks(state);
    if (!blocks.some(({ node }) => isList(node))) return false;
    const { tr } = state;
    for (const block of blocks) indented(block, tr, by);
    dispatch?.(tr);
    return true;
  };
}

/** Moves the chosen blocks over their neighbour. */
export function moveBlocks(by: 1 | -1): Command {
  return (state, dispatch) => {
    const blocks = chosenBlocks(state);
    const first = blocks[0];
    const last = blocks.at(-1);
    if (!first || !last) return false;
    const end = last.pos + last.node.nodeSize;
    const other = by < 0 ? state.doc.resolve(first.pos).nodeBefore : state.doc.resolve(end).nodeAfter;
    if (!other) return false;
    const { tr, selection } = state;
    // The neighbour goes over, so that selection and history of what was moved stay.
    if (by < 0) tr.delete(first.pos - other.nodeSize, first.pos).insert(end - other.nodeSize, other);
    else tr.delete(end, end + other.nodeSize).insert(first.pos, other);
    const shift = by < 0 ? -other.nodeSize : other.nodeSize;
    if (selection instanceof TextSelection) tr.setSelection(TextSelection.create(tr.doc, selection.anchor + shift, selection.head + shift));
    dispatch?.(tr.scrollIntoView());
    return true;
  };
}

/** The chosen blocks once more, behind them; the copies are chosen when the blocks were. */
export const doubleBlocks: Command = (state, dispatch) => {
  const blocks = chosenBlocks(state);
  const last = blocks.at(-1);
  if (!last) return false;
  const at = last.pos + last.node.nodeSize;
  const copies = blocks.map(({ node }) => node.type.create({ ...node.attrs, bid: newBlockId(), from: null }, node.content));
  const tr = closeHistory(state.tr.insert(at, copies));
  if (state.selection instanceof BlocksSelection) tr.setSelection(BlocksSelection.at(tr.doc, at, at + copies.slice(0, -1).reduce((sum, node) => sum + node.nodeSize, 0)));
  dispatch?.(tr.scrollIntoView());
  return true;
};

/** Takes the chosen blocks away; the caret stands where they were. */
export const cutBlocks: Command = (state, dispatch) => {
  const blocks = chosenBlocks(state);
  const [first, last] = [blocks[0], blocks.at(-1)];
  if (!first || !last) return false;
  const tr = closeHistory(state.tr);
  new BlocksSelection(state.doc.resolve(first.pos), state.doc.resolve(last.pos)).replace(tr);
  dispatch?.(tr.scrollIntoView());
  return true;
};

/** A line to write in behind the one that is chosen: what is typed there is not written over it. */
export function lineBehind({ tr, schema, selection: { to } }: EditorState, words = ''): Transaction {
  tr.insert(to, schema.node('block', { bid: newBlockId() }, words === '' ? [] : [schema.text(words)]));
  return tr.setSelection(Selection.near(tr.doc.resolve(to + 1 + words.length))).scrollIntoView();
}

/** Enter over the edge of a cell takes what is chosen away: a cell is not cut in two. Else it cuts the block in two; at its beginning a line comes before it, and the block stays itself. An empty line of a list ends the list. */
export const enter: Command = (state, dispatch) => {
  if (deleteAcross(state, dispatch)) return true;
  // A picture, a file, a line across the page.
  if (state.selection instanceof NodeSelection) {
    dispatch?.(lineBehind(state));
    return true;
  }
  const { tr } = state;
  if (!state.selection.empty) tr.deleteSelection();
  const { $from } = tr.selection;
  if ($from.depth === 0) return false;
  const block = $from.node(1);
  const pos = $from.before(1);
  const kind = block.attrs['kind'] as string;
  if (!block.isTextblock || kind === 'code') return false;
  if (block.content.size === 0 && kind !== 'paragraph') {
    if (!indented({ node: block, pos }, tr, -1)) setKind(tr, { node: block, pos }, { kind: 'paragraph' });
  } else if ($from.parentOffset === 0 && block.content.size > 0) {
    tr.insert(pos, state.schema.node('block', { bid: newBlockId(), ...(isList(block) ? { kind, indent: block.attrs['indent'] as number | null, numbered: block.attrs['numbered'] as true | null } : {}) }));
  } else {
    const at = $from.parentOffset;
    const goes = isList(block) || ((kind === 'quote' || kind === 'callout') && at < block.content.size);
    const attrs = goes || (kind === 'heading' && at < block.content.size) ? { ...block.attrs, done: null } : {};
    const tail = block.content.cut(at);
    const made = state.schema.node('block', { ...attrs, bid: newBlockId(), from: tail.size > 0 ? (block.attrs['bid'] as string) : null }, tail);
    tr.insert(pos + block.nodeSize, made);
    if (tail.size > 0) tr.delete($from.pos, pos + block.nodeSize - 1);
    tr.setSelection(TextSelection.create(tr.doc, pos + block.nodeSize - tail.size + 1));
  }
  dispatch?.(tr.scrollIntoView());
  return true;
};

/** Enter in code: a new line; behind an empty last line it leaves the code. */
export const enterInCode: Command = (state, dispatch) => {
  const top = topOf(state);
  if (top?.node.type.name !== 'code' || deleteAcross(state)) return false;
  const { $head, empty } = state.selection;
  const { tr } = state;
  if (empty && $head.parentOffset === top.node.content.size && top.node.textContent.endsWith('\n')) {
    tr.delete($head.pos - 1, $head.pos);
    const at = tr.mapping.map(top.pos + top.node.nodeSize);
    tr.insert(at, state.schema.node('block', { bid: newBlockId() })).setSelection(TextSelection.create(tr.doc, at + 1));
  } else tr.insertText('\n');
  dispatch?.(tr.scrollIntoView());
  return true;
};

/** Backspace at the beginning of a block: out of the list, to a paragraph; then as everywhere. */
export const backspace: Command = (state, dispatch) => {
  const top = topOf(state);
  if (!top?.node.isTextblock || !state.selection.empty || state.selection.$head.parentOffset > 0 || top.node.attrs['kind'] === 'paragraph') return false;
  const { tr } = state;
  if (!indented(top, tr, -1)) setKind(tr, top, { kind: 'paragraph' });
  if (tr.selection.from !== state.selection.from) tr.setSelection(TextSelection.create(tr.doc, state.selection.from));
  dispatch?.(tr);
  return true;
};

/** The words a task can be made of: what is selected, else the block of the caret; with that block, and whether it is a task that is done already. */
export function taskWords(state: EditorState): { text: string; block: string; done: boolean } | null {
  const { from, to, empty, $from } = state.selection;
  const block = $from.depth > 0 ? $from.node(1) : state.selection instanceof BlocksSelection ? $from.nodeAfter : null;
  if (!block) return null;
  return { text: empty ? block.textContent : state.doc.textBetween(from, to, '\n'), block: String(block.attrs['bid']), done: block.attrs['kind'] === 'task' && block.attrs['done'] === true };
}

/** Ticks the task at a place. */
export function toggleTask(state: EditorState, pos: number): Transaction | null {
  const node = state.doc.nodeAt(pos);
  return node?.attrs['kind'] === 'task' ? state.tr.setNodeAttribute(pos, 'done', node.attrs['done'] === true ? null : true) : null;
}
