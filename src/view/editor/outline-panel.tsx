/** The headings of a page, and the way to each. */
import type { Editor } from '@tiptap/core';
import { Selection } from '@tiptap/pm/state';
import { useEffect, useState, type ReactNode } from 'react';
import { useI18n } from '#view/kit/i18n.tsx';
import { SidePanel } from '#view/kit/place.tsx';
import './outline.css';

interface Heading {
  readonly id: string;
  readonly level: number;
  readonly words: string;
}

interface Outline {
  readonly headings: readonly Heading[];
  /** The one under which the caret stands. */
  readonly at: string | null;
}

function outlineOf({ doc, selection }: Editor['state']): Outline {
  const headings: Heading[] = [];
  let at: string | null = null;
  doc.forEach((node, pos) => {
    if (node.attrs['kind'] !== 'heading' || node.textContent.trim() === '') return;
    const id = String(node.attrs['bid']);
    headings.push({ id, level: (node.attrs['level'] as number | null) ?? 1, words: node.textContent });
    if (pos <= selection.head) at = id;
  });
  return { headings, at };
}

/** Followed while the page is written. */
function useOutline(editor: Editor | null): Outline {
  const [outline, setOutline] = useState<Outline>({ headings: [], at: null });
  useEffect(() => {
    if (!editor || editor.isDestroyed) return;
    const look = (): void => {
      const next = outlineOf(editor.state);
      setOutline((before) => (JSON.stringify(before) === JSON.stringify(next) ? before : next));
    };
    look();
    editor.on('transaction', look);
    return () => void editor.off('transaction', look);
  }, [editor]);
  return outline;
}

/** The page scrolls to a heading, and who writes stands there. */
function goTo(editor: Editor, id: string): void {
  editor.state.doc.forEach((node, pos) => {
    if (node.attrs['bid'] !== id) return;
    editor.view.dispatch(editor.state.tr.setSelection(Selection.near(editor.state.doc.resolve(pos + 1))));
    (editor.view.nodeDOM(pos) as HTMLElement | null)?.scrollIntoView({ block: 'start' });
    if (editor.isEditable) editor.view.focus();
  });
}

/** The panel. */
export function OutlinePanel({ editor, title, onClose }: { editor: Editor | null; title: string; onClose: () => void }): ReactNode {
  const { t } = useI18n();
  const { headings, at } = useOutline(editor);
  return (
    <SidePanel title={t('document.outline')} note={title} onClose={onClose}>
      <div className="panel-body">
        {headings.length === 0 && <p className="small muted comment-none">{t('document.outlineNone')}</p>}
        <ul className="outline">
          {headings.map(({ id, level, words }) => (
            <li key={id}>
              <button type="button" className="outline-row" data-level={Math.min(level, 4)} aria-current={id === at ? 'location' : undefined} dir="auto" onClick={() => editor && goTo(editor, id)}>{words}</button>
            </li>
          ))}
        </ul>
      </div>
    </SidePanel>
  );
}
