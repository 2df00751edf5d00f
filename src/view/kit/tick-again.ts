/** The next one of a task that comes again; loaded with the first tick of one. */
import type { LifegraphApi, Op } from '#os/api';
import { beginNext, nextOf } from '#domain/goals/again';
import type { Work } from '#domain/goals/work';
import { today } from '#view/kit/today.ts';

/** What makes it; nothing where it is there. One that was deleted is there too: it was given up, and is not made anew. */
export async function nextOps(api: LifegraphApi, space: string, work: Work): Promise<Op[]> {
  const next = nextOf(work, today());
  if (next === null) return [];
  const known = (await api.graph(space).get(next.id)).state === 'here';
  return beginNext(work, today(), () => known);
}
