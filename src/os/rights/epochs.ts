/** Key epochs of a space at a state: who was given which key, and under which one may be sealed (FORMATS 6, TRUST 2.5). */
import { toBase64url } from '#base/bytes';
import type { AclOp, KeyRotateOp, KeyShareOp } from '#vm/protocol/acl-operation';

export interface EpochInfo {
  /** base64url of the epoch id. */
  readonly epoch: string;
  /** Record of the last key.rotate of it. */
  readonly record: string;
  /** All records with a key.rotate of it: one, unless somebody named it again. */
  readonly records: readonly string[];
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

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** How wraps name a device: base64url of the first 8 bytes of DS. Ten letters hold 60 of the 64 bits; the eleventh has four more and two of the next byte. */
export function deviceTag(ds: string): string {
  return ds.slice(0, 10) + (LETTERS[LETTERS.indexOf(ds.charAt(10)) & 0b111100] ?? '');
}

/** Of an operation that hands out a key, in text. */
interface HandedOut {
  readonly epoch: string;
  /** Tags of the devices it is wrapped to. */
  readonly tags: readonly string[];
}

/** Operations never change, and a view is folded from all of them. */
const handed = new WeakMap<KeyRotateOp | KeyShareOp, HandedOut>();

function handedOut(op: KeyRotateOp | KeyShareOp): HandedOut {
  let known = handed.get(op);
  if (!known) handed.set(op, (known = { epoch: toBase64url(op.epoch), tags: op.wraps.map((wrap) => toBase64url(wrap.device)) }));
  return known;
}

export interface KeyRecord {
  readonly id: string;
  readonly author: string;
  readonly ops: readonly AclOp[];
}

export interface Epochs {
  /** In the order of the replay. */
  readonly epochs: readonly EpochInfo[];
  /** Of dead rotations: nothing is sealed under them, but whoever was given one opens those it was made in knowledge of. */
  readonly lost: readonly EpochInfo[];
}

type Folded = Map<string, { info: EpochInfo; recipients: Set<string> }>;

/** Epochs of the records with effect. `dead` = records of current members that lost their effect: keys in them were handed out all the same. */
export function foldEpochs(applied: readonly KeyRecord[], dead: readonly KeyRecord[]): Epochs {
  const epochs: Folded = new Map();
  const lost: Folded = new Map();
  takeRotations(epochs, applied);
  takeRotations(lost, dead);
  for (const record of [...applied, ...dead]) {
    for (const op of record.ops) {
      if (op.t !== 'key.share' || op.fragment !== null) continue;
      const { epoch, tags } = handedOut(op);
      for (const known of [epochs.get(epoch), lost.get(epoch)]) if (known) addAll(known.recipients, tags);
    }
  }
  return { epochs: [...epochs.values()].map((entry) => entry.info), lost: [...lost.values()].map((entry) => entry.info) };
}

function takeRotations(into: Folded, records: readonly KeyRecord[]): void {
  for (const record of records) {
    for (const op of record.ops) {
      if (op.t !== 'key.rotate') continue;
      const { epoch, tags } = handedOut(op);
      const known = into.get(epoch);
      const recipients = known?.recipients ?? new Set<string>();
      addAll(recipients, tags);
      into.delete(epoch);
      into.set(epoch, { info: { epoch, record: record.id, records: [...(known?.info.records ?? []), record.id], author: record.author, cause: op.cause, recipients }, recipients });
    }
  }
}

function addAll(into: Set<string>, tags: readonly string[]): void {
  for (const tag of tags) into.add(tag);
}

/** What may be sealed under depends on. `covers`: the second record is the first or in its past. */
export interface SealingInput extends Epochs {
  readonly devices: readonly MemberDevice[];
  /** Records with effect that removed somebody who is no member now, or a device of a member; oldest first. */
  readonly removals: readonly string[];
  covers(b: string, a: string): boolean;
}

/**
 * KEY1: the last epoch that was made in knowledge of every removal, and that none but devices of current members were given, nor any epoch that followed it
 * (its `prev` opens this one). Null: content waits until an admin rotates.
 */
export function sealingEpoch({ epochs, lost, devices, removals, covers }: SealingInput): EpochInfo | null {
  const tags = new Set(devices.map((device) => deviceTag(device.ds)));
  const known = (epoch: EpochInfo): boolean => [...epoch.recipients].every((tag) => tags.has(tag));
  const spoiled = [...epochs, ...lost].filter((epoch) => !known(epoch));
  for (let i = epochs.length - 1; i >= 0; i--) {
    const epoch = epochs[i]!;
    if (known(epoch) && knows(epoch, removals, covers) && !spoiled.some((later) => leadsTo(later, epoch, covers))) return epoch;
  }
  return null;
}

/** Newest removals first: they are the ones an old epoch does not know. */
function knows(epoch: EpochInfo, removals: readonly string[], covers: SealingInput['covers']): boolean {
  for (let i = removals.length - 1; i >= 0; i--) if (!epoch.records.every((record) => covers(record, removals[i]!))) return false;
  return true;
}

function leadsTo(later: EpochInfo, earlier: EpochInfo, covers: SealingInput['covers']): boolean {
  return later.records.some((record) => earlier.records.some((before) => covers(record, before)));
}

/** Devices of current members that were not given the key of the epoch: any holder may share it with them. */
export function withoutKey(epoch: EpochInfo, devices: readonly MemberDevice[]): MemberDevice[] {
  return devices.filter((device) => !epoch.recipients.has(deviceTag(device.ds)));
}
