/** Ranges of seqs to ask for, from the records that wait for one before them. */
import type { Bytes } from '#base/bytes';
import { FORK_GAP, MAX_GAPS, MAX_GAP_LENGTH } from '#vm/limits';
import type { Entry } from './held-record.ts';
import type { WriterLog } from './writer-log.ts';

/** Seqs from…to, both included. */
export interface Gap {
  readonly writer: Bytes;
  readonly from: number;
  readonly to: number;
}

/** Seqs of waiting records per log: `roots` miss their prev, `all` are held. */
interface Waiting {
  readonly roots: number[];
  readonly all: Set<number>;
}

export function findGaps(logs: ReadonlyMap<string, WriterLog>, orphans: ReadonlyMap<string, readonly Entry[]>, held: ReadonlyMap<string, Entry>): Gap[] {
  const perLog = new Map<string, Waiting>();
  for (const [prev, entries] of orphans) {
    for (const entry of entries) {
      let waiting = perLog.get(entry.writerKey);
      if (waiting === undefined) perLog.set(entry.writerKey, (waiting = { roots: [], all: new Set() }));
      waiting.all.add(entry.seq);
      if (!held.has(prev)) waiting.roots.push(entry.seq);
    }
  }
  const out: Gap[] = [];
  for (const [key, waiting] of perLog) out.push(...gapsOf(logs.get(key)!, waiting));
  return out;
}

function gapsOf(log: WriterLog, waiting: Waiting): Gap[] {
  const out: Gap[] = [];
  const held = [...waiting.all].sort((a, b) => a - b);
  let index = 0;
  let below = log.next - 1;
  for (const root of [...new Set(waiting.roots)].sort((a, b) => a - b)) {
    if (out.length >= MAX_GAPS) break;
    while (index < held.length && held[index]! < root) below = Math.max(below, held[index++]!);
    const to = root - 1;
    // All seqs below are held, yet not the prev: another branch of a fork, looked for backwards.
    const from = below < to ? below + 1 : Math.max(log.start, root - FORK_GAP);
    if (from > to) continue;
    out.push({ writer: log.writer, from, to: Math.min(to, from + MAX_GAP_LENGTH - 1) });
  }
  return out;
}
