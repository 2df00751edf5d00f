/** A document read by a public link: the editor's own drawing of it, in which nothing is written, live while others write. */
import '#view/kit/documents-words.ts';
import '#view/kit/links-words.ts';
import { useEffect, useState, type ReactNode } from 'react';
import { AppError } from '#base/app-error';
import { DOCUMENT, textNodeOf } from '#domain/editor';
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

/** The page; empty until its text is on this device. */
export function ReadingDocument({ space, fragment, title }: ReadingDocumentProps): ReactNode {
  const { t } = useI18n();
  const { session, failed } = useText(space, fragment);
  if (failed !== null) return <p className="muted reading-body" role="alert">{errorText(t, failed, 'document.failed')}</p>;
  if (!session) return <Skeleton label={t('list.loading')} />;
  return (
    <TasksProvider space={space} fragment={fragment} lens="documents">
      <div className="reading-body">
        <PageEditor space={space} session={session} writes={false} label={t('document.text', { title })} node={textNodeOf(fragment)} at={null} acts={[]} onDesk={nothing} />
      </div>
    </TasksProvider>
  );
}

/** Opens the text as soon as it is here; what is shown then follows what comes. */
function useText(space: string, fragment: string): { session: DocumentSession | null; failed: unknown } {
  const api = useKernel();
  const [session, setSession] = useState<DocumentSession | null>(null);
  const [failed, setFailed] = useState<unknown>(null);
  useEffect(() => {
    let alive = true;
    let opened: DocumentSession | null = null;
    let opening = false;
    const open = (): void => {
      if (opening || opened) return;
      opening = true;
      DocumentSession.open(api, { space, fragment, node: textNodeOf(fragment) }, (error) => alive && setFailed(error))
        .then((made) => (alive ? setSession((opened = made)) : made.close()), (error: unknown) => alive && !(error instanceof AppError && error.code === 'not-here') && setFailed(error))
        .finally(() => (opening = false));
    };
    const stop = api.graph(space).subscribe({ type: DOCUMENT, fragment }, open);
    open();
    return () => {
      alive = false;
      stop();
      opened?.close();
    };
  }, [api, space, fragment]);
  return { session, failed };
}
