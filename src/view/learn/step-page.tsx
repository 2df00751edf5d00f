/** One step: the text of a lesson, its questions one by one, and what comes next; or what has to be done before. */
import { useEffect, type ComponentType, type ReactNode } from 'react';
import { textNodeOf } from '#domain/editor';
import { mayWriteCourse } from '#domain/learn';
import { answerOf, isDone, markRead, markSeen, NO_PROGRESS, scoreOf, type Step } from '#domain/learn/course';
import { Button } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { Icon } from '#view/kit/icons.tsx';
import { useCopies } from '#view/kit/kernel.tsx';
import { AgentPanel } from '#view/kit/lazy-agents.ts';
import type { ReadingDocumentProps } from '#view/kit/lens.ts';
import { Place, SidePanel } from '#view/kit/place.tsx';
import { formatRoute, navigate } from '#view/kit/router.tsx';
import { NextFoot, type StepProps } from './next-foot.tsx';
import { Quiz } from './quiz.tsx';
import { stepName, useLearnActs, type CourseHere } from './use-learn.ts';
import { Work } from './work.tsx';

/** How long one looks at a step before another look is written down, ms. */
const SEEN_EVERY_MS = 60_000;

/** The page. */
export function StepPage({ space, here, step, Text, panel }: Omit<StepProps, 'acts' | 'progress'> & { Text: ComponentType<ReadingDocumentProps>; panel: string | null }): ReactNode {
  const { t } = useI18n();
  const acts = useLearnActs(space);
  const copies = useCopies(space.id, step.document ?? here.entry.fragment);
  const progress = here.progresses.get(step.id) ?? NO_PROGRESS;
  const state = here.way.states.get(step.id)!;
  const at = { space: space.id, lens: 'learn', object: here.entry.fragment };
  const go = (params: Record<string, string>): void => navigate({ ...at, params: { s: step.id, ...params } });
  useSeen({ space, here, step, acts, progress }, state.is !== 'locked');
  const props = { space, here, step, acts, progress };
  const steps = panel === 'progress';
  // Of what is still locked nothing is told beside it either.
  const document = state.is === 'locked' ? null : step.document;
  const score = scoreOf(step, progress);
  const share = (Number(progress.read !== null) + score.answered) / (1 + score.of);
  const writes = mayWriteCourse(space, here.entry.fragment);
  return (
    <Place
      header={{
        crumbs: [t('lens.learn'), here.entry.title], title: stepName(here, step), copies, of: { space: space.id, fragment: step.document ?? here.entry.fragment }, onBack: () => navigate(at),
        acts: <Button kind="quiet" size="compact" icon="task" aria-label={t('learn.progress')} aria-expanded={steps} onClick={() => go(steps ? {} : { panel: 'progress' })}><span className="wide-only">{t('learn.progress')}</span></Button>,
        menu: [...(document ? [{ label: t('act.agents'), icon: 'activity' as const, onSelect: () => go({ panel: 'agents' }) }] : []), ...(step.document ? [{ label: t('learn.openText'), icon: 'fragment' as const, onSelect: () => navigate({ space: space.id, lens: 'documents', object: step.document }) }] : []), ...(writes ? [{ label: t('learn.editStep'), icon: 'edit' as const, onSelect: () => navigate({ ...at, params: { edit: 'on', panel: 'details', t: step.id } }) }] : []), { label: t('learn.toCourse'), icon: 'learn', onSelect: () => navigate(at) }],
      }}
      panel={steps ? <ProgressPanel {...props} onClose={() => go({})} /> : panel === 'agents' && document && <AgentPanel lesson subject={{ kind: 'document', space: space.id, fragment: document, node: textNodeOf(document), title: step.title }} onClose={() => go({})} />}
    >
      <progress className="learn-top" value={share} max={1} aria-label={t('learn.stepShare')} />
      {state.is === 'locked' ? <Locked space={space.id} here={here} waits={state.waits} /> : (
        <article className="learn-step">
          {step.kind === 'assignment' ? <Work {...props} /> : step.document === null ? <p className="muted learn-text">{t('learn.noText')}</p> : <Text space={space.id} fragment={step.document} title={step.title} open={false} linked none={t('learn.noText')} />}
          {step.questions.length > 0 ? <Quiz {...props} /> : step.kind === 'lesson' && <ReadFoot {...props} />}
        </article>
      )}
    </Place>
  );
}

/** Says that the step was open, so that Continue comes back to it. */
function useSeen(props: StepProps, open: boolean): void {
  const { space, here, step, acts, progress } = props;
  const due = open && Date.now() - (progress.seen ?? 0) > SEEN_EVERY_MS;
  useEffect(() => {
    if (due) void acts.keep(markSeen({ space: space.id, course: here.course, step, progress, at: Date.now() }));
    // eslint-disable-next-line react-hooks/exhaustive-deps -- once for a look at a step
  }, [step.id, due]);
}

/** What has to be done before, each with its way there. */
function Locked({ space, here, waits }: { space: string; here: CourseHere; waits: readonly Step[] }): ReactNode {
  const { t } = useI18n();
  return (
    <div className="learn learn-locked">
      <h2 className="title3 line"><Icon name="lock" /> {t('learn.lockedTitle')}</h2>
      <p className="muted">{t('learn.lockedText', { n: waits.length })}</p>
      <ul className="card learn-rows">
        {waits.map((one) => <li key={one.id}><a className="learn-row" href={formatRoute({ space, lens: 'learn', object: here.entry.fragment, params: { s: one.id } })}><Icon name="right" /><span dir="auto">{stepName(here, one)}</span></a></li>)}
      </ul>
    </div>
  );
}

/** The foot of a lesson that asks nothing. */
function ReadFoot(props: StepProps): ReactNode {
  const { t } = useI18n();
  const { space, here, step, acts, progress } = props;
  if (isDone(step, progress)) return <NextFoot {...props} />;
  return (
    <div className="learn-foot">
      <Button kind="primary" size="large" onClick={() => void acts.keep(markRead({ space: space.id, course: here.course, step, progress, at: Date.now() }))}>{t('learn.haveRead')}</Button>
    </div>
  );
}

const SIGN_ICONS = { right: 'ok', wrong: 'close', none: 'circle' } as const;
const SIGN_WORDS = { right: 'learn.answeredRight', wrong: 'learn.answeredWrong', none: 'learn.notAnswered' } as const;

/** The parts of a step, each with how it stands. */
function ProgressPanel({ step, progress, onClose }: StepProps & { onClose: () => void }): ReactNode {
  const { t } = useI18n();
  const { answered, of } = scoreOf(step, progress);
  const read = progress.read !== null ? 'right' : 'none';
  return (
    <SidePanel title={t('learn.progress')} onClose={onClose}>
      <div className="learn-panel">
        <p className="label">{t('learn.thisStep')}</p>
        <div className="line"><progress className="learn-bar grow" value={answered} max={Math.max(1, of)} aria-label={t('learn.of', { done: answered, of })} /><span className="small num">{t('learn.of', { done: answered, of })}</span></div>
        <ul className="learn-parts">
          <li className="line"><Icon name={SIGN_ICONS[read]} tone={read === 'right' ? 'type-course' : 'muted'} />{t('learn.readText')}<span className="hidden">{t(read === 'right' ? 'learn.done' : 'learn.notAnswered')}</span></li>
          {step.questions.map(({ id, ask }, at) => {
            const sign = answerOf(progress, id) ?? 'none';
            return <li key={id} className="line"><Icon name={SIGN_ICONS[sign]} tone={sign === 'right' ? 'type-course' : sign === 'wrong' ? 'bad' : 'muted'} /><span className="cut">{t('learn.questionNo', { no: at + 1 })} · {ask.replace(/\{\{[^{}]*\}\}/g, '…')}</span><span className="hidden">{t(SIGN_WORDS[sign])}</span></li>;
          })}
        </ul>
        <p className="small muted">{t('learn.progressWhere')}</p>
      </div>
    </SidePanel>
  );
}
