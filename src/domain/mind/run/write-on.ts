/** What a model of this device wrote when it went on from a page, as paragraphs. Text like any other: nothing in it is followed, and the page gets none of it before somebody accepts a proposal. */
import { oneLine } from '#domain/shared';
import type { AgentOutput, AgentRequest } from '#os/agents/output';
import { shownToModel } from '#domain/mind/prompt';
import { item } from './item.ts';

const PARAGRAPHS = 20;

export function writeOn({ inputs, written = '' }: AgentRequest): AgentOutput {
  const { places } = shownToModel(inputs);
  const paragraphs = written.split(/\n+/u).map(oneLine).filter((line) => /[\p{L}\p{N}]/u.test(line)).slice(0, PARAGRAPHS);
  return { kind: 'draft', items: paragraphs.map((line) => item(line, places.slice(-4), { why: ['wrote'] })) };
}
