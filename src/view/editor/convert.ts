/** Blocks of the model ↔ nodes of the editor. A node remembers its block: what was not touched is the same value on both sides. */
import type { Mark, Node, Schema } from '@tiptap/pm/model';
import { ATTR_NAMES, isAddress, joinRuns, shownLink, withTable, type Attrs, type Block, type BlockType, type Marks, type Run, type Table } from '#domain/editor/model';

const OWN_NODE: Record<string, string> = { code: 'code', divider: 'divider', table: 'table', file: 'file', picture: 'file', newer: 'newer' };
/** Nodes without words. */
const EMPTY = ['divider', 'file', 'newer'];
const MARKS = { bold: 'bold', italic: 'italic', strike: 'strike', code: 'mono' } as const;

/** Name of the node that shows a kind of block. */
export const nodeName = (kind: string): string => OWN_NODE[kind] ?? 'block';

/** A new id: 128 random bits, base64url. */
export function newBlockId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return btoa(String.fromCharCode(...bytes)).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}

export class Converter {
  private readonly known = new WeakMap<Node, Block>();
  private readonly runs = new WeakMap<Node, readonly Run[]>();

  constructor(private readonly schema: Schema) {}

  /** The node shows this block, and no other is made of it. */
  remember(node: Node, block: Block): void {
    this.known.set(node, block);
  }

  blockOf(node: Node): Block {
    const known = this.known.get(node);
    if (known) return known;
    const { attrs } = node;
    const set = Object.fromEntries(ATTR_NAMES.flatMap((name) => (attrs[name] === null || attrs[name] === undefined ? [] : [[name, attrs[name] as unknown]]))) as Attrs;
    const from = attrs['from'] as string | null;
    const rest = { id: String(attrs['bid']), attrs: set, ...(from === null ? {} : { from }) };
    if (node.type.name === 'shown') return { ...rest, type: 'paragraph', text: [{ text: String(attrs['words']), marks: { link: String(attrs['href']) } }] };
    return node.type.name === 'table' ? withTable(rest, this.tableOf(node)) : { ...rest, type: attrs['kind'] as BlockType, text: this.textOf(node) };
  }

  private textOf(node: Node): readonly Run[] {
    let runs = this.runs.get(node);
    if (!runs) this.runs.set(node, (runs = joinRuns(node.children.map((child) => ({ text: child.text ?? '', marks: marksOf(child.marks) })))));
    return runs;
  }

  private tableOf(node: Node): Table {
    const columns = node.firstChild!.children.map((cell) => String(cell.attrs['cid']));
    return { columns, rows: node.children.map((row) => ({ id: String(row.attrs['rid']), cells: columns.map((_, at) => (at < row.childCount ? this.textOf(row.child(at)) : [])) })) };
  }

  private rowsOf({ columns, rows }: Table, plain: boolean): Node[] {
    const cell = (text: readonly Run[], column: string, head: boolean): Node => this.schema.node('cell', { cid: column, head }, this.textTo(text));
    return rows.map(({ id, cells }, at) => this.schema.node('row', { rid: id }, cells.map((text, column) => cell(text, columns[column]!, at === 0 && !plain))));
  }

  private textTo(text: readonly Run[]): Node[] {
    return text.map((run) => this.schema.text(run.text, this.marksTo(run.marks)));
  }

  nodeOf(block: Block): Node {
    const attrs = { bid: block.id, kind: block.type, from: block.from ?? null, ...block.attrs };
    const link = shownLink(block);
    const name = link ? 'shown' : nodeName(block.type);
    const words = name === 'code' ? block.text.map((run) => this.schema.text(run.text)) : this.textTo(block.text);
    const content = link ? [] : block.table ? this.rowsOf(block.table, block.attrs.plain === true) : EMPTY.includes(name) ? [] : words;
    const node = this.schema.node(name, link ? { ...attrs, href: link.href, words: link.words } : attrs, content);
    this.remember(node, block);
    return node;
  }

  private marksTo(marks: Marks): Mark[] {
    const out = Object.entries(MARKS).flatMap(([name, own]) => (marks[name as keyof typeof MARKS] ? [this.schema.mark(own)] : []));
    return marks.link === undefined ? out : [...out, this.schema.mark('link', { href: marks.link })];
  }
}

function marksOf(marks: readonly Mark[]): Marks {
  const out: Record<string, true | string> = {};
  for (const mark of marks) {
    const name = Object.entries(MARKS).find(([, own]) => own === mark.type.name)?.[0];
    if (name) out[name] = true;
    else if (mark.type.name === 'link' && isAddress(mark.attrs['href'])) out['link'] = mark.attrs['href'];
  }
  return out as Marks;
}
