/** Entry of the plan worker: critical path and forecast away from the page. Wiring only. */
import { planOf, type PlanRequest } from '#domain/goals/planning';

addEventListener('message', ({ data }: MessageEvent<{ no: number; request: PlanRequest }>) => postMessage({ no: data.no, answer: planOf(data.request) }));
