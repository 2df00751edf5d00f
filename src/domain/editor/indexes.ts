/** Lists of documents. */
import type { NodeView } from '#os/api';
import type { DirectoryEntry } from '#domain/shared';
import { readDocument } from './schema.ts';

/** The documents among directory nodes, the newest first. */
export function documentsOf(nodes: Iterable<NodeView>): DirectoryEntry[] {
  return [...nodes].flatMap((node) => readDocument(node) ?? []).sort((a, b) => (a.stamp > b.stamp ? -1 : 1));
}
