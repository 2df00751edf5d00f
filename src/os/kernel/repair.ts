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
  return new RepairShop(kernel, sealer, texts);
}

class RepairShop implements Repair {
  private chain: Promise<void> = Promise.resolve();
  private readonly retired = new Set<string>();
  private readonly planned = new Set<string>();

  constructor(private readonly kernel: Kernel, private readonly sealer: Sealer, private readonly texts: TextSessions) {}

  private run(work: () => Promise<void>): void {
    this.chain = this.chain.then(() => this.kernel.loading).then(work).catch((error: unknown) => this.kernel.fault('repair', error));
  }

  onFork(space: Space, writer: Bytes): void {
    this.run(() => this.mendFork(space, writer));
  }

  onTime(): void {
    this.run(() => this.fixClock());
  }

  onAcl(space: Space): void {
    if (this.planned.has(space.key)) return;
    this.planned.add(space.key);
    // A random pause: of several admins online the first one's rotation is seen by the others (TRUST 2.5).
    const pause = this.kernel.deps.random.bytes(2).reduce((sum, byte) => sum * 256 + byte, 0) % 2_000;
    this.kernel.deps.clock.setTimer(pause, () => {
      this.planned.delete(space.key);
      this.run(() => this.keysDue(space));
    });
  }

  idle(): Promise<void> {
    return this.chain;
  }

  /** New slot first, then the old one is closed in every space where it wrote; what is pending was sealed before. */
  private async leaveSlot(slot: Slot): Promise<void> {
    const { kernel } = this;
    if (this.retired.has(slot.text)) return;
    this.retired.add(slot.text);
    await this.sealer.flushAll();
    await kernel.store.commit({ origin: kernel.boot, records: [], values: [await retiredRow(kernel.deps, slot.no)] });
    const next = await takeSlot(kernel.deps, must(kernel.profile, 'profile'));
    await this.sealer.exclusive(async () => {
      kernel.slot = next;
      this.texts.reset();
      for (const space of kernel.spaces.values()) space.lastOwn = null;
    });
    slot.release();
    for (const space of kernel.spaces.values()) await this.retireIn(space, slot.writer);
    kernel.metric('slots.retired', 1);
  }

  private async retireIn(space: Space, writer: Bytes): Promise<void> {
    if (space.standing !== 'member' || space.rights.settlement(writer)) return;
    const keep = ownHeads(space, writer);
    if (keep.length > 0) await this.sealer.writeAcl(space, retireOps(writer, keep));
  }

  private async mendFork(space: Space, writer: Bytes): Promise<void> {
    const { kernel } = this;
    const key = toBase64url(writer);
    const profile = kernel.profile;
    if (!profile || space.rights.writer(writer)?.ds !== toBase64url(profile.ds.pub)) return;
    kernel.metric('forks.own', 1);
    if (kernel.slot?.text === key) return this.leaveSlot(kernel.slot);
    if (this.retired.has(key)) return;
    this.retired.add(key);
    await this.retireIn(space, writer);
  }

  /** Own records sealed while this clock was ahead of mesh time: one clock.fix to the end of each log, then a new slot. */
  private async fixClock(): Promise<void> {
    const { kernel } = this;
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
    if (!fixed) return;
    kernel.metric('clock.fixed', 1);
    await this.leaveSlot(slot);
  }

  private async keysDue(space: Space): Promise<void> {
    const { kernel } = this;
    const role = kernel.profile ? space.rights.roleOf(kernel.profile.uid) : null;
    if (!kernel.leader || space.standing !== 'member' || role === null) return;
    if (space.rights.rotationDue()) {
      if (role >= ROLE.admin) await rotateKey(kernel, this.sealer, space, 'member-left');
    } else if (space.rights.lackingKey().length > 0) await shareKey(kernel, this.sealer, space);
  }
}

/** All heads of a writer over the fragments of a space, every branch of a fork. */
function ownHeads(space: Space, writer: Bytes): Bytes[] {
  const key = toBase64url(writer);
  const out: Bytes[] = [];
  for (const fragment of space.fragments.values()) for (const head of fragment.log.heads()) if (head.writerKey === key) out.push(head.id);
  return out.sort(compareBytes);
}
