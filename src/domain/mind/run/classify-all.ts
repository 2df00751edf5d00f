/** What each message is, why, and whom it is for: what asks for something, asks, or decides. What is only told stands in no list. */
import type { Steps } from '#base/steps';
import type { AgentItem, AgentOutput, AgentRequest } from '#os/agents/output';
import { classify, findEntities, taskSteps } from '#domain/mind/text';
import { beginning, item, limited } from './item.ts';

export function* classifyAll({ inputs, people, today }: AgentRequest): Steps<AgentOutput> {
  const told: AgentItem[] = [];
  for (const [at, { text, by }] of inputs.entries()) {
    yield;
    const { kind, why } = classify(text, today);
    if (kind === 'info') continue;
    // A task has the person and the day of its sentence; a question is for whom it names.
    const [task] = kind === 'task' ? yield* taskSteps(text, { by, people, today }) : [];
    const named = kind === 'question' ? findEntities(text, people, today).find((one) => one.kind === 'person' && one.value !== by) : undefined;
    told.push(item(beginning(text), [at], { label: kind, why: why.slice(0, 4), person: task?.person ?? named?.value ?? null, day: task?.day ?? null }));
  }
  return { kind: 'labels', items: limited(told) };
}
