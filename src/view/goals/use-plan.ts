/** The plan of what is shown, computed in a worker of its own; the last answer stays until the next one is there. */
import { useCallback, useEffect, useState } from 'react';
import { WORK_WEEK, workTime, type PlanAnswer, type PlanRequest, type WorkTime } from '#domain/goals/planning';
import { planOfWorks, withFirst, type Meant, type PlanQuestion, type Resource, type Work } from '#domain/goals/work';
import { useOwnWorker } from '#view/kit/own-worker.ts';
import { today } from '#view/kit/today.ts';

/** Changes that come together are one question, ms. */
const GATHER_MS = 120;
/** So long at most a question waits for a page that has something else to do, ms, and no longer than one for each thing: of thousands it takes longer than a frame to put, of a few it is put at once. */
const BUSY_MS = 1_000;

/** Runs an act about so many things when changes have come together and the page has nothing to do; answers with what stops that. */
function inQuiet(things: number, act: () => void): () => void {
  let idle = 0;
  const timer = setTimeout(() => {
    if (typeof requestIdleCallback === 'function') idle = requestIdleCallback(act, { timeout: Math.max(1, Math.min(BUSY_MS, things)) });
    else act();
  }, GATHER_MS);
  return () => {
    clearTimeout(timer);
    if (idle !== 0) cancelIdleCallback(idle);
  };
}

export interface PlanHere {
  readonly asked: PlanQuestion;
  readonly answer: PlanAnswer;
  readonly time: WorkTime;
  readonly today: string;
  /** By which days things have to be done for what they are for; left out: nothing is for anything. */
  readonly meant?: ReadonlyMap<string, Meant>;
}

export interface PlanState {
  /** Null until the first answer, and where the engine did not come: everything else works without it. */
  readonly plan: PlanHere | null;
  /** Asks again; null: nothing failed. */
  readonly again: (() => void) | null;
}

/** The plan; `resources` are all of the space, whatever they are asked for elsewhere. */
export function usePlan(works: readonly Work[], { all, resources, meant }: { all: ReadonlyMap<string, Work>; resources: ReadonlyMap<string, Resource>; meant: ReadonlyMap<string, Meant> }, seed: string, target: string | null): PlanState {
  const day = today();
  const [plan, setPlan] = useState<PlanHere | null>(null);
  const [failed, setFailed] = useState(false);
  const [turn, setTurn] = useState(0);
  const ask = useOwnWorker<{ no: number; answer: PlanAnswer }>(() => new Worker(new URL('../../../workers/plan.worker.ts', import.meta.url), { type: 'module', name: 'plan' }));
  useEffect(() => {
    return inQuiet(works.length, () => {
      const asked = planOfWorks(withFirst(works, all), { calendar: WORK_WEEK, today: day, seed, target, resources, meant });
      const { dangling: _, ...request } = asked;
      ask({ request: request satisfies PlanRequest }, ({ answer }) => (setFailed(false), setPlan({ asked, answer, time: workTime(WORK_WEEK, day), today: day, meant })), () => setFailed(true));
    });
  }, [works, all, resources, meant, day, seed, target, ask, turn]);
  const again = useCallback(() => (setFailed(false), setTurn((before) => before + 1)), []);
  return { plan, again: failed ? again : null };
}
