/** Questions that a page answers: its own sentences with a gap. What becomes a card is a person's word. */
import type { AgentOutput, AgentRequest } from '#os/agents/output';
import { questionsOf } from '#domain/mind/text';
import { item, limited } from './item.ts';

export const askQuestions = ({ inputs }: AgentRequest): AgentOutput => ({ kind: 'questions', items: limited(questionsOf(inputs.map(({ text }) => text)).map(({ ask, answer, why, source }) => item(ask, [source], { label: answer, why: [why] }))) });
