/** The heads of all logs of a fragment, kept sorted; only logs that changed are looked at again. */
import { compareBytes, type Bytes } from '#base/bytes';
import type { Stamp } from '#vm/protocol/types';
import type { WriterLog } from './writer-log.ts';

export interface LogHead {
  readonly writer: Bytes;
  readonly writerKey: string;
  readonly seq: number;
  readonly id: Bytes;
  readonly key: string;
  readonly hlc: Stamp;
}

export class HeadList {
  private readonly perLog = new Map<WriterLog, LogHead[]>();
  private readonly stale = new Set<WriterLog>();
  private order: WriterLog[] = [];
  private list: LogHead[] | null = [];

  changed(log: WriterLog): void {
    this.stale.add(log);
    this.list = null;
  }

  all(logs: ReadonlyMap<string, WriterLog>): readonly LogHead[] {
    if (this.list !== null) return this.list;
    for (const log of this.stale) {
      const heads = log.heads().map(({ writer, writerKey, seq, id, key, hlc }) => ({ writer, writerKey, seq, id, key, hlc }));
      if (heads.length > 1) heads.sort((a, b) => a.seq - b.seq || compareBytes(a.id, b.id));
      this.perLog.set(log, heads);
    }
    this.stale.clear();
    if (this.order.length !== logs.size) this.order = [...logs.values()].sort((a, b) => compareBytes(a.writer, b.writer));
    return (this.list = this.order.flatMap((log) => this.perLog.get(log) ?? []));
  }
}
