import { EVENT, GOAL, MILESTONE, TASK } from '#domain/goals';
import { readWork, type Work } from '#domain/goals/work';
import type { SimTab } from './sim-world.ts';

/** Tasks, goals, milestones and events of a space, by id, as a tab has them. */
export const worksOf = async (tab: SimTab, space: string): Promise<Map<string, Work>> =>
  new Map((await tab.api.graph(space).query({ type: [TASK, GOAL, MILESTONE, EVENT] })).flatMap((node) => readWork(node) ?? []).map((work) => [work.id, work]));
