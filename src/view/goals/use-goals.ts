/** The goals of a space. */
import { useMemo } from 'react';
import { GOAL, goalsOf, isGoalTemplate } from '#domain/goals';
import { FRAGMENT, ROOT, type DirectoryEntry } from '#domain/shared';
import { useNodes } from '#view/kit/kernel.tsx';

/** By title, kept up to date. */
export function useGoals(space: string): { goals: DirectoryEntry[]; loaded: boolean } {
  const { nodes, loaded } = useNodes(space, { type: FRAGMENT, fragment: ROOT, where: { type: GOAL } });
  return { goals: useMemo(() => goalsOf(nodes.values()), [nodes]), loaded };
}

const TEMPLATES = { type: GOAL, where: { template: true } };

/** Goals that others begin with, by title. */
export function useGoalTemplates(space: string): DirectoryEntry[] {
  const { goals } = useGoals(space);
  const { nodes } = useNodes(space, TEMPLATES);
  return useMemo(() => {
    const of = new Set([...nodes.values()].filter(isGoalTemplate).map(({ fragment }) => fragment));
    return goals.filter(({ fragment }) => of.has(fragment));
  }, [goals, nodes]);
}
