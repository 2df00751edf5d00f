/** When tasks were done, out of the log: of each place once, and again when something was done or undone there. */
import { useEffect, useMemo, useRef, useState } from 'react';
import { TASK } from '#domain/goals';
import type { Work } from '#domain/goals/work';
import { useKernel } from '#view/kit/kernel.tsx';
import { doneChanges, doneMarks, type DoneChange } from './dashboard-model.ts';

/** Ms between two readings. */
const READ_MS = 5_000;

export interface DoneHere {
  /** Null until all of it was read once. */
  readonly changes: readonly DoneChange[] | null;
  /** Reads again; null: nothing failed. */
  readonly again: (() => void) | null;
}

interface Read {
  readonly mark: string;
  readonly changes: readonly DoneChange[];
}

/** Of these tasks alone: what happens in other places, or to other fields, reads nothing. */
export function useDone(space: string, works: readonly Work[]): DoneHere {
  const api = useKernel();
  const marks = useMemo(() => doneMarks(works), [works]);
  const [read, setRead] = useState<ReadonlyMap<string, Read>>(new Map());
  const [failed, setFailed] = useState(false);
  const [turn, setTurn] = useState(0);
  const last = useRef(0);
  const stale = useMemo(() => [...marks].filter(([fragment, mark]) => read.get(fragment)?.mark !== mark), [marks, read]);
  useEffect(() => {
    if (stale.length === 0) return;
    const timer = setTimeout(() => {
      last.current = Date.now();
      Promise.all(stale.map(async ([fragment, mark]) => [fragment, { mark, changes: doneChanges(await api.graph(space).history({ type: TASK, what: 'done', fragment })) }] as const)).then(
        (now) => (setFailed(false), setRead((before) => new Map([...before, ...now]))),
        () => setFailed(true),
      );
    }, Math.max(0, last.current + READ_MS - Date.now()));
    return () => clearTimeout(timer);
  }, [api, space, stale, turn]);
  const first = [...marks.keys()].every((fragment) => read.has(fragment));
  const changes = useMemo(() => (first ? [...read.values()].flatMap((one) => one.changes) : null), [first, read]);
  return { changes, again: failed ? () => (setFailed(false), (last.current = 0), setTurn(turn + 1)) : null };
}
