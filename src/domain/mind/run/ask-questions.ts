/** Questions that a page answers: its own sentences with a gap. What becomes a card is a person's word. */
import type { Steps } from '#base/steps';
import type { AgentOutput, AgentRequest } from '#os/agents/output';
import { questionSteps } from '#domain/mind/text';
import { item, limited } from './item.ts';

export function* askQuestions({ inputs }: AgentRequest): Steps<AgentOutput> {
  const found = yield* questionSteps(inputs.map(({ text }) => text));
  return { kind: 'questions', items: limited(found.map(({ ask, answer, why, source }) => item(ask, [source], { label: answer, why: [why] }))) };
}
