/** Tables out of text: what was pasted, and a line of cells that was typed. */

/** The line below the head, without white space around it: at least one stroke a cell. */
const RULE = /^(?:\|\s*)?:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?$/;
/** A line that is all cells. */
const LINE = /^\s*\|.*\|\s*$/;

/** Cells of a line, `\|` is a sign in one. */
export function cellsOf(line: string): string[] {
  const inner = line.trim().replace(/^\|/, '').replace(/(^|[^\\])\|$/, '$1');
  return inner.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll('\\|', '|').replaceAll(/<br\s*\/?>/gi, '\n'));
}

/** The table that begins at a line, and how many lines it is; null when there is none. */
export function tableLines(lines: readonly string[], at: number): { rows: string[][]; count: number } | null {
  const [head, rule] = [lines[at] ?? '', lines[at + 1] ?? ''];
  if (!head.includes('|') || !rule.includes('|') || !RULE.test(rule.trim())) return null;
  const cells = cellsOf(head);
  if (cellsOf(rule).length !== cells.length) return null;
  let end = at + 2;
  while (end < lines.length && lines[end]!.trim() !== '' && lines[end]!.includes('|')) end++;
  const rows = lines.slice(at + 2, end).map((line) => cellsOf(line).slice(0, cells.length));
  return { rows: [cells, ...rows], count: end - at };
}

/** Rows of a text as spreadsheets copy it: tabs between cells, the same number in each of several lines; null when it is none. */
export function sheetRows(text: string): string[][] | null {
  const rows = text.replace(/\r\n?/g, '\n').replace(/\n+$/, '').split('\n').map((line) => line.split('\t'));
  return rows.length > 1 && rows[0]!.length > 1 && rows.every((row) => row.length === rows[0]!.length) ? rows : null;
}

/** Cells of a typed line that is to become a table; null when it is none. */
export const typedCells = (line: string): string[] | null => (LINE.test(line) && cellsOf(line).length > 1 ? cellsOf(line) : null);

/** A text without the empty lines around it. White space in its first and last line stays: it may part two words. */
export function wordsIn(text: string): string {
  const lines = text.replace(/\r\n?/g, '\n').split('\n');
  const said = lines.map((line) => line.trim() !== '');
  return said.includes(true) ? lines.slice(said.indexOf(true), said.lastIndexOf(true) + 1).join('\n') : lines.join('');
}
