/** Slips of writing in a page, paragraph by paragraph, as they would stand mended. The page keeps its words until somebody accepts a proposal. */
import type { AgentOutput, AgentRequest } from '#os/agents/output';
import { mended, slipsOf } from '#domain/mind/tidy';
import { item, limited } from './item.ts';

export function proposeEdits({ inputs }: AgentRequest): AgentOutput {
  return {
    kind: 'edits',
    items: limited(inputs.flatMap(({ text }, at) => {
      const slips = slipsOf(text);
      return slips.length === 0 ? [] : [item(mended(text, slips), [at], { why: [...new Set(slips.map(({ code }) => `slip-${code}`))] })];
    })),
  };
}
