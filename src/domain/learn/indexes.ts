/** Lists of courses. */
import type { NodeView } from '#os/api';
import { readDirectoryEntry, type DirectoryEntry } from '#domain/shared';
import { COURSE } from './schema.ts';

/** The courses of a space, by title. */
export const coursesOf = (nodes: Iterable<NodeView>): DirectoryEntry[] =>
  [...nodes].flatMap((node) => readDirectoryEntry(node) ?? []).filter(({ type }) => type === COURSE).sort((a, b) => a.title.localeCompare(b.title));
