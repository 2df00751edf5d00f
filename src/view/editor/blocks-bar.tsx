/** While whole blocks are chosen: how many, one more at either end, what is done with them, and back to writing. */
import type { Editor } from '@tiptap/core';
import type { Command } from '@tiptap/pm/state';
import { useEffect, useState, type ReactNode } from 'react';
import { Button, IconButton } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { MenuButton } from '#view/kit/overlays.tsx';
import { cutBlocks } from './acts.ts';
import { blockItems } from './block-items.ts';
import { chosenBlocks, chosenCount, stepBlocks, writeOn } from './block-selection.ts';
import { useSweep } from './use-sweep.ts';
import './block-handle.css';

/** The bar. It takes no focus: keys go on in the page. */
export function BlocksBar({ editor }: { editor: Editor }): ReactNode {
  const { t } = useI18n();
  const [chosen, setChosen] = useState(0);
  useSweep(editor);
  useEffect(() => {
    const look = (): void => setChosen(editor.isDestroyed ? 0 : chosenCount(editor.state));
    look();
    editor.on('transaction', look);
    return () => void editor.off('transaction', look);
  }, [editor]);
  const run = (command: Command) => (): void => {
    command(editor.state, editor.view.dispatch, editor.view);
    editor.view.focus();
  };
  return (
    <>
      <p className="hidden" role="status">{chosen > 0 ? t('blocks.chosen', { n: chosen }) : ''}</p>
      {chosen > 0 && (
        <div className="blocks-bar" role="toolbar" aria-label={t('blocks.bar')} onPointerDown={(event) => event.preventDefault()}>
          <span className="small cut">{t('blocks.chosen', { n: chosen })}</span>
          <IconButton icon="up" name={t('blocks.above')} hint="Shift+↑" onClick={run(stepBlocks(-1, true))} />
          <IconButton icon="down" name={t('blocks.below')} hint="Shift+↓" onClick={run(stepBlocks(1, true))} />
          <MenuButton name={t('blocks.acts')} items={blockItems(t, chosenBlocks(editor.state), run)} />
          <IconButton icon="trash" name={t('block.away')} hint="Delete" onClick={run(cutBlocks)} />
          <Button kind="quiet" size="compact" title="Esc" onClick={run(writeOn)}>{t('blocks.done')}</Button>
        </div>
      )}
    </>
  );
}
