/** Who answers for a goal, what it is for, what it is linked with, and the courses that serve it: lines above its tasks, fields for who wants to change them. */
import { useMemo, type ReactNode } from 'react';
import '#view/kit/task-words.ts';
import { tickTask } from '#domain/goals';
import { goalNodeOf, occasionDay, type Work } from '#domain/goals/work';
import { assignTask } from '#domain/goals/words';
import { COURSE, coursesOf, SERVES, withNodes } from '#domain/learn';
import { FRAGMENT, ROOT, type DirectoryEntry } from '#domain/shared';
import type { SpaceView } from '#os/api';
import { Button } from '#view/kit/controls.tsx';
import { Face } from '#view/kit/face.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { useNodes } from '#view/kit/kernel.tsx';
import { dayWords } from '#view/kit/node-card.tsx';
import { TickBox } from '#view/kit/object-card.tsx';
import { PersonField } from '#view/kit/person-field.tsx';
import type { People } from '#view/kit/people.tsx';
import { navigate } from '#view/kit/router.tsx';
import { LinkedWith } from './linked.tsx';
import { MeantFor } from './meant.tsx';
import type { WorkActs, WorkHere } from './use-work.ts';

export interface GoalTiesProps {
  readonly space: SpaceView;
  readonly goal: DirectoryEntry;
  readonly here: WorkHere;
  readonly acts: WorkActs;
  readonly people: People;
  /** Somebody wants to change them. */
  readonly asked: boolean;
  onDone(): void;
  onOpen(work: Work): void;
}

const COURSES = { type: FRAGMENT, fragment: ROOT, where: { type: COURSE } };

/** The courses of the space that say they serve a goal, by title. */
function useCoursesFor(space: string, goal: string): readonly DirectoryEntry[] {
  const { nodes: serving } = useNodes(space, { type: COURSE, edges: { type: SERVES, to: goal } });
  const { nodes: entries } = useNodes(space, COURSES);
  return useMemo(() => withNodes(coursesOf(entries.values()), serving.values()), [serving, entries]);
}

/** The lines; nothing where there is nothing to say. */
export function GoalTies(props: GoalTiesProps): ReactNode {
  const { space, goal, here, acts, people, asked, onOpen } = props;
  const i18n = useI18n();
  const { t } = i18n;
  const own = here.all.get(goalNodeOf(goal.fragment));
  const courses = useCoursesFor(space.id, goalNodeOf(goal.fragment));
  if (!own || (own.assignee === null && own.meant.length === 0 && own.linked.length === 0 && courses.length === 0 && !own.done && !asked)) return null;
  return (
    <div className="goal-whole">
      {asked && acts.may(own) ? <Fields {...props} work={own} /> : (
        <>
          {(own.assignee !== null || own.done) && (
            <p className="line wrap">
              <span className="small muted">{t('task.answers')}</span>
              {own.assignee === null ? <span>{t('task.nobody')}</span> : <><Face uid={own.assignee} name={people.name(own.assignee)} size={20} /><span dir="auto">{people.name(own.assignee)}</span></>}
              {own.done && <span className="tag">{t('goal.reached')}</span>}
            </p>
          )}
          {own.meant.length > 0 && (
            <p className="line wrap">
              <span className="small muted">{t('goal.for')}</span>
              {own.meant.map(({ to }) => {
                const of = here.all.get(to);
                const day = of ? occasionDay(of) : null;
                return of ? <Button key={to} kind="text" size="compact" dir="auto" onClick={() => onOpen(of)}>{[of.title || t('goal.untitled'), ...(day === null ? [] : [dayWords(i18n, day)])].join(', ')}</Button> : <span key={to} className="muted">{t('state.absent')}</span>;
              })}
            </p>
          )}
          {own.linked.length > 0 && <LinkedWith space={space} work={own} acts={acts} reads />}
        </>
      )}
      {courses.length > 0 && (
        <p className="line wrap">
          <span className="small muted">{t('goal.courses')}</span>
          {courses.map(({ fragment, title }) => <Button key={fragment} kind="text" size="compact" icon="learn" dir="auto" onClick={() => navigate({ space: space.id, lens: 'learn', object: fragment })}>{title || t('goal.untitled')}</Button>)}
        </p>
      )}
    </div>
  );
}

function Fields({ space, work, goal, here, acts, people, onDone, onOpen }: GoalTiesProps & { work: Work }): ReactNode {
  const { t } = useI18n();
  return (
    <section className="goal-ties" aria-label={t('goal.ties')}>
      <PersonField label={t('task.answers')} people={people} value={work.assignee} onChange={(uid) => void acts.run(assignTask(work.id, uid), work.fragment)} />
      <MeantFor space={space} work={work} here={here} acts={acts} onOpen={onOpen} />
      <LinkedWith space={space} work={work} acts={acts} />
      <p className="line">
        <TickBox tick={{ done: work.done, set: (done) => void acts.run(tickTask(work.id, done), work.fragment) }} title={goal.title} />
        <span className="grow">{t('goal.reached')}</span>
        <Button kind="quiet" size="compact" onClick={onDone}>{t('goal.tiesDone')}</Button>
      </p>
    </section>
  );
}
