/** Records without effect beside whose texts others wrote while they had one (TEXT7). */
import type { ShadedRecord } from '#vm/graph/fragment-graph';
import type { FragmentLog } from './fragment-log.ts';
import { SHADES, type Entry, type HeldRecord } from './held-record.ts';

/** Its texts would be places, if it could be read. */
export const isUnreadShade = ({ content, status }: Entry): boolean => (content === 'stub' || content === 'no-key') && SHADES.has(status);

/** Records whose texts are places only, as the graph takes them. */
export function* shadesOf(log: FragmentLog, records: Iterable<HeldRecord> = log.records()): IterableIterator<ShadedRecord> {
  const clients = new Map<string, ReadonlySet<number>>();
  for (const record of records) {
    const { key, writerKey } = record;
    const ops = log.byKey.get(key)?.shades ? record.ops : null;
    if (ops === null) continue;
    const ids = clients.get(writerKey) ?? log.logs.get(writerKey)!.clients();
    clients.set(writerKey, ids);
    yield { key, ops, clients: ids };
  }
}
