/** A member that seals what it likes: records with valid signatures and any operations, given to another kernel as if a link had brought them. */
import { RECORD_CLASS, type CborValue, type Operation } from '#vm/protocol/types';
import { limitLinks } from '#vm/protocol/record';
import { sealRecord } from '#vm/protocol/seal';
import { must } from '#base/assert';
import type { Bytes } from '#base/bytes';
import { fragmentOf } from '#os/kernel/spaces';
import { stored } from '#os/kernel/ingest';
import { takeStamp } from '#os/kernel/sealer';
import type { ParsedRecord } from '#vm/protocol/types';
import type { SimTab } from './sim-world.ts';

export interface Hostile {
  /** Seals the operations as the next record of a log and ingests it at the victim; `at` shifts the stamps, ms. */
  send(fragment: Bytes, ops: readonly { primitive: number; args: CborValue[]; verb?: string }[], at?: number): Promise<ParsedRecord>;
}

/** `attacker` is a member; its own log of the fragment must not be written by its kernel meanwhile. */
export function hostileOf(attacker: SimTab, victim: SimTab, spaceId: string): Hostile {
  const { kernel } = attacker.running.parts;
  const space = kernel.spaces.get(spaceId)!;
  const tips = new Map<string, { seq: number; id: Bytes }>();
  return {
    async send(id, list, at = 0) {
      const slot = must(kernel.slot, 'slot');
      const fragment = fragmentOf(kernel, space, id);
      const own = tips.get(fragment.key) ?? fragment.log.ownTip(slot.writer);
      const epoch = must(space.rights.sealingEpoch(), 'epoch');
      const ops = list.map((op): Operation => {
        const stamp = takeStamp(kernel, space);
        return { verb: '', ...op, stamp: { ms: stamp.ms + at, ctr: stamp.ctr } };
      });
      const last = space.chain.tip(slot.writer);
      const record = await sealRecord(kernel.deps.crypto, {
        space: space.id, fragment: id, class: RECORD_CLASS.op, seq: own ? own.seq + 1 : 0, prev: own ? own.id : null,
        n: last ? last.n + 1 : 0, sprev: last ? last.id : null, deps: [], acl: limitLinks(space.rights.headLinks(), 8), ops,
        certificate: own ? null : slot.statement, signer: slot.key, epoch, bodyKey: await space.keys.body(epoch, id, slot.writer), random: kernel.deps.random,
      });
      tips.set(fragment.key, { seq: record.header.seq, id: record.id });
      space.chain.add({ key: String(record.header.n), id: record.id, fragment: id, writer: slot.writer, seq: record.header.seq, n: record.header.n, sprev: record.header.sprev });
      const { kernel: other, ingest } = victim.running.parts;
      await ingest.ingest([stored(record, other.spaces.get(spaceId)!)], 'live', 'hostile');
      return record;
    },
  };
}
