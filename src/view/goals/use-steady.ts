/** What rows are given that stays the same while others change: of a long list only those are drawn anew in which something is new. */
import { useLayoutEffect, useMemo, useRef } from 'react';
import type { Work } from '#domain/goals/work';
import type { Mover } from './moves.ts';

/** Stands for what was given last; it is asked when something is pressed, not while it is drawn. */
function useLast<T>(given: T): { readonly current: T } {
  const last = useRef(given);
  useLayoutEffect(() => void (last.current = given));
  return last;
}

/** A mover that is another one only where a row would be drawn otherwise; its columns are those of now. */
export function useSteadyMover(given: Mover): Mover {
  const last = useLast(given);
  const { space, acts, ordered = false } = given;
  return useMemo(() => ({
    space, acts, ordered,
    get columns() {
      return last.current.columns;
    },
    fromMenu: (id) => last.current.fromMenu?.(id),
  }), [last, space, acts, ordered]);
}

/** An act on a thing that is always the same function. */
export function useSteadyAct(given: (work: Work) => void): (work: Work) => void {
  const last = useLast(given);
  return useMemo(() => (work) => last.current(work), [last]);
}
