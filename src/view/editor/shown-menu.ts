/** What is typed behind `![[`: a page, or a part of it behind `#`, to be shown here. */
import { isHistoryTransaction } from '@tiptap/pm/history';
import type { Editor } from '@tiptap/core';
import type { Node } from '@tiptap/pm/model';
import type { EditorState, Transaction } from '@tiptap/pm/state';
import { useEffect, useRef } from 'react';
import type { LifegraphApi } from '#os/api';
import { partAt, PART_SIGN, plainOf, type Block } from '#domain/editor/model';
import { useAsked, useKernel } from '#view/kit/kernel.tsx';
import { bestChoices, type Choice } from '#view/kit/picker.tsx';
import { REMOTE } from './binding.ts';
import { blockPos } from './block-selection.ts';
import { PASTED } from './clipboard.ts';
import { SHOWN_ROOM, textOf } from './shown-read.ts';
import { pastedText, putShown, type ShownAt } from './shown.ts';

/** A page by its address, its title as it stands in the text. */
export interface PageChoice extends Choice {
  readonly words: string;
}

const NONE: readonly PageChoice[] = [];
const same = (a: string, b: string): boolean => a.trim().toLowerCase() === b.trim().toLowerCase();

/** What stands before and behind the first `#`; `part` is null without one, and the last of several. */
export function namedPart(query: string): { readonly page: string; readonly part: string | null } {
  const [page = '', ...behind] = query.split('#');
  return { page, part: behind.at(-1) ?? null };
}

/** The headings of a page, each with its address. */
function partsOf(page: PageChoice, blocks: readonly Block[]): PageChoice[] {
  return blocks.flatMap(({ id, type, text }) => {
    const words = plainOf(text).trim();
    return type === 'heading' && words !== '' ? [{ id: `${page.id}?b=${encodeURIComponent(id)}`, label: words, note: page.label, words: `${page.words}${PART_SIGN}${words}` }] : [];
  });
}

const loadParts = async (api: LifegraphApi, page: PageChoice): Promise<PageChoice[]> => partsOf(page, await textOf(api, partAt(page.id)!));

/** What fits what was typed so far; `query` is null while nothing is asked for. */
export function useShownChoices(query: string | null, pages: readonly PageChoice[], most: number): readonly PageChoice[] {
  const api = useKernel();
  const { page, part } = namedPart(query ?? '');
  const named = part === null ? undefined : pages.find(({ label }) => same(label, page));
  const parts = useAsked(async () => (named ? loadParts(api, named) : NONE), named ? ['node_updated'] : [], [api, named?.id]);
  if (query === null) return NONE;
  return (part === null ? bestChoices(page, pages, most) : bestChoices(part, parts ?? NONE, most)) as readonly PageChoice[];
}

const NAME = /^!\[\[([^[\]\n|]{1,300})\]\]$/u;

/** The name between `![[` and `]]` of a line that says nothing else. */
function nameOf(node: Node | null | undefined): string | null {
  return node?.attrs['kind'] === 'paragraph' && node.isTextblock ? (NAME.exec(node.textContent)?.[1] ?? null) : null;
}

function nameAt({ doc }: EditorState, bid: string): string | null {
  const pos = blockPos(doc, bid);
  return pos === null ? null : nameOf(doc.nodeAt(pos));
}

/** The name between `![[` and `]]`, when the line says nothing else and the caret stands at its end. */
export function typedName({ selection: { $head, empty } }: EditorState): string | null {
  return !empty || $head.depth !== 1 || $head.parentOffset < $head.parent.content.size ? null : nameOf($head.parent);
}

/** Who types or pastes a whole name, with its brackets, gets what it names; one that names nothing stays as it was. */
export function useTypedNames(editor: Editor, pages: readonly PageChoice[]): void {
  const api = useKernel();
  const latest = useRef(pages);
  useEffect(() => {
    latest.current = pages;
  });
  useEffect(() => {
    const find = async (name: string): Promise<ShownAt | null> => {
      const { page, part } = namedPart(name);
      const named = latest.current.find(({ label }) => same(label, page));
      const found = named && part !== null ? (await loadParts(api, named)).find(({ label }) => same(label, part)) : named;
      return found ? { href: found.id, words: found.words } : null;
    };
    /** Lines that were pasted, one after another. */
    const put = async (bids: readonly string[]): Promise<void> => {
      for (const bid of bids) {
        const name = editor.isDestroyed ? null : nameAt(editor.state, bid);
        const found = name === null ? null : await find(name).catch(() => null);
        const tr = found && !editor.isDestroyed && nameAt(editor.state, bid) === name ? pastedText(editor.state, bid, found) : null;
        if (tr) editor.view.dispatch(tr);
      }
    };
    const typed = ({ transaction }: { transaction: Transaction }): void => {
      if (!transaction.docChanged || transaction.getMeta(REMOTE) === true || isHistoryTransaction(transaction)) return;
      const pasted = transaction.getMeta(PASTED) as readonly string[] | undefined;
      if (pasted) return void put(pasted.filter((bid) => nameAt(editor.state, bid) !== null).slice(0, SHOWN_ROOM));
      const name = typedName(editor.state);
      if (name === null) return;
      void find(name).then((found) => {
        if (found && !editor.isDestroyed && typedName(editor.state) === name) editor.view.dispatch(putShown(editor.state, editor.state.selection.$head.start(), found));
      }, () => undefined);
    };
    editor.on('transaction', typed);
    return () => void editor.off('transaction', typed);
  }, [api, editor]);
}
