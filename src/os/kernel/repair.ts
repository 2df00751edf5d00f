/**
 * What a kernel mends by itself (FORMATS 4, 5): the own fork of a cloned profile (retire the slot, keep both branches, go on with a new slot), own records
 * sealed with a clock that was ahead (clock.fix to the end of the log, retire, new slot), keys that are due after a removal.
 */
import { toBase64url, type Bytes } from '#base/bytes';
import { must } from '#base/assert';
import { retireOps } from '#os/rights/builders';
import { compareBytes } from '#base/bytes';
import { PRIMITIVE, ROLE, type Operation } from '#vm/protocol/types';
import { rotateKey, shareKey } from './accept.ts';
import { applyLocal } from './transact.ts';
import { newBatch, publishTouched } from './deliver.ts';
import { takeStamp, type Sealer } from './sealer.ts';
import { retiredRow, takeSlot, type Slot } from './slots.ts';
import type { Kernel, Space } from './state.ts';
import type { TextSessions } from './text-sessions.ts';

export interface Repair {
  /** A contradiction among records of one writer was seen. */
  onFork(space: Space, writer: Bytes): void;
  /** Mesh time is known or moved. */
  onTime(): void;
  /** Members or keys changed. */
  onAcl(space: Space): void;
  idle(): Promise<void>;
}

export function createRepair(kernel: Kernel, sealer: Sealer, texts: TextSessions): Repair {
  let chain: Promise<void> = Promise.resolve();
  const retired = new Set<string>();
  const planned = new Set<string>();
  const run = (work: () => Promise<void>): void => {
    chain = chain.then(work).catch((error: unknown) => kernel.fault('repair', error));
  };

  /** New slot first, then the old one is closed in every space where it wrote; what is pending was sealed before. */
  const leaveSlot = async (slot: Slot): Promise<void> => {
    if (retired.has(slot.text)) return;
    retired.add(slot.text);
    await sealer.flushAll();
    const profile = must(kernel.profile, 'profile');
    const values = [await retiredRow(kernel.deps, slot.no)];
    await kernel.store.commit({ origin: kernel.boot, records: [], values });
    const next = await takeSlot(kernel.deps, profile);
    await sealer.exclusive(async () => {
      kernel.slot = next;
      texts.reset();
      for (const space of kernel.spaces.values()) space.lastOwn = null;
    });
    slot.release();
    for (const space of kernel.spaces.values()) await retireIn(space, slot.writer);
    kernel.metric('slots.retired', 1);
  };

  const retireIn = async (space: Space, writer: Bytes): Promise<void> => {
    if (space.standing !== 'member' || space.rights.settlement(writer)) return;
    const keep = ownHeads(space, writer);
    if (keep.length > 0) await sealer.writeAcl(space, retireOps(writer, keep));
  };

  const onFork = async (space: Space, writer: Bytes): Promise<void> => {
    const key = toBase64url(writer);
    const profile = kernel.profile;
    if (!profile || space.rights.writer(writer)?.ds !== toBase64url(profile.ds.pub)) return;
    kernel.metric('forks.own', 1);
    if (kernel.slot?.text === key) return leaveSlot(kernel.slot);
    if (!retired.has(key)) {
      retired.add(key);
      await retireIn(space, writer);
    }
  };

  const fixClock = async (): Promise<void> => {
    const slot = kernel.slot;
    const ahead = -kernel.time.offset();
    if (!slot || ahead <= 0) return;
    let fixed = false;
    for (const space of kernel.spaces.values()) {
      const batch = newBatch('local');
      for (const fragment of space.fragments.values()) {
        const parked = fragment.log.log(slot.writer).filter((record) => record.status === 'parked');
        if (parked.length === 0) continue;
        const op: Operation = { primitive: PRIMITIVE.clockFix, verb: '', stamp: takeStamp(kernel, space), args: [parked[0]!.seq, null, Math.ceil(ahead)] };
        applyLocal(kernel, fragment, [op], batch);
        fixed = true;
      }
      publishTouched(kernel, space, batch);
    }
    if (fixed) {
      kernel.metric('clock.fixed', 1);
      await leaveSlot(slot);
    }
  };

  const keysDue = async (space: Space): Promise<void> => {
    const profile = kernel.profile;
    if (!profile || !kernel.leader || space.standing !== 'member') return;
    const role = space.rights.roleOf(profile.uid);
    if (role === null) return;
    if (space.rights.rotationDue()) {
      if (role >= ROLE.admin) await rotateKey(kernel, sealer, space, 'member-left');
    } else if (space.rights.lackingKey().length > 0) await shareKey(kernel, sealer, space);
  };

  return {
    onFork: (space, writer) => run(() => onFork(space, writer)),
    onTime: () => run(fixClock),
    onAcl(space) {
      if (planned.has(space.key)) return;
      planned.add(space.key);
      // A random pause: of several admins online the first one's rotation is seen by the others (TRUST 2.5).
      const pause = kernel.deps.random.bytes(2).reduce((sum, byte) => sum * 256 + byte, 0) % 2_000;
      kernel.deps.clock.setTimer(pause, () => {
        planned.delete(space.key);
        run(() => keysDue(space));
      });
    },
    idle: () => chain,
  };
}

/** All heads of a writer over the fragments of a space, every branch of a fork. */
function ownHeads(space: Space, writer: Bytes): Bytes[] {
  const key = toBase64url(writer);
  const out: Bytes[] = [];
  for (const fragment of space.fragments.values()) for (const head of fragment.log.heads()) if (head.writerKey === key) out.push(head.id);
  return out.sort(compareBytes);
}
