/** Types of the Messenger: a room is the directory entry of its fragment, in which messages are written; a call that was held is a node in the fragment it was held in (./log.ts). */
import type { NodeView } from '#os/api';
import { readDirectoryEntry, type DirectoryEntry } from '#domain/shared';

export const ROOM = 'messenger/room@1';
export const CALL = 'messenger/call@1';
/** A room of invited people that the space knows of (./doors.ts). */
export const DOOR = 'messenger/door@1';

/** A room of a directory node, or null. */
export function readRoom(node: NodeView): DirectoryEntry | null {
  const entry = readDirectoryEntry(node);
  return entry?.type === ROOM ? entry : null;
}
