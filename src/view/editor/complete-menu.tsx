/** How a line could go on, asked for by Ctrl+Space: words of this page at the caret. What is chosen is typed; nothing comes by itself. */
import type { Editor } from '@tiptap/core';
import { useEffect, useState, type ReactNode, type RefObject } from 'react';
import { begunIn, completionsOf } from '#domain/mind/complete';
import { useI18n } from '#view/kit/i18n.tsx';
import type { Choice } from '#view/kit/picker.tsx';
import { TextMenu, type MenuKeys } from './text-menu.tsx';

interface Open {
  readonly from: number;
  readonly choices: readonly (Choice & { readonly insert: string })[];
}

/** The ways at the caret; null where none is. */
function openAt({ state }: Editor): Open | null {
  const { $head, empty } = state.selection;
  if (!empty || $head.depth === 0 || $head.node(1).type.name !== 'block' || $head.node(1).attrs['kind'] === 'code') return null;
  const before = $head.parent.textBetween(0, $head.parentOffset);
  const texts: string[] = [];
  state.doc.forEach((block, pos) => {
    // What is being written tells of itself up to the word that is begun.
    if (block.textContent !== '') texts.push(pos === $head.before(1) ? before.slice(0, before.length - begunIn(before).length) : block.textContent);
  });
  const choices = completionsOf(before, texts).map(({ insert, shown }) => ({ id: insert, label: shown, insert }));
  return choices.length === 0 ? null : { from: $head.pos, choices };
}

/** The menu while it is open. */
export function CompleteMenu({ editor, keys }: { editor: Editor; keys: RefObject<MenuKeys | null> }): ReactNode {
  const { t } = useI18n();
  const [open, setOpen] = useState<Open | null>(null);
  useEffect(() => {
    const { dom } = editor.view;
    const ask = (event: KeyboardEvent): void => {
      if (event.code !== 'Space' || !event.ctrlKey || event.altKey || event.metaKey || event.shiftKey || event.isComposing || !editor.isEditable) return;
      event.preventDefault();
      setOpen(openAt(editor));
    };
    const away = ({ transaction }: { transaction: { docChanged: boolean; selectionSet: boolean } }): void => void ((transaction.docChanged || transaction.selectionSet) && setOpen(null));
    const leave = (): void => setOpen(null);
    dom.addEventListener('keydown', ask);
    dom.addEventListener('blur', leave);
    editor.on('transaction', away);
    return () => {
      dom.removeEventListener('keydown', ask);
      dom.removeEventListener('blur', leave);
      editor.off('transaction', away);
    };
  }, [editor]);
  if (!open) return null;
  const pick = (choice: Choice): void => {
    editor.view.dispatch(editor.state.tr.insertText((choice as Open['choices'][number]).insert, open.from).scrollIntoView());
    setOpen(null);
  };
  return <TextMenu editor={editor} from={open.from} label={t('document.complete')} choices={open.choices} keys={keys} onPick={pick} onClose={() => setOpen(null)} />;
}
