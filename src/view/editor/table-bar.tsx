/** Beside the table the caret is in: rows and columns put in and taken away. By keyboard: Alt+F10 leads here, Escape back into the table. */
import type { Editor } from '@tiptap/core';
import type { Command, EditorState } from '@tiptap/pm/state';
import { useEffect, useRef, type ReactNode } from 'react';
import { Button } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { MenuButton } from '#view/kit/overlays.tsx';
import { cutColumn, cutRow, cutTable, putColumn, putRow, tableAt, toggleHead } from './table-acts.ts';
import { useBarSpot } from './use-bar-spot.ts';

const headAt = (state: EditorState): { pos: number; fact: boolean } | null => {
  const place = tableAt(state);
  return place && { pos: place.pos, fact: place.table.attrs['plain'] !== true };
};

/** The bar. */
export function TableBar({ editor }: { editor: Editor }): ReactNode {
  const { t } = useI18n();
  const spot = useBarSpot(editor, headAt);
  const bar = useRef<HTMLDivElement>(null);
  const shown = spot !== null;
  useEffect(() => {
    if (!shown) return;
    const { dom } = editor.view;
    const lead = (event: KeyboardEvent): void => {
      if (event.key !== 'F10' || !event.altKey) return;
      event.preventDefault();
      bar.current?.querySelector('button')?.focus();
    };
    dom.addEventListener('keydown', lead);
    return () => dom.removeEventListener('keydown', lead);
  }, [editor, shown]);
  if (!spot) return null;
  const run = (command: Command) => (): void => {
    command(editor.state, editor.view.dispatch, editor.view);
    // At once: what is typed before the menu is gone belongs to the page.
    editor.view.focus();
  };
  const items = [
    { label: t('table.rowAbove'), onSelect: run(putRow(0)) }, { label: t('table.rowBelow'), onSelect: run(putRow(1)) },
    { label: t('table.columnBefore'), onSelect: run(putColumn(0)) }, { label: t('table.columnBehind'), onSelect: run(putColumn(1)) }, null,
    { label: t('table.head'), checked: spot.fact, onSelect: run(toggleHead) }, null,
    { label: t('table.cutRow'), onSelect: run(cutRow) }, { label: t('table.cutColumn'), onSelect: run(cutColumn) }, { label: t('table.cut'), icon: 'trash' as const, onSelect: run(cutTable) },
  ];
  return (
    <div ref={bar} className="table-bar" role="toolbar" aria-label={t('document.table')} style={{ '--bottom': `${spot.bottom}px` } as React.CSSProperties} onPointerDown={(event) => event.preventDefault()} onKeyDown={(event) => event.key === 'Escape' && editor.view.focus()}>
      <Button kind="quiet" size="compact" icon="plus" title={t('table.rowBelow')} onClick={run(putRow(1))}>{t('table.row')}</Button>
      <Button kind="quiet" size="compact" icon="plus" title={t('table.columnBehind')} onClick={run(putColumn(1))}>{t('table.column')}</Button>
      <MenuButton name={t('table.more')} items={items} hint="Alt+F10" />
    </div>
  );
}
