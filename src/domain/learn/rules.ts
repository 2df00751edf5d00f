/** Rights wanted for courses. The kernel of every peer enforces them; these only decide what is offered. */
import type { SpaceView } from '#os/api';
import { FRAGMENT, mayChange, mayMake } from '#domain/shared';
import { COURSE, LESSON } from './schema.ts';

/** May this person make a course: an entry of the directory, which who has a part of the space does not write. */
export const mayMakeCourses = (space: SpaceView): boolean => mayMake(space, FRAGMENT) && mayMake(space, COURSE) && space.scope === null;

/** May this person write the course? */
export const mayWriteCourse = (space: SpaceView, fragment: string): boolean => mayMake(space, LESSON, fragment) && mayChange(space, fragment) && space.role !== 'guest' && !space.comments.includes(fragment);
