/** Domain verbs of tasks that every card has: input → operations. Pure. Those that make and change one are behind a door of their own (./words). */
import type { Op } from '#os/api';
import { TASK_VERB } from './schema.ts';

/** Done, or not done after all. */
export const tickTask = (id: string, done: boolean): Op[] => [{ op: 'node.set', id, props: { done }, verb: TASK_VERB.done }];

/** Moves a task to the trash; restoreTask brings it back as it is then. */
export const deleteTask = (id: string): Op[] => [{ op: 'node.delete', id, verb: TASK_VERB.delete }];

/** Takes a deletion back. */
export const restoreTask = (id: string): Op[] => [{ op: 'node.restore', id, verb: TASK_VERB.restore }];
