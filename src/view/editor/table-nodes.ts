/** Tables in the page: one block of rows of cells. A cell knows its column, so rows and columns keep their ids whatever is put in or taken away. */
import { Node as Extension } from '@tiptap/core';
import type { Node, Schema } from '@tiptap/pm/model';
import type { Transaction } from '@tiptap/pm/state';

const own = (name: string, value: unknown = null) => ({ [name]: { default: value, rendered: false } });

/** Nodes inside of the block. */
export const tableParts = (): Extension[] => [
  Extension.create({ name: 'row', content: 'cell+', addAttributes: () => own('rid'), renderHTML: () => ['tr', 0], parseHTML: () => [] }),
  Extension.create({
    name: 'cell', content: 'text*', whitespace: 'pre', isolating: true, addAttributes: () => ({ ...own('cid'), ...own('head', false) }), parseHTML: () => [],
    renderHTML: ({ node }) => (node.attrs['head'] === true ? ['th', { dir: 'auto', scope: 'col' }, 0] : ['td', { dir: 'auto' }, 0]),
  }),
];

/** A new id of a row or column: 48 random bits. */
export function newPartId(): string {
  return btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(6)))).replace(/\+/g, '-').replace(/\//g, '_');
}

/** A table node of rows of texts. */
export function tableNode(schema: Schema, attrs: Record<string, unknown>, rows: readonly (readonly string[])[]): Node {
  const width = rows.reduce((most, row) => Math.max(most, row.length), 1);
  const columns = Array.from({ length: width }, newPartId);
  const cell = (text: string, column: number, head: boolean): Node => schema.node('cell', { cid: columns[column], head }, text === '' ? [] : [schema.text(text)]);
  return schema.node('table', { kind: 'table', ...attrs }, rows.map((row, at) => schema.node('row', { rid: newPartId() }, columns.map((_, column) => cell(row[column] ?? '', column, at === 0)))));
}

/** Makes every table one again: ids for what has none or one that is taken, a cell for each column in each row, the head where it is. */
export function tidyTables(tr: Transaction): void {
  const start = tr.steps.length;
  tr.doc.forEach((table, pos) => {
    if (table.type.name === 'table') tidyTable(tr, table, pos, start);
  });
}

function tidyTable(tr: Transaction, table: Node, pos: number, start: number): void {
  const rows = new Set<unknown>();
  const columns: string[] = [];
  let rowPos = pos + 1;
  table.forEach((row, _offset, at) => {
    const rid = row.attrs['rid'] as string | null;
    const head = at === 0 && table.attrs['plain'] !== true;
    const map = (place: number): number => tr.mapping.slice(start).map(place);
    if (rid === null || rows.has(rid)) tr.setNodeAttribute(map(rowPos), 'rid', newPartId());
    rows.add(rid);
    if (at === 0) for (const cell of row.children) columns.push(idFor(cell, columns));
    const cells = at === 0 ? row.children.map((cell, i) => withAttrs(cell, columns[i]!, head)) : columns.map((cid) => cellFor(row, cid, head));
    const same = cells.length === row.childCount && cells.every((cell, i) => cell.sameMarkup(row.child(i)) && cell.content === row.child(i).content);
    if (!same) setCells(tr, row, map(rowPos), cells);
    rowPos += row.nodeSize;
  });
}

const idFor = (cell: Node, taken: readonly string[]): string => {
  const cid = cell.attrs['cid'] as string | null;
  return cid === null || taken.includes(cid) ? newPartId() : cid;
};
const withAttrs = (cell: Node, cid: string, head: boolean): Node => (cell.attrs['cid'] === cid && cell.attrs['head'] === head ? cell : cell.type.create({ cid, head }, cell.content));
const cellFor = (row: Node, cid: string, head: boolean): Node => {
  const found = row.children.find((cell) => cell.attrs['cid'] === cid);
  return found ? withAttrs(found, cid, head) : row.type.schema.nodes['cell']!.create({ cid, head });
};

/** Attributes alone leave the texts, and whoever stands in them, where they are. */
function setCells(tr: Transaction, row: Node, pos: number, cells: readonly Node[]): void {
  if (cells.length !== row.childCount || cells.some((cell, at) => cell.content !== row.child(at).content)) return void tr.replaceWith(pos + 1, pos + row.nodeSize - 1, cells);
  let at = pos + 1;
  for (const [i, cell] of cells.entries()) {
    if (!cell.sameMarkup(row.child(i))) tr.setNodeMarkup(at, null, cell.attrs);
    at += cell.nodeSize;
  }
}
