/** An item of an answer; what is not said is left empty. */
import { cutText } from '#base/plain-text';
import { AGENT_LIMITS } from '#os/limits';
import type { AgentItem } from '#os/agents/output';

/** Letters of a piece that are shown to tell it from others. */
const TELLS = 160;

export const item = (text: string, sources: readonly number[], more: Partial<AgentItem> = {}): AgentItem => ({ text, sources: sources.slice(0, AGENT_LIMITS.sources), label: null, day: null, person: null, why: [], ...more });

/** The beginning of a piece, as one line. */
export function beginning(text: string): string {
  const line = text.replace(/\s+/gu, ' ').trim();
  return line.length > TELLS ? `${cutText(line, TELLS - 1)}…` : line;
}

/** So many items and no more. */
export const limited = (items: readonly AgentItem[]): readonly AgentItem[] => items.slice(0, AGENT_LIMITS.items);
