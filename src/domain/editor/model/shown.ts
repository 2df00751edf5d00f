/**
 * Text of one page shown in another: a line that holds nothing but one link to a document, or to a block of one, and says `show`. The text itself stands in its own page alone.
 * Versions that do not know the word show such a line as they show any link that stands alone.
 */
import type { Block } from './block.ts';

/** What such a line leads to. */
export interface ShownLink {
  readonly href: string;
  /** The name at the time, for who does not have the page. */
  readonly words: string;
  readonly space: string;
  readonly fragment: string;
  /** Null: all of the page. */
  readonly block: string | null;
}

type Line = Pick<Block, 'type' | 'attrs' | 'text'>;

const ADDRESS = /^#\/([^/?#]+)\/documents\/([^/?#]+)(?:\?([^#]*))?$/;

/** Between the name of a page and the part of it that is meant. */
export const PART_SIGN = ' > ';

/** Does the line say that what it links to stands here, wherever the link leads? */
export const isShown = ({ type, attrs, text }: Line): boolean => attrs.show === true && type === 'paragraph' && text.length === 1 && text[0]!.marks.link !== undefined && Object.keys(text[0]!.marks).length === 1;

/** What an address of a document names; null for any other address. */
export function partAt(href: string): Pick<ShownLink, 'space' | 'fragment' | 'block'> | null {
  const found = ADDRESS.exec(href);
  if (!found) return null;
  const [space, fragment] = [found[1]!, found[2]!].map(plain) as [string, string];
  return { space, fragment, block: new URLSearchParams(found[3] ?? '').get('b') };
}

function plain(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** What a line shows; null when it is a line like others. */
export function shownLink(line: Line): ShownLink | null {
  const [run] = line.text;
  const part = isShown(line) ? partAt(run!.marks.link!) : null;
  return part && { href: run!.marks.link!, words: run!.text, ...part };
}

/** The blocks of a page that are meant: a heading with what stands below it, a line of a list with those that stand in below it, any other block alone. Empty when it is not there. */
export function partOf(blocks: readonly Block[], id: string | null): readonly Block[] {
  if (id === null) return blocks;
  const from = blocks.findIndex((block) => block.id === id);
  const first = blocks[from];
  if (!first) return [];
  const inside = insideOf(first);
  let to = from + 1;
  while (to < blocks.length && inside(blocks[to]!)) to++;
  return blocks.slice(from, to);
}

function insideOf({ type, attrs }: Block): (block: Block) => boolean {
  const level = attrs.level ?? 1;
  if (type === 'heading') return (block) => block.type !== 'heading' || (block.attrs.level ?? 1) > level;
  const depth = attrs.indent ?? 0;
  return type === 'list' || type === 'task' ? (block) => (block.attrs.indent ?? 0) > depth : () => false;
}
