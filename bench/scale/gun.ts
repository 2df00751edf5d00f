/**
 * What GUN's graph keeps in memory while 1,000,000 operations go through it, in large records and in small ones: the heap after a collection, looked at
 * every few records. The control is the same replica that never evicts. Nothing else holds the records here, as in the
 * product, where they lie in the store before GUN gets them.
 */
import { randomBytes } from 'node:crypto';
import { createGunReplica } from '#adapters/gun/gun-replica';
import { createSystemClock } from '#adapters/system-clock/system-clock';
import { result, turn } from '#bench/support/measure';
import type { BenchResult, Suite } from '#bench/support/types';
import type { Bytes } from '#base/bytes';
import type { RecordEntry } from '#ports/replica';

const MIB = 1024 * 1024;
/** Bytes of a record of 100 messages and of one of 10, by the wire figures of the node group. */
const KINDS = [
  { name: 'gun-ram-100-mib', records: 10_000, bytes: 4_300, look: 250, what: '1,000,000 operations, 100 per record of 4,300 B' },
  { name: 'gun-ram-10-mib', records: 100_000, bytes: 842, look: 5_000, what: '1,000,000 operations, 10 per record of 842 B' },
] as const;
const LOGS = 64;

const random = { bytes: (length: number): Bytes => new Uint8Array(randomBytes(length)) };

function heap(): number {
  (globalThis as { gc?: () => void }).gc?.();
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  return (heapUsed + Math.max(external, arrayBuffers)) / MIB;
}

/** The most that was held above the start; half of the records are own ones, half heard from a peer and put then, as the kernel does. */
async function most(kind: (typeof KINDS)[number], ramBytes: number | undefined): Promise<number> {
  const [space, fragment] = [random.bytes(32), random.bytes(16)];
  const writers = Array.from({ length: LOGS }, () => random.bytes(32));
  const replica = createGunReplica({ random, clock: createSystemClock(), ...(ramBytes === undefined ? {} : { ramBytes }), hooks: { onHead: () => {}, onPut: (entries) => replica.put(entries, 'peer'), route: () => [], readRange: async () => [] } });
  replica.addPeer({ id: 'peer', sendPut: () => {}, sendGet: () => {}, sendReply: () => {} });
  const entry = (n: number): RecordEntry => ({ space, fragment, writer: writers[n % LOGS]!, seq: Math.floor(n / LOGS), id: random.bytes(32), bytes: random.bytes(kind.bytes) });
  const before = heap();
  let top = 0;
  for (let n = 0; n < kind.records; n++) {
    if (n % 2 === 0) replica.put([entry(n)], null);
    else replica.hearPut('peer', [entry(n)]);
    if (n % 16 === 0) await turn();
    if (n % kind.look === kind.look - 1) top = Math.max(top, heap() - before);
  }
  const counters = replica.counters();
  if ((counters['gun.errors'] ?? 0) > 0 || counters['gun.put.own'] !== kind.records) throw new Error(`gun: ${JSON.stringify(counters)}`);
  return top;
}

export const suite: Suite = {
  name: 'gun',
  async run(rounds): Promise<BenchResult[]> {
    const out: BenchResult[] = [];
    for (const kind of KINDS) {
      const values: number[] = [];
      for (let round = 0; round < rounds; round++) values.push(await most(kind, undefined));
      const control = await most(kind, Infinity);
      out.push(result({
        group: 'scale', name: kind.name, unit: 'MiB', target: 64, direction: 'lower', values, peer: { 'without-eviction': [control] },
        how: `the most that GUN held on the heap after a collection, looked at every ${kind.look} records, Node; ${kind.what}, half own, half heard`,
      }));
    }
    return out;
  },
};
