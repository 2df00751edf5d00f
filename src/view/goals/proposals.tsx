/** What the engine proposes: priorities with their reasons, and days at which nobody has too much to do. Nothing is moved until somebody takes it. */
import { useMemo, type ReactNode } from 'react';
import type { Reason } from '#domain/goals/planning';
import { setPriority, type Work } from '#domain/goals/work';
import type { Op } from '#os/api';
import { Button } from '#view/kit/controls.tsx';
import { useI18n, type I18n } from '#view/kit/i18n.tsx';
import { Dialog } from '#view/kit/overlays.tsx';
import type { People } from '#view/kit/people.tsx';
import { EmptyState } from '#view/kit/states.tsx';
import { PRIORITY_WORDS } from './filter-bar.tsx';
import { Levelling, ProposalRows } from './levelling.tsx';
import { prioritiesShown } from './proposals-model.ts';
import type { PlanHere } from './use-plan.ts';
import type { WorkActs, WorkHere } from './use-work.ts';

interface Shown {
  readonly space: string;
  readonly plan: PlanHere;
  readonly here: WorkHere;
  readonly acts: WorkActs;
  readonly people: People;
}

/** A reason in words. */
function reasonWords({ t, number }: Pick<I18n, 't' | 'number'>, reason: Reason, day: number, all: WorkHere['all']): string {
  const titleOf = (id: string): string => all.get(id)?.title || t('goal.untitled');
  switch (reason.why) {
    case 'late': {
      const n = Math.max(1, Math.ceil(reason.minutes / day));
      return reason.for === undefined ? t('goal.whyLate', { n }) : t('goal.whyLateFor', { n, title: titleOf(reason.for) });
    }
    case 'due': {
      const n = Math.max(0, Math.floor(reason.minutes / day));
      return reason.for === undefined ? t('goal.whyDue', { n }) : t('goal.whyDueFor', { n, title: titleOf(reason.for) });
    }
    case 'critical':
      return t('goal.whyCritical');
    case 'slack':
      return t('goal.whySlack', { hours: number(Math.floor(reason.minutes / 60)) });
    case 'releases':
      return t('goal.whyReleases', { n: reason.tasks });
    case 'waits':
      return t('goal.whyWaits', { n: reason.tasks });
  }
}

/** The dialog. */
export function Proposals({ onClose, ...props }: Shown & { onClose: () => void }): ReactNode {
  const { t } = useI18n();
  return (
    <Dialog title={t('goal.proposals')} size="medium" onClose={onClose}>
      <Priorities {...props} />
      <Levelling {...props} />
    </Dialog>
  );
}

function Priorities({ plan, here, acts }: Shown): ReactNode {
  const i18n = useI18n();
  const { t, list } = i18n;
  const shown = useMemo(() => prioritiesShown(plan.answer.priorities, here.all), [plan, here]);
  const takes = shown.filter(({ work }) => acts.may(work));
  const take = (all: readonly { work: Work; level: Work['priority'] }[]): void => void acts.run(all.flatMap(({ work, level }): Op[] => setPriority(work.id, level)));
  return (
    <section className="goals-proposed" aria-label={t('goal.proposedPriorities')}>
      <div className="line">
        <h3 className="grow">{t('goal.proposedPriorities')}</h3>
        {takes.length > 1 && <Button size="compact" onClick={() => take(takes)}>{t('goal.takeAll', { n: takes.length })}</Button>}
      </div>
      {shown.length === 0 ? <EmptyState title={t('goal.noProposals')} text={t('goal.noProposalsText')} /> : (
        <ProposalRows
          all={shown}
          row={({ work, level, reasons }) => (
            <li key={work.id} className="line">
              <span className="grow">
                <span className="cut" dir="auto">{work.title}</span>
                <span className="small muted">{`${t(PRIORITY_WORDS[work.priority])} → ${t(PRIORITY_WORDS[level])}: ${list(reasons.map((one) => reasonWords(i18n, one, plan.asked.day, here.all)))}`}</span>
              </span>
              {acts.may(work) && <Button size="compact" aria-label={t('goal.takeOf', { title: work.title })} onClick={() => take([{ work, level }])}>{t('goal.take')}</Button>}
            </li>
          )}
        />
      )}
    </section>
  );
}
