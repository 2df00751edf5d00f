/** Lists of courses. */
import type { NodeView } from '#os/api';
import { readDirectoryEntry, type DirectoryEntry } from '#domain/shared';
import { COURSE } from './schema.ts';

/** Of these courses those whose own node is among the nodes: what they say of themselves is told apart from their titles. */
export function withNodes(courses: readonly DirectoryEntry[], nodes: Iterable<NodeView>): DirectoryEntry[] {
  const own = new Set<string>();
  for (const { type, fragment, deleted } of nodes) if (type === COURSE && !deleted) own.add(fragment);
  return courses.filter(({ fragment }) => own.has(fragment));
}

/** The courses of a space, by title. */
export const coursesOf = (nodes: Iterable<NodeView>): DirectoryEntry[] =>
  [...nodes].flatMap((node) => readDirectoryEntry(node) ?? []).filter(({ type }) => type === COURSE).sort((a, b) => a.title.localeCompare(b.title));
