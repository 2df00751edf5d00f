/** What each message is, why, and whom it is for: what asks for something, asks, or decides. What is only told stands in no list. */
import type { AgentOutput, AgentRequest } from '#os/agents/output';
import { classify, findEntities, findTasks } from '#domain/mind/text';
import { beginning, item, limited } from './item.ts';

export function classifyAll({ inputs, people, today }: AgentRequest): AgentOutput {
  const told = inputs.flatMap(({ text, by }, at) => {
    const { kind, why } = classify(text, today);
    if (kind === 'info') return [];
    // A task has the person and the day of its sentence; a question is for whom it names.
    const [task] = kind === 'task' ? findTasks(text, { by, people, today }) : [];
    const named = kind === 'question' ? findEntities(text, people, today).find((one) => one.kind === 'person' && one.value !== by) : undefined;
    return [item(beginning(text), [at], { label: kind, why: why.slice(0, 4), person: task?.person ?? named?.value ?? null, day: task?.day ?? null })];
  });
  return { kind: 'labels', items: limited(told) };
}
