/**
 * The trash of a space as rows: deleted pages, courses and decks; tasks, milestones, events and resources that were deleted in pages, goals and channels; modules,
 * steps, questions and cards; what lay in something that was deleted stands below it. Pure.
 */
import type { NodeView, Op, Query, SpaceView } from '#os/api';
import { deleteDocument, mayRestoreDocument, readTrashed, restoreDocument } from '#domain/editor';
import { deleteTask, EVENT, MILESTONE, readTask, RESOURCE, restoreTask, TASK, type Task } from '#domain/goals';
import { mayRestoreTask } from '#domain/goals/words';
import { deleteGone, deleteWhole, goneWhole, gonePart, LEARN_PARTS, LEARN_WHOLES, mayMoveWhole, mayRestorePart, restoreGone, restoreWhole, type GonePart } from '#domain/learn/gone';
import { FRAGMENT, readDirectoryEntry, ROOT, type DirectoryEntry } from '#domain/shared';
import { plain } from '#view/kit/picker.tsx';

const THINGS = [TASK, MILESTONE, EVENT, RESOURCE];
/** What is asked of a space: its directory with the deleted entries, and the things that were deleted. */
export const TRASHED = { directory: { type: FRAGMENT, fragment: ROOT, include: { deleted: true } }, things: { type: [...THINGS, ...LEARN_PARTS], include: { deleted: 'only' } } } satisfies Record<string, Query>;

interface Row {
  /** The node that was deleted. */
  readonly node: string;
  readonly title: string;
  /** ms of its last change: its deletion, but for what somebody changed in the trash. */
  readonly at: number;
}
export interface PageRow extends Row {
  readonly kind: 'page';
  readonly of: 'document' | 'learn';
  readonly entry: DirectoryEntry;
  readonly madeBy: string | null;
  /** Deleted things of it, the newest first. */
  readonly inside: readonly ThingRow[];
}
interface Inside extends Row {
  /** The page, goal, channel, course or deck it was deleted in; of one that lies in the trash too, its row says the rest. */
  readonly page: DirectoryEntry;
  readonly gone: boolean;
}
/** A task or what is like one, or a resource. */
export interface TaskRow extends Inside {
  readonly kind: 'task';
  readonly icon: 'task' | 'resource';
  readonly task: Task;
}
/** A part of a course or a deck. */
export interface PartRow extends Inside {
  readonly kind: 'part';
  readonly part: GonePart;
  /** Of a question: the step it stands in, where that was deleted too. */
  readonly step: GonePart | null;
}
export type ThingRow = TaskRow | PartRow;
export type TrashRow = PageRow | ThingRow;

const newest = (a: Row, b: Row): number => b.at - a.at || (a.node < b.node ? -1 : 1);

/** Of a thing that lies here; null for every other node. */
const taskOf = (node: NodeView): Task | null => (THINGS.includes(node.type) ? readTask({ ...node, type: TASK }) : null);

interface Gone {
  readonly entry: DirectoryEntry;
  readonly node: NodeView;
  readonly of: PageRow['of'];
  readonly inside: ThingRow[];
}

/** Entries that stand in the directory, and those that lie in the trash and stand nowhere, by their fragment. */
function entriesOf(directory: Iterable<NodeView>): { readonly live: ReadonlyMap<string, DirectoryEntry>; readonly gone: ReadonlyMap<string, Gone> } {
  const [live, gone] = [new Map<string, DirectoryEntry>(), new Map<string, Gone>()];
  for (const node of directory) {
    const here = readDirectoryEntry(node);
    if (here) live.set(here.fragment, here);
    const document = readTrashed(node);
    const away = document ?? goneWhole(node);
    const known = away && gone.get(away.fragment);
    // Of several entries of one page the last that was deleted stands for it.
    if (away && (!known || known.node.updatedAt < node.updatedAt)) gone.set(away.fragment, { entry: away, node, of: document ? 'document' : 'learn', inside: [] });
  }
  for (const fragment of live.keys()) gone.delete(fragment);
  return { live, gone };
}

/** The rows, the newest first. `directory` and `things`: nodes with the deleted ones. A page that stands in the list under another entry is not gone. */
export function trashRows(directory: Iterable<NodeView>, things: Iterable<NodeView>): TrashRow[] {
  const { live, gone } = entriesOf(directory);
  const titles = { get: (fragment: string) => live.get(fragment)?.title };
  const rows: TrashRow[] = [];
  const parts = new Map<string, { part: GonePart; at: number }>();
  const place = (fragment: string): Pick<Inside, 'page' | 'gone'> & { into: TrashRow[] } | null => {
    const away = gone.get(fragment);
    const page = away?.entry ?? live.get(fragment);
    return page === undefined ? null : { page, gone: away !== undefined, into: away?.inside ?? rows };
  };
  for (const node of things) {
    const part = gonePart(node, titles);
    if (part) parts.set(part.id, { part, at: node.updatedAt });
    const task = node.deleted ? taskOf(node) : null;
    const at = task && place(task.fragment);
    if (task && at) at.into.push({ kind: 'task', icon: node.type === RESOURCE ? 'resource' : 'task', node: node.id, title: task.title, at: node.updatedAt, task, page: at.page, gone: at.gone });
  }
  for (const { part, at } of parts.values()) {
    const where = place(part.fragment);
    const step = part.step === null ? undefined : parts.get(part.step)?.part;
    if (where) where.into.push({ kind: 'part', node: part.id, title: part.title, at, part, step: step?.fragment === part.fragment ? step : null, page: where.page, gone: where.gone });
  }
  for (const { entry, node, of, inside } of gone.values()) rows.push({ kind: 'page', of, node: node.id, title: entry.title, at: node.updatedAt, entry, madeBy: node.createdBy, inside: inside.sort(newest) });
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

const isLearn = ({ type }: DirectoryEntry): boolean => LEARN_WHOLES.includes(type);
const pageBack = (entry: DirectoryEntry): Op[] => (isLearn(entry) ? restoreWhole(entry) : restoreDocument(entry));
const pageAway = (entry: DirectoryEntry): Op[] => (isLearn(entry) ? deleteWhole(entry) : deleteDocument(entry));

/** Brings it back where it was; what belongs to something that is gone comes with that, in one act. */
export function restoreOps(row: TrashRow): Op[] {
  if (row.kind === 'page') return pageBack(row.entry);
  const first = row.gone ? pageBack(row.page) : [];
  return row.kind === 'task' ? [...first, ...restoreTask(row.task.id)] : [...first, ...(row.step ? restoreGone(row.step) : []), ...restoreGone(row.part)];
}

/** Takes that back. */
export function againOps(row: TrashRow): Op[] {
  if (row.kind === 'page') return pageAway(row.entry);
  const last = row.gone ? pageAway(row.page) : [];
  return row.kind === 'task' ? [...deleteTask(row.task.id), ...last] : [...deleteGone(row.part), ...(row.step ? deleteGone(row.step) : []), ...last];
}

/** May this person bring it back? `pages`: may they bring back the page it lay in. */
export function mayRestore(space: SpaceView, row: TrashRow, me: string, pages = true): boolean {
  if (row.kind === 'page') return row.of === 'learn' ? mayMoveWhole(space, row.entry) : mayRestoreDocument(space, row.entry, row.madeBy, me);
  return (row.kind === 'task' ? mayRestoreTask(space, row.task, me) : mayRestorePart(space, row.part) && (!row.step || mayRestorePart(space, row.step))) && (!row.gone || pages);
}
