/** Slips of writing in a page, paragraph by paragraph, as they would stand mended. The page keeps its words until somebody accepts a proposal. */
import type { Steps } from '#base/steps';
import type { AgentItem, AgentOutput, AgentRequest } from '#os/agents/output';
import { mended, slipsOf } from '#domain/mind/tidy';
import { item, limited } from './item.ts';

export function* proposeEdits({ inputs }: AgentRequest): Steps<AgentOutput> {
  const items: AgentItem[] = [];
  for (const [at, { text }] of inputs.entries()) {
    yield;
    const slips = slipsOf(text);
    if (slips.length > 0) items.push(item(mended(text, slips), [at], { why: [...new Set(slips.map(({ code }) => `slip-${code}`))] }));
  }
  return { kind: 'edits', items: limited(items) };
}
