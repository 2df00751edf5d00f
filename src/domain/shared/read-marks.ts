/**
 * Read marks. A `read@1` node in the Personal space per (space, fragment): `max` holds, per writer, the highest record seq
 * I have seen; set `unread` holds messages I marked unread by hand. Both only grow together, so my devices agree.
 */
import type { NodeView, Op } from '#os/api';
import { readMarkId } from './derived-id.ts';
import { idOf } from './text.ts';

export const READ = 'read@1';
export const UNREAD_SET = 'unread';

export interface ReadMark {
  /** Highest seq read per base64url writer. */
  upTo: ReadonlyMap<string, number>;
  /** Message ids marked unread by hand. */
  unread: ReadonlySet<string>;
  /** False until the node exists. */
  exists: boolean;
}

export const NO_MARK: ReadMark = { upTo: new Map(), unread: new Set(), exists: false };

/** The mark a node carries. */
export function readMarkOf(node: NodeView | undefined): ReadMark {
  if (!node || node.type !== READ) return NO_MARK;
  const unread = (node.sets[UNREAD_SET] ?? []).map(idOf).filter((id) => id !== null);
  return { upTo: new Map(Object.entries(node.max)), unread: new Set(unread), exists: true };
}

/** What unread depends on. */
export interface Readable {
  id: string;
  by: string | null;
  writer: string;
  seq: number;
}

/** Unread = of somebody else and beyond my mark of its writer, or marked unread by hand. */
export function isUnread(item: Readable, me: string | null, mark: ReadMark): boolean {
  if (mark.unread.has(item.id)) return true;
  if (item.by === me && me !== null) return false;
  return item.seq > (mark.upTo.get(item.writer) ?? -1);
}

/** Operations that mark all items as read; empty when nothing would change. */
export function markRead(place: { space: string; fragment: string }, items: readonly Readable[], me: string | null, mark: ReadMark): Op[] {
  const id = readMarkId(place.space, place.fragment);
  const top = new Map<string, number>();
  const ops: Op[] = [];
  for (const item of items) {
    if (mark.unread.has(item.id)) ops.push({ op: 'set.remove', id, prop: UNREAD_SET, value: item.id, verb: 'read.mark@1' });
    if (item.by === me || item.seq < 0) continue;
    if (item.seq > Math.max(mark.upTo.get(item.writer) ?? -1, top.get(item.writer) ?? -1)) top.set(item.writer, item.seq);
  }
  for (const [key, n] of top) ops.push({ op: 'max.set', id, key, n, verb: 'read.mark@1' });
  if (ops.length > 0 && !mark.exists) ops.unshift(createMark(place, id));
  return ops;
}

/** Operations that mark one item as unread by hand. */
export function markUnread(place: { space: string; fragment: string }, item: string, mark: ReadMark): Op[] {
  const id = readMarkId(place.space, place.fragment);
  const add: Op = { op: 'set.add', id, prop: UNREAD_SET, value: item, verb: 'read.unmark@1' };
  return mark.exists ? [add] : [createMark(place, id), add];
}

function createMark(place: { space: string; fragment: string }, id: string): Op {
  return { op: 'node.create', id, type: READ, props: { space: place.space, fragment: place.fragment }, verb: 'read.mark@1' };
}
