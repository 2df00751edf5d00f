/** The documents of a space. */
import { useMemo } from 'react';
import { DOCUMENT, documentsOf } from '#domain/editor';
import { FRAGMENT, ROOT, type DirectoryEntry } from '#domain/shared';
import { useNodes } from '#view/kit/kernel.tsx';

/** The newest first, kept up to date. */
export function useDocuments(space: string): { documents: DirectoryEntry[]; loaded: boolean } {
  const { nodes, loaded } = useNodes(space, { type: FRAGMENT, fragment: ROOT, where: { type: DOCUMENT } });
  return { documents: useMemo(() => documentsOf(nodes.values()), [nodes]), loaded };
}
