/** Days at which nobody has too much to do, as the engine proposes them: one by one, or all as one act that is taken back by one. */
import { useMemo, useState, type ReactNode } from 'react';
import '#view/kit/goal-views-words.ts';
import { TASK } from '#domain/goals';
import { readWork, resourceOf } from '#domain/goals/work';
import { Button } from '#view/kit/controls.tsx';
import { errorText } from '#view/kit/error-words.ts';
import { useI18n } from '#view/kit/i18n.tsx';
import { useKernel } from '#view/kit/kernel.tsx';
import { dayWords } from '#view/kit/node-card.tsx';
import type { People } from '#view/kit/people.tsx';
import { useToast } from '#view/kit/toast.tsx';
import { useLoadName } from './load-name.tsx';
import { movesOf, takeBack, takeMoves, type MoveShown } from './proposals-model.ts';
import type { PlanHere } from './use-plan.ts';
import type { WorkActs, WorkHere } from './use-work.ts';

/** Rows drawn at first, and with each press. */
const PAGE = 30;

/** Rows of proposals, the first of them. */
export function ProposalRows<T>({ all, row }: { all: readonly T[]; row: (one: T) => ReactNode }): ReactNode {
  const { t } = useI18n();
  const [drawn, setDrawn] = useState(PAGE);
  return (
    <>
      <ul className="proposal-rows">{all.slice(0, drawn).map(row)}</ul>
      {all.length > drawn && <Button kind="text" onClick={() => setDrawn(drawn + PAGE)}>{t('goal.more', { n: all.length - drawn })}</Button>}
    </>
  );
}

/** Takes proposed days; one Undo puts back what was there. */
function useTake(space: string, acts: WorkActs): (moves: readonly MoveShown[]) => Promise<void> {
  const { t } = useI18n();
  const api = useKernel();
  const toast = useToast();
  const back = async (moves: readonly MoveShown[]): Promise<void> => {
    const nodes = await api.graph(space).query({ type: [TASK] });
    await acts.run(takeBack(moves, new Map(nodes.flatMap((node) => readWork(node) ?? []).map((work) => [work.id, work]))));
  };
  return async (moves) => {
    if (!(await acts.run(takeMoves(moves)))) return;
    toast({ text: t('goal.levelled', { n: moves.length }), undo: () => void back(moves).catch((error: unknown) => toast({ text: errorText(t, error, 'goal.failed') })) });
  };
}

/** The section; where nobody has too much it says so. */
export function Levelling({ space, plan, here, acts, people }: { space: string; plan: PlanHere; here: WorkHere; acts: WorkActs; people: People }): ReactNode {
  const i18n = useI18n();
  const { t } = i18n;
  const name = useLoadName(people, here.resources);
  const shown = useMemo(() => movesOf(plan, here.all), [plan, here]);
  const take = useTake(space, acts);
  const { levelling } = plan.answer;
  if (!levelling) return <p className="small muted">{t('goal.loadFits')}</p>;
  if (shown.length === 0 && levelling.impossible.length === 0) return <p className="small muted">{t('goal.levelNone')}</p>;
  const takes = shown.filter(({ work }) => acts.may(work));
  return (
    <section className="goals-proposed" aria-label={t('goal.proposedDays')}>
      <div className="line">
        <h3 className="grow">{t('goal.proposedDays')}</h3>
        {takes.length > 1 && <Button size="compact" onClick={() => void take(takes)}>{t('goal.takeAll', { n: takes.length })}</Button>}
      </div>
      <p className="small muted">{t('goal.levelledEnd', { day: dayWords(i18n, plan.time.endDay(levelling.end)), before: dayWords(i18n, plan.time.endDay(plan.answer.end)) })}</p>
      <ProposalRows
        all={shown}
        row={({ work, from, to, person }) => (
          <li key={work.id} className="line">
            <span className="grow">
              <span className="cut" dir="auto">{work.title}</span>
              <span className="small muted">{`${dayWords(i18n, from)} → ${dayWords(i18n, to)}: ${person === null ? t('goal.whyMoved') : t(resourceOf(person) === null ? 'goal.whyBusy' : 'goal.whyTaken', { name: name(person) })}`}</span>
            </span>
            {acts.may(work) && <Button size="compact" aria-label={t('goal.takeOf', { title: work.title })} onClick={() => void take([{ work, from, to, person }])}>{t('goal.take')}</Button>}
          </li>
        )}
      />
      {levelling.impossible.length > 0 && <p className="small" data-tone="wait">{t('goal.impossible', { n: levelling.impossible.length })}</p>}
    </section>
  );
}
