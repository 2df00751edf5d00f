/** Files over the field of a message: added one after the other, each with its progress and a way to give it up; taken away again before they are sent. */
import '#view/kit/message-files.css';
import '#view/kit/file-words.ts';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { AppError } from '#base/app-error';
import { plainLine } from '#base/plain-text';
import { UNSENT_MS } from '#domain/shared';
import type { FileState } from '#os/files-api';
import { IconButton } from '#view/kit/controls.tsx';
import { errorCode, errorText } from '#view/kit/error-words.ts';
import { useI18n, type Key } from '#view/kit/i18n.tsx';
import { Icon } from '#view/kit/icons.tsx';
import { useKernel } from '#view/kit/kernel.tsx';
import { hasRoom } from '#view/kit/room.ts';
import { useToast } from '#view/kit/toast.tsx';
import { noteUnsent } from './unsent-files.ts';

const DAY_MS = 86_400_000;
const OWN_WORDS: Readonly<Record<string, Key>> = { 'store-quota': 'file.full', 'too-large': 'file.tooLarge', unreadable: 'file.unreadable' };

export interface AttachmentsProps {
  /** Key of the draft. */
  place: string;
  space: string;
  fragment: string;
  ids: readonly string[];
  given: readonly File[];
  onAdded(file: File, id: string): void;
  /** It was given up, or failed. */
  onOver(file: File): void;
  onRemove(id: string): void;
}

/** The list. */
export function Attachments(props: AttachmentsProps): ReactNode {
  const { space, ids, given } = props;
  const { t } = useI18n();
  const first = given[0];
  const { part, stop } = useAdding(props, first);
  const days = UNSENT_MS / DAY_MS;
  return (
    <>
      <ul className="message-files" aria-label={t('file.list')}>
        {ids.map((id) => <Kept key={id} space={space} id={id} onRemove={() => props.onRemove(id)} />)}
        {given.map((file, at) => (
          <li key={at} className="message-file-line" role="status">
            <bdi className="cut">{t('file.adding', { name: plainLine(file.name) })}</bdi>
            <progress max={1} value={file === first ? part : 0} aria-label={file.name} />
            <IconButton icon="close" size={14} name={t('file.stopOf', { name: file.name })} onClick={() => (file === first ? stop() : props.onOver(file))} />
          </li>
        ))}
      </ul>
      {ids.length > 0 && <p className="small muted attached-note">{t('file.unsentEnd', { n: days })}</p>}
    </>
  );
}

/** Adds the first file given. One that ended after the place was left stands in the draft of that place. */
function useAdding(props: AttachmentsProps, file: File | undefined): { part: number; stop(): void } {
  const { files, local } = useKernel();
  const { t } = useI18n();
  const toast = useToast();
  const [part, setPart] = useState(0);
  const over = useRef<AbortController | null>(null);
  const latest = useRef(props);
  useEffect(() => {
    latest.current = props;
  });
  useEffect(() => {
    if (!file || !files) return;
    const { place, space, fragment } = latest.current;
    const signal = (over.current = new AbortController()).signal;
    setPart(0);
    const add = async (): Promise<string> => {
      // Said before an hour of work, not after it.
      if (!(await hasRoom(file.size))) throw new AppError('store-quota', 'There is no room for this file on this device.', 'Nothing was added.', 'Free some space, then add it again.');
      return files.add(space, fragment, file, { name: file.name, mime: file.type, signal, onProgress: setPart });
    };
    add().then(
      async (id) => {
        // First: what a page that is left has to write at its end is its draft alone.
        await noteUnsent(local, { space, fragment, id, place, since: Date.now() }).catch(() => undefined);
        latest.current.onAdded(file, id);
      },
      (error: unknown) => {
        const own = OWN_WORDS[errorCode(error)];
        if (!signal.aborted) toast({ text: `${plainLine(file.name)}: ${own ? t(own) : errorText(t, error, 'file.failed')}` });
        latest.current.onOver(file);
      },
    );
  }, [file, files]); // eslint-disable-line react-hooks/exhaustive-deps -- once for each file
  return { part, stop: () => over.current?.abort() };
}

/** One that is kept here; taken away, its node goes too. */
function Kept({ space, id, onRemove }: { space: string; id: string; onRemove: () => void }): ReactNode {
  const { t, bytes } = useI18n();
  const api = useKernel();
  const [state, setState] = useState<FileState | null>(null);
  useEffect(() => api.files?.watch(space, id, setState), [api, space, id]);
  const name = plainLine(state?.name ?? '');
  const remove = (): void => {
    onRemove();
    void api.graph(space).transact([{ op: 'node.delete', id }]).catch(() => undefined);
  };
  return (
    <li className="message-file-line" data-file={id}>
      <Icon name="fragment" tone="muted" />
      <bdi className="medium cut">{name}</bdi>
      <span className="small muted nobreak grow">{state && state.size > 0 ? bytes(state.size) : ''}</span>
      <IconButton icon="close" size={14} name={t('file.remove', { name })} onClick={remove} />
    </li>
  );
}
