/** Texts of the page and where they stand: each block that can be written in has one, a table one in each cell. */
import type { Node, ResolvedPos } from '@tiptap/pm/model';
import { cellId, type Caret } from '#domain/editor/model';

export interface TextPlace {
  /** Where its first letter stands. */
  readonly start: number;
  readonly size: number;
}

/** The texts by their ids. */
export function textStarts(doc: Node): Map<string, TextPlace> {
  const out = new Map<string, TextPlace>();
  const put = (id: string, node: Node, pos: number): void => void (node.isTextblock && out.set(id, { start: pos + 1, size: node.content.size }));
  doc.forEach((node, pos) => {
    const bid = String(node.attrs['bid']);
    put(bid, node, pos);
    if (node.type.name === 'table') node.forEach((row, at) => row.forEach((cell, inner) => put(cellId(bid, String(row.attrs['rid']), String(cell.attrs['cid'])), cell, pos + at + inner + 2)));
  });
  return out;
}

/** The place in the document of a position in the page; null outside of texts. */
export function caretAt($pos: ResolvedPos): Caret | null {
  if (!$pos.parent.isTextblock) return null;
  const bid = String($pos.node(1).attrs['bid']);
  return { id: $pos.depth === 3 ? cellId(bid, String($pos.node(2).attrs['rid']), String($pos.parent.attrs['cid'])) : bid, at: $pos.parentOffset };
}
