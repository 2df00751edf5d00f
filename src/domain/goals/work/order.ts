/** Which things a view shows, and in which order: one set, the same filters and order in each view. */
import { answers, type Asked } from './columns.ts';
import { PRIORITIES, STATUSES, type Priority, type Status, type Work } from './things.ts';

export interface Filter {
  readonly text?: string;
  readonly assignee?: string | null;
  readonly label?: string;
  readonly priority?: Priority;
  /** Only what has to be done by this day, and is not. */
  readonly due?: string;
  /** What a property says. */
  readonly property?: Asked;
}

const plain = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** Does a thing pass? */
export function passes(work: Work, { text, assignee, label, priority, due, property }: Filter): boolean {
  if (text && !plain(work.title).includes(plain(text))) return false;
  if (assignee !== undefined && work.assignee !== assignee && !(assignee !== null && work.helpers.includes(assignee))) return false;
  if (label !== undefined && !work.labels.includes(label)) return false;
  if (priority !== undefined && work.priority !== priority) return false;
  if (property !== undefined && !answers(work, property)) return false;
  return due === undefined || (!work.done && work.due !== null && work.due <= due);
}

/** Asked for each of many pairs. */
const RANK = Object.fromEntries(PRIORITIES.map((priority, at) => [priority, at])) as Readonly<Record<Priority, number>>;
const text = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** By hand where somebody placed it, then by priority, the day it is due, and age; what is done, the latest first. */
export function inOrder(a: Work, b: Work): number {
  if (a.ord !== null || b.ord !== null) return a.ord === null ? 1 : b.ord === null ? -1 : text(a.ord, b.ord) || text(a.id, b.id);
  return RANK[a.priority] - RANK[b.priority] || text(a.due ?? '9', b.due ?? '9') || text(a.stamp, b.stamp);
}

/** More that are new than one of so many, and all are put in order. */
const FEW = 8;

/** In their order; `before`: as they stood last. Of thousands one changes at a time: what is the same object keeps its place, and only what is new is put in. */
export function inOrderAgain(before: readonly Work[], works: readonly Work[]): Work[] {
  const fresh = new Set(works);
  const kept = before.filter((work) => fresh.delete(work));
  if (fresh.size * FEW > works.length) return [...works].sort(inOrder);
  const out: Work[] = [];
  let at = 0;
  for (const work of [...fresh].sort(inOrder)) {
    while (at < kept.length && inOrder(kept[at]!, work) <= 0) out.push(kept[at++]!);
    out.push(work);
  }
  while (at < kept.length) out.push(kept[at++]!);
  return out;
}

/** The columns of a board and the groups of a list, of things that are in order. */
export function byStatus(works: readonly Work[]): ReadonlyMap<Status, readonly Work[]> {
  const out = new Map<Status, Work[]>(STATUSES.map((status) => [status, []]));
  for (const work of works) out.get(work.status)!.push(work);
  return out;
}

/** Neighbours of the same fragment around a place in a column: a place by hand is one among those. */
export function neighbours(column: readonly Work[], moved: Pick<Work, 'id' | 'fragment'>, at: number): { before?: string; after?: string } {
  const same = (one: Work): boolean => one.fragment === moved.fragment && one.id !== moved.id && one.ord !== null;
  const after = column.slice(0, at).filter(same).at(-1)?.id;
  const before = column.slice(at).find(same)?.id;
  return { ...(before ? { before } : {}), ...(after ? { after } : {}) };
}
