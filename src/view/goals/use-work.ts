/** The things of a goal, or of the whole space, and what one does with them. */
import { useMemo } from 'react';
import type { Op, SpaceView } from '#os/api';
import { EVENT, GOAL, mayChangeTask, MILESTONE, TASK } from '#domain/goals';
import { blockedBy, goalNodeOf, readWork, treeOf, type Tree, type Work } from '#domain/goals/work';
import { errorText } from '#view/kit/error-words.ts';
import { useI18n } from '#view/kit/i18n.tsx';
import { useKernel, useNodes } from '#view/kit/kernel.tsx';
import { useToast } from '#view/kit/toast.tsx';

const QUERY = { type: [TASK, GOAL, MILESTONE, EVENT] };

export interface WorkHere {
  /** All of the space: what a thing may wait for. */
  readonly all: ReadonlyMap<string, Work>;
  /** Those of the goal, without the goal itself. */
  readonly works: readonly Work[];
  readonly tree: Tree;
  readonly blocked: ReadonlyMap<string, number>;
  readonly loaded: boolean;
}

/** With a fragment: what stands in that goal, or says that it is part of it, at any depth. */
export function useWork(space: string, fragment: string | null): WorkHere {
  const { nodes, loaded } = useNodes(space, QUERY);
  return useMemo(() => {
    const list = [...nodes.values()].flatMap((node) => readWork(node) ?? []).filter(({ deleted }) => !deleted);
    const tree = treeOf(list);
    const all = new Map(list.map((work) => [work.id, work]));
    return { all, works: fragment === null ? list.filter(({ kind }) => kind !== 'goal') : below(tree, goalNodeOf(fragment), list, fragment), tree, blocked: blockedBy(list), loaded };
  }, [nodes, loaded, fragment]);
}

function below({ parts }: Tree, root: string, list: readonly Work[], fragment: string): Work[] {
  const found = new Set<string>();
  const open = [root];
  while (open.length > 0) {
    for (const one of parts.get(open.pop()!) ?? []) {
      found.add(one.id);
      open.push(one.id);
    }
  }
  // The node of the goal may not have come yet: what stands in its fragment is its own all the same.
  return list.filter((one) => one.id !== root && one.kind !== 'goal' && (found.has(one.id) || one.fragment === fragment));
}

export interface WorkActs {
  may(work: Pick<Work, 'id' | 'fragment' | 'by' | 'deleted' | 'newer'>): boolean;
  /** Done; false when it was refused, which is said. */
  run(ops: Op[], fragment?: string): Promise<boolean>;
}

/** What this person may do with things here. */
export function useWorkActs(space: SpaceView): WorkActs {
  const api = useKernel();
  const toast = useToast();
  const { t } = useI18n();
  const me = api.identity.get()?.uid ?? '';
  return useMemo(() => ({
    may: (work) => mayChangeTask(space, work, me),
    run: (ops, fragment) => (ops.length === 0 ? Promise.resolve(true) : api.graph(space.id).transact(ops, fragment ? { fragment } : {}).then(() => true, (error: unknown) => (toast({ text: errorText(t, error, 'goal.failed') }), false))),
  }), [api, space, me, toast, t]);
}
