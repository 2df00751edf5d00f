/** Which verified records are ahead of mesh time, and the greatest stamp among those that are not (FORMATS 3 and 4). */
import type { Stamp } from '#vm/protocol/types';
import type { Entry } from './held-record.ts';
import type { WriterLog } from './writer-log.ts';

function later(a: Stamp | null, ms: number, ctr: number): Stamp {
  return a !== null && (a.ms > ms || (a.ms === ms && a.ctr >= ctr)) ? a : { ms, ctr };
}

export class Schedule {
  private readonly ahead = new Set<Entry>();
  private firstMs = Infinity;
  /** Greatest stamp per log key. */
  private readonly perLog = new Map<string, Stamp>();
  private all: Stamp | null = null;

  /** A record was verified, or judged again. */
  note(entry: Entry, limitMs: number): void {
    const ms = entry.effectiveMs;
    if (ms > limitMs) {
      this.ahead.add(entry);
      if (ms < this.firstMs) this.firstMs = ms;
      return;
    }
    const before = this.perLog.get(entry.writerKey) ?? null;
    const now = later(before, ms, entry.hlc.ctr);
    if (now === before) return;
    this.perLog.set(entry.writerKey, now);
    if (this.all !== null || this.perLog.size === 1) this.all = later(this.all, ms, entry.hlc.ctr);
  }

  /** Records that are no longer ahead; each is given once. In the order of their logs. */
  due(limitMs: number): Entry[] {
    if (this.firstMs > limitMs) return [];
    const out: Entry[] = [];
    this.firstMs = Infinity;
    for (const entry of this.ahead) {
      const ms = entry.effectiveMs;
      if (ms <= limitMs) out.push(entry);
      else if (ms < this.firstMs) this.firstMs = ms;
    }
    for (const entry of out) {
      this.ahead.delete(entry);
      this.note(entry, limitMs);
    }
    return out.sort((a, b) => (a.writerKey === b.writerKey ? a.seq - b.seq : a.writerKey < b.writerKey ? -1 : 1));
  }

  /** The records of the log are noted again from the start. */
  forget(log: WriterLog): void {
    for (const entry of this.ahead) if (entry.writerKey === log.key) this.ahead.delete(entry);
    this.perLog.delete(log.key);
    this.all = null;
  }

  clear(): void {
    this.ahead.clear();
    this.firstMs = Infinity;
    this.perLog.clear();
    this.all = null;
  }

  greatest(): Stamp | null {
    if (this.all === null) for (const stamp of this.perLog.values()) this.all = later(this.all, stamp.ms, stamp.ctr);
    return this.all;
  }
}
