/** The title of an entry about a goal of the rail: it lies in the directory of its space. */
import type { Entry } from '#domain/hub';
import { FRAGMENT, readDirectoryEntry, ROOT } from '#domain/shared';
import { useNodes } from '#view/kit/kernel.tsx';

/** Null: the entry has a title itself, or that is not known yet. */
export function useGoalTitle({ title, leads, space, fragment }: Pick<Entry, 'title' | 'leads' | 'space' | 'fragment'>): string | null {
  const { nodes } = useNodes(title === '' && leads ? space : null, { type: FRAGMENT, fragment: ROOT, where: { fragment } });
  const [node] = nodes.values();
  return node ? (readDirectoryEntry(node)?.title ?? null) : null;
}
