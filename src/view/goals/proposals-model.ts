/** Which proposals of the engine are told: those that differ from what is. Pure. */
import type { Proposal } from '#domain/goals/planning';
import { setStart, thingOfPoint, type Work } from '#domain/goals/work';
import type { Op } from '#os/api';
import type { PlanHere } from './use-plan.ts';

/** Tasks whose priority it would change, in its order. */
export function prioritiesShown(proposals: readonly Proposal[], all: ReadonlyMap<string, Work>): { work: Work; level: Proposal['level']; reasons: Proposal['reasons'] }[] {
  return proposals.flatMap(({ task, level, reasons }) => {
    const work = all.get(task);
    return !work || work.kind !== 'task' || work.done || work.priority === level || reasons.length === 0 ? [] : [{ work, level, reasons }];
  });
}

export interface MoveShown {
  readonly work: Work;
  readonly from: string;
  readonly to: string;
  /** Who or what was not free, as the engine names it. */
  readonly person: string | null;
}

/** Tasks it would begin on another day; within one day nothing has to be said, and what is under way is not moved. */
export function movesOf({ answer, time }: Pick<PlanHere, 'answer' | 'time'>, all: ReadonlyMap<string, Work>): MoveShown[] {
  return (answer.levelling?.moves ?? []).flatMap(({ task, from, to, resource }) => {
    const work = all.get(thingOfPoint(task));
    const [before, after] = [time.startDay(from), time.startDay(to)];
    return !work || work.kind !== 'task' || work.status === 'doing' || work.status === 'review' || before === after ? [] : [{ work, from: before, to: after, person: resource }];
  });
}

const starts = (all: readonly { readonly id: string; readonly day: string | null }[]): Op[] => all.flatMap(({ id, day }) => {
  const made = setStart(id, day);
  return made.ok ? made.value : [];
});

/** The days as one act, and as another what takes it back: of what nobody has moved since. */
export const takeMoves = (moves: readonly MoveShown[]): Op[] => starts(moves.map(({ work, to }) => ({ id: work.id, day: to })));
export const takeBack = (moves: readonly MoveShown[], now: ReadonlyMap<string, Work>): Op[] => starts(moves.filter(({ work, to }) => now.get(work.id)?.start === to).map(({ work }) => ({ id: work.id, day: work.start })));
