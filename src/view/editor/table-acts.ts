/** What a person does in tables, as editor commands. */
import { closeHistory } from '@tiptap/pm/history';
import type { Node } from '@tiptap/pm/model';
import { TextSelection, type Command, type EditorState, type Transaction } from '@tiptap/pm/state';
import { TABLE_CELLS_MAX, TABLE_COLUMNS_MAX } from '#domain/editor/model';
import { newBlockId } from './convert.ts';
import { newPartId, tableNode } from './table-nodes.ts';

/** An act of its own for undo, however soon it comes behind what was typed. */
const alone = (command: Command): Command => (state, dispatch, view) => command(state, dispatch && ((tr) => dispatch(closeHistory(tr))), view);

/** Where in a table the caret is. */
export interface TablePlace {
  readonly table: Node;
  readonly pos: number;
  readonly row: number;
  readonly column: number;
}

/** Null outside of tables. */
export function tableAt({ selection: { $head } }: Pick<EditorState, 'selection'>): TablePlace | null {
  if ($head.depth !== 3 || $head.node(1).type.name !== 'table') return null;
  return { table: $head.node(1), pos: $head.before(1), row: $head.index(1), column: $head.index(2) };
}

/** Where the cell at a place begins. */
function cellPos(table: Node, pos: number, row: number, column: number): number {
  let at = pos + 1;
  for (let i = 0; i < row; i++) at += table.child(i).nodeSize;
  at++;
  for (let i = 0; i < column; i++) at += table.child(row).child(i).nodeSize;
  return at;
}

const rowPos = (table: Node, pos: number, row: number): number => cellPos(table, pos, row, 0) - 1;

/** The caret into a cell, all of its words chosen as by Tab in a form. */
export function into(tr: Transaction, pos: number, row: number, column: number): Transaction {
  const table = tr.doc.nodeAt(pos)!;
  const start = cellPos(table, pos, row, column) + 1;
  return tr.setSelection(TextSelection.create(tr.doc, start, start + table.child(row).child(column).content.size)).scrollIntoView();
}

/** A line below everything it stands in. */
function below(tr: Transaction, { table, pos }: TablePlace): Transaction {
  const end = pos + table.nodeSize;
  const next = tr.doc.nodeAt(end);
  if (!next || !next.isTextblock || next.content.size > 0) tr.insert(end, tr.doc.type.schema.node('block', { bid: newBlockId() }));
  return tr.setSelection(TextSelection.create(tr.doc, end + 1)).scrollIntoView();
}

const width = (table: Node): number => table.firstChild!.childCount;

/** Puts a table where the caret is: in place of an empty block, else behind it. */
export const putTable: Command = alone((state, dispatch) => {
  const { $head } = state.selection;
  if ($head.depth !== 1) return false;
  const made = tableNode(state.schema, { bid: newBlockId() }, [['', ''], ['', ''], ['', '']]);
  const empty = $head.node(1).content.size === 0;
  const at = empty ? $head.before(1) : $head.after(1);
  const tr = empty ? state.tr.replaceWith(at, $head.after(1), made) : state.tr.insert(at, made);
  dispatch?.(into(tr, at, 0, 0));
  return true;
});

/** A row above (0) or below (1). */
export function putRow(side: 0 | 1): Command {
  return alone((state, dispatch) => {
    const place = tableAt(state);
    if (!place || place.table.childCount * width(place.table) + width(place.table) > TABLE_CELLS_MAX) return false;
    const { table, pos, row, column } = place;
    const { schema } = state;
    const cells = table.firstChild!.children.map(({ attrs }) => schema.node('cell', { cid: attrs['cid'] as string }));
    dispatch?.(into(state.tr.insert(rowPos(table, pos, row + side), schema.node('row', { rid: newPartId() }, cells)), pos, row + side, column));
    return true;
  });
}

/** A column before (0) or behind (1). */
export function putColumn(side: 0 | 1): Command {
  return alone((state, dispatch) => {
    const place = tableAt(state);
    if (!place || width(place.table) >= TABLE_COLUMNS_MAX || place.table.childCount * (width(place.table) + 1) > TABLE_CELLS_MAX) return false;
    const { table, pos, row, column } = place;
    const { tr, schema } = state;
    const cid = newPartId();
    // From the back, each at a place that still is where it was.
    for (let at = table.childCount - 1; at >= 0; at--) tr.insert(cellPos(table, pos, at, column + side), schema.node('cell', { cid, head: table.child(at).child(0).attrs['head'] as boolean }));
    dispatch?.(into(tr, pos, row, column + side));
    return true;
  });
}

/** Takes the table away; an empty line stands where it was. */
export const cutTable: Command = alone((state, dispatch) => {
  const place = tableAt(state);
  if (!place) return false;
  const { tr, schema } = state;
  tr.replaceWith(place.pos, place.pos + place.table.nodeSize, schema.node('block', { bid: newBlockId() }));
  dispatch?.(tr.setSelection(TextSelection.create(tr.doc, place.pos + 1)));
  return true;
});

export const cutRow: Command = alone((state, dispatch) => {
  const place = tableAt(state);
  if (!place || place.table.childCount === 1) return cutTable(state, dispatch);
  const { table, pos, row, column } = place;
  const from = rowPos(table, pos, row);
  dispatch?.(into(state.tr.delete(from, from + table.child(row).nodeSize), pos, Math.min(row, table.childCount - 2), column));
  return true;
});

export const cutColumn: Command = alone((state, dispatch) => {
  const place = tableAt(state);
  if (!place || width(place.table) === 1) return cutTable(state, dispatch);
  const { table, pos, row, column } = place;
  const { tr } = state;
  for (let at = table.childCount - 1; at >= 0; at--) {
    const from = cellPos(table, pos, at, column);
    tr.delete(from, from + table.child(at).child(column).nodeSize);
  }
  dispatch?.(into(tr, pos, row, Math.min(column, width(table) - 2)));
  return true;
});

/** Makes the first row the head, or a row like the others. */
export const toggleHead: Command = alone((state, dispatch) => {
  const place = tableAt(state);
  if (!place) return false;
  dispatch?.(state.tr.setNodeAttribute(place.pos, 'plain', place.table.attrs['plain'] === true ? null : true));
  return true;
});

/** Tab: the next cell, behind the last one a new row; with Shift the one before. */
export function nextCell(by: 1 | -1): Command {
  return (state, dispatch, view) => {
    const place = tableAt(state);
    if (!place) return false;
    const { table, pos, row, column } = place;
    const next = row * width(table) + column + by;
    if (next < 0) return true;
    if (next < table.childCount * width(table)) dispatch?.(into(state.tr, pos, Math.floor(next / width(table)), next % width(table)));
    else putRow(1)(state, dispatch && ((tr) => dispatch(into(tr, pos, row + 1, 0))), view);
    return true;
  };
}

/** Enter: the cell below; from the last row out of the table. */
export const cellBelow: Command = (state, dispatch) => {
  const place = tableAt(state);
  if (!place) return false;
  const { table, pos, row, column } = place;
  dispatch?.(row + 1 < table.childCount ? into(state.tr, pos, row + 1, column) : below(state.tr, place));
  return true;
};

/** Backspace at the beginning of a cell stays in it; in the first cell of an empty table it takes the table away. */
export const backspaceInTable: Command = (state, dispatch) => {
  const place = tableAt(state);
  if (!place || !state.selection.empty || state.selection.$head.parentOffset > 0) return false;
  return place.row + place.column === 0 && place.table.textContent === '' ? cutTable(state, dispatch) : true;
};

/**
 * Takes away what is chosen over the edge of a cell: cells stay and lose their chosen words, whole blocks between go. False where the choice is in one text, or in no table.
 */
export const deleteAcross: Command = (state, dispatch) => {
  const { selection, doc, tr } = state;
  const { $from, $to } = selection;
  if (!(selection instanceof TextSelection) || selection.empty || $from.sameParent($to) || ($from.depth !== 3 && $to.depth !== 3)) return false;
  const parts: [number, number][] = [];
  doc.forEach((node, pos) => {
    const end = pos + node.nodeSize;
    if (end <= $from.pos || pos >= $to.pos) return;
    if (pos >= $from.pos && end <= $to.pos) return void parts.push([pos, end]);
    doc.nodesBetween(Math.max(pos, $from.pos), Math.min(end, $to.pos), (inner, at) => {
      if (!inner.isTextblock) return true;
      parts.push([Math.max(at + 1, $from.pos), Math.min(at + 1 + inner.content.size, $to.pos)]);
      return false;
    });
  });
  for (const [from, to] of parts.reverse()) if (from < to) tr.delete(from, to);
  dispatch?.(tr.setSelection(TextSelection.near(tr.doc.resolve(Math.min($from.pos, tr.doc.content.size)))).scrollIntoView());
  return true;
};
