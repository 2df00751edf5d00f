/** The trash of a space as rows: deleted pages, and tasks, milestones, events and resources that were deleted in pages, goals and channels; what lay in a deleted page stands below it. Pure. */
import type { NodeView, Op, SpaceView } from '#os/api';
import { mayRestoreDocument, readTrashed, restoreDocument } from '#domain/editor';
import { EVENT, MILESTONE, readTask, RESOURCE, restoreTask, TASK, type Task } from '#domain/goals';
import { mayRestoreTask } from '#domain/goals/words';
import { FRAGMENT, readDirectoryEntry, ROOT, type DirectoryEntry } from '#domain/shared';
import { plain } from '#view/kit/picker.tsx';

const THINGS = [TASK, MILESTONE, EVENT, RESOURCE];
/** What is asked of a space: its directory, and the things, with the deleted ones. */
export const TRASHED = { directory: { type: FRAGMENT, fragment: ROOT, include: { deleted: true } }, things: { type: THINGS, include: { deleted: true } } };

interface Row {
  /** The node that was deleted. */
  readonly node: string;
  readonly title: string;
  /** ms of its last change: its deletion, but for what somebody changed in the trash. */
  readonly at: number;
}
export interface PageRow extends Row {
  readonly kind: 'page';
  readonly entry: DirectoryEntry;
  readonly madeBy: string | null;
  /** Deleted things of the page, the newest first. */
  readonly inside: readonly TaskRow[];
}
/** A task or what is like one, or a resource. */
export interface TaskRow extends Row {
  readonly kind: 'task';
  readonly icon: 'task' | 'resource';
  readonly task: Task;
  /** The page, goal or channel it was deleted in; of a page that lies in the trash too, its row says the rest. */
  readonly page: DirectoryEntry;
  readonly gone: boolean;
}
export type TrashRow = PageRow | TaskRow;

const newest = (a: Row, b: Row): number => b.at - a.at || (a.node < b.node ? -1 : 1);

/** Of a thing that lies here; null for every other node. */
const taskOf = (node: NodeView): Task | null => (THINGS.includes(node.type) ? readTask({ ...node, type: TASK }) : null);

/** The rows, the newest first. `directory` and `things`: nodes with the deleted ones. A page that stands in the list under another entry is not gone. */
export function trashRows(directory: Iterable<NodeView>, things: Iterable<NodeView>): TrashRow[] {
  const [live, gone] = [new Map<string, DirectoryEntry>(), new Map<string, { entry: DirectoryEntry; node: NodeView; inside: TaskRow[] }>()];
  for (const node of directory) {
    const [here, away] = [readDirectoryEntry(node), readTrashed(node)];
    if (here) live.set(here.fragment, here);
    const known = away && gone.get(away.fragment);
    // Of several entries of one page the last that was deleted stands for it.
    if (away && (!known || known.node.updatedAt < node.updatedAt)) gone.set(away.fragment, { entry: away, node, inside: [] });
  }
  for (const fragment of live.keys()) gone.delete(fragment);
  const rows: TrashRow[] = [];
  for (const node of things) {
    const task = node.deleted ? taskOf(node) : null;
    const away = task && gone.get(task.fragment);
    const page = task && (away?.entry ?? live.get(task.fragment));
    if (!task || !page) continue;
    (away?.inside ?? rows).push({ kind: 'task', icon: node.type === RESOURCE ? 'resource' : 'task', node: node.id, title: task.title, at: node.updatedAt, task, page, gone: away !== undefined && away !== null });
  }
  for (const { entry, node, inside } of gone.values()) rows.push({ kind: 'page', node: node.id, title: entry.title, at: node.updatedAt, entry, madeBy: node.createdBy, inside: inside.sort(newest) });
  return rows.sort(newest);
}

/** Rows whose title has the words, with all that lay in them; else those in which something is called so, with that alone. */
export function findRows(rows: readonly TrashRow[], words: string): readonly TrashRow[] {
  const wanted = plain(words.trim());
  if (wanted === '') return rows;
  const has = ({ title }: Row): boolean => plain(title).includes(wanted);
  return rows.flatMap((row): TrashRow[] => {
    if (has(row)) return [row];
    const inside = row.kind === 'page' ? row.inside.filter(has) : [];
    return row.kind === 'page' && inside.length > 0 ? [{ ...row, inside }] : [];
  });
}

/** Brings it back where it was; a task of a page that is gone comes with its page, in one act. */
export function restoreOps(row: TrashRow): Op[] {
  return row.kind === 'page' ? restoreDocument(row.entry) : [...(row.gone ? restoreDocument(row.page) : []), ...restoreTask(row.task.id)];
}

/** May this person bring it back? `pages`: may they bring back the page it lay in. */
export function mayRestore(space: SpaceView, row: TrashRow, me: string, pages = true): boolean {
  return row.kind === 'page' ? mayRestoreDocument(space, row.entry, row.madeBy, me) : mayRestoreTask(space, row.task, me) && (!row.gone || pages);
}
