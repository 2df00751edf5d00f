/**
 * A slot is left in one act: what puts its clock right, its slot.retire in every space (signed by the slot that goes on) and the row that closes it on this
 * device are ONE transaction (FORMATS 4: an open-ended clock.fix only with the slot retired in the same act). A crash leaves all of it or nothing.
 */
import { equalBytes, toBase64url, type Bytes } from '#base/bytes';
import { must } from '#base/assert';
import { resolveForkOps, retireOps } from '#os/rights/builders';
import { encodeAclOp, type AclOp } from '#vm/protocol/acl-operation';
import { nextStamp } from '#vm/protocol/stamp';
import { FRAGMENT, PRIMITIVE, RECORD_CLASS, ROLE, type Operation, type ParsedRecord } from '#vm/protocol/types';
import { commitTogether, settleUnsure, type Sealed } from './commit.ts';
import { sealOne, spaceTip } from './sealer.ts';
import { retiredRow, type Slot } from './slots.ts';
import { lastStampOf, logsAhead, ownHeads, type OwnHead } from './slot-state.ts';
import { fragmentOf } from './spaces.ts';
import type { Fragment, Kernel, Space } from './state.ts';

/** What closes a slot of this device in a space and keeps these heads: once all of them, later those that no settlement keeps. */
export function closingOps(kernel: Kernel, space: Space, writer: Bytes, heads: readonly OwnHead[]): AclOp[] {
  const { profile } = kernel;
  if (!profile || space.standing !== 'member') return [];
  const known = space.rights.settlement(writer);
  const keep = known ? heads.filter((head) => head.held) : heads;
  const ops: AclOp[] = keep.length > 0 ? retireOps(writer, keep.map((head) => head.id)) : [];
  // In acl the slot stays frozen until an admin resolves (FORMATS 5): for an own fork that may be this very person.
  const acl = heads.filter((head) => head.acl);
  const settled = known !== null && known.by !== 'device' && acl.every((head) => known.keep.includes(toBase64url(head.id)));
  if (acl.length > 1 && !settled && (space.rights.roleOf(profile.uid) ?? 0) >= ROLE.admin) ops.push(...resolveForkOps(writer, acl.map((head) => head.id)));
  return ops;
}

/** Seals and commits all of it. Runs between two seals, with nothing of the old slot pending. Twice is harmless: what is closed is not closed again. */
export async function commitLeaving(kernel: Kernel, old: Slot): Promise<void> {
  await settleUnsure(kernel);
  const parts: Sealed[] = [];
  const next = must(kernel.slot, 'slot');
  const ahead = logsAhead(kernel, old);
  for (const space of kernel.spaces.values()) {
    const fixed = await sealFixes(kernel, old, space, ahead.filter((log) => log.space === space).map((log) => log.fragment));
    const heads: OwnHead[] = [
      ...ownHeads(space, old.writer).filter((head) => !fixed.some((record) => equalBytes(must(record.header.prev, 'prev'), head.id))),
      ...fixed.map((record) => ({ id: record.id, acl: false, held: false })),
    ];
    const ops = closingOps(kernel, space, old.writer, heads);
    if (ops.length > 0) parts.push({ space, records: [...fixed, await sealClosing(kernel, next, space, ops)] });
  }
  await commitTogether(kernel, parts, [await retiredRow({ ...kernel.deps, store: kernel.store }, old.no)]);
}

/** One clock.fix to the end of each log. The clock may have been set right since, so what lies ahead in the log itself counts too. */
async function sealFixes(kernel: Kernel, slot: Slot, space: Space, fragments: readonly Fragment[]): Promise<ParsedRecord[]> {
  const tip = spaceTip(space, slot);
  const out: ParsedRecord[] = [];
  for (const fragment of fragments) {
    const own = must(fragment.log.ownTip(slot.writer), 'a log with records ahead');
    const parked = fragment.log.log(slot.writer).filter((record) => record.status === 'parked');
    const delta = Math.max(0, -kernel.time.offset(), ...parked.map((record) => record.hlc.ms - kernel.time.now()));
    const stamp = nextStamp(kernel.time.now(), own.hlc, space.seen);
    const ops: Operation[] = [{ primitive: PRIMITIVE.clockFix, verb: '', stamp, args: [parked[0]!.seq, null, Math.ceil(delta)] }];
    out.push(...(await sealOne(kernel, space, fragment, { class: RECORD_CLASS.op, epoch: must(space.rights.sealingEpoch(), 'epoch'), ops, tip, own, slot, heads: space.rights.headLinks() })));
  }
  return out;
}

async function sealClosing(kernel: Kernel, next: Slot, space: Space, ops: readonly AclOp[]): Promise<ParsedRecord> {
  const fragment = fragmentOf(kernel, space, FRAGMENT.acl);
  let last = lastStampOf(space, next.writer);
  const operations = ops.map((op): Operation => {
    last = nextStamp(kernel.time.now(), last, space.seen);
    return { ...encodeAclOp(op), verb: '', stamp: last };
  });
  const own = fragment.log.ownTip(next.writer);
  return (await sealOne(kernel, space, fragment, { class: RECORD_CLASS.acl, epoch: null, ops: operations, tip: spaceTip(space, next), own, slot: next }))[0]!;
}
