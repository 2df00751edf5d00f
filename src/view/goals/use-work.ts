/** The things of a goal, or of the whole space, and what one does with them. */
import { useMemo } from 'react';
import type { NodeView, Op, SpaceView } from '#os/api';
import { EVENT, GOAL, mayChangeTask, MILESTONE, RESOURCE, TASK, tickTask } from '#domain/goals';
import { blockedBy, goalNodeOf, meantDays, outsideTemplates, readResource, treeOf, worksIn, type Meant, type Resource, type Tree, type Work } from '#domain/goals/work';
import { errorText } from '#view/kit/error-words.ts';
import { useI18n } from '#view/kit/i18n.tsx';
import { useKernel, useNodes } from '#view/kit/kernel.tsx';
import { tickWith } from '#view/kit/tick.ts';
import { useToast } from '#view/kit/toast.tsx';
import { useGoals } from './use-goals.ts';
import { workOf } from './work-of.ts';

const QUERY = { type: [TASK, GOAL, MILESTONE, EVENT, RESOURCE] };

/** A goal of the rail has its title in the directory. */
const titled = (work: Work, titles: ReadonlyMap<string, string>): Work => (work.kind === 'goal' && titles.has(work.id) ? { ...work, title: titles.get(work.id)! } : work);

export interface WorkHere {
  /** All of the space: what a thing may wait for. */
  readonly all: ReadonlyMap<string, Work>;
  /** Those of the goal, without the goal itself. */
  readonly works: readonly Work[];
  readonly tree: Tree;
  /** What tasks may need. */
  readonly resources: ReadonlyMap<string, Resource>;
  readonly blocked: ReadonlyMap<string, number>;
  /** By which days things have to be done for what they are for. */
  readonly meant: ReadonlyMap<string, Meant>;
  readonly loaded: boolean;
  /** Others begin with this goal. */
  readonly template: boolean;
}

/** What there is: things of work, and what they may need. */
function readAll(nodes: Iterable<NodeView>, titles: ReadonlyMap<string, string>): { readonly there: Work[]; readonly resources: ReadonlyMap<string, Resource> } {
  const there: Work[] = [];
  const resources = new Map<string, Resource>();
  for (const node of nodes) {
    const work = workOf(node);
    const resource = work ? null : readResource(node);
    if (work && !work.deleted) there.push(titled(work, titles));
    if (resource && !resource.deleted) resources.set(resource.id, resource);
  }
  return { there, resources };
}

/** With a fragment: what stands in that goal, or says that it is part of it, at any depth. */
export function useWork(space: string, fragment: string | null): WorkHere {
  const { nodes, loaded } = useNodes(space, QUERY);
  const { goals } = useGoals(space);
  const titles = useMemo(() => new Map(goals.map((one) => [goalNodeOf(one.fragment), one.title])), [goals]);
  return useMemo(() => {
    const { there, resources } = readAll(nodes.values(), titles);
    const list = outsideTemplates(there, fragment);
    const tree = treeOf(list);
    const all = new Map<string, Work>();
    for (const work of list) all.set(work.id, work);
    return { all, works: fragment === null ? list.filter(({ kind }) => kind !== 'goal') : worksIn(list, tree, fragment), tree, blocked: blockedBy(list, all), meant: meantDays(all, tree), resources, loaded, template: fragment !== null && all.get(goalNodeOf(fragment))?.template === true };
  }, [nodes, titles, loaded, fragment]);
}

export interface WorkActs {
  may(work: Pick<Work, 'id' | 'fragment' | 'by' | 'deleted' | 'newer'>): boolean;
  /** Done; false when it was refused, which is said. */
  run(ops: Op[], fragment?: string): Promise<boolean>;
  /** Done, or not done after all; a task that comes again makes its next one. */
  tick(work: Work, done: boolean): Promise<boolean>;
  /** Does what ticks many at once, whole or not at all; then makes the next one of each that comes again, where it is let. */
  tickAll(works: readonly Work[], ops: Op[]): Promise<boolean>;
  /** Makes the next one of a task that was ticked where nobody knew that it comes again. */
  begin(work: Work): Promise<boolean>;
}

/** What this person may do with things here. */
export function useWorkActs(space: SpaceView): WorkActs {
  const api = useKernel();
  const toast = useToast();
  const { t } = useI18n();
  const me = api.identity.get()?.uid ?? '';
  return useMemo(() => {
    const graph = api.graph(space.id);
    const failed = (error: unknown): false => (toast({ text: errorText(t, error, 'goal.failed') }), false);
    const run: WorkActs['run'] = (ops, fragment) => (ops.length === 0 ? Promise.resolve(true) : graph.transact(ops, fragment ? { fragment } : {}).then(() => true, failed));
    const nextOf = async (work: Work): Promise<Op[]> => (await import('#view/kit/tick-again.ts')).nextOps(api, space.id, work);
    const begin = async (work: Work, before: Op[]): Promise<boolean> => {
      const next = await nextOf(work).catch((error: unknown) => (failed(error), []));
      return before.length === 0 ? run(next, work.fragment) : tickWith(api, { space: space.id, fragment: work.fragment }, before, next).then(() => true, failed);
    };
    return {
      may: (work) => mayChangeTask(space, work, me),
      run,
      tick: (work, done) => (done && !work.done && work.again !== null ? begin(work, tickTask(work.id, true)) : run(tickTask(work.id, done))),
      async tickAll(works, ops) {
        if (!(await run(ops))) return false;
        for (const work of works.filter(({ kind, done, again }) => kind === 'task' && !done && again !== null)) {
          await nextOf(work).then((next) => (next.length > 0 ? graph.transact(next, { fragment: work.fragment }) : null)).catch(() => null);
        }
        return true;
      },
      begin: (work) => begin(work, []),
    };
  }, [api, space, me, toast, t]);
}
