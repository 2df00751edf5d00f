/** Text that comes into tables or becomes one. */
import type { Node } from '@tiptap/pm/model';
import type { Command, EditorState, Transaction } from '@tiptap/pm/state';
import { fitsTable } from '#domain/editor/model';
import { newBlockId } from './convert.ts';
import { into, tableAt } from './table-acts.ts';
import { tableNode } from './table-nodes.ts';
import { sheetRows, tableLines, typedCells, wordsIn } from './table-text.ts';

/** A table of its own of these rows, as far as they fit. */
export function putTableOf(state: EditorState, rows: readonly (readonly string[])[]): Node {
  return tableNode(state.schema, { bid: newBlockId() }, rows);
}

/** Rows that a text holds, when it is nothing else. */
export function rowsOf(text: string): string[][] | null {
  const lines = text.trim().split(/\r\n?|\n/);
  const table = tableLines(lines, 0);
  const rows = table && table.count === lines.length ? table.rows : sheetRows(text);
  return rows && fitsTable(rows) ? rows : null;
}

/** Into the cells from the caret on, as far as the table reaches; what is no table comes into the one cell. */
export function pasteInTable(state: EditorState, text: string): Transaction {
  const place = tableAt(state)!;
  const rows = rowsOf(text);
  const { tr } = state;
  if (!rows) return tr.insertText(wordsIn(text)).scrollIntoView();
  const { table, pos, row, column } = place;
  let at = pos + 1;
  const steps: { from: number; to: number; text: string }[] = [];
  table.forEach((line, _offset, i) => {
    let inner = at + 1;
    line.forEach((cell, _inner, j) => {
      const words = rows[i - row]?.[j - column];
      if (words !== undefined) steps.push({ from: inner + 1, to: inner + 1 + cell.content.size, text: words });
      inner += cell.nodeSize;
    });
    at += line.nodeSize;
  });
  for (const { from, to, text: words } of steps.reverse()) if (words !== '' || to > from) tr.insertText(words, from, to);
  return into(tr, pos, Math.min(row + rows.length, table.childCount) - 1, Math.min(column + rows[0]!.length, table.child(row).childCount) - 1);
}

/** Enter behind a line like `| a | b |`: it is the head of a table. */
export const enterTable: Command = (state, dispatch) => {
  const { $head, empty } = state.selection;
  if (!empty || $head.depth !== 1 || $head.parent.attrs['kind'] !== 'paragraph' || $head.parentOffset < $head.parent.content.size) return false;
  const cells = typedCells($head.parent.textContent);
  if (!cells || !fitsTable([cells, cells])) return false;
  const pos = $head.before(1);
  dispatch?.(into(state.tr.replaceWith(pos, $head.after(1), putTableOf(state, [cells, []])), pos, 1, 0));
  return true;
};
