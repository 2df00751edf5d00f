/** Plain text and tables of text (CSV) → blocks. */
import { DraftBuilder, type Draft } from './draft.ts';
import { checkCells } from './table-text.ts';

/** An empty line parts paragraphs; lines stay lines. */
export function textDraft(source: string): Draft {
  const out = new DraftBuilder();
  for (const part of source.replace(/\r\n?/g, '\n').split(/\n[ \t]*(?:\n[ \t]*)+/)) out.push('paragraph', {}, [{ text: part.replace(/^\n+/, '').trimEnd(), marks: {} }]);
  return out.done();
}

/** Rows of a table; cells are parted by what parts most of the first line. */
export function csvDraft(source: string): Draft {
  const out = new DraftBuilder();
  const rows = csvRows(source.replace(/^\ufeff/, ''));
  if (rows.length > 0) out.table({}, rows.map((row) => row.map((text) => [{ text, marks: {} }])));
  return out.done();
}

/** RFC 4180, with `,` `;` or tab between cells; empty lines are none. */
export function csvRows(source: string): string[][] {
  const text = source.replace(/\r\n?/g, '\n');
  const head = text.slice(0, Math.max(0, text.indexOf('\n')) || undefined).replace(/"[^"]*"/g, '');
  const between = [',', ';', '\t'].reduce((best, sign) => (head.split(sign).length > head.split(best).length ? sign : best));
  const rows: string[][] = [];
  let [row, cell, quoted, cells] = [[] as string[], '', false, 0];
  const next = (): void => {
    row.push(cell);
    cell = '';
    checkCells((cells += 1));
  };
  const end = (): void => {
    next();
    if (row.length > 1 || row[0]!.trim() !== '') rows.push(row);
    row = [];
  };
  for (let at = 0; at < text.length; at++) {
    const sign = text[at]!;
    if (quoted && sign === '"' && text[at + 1] === '"') cell += text[++at];
    else if (sign === '"' && (quoted || cell === '')) quoted = !quoted;
    else if (!quoted && sign === between) next();
    else if (!quoted && sign === '\n') end();
    else cell += sign;
  }
  end();
  return rows;
}
