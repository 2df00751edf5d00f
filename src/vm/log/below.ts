/** What lies at or under the head that a baseline covers in a log: its effect is in the snapshot, and nothing else of it is taken in (BASE5). */
import type { Entry, Refusal } from './held-record.ts';
import type { LogFoot, WriterLog } from './writer-log.ts';

/** A place in a log. */
export type PlaceInLog = Pick<Entry, 'seq' | 'key' | 'prev'>;

/** Is it below, or on another branch than the covered head? */
export function isBelow(foot: LogFoot, { seq, key, prev }: PlaceInLog): boolean {
  return seq < foot.seq || (seq === foot.seq && key !== foot.key) || (seq === foot.seq + 1 && prev !== foot.key);
}

/** Refuses such a record, and what waits for it. */
export function refuseBelow(first: Pick<Entry, 'key'>, held: Map<string, Entry>, orphans: Map<string, Entry[]>, logs: ReadonlyMap<string, WriterLog>, refused: { key: string; why: Refusal }[]): void {
  const queue = [first.key];
  for (const key of queue) {
    refused.push({ key, why: 'below-baseline' });
    for (const child of orphans.get(key) ?? []) {
      held.delete(child.key);
      logs.get(child.writerKey)!.waiting--;
      queue.push(child.key);
    }
    orphans.delete(key);
  }
}
