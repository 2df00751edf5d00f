/** Tasks that texts ask for, each once, with their day and who is spoken to. Nothing is made of one before the person says so. */
import type { Steps } from '#base/steps';
import type { AgentItem, AgentOutput, AgentRequest } from '#os/agents/output';
import { taskSteps } from '#domain/mind/text';
import { item, limited } from './item.ts';

export function* extractTasks({ inputs, people, today }: AgentRequest): Steps<AgentOutput> {
  const found = new Map<string, AgentItem>();
  for (const [at, { text, by }] of inputs.entries()) {
    for (const { title, day, person, why } of yield* taskSteps(text, { by, people, today })) {
      const key = title.toLowerCase();
      const known = found.get(key);
      found.set(key, known ? { ...known, sources: item('', [...known.sources, at]).sources } : item(title, [at], { day, person, why: why.slice(0, 4) }));
    }
  }
  return { kind: 'tasks', items: limited([...found.values()]) };
}
