/** Summary of a thread or a document: its own sentences, those that say most, each with where it stands. */
import type { AgentOutput, AgentRequest } from '#os/agents/output';
import { linesFor, sentencesOf, summaryOf } from '#domain/mind/text';
import { item } from './item.ts';

export function summarise({ inputs }: AgentRequest): AgentOutput {
  const sentences = sentencesOf(inputs.map(({ text }) => text));
  return { kind: 'summary', items: summaryOf(sentences, linesFor(sentences.length)).map(({ text, source }) => item(text, [source])) };
}
