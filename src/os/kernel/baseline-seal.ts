/** A snapshot in the log of a fragment: one record for each piece, one transaction. */
import { AppError } from '#base/app-error';
import { must } from '#base/assert';
import type { Bytes } from '#base/bytes';
import type { BaselineOp } from '#vm/protocol/acl-operation';
import { RECORD_CLASS, type ParsedRecord } from '#vm/protocol/types';
import { commitOwn } from './commit.ts';
import type { KernelParts } from './kernel.ts';
import { sealOne, spaceTip, tipOf, type LogTip } from './sealer.ts';
import type { Fragment, Kernel, Space } from './state.ts';
import { waitsFor } from './stuck.ts';

/** Seals and commits it; answers where it lies. */
export function writeSnapshot({ kernel, sealer }: Pick<KernelParts, 'kernel' | 'sealer'>, space: Space, fragment: Fragment, payloads: readonly Bytes[]): Promise<BaselineOp['snapshot']> {
  return sealer.afterFlush(space, fragment, async () => {
    const records = await sealSnapshot(kernel, space, fragment, payloads);
    await commitOwn(kernel, space, records, []);
    const [first, last] = [records[0]!, records.at(-1)!];
    return { writer: last.header.writer, from: first.header.seq, to: last.header.seq, id: last.id };
  });
}

async function sealSnapshot(kernel: Kernel, space: Space, fragment: Fragment, payloads: readonly Bytes[]): Promise<ParsedRecord[]> {
  const epoch = space.rights.sealingEpoch();
  const slot = must(kernel.slot, 'slot');
  const waits = waitsFor(kernel, space, fragment);
  if (waits !== null) throw new AppError(waits.code, waits.message, 'Nothing was changed.', waits.next);
  if (!epoch) throw new AppError('no-key', 'This device has no valid key of the space yet.', 'Nothing was changed.', 'Wait until another member is online.');
  const heads = space.rights.headLinks();
  const tip = spaceTip(space, slot);
  let own: LogTip | null = fragment.log.ownTip(slot.writer);
  const records: ParsedRecord[] = [];
  for (const piece of payloads) {
    const [record] = await sealOne(kernel, space, fragment, { class: RECORD_CLASS.snapshot, epoch, ops: [], piece, tip, own, heads });
    own = tipOf(record!);
    records.push(record!);
  }
  return records;
}
