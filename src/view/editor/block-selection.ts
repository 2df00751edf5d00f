/**
 * Whole blocks, one behind the other, chosen together: what is done is done with all of them. The choice is of blocks and not of places: it stays with them when others
 * move them, make them of another kind or write between them.
 */
import { Slice, type Node, type ResolvedPos } from '@tiptap/pm/model';
import { Plugin, Selection, SelectionRange, type Command, type EditorState, type SelectionBookmark, type Transaction } from '@tiptap/pm/state';
import type { Mappable } from '@tiptap/pm/transform';
import { Decoration, DecorationSet } from '@tiptap/pm/view';
import { newBlockId } from './convert.ts';

/** A block and the position right before it. */
export interface Placed {
  readonly node: Node;
  readonly pos: number;
}

const bidOf = ({ attrs }: Node): string | null => attrs['bid'] as string | null;

/** Where the block with this id stands now; null when it is not there. */
export function blockPos(doc: Node, bid: string): number | null {
  let found: number | null = null;
  doc.forEach((node, pos) => {
    if (bidOf(node) === bid) found = pos;
  });
  return found;
}

export class BlocksSelection extends Selection {
  /** Both stand right before a block: where the choice began, and where it has come to. */
  constructor($anchor: ResolvedPos, $head: ResolvedPos) {
    const [$first, $last] = $anchor.pos <= $head.pos ? [$anchor, $head] : [$head, $anchor];
    super($anchor, $head, [new SelectionRange($first, $last.doc.resolve($last.pos + $last.nodeAfter!.nodeSize))]);
  }

  static override fromJSON(doc: Node, { anchor, head }: { anchor: number; head: number }): BlocksSelection {
    return new BlocksSelection(doc.resolve(anchor), doc.resolve(head));
  }

  static at(doc: Node, anchor: number, head: number): BlocksSelection {
    return new BlocksSelection(doc.resolve(anchor), doc.resolve(head));
  }

  map(doc: Node, mapping: Mappable): Selection {
    const [anchor, head] = [this.$anchor, this.$head].map(({ pos, nodeAfter }) => {
      const bid = nodeAfter && bidOf(nodeAfter);
      const known = bid === null ? null : blockPos(doc, bid);
      if (known !== null || bid !== null) return known;
      const $pos = doc.resolve(mapping.map(pos));
      return $pos.depth === 0 && $pos.nodeAfter ? $pos.pos : null;
    });
    if (anchor === null && head === null) return Selection.near(doc.resolve(Math.min(mapping.map(this.from), doc.content.size)));
    return BlocksSelection.at(doc, (anchor ?? head)!, (head ?? anchor)!);
  }

  override content(): Slice {
    return new Slice(this.$from.doc.slice(this.from, this.to).content, 0, 0);
  }

  /** Without blocks a page has one empty line. */
  override replace(tr: Transaction, content = Slice.empty): void {
    const { from, to } = this;
    const whole = content.size === 0 && from === 0 && to === tr.doc.content.size;
    if (whole) tr.replaceWith(from, to, tr.doc.type.schema.node('block', { bid: newBlockId() }));
    else tr.replace(from, to, content);
    tr.setSelection(Selection.near(tr.doc.resolve(Math.min(from + content.size, tr.doc.content.size)), content.size > 0 ? -1 : 1));
  }

  eq(other: Selection): boolean {
    return other instanceof BlocksSelection && other.anchor === this.anchor && other.head === this.head;
  }

  toJSON(): { type: string; anchor: number; head: number } {
    return { type: 'blocks', anchor: this.anchor, head: this.head };
  }

  override getBookmark(): SelectionBookmark {
    return new BlocksBookmark(this.anchor, this.head);
  }
}
BlocksSelection.prototype.visible = false;
Selection.jsonID('blocks', BlocksSelection);

/** For undo: places, as the blocks are not there meanwhile. */
class BlocksBookmark implements SelectionBookmark {
  constructor(private readonly anchor: number, private readonly head: number) {}

  map(mapping: Mappable): BlocksBookmark {
    return new BlocksBookmark(mapping.map(this.anchor), mapping.map(this.head));
  }

  resolve(doc: Node): Selection {
    const [$anchor, $head] = [this.anchor, this.head].map((pos) => doc.resolve(Math.min(pos, doc.content.size))) as [ResolvedPos, ResolvedPos];
    const fits = [$anchor, $head].every(({ depth, nodeAfter }) => depth === 0 && nodeAfter);
    return fits ? new BlocksSelection($anchor, $head) : Selection.near($head);
  }
}

/** Top-level blocks the selection touches, first to last. */
export function chosenBlocks({ doc, selection: { from, to } }: Pick<EditorState, 'doc' | 'selection'>): Placed[] {
  const out: Placed[] = [];
  doc.forEach((node, pos) => {
    if (pos < to && pos + node.nodeSize > from) out.push({ node, pos });
  });
  return out;
}

/** How many blocks are chosen as such. */
export const chosenCount = (state: EditorState): number => (state.selection instanceof BlocksSelection ? chosenBlocks(state).length : 0);

/** Chooses the blocks that the selection touches, as blocks. */
export const chooseBlocks: Command = (state, dispatch) => {
  const blocks = chosenBlocks(state);
  const [first, last] = [blocks[0], blocks.at(-1)];
  if (!first || !last || state.selection instanceof BlocksSelection) return false;
  const back = state.selection.anchor > state.selection.head;
  dispatch?.(state.tr.setSelection(BlocksSelection.at(state.doc, (back ? last : first).pos, (back ? first : last).pos)).scrollIntoView());
  return true;
};

/** Chooses one block, or from where the choice began to it. */
export function chooseTo(bid: string, extend: boolean): Command {
  return (state, dispatch) => {
    const pos = blockPos(state.doc, bid);
    if (pos === null) return false;
    const { selection } = state;
    const own = selection instanceof BlocksSelection ? selection.anchor : selection.$anchor.depth > 0 ? selection.$anchor.before(1) : selection.from;
    dispatch?.(state.tr.setSelection(BlocksSelection.at(state.doc, extend ? own : pos, pos)));
    return true;
  };
}

/** The next block, or one more (`extend`); at an end nothing changes. */
export function stepBlocks(by: 1 | -1, extend: boolean): Command {
  return ({ doc, selection, tr }, dispatch) => {
    if (!(selection instanceof BlocksSelection)) return false;
    const { $head } = selection;
    const to = by > 0 ? $head.pos + $head.nodeAfter!.nodeSize : $head.pos - ($head.nodeBefore?.nodeSize ?? 0);
    const at = to < doc.content.size && to >= 0 ? to : $head.pos;
    dispatch?.(tr.setSelection(BlocksSelection.at(doc, extend ? selection.anchor : at, at)).scrollIntoView());
    return true;
  };
}

/** Chooses every block of the page. */
export const chooseAll: Command = ({ doc, tr }, dispatch) => {
  dispatch?.(tr.setSelection(BlocksSelection.at(doc, 0, doc.content.size - doc.lastChild!.nodeSize)));
  return true;
};

/** Back to writing: the caret at the end of the block the choice has come to. */
export const writeOn: Command = ({ doc, selection, tr }, dispatch) => {
  if (!(selection instanceof BlocksSelection)) return false;
  const end = selection.head + selection.$head.nodeAfter!.nodeSize;
  dispatch?.(tr.setSelection(Selection.near(doc.resolve(Math.max(end - 1, selection.head)), -1)).scrollIntoView());
  return true;
};

/** Keys of the choice, by their names on the keyboard. */
export const CHOSEN_KEYS: Readonly<Record<string, Command>> = {
  'Escape': writeOn, 'Enter': writeOn, 'Shift-Enter': writeOn, 'ArrowUp': stepBlocks(-1, false), 'ArrowDown': stepBlocks(1, false), 'Shift-ArrowUp': stepBlocks(-1, true), 'Shift-ArrowDown': stepBlocks(1, true), 'Mod-a': chooseAll,
};

/** Draws the choice. A letter does nothing while whole blocks are chosen: they would be gone by a slip. */
export const chosenPlugin = (): Plugin => new Plugin({
  props: {
    decorations: (state) => (state.selection instanceof BlocksSelection ? DecorationSet.create(state.doc, chosenBlocks(state).map(({ node, pos }) => Decoration.node(pos, pos + node.nodeSize, { class: 'chosen' }))) : null),
    handleTextInput: (view) => view.state.selection instanceof BlocksSelection,
    handleDOMEvents: {
      // A word that is composed begins where one would write on.
      compositionstart: (view) => (writeOn(view.state, view.dispatch), false),
    },
  },
});
