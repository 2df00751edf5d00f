/** Text that comes into tables or becomes one. */
import type { Node } from '@tiptap/pm/model';
import type { Command, EditorState, Transaction } from '@tiptap/pm/state';
import { fitsTable } from '#domain/editor/model';
import { newBlockId } from './convert.ts';
import { into, tableAt } from './table-acts.ts';
import { newPartId, tableNode } from './table-nodes.ts';
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

/** Into the cells from the caret on; rows and columns that are not there are added. What would make the table too large becomes one of its own below it; what is no table comes into the one cell. */
export function pasteInTable(state: EditorState, text: string): Transaction {
  const { table, pos, row, column } = tableAt(state)!;
  const rows = rowsOf(text);
  const { tr, schema } = state;
  if (!rows) return tr.insertText(wordsIn(text)).scrollIntoView();
  const width = table.firstChild!.childCount;
  const reach = { rows: row + rows.length, columns: column + Math.max(...rows.map((cells) => cells.length)) };
  const [height, wide] = [Math.max(table.childCount, reach.rows), Math.max(width, reach.columns)];
  const grows = height > table.childCount || wide > width;
  if (grows && !fitsTable(Array.from({ length: height }, () => ({ length: wide }) as string[]))) return into(tr.insert(pos + table.nodeSize, putTableOf(state, rows)), pos + table.nodeSize, 0, 0);
  const columns = Array.from({ length: wide }, (_, at) => (at < width ? String(table.firstChild!.child(at).attrs['cid']) : newPartId()));
  const cell = (i: number, j: number, head: boolean): Node => {
    const words = rows[i - row]?.[j - column] ?? '';
    return schema.node('cell', { cid: columns[j]!, head }, words === '' ? [] : [schema.text(words)]);
  };
  const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, at) => from + at);
  // From the back, each at a place that still is where it was.
  if (height > table.childCount) tr.insert(pos + table.nodeSize - 1, range(table.childCount, height).map((i) => schema.node('row', { rid: newPartId() }, range(0, wide).map((j) => cell(i, j, false)))));
  let end = pos + table.nodeSize - 1;
  for (let i = table.childCount - 1; i >= 0; i--) {
    const line = table.child(i);
    let at = end - 1;
    if (wide > width) tr.insert(at, range(width, wide).map((j) => cell(i, j, line.child(0).attrs['head'] === true)));
    for (let j = line.childCount - 1; j >= 0; j--) {
      const { nodeSize, content } = line.child(j);
      at -= nodeSize;
      const words = rows[i - row]?.[j - column];
      if (words !== undefined && (words !== '' || content.size > 0)) tr.insertText(words, at + 1, at + 1 + content.size);
    }
    end -= line.nodeSize;
  }
  return into(tr, pos, reach.rows - 1, reach.columns - 1);
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
