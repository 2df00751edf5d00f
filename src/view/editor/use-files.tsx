/** Files of an open page: the act that chooses some, those that are being added, and what their blocks need. */
import type { Editor } from '@tiptap/core';
import { useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { Button } from '#view/kit/controls.tsx';
import { errorCode, errorText } from '#view/kit/error-words.ts';
import '#view/kit/file-words.ts';
import { useI18n, type Key } from '#view/kit/i18n.tsx';
import { useKernel } from '#view/kit/kernel.tsx';
import { useToast } from '#view/kit/toast.tsx';
import { putBehind } from './file-behind.ts';
import { blockHere, isPicture, putFile, type FileDesk } from './file-blocks.ts';
import type { SlashAct } from './slash-menu.tsx';
import './files.css';

const OWN_WORDS: Readonly<Record<string, Key>> = { 'store-quota': 'file.full', 'too-large': 'file.tooLarge' };

interface Adding {
  readonly key: number;
  readonly name: string;
  readonly part: number;
  readonly over: AbortController;
}

/** `fragment`: where files of the page lie; null where nothing is added. */
export function useFiles(space: string, fragment: string | null, editor: Editor | null, writes: boolean): { desk: () => FileDesk; acts: readonly SlashAct[]; adding: ReactNode } {
  const api = useKernel();
  const toast = useToast();
  const words = useI18n();
  const { t } = words;
  const [adding, setAdding] = useState<readonly Adding[]>([]);
  const files = api.files ?? null;
  const next = useRef(0);
  const failed = useCallback((error: unknown): void => {
    const own = OWN_WORDS[errorCode(error)];
    toast({ text: own ? t(own) : errorText(t, error, 'file.failed') });
  }, [toast, t]);
  const may = files !== null && fragment !== null && writes;
  const take = useCallback((chosen: readonly File[]): void => {
    if (!editor || !files || fragment === null) return;
    let behind = blockHere(editor.view);
    const one = async (file: File): Promise<void> => {
      const key = ++next.current;
      const over = new AbortController();
      setAdding((all) => [...all, { key, name: file.name, part: 0, over }]);
      try {
        const id = await files.add(space, fragment, file, { name: file.name, mime: file.type, signal: over.signal, onProgress: (part) => setAdding((all) => all.map((line) => (line.key === key ? { ...line, part } : line))) });
        const picture = await isPicture(file);
        if (!editor.isDestroyed) behind = putFile(editor.view, file, id, picture, behind);
        else {
          // The page was left meanwhile.
          behind = await putBehind(api, { space, fragment, id, name: file.name, picture }, behind);
          toast({ text: t('file.addedThere', { name: file.name }) });
        }
      } catch (error) {
        if (!over.signal.aborted) failed(error);
      } finally {
        setAdding((all) => all.filter((line) => line.key !== key));
      }
    };
    void (async () => {
      for (const file of chosen) await one(file);
    })();
  }, [editor, files, space, fragment, failed, api, toast, t]);
  const latest = useRef<FileDesk>({ room: null, take: null });
  const room = useMemo(() => files && { files, space, words, failed: (error: unknown) => toast({ text: errorText(t, error, 'file.saveFailed') }) }, [files, space, words, toast, t]);
  useEffect(() => {
    latest.current = { room, take: may ? take : null };
  });
  const acts = useMemo((): readonly SlashAct[] => (may ? [{ id: 'file', label: t('file.add'), note: '', run: () => choose(take) }] : []), [may, take, t]);
  const lines = adding.length === 0 ? null : (
    <div className="files-adding" role="status">
      {adding.map(({ key, name, part, over }) => (
        <div key={key} className="file-line">
          <span className="file-name">{t('file.adding', { name })}</span>
          <progress className="file-progress" max={1} value={part} aria-label={name} />
          <Button kind="quiet" size="compact" aria-label={t('file.stopOf', { name })} onClick={() => over.abort()}>{t('file.stop')}</Button>
        </div>
      ))}
    </div>
  );
  return { desk: useCallback(() => latest.current, []), acts, adding: lines };
}

/** Asks the browser for files. */
function choose(take: (files: readonly File[]) => void): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.multiple = true;
  input.onchange = () => take([...(input.files ?? [])]);
  input.click();
}
