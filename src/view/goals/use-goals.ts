/** The goals of a space. */
import { useMemo } from 'react';
import { GOAL, goalsOf } from '#domain/goals';
import { FRAGMENT, ROOT, type DirectoryEntry } from '#domain/shared';
import { useNodes } from '#view/kit/kernel.tsx';

/** By title, kept up to date. */
export function useGoals(space: string): { goals: DirectoryEntry[]; loaded: boolean } {
  const { nodes, loaded } = useNodes(space, { type: FRAGMENT, fragment: ROOT, where: { type: GOAL } });
  return { goals: useMemo(() => goalsOf(nodes.values()), [nodes]), loaded };
}
