/** Moving a thing, by drag, by keys and by its menu: the same acts. */
import type { SpaceView } from '#os/api';
import { moveTo, neighbours, place, STATUSES, type Status, type Work } from '#domain/goals/work';
import type { Key } from '#view/kit/i18n.tsx';
import type { WorkActs } from './use-work.ts';

export const STATUS_WORDS: Readonly<Record<Status, Key>> = { next: 'goal.next', doing: 'goal.doing', review: 'goal.review', done: 'goal.done' };

export type Columns = ReadonlyMap<Status, readonly Work[]>;

export interface Mover {
  readonly space: SpaceView;
  readonly columns: Columns;
  readonly acts: WorkActs;
  /** What is seen is in the order of a column: no place in it is by hand. */
  readonly ordered?: boolean;
  /** Said before a thing is moved by its menu: it keeps the focus. */
  fromMenu?(id: string): void;
}

/** Things that get a place by hand with the one that is put behind them; more than that and it goes behind those that have one. */
const PLACED_TOGETHER = 50;

/** To a place of a column: `at` counts in what is shown there, without the thing itself. Each place is an act of its own: the next one counts from it. */
export async function drop({ columns, acts }: Mover, work: Work, status: Status, at: number): Promise<void> {
  const column = columns.get(status)!.filter(({ id }) => id !== work.id);
  if (!(await (status === 'done' && work.status !== 'done' ? acts.tick(work, true) : acts.run(moveTo(work, status))))) return;
  // Places by hand are among those of its fragment; those before it that have none get theirs first, so that it stays where it was put.
  const own = column.slice(0, at).filter((one) => one.fragment === work.fragment);
  const { before, after } = neighbours(column, work, at);
  const unplaced = own.slice(own.findLastIndex(({ ord }) => ord !== null) + 1).filter(acts.may);
  let last = after;
  if (unplaced.length <= PLACED_TOGETHER) {
    for (const one of unplaced) {
      if (!(await acts.run(place(one.id, { after: last })))) return;
      last = one.id;
    }
  }
  await acts.run(place(work.id, { after: last, before }));
}

/** Into the next column to one side; null where there is none. */
export function beside(status: Status, by: 1 | -1): Status | null {
  return STATUSES[STATUSES.indexOf(status) + by] ?? null;
}

/** One place up or down in its column. */
export function step(mover: Mover, work: Work, by: 1 | -1): void {
  const column = mover.columns.get(work.status)!;
  const to = column.findIndex(({ id }) => id === work.id) + by;
  if (to >= 0 && to < column.length) void drop(mover, work, work.status, to);
}
