/** Blocks on their way by the mouse, known by their ids: what others do to them until they are let go is theirs when they arrive. */
import { closeHistory } from '@tiptap/pm/history';
import type { Node, Slice } from '@tiptap/pm/model';
import { NodeSelection, type EditorState, type Transaction } from '@tiptap/pm/state';
import { BlocksSelection } from './block-selection.ts';

/** What an editor keeps while something is dragged out of it, and the blocks that are. */
export interface Dragged {
  readonly slice: Slice;
  readonly move: boolean;
  readonly bids: readonly string[];
}

export const isDragged = (dragging: { readonly slice: Slice } | null): boolean => dragging !== null && 'bids' in dragging && (dragging as Dragged).bids.length > 0;

/** The blocks as they are now, at a place between blocks; null when none of them is here any more. */
export function dropBlocks({ doc, tr }: EditorState, { bids }: Dragged, place: number): Transaction | null {
  const found: { node: Node; pos: number }[] = [];
  doc.forEach((node, pos) => void (bids.includes(String(node.attrs['bid'])) && found.push({ node, pos })));
  if (found.length === 0) return null;
  // Between two blocks, wherever it was let go.
  const $place = doc.resolve(place);
  const at = $place.depth === 0 ? place : $place.after(1);
  tr.insert(at, found.map(({ node }) => node));
  const size = tr.doc.content.size - doc.content.size;
  for (const { node, pos } of found.toReversed()) {
    const from = pos >= at ? pos + size : pos;
    tr.delete(from, from + node.nodeSize);
  }
  // What was let go is chosen where it stands now.
  const start = at - found.reduce((sum, { node, pos }) => sum + (pos < at ? node.nodeSize : 0), 0);
  const end = found.slice(0, -1).reduce((sum, { node }) => sum + node.nodeSize, start);
  tr.setSelection(found.length > 1 ? BlocksSelection.at(tr.doc, start, end) : NodeSelection.create(tr.doc, start));
  return closeHistory(tr);
}
