/** A document read by a public link, or in the trash: the editor's own drawing of it, in which nothing is written, live while others write. */
import '#view/kit/documents-words.ts';
import '#view/kit/links-words.ts';
import { useEffect, useReducer, useState, type ReactNode } from 'react';
import { AppError } from '#base/app-error';
import { DOCUMENT, textNodeOf } from '#domain/editor';
import { Button } from '#view/kit/controls.tsx';
import { errorText } from '#view/kit/error-words.ts';
import { useI18n } from '#view/kit/i18n.tsx';
import { useKernel } from '#view/kit/kernel.tsx';
import type { ReadingDocumentProps } from '#view/kit/lens.ts';
import { Skeleton } from '#view/kit/states.tsx';
import { TasksProvider } from '#view/kit/tasks.tsx';
import { PageEditor } from './page-editor.tsx';
import { DocumentSession } from './session.ts';
import './editor.css';
import './table.css';

const nothing = (): void => undefined;

/** The page of a link, as soon as its text is on this device; of an open link that has none it says so. */
export function ReadingDocument({ open, ...page }: ReadingDocumentProps): ReactNode {
  const { t } = useI18n();
  return <PageToRead {...page} away={open ? <p className="muted reading-body">{t('reading.empty')}</p> : null} />;
}

/** A page in which nothing is written; `away` stands for a text that is not here. */
export function PageToRead({ space, fragment, title, linked, none, away }: Omit<ReadingDocumentProps, 'open'> & { away: ReactNode }): ReactNode {
  const { t } = useI18n();
  const { session, failed, missing, again } = useText(space, fragment);
  if (!session && failed !== null) return <p className="muted reading-body" role="alert">{errorText(t, failed, 'document.failed')} <Button kind="text" onClick={again}>{t('act.retry')}</Button></p>;
  if (!session) return (missing && away) || <Skeleton label={t('list.loading')} />;
  return (
    <TasksProvider space={space} fragment={fragment} lens="documents">
      <PageEditor space={space} session={session} writes={false} label={t('document.text', { title })} node={textNodeOf(fragment)} at={null} acts={[]} alone={linked !== true} none={none} onDesk={nothing} />
    </TasksProvider>
  );
}

/** Opens the text as soon as it is here, and again when the kernel is back or somebody asks; what is shown then follows what comes. */
function useText(space: string, fragment: string): { session: DocumentSession | null; failed: unknown; missing: boolean; again(): void } {
  const api = useKernel();
  const [session, setSession] = useState<DocumentSession | null>(null);
  const [failed, setFailed] = useState<unknown>(null);
  const [missing, setMissing] = useState(false);
  const [asked, again] = useReducer((n: number) => n + 1, 0);
  useEffect(() => {
    let alive = true;
    let opened: DocumentSession | null = null;
    let opening = false;
    const refused = (error: unknown): void => {
      if (!alive) return;
      const away = error instanceof AppError && error.code === 'not-here';
      setMissing(away);
      setFailed(away ? null : error);
    };
    setFailed(null);
    const open = (): void => {
      if (opening || opened) return;
      opening = true;
      DocumentSession.open(api, { space, fragment, node: textNodeOf(fragment) }, refused)
        .then((made) => (alive ? (setFailed(null), setSession((opened = made))) : made.close()), refused)
        .finally(() => (opening = false));
    };
    const stop = api.graph(space).subscribe({ type: DOCUMENT, fragment }, open);
    const back = api.on(({ type }) => void (type === 'kernel' && open()));
    open();
    return () => {
      alive = false;
      stop();
      back();
      opened?.close();
    };
  }, [api, space, fragment, asked]);
  return { session, failed, missing, again };
}
