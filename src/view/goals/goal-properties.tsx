/** What people gave a goal besides its title, above its tasks. */
import type { ReactNode } from 'react';
import { columnKey, columnsOf, goalNodeOf, propertiesOfWork, renameColumn } from '#domain/goals/work';
import type { People } from '#view/kit/people.tsx';
import { PropertyList } from '#view/kit/property-list.tsx';
import type { WorkActs, WorkHere } from './use-work.ts';

/** The list; nothing where the goal has none. `asked`: number of times one was asked for. */
export function GoalProperties({ fragment, here, acts, people, asked }: { fragment: string; here: WorkHere; acts: WorkActs; people: People; asked: number }): ReactNode {
  const goal = here.all.get(goalNodeOf(fragment));
  if (!goal || (goal.properties.length === 0 && asked === 0)) return null;
  const goals = [...here.all.values()].filter(({ kind }) => kind === 'goal');
  const own = new Set(goal.properties.map(columnKey));
  return (
    <div className="goal-properties">
      <PropertyList
        at={propertiesOfWork(goal)} held={goal.properties} people={people} writes={acts.may(goal)} asked={asked} known={columnsOf(goals).filter(({ key }) => !own.has(key)).map(({ of }) => of)}
        renamed={(one, name) => renameColumn(goals, one, name, acts.may)} run={acts.run}
      />
    </div>
  );
}
