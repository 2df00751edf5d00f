/** Blocks out of what is kept of them. Total: a peer may have written anything. */
import * as Y from 'yjs';
import { ATTR_NAMES, BLOCK_TYPES, joinRuns, readAttrs, readMarks, type Attrs, type Block, type BlockType, type Marks, type Run } from './block.ts';
import type { Place } from './order.ts';
import { readTable, sameRuns, sameTable, tableRuns } from './table.ts';

export type BlockMap = Y.Map<unknown>;

const ORD = /^[\x21-\x7e]{1,256}$/;
const NO_MARKS: Marks = {};
const NO_PLACE: Place = { parent: null, ord: '' };

export function readPlace(value: unknown): Place {
  if (!Array.isArray(value) || typeof value[1] !== 'string' || !ORD.test(value[1])) return NO_PLACE;
  return { parent: typeof value[0] === 'string' ? value[0] : null, ord: value[1] };
}

/** A block as it is shown, `last` itself when nothing of it changed; null while it is not shown (unless `gone` ones are asked for). */
export function readBlock(id: string, map: BlockMap, last: Block | null, cell: (id: string) => readonly Run[], gone = false): Block | null {
  const flag = map.get('gone');
  // While a part of what was written is still to come, a block may have no type for a moment.
  const type = (map.get('type') ?? 'paragraph') as BlockType;
  const table = type === 'table' ? readTable(id, map, cell) : null;
  const body = map.get('body');
  const text = table ? tableRuns(table) : body instanceof Y.Text ? readText(body) : [];
  if (!gone && flag !== undefined && !(flag === 'joined' && text.length > 0)) return null;
  if (!gone && type === 'table' && !table) return null;
  const from = map.get('from');
  const block: Block = {
    id, type: BLOCK_TYPES.includes(type) ? type : 'newer', attrs: readAttrs((name) => map.get(name)), text, ...(typeof from === 'string' ? { from } : {}), ...(table ? { table } : {}),
  };
  return last && sameBlock(last, block) ? last : block;
}

/** The text of a cell. Yjs makes one of what came before anybody asked for it, and forgets that there were marks in it. */
export function cellText(doc: Y.Doc, id: string): Y.Text {
  const came = doc.share.get(id) as { _hasFormatting?: boolean } | undefined;
  const marked = came?._hasFormatting === true;
  const text = doc.getText(id);
  if (marked) text._hasFormatting = true;
  return text;
}

/** An embed, which this version does not write, stands as one sign. */
export function readText(body: Y.Text): Run[] {
  // Where there never were marks.
  if (!body._hasFormatting) return plainText(body);
  const delta = body.toDelta() as { insert: unknown; attributes?: Record<string, unknown> }[];
  return joinRuns(delta.map(({ insert, attributes }) => ({ text: typeof insert === 'string' ? insert : '\ufffc', marks: readMarks(attributes) })));
}

function plainText(body: Y.Text): Run[] {
  let text = '';
  for (let item = body._start; item !== null; item = item.right) {
    const { content } = item;
    if (!item.deleted) text += content instanceof Y.ContentString ? content.str : content instanceof Y.ContentEmbed || content instanceof Y.ContentType ? '\ufffc' : '';
  }
  return text === '' ? [] : [{ text, marks: NO_MARKS }];
}

/** Two blocks that show the same. */
export function sameBlock(a: Block, b: Block): boolean {
  return a.id === b.id && a.type === b.type && a.from === b.from && sameAttrs(a.attrs, b.attrs) && sameRuns(a.text, b.text) && sameTable(a.table, b.table);
}

const sameAttrs = (a: Attrs, b: Attrs): boolean => ATTR_NAMES.every((name) => a[name] === b[name]);
