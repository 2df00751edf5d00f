/**
 * The editor and the copy of the document, kept the same. Out: what the person did becomes edits of the blocks it touched. In: what others did replaces only the
 * blocks it touched and, inside of a text, only what differs; the selection keeps its letters. While a word is being composed nothing comes in.
 */
import type { Editor } from '@tiptap/core';
import { closeHistory, isHistoryTransaction } from '@tiptap/pm/history';
import type { Node, ResolvedPos } from '@tiptap/pm/model';
import { Selection, TextSelection, type EditorState, type Transaction } from '@tiptap/pm/state';
import type { EditorView } from '@tiptap/pm/view';
import { longestRun, sameBlock, type Anchor, type Block, type Caret, type DocReplica } from '#domain/editor/model';
import { Converter, newBlockId } from './convert.ts';
import { caretAt, textStarts } from './texts.ts';

/** Marks a transaction that shows what others did. */
export const REMOTE = 'lifegraph-remote';

export class Binding {
  private readonly converter: Converter;
  private doc: Node;
  private readonly held: Uint8Array[] = [];
  /** Ids under which this page has written. */
  private readonly mine = new Set<number>();

  /** `told`: updates of what the person did. */
  constructor(private readonly editor: Editor, private replica: DocReplica, private readonly told: (updates: Uint8Array[]) => void) {
    this.converter = new Converter(editor.schema);
    this.doc = editor.state.doc;
    this.mine.add(replica.client);
    this.show(null, false);
    editor.on('transaction', this.changed);
    editor.view.dom.addEventListener('compositionend', this.composed);
  }

  close(): void {
    this.editor.off('transaction', this.changed);
    if (!this.editor.isDestroyed) this.editor.view.dom.removeEventListener('compositionend', this.composed);
  }

  /** The copy that is shown now. */
  get copy(): DocReplica {
    return this.replica;
  }

  /** Updates of others came. */
  take(updates: readonly Uint8Array[]): void {
    if (this.editor.isDestroyed) return;
    if (this.busy()) return void this.held.push(...updates);
    readCaret(this.editor.view);
    const anchors = this.anchors();
    const other = this.replica.take([...this.held.splice(0), ...updates]);
    const brought = this.replica.bring();
    if (other || brought.length > 0) this.show(anchors, true);
    if (brought.length > 0) this.told(brought);
  }

  busy(): boolean {
    return !this.editor.isDestroyed && this.editor.view.composing;
  }

  blocks(): readonly Block[] {
    return this.replica.shown();
  }

  /** Goes on with another copy, which lacks nothing but what the last one could not save; gives the updates of that. What came in before is shown. */
  change(replica: DocReplica): Uint8Array[] {
    const updates = replica.write(this.replica.shown());
    this.replica = replica;
    this.mine.add(replica.client);
    this.remember();
    return updates;
  }

  /** Makes the page show these blocks again, as one edit of this person: undone like any other, and merged with what others write. */
  restore(blocks: readonly Block[]): void {
    const target = blocks.length > 0 ? blocks.map((block) => this.converter.nodeOf(block)) : [this.emptyLine()];
    this.editor.view.dispatch(closeHistory(patch(this.editor.state.tr, target)));
  }

  private readonly composed = (): void => {
    // The editor reads the composed word after this event.
    setTimeout(() => this.take([]), 50);
  };

  private readonly changed = ({ transaction }: { transaction: Transaction }): void => {
    const { doc } = this.editor.state;
    if (doc === this.doc) return;
    this.doc = doc;
    if (transaction.getMeta(REMOTE) === true) return;
    const wanted = doc.children.map((node) => this.converter.blockOf(node));
    const updates = this.replica.write(wanted, caretOf(this.editor.state), isHistoryTransaction(transaction) ? this.mine : undefined);
    this.remember();
    if (updates.length > 0) this.told(updates);
    // What a writer of other rules left behind may make it another order, or other words, than was meant: what is shown is what is kept.
    const shown = this.replica.shown();
    if (shown.length !== wanted.length || shown.some((block, at) => block !== wanted[at] && !sameBlock(block, wanted[at]!))) this.show(this.anchors(), true);
  };

  /** Where the copy shows what the nodes show, they are the same from here on. */
  private remember(): void {
    const blocks = new Map(this.replica.shown().map((block) => [block.id, block]));
    for (const node of this.doc.children) {
      const block = blocks.get(node.attrs['bid'] as string);
      const was = block && this.converter.blockOf(node);
      if (block && was !== block && sameBlock(was!, block)) this.converter.remember(node, block);
    }
  }

  private anchors(): Anchors | null {
    const { selection } = this.editor.state;
    if (!(selection instanceof TextSelection)) return null;
    const at = ($pos: ResolvedPos): Anchor | null => {
      const caret = caretAt($pos);
      return caret && this.replica.anchor(caret.id, caret.at);
    };
    const [anchor, head] = [at(selection.$anchor), at(selection.$head)];
    return anchor && head && { anchor, head };
  }

  private show(anchors: Anchors | null, keep: boolean): void {
    const shown = this.replica.shown();
    const nodes = new Map(this.doc.children.map((node) => [node.attrs['bid'] as unknown, node]));
    const target = shown.length > 0 ? shown.map((block) => this.nodeFor(block, nodes.get(block.id))) : [this.emptyLine()];
    const tr = patch(this.editor.state.tr, target).setMeta(REMOTE, true).setMeta('addToHistory', false);
    const selection = anchors && this.selection(tr, anchors);
    if (selection) tr.setSelection(selection);
    // In its last words: a file or another page shown behind them would be chosen by nobody.
    else if (!keep) tr.setSelection(Selection.findFrom(tr.doc.resolve(tr.doc.content.size), -1, true) ?? Selection.atEnd(tr.doc));
    // Bold that was chosen for the next letter stays chosen.
    const { storedMarks } = this.editor.state;
    if (storedMarks && tr.docChanged) tr.setStoredMarks(storedMarks);
    if (tr.docChanged || selection) this.editor.view.dispatch(tr);
    this.doc = this.editor.state.doc;
    this.remember();
  }

  /** The node that shows the block now, itself, when it still does. */
  private nodeFor(block: Block, now: Node | undefined): Node {
    return now && this.converter.blockOf(now) === block ? now : this.converter.nodeOf(block);
  }

  /** A document without blocks shows one empty line; it is written with the first letter. */
  private emptyLine(): Node {
    const only = this.doc.childCount === 1 && this.doc.firstChild!.content.size === 0 ? (this.doc.firstChild!.attrs['bid'] as string | null) : null;
    return this.editor.schema.node('block', { bid: only ?? newBlockId() });
  }

  private selection(tr: Transaction, { anchor, head }: Anchors): Selection | null {
    const starts = textStarts(tr.doc);
    const at = (one: Anchor): number | null => {
      const place = this.replica.place(one);
      const text = place && starts.get(place.id);
      return text ? text.start + Math.min(place!.at, text.size) : null;
    };
    const [from, to] = [at(anchor), at(head)];
    if (from === null || to === null) return null;
    const made = TextSelection.between(tr.doc.resolve(from), tr.doc.resolve(to));
    return made.eq(tr.selection) ? null : made;
  }
}

interface Anchors {
  readonly anchor: Anchor;
  readonly head: Anchor;
}

/** Where the person stands, in the text of a block. */
const caretOf = (state: EditorState): Caret | undefined => caretAt(state.selection.$head) ?? undefined;

/** Reads what the browser did with caret and choice since it last told. */
export const readCaret = (view: EditorView): void => (view as EditorView & { domObserver?: { flush(): void } }).domObserver?.flush();

/** Signs in the page change. The caret is read first: else it would be put back where it stood before. */
export function showSigns(view: EditorView, sign: (tr: Transaction) => Transaction): void {
  readCaret(view);
  view.dispatch(sign(view.state.tr).setMeta('addToHistory', false));
}

/** What a block, a row or a cell is known by. */
const idOf = ({ attrs }: Node): string => String(attrs['bid'] ?? attrs['rid'] ?? attrs['cid']);

/** The steps that make the top-level nodes of a document these. */
function patch(tr: Transaction, target: readonly Node[]): Transaction {
  patchList(tr, 0, tr.doc.children, target);
  return tr;
}

/** Makes nodes that stand one behind the other from a place on these: those that stay in order are not touched by those that move. */
function patchList(tr: Transaction, start: number, now: readonly Node[], target: readonly Node[]): void {
  const place = new Map(target.map((node, at) => [idOf(node), at]));
  const common = now.flatMap((node, at) => (place.has(idOf(node)) ? [{ at, to: place.get(idOf(node))! }] : []));
  const stays = longestRun(common, (a, b) => a.to < b.to);
  const kept = new Map(common.filter((_, at) => stays.has(at)).map(({ at, to }) => [to, at]));
  let [from, pos] = [0, start];
  for (const [to, node] of target.entries()) {
    const at = kept.get(to);
    if (at === undefined) {
      tr.insert(pos, node);
      pos += node.nodeSize;
      continue;
    }
    for (; from < at; from++) tr.delete(pos, pos + now[from]!.nodeSize);
    pos = patchNode(tr, pos, now[from++]!, node);
  }
  for (; from < now.length; from++) tr.delete(pos, pos + now[from]!.nodeSize);
}

/** Makes one node at a place look like another, by the smallest range of its text; gives the place behind it. */
function patchNode(tr: Transaction, pos: number, now: Node, node: Node): number {
  if (now.eq(node)) return pos + now.nodeSize;
  if (now.type !== node.type || now.isAtom) {
    tr.replaceWith(pos, pos + now.nodeSize, node);
    return pos + node.nodeSize;
  }
  if (now.isTextblock) patchText(tr, pos + 1, now, node);
  else patchList(tr, pos + 1, now.children, node.children);
  if (!now.sameMarkup(node)) tr.setNodeMarkup(pos, null, node.attrs);
  return pos + node.nodeSize;
}

function patchText(tr: Transaction, pos: number, now: Node, node: Node): void {
  const start = now.content.findDiffStart(node.content);
  if (start === null) return;
  let { a, b } = now.content.findDiffEnd(node.content)!;
  // Of equal letters in a row the ends may overlap.
  const over = start - Math.min(a, b);
  if (over > 0) [a, b] = [a + over, b + over];
  tr.replaceWith(pos + start, pos + a, node.content.cut(start, b));
}
