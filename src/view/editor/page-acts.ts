/** What is done with the words of a page beside writing them: in the menu behind `/`, beside chosen words, and by key. */
import type { Editor } from '@tiptap/core';
import { useEffect, useMemo, useRef } from 'react';
import { useI18n } from '#view/kit/i18n.tsx';
import type { IconName } from '#view/kit/icons.tsx';
import { CTRL } from '#view/kit/keyboard.tsx';
import { taskWords } from './acts.ts';
import type { SlashAct } from './slash-menu.tsx';

export interface PageAct extends SlashAct {
  readonly icon: IconName;
  /** Its keys, as they are called on this machine. */
  readonly note: string;
  /** The physical key that runs it, with Ctrl or Cmd and Alt. */
  readonly code: string;
}

/** Words a task is made of. */
export interface TaskWords {
  readonly text: string;
  readonly block: string;
  readonly done: boolean;
}

/** The acts of an open page; `onTask` is null where this person makes no tasks. A card everybody may make: it is their own. */
export function usePageActs(editor: Editor | null, onTask: ((words: TaskWords) => void) | null, onCard: (words: TaskWords) => void): readonly PageAct[] {
  const { t } = useI18n();
  const latest = useRef({ onTask, onCard });
  useEffect(() => {
    latest.current = { onTask, onCard };
  });
  const may = onTask !== null;
  return useMemo(() => {
    if (!editor) return [];
    const run = (name: 'onTask' | 'onCard') => (): void => {
      const words = taskWords(editor.state);
      if (words) latest.current[name]?.(words);
    };
    return [
      ...(may ? [{ id: 'make-task', label: t('act.makeTask'), note: `${CTRL}+Alt+K`, icon: 'task' as const, code: 'KeyK', run: run('onTask') }] : []),
      { id: 'make-card', label: t('document.makeCard'), note: `${CTRL}+Alt+J`, icon: 'learn', code: 'KeyJ', run: run('onCard') },
    ];
  }, [editor, may, t]);
}

/** Runs the act of a key; true when there is one. */
export function runByKey(acts: readonly PageAct[], event: KeyboardEvent): boolean {
  const act = (event.ctrlKey || event.metaKey) && event.altKey && !event.shiftKey ? acts.find(({ code }) => code === event.code) : undefined;
  if (!act) return false;
  event.preventDefault();
  act.run();
  return true;
}
