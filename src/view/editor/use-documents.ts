/** The documents of a space. */
import { useMemo } from 'react';
import { DOCUMENT, documentsOf, isTemplate } from '#domain/editor/manifest';
import { FRAGMENT, ROOT, type DirectoryEntry } from '#domain/shared';
import { useNodes } from '#view/kit/kernel.tsx';

/** The newest first, kept up to date. */
export function useDocuments(space: string): { documents: DirectoryEntry[]; loaded: boolean } {
  const { nodes, loaded } = useNodes(space, { type: FRAGMENT, fragment: ROOT, where: { type: DOCUMENT } });
  return { documents: useMemo(() => documentsOf(nodes.values()), [nodes]), loaded };
}

/** Fragments of those that others begin with. */
export function useTemplates(space: string): ReadonlySet<string> {
  const { nodes } = useNodes(space, TEMPLATES);
  return useMemo(() => new Set([...nodes.values()].filter(isTemplate).map(({ fragment }) => fragment)), [nodes]);
}

const TEMPLATES = { type: DOCUMENT, where: { template: true } };
