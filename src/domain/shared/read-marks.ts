/**
 * Read marks. A `read@1` node in the Personal space per (space, fragment): `max` holds, per writer, the highest record seq I have seen there; set `unread`
 * holds messages I marked unread by hand. A thread has a node of its own (prop `thread`, the message it hangs on), and what was marked as read all at once
 * another (`thread` = `*`): it holds for the channel and for every thread. All of them only grow together, so my devices agree; a writer's records take effect
 * in their order, so what lies below a mark was here when it was set.
 */
import type { NodeView, Op } from '#os/api';
import { readMarkId } from './derived-id.ts';
import { idOf } from './text.ts';

export const READ = 'read@1';
export const UNREAD_SET = 'unread';
/** In place of a thread: everything in the fragment. */
export const WHOLE = '*';

export interface ReadMark {
  /** Highest seq read per base64url writer. */
  upTo: ReadonlyMap<string, number>;
  /** Message ids marked unread by hand. */
  unread: ReadonlySet<string>;
  /** False until the node exists. */
  exists: boolean;
  /** What was marked as read all at once, threads too; left out: nothing. */
  all?: ReadMark;
  /** The mark of a thread by the message it hangs on; left out: no thread was read. */
  thread?(root: string): ReadMark;
}

export const NO_MARK: ReadMark = { upTo: new Map(), unread: new Set(), exists: false };

/** The mark a node carries. */
export function readMarkOf(node: NodeView | undefined): ReadMark {
  if (!node || node.type !== READ) return NO_MARK;
  const unread = (node.sets[UNREAD_SET] ?? []).map(idOf).filter((id) => id !== null);
  return { upTo: new Map(Object.entries(node.max)), unread: new Set(unread), exists: true };
}

/** The marks of a fragment with its threads, out of the nodes of the Personal space by id. */
export function readMarksOf(nodes: ReadonlyMap<string, NodeView>, space: string, fragment: string): ReadMark {
  const threads = new Map<string, ReadMark>();
  const thread = (root: string): ReadMark => {
    const known = threads.get(root) ?? readMarkOf(nodes.get(readMarkId(space, fragment, root)));
    threads.set(root, known);
    return known;
  };
  return { ...readMarkOf(nodes.get(readMarkId(space, fragment))), all: thread(WHOLE), thread };
}

/** What unread depends on. */
export interface Readable {
  id: string;
  by: string | null;
  writer: string;
  seq: number;
  /** The message whose thread it stands in and is read in; null or left out: it stands in the channel itself. */
  thread?: string | null;
}

const markOf = (mark: ReadMark, thread: string | null | undefined): ReadMark => (thread === null || thread === undefined ? mark : (mark.thread?.(thread) ?? NO_MARK));

/** Unread = of somebody else and beyond my marks of its writer, or marked unread by hand. */
export function isUnread(item: Readable, me: string | null, mark: ReadMark): boolean {
  if (mark.unread.has(item.id)) return true;
  if (item.by === me && me !== null) return false;
  return item.seq > Math.max(markOf(mark, item.thread).upTo.get(item.writer) ?? -1, mark.all?.upTo.get(item.writer) ?? -1);
}

/** Of what is about to be marked, what may be: nothing at or beyond the first item of the same writer, in the same place, that nobody has looked at yet. */
export function upToUnseen<T extends Readable>(items: readonly T[], unseen: ReadonlySet<string>): T[] {
  if (unseen.size === 0) return [...items];
  const place = ({ writer, thread }: T): string => `${thread ?? ''} ${writer}`;
  const first = new Map<string, number>();
  for (const item of items) if (unseen.has(item.id)) first.set(place(item), Math.min(item.seq, first.get(place(item)) ?? Infinity));
  return items.filter((item) => item.seq < (first.get(place(item)) ?? Infinity));
}

interface Place {
  space: string;
  fragment: string;
}

/** Operations that raise the mark of a channel, of a thread, or of everything; empty when nothing would change. */
function raise(place: Place, thread: string | null, tops: ReadonlyMap<string, number>, mark: ReadMark): Op[] {
  const known = thread === WHOLE ? (mark.all ?? NO_MARK) : markOf(mark, thread);
  const id = thread === null ? readMarkId(place.space, place.fragment) : readMarkId(place.space, place.fragment, thread);
  const ops: Op[] = [];
  for (const [key, n] of tops) if (n > (known.upTo.get(key) ?? -1)) ops.push({ op: 'max.set', id, key, n, verb: 'read.mark@1' });
  if (ops.length > 0 && !known.exists) ops.unshift(createMark(place, id, thread));
  return ops;
}

const unmark = (place: Place, value: string): Op => ({ op: 'set.remove', id: readMarkId(place.space, place.fragment), prop: UNREAD_SET, value, verb: 'read.mark@1' });

/** Operations that mark all items as read, each where it stands; empty when nothing would change. */
export function markRead(place: Place, items: readonly Readable[], me: string | null, mark: ReadMark): Op[] {
  const places = new Map<string | null, Map<string, number>>();
  const ops: Op[] = [];
  for (const item of items) {
    if (mark.unread.has(item.id)) ops.push(unmark(place, item.id));
    if (item.by === me || item.seq < 0 || item.seq <= (mark.all?.upTo.get(item.writer) ?? -1)) continue;
    const thread = item.thread ?? null;
    const tops = places.get(thread) ?? new Map<string, number>();
    if (item.seq > (tops.get(item.writer) ?? -1)) tops.set(item.writer, item.seq);
    places.set(thread, tops);
  }
  return [...places].reduce((all, [thread, tops]) => [...all, ...raise(place, thread, tops, mark)], ops);
}

/**
 * Operations that mark everything as read that is held: `tops` are the highest seqs of the writers in the fragment, `held` those marked by hand that are here.
 * Nothing that was there comes back; what was marked on another device and has not come to this one keeps its mark.
 */
export function markAllRead(place: Place, tops: Readonly<Record<string, number>>, held: readonly string[], mark: ReadMark): Op[] {
  return [...held.filter((id) => mark.unread.has(id)).map((id) => unmark(place, id)), ...raise(place, WHOLE, new Map(Object.entries(tops)), mark)];
}

/** Operations that mark one item as unread by hand. */
export function markUnread(place: Place, item: string, mark: ReadMark): Op[] {
  const id = readMarkId(place.space, place.fragment);
  const add: Op = { op: 'set.add', id, prop: UNREAD_SET, value: item, verb: 'read.unmark@1' };
  return mark.exists ? [add] : [createMark(place, id, null), add];
}

function createMark({ space, fragment }: Place, id: string, thread: string | null): Op {
  return { op: 'node.create', id, type: READ, props: { space, fragment, ...(thread === null ? {} : { thread }) }, verb: 'read.mark@1' };
}
