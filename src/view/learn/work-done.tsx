/** Assignments whose task was done anywhere, in Goals, in the Hub or on another device: their steps are done too, whatever of Learn is on the screen. */
import { useEffect, useRef, type ReactNode } from 'react';
import type { SpaceView } from '#os/api';
import { readTask, TASK, tasksBySource } from '#domain/goals';
import { markDone, NO_PROGRESS, type Step } from '#domain/learn/course';
import { useKernel, useNodes } from '#view/kit/kernel.tsx';
import { useLearnActs, type CourseHere } from './use-learn.ts';

/** Draws nothing. */
export function WorkDone({ space, here }: { space: SpaceView; here: CourseHere }): ReactNode {
  const open = here.course.steps.filter(({ id, kind }) => kind === 'assignment' && (here.progresses.get(id) ?? NO_PROGRESS).done === null);
  return open.length === 0 ? null : <Watch space={space} here={here} open={open} />;
}

function Watch({ space, here, open }: { space: SpaceView; here: CourseHere; open: readonly Step[] }): ReactNode {
  const me = useKernel().identity.get()?.uid ?? '';
  const acts = useLearnActs(space);
  const { nodes } = useNodes(space.id, { type: TASK, fragment: here.entry.fragment });
  // Until it is told back it is not written a second time.
  const written = useRef(new Set<string>());
  useEffect(() => {
    const tasks = tasksBySource(nodes.values());
    for (const step of open) {
      const done = (tasks.get(step.id) ?? []).some((node) => readTask(node)?.assignee === me && readTask(node)!.done);
      if (!done || written.current.has(step.id)) continue;
      written.current.add(step.id);
      void acts.keep(markDone({ space: space.id, course: here.course, step, progress: here.progresses.get(step.id) ?? NO_PROGRESS, at: Date.now() })).then((kept) => kept || written.current.delete(step.id));
    }
  });
  return null;
}
