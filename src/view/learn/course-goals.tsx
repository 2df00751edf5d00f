/** The goals of the space that a course serves: named and led to; who writes the course says which, who takes an assignment puts its task into one. */
import { useMemo, type ReactNode } from 'react';
import { GOAL, goalNodeOf, goalsOf, isGoalTemplate, mayLinkTask, TASK } from '#domain/goals';
import { intoGoal, PART_OF, readWork, WORK_VERB } from '#domain/goals/work';
import { mayMake, FRAGMENT, ROOT, type DirectoryEntry } from '#domain/shared';
import { SERVES } from '#domain/learn';
import { serveGoal, serveNoLonger } from '#domain/learn/course';
import type { NodeView, SpaceView } from '#os/api';
import { Button, IconButton, Select } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { Icon } from '#view/kit/icons.tsx';
import { useKernel, useNodes } from '#view/kit/kernel.tsx';
import { navigate } from '#view/kit/router.tsx';
import { useToast } from '#view/kit/toast.tsx';
import { refusalWord } from './create-course.tsx';
import type { CourseHere, LearnActs } from './use-learn.ts';

const ENTRIES = { type: FRAGMENT, fragment: ROOT, where: { type: GOAL } };
const TEMPLATES = { type: GOAL, where: { template: true } };

/** The goals of the space by the ids of their nodes, by title; those that others begin with are none. */
export function useGoalsHere(space: string): { goals: ReadonlyMap<string, DirectoryEntry>; loaded: boolean } {
  const { nodes, loaded } = useNodes(space, ENTRIES);
  const { nodes: templates } = useNodes(space, TEMPLATES);
  const goals = useMemo(() => {
    const out = new Set([...templates.values()].filter(isGoalTemplate).map(({ fragment }) => fragment));
    return new Map(goalsOf(nodes.values()).filter(({ fragment }) => !out.has(fragment)).map((one) => [goalNodeOf(one.fragment), one]));
  }, [nodes, templates]);
  return { goals, loaded };
}

const open = (space: string, { fragment }: DirectoryEntry): void => navigate({ space, lens: 'goals', object: fragment });

/** Which goals it serves, each leads there; nothing where it serves none. */
export function CourseGoals({ space, here }: { space: string; here: CourseHere }): ReactNode {
  const { t } = useI18n();
  const { goals, loaded } = useGoalsHere(space);
  const { serves } = here.course;
  if (serves.length === 0) return null;
  return (
    <p className="line wrap learn-goals">
      <span className="small muted">{t('learn.serves')}</span>
      {serves.map(({ goal }) => {
        const entry = goals.get(goal);
        return entry ? <Button key={goal} kind="text" size="compact" icon="task" dir="auto" onClick={() => open(space, entry)}>{entry.title}</Button> : loaded && <span key={goal} className="muted">{t('state.absent')}</span>;
      })}
    </p>
  );
}

/** The same for who writes the course: each may be taken away, and one more said. */
export function WriteGoals({ space, here, acts }: { space: SpaceView; here: CourseHere; acts: LearnActs }): ReactNode {
  const { t } = useI18n();
  const toast = useToast();
  const { goals } = useGoalsHere(space.id);
  const { course, entry } = here;
  const may = mayMake(space, SERVES, entry.fragment);
  const offered = may ? [...goals].filter(([id]) => !course.serves.some(({ goal }) => goal === id)) : [];
  if (course.serves.length === 0 && offered.length === 0) return null;
  const add = (fragment: string): void => {
    if (fragment === '') return;
    const made = serveGoal(course, fragment);
    if (made.ok) void acts.run(made.value, entry.fragment);
    else toast({ text: t(refusalWord(made.error)) });
  };
  return (
    <div>
      <p className="label">{t('learn.serves')}</p>
      <ul className="learn-parts">
        {course.serves.map((served) => {
          const goal = goals.get(served.goal);
          const title = goal?.title ?? t('state.absent');
          return (
            <li key={served.goal} className="line">
              <Icon name="task" tone="type-task" />
              {goal ? <button type="button" className="learn-open grow cut" dir="auto" onClick={() => open(space.id, goal)}>{title}</button> : <span className="grow cut muted">{title}</span>}
              {may && <IconButton icon="close" name={t('learn.servesRemove', { title })} onClick={() => void acts.run(serveNoLonger(served), entry.fragment)} />}
            </li>
          );
        })}
      </ul>
      {offered.length > 0 && <Select label={t('learn.servesAdd')} value="" options={[{ value: '', label: t('learn.servesPick') }, ...offered.map(([, { fragment, title }]) => ({ value: fragment, label: title }))]} onChange={add} />}
    </div>
  );
}

/** Into which goal the task of an assignment goes; '' into none. The goals the course serves come first, and the first of them is chosen unasked. */
export function goalChoices(goals: ReadonlyMap<string, DirectoryEntry>, serves: CourseHere['course']['serves']): { readonly first: string; readonly list: readonly DirectoryEntry[] } {
  const served = serves.flatMap(({ goal }) => goals.get(goal) ?? []);
  return { first: served[0]?.fragment ?? '', list: [...served, ...[...goals.values()].filter((one) => !served.includes(one))] };
}

/** The goal that the task of an assignment stands in; or, for who may change it, a field that puts it into one. */
export function WorkGoal({ space, here, task, acts }: { space: SpaceView; here: CourseHere; task: NodeView; acts: LearnActs }): ReactNode {
  const { t } = useI18n();
  const me = useKernel().identity.get()?.uid ?? '';
  const { goals, loaded } = useGoalsHere(space.id);
  const work = task.type === TASK ? readWork(task) : null;
  if (!work || !loaded) return null;
  const goal = work.parent === null ? undefined : goals.get(work.parent);
  if (goal) {
    return (
      <p className="line wrap">
        <span className="small muted">{t('learn.inGoal')}</span>
        <Button kind="text" size="compact" icon="task" dir="auto" onClick={() => open(space.id, goal)}>{goal.title}</Button>
      </p>
    );
  }
  const { list } = goalChoices(goals, here.course.serves);
  // Part of something else already: that is said, and changed, in its details.
  if (work.parent !== null || list.length === 0 || !mayLinkTask(space, work, me, PART_OF, WORK_VERB.part)) return null;
  return <Select label={t('learn.inGoal')} value="" options={[{ value: '', label: t('learn.noGoal') }, ...list.map(({ fragment, title }) => ({ value: fragment, label: title }))]} onChange={(fragment) => fragment !== '' && void acts.run(intoGoal(work, fragment), here.entry.fragment)} />;
}
