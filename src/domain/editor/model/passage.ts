/**
 * Words of a document that something is said about. They are held by their first and last letter, so that edits, moves and other kinds of a block change
 * nothing; where the letters are gone the words themselves are looked for: a cut tail, an undo and a joined block are the same words in other letters.
 */
import { cutText } from '#base/plain-text';
import { plainOf, type Block } from './block.ts';
import { blockOf, cellId } from './table.ts';
import type { HeldLetters, Stretch, TextCrdt } from './text-crdt.ts';

/** A passage in one text, of a block or of a cell (cellId); words in several are several passages. */
export interface Passage extends HeldLetters {
  readonly block: string;
  /** As they were, at most PASSAGE_WORDS_MAX. */
  readonly words: string;
  /** They stood once in the document: found again once, they are the same. */
  readonly lone: boolean;
}

/** Where passages are: what is left of them in reading order, or the block where they were. */
export type Whereabouts = { readonly here: readonly Stretch[]; readonly gone: null } | { readonly here: null; readonly gone: string | null };

/** UTF-16 units of a passage that are kept as words. */
export const PASSAGE_WORDS_MAX = 200;
/** Blocks that one passage reaches over. */
export const PASSAGES_MAX = 16;

/** All texts of the page: of a table those of its cells, each by its id, where a block stands. */
function textsOf(list: readonly Block[]): Block[] {
  return list.flatMap((block): Block[] => {
    const { table, ...rest } = block;
    return table ? table.rows.flatMap((row) => row.cells.map((text, at): Block => ({ ...rest, id: cellId(block.id, row.id, table.columns[at]!), text }))) : [block];
  });
}

/** Holds what is chosen in the texts. */
export function holdPassages(replica: TextCrdt, chosen: readonly Stretch[]): Passage[] {
  const shown = textsOf(replica.shown());
  const all = shown.map((block) => plainOf(block.text));
  const texts = new Map(shown.map((block, at) => [block.id, all[at]!]));
  return chosen.slice(0, PASSAGES_MAX).flatMap(({ id, from, to }) => {
    const held = replica.hold(id, from, to);
    if (!held) return [];
    const words = cutText((texts.get(id) ?? '').slice(from, to), PASSAGE_WORDS_MAX);
    return [{ ...held, block: id, words, lone: all.reduce((sum, text) => sum + count(text, words), 0) === 1 }];
  });
}

/** Where they are now. */
export function whereIs(replica: TextCrdt, passages: readonly Passage[]): Whereabouts {
  const blocks = groundOf(replica.shown());
  const here = passages.flatMap((passage) => find(replica, blocks, passage));
  if (here.length > 0) return { here, gone: null };
  return { here: null, gone: passages.map(({ block }) => replica.near(blockOf(block))).find((id) => id !== null) ?? null };
}

/** What is asked of the same blocks for each passage: each by its id, its words, and what was split off it. */
interface Blocks extends ReadonlyMap<string, Block> {
  readonly words: ReadonlyMap<string, string>;
  readonly tails: ReadonlyMap<string, readonly string[]>;
  /** Where words stand that were looked for in all of them; null: nowhere, or more than once. */
  readonly looked: Map<string, Stretch | null>;
  readonly units: number;
}

/** UTF-16 units that are looked through for words that may stand anywhere, however many comments somebody writes; and blocks split off one, or that it was split off, that are looked at. */
const LOOKED_UNITS = 20_000_000;
const TAILS_MAX = 200;

const grounds = new WeakMap<readonly Block[], Blocks>();

function groundOf(shown: readonly Block[]): Blocks {
  let ground = grounds.get(shown);
  if (ground) return ground;
  const list = textsOf(shown);
  const tails = new Map<string, string[]>();
  for (const { id, from } of list) {
    const known = from === undefined ? undefined : tails.get(from);
    if (known) known.push(id);
    else if (from !== undefined) tails.set(from, [id]);
  }
  const words = new Map(list.map(({ id, text }) => [id, plainOf(text)]));
  ground = Object.assign(new Map(list.map((block) => [block.id, block])), { tails, words, looked: new Map<string, Stretch | null>(), units: [...words.values()].reduce((sum, text) => sum + text.length, 0) });
  grounds.set(shown, ground);
  return ground;
}

function find(replica: TextCrdt, blocks: Blocks, passage: Passage): Stretch[] {
  const block = blocks.get(passage.block);
  const left = block ? replica.letters(block.id, passage) : null;
  const rest = block && left ? blocks.words.get(block.id)!.slice(left.from, left.to) : '';
  if (left && rest.length * 2 >= passage.words.length) return [left, ...cutOff(blocks, passage, rest)];
  // Of less than half it may be by chance: who writes the same letters again keeps them.
  const again = passage.words === '' ? null : anew(replica, blocks, passage);
  return again ? [again] : left ? [left, ...cutOff(blocks, passage, rest)] : [];
}

/** The same words in other letters. */
function anew(replica: TextCrdt, blocks: Blocks, passage: Passage): Stretch | null {
  // A block that was joined to the one before it.
  const near = passage.lone ? replica.near(blockOf(passage.block)) : null;
  const kin = [...new Set([passage.block, ...tails(blocks, passage.block), ...sources(blocks, passage.block), ...(near === null ? [] : [near])])];
  const among = found(blocks, kin, passage.words);
  if (among.length === 1 || (among.length > 1 && passage.lone)) return among[0]!;
  return passage.lone ? anywhere(blocks, passage.words) : null;
}

function anywhere(blocks: Blocks, words: string): Stretch | null {
  let place = blocks.looked.get(words);
  if (place === undefined) {
    const all = blocks.looked.size * blocks.units < LOOKED_UNITS ? found(blocks, blocks.keys(), words) : [];
    blocks.looked.set(words, (place = all.length === 1 ? all[0]! : null));
  }
  return place;
}

/** The rest of words whose block was cut in two in the midst of them. */
function cutOff(blocks: Blocks, passage: Passage, left: string): Stretch[] {
  const rest = passage.words.startsWith(left) ? passage.words.slice(left.length) : '';
  const tail = rest === '' ? undefined : tails(blocks, passage.block).find((id) => blocks.words.get(id)!.startsWith(rest));
  return tail === undefined ? [] : [{ id: tail, from: 0, to: rest.length }];
}

/** Blocks that were split off a block, and off those. */
function tails(blocks: Blocks, of: string): string[] {
  const out = new Set([of]);
  for (const id of out) for (const tail of blocks.tails.get(id) ?? []) if (out.size < TAILS_MAX) out.add(tail);
  out.delete(of);
  return [...out];
}

/** Blocks that a block was split off. */
function sources(blocks: Blocks, of: string): string[] {
  const out = new Set<string>();
  for (let at = blocks.get(of)?.from; at !== undefined && out.size < TAILS_MAX && blocks.has(at) && !out.has(at) && at !== of; at = blocks.get(at)!.from) out.add(at);
  return [...out];
}

function found({ words: texts }: Blocks, ids: Iterable<string>, words: string): Stretch[] {
  const out: Stretch[] = [];
  for (const id of ids) {
    const plain = texts.get(id) ?? '';
    for (let from = plain.indexOf(words); from >= 0; from = plain.indexOf(words, from + words.length)) out.push({ id, from, to: from + words.length });
  }
  return out;
}

const count = (text: string, words: string): number => (words === '' ? 0 : text.split(words).length - 1);
