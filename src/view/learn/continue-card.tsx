/** The one Continue: where one stopped, how far one is. */
import type { ReactNode } from 'react';
import { answerOf, NO_PROGRESS, reviewFirst } from '#domain/learn/course';
import { Button } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { navigate } from '#view/kit/router.tsx';
import { type CourseHere } from './use-learn.ts';

/** The card; `named`: the course stands on it, too. */
export function ContinueCard({ space, here, named = false }: { space: string; here: CourseHere; named?: boolean }): ReactNode {
  const { t } = useI18n();
  const { entry, way, progresses } = here;
  const { next } = way;
  if (!next) return null;
  const [again] = reviewFirst(here.course, way, progresses);
  const progress = progresses.get(next.step.id) ?? NO_PROGRESS;
  const at = next.step.questions.findIndex(({ id }) => answerOf(progress, id) === null);
  const where = next.is !== 'begun' ? t(way.done === 0 ? 'learn.beginWith' : 'learn.goOnWith', { no: next.no }) : at > 0 ? t('learn.stoppedAt', { no: next.no, at: at + 1, of: next.step.questions.length }) : t('learn.stopped', { no: next.no });
  return (
    <section className="card learn-continue" aria-label={t('learn.continue')}>
      <div className="grow">
        <p className="small muted">{named ? `${entry.title} · ${where}` : where}</p>
        <p className="title3" dir="auto">{next.step.title || '…'}</p>
        {again && <p className="small learn-again">{t('learn.againBefore', { n: again.wrong, title: again.step.title })} <Button kind="text" size="compact" onClick={() => navigate({ space, lens: 'learn', object: entry.fragment, params: { s: again.step.id } })}>{t('learn.lookAgain')}</Button></p>}
        <div className="line wrap">
          <progress className="learn-bar" value={way.done} max={way.of} aria-label={t('learn.of', { done: way.done, of: way.of })} />
          <span className="small muted num">{t('learn.of', { done: way.done, of: way.of })}</span>
        </div>
      </div>
      <Button kind="primary" size="large" onClick={() => navigate({ space, lens: 'learn', object: entry.fragment, params: { s: next.step.id } })}>{t(way.done === 0 && next.is === 'open' ? 'learn.begin' : 'learn.continue')}</Button>
    </section>
  );
}
