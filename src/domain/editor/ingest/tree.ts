/** Flat blocks → a tree of lists, quotes and paragraphs, as Markdown and HTML have it. */
import type { BlockContent, Blockquote, DefinitionContent, List, ListItem, PhrasingContent, Root, Text } from 'mdast';
import { isShown, plainOf, type Marks, type Run } from '#domain/editor/model';
import type { DraftBlock } from './draft.ts';
import { looksLikeFormulas } from './math.ts';
import { TABLE, tableRows } from './table-text.ts';

/** Marks around words, the outer first when two are equally long. */
const AROUND = ['link', 'strike', 'bold', 'italic'] as const;

interface Open {
  readonly depth: number;
  readonly list: List;
  readonly item: ListItem;
}

type Content = BlockContent | DefinitionContent;

/** Where a file lies beside the text; null where it does not. */
export type HrefOf = (file: string) => string | null;

/** The tree. A file that lies nowhere is its name, or what it shows. */
export function treeOf(blocks: readonly DraftBlock[], hrefOf: HrefOf = () => null): Root {
  const root: Root = { type: 'root', children: [] };
  const open: Open[] = [];
  for (const block of blocks) {
    if (block.type === 'list' || block.type === 'task') {
      putItem(root, open, block);
      continue;
    }
    const indent = block.attrs.indent ?? 0;
    while (open.length > 0 && open.at(-1)!.depth >= indent) open.pop();
    put((open.at(-1)?.item ?? root).children as Content[], block, hrefOf);
  }
  return root;
}

function putItem(root: Root, open: Open[], { type, attrs, text }: DraftBlock): void {
  const depth = attrs.indent ?? 0;
  const ordered = attrs.numbered === true;
  while (open.length > 0 && open.at(-1)!.depth > depth) open.pop();
  const top = open.at(-1);
  const beside = top?.depth === depth;
  if (beside) open.pop();
  const holder = (open.at(-1)?.item ?? root).children as Content[];
  const last = beside && top.list.ordered === ordered ? top.list : null;
  const list: List = last ?? { type: 'list', ordered, spread: false, children: [] };
  if (!last) holder.push(list);
  const item: ListItem = { type: 'listItem', spread: false, checked: type === 'task' ? attrs.done === true : null, children: text.length > 0 ? [{ type: 'paragraph', children: phrases(text) }] : [] };
  list.children.push(item);
  open.push({ depth: open.length > 0 ? Math.max(depth, open.at(-1)!.depth + 1) : depth, list, item });
}

/** Quotes that are callouts. */
const callouts = new WeakSet<object>();
export const isCallout = (quote: object): boolean => callouts.has(quote);

/** Quotes that follow each other are one. */
const quotes = new WeakSet<Blockquote>();

function put(holder: Content[], block: DraftBlock, hrefOf: HrefOf): void {
  const { type, attrs, text } = block;
  if (type === 'divider') return void holder.push({ type: 'thematicBreak' });
  if (type === 'code') return void holder.push(codeOf(block));
  if (block.table) {
    const made = tableOf(block.table.rows.map(({ cells }) => cells.map((cell) => phrases(cell))));
    if (attrs.plain) plain.add(made);
    return void holder.push(made);
  }
  if (attrs.file !== undefined) return void holder.push(...fileOf(block, hrefOf(attrs.file)));
  if (text.length === 0) return;
  if (isShown(block)) return void holder.push(shownNode(block));
  const children = phrases(text);
  if (type === 'heading') return void holder.push({ type: 'heading', depth: (attrs.level ?? 1) as 1, children });
  if (type === 'callout') {
    const callout: Blockquote = { type: 'blockquote', children: [{ type: 'paragraph', children: [{ type: 'html', value: '[!NOTE]' }, { type: 'text', value: '\n' }, ...children] }] };
    callouts.add(callout);
    return void holder.push(callout);
  }
  if (type !== 'quote') return void holder.push({ type: 'paragraph', children });
  const last = holder.at(-1);
  if (last?.type === 'blockquote' && quotes.has(last)) return void last.children.push({ type: 'paragraph', children });
  const quote: Blockquote = { type: 'blockquote', children: [{ type: 'paragraph', children }] };
  quotes.add(quote);
  holder.push(quote);
}

function fileOf({ type, attrs: { alt } }: DraftBlock, url: string | null): Content[] {
  if (url === null) return alt === undefined ? [] : [{ type: 'paragraph', children: [{ type: 'text', value: alt }] }];
  return [{ type: 'paragraph', children: [type === 'picture' ? { type: 'image', url, alt: alt ?? '' } : { type: 'link', url, children: [{ type: 'text', value: alt ?? decodeURI(url).replace(/^.*\//, '') }] }] }];
}

/** Lines that show another page: in Markdown a picture is what is shown where it stands, whatever it is of. */
const shownBlocks = new WeakMap<object, DraftBlock>();
export const shownOf = (node: object): DraftBlock | undefined => shownBlocks.get(node);

function shownNode(block: DraftBlock): Content {
  const { text: alt, marks } = block.text[0]!;
  const made: Content = { type: 'paragraph', children: [block.wiki === undefined ? { type: 'image', url: marks.link!, alt } : { type: 'html', value: block.wiki }] };
  shownBlocks.set(made, block);
  return made;
}

function codeOf({ attrs, text }: DraftBlock): Content {
  const value = plainOf(text);
  const rows = attrs.lang === TABLE ? tableRows(value) : null;
  if (!rows) return { type: 'code', lang: attrs.lang ?? null, value };
  return tableOf(rows.map((row) => row.map((cell) => (cell === '' ? [] : [{ type: 'text', value: cell }]))));
}

/** Tables whose first row is no head: Markdown knows none. */
const plain = new WeakSet<object>();
export const isPlain = (table: object): boolean => plain.has(table);

const tableOf = (rows: PhrasingContent[][][]): Content => ({ type: 'table', children: rows.map((row) => ({ type: 'tableRow', children: row.map((children) => ({ type: 'tableCell', children })) })) });

/** Runs of text as words with marks around them; where two marks begin together the longer is outside. */
export function phrases(runs: readonly Run[], done: readonly string[] = [], money = mixed(runs)): PhrasingContent[] {
  const out: PhrasingContent[] = [];
  for (let from = 0; from < runs.length;) {
    const mark = AROUND.filter((name) => !done.includes(name) && runs[from]!.marks[name] !== undefined)
      .map((name) => ({ name, to: endOf(runs, from, name) }))
      .reduce<{ name: (typeof AROUND)[number]; to: number } | null>((best, one) => (best === null || one.to > best.to ? one : best), null);
    const to = mark?.to ?? from + 1;
    if (mark) out.push(wrapped(mark.name, runs[from]!.marks, phrases(runs.slice(from, to), [...done, mark.name], money)));
    else out.push(...leaf(runs[from]!, money));
    from = to;
  }
  return out;
}

function endOf(runs: readonly Run[], from: number, name: (typeof AROUND)[number]): number {
  let to = from + 1;
  while (to < runs.length && runs[to]!.marks[name] === runs[from]!.marks[name]) to++;
  return to;
}

function wrapped(name: (typeof AROUND)[number], marks: Marks, children: PhrasingContent[]): PhrasingContent {
  if (name === 'link') return { type: 'link', url: marks.link!, children: children as never };
  return { type: name === 'bold' ? 'strong' : name === 'italic' ? 'emphasis' : 'delete', children };
}

/** A line of code is one line, in a cell as well. */
function leaf({ text, marks }: Run, money: boolean): PhrasingContent[] {
  return text.split('\n').flatMap((value, at): PhrasingContent[] => [...(at > 0 ? [{ type: 'break' as const }] : []), ...(value === '' ? [] : [marks.code ? { type: 'inlineCode' as const, value } : plainText(value, money)])]);
}

/** Words with signs of formulas that are none. */
const signs = new WeakSet<object>();
export const hasSigns = (text: object): boolean => signs.has(text);

function plainText(value: string, money: boolean): Text {
  const made: Text = { type: 'text', value };
  if (money && value.includes('$')) signs.add(made);
  return made;
}

/** Could the plain words of a text become formulas? Signs in two of its runs may meet. */
const mixed = (runs: readonly Run[]): boolean => (runs.length > 1 && plainOf(runs).split('$').length > 2) || runs.some(({ text, marks }) => !marks.code && looksLikeFormulas(text));
