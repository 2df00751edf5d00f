/** What each message is, and why: what asks for something, asks, or decides. What is only told stands in no list. */
import type { AgentOutput, AgentRequest } from '#os/agents/output';
import { classify } from '#domain/mind/text';
import { beginning, item, limited } from './item.ts';

export function classifyAll({ inputs, today }: AgentRequest): AgentOutput {
  const told = inputs.flatMap(({ text }, at) => {
    const { kind, why } = classify(text, today);
    return kind === 'info' ? [] : [item(beginning(text), [at], { label: kind, why: why.slice(0, 4) })];
  });
  return { kind: 'labels', items: limited(told) };
}
