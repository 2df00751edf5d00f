/** How far it is and when it is likely to end: in words, the same that the timeline draws. */
import { useMemo, type ReactNode } from 'react';
import { useI18n } from '#view/kit/i18n.tsx';
import { dayWords } from '#view/kit/node-card.tsx';
import { lazyPart } from '#view/kit/lazy-part.tsx';
import type { PlanHere } from './use-plan.ts';
import type { WorkHere } from './use-work.ts';

const ExactForecast = lazyPart(async () => (await import('./exact-forecast.tsx')).ExactForecast, { alone: true, failed: () => null });

/** Days of the forecast in words, or null where nothing is open. */
export function useLikely(plan: PlanHere | null): string | null {
  const i18n = useI18n();
  const forecast = plan?.answer.forecast;
  if (!plan || !forecast || forecast.p80 === 0) return null;
  const [from, to] = [plan.time.endDay(forecast.p10), plan.time.endDay(forecast.p80)].map((day) => dayWords(i18n, day));
  return from === to ? i18n.t('goal.likelyOne', { day: from! }) : i18n.t('goal.likely', { from: from!, to: to! });
}

/** The line. */
export function PlanLine({ here: { works }, plan, space }: { here: WorkHere; plan: PlanHere | null; space: string }): ReactNode {
  const { t, number } = useI18n();
  const likely = useLikely(plan);
  const { tasks, done } = useMemo(() => {
    const own = works.filter(({ kind }) => kind === 'task');
    return { tasks: own.length, done: own.filter((work) => work.done).length };
  }, [works]);
  return (
    <div className="plan-line">
      <span className="medium num">{t('goal.progress', { done: number(done), all: number(tasks) })}</span>
      <progress className="plan-bar" max={Math.max(1, tasks)} value={done} aria-label={t('goal.progress', { done: number(done), all: number(tasks) })} />
      {likely && <span className="medium">{likely}</span>}
      {likely && plan && <ExactForecast space={space} plan={plan} />}
    </div>
  );
}
