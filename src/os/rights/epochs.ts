/** Key epochs of a space at a state: who was given which key, and under which one may be sealed (FORMATS 6, TRUST 2.5). */
import { toBase64url } from '#base/bytes';
import type { AclOp, KeyRotateOp, KeyShareOp } from '#vm/protocol/acl-operation';
import { DISCOVERY_PART } from '#vm/protocol/keys';
import type { Member, Scope } from './acl-model.ts';
import { mayRead } from './permit.ts';
import { stores } from './scope.ts';

/** As which `fragment` a share gives the discovery key. */
export const DISCOVERY_KEY = toBase64url(DISCOVERY_PART);

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
  /** The same of the fragment keys of the epoch, by fragment. */
  readonly parts: ReadonlyMap<string, ReadonlySet<string>>;
  /** Of those the ones that were given it by an Owner or Admin, or by their own person: anybody may share, nothing in a share shows that it is of the right key, and one that is not must not keep a device shut out (KEY11). */
  readonly surely: Pick<EpochInfo, 'recipients' | 'parts'>;
}

/** The epoch as Owners and Admins look at it who give keys: what others said they gave counts as not given. */
export const asGivenSurely = (epoch: EpochInfo): EpochInfo => ({ ...epoch, ...epoch.surely });

/** A device of a current member. */
export interface MemberDevice {
  readonly uid: string;
  readonly ds: string;
  readonly dx: string;
  /** Of its person: with one, the device gets keys of the fragments that may be read, never an epoch key. */
  readonly scope: Scope;
  /** Record of the grant by which its person came in, or was given more than a part, who reads from then on (KEY9). */
  readonly since?: string;
  /** The part that its person had before, which they read from the beginning. */
  readonly had?: Scope;
  /** It is the key of a public link: whoever has it finds others in the link's own room, and gets no key that finds the space. */
  readonly link?: true;
}

/** Says of a device and an epoch that its key, or that of one fragment, is not given to that person. */
export type Withheld = (device: Pick<MemberDevice, 'since' | 'had'>, epoch: Pick<EpochInfo, 'records'>, fragment?: string) => boolean;

/** The one of these devices with this key; undefined when none has it. */
export function deviceOf(devices: readonly MemberDevice[], ds: Uint8Array): MemberDevice | undefined {
  const key = toBase64url(ds);
  return devices.find((device) => device.ds === key);
}

/** Is an epoch key given to the device? Never to that of a public link, whatever somebody granted it (RIGHT26). */
export const hasWhole = ({ scope, link }: Pick<MemberDevice, 'scope' | 'link'>): boolean => scope === null && link !== true;

/** The grant from which on a person reads; undefined: from the beginning. */
export const sinceOf = ({ late, path, wider }: Pick<Member, 'late' | 'path' | 'wider'>): string | undefined => (late ? path.at(-1) : undefined) ?? wider?.since;

/** Are they kept to what is written from some grant on? */
export const isKept = (member: Member | null): boolean => member !== null && sinceOf(member) !== undefined;

/** The same of their devices. */
export function keptOf(member: Pick<Member, 'late' | 'path' | 'wider'>): Pick<MemberDevice, 'since' | 'had'> {
  const since = sinceOf(member);
  return since === undefined ? {} : { since, ...(member.wider && !member.late ? { had: member.wider.had } : {}) };
}

/** Did they have the fragment before they were given more? */
export const hadBefore = ({ had }: Pick<MemberDevice, 'had'>, fragment: string): boolean => had !== undefined && mayRead({ scope: had }, fragment);

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
  /** Was its author Owner or Admin where it was written? */
  readonly manages: boolean;
}

export interface Epochs {
  /** In the order of the replay. */
  readonly epochs: readonly EpochInfo[];
  /** Of dead rotations: nothing is sealed under them, but whoever was given one opens those it was made in knowledge of. */
  readonly lost: readonly EpochInfo[];
}

interface Given {
  readonly recipients: Set<string>;
  readonly parts: Map<string, Set<string>>;
}
interface Entry extends Given {
  readonly info: EpochInfo;
  readonly surely: Given;
}
type Folded = Map<string, Entry>;

/** Epochs of the records with effect. `dead` = records of current members that lost their effect: keys in them were handed out all the same. `own`: tags of the devices of a person. */
export function foldEpochs(applied: readonly KeyRecord[], dead: readonly KeyRecord[], own: (uid: string) => ReadonlySet<string>): Epochs {
  const epochs: Folded = new Map();
  const lost: Folded = new Map();
  takeRotations(epochs, applied);
  takeRotations(lost, dead);
  for (const record of [...applied, ...dead]) {
    for (const op of record.ops) {
      if (op.t !== 'key.share') continue;
      const { epoch, tags } = handedOut(op);
      const sure = record.manages ? tags : tags.filter((tag) => own(record.author).has(tag));
      for (const known of [epochs.get(epoch), lost.get(epoch)]) {
        if (!known) continue;
        addAll(recipientsOf(known, op), tags);
        addAll(recipientsOf(known.surely, op), sure);
      }
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
      const parts = known?.parts ?? new Map<string, Set<string>>();
      const surely: Given = known?.surely ?? { recipients: new Set(), parts: new Map() };
      addAll(recipients, tags);
      addAll(surely.recipients, tags);
      into.delete(epoch);
      into.set(epoch, { info: { epoch, record: record.id, records: [...(known?.info.records ?? []), record.id], author: record.author, cause: op.cause, recipients, parts, surely }, recipients, parts, surely });
    }
  }
}

/** Of the epoch key, or of the key of one fragment. */
function recipientsOf(entry: Given, { fragment }: KeyShareOp): Set<string> {
  if (fragment === null) return entry.recipients;
  const key = toBase64url(fragment);
  const known = entry.parts.get(key) ?? new Set<string>();
  entry.parts.set(key, known);
  return known;
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
 * KEY1: the last epoch that was made in knowledge of every removal, and that none but devices of current members with the whole space were given, nor any
 * epoch that followed it (its `prev` opens this one); its fragment keys none but devices that may read there (KEY8). Null: content waits until an admin rotates.
 */
export function sealingEpoch({ epochs, lost, devices, removals, covers }: SealingInput): EpochInfo | null {
  const tags = new Set(devices.filter((device) => device.scope === null).map((device) => deviceTag(device.ds)));
  const known = (epoch: EpochInfo): boolean => [...epoch.recipients].every((tag) => tags.has(tag));
  const spoiled = [...epochs, ...lost].filter((epoch) => !known(epoch));
  for (let i = epochs.length - 1; i >= 0; i--) {
    const epoch = epochs[i]!;
    if (known(epoch) && partsKnown(epoch, devices) && knows(epoch, removals, covers) && !spoiled.some((later) => leadsTo(later, epoch, covers))) return epoch;
  }
  return null;
}

/** Is every fragment key of the epoch with devices that may read the fragment? The key that finds the others of the space opens nothing. */
function partsKnown({ parts }: EpochInfo, devices: readonly MemberDevice[]): boolean {
  for (const [fragment, given] of parts) {
    if (fragment === DISCOVERY_KEY) continue;
    const readers = new Set(devices.filter((device) => mayRead(device, fragment)).map((device) => deviceTag(device.ds)));
    for (const tag of given) if (!readers.has(tag)) return false;
  }
  return true;
}

/** Newest removals first: they are the ones an old epoch does not know. */
function knows(epoch: EpochInfo, removals: readonly string[], covers: SealingInput['covers']): boolean {
  for (let i = removals.length - 1; i >= 0; i--) if (!epoch.records.every((record) => covers(record, removals[i]!))) return false;
  return true;
}

function leadsTo(later: EpochInfo, earlier: EpochInfo, covers: SealingInput['covers']): boolean {
  return later.records.some((record) => earlier.records.some((before) => covers(record, before)));
}

/** Devices of current members with the whole space that were not given the key of the epoch: any holder may share it with them. */
export function withoutKey(epoch: EpochInfo, devices: readonly MemberDevice[], withheld: Withheld): MemberDevice[] {
  return devices.filter((device) => hasWhole(device) && !epoch.recipients.has(deviceTag(device.ds)) && !withheld(device, epoch));
}

/** A fragment key, or the key that finds the others (DISCOVERY_KEY), and the devices that lack it. */
export interface LackingPart {
  readonly epoch: string;
  readonly fragment: string;
  readonly devices: readonly MemberDevice[];
}

/**
 * KEY8: what devices with a scope lack, newest epoch first: the keys of the fragments they may read, of every epoch that is not withheld, and of each epoch the key that
 * finds the others. KEY10: of epochs that are withheld from devices with the whole space the keys of the fragments whose past is open.
 */
export function withoutParts(epochs: readonly Pick<EpochInfo, 'epoch' | 'parts' | 'recipients' | 'records'>[], devices: readonly MemberDevice[], withheld: Withheld, pasts: ReadonlySet<string>): LackingPart[] {
  const scoped = devices.filter((device) => device.scope !== null);
  const late = devices.filter((device) => hasWhole(device) && device.since !== undefined && (pasts.size > 0 || device.had !== undefined));
  const fragments = new Set([DISCOVERY_KEY, ...scoped.flatMap((device) => [...device.scope!.keys()]), ...(late.length > 0 ? pasts : []), ...late.flatMap(({ had }) => [...(had?.keys() ?? [])])]);
  const out: LackingPart[] = [];
  for (let i = epochs.length - 1; i >= 0 && scoped.length + late.length > 0; i--) {
    const { epoch, parts, recipients, records } = epochs[i]!;
    const from = late.filter((device) => withheld(device, { records }));
    for (const fragment of fragments) {
      const due = scoped.filter((device) => (fragment === DISCOVERY_KEY ? device.link !== true || stores(device.scope) : device.scope!.has(fragment) && mayRead(device, fragment) && !withheld(device, { records }, fragment)));
      if (pasts.has(fragment)) due.push(...from);
      if (!pasts.has(fragment)) due.push(...from.filter((device) => hadBefore(device, fragment)));
      const given = parts.get(fragment);
      const lacking = due.filter(({ ds }) => given?.has(deviceTag(ds)) !== true && !recipients.has(deviceTag(ds)));
      if (lacking.length > 0) out.push({ epoch, fragment, devices: lacking });
    }
  }
  return out;
}
