/**
 * Blocks on the clipboard, for pages of this app: what words alone would lose (kinds, marks, tables, pictures) is kept. The form is JSON; any page on this machine may have written
 * it, so it is read like a stranger's file: what is unknown or no such value is left out, and no id of a block comes in with it.
 */
import { BLOCK_TYPES, fitsTable, joinRuns, readAttrs, readMarks, tableOf, withTable, type Block, type BlockType, type Run } from '#domain/editor/model';
import { newBlockId } from './convert.ts';
import { newPartId } from './table-nodes.ts';

/** Its type on the clipboard. */
export const CLIP_TYPE = 'application/x-lifegraph-blocks';
/** Longer ones are read as words, UTF-16 units. */
const CLIP_MAX = 8_000_000;

/** What was copied. `words`: a part of one block, which goes into a text. */
export interface Clip {
  readonly blocks: readonly Block[];
  readonly words: boolean;
}

/** The form. `space` is where its files lie. */
export function clipText({ blocks, words }: Clip, space: string): string {
  return JSON.stringify({ space, words, blocks: blocks.map(({ type, attrs, text, table }) => ({ type, attrs, ...(table ? { rows: table.rows.map(({ cells }) => cells) } : { text }) })) });
}

const record = (value: unknown): Readonly<Record<string, unknown>> => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {});
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const runsOf = (text: unknown): Run[] => joinRuns(list(text).map(record).flatMap((run) => (typeof run['text'] === 'string' ? [{ text: run['text'].replace(/\r\n?/g, '\n'), marks: readMarks(record(run['marks'])) }] : [])));

function blockOf(given: unknown, here: boolean): Block[] {
  const { type, attrs, text, rows } = record(given);
  if (!BLOCK_TYPES.includes(type as BlockType)) return [];
  const set = record(attrs);
  const read = readAttrs((name) => set[name]);
  const id = newBlockId();
  if (type === 'table') {
    const cells = list(rows).map((row) => list(row).map(runsOf));
    return fitsTable(cells) ? [withTable({ id, attrs: read }, tableOf(cells, newPartId))] : [];
  }
  if (type !== 'file' && type !== 'picture') return [{ id, type: type as BlockType, attrs: read, text: type === 'divider' ? [] : runsOf(text) }];
  // A file of another space is not to be had here: its name is.
  if (here) return read.file === undefined ? [] : [{ id, type, attrs: read, text: [] }];
  return read.alt === undefined ? [] : [{ id, type: 'paragraph', attrs: {}, text: [{ text: read.alt, marks: {} }] }];
}

/** Reads it, with new ids; null when it holds nothing that can be shown. */
export function readClip(text: string, space: string): Clip | null {
  if (text === '' || text.length > CLIP_MAX) return null;
  try {
    const given = record(JSON.parse(text));
    const blocks = list(given['blocks']).flatMap((block) => blockOf(block, given['space'] === space));
    const words = given['words'] === true && blocks.length === 1 && blocks[0]!.table === undefined && blocks[0]!.text.length > 0;
    return blocks.length === 0 ? null : { blocks, words };
  } catch {
    return null;
  }
}
