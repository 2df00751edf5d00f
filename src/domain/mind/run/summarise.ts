/** Summary of a thread or a document: its own sentences, those that say most, each with where it stands. */
import type { Steps } from '#base/steps';
import type { AgentOutput, AgentRequest } from '#os/agents/output';
import { linesFor, sentenceSteps, summarySteps } from '#domain/mind/text';
import { item } from './item.ts';

export function* summarise({ inputs }: AgentRequest): Steps<AgentOutput> {
  const sentences = yield* sentenceSteps(inputs.map(({ text }) => text));
  return { kind: 'summary', items: (yield* summarySteps(sentences, linesFor(sentences.length))).map(({ text, source }) => item(text, [source])) };
}
