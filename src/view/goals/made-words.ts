/** What is made by the line at the foot, and what it is called. */
import { MADE_KINDS } from '#domain/goals/work';

export const LINE_KINDS = [...MADE_KINDS, 'resource'] as const;
export type LineKind = (typeof LINE_KINDS)[number];
export const MADE_WORDS = { task: 'task.one', milestone: 'goal.milestone', event: 'goal.event', resource: 'goal.resource' } as const;
