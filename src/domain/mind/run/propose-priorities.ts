/** Priorities that the plan gives reasons for: those tasks whose own is another. The question of the planning engine comes as the text of the inputs, one for each thing. */
import type { AgentOutput, AgentRequest } from '#os/agents/output';
import { planOf, type PlanRequest } from '#domain/goals/planning';
import { item, limited } from './item.ts';

/** A thing as the page writes it: what it is called, its own priority, and its parts of the plan. */
export interface PlannedWork {
  readonly id: string;
  /** Empty: nothing is proposed for it. */
  readonly title: string;
  readonly priority: string;
  readonly tasks: PlanRequest['tasks'];
  readonly links: PlanRequest['links'];
  /** Minutes of work of a day. */
  readonly day: number;
}

export function proposePriorities({ inputs }: AgentRequest): AgentOutput {
  const works = inputs.map(({ text }) => JSON.parse(text) as PlannedWork);
  const answer = planOf({ tasks: works.flatMap(({ tasks }) => tasks), links: works.flatMap(({ links }) => links), demands: [], capacities: [], day: works[0]?.day ?? 480, seed: '', runs: 0, target: null });
  const place = new Map(works.map(({ id }, at) => [id, at]));
  return {
    kind: 'priorities',
    items: limited(answer.priorities.flatMap(({ task, level, reasons }) => {
      const at = place.get(task);
      if (at === undefined || works[at]!.title === '' || works[at]!.priority === level || reasons.length === 0) return [];
      return [item(works[at]!.title, [at], { label: level, why: reasons.map((one) => ('minutes' in one ? `${one.why}:${one.minutes}` : 'tasks' in one ? `${one.why}:${one.tasks}` : one.why)) })];
    })),
  };
}
