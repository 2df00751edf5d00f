/** A course out of a document: what its headings would make is shown first; then lessons are copies of its sections, each with the way back to where it stood, and its questions wait to be approved. */
import { useEffect, useState, type ReactNode } from 'react';
import { AppError } from '#base/app-error';
import type { LifegraphApi, SpaceView } from '#os/api';
import { textNodeOf } from '#domain/editor';
import { DocReplica, type Block } from '#domain/editor/model';
import { courseOutline, type CourseDraft } from '#domain/learn/outline';
import { readResult } from '#domain/mind';
import { proposedBlocks } from '#domain/mind/outline';
import type { DirectoryEntry } from '#domain/shared';
import { Button } from '#view/kit/controls.tsx';
import { errorText } from '#view/kit/error-words.ts';
import { useI18n } from '#view/kit/i18n.tsx';
import { Icon } from '#view/kit/icons.tsx';
import { useCopies, useKernel } from '#view/kit/kernel.tsx';
import { Place } from '#view/kit/place.tsx';
import { navigate } from '#view/kit/router.tsx';
import { EmptyState, ErrorState, Skeleton } from '#view/kit/states.tsx';
import { makeCourse } from './make-course-acts.ts';
import { newId } from './use-learn.ts';

/** The blocks of a document as they are now. */
async function blocksOf(api: LifegraphApi, space: string, fragment: string): Promise<readonly Block[]> {
  const news = await api.graph(space).updates(textNodeOf(fragment), null);
  const replica = new DocReplica(news.client);
  replica.take(news.updates);
  return replica.shown();
}

/** A lesson whose heading is new begins where its first block stands. */
const rooted = (outline: CourseDraft, blocks: readonly Block[]): CourseDraft => {
  const known = new Set(blocks.map(({ id }) => id));
  return { ...outline, modules: outline.modules.map((module) => ({ ...module, lessons: module.lessons.map((lesson) => (known.has(lesson.block) ? lesson : { ...lesson, block: lesson.blocks[0]?.id ?? lesson.block })) })) };
};

/** With the headings that an agent proposed for it; `parts`: its result, in the Personal space. Of another page, or gone: none. */
async function outlineOf(api: LifegraphApi, space: string, { fragment, title }: DirectoryEntry, parts: string | null): Promise<CourseDraft> {
  const blocks = await blocksOf(api, space, fragment);
  const personal = parts === null ? undefined : (await api.spaces.list()).find(({ kind }) => kind === 'personal');
  const node = personal && parts !== null ? await api.graph(personal.id).get(parts) : null;
  const result = node?.state === 'here' ? readResult(node) : null;
  const parted = result?.subject.fragment === fragment && result.subject.space === space ? proposedBlocks(blocks, result, newId) : null;
  return rooted(courseOutline(parted ?? blocks, title), blocks);
}

/** The page. */
export function MakeCourse({ space, document, parts }: { space: SpaceView; document: DirectoryEntry; parts: string | null }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const copies = useCopies(space.id, document.fragment);
  const [outline, setOutline] = useState<CourseDraft | null>(null);
  const [failed, setFailed] = useState<unknown>(null);
  const [done, setDone] = useState<number | null>(null);
  useEffect(() => {
    let alive = true;
    outlineOf(api, space.id, document, parts).then((made) => alive && setOutline(made), (error: unknown) => alive && setFailed(error));
    return () => void (alive = false);
  }, [api, space.id, document, parts]);
  const back = (): void => navigate({ space: space.id, lens: 'documents', object: document.fragment });
  const make = async (): Promise<void> => {
    if (done !== null || !outline) return;
    setDone(0);
    try {
      navigate({ space: space.id, lens: 'learn', object: await makeCourse(api, space.id, document.title, outline, document.fragment, setDone), params: { edit: 'on' } });
    } catch (error) {
      setFailed(error);
      setDone(null);
    }
  };
  return (
    <Place header={{ crumbs: [t('lens.learn')], title: t('learn.makeOf', { title: document.title }), copies, onBack: back }}>
      {failed !== null && !(failed instanceof AppError && failed.code === 'not-here') ? <ErrorState title={t('learn.failed')} text={errorText(t, failed, 'learn.failed')} acts={[{ label: t('act.back'), onClick: back }]} /> : failed !== null ? <EmptyState title={t('learn.textAway')} text={t('notHere.safe')} quiet={{ label: t('act.back'), onClick: back }} /> : !outline ? <Skeleton label={t('list.loading')} /> : outline.lessons === 0 ? <EmptyState title={t('learn.noOutline')} text={t('learn.noOutlineText')} quiet={{ label: t('act.back'), onClick: back }} /> : (
        <div className="learn">
          <p className="muted">{t('learn.makeHow')}</p>
          {outline.modules.map((module, at) => (
            <section key={at} className="learn-module" aria-label={module.title || t('learn.steps')}>
              {module.title !== '' && <h2 className="medium" dir="auto">{module.title}</h2>}
              <ol className="card learn-rows">{module.lessons.map((lesson) => <li key={lesson.block} className="learn-row"><Icon name="fragment" tone="type-document" /><span className="grow" dir="auto">{lesson.title}</span>{lesson.page !== null && <span className="small muted num">{t('learn.sourcePage', { page: lesson.page })}</span>}<span className="small muted num">{lesson.questions.length > 0 ? t('learn.questions', { n: lesson.questions.length }) : ''}</span></li>)}</ol>
            </section>
          ))}
          <div className="line wrap">
            <Button kind="primary" size="large" disabled={done !== null} onClick={() => void make()}>{t('learn.makeIt')}</Button>
            {done !== null && <progress className="learn-bar" value={done} max={outline.lessons} aria-label={t('learn.makeIt')} />}
          </div>
        </div>
      )}
    </Place>
  );
}
