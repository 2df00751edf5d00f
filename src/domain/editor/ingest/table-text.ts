/** A table as text: a line a row, cells between `|`, the second line parts the head. What is too large for a table stands so in a block of code named `table`, and is written out as a table again. */
import { ImportFault } from '#domain/editor/files';
import { IMPORT_LIMITS } from '#domain/shared';

/** `lang` of a block that holds a table. */
export const TABLE = 'table';

const cellText = (cell: string): string => cell.replace(/\s+/g, ' ').trim().replaceAll('\\', '\\\\').replaceAll('|', '\\|');
const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/** Throws for more cells than one page may hold as text, where each takes three signs at least: asked before they are made. */
export function checkCells(cells: number): void {
  if (cells * 3 > IMPORT_LIMITS.units) throw new ImportFault('too-much-text', { limit: IMPORT_LIMITS.units });
}

/** Rows as text; the first row is the head. */
export function tableText(rows: readonly (readonly string[])[]): string {
  const width = rows.reduce((most, row) => Math.max(most, row.length), 0);
  // Filled up to the longest row, a small file may be more than memory holds.
  checkCells(rows.length * width);
  const full = rows.map((row) => line(Array.from({ length: width }, (_, at) => cellText(row[at] ?? ''))));
  return [full[0] ?? '', line(Array.from({ length: width }, () => '---')), ...full.slice(1)].join('\n');
}

/** The rows of such a text, null when it is none. */
export function tableRows(text: string): string[][] | null {
  const lines = text.split('\n');
  if (lines.length < 2 || !/^\|(?: --- \|)+$/.test(lines[1]!) || lines.some((one) => !one.startsWith('| ') || !one.endsWith(' |'))) return null;
  return lines.filter((_, at) => at !== 1).map(cellsOf);
}

function cellsOf(text: string): string[] {
  const cells: string[] = [];
  let cell = '';
  for (let at = 1; at < text.length; at++) {
    if (text[at] === '\\' && at + 1 < text.length) cell += text[++at];
    else if (text[at] === '|') {
      cells.push(cell.trim());
      cell = '';
    } else cell += text[at];
  }
  return cells;
}
