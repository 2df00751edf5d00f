/** What a task or a goal is for, and, on the other side, what is to be done for an event or a milestone. */
import { useMemo, useState, type ReactNode } from 'react';
import { mayLinkTask } from '#domain/goals';
import { isOccasion, occasionDay, preparedFor, SCHEDULED_FOR, scheduleFor, scheduleNoLonger, WORK_VERB, type Work } from '#domain/goals/work';
import { PLAN_LIMITS } from '#domain/shared';
import type { SpaceView } from '#os/api';
import { Button, IconButton } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { useKernel } from '#view/kit/kernel.tsx';
import { dayWords } from '#view/kit/node-card.tsx';
import { useToast } from '#view/kit/toast.tsx';
import { ChoiceField } from './choice-field.tsx';
import type { WorkActs, WorkHere } from './use-work.ts';

export interface MeantProps {
  readonly space: SpaceView;
  readonly work: Work;
  readonly here: WorkHere;
  readonly acts: WorkActs;
  onOpen(work: Work): void;
}

/** May this person say of the thing what it has to do with others, by such links? */
export function useMayLink(space: SpaceView, work: Work, type: string, verb: string): boolean {
  const me = useKernel().identity.get()?.uid ?? '';
  return mayLinkTask(space, work, me, type, verb);
}

/** What it is for, and a field that finds an event or a milestone more. */
export function MeantFor({ space, work, here, acts, onOpen }: MeantProps): ReactNode {
  const i18n = useI18n();
  const { t } = i18n;
  const toast = useToast();
  const may = useMayLink(space, work, SCHEDULED_FOR, WORK_VERB.schedule);
  const taken = work.meant.map(({ to }) => to).join();
  const choices = useMemo(() => {
    const out = new Set(taken.split(','));
    return [...here.all.values()].filter((one) => isOccasion(one) && !one.done && one.title !== '' && !out.has(one.id)).map((one) => {
      const day = occasionDay(one);
      return { id: one.id, label: one.title, ...(day === null ? {} : { note: dayWords(i18n, day) }) };
    });
  }, [here.all, taken, i18n]);
  if (isOccasion(work) || (!may && work.meant.length === 0)) return null;
  const add = (id: string): void => {
    const to = here.all.get(id);
    const made = to && scheduleFor(work, to);
    if (made?.ok) void acts.run(made.value, work.fragment);
    else if (made && made.error.code === 'too-many') toast({ text: t('goal.forMany', { n: PLAN_LIMITS.links }) });
  };
  return (
    <div>
      <p className="label">{t('goal.for')}</p>
      <ul className="work-waits">
        {work.meant.map((tie) => {
          const of = here.all.get(tie.to);
          const title = of ? of.title || t('goal.untitled') : t('state.absent');
          const day = of ? occasionDay(of) : null;
          return (
            <li key={tie.to} className="work-wait line" data-done={of?.done || undefined}>
              {of ? <button type="button" className="work-open grow" onClick={() => onOpen(of)}><span className="work-title cut" dir="auto">{title}</span></button> : <span className="grow cut muted">{title}</span>}
              {day !== null && <span className="small muted num work-tie-day">{dayWords(i18n, day)}</span>}
              {may && <IconButton icon="close" name={t('goal.forRemove', { title })} onClick={() => void acts.run(scheduleNoLonger(tie), work.fragment)} />}
            </li>
          );
        })}
      </ul>
      {may && <ChoiceField label={t('goal.forAdd')} choices={choices} empty={t('goal.forNone')} onPick={add} />}
    </div>
  );
}

/** Rows drawn at first, and with each press. */
const PAGE = 20;

/** What is to be done for it, with how much of that is done. */
export function PreparedList({ work, here, onOpen }: Pick<MeantProps, 'work' | 'here' | 'onOpen'>): ReactNode {
  const { t, number } = useI18n();
  const [drawn, setDrawn] = useState(PAGE);
  const occasion = isOccasion(work);
  const { works, done, all } = useMemo(() => (occasion ? preparedFor(work.id, here.all, here.tree) : { works: [], done: 0, all: 0 }), [occasion, work.id, here.all, here.tree]);
  if (!occasion) return null;
  return (
    <section aria-label={t('goal.prepared')}>
      <p className="line">
        <span className="label grow">{t('goal.prepared')}</span>
        {works.length > 0 && <span className="small muted num">{t('goal.progress', { done: number(done), all: number(all) })}</span>}
      </p>
      {works.length === 0 && <p className="small muted">{t('goal.preparedNone')}</p>}
      <ul className="work-waits">
        {works.slice(0, drawn).map((one) => (
          <li key={one.id} className="work-wait line" data-done={one.done || undefined}>
            <button type="button" className="work-open grow" onClick={() => onOpen(one)}><span className="work-title cut" dir="auto">{one.title || t('goal.untitled')}</span></button>
            {one.done && <span className="small muted">{t('goal.done')}</span>}
          </li>
        ))}
      </ul>
      {works.length > drawn && <Button kind="text" onClick={() => setDrawn(drawn + PAGE)}>{t('goal.more', { n: works.length - drawn })}</Button>}
    </section>
  );
}
