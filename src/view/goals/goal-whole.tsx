/** What a goal is part of, and the goals that are part of it with how far each is; above its tasks. */
import { useState, type ReactNode } from 'react';
import { goalNodeOf, partOf, type Work } from '#domain/goals/work';
import { Button, IconButton } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import type { WorkActs, WorkHere } from './use-work.ts';
import { Finder, useSaid } from './work-fields.tsx';

/** Goals drawn at first, and with each press. */
const PAGE = 8;

/** The lines; nothing where it is alone. `asked`: somebody wants to say what it is part of. */
export function GoalWhole({ fragment, here, acts, asked, onDone, onOpen }: { fragment: string; here: WorkHere; acts: WorkActs; asked: boolean; onDone: () => void; onOpen: (work: Work) => void }): ReactNode {
  const { t, number } = useI18n();
  const said = useSaid(here);
  const [drawn, setDrawn] = useState(PAGE);
  const goal = here.all.get(goalNodeOf(fragment));
  if (!goal) return null;
  const whole = goal.parent === null ? undefined : here.all.get(goal.parent);
  const inside = (here.tree.parts.get(goal.id) ?? []).filter(({ kind }) => kind === 'goal').sort((a, b) => a.title.localeCompare(b.title));
  const may = acts.may(goal);
  const set = (to: Work | null): void => {
    const made = partOf(goal, to, here.all);
    if (made.ok) void acts.run(made.value, goal.fragment).then((done) => done && onDone());
    else said(made.error);
  };
  const goals = { all: new Map([...here.all].filter(([, one]) => one.kind === 'goal' && !one.template)) };
  const title = whole ? whole.title || t('goal.untitled') : t('state.absent');
  if (goal.parent === null && inside.length === 0 && !asked) return null;
  return (
    <div className="goal-whole">
      {goal.parent !== null && (
        <p className="line wrap">
          <span className="small muted">{t('goal.partOf')}</span>
          {whole ? <Button kind="text" size="compact" dir="auto" onClick={() => onOpen(whole)}>{title}</Button> : <span className="muted">{title}</span>}
          {may && <IconButton icon="close" size={12} name={t('goal.partRemove', { title })} onClick={() => set(null)} />}
        </p>
      )}
      {goal.parent === null && asked && may && (
        <div className="goal-whole-find line">
          <Finder label={t('goal.partOfGoal')} here={goals} not={[goal.id]} onPick={(id) => set(here.all.get(id) ?? null)} />
          <Button kind="quiet" size="compact" onClick={onDone}>{t('act.cancel')}</Button>
        </div>
      )}
      {inside.length > 0 && (
        <div className="line wrap">
          <span className="small muted">{t('goal.goalsIn')}</span>
          {inside.slice(0, drawn).map((one) => {
            const { done, all } = here.tree.progress.get(one.id) ?? { done: 0, all: 0 };
            return <Button key={one.id} kind="outline" size="compact" dir="auto" onClick={() => onOpen(one)}>{one.title || t('goal.untitled')} <span className="muted num">{t('goal.parts', { done: number(done), all: number(all) })}</span></Button>;
          })}
          {inside.length > drawn && <Button kind="text" size="compact" onClick={() => setDrawn(drawn + PAGE)}>{t('goal.more', { n: inside.length - drawn })}</Button>}
        </div>
      )}
    </div>
  );
}
