/** The one verb that lists need of a course; all others are behind a door of their own (./course). */
import type { JsonValue, Op } from '#os/api';
import { COURSE } from './schema.ts';

/** What a new course begins with, in the fragment made for it. */
export const beginCourse = (id: string, props: Record<string, JsonValue> = {}): Op[] => [{ op: 'node.create', type: COURSE, id, props, verb: 'learn/course.create@1' }];
