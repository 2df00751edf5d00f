/** One table that two sides changed: rows and columns as either put them in or took them away, cells as texts. A row or column with words that the other side wrote meanwhile stays. */
import { plainOf, type Run } from './block.ts';
import { mergeText } from './merge-text.ts';
import { sameRuns, type Table } from './table.ts';

const rowIds = ({ rows }: Table): string[] => rows.map(({ id }) => id);

/** The text of a cell; null where the table has no such row or column. */
export function cellText({ columns, rows }: Table, row: string, column: string): readonly Run[] | null {
  return rows.find(({ id }) => id === row)?.cells[columns.indexOf(column)] ?? null;
}

/** Ids in the order of `first`, those that only `second` has behind what they stand behind there. */
export function orderOf(first: readonly string[], second: readonly string[]): string[] {
  const out = [...first];
  second.forEach((id, at) => {
    if (out.includes(id)) return;
    const prior = second.slice(0, at).findLast((one) => out.includes(one));
    out.splice(prior === undefined ? 0 : out.indexOf(prior) + 1, 0, id);
  });
  return out;
}

/** What is left: what either took away is gone, unless `kept`. The order of `now`, or that of `wanted` where only it was changed. */
function mergeIds(was: readonly string[], now: readonly string[], wanted: readonly string[], kept: (id: string) => boolean): string[] {
  const among = (list: readonly string[], other: readonly string[]): string => list.filter((id) => other.includes(id)).join(' ');
  const turned = (list: readonly string[]): boolean => among(list, was) !== among(was, list);
  const all = turned(wanted) && !turned(now) ? orderOf(wanted, now) : orderOf(now, wanted);
  return all.filter((id) => !was.includes(id) || (now.includes(id) && wanted.includes(id)) || kept(id));
}

/** `was` is what both began with, `now` what stands, `wanted` what is asked for. */
export function mergeTable(was: Table, now: Table, wanted: Table): { table: Table; clash: boolean } {
  let clash = false;
  const changed = (table: Table, rows: readonly string[], columns: readonly string[]): boolean => rows.some((row) => columns.some((column) => {
    const [old, next] = [cellText(was, row, column), cellText(table, row, column)];
    return next !== null && (old === null ? plainOf(next) !== '' : !sameRuns(old, next));
  }));
  // Taken away by one, written into by the other.
  const kept = (has: (table: Table) => boolean, rows: readonly string[], columns: readonly string[]): boolean => {
    const still = [now, wanted].some((table) => has(table) && changed(table, rows, columns));
    clash ||= still;
    return still;
  };
  const [everyRow, everyColumn] = [[...new Set([...rowIds(now), ...rowIds(wanted)])], [...new Set([...now.columns, ...wanted.columns])]];
  const rows = mergeIds(rowIds(was), rowIds(now), rowIds(wanted), (id) => kept((table) => rowIds(table).includes(id), [id], everyColumn));
  const columns = mergeIds(was.columns, now.columns, wanted.columns, (id) => kept((table) => table.columns.includes(id), everyRow, [id]));
  const cell = (row: string, column: string): readonly Run[] => {
    const [old, stands, asked] = [was, now, wanted].map((table) => cellText(table, row, column)) as [readonly Run[] | null, readonly Run[] | null, readonly Run[] | null];
    if (stands === null || asked === null) return stands ?? asked ?? old ?? [];
    const merged = mergeText(old ?? [], stands, asked);
    clash ||= merged.clash;
    return merged.runs;
  };
  return { table: { columns, rows: rows.map((id) => ({ id, cells: columns.map((column) => cell(id, column)) })) }, clash };
}
