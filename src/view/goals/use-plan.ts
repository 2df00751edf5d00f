/** The plan of what is shown, computed in a worker of its own; the last answer stays until the next one is there. */
import { useEffect, useState } from 'react';
import { WORK_WEEK, workTime, type PlanAnswer, type PlanRequest, type WorkTime } from '#domain/goals/planning';
import { planOfWorks, withFirst, type PlanQuestion, type Work } from '#domain/goals/work';
import { useOwnWorker } from '#view/kit/own-worker.ts';
import { today } from '#view/kit/today.ts';

/** Changes that come together are one question, ms. */
const GATHER_MS = 120;

export interface PlanHere {
  readonly asked: PlanQuestion;
  readonly answer: PlanAnswer;
  readonly time: WorkTime;
  readonly today: string;
}

/** Null until the first answer, and where the engine did not come: everything else works without it. */
export function usePlan(works: readonly Work[], all: ReadonlyMap<string, Work>, seed: string, target: string | null): PlanHere | null {
  const day = today();
  const [here, setHere] = useState<PlanHere | null>(null);
  const ask = useOwnWorker<{ no: number; answer: PlanAnswer }>(() => new Worker(new URL('../../../workers/plan.worker.ts', import.meta.url), { type: 'module', name: 'plan' }));
  useEffect(() => {
    const timer = setTimeout(() => {
      // Not while the change itself is drawn: of thousands of things it takes longer than a frame.
      const asked = planOfWorks(withFirst(works, all), { calendar: WORK_WEEK, today: day, seed, target });
      const { dangling: _, ...request } = asked;
      ask({ request: request satisfies PlanRequest }, ({ answer }) => setHere({ asked, answer, time: workTime(WORK_WEEK, day), today: day }));
    }, GATHER_MS);
    return () => clearTimeout(timer);
  }, [works, all, day, seed, target, ask]);
  return here;
}
