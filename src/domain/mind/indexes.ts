/** Lists of what agents made. */
import type { NodeView } from '#os/api';
import { readResult, type Result } from './schema.ts';

/** Results out of nodes, the newest first; dismissed ones are left out. */
export const resultsOf = (nodes: Iterable<NodeView>): Result[] => [...nodes].flatMap((node) => readResult(node) ?? []).filter(({ deleted }) => !deleted).sort((a, b) => b.at - a.at || (a.id < b.id ? -1 : 1));

/** The newest answer of each agent; runs that came to nothing stand in the log only. */
export function newestOf(results: readonly Result[]): Result[] {
  const seen = new Set<string>();
  return results.filter(({ agent, fault }) => fault === null && !seen.has(agent) && seen.add(agent));
}
