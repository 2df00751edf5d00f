/** The foot of a step that is done, and what the parts of a step are given. */
import type { ReactNode } from 'react';
import type { SpaceView } from '#os/api';
import type { Progress, Step } from '#domain/learn/course';
import { Button } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { Icon } from '#view/kit/icons.tsx';
import { navigate } from '#view/kit/router.tsx';
import { stepName, type CourseHere, type LearnActs } from './use-learn.ts';

export interface StepProps {
  readonly space: SpaceView;
  readonly here: CourseHere;
  readonly step: Step;
  readonly acts: LearnActs;
  readonly progress: Progress;
}

/** A step that is done, and what comes next. */
export function NextFoot({ space, here }: Pick<StepProps, 'space' | 'here'>): ReactNode {
  const { t } = useI18n();
  const { next } = here.way;
  const to = { space: space.id, lens: 'learn', object: here.entry.fragment };
  return (
    <div className="learn-foot">
      <p className="line grow" role="status"><Icon name="ok" tone="ok" /> {t(next ? 'learn.stepDone' : 'learn.courseDone')}</p>
      <Button kind="primary" size="large" onClick={() => navigate(next ? { ...to, params: { s: next.step.id } } : to)}>{next ? t('learn.nextStep', { title: stepName(here, next.step) }) : t('learn.toCourse')}</Button>
    </div>
  );
}
