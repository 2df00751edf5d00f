/**
 * Own operations become records: seal → one strict transaction → only then GUN, other tabs, links (FORMATS 2, Order of durability).
 * One seal at a time per kernel, because n and sprev run over all fragments of a space.
 */
import { equalBytes, type Bytes } from '#base/bytes';
import { AppError } from '#base/app-error';
import { must } from '#base/assert';
import { StoreError, type KeyValue } from '#ports/record-store';
import { KERNEL_LIMITS } from '#os/limits';
import { encodeAclOp, type AclOp } from '#vm/protocol/acl-operation';
import type { HeldRecord } from '#vm/log/held-record';
import { RecordTooLargeError, sealRecord, type SealedRecord } from '#vm/protocol/seal';
import { compareStamp, nextStamp } from '#vm/protocol/stamp';
import { FRAGMENT, RECORD_CLASS, type Operation, type ParsedRecord, type Stamp } from '#vm/protocol/types';
import { aclHeads, type Link } from './acl-heads.ts';
import { planFlush, type FlushWindow } from './flush-plan.ts';
import { observe } from './histogram.ts';
import { commitOwn, settleUnsure } from './commit.ts';
import { finishBatch, newBatch } from './deliver.ts';
import { cutIntoRecords } from './cut-records.ts';
import type { Slot } from './slots.ts';
import { mergeTextUpdates } from './text-sessions.ts';
import { fragmentOf } from './spaces.ts';
import type { Fragment, Kernel, PendingOp, Space } from './state.ts';
import { clearStoreFailure, isStoreClosed, noteStoreFailure, reviveStore, waitsFor } from './stuck.ts';

export interface Sealer {
  /** Flushes what is pending in the fragment (all fragments of the space without it); resolves when it is committed. */
  flush(space: Space, fragment?: Fragment): Promise<void>;
  /** Plans a flush by the batch windows of FORMATS 3. */
  schedule(space: Space, fragment: Fragment, window: FlushWindow): void;
  /** One acl record with these operations, committed before it resolves. Returns its id. */
  writeAcl(space: Space, ops: readonly AclOp[], values?: readonly KeyValue[]): Promise<Bytes>;
  /** One acl record for each list, in one transaction. */
  writeAclAll(space: Space, lists: readonly (readonly AclOp[])[], values?: readonly KeyValue[]): Promise<Bytes>;
  /** Runs work right behind a flush of the fragment, before the next seal. */
  afterFlush<T>(space: Space, fragment: Fragment, work: () => Promise<T>): Promise<T>;
  flushAll(): Promise<void>;
  /** Runs work between two seals. */
  exclusive<T>(work: () => Promise<T>): Promise<T>;
  /** Calls `change` (a new writer from here on) when nothing is pending or being sealed: what was made as one writer is signed by it. */
  betweenWriters(change: () => void): Promise<void>;
  retryNow(): Promise<void>;
}

/** The next stamp of this writer in a space (FORMATS 3). */
export function takeStamp(kernel: Kernel, space: Space): Stamp {
  const stamp = nextStamp(kernel.time.now(), space.lastOwn, space.seen);
  space.lastOwn = stamp;
  return stamp;
}


interface Tip {
  n: number;
  sprev: Bytes | null;
}

export function createSealer(kernel: Kernel, ready: (space: Space) => Promise<void>): Sealer {
  let chain: Promise<unknown> = Promise.resolve();
  let retry: (() => void) | null = null;
  let pause = KERNEL_LIMITS.retryMs as number;

  const exclusive = <T>(work: () => Promise<T>): Promise<T> => {
    const next = chain.then(work, work);
    chain = next.catch(() => undefined);
    return next;
  };
  const planRetry = (): void => {
    if (retry) return;
    retry = kernel.deps.clock.setTimer(pause, () => {
      retry = null;
      for (const one of kernel.spaces.values()) void exclusive(() => flushNow(one)).catch(() => undefined);
    });
    pause = Math.min(pause * 2, KERNEL_LIMITS.retryMaxMs);
  };
  const flushNow = async (space: Space, only?: Fragment): Promise<void> => {
    await ready(space);
    try {
      if (!(await sealDue(kernel, space, only))) return;
      pause = KERNEL_LIMITS.retryMs;
      clearStoreFailure(kernel);
    } catch (error) {
      if (!(error instanceof StoreError)) {
        kernel.fault('seal', error);
        throw error;
      }
      noteStoreFailure(kernel, error);
      if (error.reason === 'closed' || error.reason === 'blocked') await reviveStore(kernel);
      planRetry();
      throw error;
    }
  };
  const flushEach = async (): Promise<void> => {
    let first: unknown = null;
    for (const space of kernel.spaces.values()) await exclusive(() => flushNow(space)).catch((error: unknown) => void (first ??= error));
    if (first !== null) throw first;
  };

  const writeAclAll: Sealer['writeAclAll'] = (space, lists, values = []) => exclusive(async () => {
    await ready(space);
    if (kernel.revoked !== null) throw new AppError('device-revoked', 'This device was taken away.', 'What was here before stays readable.', 'Use another device of yours.');
    await settleUnsure(kernel);
    const records = await sealAcl(kernel, space, lists);
    await commitOwn(kernel, space, records, values);
    clearStoreFailure(kernel);
    return records[0]!.id;
  });

  return {
    exclusive,
    flush: (space, fragment) => exclusive(() => flushNow(space, fragment)),
    schedule: (space, fragment, window) => planSeal(kernel, fragment, window, () => void exclusive(() => flushNow(space, fragment)).catch(() => undefined)),
    writeAcl: (space, ops, values) => writeAclAll(space, [ops], values),
    writeAclAll,
    afterFlush: (space, fragment, work) => exclusive(() => flushNow(space, fragment).then(work)),
    flushAll: flushEach,
    betweenWriters: (change) => exclusive(async () => {
      for (let rounds = 0; rounds < KERNEL_LIMITS.writerFlushes && sealable(kernel); rounds++) for (const space of kernel.spaces.values()) await flushNow(space);
      change();
    }),
    async retryNow() {
      retry?.();
      retry = null;
      pause = KERNEL_LIMITS.retryMs;
      // Also when nothing of ours waits: what others send is stored as well.
      if (isStoreClosed(kernel) && (await reviveStore(kernel))) clearStoreFailure(kernel);
      await flushEach().catch(() => undefined);
    },
  };
}

function planSeal(kernel: Kernel, fragment: Fragment, window: FlushWindow, flush: () => void): void {
  const now = kernel.deps.clock.monotonic();
  const plan = planFlush(fragment.flushPlan, window, now, fragment.lastFlush);
  if (fragment.cancelFlush && fragment.flushPlan?.due === plan.due) return void (fragment.flushPlan = plan);
  fragment.cancelFlush?.();
  fragment.flushPlan = plan;
  fragment.cancelFlush = kernel.deps.clock.setTimer(plan.due - now, () => {
    fragment.cancelFlush = null;
    fragment.lastFlush = kernel.deps.clock.monotonic();
    flush();
  });
}

/** Seals and commits what is pending; false when there was nothing to commit. Rejects with what is pending as it was before. */
async function sealDue(kernel: Kernel, space: Space, only: Fragment | undefined): Promise<boolean> {
  if (kernel.revoked !== null) return false;
  await settleUnsure(kernel);
  const due = dueOf(kernel, space, only);
  if (due.length === 0) return false;
  for (const fragment of due) startSealing(fragment);
  try {
    const sealed = await sealPending(kernel, space, due);
    const made = due.map((fragment) => fragment.sealing[0]?.at ?? kernel.deps.clock.now());
    if (sealed.length > 0) await commitOwn(kernel, space, sealed, []);
    else unsealed(due);
    if (sealed.length > 0) for (const at of made) observe(kernel, 'latency.act-to-durable', kernel.deps.clock.now() - at);
    return sealed.length > 0;
  } catch (error) {
    unsealed(due);
    throw error;
  }
}

/** Fragments whose pending operations are sealed now. Those that one act touched go together or not at all (ACT1). */
function dueOf(kernel: Kernel, space: Space, only?: Fragment): Fragment[] {
  // Under rights that do not write, or without a key, it would have no effect for anybody: it waits, visibly.
  const isDue = (f: Fragment): boolean => f.pending.length > 0 && waitsFor(kernel, space, f) === null;
  const due = new Set<Fragment>();
  for (const fragment of only ? [only] : space.fragments.values()) {
    if (due.has(fragment) || !isDue(fragment)) continue;
    const together = withActs(fragment);
    if (together.every(isDue)) for (const one of together) due.add(one);
  }
  return [...due];
}

/** The fragment and those that acts still pending touched together with it, over several such acts. */
function withActs(fragment: Fragment): Fragment[] {
  const found = new Set([fragment]);
  // Those found on the way are looked at as well.
  for (const one of found) for (const { act } of one.pending) for (const other of act ?? []) if (other.pending.length > 0) found.add(other);
  return [...found];
}

/** Own operations that could be sealed now. */
const sealable = (kernel: Kernel): boolean => kernel.revoked === null && [...kernel.spaces.values()].some((space) => dueOf(kernel, space).length > 0);

function startSealing(fragment: Fragment): void {
  fragment.cancelFlush?.();
  fragment.cancelFlush = null;
  fragment.flushPlan = null;
  fragment.sealing = fragment.pending;
  fragment.pending = [];
}

function unsealed(fragments: readonly Fragment[]): void {
  for (const fragment of fragments) {
    fragment.pending = [...fragment.sealing, ...fragment.pending];
    fragment.sealing = [];
  }
}

async function sealPending(kernel: Kernel, space: Space, due: readonly Fragment[]): Promise<ParsedRecord[]> {
  const epoch = space.rights.sealingEpoch();
  if (!epoch) return [];
  // Chosen together: a removal that arrives while the crypto works must not stand in the past of a record under the epoch of before.
  const heads = space.rights.headLinks();
  const tip = spaceTip(space, must(kernel.slot, 'slot'));
  const records: ParsedRecord[] = [];
  for (const fragment of due) {
    let own: LogTip | null = fragment.log.ownTip(must(kernel.slot, 'slot').writer);
    if (own) exceed(kernel, space, fragment, own.hlc);
    for (const ops of cutIntoRecords(mergeTextUpdates(fragment.sealing))) {
      for (const record of await sealOne(kernel, space, fragment, { class: RECORD_CLASS.op, epoch, ops, tip, own, heads })) {
        own = tipOf(record);
        records.push(record);
      }
    }
  }
  return records;
}

/**
 * Stamps exceed the header hlc of `prev` (FORMATS 3), or the record would never have effect: when own records turned up after these operations were
 * made (a restored profile pulls its newer part), they are stamped anew. Nobody has seen them yet.
 */
function exceed(kernel: Kernel, space: Space, fragment: Fragment, prev: Stamp): void {
  const first = fragment.sealing[0];
  if (!first || compareStamp(first.op.stamp, prev) > 0) return;
  if (!space.lastOwn || compareStamp(prev, space.lastOwn) > 0) space.lastOwn = prev;
  const anew = (list: readonly PendingOp[]): PendingOp[] => list.map((item) => ({ ...item, op: { ...item.op, stamp: takeStamp(kernel, space) } }));
  fragment.sealing = anew(fragment.sealing);
  fragment.pending = anew(fragment.pending);
  const batch = newBatch('local');
  batch.rebuild.add(fragment);
  finishBatch(kernel, space, batch);
}

/** Where the own log of the fragment stands. */
export type LogTip = Pick<HeldRecord, 'seq' | 'id' | 'hlc' | 'acl'>;

/** Where it stands behind this record. */
export const tipOf = ({ header, id }: ParsedRecord): LogTip => ({ seq: header.seq, id, hlc: header.hlc, acl: header.acl });

interface SealInput {
  class: number;
  epoch: Bytes | null;
  ops: readonly Operation[];
  /** Class snapshot: its payload. */
  piece?: Bytes;
  tip: Tip;
  own: LogTip | null;
  /** The slot that signs; the one in use when left out. */
  slot?: Slot;
  /** acl heads; those of the rights when left out. */
  heads?: readonly Link[];
}

/** Seals the operations into one record, or into several when they are too large for one. */
export async function sealOne(kernel: Kernel, space: Space, fragment: Fragment, input: SealInput): Promise<ParsedRecord[]> {
  const slot = input.slot ?? must(kernel.slot, 'slot');
  const aead = input.epoch ? must(await space.keys.body(input.epoch, fragment.id, slot.writer), 'body key') : null;
  const isAcl = input.class === RECORD_CLASS.acl;
  let record: SealedRecord;
  try {
    record = await sealRecord(kernel.deps.crypto, {
      space: space.id, fragment: fragment.id, class: input.class,
      seq: input.own ? input.own.seq + 1 : 0, prev: input.own ? input.own.id : null,
      n: input.tip.n, sprev: input.tip.sprev,
      deps: isAcl ? [] : fragment.log.depsCandidates(slot.writer),
      acl: aclHeads(kernel, space, input.own, isAcl, slot.writer, input.heads),
      ops: input.ops, ...(input.piece ? { piece: { payload: input.piece, stamp: takeStamp(kernel, space) } } : {}), certificate: input.own ? null : slot.statement,
      signer: slot.key, epoch: input.epoch, bodyKey: aead, random: kernel.deps.random,
    });
  } catch (error) {
    if (error instanceof RecordTooLargeError) return sealHalves(kernel, space, fragment, input);
    throw error;
  }
  input.tip.n = record.header.n + 1;
  input.tip.sprev = record.id;
  if (!input.piece) kernel.sealedOps.set(record, { kind: 'ops', ops: input.ops, payload: record.payload });
  kernel.metric('records.sealed', 1);
  kernel.metric('ops.sealed', input.ops.length);
  return [record];
}

async function sealHalves(kernel: Kernel, space: Space, fragment: Fragment, input: SealInput): Promise<ParsedRecord[]> {
  const half = input.ops.length >> 1;
  if (half === 0) throw new AppError('too-large', 'One change is larger than 64 KiB.', 'Everything else is saved.', 'Split it into smaller parts.');
  const first = await sealOne(kernel, space, fragment, { ...input, ops: input.ops.slice(0, half) });
  const own = tipOf(first[first.length - 1]!);
  return [...first, ...(await sealOne(kernel, space, fragment, { ...input, own, ops: input.ops.slice(half) }))];
}

/** Next n and sprev of this writer in the space, from what is held. */
export function spaceTip(space: Space, slot: Pick<Slot, 'writer'>): Tip {
  const last = space.chain.tip(slot.writer);
  return last ? { n: last.n + 1, sprev: last.id } : { n: 0, sprev: null };
}

async function sealAcl(kernel: Kernel, space: Space, lists: readonly (readonly AclOp[])[]): Promise<ParsedRecord[]> {
  const fragment = fragmentOf(kernel, space, FRAGMENT.acl);
  const slot = must(kernel.slot, 'slot');
  const tip = spaceTip(space, slot);
  let own: LogTip | null = fragment.log.ownTip(slot.writer);
  let heads = space.rights.headLinks();
  const records: ParsedRecord[] = [];
  for (const ops of lists) {
    const operations = ops.map((op): Operation => ({ ...encodeAclOp(op), verb: '', stamp: takeStamp(kernel, space) }));
    const [record] = await sealOne(kernel, space, fragment, { class: RECORD_CLASS.acl, epoch: null, ops: operations, tip, own, heads });
    own = tipOf(record!);
    // The next one stands on this one, and so on all that this one names.
    heads = [own, ...heads.filter((head) => !record!.header.acl.some((id) => equalBytes(id, head.id)))];
    records.push(record!);
  }
  return records;
}
