/** Text of other pages shown in this one, as blocks of the editor: where it stands, and how it is put there. What is read there is drawn by React (shown-text.tsx). */
import { Extension, type Editor } from '@tiptap/core';
import type { Node } from '@tiptap/pm/model';
import { NodeSelection, Plugin, Selection, type EditorState, type Transaction } from '@tiptap/pm/state';
import type { NodeView } from '@tiptap/pm/view';
import { partAt } from '#domain/editor/model';
import type { I18n } from '#view/kit/i18n.tsx';
import { formatRoute, navigate, parseRoute, type Route } from '#view/kit/router.tsx';
import { lineBehind } from './acts.ts';
import { blockPos } from './block-selection.ts';
import { newBlockId } from './convert.ts';
import type { SlashAct } from './slash-menu.tsx';

/** What is shown: its address, and its name at the time. */
export interface ShownAt {
  readonly href: string;
  readonly words: string;
}

/** Where it is drawn. */
export interface ShownPlace extends ShownAt {
  readonly bid: string;
  readonly box: HTMLElement;
}

/** The places of one editor, for who draws in them. */
export class ShownPlaces {
  private readonly held = new Map<HTMLElement, ShownPlace>();
  private list: readonly ShownPlace[] = [];
  private readonly listeners = new Set<() => void>();

  put(place: ShownPlace): void {
    this.held.set(place.box, place);
    this.tell();
  }

  drop(box: HTMLElement): void {
    if (this.held.delete(box)) this.tell();
  }

  readonly all = (): readonly ShownPlace[] => this.list;

  readonly subscribe = (told: () => void): (() => void) => {
    this.listeners.add(told);
    return () => void this.listeners.delete(told);
  };

  private tell(): void {
    this.list = [...this.held.values()];
    for (const told of this.listeners) told();
  }
}

const placeOf = ({ attrs }: Node, box: HTMLElement): ShownPlace => ({ bid: String(attrs['bid']), href: String(attrs['href']), words: String(attrs['words']), box });

/** One block for the editor, whatever stands in it. */
class ShownView implements NodeView {
  readonly dom = document.createElement('div');

  constructor(private node: Node, private readonly places: ShownPlaces) {
    this.dom.className = 'block shown';
    this.dom.dataset['kind'] = 'shown';
    this.dom.contentEditable = 'false';
    places.put(placeOf(node, this.dom));
  }

  update(node: Node): boolean {
    if (node.type !== this.node.type || node.attrs['bid'] !== this.node.attrs['bid']) return false;
    const other = ['href', 'words'].some((name) => node.attrs[name] !== this.node.attrs[name]);
    this.node = node;
    if (other) this.places.put(placeOf(node, this.dom));
    return true;
  }

  stopEvent({ target }: Event): boolean {
    return target instanceof Element && target.closest('button, a, .shown-body') !== null;
  }

  ignoreMutation(): boolean {
    return true;
  }

  selectNode(): void {
    this.dom.classList.add('file-chosen');
  }

  deselectNode(): void {
    this.dom.classList.remove('file-chosen');
  }

  destroy(): void {
    this.places.drop(this.dom);
  }
}

/** Is one chosen as a block? */
export const isChosen = ({ selection }: EditorState): boolean => selection instanceof NodeSelection && selection.node.type.name === 'shown';

/** Below a block, in a line that is made where there is none: one that is written as its words while the caret stands in it is not stood in. */
function goBelow(tr: Transaction, behind: number): Transaction {
  if (behind === tr.doc.content.size) tr.insert(behind, tr.doc.type.schema.node('block', { bid: newBlockId() }));
  return tr.setSelection(Selection.near(tr.doc.resolve(behind))).scrollIntoView();
}

/** Shows them; Ctrl+Enter on one opens its page, Enter and letters begin a line below it. */
export const shownBlocks = (places: ShownPlaces): Extension => Extension.create({
  name: 'shown-blocks',
  // Before the keys of words: what is chosen here is no words to be written over.
  priority: 1_100,
  addProseMirrorPlugins: () => [new Plugin({
    props: {
      nodeViews: { shown: (node) => new ShownView(node, places) },
      handleKeyDown({ state, editable, dispatch }, event) {
        if (event.key !== 'Enter' || event.shiftKey || event.altKey || !isChosen(state)) return false;
        if (event.ctrlKey || event.metaKey) navigate(parseRoute(String((state.selection as NodeSelection).node.attrs['href'])));
        else if (editable) dispatch(lineBehind(state));
        return true;
      },
      handleTextInput({ state, dispatch }, _from, _to, text) {
        if (!isChosen(state)) return false;
        dispatch(lineBehind(state, text));
        return true;
      },
    },
  })],
});

/** Begins with the choice of a page. */
export const showsPage = (editor: Editor, t: I18n['t']): SlashAct => ({ id: 'shown', label: t('shown.insert'), note: '![[', run: () => editor.view.dispatch(editor.state.tr.insertText('![[').scrollIntoView()) });

/** The address under which text of a document is shown; null when the route leads to anything else. */
export function shownHref({ space, lens, object, params }: Route): string | null {
  if (lens !== 'documents' || Object.keys(params).some((name) => name !== 'b')) return null;
  const href = formatRoute({ space, lens, object, params });
  return partAt(href) && href;
}

/** Puts it where words from a place to the caret were: in place of their line when nothing else stands there, else behind it. The caret goes on below. */
export function putShown({ tr, schema, selection: { $head } }: EditorState, from: number, { href, words }: ShownAt): Transaction {
  const [block, pos] = [$head.node(1), $head.before(1)];
  const alone = block.attrs['kind'] === 'paragraph' && block.content.size === $head.pos - from;
  const node = schema.node('shown', { bid: alone ? (block.attrs['bid'] as string | null) : newBlockId(), show: true, href, words });
  tr.delete(from, $head.pos);
  const end = tr.mapping.map(pos + block.nodeSize);
  if (alone) tr.replaceWith(pos, end, node);
  else tr.insert(end, node);
  return goBelow(tr, (alone ? pos : end) + node.nodeSize);
}

/** A link that stands alone in its line as the text it leads to. */
export function asText({ doc, tr, schema }: EditorState, bid: string, { href, words }: ShownAt): Transaction | null {
  const pos = blockPos(doc, bid);
  const node = pos === null ? null : doc.nodeAt(pos);
  if (node?.type.name !== 'block') return null;
  const made = schema.node('shown', { ...node.attrs, kind: 'paragraph', show: true, href, words });
  return goBelow(tr.replaceWith(pos!, pos! + node.nodeSize, made), pos! + made.nodeSize);
}

/** The text in place of a line that was pasted; the caret stays where it is. */
export function pastedText(state: EditorState, bid: string, found: ShownAt): Transaction | null {
  const tr = asText(state, bid, found);
  return tr && tr.setSelection(Selection.near(tr.doc.resolve(tr.mapping.map(state.selection.head)), -1));
}

/** The text as the link it is, alone in its line. */
export function asLink({ doc, tr, schema }: EditorState, bid: string): Transaction | null {
  const pos = blockPos(doc, bid);
  const node = pos === null ? null : doc.nodeAt(pos);
  if (node?.type.name !== 'shown') return null;
  const { href, words, show: _show, ...attrs } = node.attrs as Record<string, unknown>;
  const made = schema.node('block', attrs, [schema.text(String(words), [schema.mark('link', { href })])]);
  return goBelow(tr.replaceWith(pos!, pos! + node.nodeSize, made), pos! + made.nodeSize);
}
