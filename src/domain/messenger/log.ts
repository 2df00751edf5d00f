/** Calls that were held, as nodes of the graph. */
import type { NodeView } from '#os/api';
import { numberOf, readDirectoryEntry } from '#domain/shared';
import { CALL } from './schema.ts';

/** Link from a call to a person who was in it, made by themselves. */
export const IN_CALL = 'messenger/in@1';

/** A call in the log. */
export interface CallEntry {
  readonly id: string;
  readonly space: string;
  readonly fragment: string;
  /** uid of who called. */
  readonly by: string | null;
  readonly at: number;
  /** ms; null while it goes on, or when nobody was left to say so. */
  readonly ended: number | null;
  /** Who was in it: those who say so themselves. */
  readonly people: readonly string[];
  readonly stamp: string;
}

/** A call of a node, or null when the node is none. */
export function readCall(node: NodeView): CallEntry | null {
  if (node.type !== CALL || node.deleted) return null;
  const ended = numberOf(node.props['ended']);
  const people = node.edges.flatMap((edge) => (edge.type === IN_CALL && edge.by !== null ? [edge.by] : []));
  return {
    id: node.id, space: node.space, fragment: node.fragment, by: node.createdBy, at: node.createdAt, stamp: node.stamp,
    // A clock that is off makes no call end before it began.
    ended: ended === null ? null : Math.max(ended, node.createdAt), people: [...new Set([...(node.createdBy ? [node.createdBy] : []), ...people])],
  };
}

/** Where the notes of a call are: on a page, nowhere yet, or `coming`: the call, or what it names, is not here. Pages are directory entries of `type`; `directory` has the deleted ones as well. */
export function notesOfCall(call: NodeView | { state: 'looking' | 'absent' }, directory: readonly NodeView[], type: string): { page: string } | 'none' | 'coming' {
  if (call.state !== 'here' || call.type !== CALL) return 'coming';
  const { notes } = call.props;
  if (typeof notes !== 'string' || notes === '') return 'none';
  const named = directory.filter((node) => node.props['fragment'] === notes);
  if (named.length === 0) return 'coming';
  // One that was deleted, or that is no page, is none.
  return named.some((node) => readDirectoryEntry(node)?.type === type) ? { page: notes } : 'none';
}
