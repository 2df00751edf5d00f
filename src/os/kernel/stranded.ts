/**
 * A tab that wrote with a clock ahead of mesh time and ended before it learnt that leaves records that wait for a day that is far off (FORMATS 4). Its slot
 * is idle: another tab of the profile takes it, seals one clock.fix as its last record (the fix stands in the same log), and closes it.
 */
import { compareBytes } from '#base/bytes';
import { must } from '#base/assert';
import type { KeyValue } from '#ports/record-store';
import { sealRecord } from '#vm/protocol/seal';
import { nextStamp } from '#vm/protocol/stamp';
import { PRIMITIVE, RECORD_CLASS, type Operation } from '#vm/protocol/types';
import { aclHeads } from './acl-heads.ts';
import { waitsFor } from './stuck.ts';
import { commitOwn, settleUnsure } from './commit.ts';
import { retiredRow, type Slot } from './slots.ts';
import { parkedIn } from './slot-state.ts';
import type { Fragment, Kernel, Space } from './state.ts';

/**
 * Seals a clock.fix in every log of the slot that waits; the row that closes the slot goes with the last one. Runs between two seals. False: a space
 * gives no key to seal under now, and the slot stays open.
 */
export async function fixStranded(kernel: Kernel, slot: Slot): Promise<boolean> {
  await settleUnsure(kernel);
  const logs: { space: Space; fragment: Fragment }[] = [];
  for (const space of kernel.spaces.values()) {
    const waiting = space.standing === 'member' ? parkedIn(space, slot.writer) : [];
    if (waiting.some((fragment) => waitsFor(kernel, space, fragment, slot.writer) !== null)) return false;
    for (const fragment of waiting.sort((a, b) => compareBytes(a.id, b.id))) logs.push({ space, fragment });
  }
  for (const [i, { space, fragment }] of logs.entries()) {
    const values: KeyValue[] = i === logs.length - 1 ? [await retiredRow({ ...kernel.deps, store: kernel.store }, slot.no)] : [];
    await sealFix(kernel, slot, space, fragment, values);
  }
  return logs.length > 0;
}

async function sealFix(kernel: Kernel, slot: Slot, space: Space, fragment: Fragment, values: readonly KeyValue[]): Promise<void> {
  const tip = must(fragment.log.ownTip(slot.writer), 'a log that waits');
  const parked = fragment.log.log(slot.writer).filter((record) => record.status === 'parked');
  const ahead = Math.max(...parked.map((record) => record.hlc.ms - kernel.time.now()));
  // It covers its own record: the stamp has to exceed that of the record before it.
  const args = [Math.min(...parked.map((record) => record.seq)), tip.seq + 1, Math.max(0, Math.ceil(ahead)) + 1];
  const ops: Operation[] = [{ primitive: PRIMITIVE.clockFix, verb: '', stamp: nextStamp(kernel.time.now(), tip.hlc, space.seen), args }];
  const last = space.chain.tip(slot.writer);
  const epoch = must(space.rights.sealingEpoch(), 'epoch');
  const record = await sealRecord(kernel.deps.crypto, {
    space: space.id, fragment: fragment.id, class: RECORD_CLASS.op, seq: tip.seq + 1, prev: tip.id, n: last ? last.n + 1 : 0, sprev: last ? last.id : null,
    deps: fragment.log.depsCandidates(slot.writer), acl: aclHeads(kernel, space, tip, false, slot.writer), ops, certificate: null,
    signer: slot.key, epoch, bodyKey: must(await space.keys.body(epoch, fragment.id, slot.writer), 'body key'), random: kernel.deps.random,
  });
  kernel.sealedOps.set(record, { kind: 'ops', ops, payload: record.payload });
  await commitOwn(kernel, space, [record], values);
}
