/** What was deleted keeps all that it was; who did it, and when, stands in its history. Pure. */
import type { HistoryEntry } from '#os/api';

export interface Deletion {
  /** uid, null when the writer is not known here. */
  readonly who: string | null;
  /** ms */
  readonly at: number;
}

/** The deletion in force: of several the first behind the last restore, which is the one that took the thing away. Null when the history tells of none. */
export function deletionOf(history: readonly HistoryEntry[]): Deletion | null {
  let found: Deletion | null = null;
  for (const { what, after, who, at } of history) {
    if (what === 'deleted') found = after === true ? (found ?? { who, at }) : null;
  }
  return found;
}
