/**
 * Tables: one block, whose rows and columns are keys of its map (`row/<id>`, `column/<id>`, each with its place), and whose cells are texts of their own. A text is
 * named by block, row and column, so two people who write the first letter of one cell at the same moment write into the same text.
 */
import type * as Y from 'yjs';
import { joinRuns, sameMarks, type Block, type Run } from './block.ts';
import { newOrds } from './order.ts';

export interface TableRow {
  readonly id: string;
  /** One for each column. */
  readonly cells: readonly (readonly Run[])[];
}

export interface Table {
  /** Ids of the columns, in their order. */
  readonly columns: readonly string[];
  readonly rows: readonly TableRow[];
}

export type Part = 'row' | 'column';

/** Above this many cells or columns a table is not shown: a few keys of a peer say many cells. Tables made here stay below TABLE_CELLS_MAX, also where several people add to one at once. */
const SHOWN_CELLS = 8_000;
const SHOWN_COLUMNS = 120;
const tooLarge = (rows: number, columns: number): boolean => rows * columns === 0 || rows * columns > SHOWN_CELLS || columns > SHOWN_COLUMNS;
export const TABLE_CELLS_MAX = 2_000;
export const TABLE_COLUMNS_MAX = 30;
const ID = /^[\w-]{1,32}$/;
const ORD = /^[\x21-\x7e]{1,256}$/;

/** Id of the text of a cell. */
export const cellId = (block: string, row: string, column: string): string => `${block}/${row}/${column}`;
/** The block a text belongs to: its own, or that of its table. */
export const blockOf = (text: string): string => text.split('/', 1)[0]!;

/** Rows or columns of a block, with their places, in order. Total: a peer may have written anything. */
export function partsOf(map: Y.Map<unknown>, part: Part): { id: string; ord: string }[] {
  const out: { id: string; ord: string }[] = [];
  for (const [key, ord] of map.entries()) {
    const id = key.startsWith(`${part}/`) ? key.slice(part.length + 1) : '';
    if (ID.test(id) && typeof ord === 'string' && ORD.test(ord)) out.push({ id, ord });
  }
  return out.sort((a, b) => (a.ord < b.ord || (a.ord === b.ord && a.id < b.id) ? -1 : 1));
}

/** The table of a block; null when it is too large to be one, or has no rows or columns. */
export function readTable(block: string, map: Y.Map<unknown>, cell: (id: string) => readonly Run[]): Table | null {
  const [rows, columns] = [partsOf(map, 'row'), partsOf(map, 'column')];
  if (tooLarge(rows.length, columns.length)) return null;
  return { columns: columns.map(({ id }) => id), rows: rows.map((row) => ({ id: row.id, cells: columns.map(({ id }) => cell(cellId(block, row.id, id))) })) };
}

/** What of rows or columns has to be written: places of new and moved ones, and ids of those that are gone. */
export function partSteps(map: Y.Map<unknown> | null, part: Part, next: readonly string[], mark: string): { set: Map<string, string>; gone: string[] } {
  const was = new Map(map ? partsOf(map, part).map(({ id, ord }) => [id, ord]) : []);
  const is = new Set(next);
  return { set: newOrds(next.map((id) => ({ id, ord: was.get(id) ?? null })), mark, null), gone: [...was.keys()].filter((id) => !is.has(id)) };
}

/** The words of a table as one text: a line a row, tabs between cells. */
export function tableRuns({ rows }: Table): Run[] {
  const sign = (text: string): Run => ({ text, marks: {} });
  return joinRuns(rows.flatMap(({ cells }, row) => [...(row > 0 ? [sign('\n')] : []), ...cells.flatMap((cell, at) => (at > 0 ? [sign('\t'), ...cell] : cell))]));
}

/** A block that holds a table. */
export const withTable = (block: Omit<Block, 'type' | 'text' | 'table'>, table: Table): Block => ({ ...block, type: 'table', text: tableRuns(table), table });

export const sameRuns = (a: readonly Run[], b: readonly Run[]): boolean => a === b || (a.length === b.length && a.every((run, at) => run.text === b[at]!.text && sameMarks(run.marks, b[at]!.marks)));

/** Two tables that show the same. */
export function sameTable(a: Table | undefined, b: Table | undefined): boolean {
  if (a === b || !a || !b) return a === b;
  return a.columns.length === b.columns.length && a.rows.length === b.rows.length && a.columns.every((id, at) => id === b.columns[at])
    && a.rows.every((row, at) => row.id === b.rows[at]!.id && row.cells.every((cell, i) => sameRuns(cell, b.rows[at]!.cells[i]!)));
}

/** A block with each of its texts as `change` makes it. */
export function changeTexts<B extends Pick<Block, 'text' | 'table'>>(block: B, change: (text: readonly Run[]) => readonly Run[]): B {
  if (!block.table) return { ...block, text: change(block.text) };
  const table = { columns: block.table.columns, rows: block.table.rows.map(({ id, cells }) => ({ id, cells: cells.map(change) })) };
  return { ...block, text: tableRuns(table), table };
}

/** A table out of what a file or a peer says it is; null when it is none. `text` reads a cell. */
export function tableFrom(value: unknown, text: (cell: unknown) => readonly Run[]): Table | null {
  const given = (typeof value === 'object' && value !== null ? value : {}) as { columns?: unknown; rows?: unknown };
  const ids = (list: unknown): string[] => [...new Set(Array.isArray(list) ? list.filter((id): id is string => typeof id === 'string' && ID.test(id)) : [])];
  const columns = ids(given.columns);
  const rows = (Array.isArray(given.rows) ? (given.rows as unknown[]) : []).map((row) => (typeof row === 'object' && row !== null ? row : {}) as { id?: unknown; cells?: unknown });
  const known = new Map(rows.flatMap((row) => (typeof row.id === 'string' && ID.test(row.id) ? [[row.id, Array.isArray(row.cells) ? (row.cells as unknown[]) : []] as const] : [])));
  return tooLarge(known.size, columns.length) ? null : { columns, rows: [...known].map(([id, cells]) => ({ id, cells: columns.map((_, at) => text(cells[at])) })) };
}

/** A table of rows of cells without ids; short rows are filled up. */
export function tableOf(rows: readonly (readonly (readonly Run[])[])[], newId: () => string): Table {
  const width = rows.reduce((most, row) => Math.max(most, row.length), 1);
  return { columns: Array.from({ length: width }, newId), rows: rows.map((row) => ({ id: newId(), cells: Array.from({ length: width }, (_, at) => row[at] ?? []) })) };
}

/** Can these rows be one table that people work in? */
export const fitsTable = (rows: readonly (readonly unknown[])[]): boolean => {
  const width = rows.reduce((most, row) => Math.max(most, row.length), 0);
  return rows.length > 0 && width > 0 && width <= TABLE_COLUMNS_MAX && width * rows.length <= TABLE_CELLS_MAX;
};
