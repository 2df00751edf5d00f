/** Whom and what texts name, each once with everywhere it stands. */
import type { Steps } from '#base/steps';
import type { AgentOutput, AgentRequest } from '#os/agents/output';
import { findEntities, type EntityKind } from '#domain/mind/text';
import { item, limited } from './item.ts';

interface Named {
  readonly text: string;
  readonly kind: EntityKind;
  readonly value: string | null;
  readonly sources: number[];
}

export function* nameAll({ inputs, people, today }: AgentRequest): Steps<AgentOutput> {
  const all = new Map<string, Named>();
  for (const [at, { text }] of inputs.entries()) {
    yield;
    for (const { kind, text: words, value } of findEntities(text, people, today)) {
      const key = `${kind} ${value ?? words.toLowerCase()}`;
      const known = all.get(key) ?? { text: words, kind, value, sources: [] };
      all.set(key, known);
      if (known.sources.at(-1) !== at) known.sources.push(at);
    }
  }
  const order = [...all.values()].sort((a, b) => b.sources.length - a.sources.length);
  return { kind: 'entities', items: limited(order.map(({ text, kind, value, sources }) => item(text, sources, { label: kind, ...(kind === 'day' ? { day: value } : kind === 'person' ? { person: value } : {}) }))) };
}
