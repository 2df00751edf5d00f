/**
 * What changed between two states of a document, block by block: added, removed, moved, of another kind, with other words or marks. The difference carries
 * no more than what is new, and makes the second state out of the first exactly.
 */
import { ATTR_NAMES, joinRuns, plainOf, sameMarks, sliceRuns, type Attrs, type Block, type Run } from './block.ts';
import { longestRun } from './order.ts';
import { sameBlock } from './read-block.ts';
import { sameTable, tableRuns, type Table } from './table.ts';

/** A piece of a text in the order it is read. `kept` and `removed` count units of the text before; `marked`: the same words with other marks. */
export type TextPiece =
  | { readonly op: 'kept'; readonly length: number }
  | { readonly op: 'removed'; readonly length: number }
  | { readonly op: 'added'; readonly runs: readonly Run[] }
  | { readonly op: 'marked'; readonly length: number; readonly runs: readonly Run[] };

export interface BlockChange {
  /** Present when kind or attributes differ: what they are now. */
  readonly shape?: Pick<Block, 'type' | 'attrs' | 'from'>;
  /** Present when words or marks differ. */
  readonly text?: readonly TextPiece[];
  /** Present when rows, columns or cells of a table differ: what they are now. */
  readonly table?: Table;
}

/** One line of a comparison, in reading order: blocks of the second state where they stand there, removed ones behind what they stood behind. */
export type BlockDiff =
  | { readonly kind: 'added'; readonly block: Block }
  | { readonly kind: 'removed'; readonly id: string }
  | ({ readonly kind: 'kept'; readonly id: string; readonly moved: boolean } & BlockChange);

/** Words with the marks on their letters, spaces, and each other sign with the marks on it. */
const TOKENS = /[\p{L}\p{N}\p{M}_]+|\s+|[^\p{L}\p{N}\p{M}_\s]\p{M}*/gu;
/** Above this many comparisons the middle of a text is replaced as a whole. */
const COMPARED = 1_000_000;

const sameAttrs = (a: Attrs, b: Attrs): boolean => ATTR_NAMES.every((name) => a[name] === b[name]);

/** The difference; applyDiff(before, it) shows the same as `after`. */
export function compareBlocks(before: readonly Block[], after: readonly Block[]): BlockDiff[] {
  const was = new Map(before.map((block, at) => [block.id, at]));
  const is = new Set(after.map(({ id }) => id));
  const common = after.filter(({ id }) => was.has(id)).map(({ id }) => ({ id, at: was.get(id)! }));
  const stays = longestRun(common, (a, b) => a.at < b.at);
  const inPlace = new Set(common.filter((_, at) => stays.has(at)).map(({ id }) => id));
  const out: BlockDiff[] = [];
  let from = 0;
  // What was taken away stands behind the last block before it that stayed where it was.
  const taken = (to: number): void => {
    for (; from < to; from++) if (!is.has(before[from]!.id)) out.push({ kind: 'removed', id: before[from]!.id });
  };
  for (const block of after) {
    const at = was.get(block.id);
    if (at === undefined) out.push({ kind: 'added', block });
    else {
      const moved = !inPlace.has(block.id);
      if (!moved) taken(at);
      out.push({ kind: 'kept', id: block.id, moved, ...changeOf(before[at]!, block) });
    }
  }
  taken(before.length);
  return out;
}

function changeOf(before: Block, after: Block): BlockChange {
  if (sameBlock(before, after)) return {};
  const { type, attrs, from } = after;
  const shape = before.type !== type || before.from !== from || !sameAttrs(before.attrs, attrs) ? { shape: { type, attrs, ...(from === undefined ? {} : { from }) } } : {};
  if (after.table) return { ...shape, ...(sameTable(before.table, after.table) ? {} : { table: after.table }) };
  const text = textPieces(before.text, after.text);
  return { ...shape, ...(text.every(({ op }) => op === 'kept') ? {} : { text }) };
}

/** The second state out of the first and the difference. */
export function applyDiff(before: readonly Block[], diff: readonly BlockDiff[]): Block[] {
  const was = new Map(before.map((block) => [block.id, block]));
  return diff.flatMap((line): Block[] => {
    if (line.kind === 'removed') return [];
    if (line.kind === 'added') return [line.block];
    const block = was.get(line.id)!;
    const { type, attrs, from } = line.shape ?? block;
    const table = type === 'table' ? (line.table ?? block.table) : undefined;
    const text = table ? tableRuns(table) : line.text ? textAfter(block.text, line.text) : block.text;
    return [{ id: block.id, type, attrs, text, ...(from === undefined ? {} : { from }), ...(table ? { table } : {}) }];
  });
}

/** The text after the change. */
export function textAfter(before: readonly Run[], pieces: readonly TextPiece[]): Run[] {
  const out: Run[] = [];
  let at = 0;
  for (const piece of pieces) {
    if (piece.op === 'kept') out.push(...sliceRuns(before, at, at + piece.length));
    else if (piece.op !== 'removed') out.push(...piece.runs);
    if (piece.op !== 'added') at += piece.length;
  }
  return joinRuns(out);
}

/** How a text became another, word by word. */
export function textPieces(before: readonly Run[], after: readonly Run[]): TextPiece[] {
  const [a, b] = [tokens(plainOf(before)), tokens(plainOf(after))];
  const out: TextPiece[] = [];
  let [i, j] = [0, 0];
  const put = (piece: TextPiece): void => {
    const last = out.at(-1);
    if (last?.op === 'kept' && piece.op === 'kept') out[out.length - 1] = { op: 'kept', length: last.length + piece.length };
    else out.push(piece);
  };
  const upTo = (toA: number, toB: number): void => {
    if (toA > i) put({ op: 'removed', length: toA - i });
    if (toB > j) put({ op: 'added', runs: sliceRuns(after, j, toB) });
    [i, j] = [toA, toB];
  };
  for (const [atA, atB, length] of common(a, b)) {
    upTo(atA, atB);
    for (const piece of marksPieces(sliceRuns(before, atA, atA + length), sliceRuns(after, atB, atB + length))) put(piece);
    [i, j] = [atA + length, atB + length];
  }
  upTo(plainOf(before).length, plainOf(after).length);
  return out;
}

/** The same words, where their marks are alike and where they are not. */
function marksPieces(before: readonly Run[], after: readonly Run[]): TextPiece[] {
  const out: TextPiece[] = [];
  let [i, at, used] = [0, 0, 0];
  for (const run of after) {
    for (let left = run.text.length; left > 0;) {
      const length = Math.min(left, before[i]!.text.length - used);
      const alike = sameMarks(before[i]!.marks, run.marks);
      const from = run.text.length - left;
      out.push(alike ? { op: 'kept', length } : { op: 'marked', length, runs: [{ text: run.text.slice(from, from + length), marks: run.marks }] });
      [left, at, used] = [left - length, at + length, used + length];
      if (used === before[i]!.text.length) [i, used] = [i + 1, 0];
    }
  }
  return out;
}

interface Token {
  readonly text: string;
  readonly at: number;
}
const tokens = (text: string): Token[] => [...text.matchAll(TOKENS)].map((match) => ({ text: match[0], at: match.index }));

/** Stretches both have, as [place in a, place in b, length] in units: common ends, and between them the longest common run of words. */
function common(a: readonly Token[], b: readonly Token[]): [number, number, number][] {
  let start = 0;
  while (start < a.length && start < b.length && a[start]!.text === b[start]!.text) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end]!.text === b[b.length - 1 - end]!.text) end++;
  const pairs = lcs(a.slice(start, a.length - end), b.slice(start, b.length - end));
  const all = [...a.slice(0, start).map((token, at): [Token, Token] => [token, b[at]!]), ...pairs, ...a.slice(a.length - end).map((token, at): [Token, Token] => [token, b[b.length - end + at]!])];
  return all.map(([x, y]) => [x.at, y.at, x.text.length]);
}

function lcs(a: readonly Token[], b: readonly Token[]): [Token, Token][] {
  if (a.length === 0 || b.length === 0 || a.length * b.length > COMPARED) return [];
  const width = b.length + 1;
  const best = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) best[i * width + j] = a[i]!.text === b[j]!.text ? best[(i + 1) * width + j + 1]! + 1 : Math.max(best[(i + 1) * width + j]!, best[i * width + j + 1]!);
  }
  const out: [Token, Token][] = [];
  let [i, j] = [0, 0];
  while (i < a.length && j < b.length) {
    if (a[i]!.text === b[j]!.text) out.push([a[i++]!, b[j++]!]);
    else if (best[(i + 1) * width + j]! >= best[i * width + j + 1]!) i++;
    else j++;
  }
  return out;
}
