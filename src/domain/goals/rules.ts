/** Rights wanted for tasks. The kernel of every peer enforces them; these only decide what is offered. */
import type { SpaceView } from '#os/api';
import { FRAGMENT, mayChange, mayMake } from '#domain/shared';
import { GOAL, TASK, TASK_VERB, type Task } from './schema.ts';

/** May this person make a task in the fragment, from one of its things? Who only comments there answers, and makes nothing else. */
export const mayMakeTask = (space: SpaceView, fragment: string, ...from: readonly string[]): boolean => mayMake(space, TASK, fragment, ...from) && !space.comments.includes(fragment);

/** May this person change the task? A Guest only what they made. */
export function mayChangeTask(space: SpaceView, task: Pick<Task, 'id' | 'fragment' | 'by' | 'deleted' | 'newer'>, me: string): boolean {
  const own = space.role === 'guest' || space.comments.includes(task.fragment) ? task.by === me : true;
  return own && !task.deleted && !task.newer && mayMake(space, TASK_VERB.done) && mayChange(space, task.fragment, task.id);
}

/** May this person say with a link of this type, and by this verb, what a thing has to do with another? */
export const mayLinkTask = (space: SpaceView, task: Parameters<typeof mayChangeTask>[1], me: string, type: string, verb: string): boolean =>
  mayChangeTask(space, task, me) && mayMake(space, type, task.fragment, task.id) && mayMake(space, verb, task.fragment, task.id);

/** May this person make a goal: an entry of the directory, which who has a part of the space does not write. */
export const mayMakeGoals = (space: SpaceView): boolean => mayMake(space, FRAGMENT) && mayMake(space, GOAL) && space.scope === null;
