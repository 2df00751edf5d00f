/** Other days for tasks that cannot keep theirs: later ends where the plan comes out later, later beginnings where a person would do two things at once. The question of the planning engine comes as for priorities. */
import type { AgentItem, AgentOutput, AgentRequest } from '#os/agents/output';
import { planOf, WORK_WEEK, workTime, type PlanRequest } from '#domain/goals/planning';
import { item, limited } from './item.ts';
import type { PlannedWork } from './propose-priorities.ts';

/** A thing with what else the engine has to know for days. */
export interface DatedWork extends PlannedWork {
  readonly demands: PlanRequest['demands'];
  /** It is under way: its beginning is not moved. */
  readonly begun: boolean;
  readonly due: string | null;
}

export function proposeDays({ inputs, today }: AgentRequest): AgentOutput {
  const works = inputs.map(({ text }) => JSON.parse(text) as DatedWork);
  const answer = planOf({ tasks: works.flatMap(({ tasks }) => tasks), links: works.flatMap(({ links }) => links), demands: works.flatMap(({ demands }) => demands), capacities: [], day: works[0]?.day ?? WORK_WEEK.minutes, seed: '', runs: 0, target: null });
  const time = workTime(WORK_WEEK, today);
  const moves = new Map((answer.levelling?.moves ?? []).map((move) => [move.task, move]));
  const planned = new Map(answer.tasks.map((task) => [task.id, task]));
  const waits = (id: string): number => works.flatMap(({ links }) => links).filter(({ to }) => to === id).length;
  return {
    kind: 'days',
    items: limited(works.flatMap(({ id, title, due, begun }, at): AgentItem[] => {
      const [plan, move] = [planned.get(id), moves.get(id)];
      if (title === '' || !plan) return [];
      const [start, length] = [move && !begun ? move.to : plan.start, plan.finish - plan.start];
      const [from, to] = [time.startDay(plan.start), time.startDay(start)];
      const end = time.endDay(start + length);
      const late = due === null ? 0 : start + length - time.end(due);
      return [
        ...(from === to ? [] : [item(title, [at], { label: 'start', day: to, person: move?.resource ?? null, why: ['busy'] })]),
        ...(due === null || late <= 0 || end <= due ? [] : [item(title, [at], { label: 'due', day: end, why: [`late:${late}`, ...(waits(id) > 0 ? [`waits:${waits(id)}`] : [])] })]),
      ];
    })),
  };
}
