/** Acks as they come: counted, told to the other tabs and kept in the store a little later (they are evidence, never truth of their own). */
import { toBase64url } from '#base/bytes';
import { KERNEL_LIMITS } from '#os/limits';
import type { Ack } from '#vm/replication/host';
import type { AckRow } from './copies.ts';
import { logKey } from './log-key.ts';
import type { Fragment, Kernel, Space } from './state.ts';

/** Row of what a device confirmed of a log. */
export const ackRow = (log: string, device: string): string => `ack/${log}/${device}`;

export interface AckBook {
  onAck(ack: Ack): void;
  /** Rows another tab of this profile learnt. */
  learn(rows: readonly AckRow[]): void;
}

export function createAckBook(kernel: Kernel, tell: (rows: AckRow[]) => void): AckBook {
  const rows: AckRow[] = [];
  const flush = (): void => {
    const due = rows.splice(0);
    tell(due);
    const values = due.map((row): [string, unknown] => [ackRow(row.log, row.device), row]);
    void kernel.store.commit({ origin: kernel.boot, records: [], values }).catch((error: unknown) => kernel.fault('acks', error));
  };
  /** An ack may overtake the record it speaks of on its way over a third device. */
  const early: Ack[] = [];
  const later = (ack: Ack): void => {
    if (early.length >= KERNEL_LIMITS.earlyAcks) return kernel.metric('acks.unknown', 1);
    early.push(ack);
    if (early.length > 1) return;
    kernel.deps.clock.setTimer(KERNEL_LIMITS.earlyAckMs, () => {
      for (const one of early.splice(0)) {
        if (isOfRecord(kernel, one)) take(one);
        else kernel.metric('acks.unknown', 1);
      }
    });
  };
  const take = (ack: Ack): void => {
    const space = { key: toBase64url(ack.space) };
    const fragment = { key: toBase64url(ack.fragment) };
    const row = kernel.copies.ack(logKey(space, fragment, toBase64url(ack.writer)), toBase64url(ack.ds), ack.seq, kernel.deps.clock.now());
    if (!row) return;
    rows.push(row);
    if (rows.length === 1) kernel.deps.clock.setTimer(KERNEL_LIMITS.ackGatherMs, flush);
    settleUnconfirmed(kernel);
    kernel.emit({ type: 'copies', space: space.key, fragment: fragment.key });
  };
  return {
    onAck(ack) {
      if (ack.level !== 1) return;
      if (isOfRecord(kernel, ack)) take(ack);
      else later(ack);
    },
    learn(list) {
      for (const row of list) kernel.copies.ack(row.log, row.device, row.seq, row.at);
      settleUnconfirmed(kernel);
      kernel.emit({ type: 'copies' });
    },
  };
}

/** Only what names a record held here counts: a seq that does not exist would confirm everything to come, an id of another branch what was never sent. */
function isOfRecord(kernel: Kernel, ack: Ack): boolean {
  const fragment = kernel.spaces.get(toBase64url(ack.space))?.fragments.get(toBase64url(ack.fragment));
  return fragment?.index.at(toBase64url(ack.writer), ack.seq).includes(toBase64url(ack.id)) ?? false;
}

/** A fragment found waiting when this was looked at last, and from which end it was searched. Most acks are of another one: then nothing has to be. */
const waiting = new WeakMap<Space, { readonly fragment: Fragment; readonly fromEnd: boolean }>();

/** Nothing waits for a confirmation any more: the clock of "Only on this device" starts anew with the next write. */
function settleUnconfirmed(kernel: Kernel): void {
  const slot = kernel.slot;
  if (!slot) return;
  for (const space of kernel.spaces.values()) {
    if (space.unconfirmedSince === null) continue;
    const isOpen = (fragment: Fragment): boolean => {
      const tip = fragment.log.contiguous(slot.writer);
      return tip >= 0 && kernel.copies.confirmed(logKey(space, fragment, slot.text)) < tip;
    };
    const last = waiting.get(space);
    if (last && isOpen(last.fragment)) continue;
    // Acks come in the order of the fragments or against it: at one of the ends is one that waits longest.
    const fromEnd = last?.fromEnd !== true;
    const all = [...space.fragments.values()];
    const fragment = fromEnd ? all.findLast(isOpen) : all.find(isOpen);
    if (fragment) waiting.set(space, { fragment, fromEnd });
    else space.unconfirmedSince = null;
  }
}
