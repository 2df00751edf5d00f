/**
 * What a kernel mends by itself (FORMATS 4, 5): the own fork of a cloned profile (retire the slot, keep both branches, go on with a new slot), own records
 * sealed with a clock that was ahead (clock.fix to the end of the log, retire, new slot: one act), keys that are due after a removal or by age.
 */
import { fromBase64url, toBase64url, type Bytes } from '#base/bytes';
import { must } from '#base/assert';
import { StoreError } from '#ports/record-store';
import { KERNEL_LIMITS } from '#os/limits';
import type { ForkEvidence } from '#vm/log/space-chain';
import { ROLE } from '#vm/protocol/types';
import { createExpiry, standingRole, type Expiry } from './expiry.ts';
import { createForkProofs, type ForkProofs } from './fork-proofs.ts';
import { randomPause } from './random-pause.ts';
import type { Sealer } from './sealer.ts';
import { lastStampOf, logsAhead, ownHeads, stampsAhead, strandedSlots } from './slot-state.ts';
import { retiredSlots, takeIdleSlot, takeSlot, type Slot } from './slots.ts';
import { ACL_KEY } from './spaces.ts';
import type { Kernel, Space } from './state.ts';
import type { TextSessions } from './text-sessions.ts';

export interface Repair {
  /** A contradiction among records of one writer was seen. */
  onFork(space: Space, evidence: ForkEvidence): void;
  /** Mesh time is known or moved. */
  onTime(): void;
  /** Looks for own records that wait for a far-off time, of this tab and of tabs that are gone, and for access that ended. */
  onTick(): void;
  /** Members, keys or settlements changed, or a closed log showed a branch that nobody keeps. */
  onAcl(space: Space): void;
  /** Something is shown anew where things were moved from. */
  onMoved(space: Space): void;
  idle(): Promise<void>;
}

export function createRepair(kernel: Kernel, sealer: Sealer, texts: TextSessions): Repair {
  return new RepairShop(kernel, sealer, texts);
}

class RepairShop implements Repair {
  private chain: Promise<void> = Promise.resolve();
  private readonly retired = new Set<string>();
  private readonly planned = new Set<string>();
  /** Idle slots whose clock was put right in this run. */
  private readonly fixed = new Set<string>();
  /** When idle slots are looked at again, ms monotone. */
  private nextLook = -Infinity;
  /** When the age of keys is looked at again, ms monotone. */
  private nextKeyLook = -Infinity;
  private readonly proofs: ForkProofs;
  private readonly expiry: Expiry;
  /** Until what the disk refused is tried again, ms. */
  private pauseMs: number = KERNEL_LIMITS.retryMs;

  constructor(private readonly kernel: Kernel, private readonly sealer: Sealer, private readonly texts: TextSessions) {
    this.proofs = createForkProofs(kernel, sealer, (work, again) => this.run(work, again));
    this.expiry = createExpiry(kernel, (work) => this.run(work), async (space, member) => (await import('./removal.ts')).endAccess(kernel, sealer, space, member));
  }

  /** With the store in use now: it may have been opened again. */
  private deps(): Kernel['deps'] {
    return { ...this.kernel.deps, store: this.kernel.store };
  }

  /** One work after the other. `again` is called after a pause when the disk refused: nothing else may ever happen that brings the work up anew. */
  private run(work: () => Promise<void>, again?: () => void): void {
    const { kernel } = this;
    this.chain = this.chain.then(() => kernel.loading).then(() => (kernel.revoked === null && !kernel.reading && !kernel.deps.beacon ? work() : undefined)).then(() => void (this.pauseMs = KERNEL_LIMITS.retryMs), (error: unknown) => {
      kernel.fault('repair', error);
      if (!(error instanceof StoreError) || !again) return;
      kernel.deps.clock.setTimer(this.pauseMs, again);
      this.pauseMs = Math.min(this.pauseMs * 2, KERNEL_LIMITS.retryMaxMs);
    });
  }

  onFork(space: Space, evidence: ForkEvidence): void {
    this.run(() => this.mendFork(space, evidence.writer), () => this.onAcl(space));
    this.proofs.plan(space, evidence);
  }

  onTime(): void {
    this.run(() => this.fixClock());
  }

  onAcl(space: Space): void {
    if (this.planned.has(space.key)) return;
    this.planned.add(space.key);
    // Of several admins online the first one's rotation is seen by the others.
    this.kernel.deps.clock.setTimer(randomPause(this.kernel.deps.random, KERNEL_LIMITS.repairPauseMs), () => {
      this.planned.delete(space.key);
      this.run(async () => {
        await this.keepBranches(space);
        await this.devicesDue(space);
        await this.keysDue(space);
        await this.newcomersDue(space);
      }, () => this.onAcl(space));
    });
  }

  /** What was written in an old place by who did not know of a move is brought over by Owners and Admins (MOV3): of several online the first one's work is seen by the others. */
  onMoved(space: Space): void {
    const planned = `moves ${space.key}`;
    if (this.planned.has(planned)) return;
    this.planned.add(planned);
    this.kernel.deps.clock.setTimer(randomPause(this.kernel.deps.random, KERNEL_LIMITS.movePauseMs), () => {
      this.planned.delete(planned);
      this.run(() => this.movesDue(space), () => this.onMoved(space));
    });
  }

  private async movesDue(space: Space): Promise<void> {
    const { kernel, sealer, texts } = this;
    const manages = kernel.leader && kernel.profile !== null && space.standing === 'member' && (standingRole(kernel, space, kernel.profile.uid) ?? 0) >= ROLE.admin;
    if (manages) await (await import('./move-acts.ts')).catchUp({ kernel, sealer, texts }, space);
  }

  onTick(): void {
    const { kernel } = this;
    const now = kernel.deps.clock.monotonic();
    if (now < this.nextLook) return;
    this.nextLook = now + KERNEL_LIMITS.strandedLookMs;
    if (!kernel.loading) this.expiry.look();
    if (!kernel.time.known()) return;
    this.lookAtKeys(now);
    const stranded = strandedSlots(kernel);
    // Made before mesh time was known and sealed after it.
    if (kernel.slot && (stranded.has(kernel.slot.text) || stampsAhead(kernel, kernel.slot))) this.run(() => this.fixClock());
    if (kernel.leader && this.idleSlots(stranded).size > 0) this.run(() => this.closeStranded(), () => this.onAclOfAll());
  }

  private onAclOfAll(): void {
    for (const space of this.kernel.spaces.values()) this.onAcl(space);
  }

  /** Nothing happens when a key grows old: it is looked at by the clock. */
  private lookAtKeys(now: number): void {
    if (!this.kernel.leader || now < this.nextKeyLook) return;
    this.nextKeyLook = now + KERNEL_LIMITS.keyLookMs;
    for (const space of this.kernel.spaces.values()) if (epochIsOld(this.kernel, space)) this.onAcl(space);
  }

  idle(): Promise<void> {
    return this.chain;
  }

  /** New slot first, when nothing made as the old one is pending; then the old one is closed in every space where it wrote. */
  private async leaveSlot(slot: Slot): Promise<void> {
    const { kernel } = this;
    if (this.retired.has(slot.text)) return;
    let next: Slot | null = null;
    try {
      const taken = (next = await takeSlot(this.deps(), must(kernel.profile, 'profile'), [slot]));
      await this.sealer.flushAll();
      await this.sealer.betweenWriters(() => {
        kernel.slot = taken;
        this.texts.reset();
        for (const space of kernel.spaces.values()) space.lastOwn = lastStampOf(space, taken.writer);
      });
    } catch (error) {
      next?.release();
      kernel.deps.clock.setTimer(KERNEL_LIMITS.retryMs, () => this.run(() => this.leaveSlot(slot)));
      if (error instanceof StoreError) return;
      throw error;
    }
    this.retired.add(slot.text);
    await this.closeSlot(slot);
  }

  /** In one act with what puts its clock right; a disk that says no is asked again. Until then a crash leaves the slot as it was. */
  private async closeSlot(slot: Slot): Promise<void> {
    const { kernel } = this;
    try {
      const { commitLeaving } = await import('./leave-slot.ts');
      await this.sealer.exclusive(() => commitLeaving(kernel, slot));
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      kernel.deps.clock.setTimer(KERNEL_LIMITS.retryMs, () => this.run(() => this.closeSlot(slot)));
      return;
    }
    slot.release();
    kernel.metric('slots.retired', 1);
  }

  /** Closes a slot of this device in a space and keeps every branch held; again when heads showed up that no settlement keeps. */
  private async retireIn(space: Space, writer: Bytes): Promise<void> {
    const { closingOps } = await import('./leave-slot.ts');
    const ops = closingOps(this.kernel, space, writer, ownHeads(space, writer));
    if (ops.length > 0) await this.sealer.writeAcl(space, ops);
  }

  /** Slots of this device that are closed here or in the space: what of them is in no settlement yet. */
  private async keepBranches(space: Space): Promise<void> {
    const { kernel } = this;
    const profile = kernel.profile;
    if (!profile) return;
    const closed = await retiredSlots(this.deps());
    for (const writer of space.rights.slotsOf(profile.ds.pub)) {
      const own = writer === kernel.slot?.text;
      if (!own && !kernel.leader) continue;
      const bytes = must(fromBase64url(writer), 'writer');
      // A fork whose n and sprev fit is seen in its log only, one whose other branch is not held here in a proof only.
      const forked = space.rights.view().forkProofs.has(writer) || ownHeads(space, bytes).some((head) => head.held);
      if (!space.rights.settlement(bytes) && forked) await this.mendFork(space, bytes);
      if (own) {
        // An admin settled it: nothing that is sealed behind the kept heads has effect.
        if (space.rights.settlement(bytes)) await this.leaveSlot(kernel.slot!);
        continue;
      }
      if (closed.has(writer) || space.rights.settlement(bytes)) await this.retireIn(space, bytes);
    }
  }

  private async mendFork(space: Space, writer: Bytes): Promise<void> {
    const { kernel } = this;
    const key = toBase64url(writer);
    const profile = kernel.profile;
    if (!profile || space.rights.writer(writer)?.ds !== toBase64url(profile.ds.pub)) return;
    kernel.metric('forks.own', 1);
    if (kernel.slot?.text === key) return this.leaveSlot(kernel.slot);
    if (this.retired.has(key)) return;
    await this.retireIn(space, writer);
    this.retired.add(key);
  }

  /** Own records sealed while this clock was ahead of mesh time: one clock.fix to the end of each log that waits, and a new slot. */
  private async fixClock(): Promise<void> {
    const { kernel } = this;
    const slot = kernel.slot;
    if (!slot || !kernel.time.known() || (logsAhead(kernel, slot).length === 0 && !stampsAhead(kernel, slot))) return;
    kernel.metric('clock.fixed', 1);
    await this.leaveSlot(slot);
  }

  /** Those of the stranded slots that may be tried: a fix that did not help is not written again and again. */
  private idleSlots(stranded: ReadonlySet<string>): Set<string> {
    return new Set([...stranded].filter((writer) => writer !== this.kernel.slot?.text && !this.fixed.has(writer)));
  }

  /** Slots whose tab ended before it learnt mesh time: their last record is a clock.fix, then they are closed. */
  private async closeStranded(): Promise<void> {
    const { kernel } = this;
    const { fixStranded } = await import('./stranded.ts');
    const next = (): Promise<Slot | null> => takeIdleSlot(this.deps(), this.idleSlots(strandedSlots(kernel)));
    for (let slot = await next(); slot !== null; slot = await next()) {
      const idle = slot;
      try {
        if (!(await this.sealer.exclusive(() => fixStranded(kernel, idle)))) return;
        this.fixed.add(idle.text);
        this.retired.add(idle.text);
        kernel.metric('clock.fixed', 1);
      } catch (error) {
        // The disk said no: looked at again at a later tick.
        if (error instanceof StoreError) return;
        throw error;
      } finally {
        idle.release();
      }
      for (const space of kernel.spaces.values()) await this.retireIn(space, idle.writer);
      kernel.metric('slots.retired', 1);
    }
  }

  /** Devices that this person took away, in spaces that do not say so yet: what the disk refused, spaces that came later, acts that lost their effect. */
  private async devicesDue(space: Space): Promise<void> {
    const { kernel } = this;
    const { state, dead } = space.rights.view();
    const revoked = [...(state.persons.get(toBase64url(must(kernel.profile, 'profile').uid))?.devices.values() ?? [])].some((device) => device.revoked);
    if (kernel.leader && kernel.revoked === null && (kernel.dropped.size > 0 || revoked || dead.size > 0)) await (await import('./device-acts.ts')).dropDevices(kernel, this.sealer, space);
  }

  /** Newcomers who read from their coming on are told what everybody has to know, under a key they have. */
  private async newcomersDue(space: Space): Promise<void> {
    const { kernel, sealer, texts } = this;
    if (!kernel.leader || space.standing !== 'member' || space.rights.view().devices.every(({ since }) => since === undefined)) return;
    await (await import('./told-again.ts')).tellAgain({ kernel, sealer, texts }, space);
  }

  private async keysDue(space: Space): Promise<void> {
    const { kernel } = this;
    const role = kernel.profile ? standingRole(kernel, space, kernel.profile.uid) : null;
    if (!kernel.leader || space.standing !== 'member' || role === null) return;
    const { newcomersWait, rotateKey, shareBeside, shareKey } = await import('./accept.ts');
    // What others said they gave is given again, once (KEY11).
    const surely = role >= ROLE.admin;
    const shareParts = async (): Promise<boolean> => space.rights.lackingParts(surely).length > 0 && (await import('./part-keys.ts')).shareParts(kernel, this.sealer, space, surely);
    // A key that is due is made by an Owner or Admin. Until one comes, whoever has the old ones gives them to members' devices that lack them.
    const due = !surely ? null : space.rights.rotationDue() ? 'member-left' : epochIsOld(kernel, space) ? 'age' : newcomersWait(space) ? 'joined' : null;
    if (due !== null) await rotateKey(kernel, this.sealer, space, due);
    // One record at a look. What can be given to nobody, as to a device without a usable key, holds up nothing behind it.
    else if (!(await shareKey(kernel, this.sealer, space, surely)) && !(await shareParts())) await shareBeside(kernel, this.sealer, space, surely);
  }
}

/** Was the epoch in use made longer ago than a key should live? By the stamp of its record. */
function epochIsOld(kernel: Kernel, space: Space): boolean {
  const sealing = space.rights.view().sealing;
  const record = sealing && space.fragments.get(ACL_KEY)?.log.get(sealing.record);
  return !!record && kernel.time.now() - record.hlc.ms > KERNEL_LIMITS.epochMs;
}
