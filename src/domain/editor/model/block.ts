/** What a document is made of: a flat list of blocks, each with attributes and a text with marks. Plain values; how they are kept is in ./replica.ts. */
import { isAddress } from '#base/address';
import { cutText } from '#base/plain-text';
import type { Table } from './table.ts';

export { isAddress } from '#base/address';

/** Types this version shows; anything else is kept and shown as made with a newer version. */
export const BLOCK_TYPES = ['paragraph', 'heading', 'list', 'task', 'quote', 'callout', 'code', 'divider', 'table', 'file', 'picture'] as const;
export type BlockType = (typeof BLOCK_TYPES)[number];

export const MARK_NAMES = ['bold', 'italic', 'strike', 'code', 'link'] as const;
/** A mark is there or not; a link has its address. */
export interface Marks {
  readonly bold?: true;
  readonly italic?: true;
  readonly strike?: true;
  readonly code?: true;
  readonly link?: string;
}

/** Neighbouring runs have different marks, and none is empty. */
export interface Run {
  readonly text: string;
  readonly marks: Marks;
}

/** Each is a value of its own, so that two people may change two of them at once. Left out = as usual. */
export interface Attrs {
  /** Of a heading, 1 to 6; the menu offers three. */
  readonly level?: number;
  /** Steps a block stands in, 0 to 8; lists are flat blocks that stand in. */
  readonly indent?: number;
  /** A list with numbers instead of points. */
  readonly numbered?: true;
  /** A task that is done. */
  readonly done?: true;
  /** Language of code. */
  readonly lang?: string;
  /** Page of the file a block came from. */
  readonly page?: number;
  /** A table whose first row is no head. */
  readonly plain?: true;
  /** Node of a file or a picture. */
  readonly file?: string;
  /** What a picture shows, or the name of a file, in words. */
  readonly alt?: string;
  /** What a line links to stands here with its text (./shown.ts). */
  readonly show?: true;
}
export const ATTR_NAMES = ['level', 'indent', 'numbered', 'done', 'lang', 'page', 'plain', 'file', 'alt', 'show'] as const;

export interface Block {
  readonly id: string;
  readonly type: BlockType | 'newer';
  readonly attrs: Attrs;
  /** Of a table: the words of its cells, to be read only. */
  readonly text: readonly Run[];
  /** Present in tables. */
  readonly table?: Table;
  /** The block this one was split off, when it was. */
  readonly from?: string;
}

export const INDENT_MAX = 8;
const PAGE_MAX = 100_000;
export const LEVEL_MAX = 6;
const LANG = /^[a-z0-9+#-]{1,24}$/;
const FILE_ID = /^[A-Za-z0-9_-]{22}$/;
const ALT_MAX = 300;

/** Marks out of what a peer wrote; what is unknown or no such value is left out. */
export function readMarks(value: Readonly<Record<string, unknown>> | undefined): Marks {
  const marks: Record<string, true | string> = {};
  for (const name of MARK_NAMES) {
    const given = value?.[name];
    if (name === 'link' ? isAddress(given) : given === true) marks[name] = given as true | string;
  }
  return marks as Marks;
}

/** Attributes out of what a peer wrote. */
export function readAttrs(get: (name: string) => unknown): Attrs {
  const whole = (name: string, min: number, max: number): number | undefined => {
    const value = get(name);
    return Number.isInteger(value) && (value as number) >= min && (value as number) <= max ? (value as number) : undefined;
  };
  const [file, alt] = [get('file'), get('alt')];
  const [level, indent, lang, page] = [whole('level', 1, LEVEL_MAX), whole('indent', 1, INDENT_MAX), get('lang'), whole('page', 1, PAGE_MAX)];
  return {
    ...(level === undefined ? {} : { level }), ...(indent === undefined ? {} : { indent }), ...(get('numbered') === true ? { numbered: true as const } : {}),
    ...(get('done') === true ? { done: true as const } : {}), ...(get('plain') === true ? { plain: true as const } : {}), ...(typeof lang === 'string' && LANG.test(lang) ? { lang } : {}), ...(page === undefined ? {} : { page }),
    ...(typeof file === 'string' && FILE_ID.test(file) ? { file } : {}), ...(typeof alt === 'string' && alt !== '' ? { alt: cutText(alt, ALT_MAX) } : {}),
    ...(get('show') === true ? { show: true as const } : {}),
  };
}

/** The words of a text. */
export const plainOf = (text: readonly Run[]): string => text.map((run) => run.text).join('');

export const sameMarks = (a: Marks, b: Marks): boolean => a === b || MARK_NAMES.every((name) => a[name] === b[name]);

/** How many blocks two lists begin and end with alike, by what they are. */
export function alikeEnds(a: readonly Block[], b: readonly Block[]): [start: number, end: number] {
  const most = Math.min(a.length, b.length);
  let [start, end] = [0, 0];
  while (start < most && a[start] === b[start]) start++;
  while (end < most - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  return [start, end];
}

/** A text without empty runs and with equal neighbours made one. */
export function joinRuns(runs: readonly Run[]): Run[] {
  const out: Run[] = [];
  for (const run of runs) {
    const last = out.at(-1);
    if (run.text === '') continue;
    if (last && sameMarks(last.marks, run.marks)) out[out.length - 1] = { text: last.text + run.text, marks: last.marks };
    else out.push(run);
  }
  return out;
}

/** The part of a text between two places, UTF-16 units. */
export function sliceRuns(text: readonly Run[], from: number, to = Infinity): Run[] {
  const out: Run[] = [];
  let at = 0;
  for (const run of text) {
    const part = run.text.slice(Math.max(0, from - at), Math.max(0, to - at));
    if (part !== '') out.push({ text: part, marks: run.marks });
    at += run.text.length;
  }
  return out;
}

/** A run in runs of at most so many units, no surrogate pair torn. */
export function runPieces(run: Run, units: number): Run[] {
  const out: Run[] = [];
  for (let from = 0; from < run.text.length;) {
    let to = Math.min(run.text.length, from + units);
    if (to < run.text.length && (run.text.charCodeAt(to - 1) & 0xfc00) === 0xd800) to--;
    out.push({ text: run.text.slice(from, to), marks: run.marks });
    from = to;
  }
  return out;
}

/** What a block holds beside kind, attributes, text and table, as one word: it is taken as a whole. '' for most. */
export function moreOf(block: Block): string {
  const more = Object.entries(block).filter(([name, value]) => !PLAIN.has(name) && value !== undefined).sort(([a], [b]) => (a < b ? -1 : 1));
  return more.length === 0 ? '' : JSON.stringify(more);
}
const PLAIN: ReadonlySet<string> = new Set(['id', 'type', 'attrs', 'text', 'from', 'table']);
