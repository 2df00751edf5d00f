/** One table that two sides changed: rows and columns as either put them in or took them away, cells as texts. A row or column with words that the other side wrote meanwhile stays. */
import { plainOf, type Run } from './block.ts';
import { mergeText } from './merge-text.ts';
import { sameRuns, type Table } from './table.ts';

const rowIds = ({ rows }: Table): string[] => rows.map(({ id }) => id);

/** Texts of the cells of a table by their row and column; null where it has no such. */
export function cellsOf({ columns, rows }: Table): (row: string, column: string) => readonly Run[] | null {
  const at = new Map(columns.map((id, index) => [id, index]));
  const byRow = new Map(rows.map(({ id, cells }) => [id, cells]));
  return (row, column) => byRow.get(row)?.[at.get(column) ?? -1] ?? null;
}

/** Ids in the order of `first`, those that only `second` has behind what they stand behind there. */
export function orderOf(first: readonly string[], second: readonly string[]): string[] {
  const held = new Set(first);
  const behind = new Map<string | undefined, string>();
  second.forEach((id, at) => {
    if (!held.has(id)) behind.set(second[at - 1], id);
    held.add(id);
  });
  return [undefined, ...first].flatMap((id) => {
    const out = id === undefined ? [] : [id];
    for (let next = behind.get(id); next !== undefined; next = behind.get(next)) out.push(next);
    return out;
  });
}

/** What is left: what either took away is gone, unless `kept`. The order of `now`, or that of `wanted` where only it was changed. */
function mergeIds(was: readonly string[], now: readonly string[], wanted: readonly string[], kept: (id: string) => boolean): string[] {
  const [old, here, asked] = [was, now, wanted].map((list) => new Set(list)) as [Set<string>, Set<string>, Set<string>];
  const among = (list: readonly string[], other: ReadonlySet<string>): string => list.filter((id) => other.has(id)).join(' ');
  const turned = (list: readonly string[], set: ReadonlySet<string>): boolean => among(list, old) !== among(was, set);
  const all = turned(wanted, asked) && !turned(now, here) ? orderOf(wanted, now) : orderOf(now, wanted);
  return all.filter((id) => !old.has(id) || (here.has(id) && asked.has(id)) || kept(id));
}

type Cells = ReturnType<typeof cellsOf>;

/** `was` is what both began with, `now` what stands, `wanted` what is asked for. */
export function mergeTable(was: Table, now: Table, wanted: Table): { table: Table; clash: boolean } {
  let clash = false;
  const [oldCell, nowCell, askedCell] = [was, now, wanted].map(cellsOf) as [Cells, Cells, Cells];
  const changed = (cells: Cells, rows: readonly string[], columns: readonly string[]): boolean => rows.some((row) => columns.some((column) => {
    const [old, next] = [oldCell(row, column), cells(row, column)];
    return next !== null && (old === null ? plainOf(next) !== '' : !sameRuns(old, next));
  }));
  // Taken away by one, written into by the other.
  const kept = (rows: readonly string[], columns: readonly string[]): boolean => {
    const still = [nowCell, askedCell].some((cells) => changed(cells, rows, columns));
    clash ||= still;
    return still;
  };
  const [everyRow, everyColumn] = [[...new Set([...rowIds(now), ...rowIds(wanted)])], [...new Set([...now.columns, ...wanted.columns])]];
  const rows = mergeIds(rowIds(was), rowIds(now), rowIds(wanted), (id) => kept([id], everyColumn));
  const columns = mergeIds(was.columns, now.columns, wanted.columns, (id) => kept(everyRow, [id]));
  const cell = (row: string, column: string): readonly Run[] => {
    const [old, stands, asked] = [oldCell(row, column), nowCell(row, column), askedCell(row, column)];
    if (stands === null || asked === null) return stands ?? asked ?? old ?? [];
    const merged = mergeText(old ?? [], stands, asked);
    clash ||= merged.clash;
    return merged.runs;
  };
  return { table: { columns, rows: rows.map((id) => ({ id, cells: columns.map((column) => cell(id, column)) })) }, clash };
}
