/** Key epochs of a space at a state: who was given which key, and under which one may be sealed (FORMATS 6, TRUST 2.5). */
import { fromBase64url, toBase64url } from '#base/bytes';
import type { AclOp, KeyRotateOp, KeyShareOp } from '#vm/protocol/acl-operation';

export interface EpochInfo {
  /** base64url of the epoch id. */
  readonly epoch: string;
  /** Record of the key.rotate. */
  readonly record: string;
  readonly author: string;
  readonly cause: string;
  /** base64url of the first 8 bytes of DS of every device that was given the key, by the rotation or a share. */
  readonly recipients: ReadonlySet<string>;
}

/** A device of a current member. */
export interface MemberDevice {
  readonly uid: string;
  readonly ds: string;
  readonly dx: string;
}

/** How wraps name a device: base64url of the first 8 bytes of DS. */
export function deviceTag(ds: string): string {
  const bytes = fromBase64url(ds);
  return bytes ? toBase64url(bytes.subarray(0, 8)) : ds;
}

export interface KeyRecord {
  readonly id: string;
  readonly author: string;
  readonly ops: readonly AclOp[];
}

/** Rotations in the order of the replay. `lost` = dead accepts of current members: their keys were handed out although nobody joined. */
export function foldEpochs(applied: readonly KeyRecord[], lost: readonly KeyRecord[]): EpochInfo[] {
  const out = new Map<string, { info: EpochInfo; recipients: Set<string> }>();
  for (const record of applied) {
    for (const op of record.ops) {
      if (op.t !== 'key.rotate') continue;
      const epoch = toBase64url(op.epoch);
      const recipients = out.get(epoch)?.recipients ?? new Set<string>();
      addWraps(recipients, op);
      out.delete(epoch);
      out.set(epoch, { info: { epoch, record: record.id, author: record.author, cause: op.cause, recipients }, recipients });
    }
  }
  for (const record of [...applied, ...lost]) {
    for (const op of record.ops) {
      if (op.t !== 'key.share' || op.fragment !== null) continue;
      const known = out.get(toBase64url(op.epoch));
      if (known) addWraps(known.recipients, op);
    }
  }
  return [...out.values()].map((entry) => entry.info);
}

function addWraps(into: Set<string>, op: KeyRotateOp | KeyShareOp): void {
  for (const wrap of op.wraps) into.add(toBase64url(wrap.device));
}

/** The last epoch whose recipients are all devices of current members; null: content waits until an admin rotates. */
export function sealingEpoch(epochs: readonly EpochInfo[], devices: readonly MemberDevice[]): EpochInfo | null {
  const tags = new Set(devices.map((device) => deviceTag(device.ds)));
  for (let i = epochs.length - 1; i >= 0; i--) {
    const epoch = epochs[i]!;
    if ([...epoch.recipients].every((tag) => tags.has(tag))) return epoch;
  }
  return null;
}

/** Devices of current members that were not given the key of the epoch: any holder may share it with them. */
export function withoutKey(epoch: EpochInfo, devices: readonly MemberDevice[]): MemberDevice[] {
  return devices.filter((device) => !epoch.recipients.has(deviceTag(device.ds)));
}
