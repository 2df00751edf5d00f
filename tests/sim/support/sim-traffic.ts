/**
 * Record bytes on the wires against the least that had to cross them (TRUST 4: bounded traffic). What the faults destroyed on its way had to be sent
 * once more: of the bytes sent, the share that frames lost and cut off had of all frames on direct wires does not count.
 */
import { toBase64url } from '#base/bytes';
import type { RecordEntry, Replica } from '#ports/replica';
import { wrapReplica } from './replica-double.ts';
import type { SimTab } from './sim-world.ts';

export interface Traffic {
  /** Counts what a replica sends. */
  watch(name: string, replica: Replica): Replica;
  /** A frame arrived, or a fault destroyed it. */
  frame(arrived: boolean, bytes: number): void;
  /** Bytes sent of a space per byte that had to be sent: each record once to each tab that learnt it. */
  ratio(space: string, tabs: readonly SimTab[]): number;
}

export function createTraffic(): Traffic {
  const sent = new Map<string, number>();
  const frames = { arrived: 0, destroyed: 0 };
  const count = (entries: readonly RecordEntry[]): void => {
    for (const entry of entries) {
      const space = toBase64url(entry.space);
      sent.set(space, (sent.get(space) ?? 0) + entry.bytes.length);
    }
  };
  return {
    watch: (_name, replica) => wrapReplica(replica, {
      addPeer: (peer) => replica.addPeer({
        ...peer,
        sendPut(entries) {
          count(entries);
          peer.sendPut(entries);
        },
        sendReply(request, entries) {
          count(entries);
          peer.sendReply(request, entries);
        },
      }),
    }),
    frame: (arrived, bytes) => void (frames[arrived ? 'arrived' : 'destroyed'] += bytes),
    ratio(space, tabs) {
      let needed = 0;
      for (const tab of tabs) {
        const held = tab.running.parts.kernel.spaces.get(space);
        if (!held) continue;
        for (const fragment of held.fragments.values()) {
          for (const record of fragment.log.records()) {
            if (held.writerDevice.get(record.writerKey) !== toBase64url(tab.running.parts.kernel.profile!.ds.pub)) needed += tab.running.parts.kernel.index.sizeOf(record.key);
          }
        }
      }
      const share = frames.arrived === 0 ? 1 : frames.arrived / (frames.arrived + frames.destroyed);
      return needed === 0 ? 0 : ((sent.get(space) ?? 0) * share) / needed;
    },
  };
}
