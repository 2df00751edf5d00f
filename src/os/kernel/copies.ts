/**
 * Who holds what (FORMATS 8, Ack; UX 5): with the word of the device that wrote it, all that "On N devices" counts. An ack of a device for (log, seq) covers
 * everything below it in that log.
 * Rights and counts are per device, never per tab. Pure; persisted by the kernel as rows `ack/…`.
 */
import type { Copies, CopyState } from '#os/api';
import type { AppErrorShape } from '#base/app-error';

export interface AckRow {
  /** Text ids. */
  readonly log: string;
  readonly device: string;
  readonly seq: number;
  /** ms, this device's clock at receipt. */
  readonly at: number;
}

export interface CopyTracker {
  /** Returns the row to persist, or null when nothing new was learnt. */
  ack(log: string, device: string, seq: number, at: number): AckRow | null;
  restore(row: AckRow): void;
  /** What a device confirmed of the logs of a space counts no more; which logs that were. */
  forget(space: string, device: string): string[];
  /** Devices (not this one) that hold the record, and the newest confirmation; of those that `counts` says yes to. */
  holders(log: string, seq: number, counts?: (device: string) => boolean): { devices: string[]; lastConfirmed: number | null };
  /** The furthest seq that some other device confirmed over a log, −1 when none; of those that `counts` says yes to. */
  confirmed(log: string, counts?: (device: string) => boolean): number;
  /** The furthest that one of these devices confirmed of a log. */
  heldBy(log: string, devices: readonly string[]): { readonly seq: number; readonly at: number } | null;
}

export function createCopyTracker(): CopyTracker {
  const logs = new Map<string, Map<string, { seq: number; at: number }>>();
  const put = (log: string, device: string, seq: number, at: number): boolean => {
    let devices = logs.get(log);
    if (!devices) logs.set(log, (devices = new Map()));
    const known = devices.get(device);
    if (known && known.seq >= seq) return false;
    devices.set(device, { seq, at });
    return true;
  };
  return {
    ack: (log, device, seq, at) => (put(log, device, seq, at) ? { log, device, seq, at } : null),
    restore: (row) => void put(row.log, row.device, row.seq, row.at),
    forget: (space, device) => [...logs].filter(([log, devices]) => log.startsWith(`${space}/`) && devices.delete(device)).map(([log]) => log),
    holders(log, seq, counts = () => true) {
      const devices: string[] = [];
      let lastConfirmed: number | null = null;
      for (const [device, ack] of logs.get(log) ?? []) {
        if (ack.seq < seq) continue;
        if (!counts(device)) continue;
        devices.push(device);
        lastConfirmed = Math.max(lastConfirmed ?? 0, ack.at);
      }
      return { devices, lastConfirmed };
    },
    confirmed(log, counts = () => true) {
      let best = -1;
      for (const [device, ack] of logs.get(log) ?? []) if (ack.seq > best && counts(device)) best = ack.seq;
      return best;
    },
    heldBy: (log, devices) => devices.flatMap((device) => logs.get(log)?.get(device) ?? []).sort((a, b) => b.seq - a.seq)[0] ?? null,
  };
}

/** "Saved here" turns into "Only on this device" when nobody confirmed for this long, ms (UX 5). */
export const UNCONFIRMED_MS = 60_000;

export interface CopyFacts {
  /** Why nothing of it can be saved now, and since when, ms. */
  readonly stuck: { readonly reason: AppErrorShape; readonly since: number | null } | null;
  /** Own operations not yet committed. */
  readonly unsaved: number;
  readonly others: readonly string[];
  /** Those of them that are counted because they wrote it, and did not acknowledge anything of it. */
  readonly wrote: readonly string[];
  /** Names of beacons that hold it. */
  readonly beacons: readonly string[];
  readonly lastConfirmed: number | null;
  /** Other devices that could hold it exist (members' devices other than this one). */
  readonly otherDevices: boolean;
  readonly linked: boolean;
  /** Own records nobody confirmed, and since when the oldest waits (ms), null when none. */
  readonly unconfirmed: number;
  readonly since: number | null;
  /** Records known to exist and not here, and since when, ms. */
  readonly missing: number;
  readonly gap: number | null;
  readonly now: number;
  /** This device; null when it keeps nothing and so is no copy. */
  readonly self: string | null;
  readonly newer: boolean;
}

/** The one state word for a thing or a fragment; order of the tests = what a person must know first. */
export function copyState(f: CopyFacts): Copies {
  const base = { devices: [...(f.self === null ? [] : [f.self]), ...f.others], wrote: [...f.wrote], beacons: [...f.beacons], lastConfirmed: f.lastConfirmed, since: f.since, reason: null };
  const as = (state: CopyState, count = 0): Copies => ({ ...base, state, count });
  if (f.stuck) return { ...as('stuck', f.unsaved), reason: f.stuck.reason, since: f.stuck.since };
  if (f.unsaved > 0) return as('writing', f.unsaved);
  if (f.newer) return as('newer');
  if (f.missing > 0 && f.linked) return { ...as('catching-up', f.missing), since: f.gap };
  const held = f.others.length + f.beacons.length > 0;
  if (f.unconfirmed === 0 && held) return as('shared');
  if (!f.otherDevices) return as('one-copy');
  if (!f.linked) return f.unconfirmed > 0 ? as('waiting', f.unconfirmed) : as('one-copy');
  if (f.unconfirmed > 0 && f.since !== null && f.now - f.since > UNCONFIRMED_MS) return as('one-copy', f.unconfirmed);
  return f.unconfirmed > 0 || !held ? as('local', f.unconfirmed) : as('shared');
}
