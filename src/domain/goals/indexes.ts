/** Lists of tasks and goals. */
import type { NodeView } from '#os/api';
import { readDirectoryEntry, type DirectoryEntry } from '#domain/shared';
import { GOAL, readTask, type TaskSource } from './schema.ts';

const keyOf = ({ node, block }: TaskSource): string => (block === null ? node : `${node}/${block}`);

/** The nodes of tasks by what they were made from (a node, or node/block), the oldest first. */
export function tasksBySource(nodes: Iterable<NodeView>): Map<string, NodeView[]> {
  const out = new Map<string, NodeView[]>();
  for (const node of [...nodes].sort((a, b) => (a.stamp < b.stamp ? -1 : 1))) {
    const task = readTask(node);
    if (!task?.source || task.deleted) continue;
    const key = keyOf(task.source);
    const known = out.get(key);
    if (known) known.push(node);
    else out.set(key, [node]);
  }
  return out;
}

/** The goals of a space, by title. */
export const goalsOf = (nodes: Iterable<NodeView>): DirectoryEntry[] =>
  [...nodes].flatMap((node) => readDirectoryEntry(node) ?? []).filter(({ type }) => type === GOAL).sort((a, b) => a.title.localeCompare(b.title));
