/**
 * Which records of a forked or closed log take part (FORMATS 5): kept branch heads and their ancestors; before the kept heads
 * are held, the records below the first visible fork; nothing behind a kept head.
 */
import { compareBytes } from '#base/bytes';
import type { Entry } from './held-record.ts';

export type Reach = (entry: Entry) => 'applies' | 'held-back' | 'dropped';

/** Puts a record into its place among those at the same seq. */
export function insertById(branch: Entry[], entry: Entry): void {
  let low = 0;
  let high = branch.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareBytes(branch[middle]!.id, entry.id) < 0) low = middle + 1;
    else high = middle;
  }
  branch.splice(low, 0, entry);
}

/** `entries` in the order (seq, id), parents before children. */
export function reach(entries: Iterable<Entry>, forkAt: number, keep: ReadonlySet<string> | null): Reach {
  if (keep === null) return (entry) => (entry.seq >= forkAt ? 'held-back' : 'applies');
  const kept = new Set<Entry>();
  const behind = new Set<Entry>();
  let found = 0;
  const all = [...entries];
  for (const entry of all) {
    const isKept = keep.has(entry.key);
    if (entry.parent !== null && (behind.has(entry.parent) || keep.has(entry.parent.key))) behind.add(entry);
    if (!isKept) continue;
    found++;
    for (let at: Entry | null = entry; at !== null && !kept.has(at); at = at.parent) kept.add(at);
  }
  const complete = found === keep.size;
  return (entry) => {
    if (kept.has(entry)) return 'applies';
    if (behind.has(entry)) return 'dropped';
    if (entry.seq < forkAt) return 'applies';
    return complete ? 'dropped' : 'held-back';
  };
}
