/** A member's device answers a join: everything in ONE acl record {ident.attach…, accept, grant, key.share} (FORMATS 6). Also rotation and sharing of keys. */
import { equalBytes, fromBase64url, toBase64url, type Bytes } from '#base/bytes';
import { AppError } from '#base/app-error';
import { must } from '#base/assert';
import type { AclOp, KeyRotateOp, KeyShareOp } from '#vm/protocol/acl-operation';
import type { Member, Scope } from '#os/rights/acl-model';
import { acceptOps, rotateOps, shareOps } from '#os/rights/builders';
import { stores } from '#os/rights/scope';
import { toIdStatement } from '#os/rights/acl-record';
import { asGivenSurely, deviceTag, hasWhole, keptOf, type MemberDevice, withoutParts } from '#os/rights/epochs';
import { isLive, withStatement, type Person } from '#os/rights/identity-state';
import { MAX_WRAPS_PER_RECORD } from '#os/limits';
import { parseStatement, verifyStatement } from '#vm/protocol/identity';
import { epochId, sealPrevKey } from '#vm/protocol/keys';
import { parseJoin, verifyJoin, type JoinMessage } from '#vm/protocol/messages';
import { ROLE, type Role } from '#vm/protocol/types';
import type { JoinAnswer } from '#vm/replication/host';
import { standingRole } from './expiry.ts';
import type { Sealer } from './sealer.ts';
import type { Kernel, Space } from './state.ts';
import { asBytes, type DeviceKeys, wireScope, wrapsFor } from './wraps.ts';

/** A join message whose signatures hold, and the invite it names. */
export interface HeardJoin {
  readonly bytes: Bytes;
  readonly message: JoinMessage;
  readonly joiner: Joiner;
  /** Id of the invite, and its public key. */
  readonly invite: string;
  readonly pub: Bytes;
}

export interface Joiner {
  readonly uid: Bytes;
  readonly devices: readonly Pick<MemberDevice, 'ds' | 'dx'>[];
}

/** What answers those whom a hand lets in. */
export interface ByHand {
  /** The refusal that a hand gave before. */
  declined(join: HeardJoin): Promise<JoinAnswer | null>;
  ask(join: HeardJoin): Promise<JoinAnswer>;
}

/** Reads a join message; a refusal when it is none, or of an invite that is not known. */
export async function hear(kernel: Kernel, space: Space, bytes: Bytes, pub: Bytes): Promise<HeardJoin | 'bad' | 'unknown'> {
  const parsed = parseJoin(bytes);
  if (!parsed.ok || !equalBytes(parsed.value.space, space.id) || !equalBytes(parsed.value.invite, pub)) return 'bad';
  const joiner = (await verifyJoin(kernel.deps.crypto, parsed.value)) ? await readJoiner(kernel, parsed.value) : null;
  if (!joiner) return 'bad';
  const key = toBase64url(pub);
  const invite = [...space.rights.view().invites.values()].find((one) => one.pub === key);
  return invite ? { bytes, message: parsed.value, joiner, invite: invite.id, pub } : 'unknown';
}

/** Judges a join message and lets the person in, or says why not. */
export async function answerJoin(kernel: Kernel, sealer: Sealer, space: Space, bytes: Bytes, pub: Bytes, hand: ByHand): Promise<JoinAnswer> {
  const profile = must(kernel.profile, 'profile');
  const join = await hear(kernel, space, bytes, pub);
  if (typeof join === 'string') return { state: 'refused', reason: join };
  const may = space.rights.canAccept(join.invite, join.joiner.uid, profile.uid, kernel.time.now());
  if (!may.ok) return may.error === 'member' ? { state: 'accepted' } : { state: 'refused', reason: may.error };
  // How the invite is to be answered, and what of the space it opens, stands in its sealed room: unread, nobody is let in.
  const room = space.inviteRooms.get(join.invite);
  if (!room) return { state: 'refused', reason: 'unknown' };
  const declined = await hand.declined(join);
  if (declined) return declined;
  if (room.manual || space.rights.view().state.policy.approve) return hand.ask(join);
  try {
    await accept(kernel, sealer, space, join, null);
  } catch (error) {
    // No answer: a refusal would be believed for as long as the link lives, silence is asked again. A key that is still to come is no fault.
    if (!(error instanceof AppError && error.code === 'no-key')) kernel.fault('accept', error);
    throw error;
  }
  return { state: 'accepted' };
}

/** A hand lets in who asked, in the role of the invite or a lower one. The message is read anew: it was kept. */
export async function acceptJoin(kernel: Kernel, sealer: Sealer, space: Space, kept: { readonly message: Bytes; readonly pub: Bytes }, atMost: Role | null): Promise<void> {
  const join = await hear(kernel, space, kept.message, kept.pub);
  if (typeof join === 'string') throw inviteOver();
  await accept(kernel, sealer, space, join, atMost);
}

const inviteOver = (): AppError => new AppError('invite-over', 'This invitation cannot be used any more.', 'Nobody was let in.', 'Make a new invitation.');

/** Judged when the record is written: meanwhile the invite may have been used up, revoked or have ended (a hand may come hours later). */
async function accept(kernel: Kernel, sealer: Sealer, space: Space, join: HeardJoin, atMost: Role | null): Promise<void> {
  const may = space.rights.canAccept(join.invite, join.joiner.uid, must(kernel.profile, 'profile').uid, kernel.time.now());
  // Another admin was faster: one outcome.
  if (!may.ok && may.error === 'member') return;
  const room = space.inviteRooms.get(join.invite);
  if (!may.ok || !room) throw inviteOver();
  await letIn(kernel, sealer, space, { invite: join.invite, scope: room.scope }, join.message, join.joiner, atMost !== null && atMost < may.value ? atMost : may.value);
}

/** The person and the live devices that the chain of statements proves (FORMATS 1: older adds, revoke beats add); the signing device must be one of them. */
async function readJoiner(kernel: Kernel, join: JoinMessage): Promise<Joiner | null> {
  let person: Person | undefined;
  let uid: Bytes | null = null;
  for (const bytes of join.statements) {
    const statement = parseStatement(bytes);
    if (!statement.ok || !(await verifyStatement(kernel.deps.crypto, statement.value))) return null;
    if (uid && !equalBytes(statement.value.uid, uid)) return null;
    uid = statement.value.uid;
    person = withStatement(person, toIdStatement(statement.value));
  }
  // Who comes with the invite's own key would be a public link, which whoever has the invite could use (RIGHT26).
  if (!uid || !person || !isLive(person, toBase64url(join.ds)) || person.devices.has(toBase64url(join.invite))) return null;
  return { uid, devices: [...person.devices.values()].filter((device) => !device.revoked) };
}

async function letIn(kernel: Kernel, sealer: Sealer, space: Space, { invite, scope }: { invite: string; scope: Scope }, join: JoinMessage, joiner: Joiner, role: Role): Promise<void> {
  // Nobody gives more time than they have (RIGHT8).
  const exp = must(space.rights.memberOf(must(kernel.profile, 'profile').uid), 'accepting member').exp;
  await writeComing(kernel, sealer, space, { uid: toBase64url(joiner.uid), devices: joiner.devices, scope }, acceptOps({
    invite: must(fromBase64url(invite), 'invite id'), uid: joiner.uid, statements: join.statements,
    grant: { role, nbf: kernel.time.now(), exp, scope: wireScope(scope) }, shares: [],
  }));
}

/** Somebody who comes in, or back. */
export interface Coming {
  readonly uid: string;
  readonly devices: readonly Pick<MemberDevice, 'ds' | 'dx'>[];
  readonly scope: Scope;
  readonly link?: true;
}

/**
 * The record that lets somebody in, with their keys: the one in use, or, where newcomers read from their coming on, a new one that leads to none before (KEY9). Who
 * may make no new key lets in without: an Owner or Admin that is online makes it then.
 */
export async function writeComing(kernel: Kernel, sealer: Sealer, space: Space, coming: Coming, ops: readonly AclOp[]): Promise<void> {
  if (!space.rights.view().state.policy.late) return void (await sealer.writeAcl(space, [...ops, ...(await shareWith(kernel, space, coming.devices, coming.scope))]));
  if ((standingRole(kernel, space, must(kernel.profile, 'profile').uid) ?? 0) < ROLE.admin) return void (await sealer.writeAcl(space, ops));
  const { rotate, shares, key } = await makeRotation(kernel, space, 'joined', null, coming);
  await sealer.writeAclAll(space, [[...ops, rotate], ...shares]);
  space.keys.add(key);
}

/** Says of devices whether they may be given the key of the epoch: does it lead to none that is withheld from their person? By the `prev` of rotations as far as they were opened here. */
export function givable(space: Space, epoch: string): (device: Pick<MemberDevice, 'since'>) => boolean {
  const { epochs, lost, withheld } = space.rights.view();
  const led = space.keys.reach([epoch]);
  const infos = [...epochs, ...lost].filter((info) => led.has(info.epoch));
  return (device) => device.since === undefined || infos.every((info) => !withheld(device, info));
}

/** Does somebody who reads from their coming on wait for a key that leads to nothing before? */
export function newcomersWait(space: Space): boolean {
  const { sealing: last, devices, withheld } = space.rights.view();
  const sealing = last && asGivenSurely(last);
  const waiting = devices.filter((device) => device.since !== undefined && !stores(device.scope));
  if (!sealing || waiting.length === 0) return false;
  const may = givable(space, sealing.epoch);
  return waiting.some((device) => withheld(device, sealing) || (hasWhole(device) && !sealing.recipients.has(deviceTag(device.ds)) && !may(device)));
}

async function shareOp(kernel: Kernel, space: Space, epoch: Bytes, key: Bytes, devices: DeviceKeys): Promise<KeyShareOp> {
  return { t: 'key.share', epoch, fragment: null, ...(await wrapsFor(kernel.deps.crypto, { space: space.id, epoch, key, devices })) };
}

/** The current key for further devices of a member, as operations of an acl record; none when it is not held here, or leads to what they do not read. */
export async function shareFor(kernel: Kernel, space: Space, devices: readonly { ds: Bytes; dx: Bytes }[], member: Member | null): Promise<AclOp[]> {
  const scope = member?.scope ?? null;
  const more = member ? keptOf(member) : {};
  if (scope !== null) return partsWith(kernel, space, devices.map(({ ds, dx }) => ({ ds: toBase64url(ds), dx: toBase64url(dx), ...more })), scope);
  const epoch = space.rights.sealingEpoch();
  const key = epoch && givable(space, toBase64url(epoch))(more) ? space.keys.epochKey(epoch) : null;
  return epoch && key ? [await shareOp(kernel, space, epoch, key, devices)] : [];
}

/** Shares a key with the first of these devices that a key can be wrapped to, as many as one record takes: else this would be written for ever. False: it can be wrapped to none. */
async function shareWithFirst(kernel: Kernel, sealer: Sealer, space: Space, epoch: Bytes, key: Bytes, devices: readonly MemberDevice[]): Promise<boolean> {
  for (let at = 0; at < devices.length; at += MAX_WRAPS_PER_RECORD) {
    const op = await shareOp(kernel, space, epoch, key, devices.slice(at, at + MAX_WRAPS_PER_RECORD).map(asBytes));
    if (op.wraps.length === 0) continue;
    await sealer.writeAcl(space, shareOps(op));
    return true;
  }
  return false;
}

/** The current key for members' devices that lack it; false when there is nothing to give, or it is not held here. */
export async function shareKey(kernel: Kernel, sealer: Sealer, space: Space, surely: boolean): Promise<boolean> {
  const { sealing } = space.rights.view();
  const lacking = sealing ? space.rights.lackingKey(surely).filter(givable(space, sealing.epoch)) : [];
  const epoch = space.rights.sealingEpoch();
  const key = epoch && space.keys.epochKey(epoch);
  return epoch !== null && key !== null && shareWithFirst(kernel, sealer, space, epoch, key, lacking);
}

/**
 * Keys beside the line of the newest: of rotations made at the same time only one is carried on by `prev`, and one that lost its effect by none, so who
 * comes later is given the others by a share. The epochs of which the key is held here, and the devices of current members that have no way to them, but for those `left` out.
 */
export function* besideTheLine(space: Space, surely: boolean, left: ReadonlySet<MemberDevice>): Generator<{ readonly epoch: Bytes; readonly key: Bytes; readonly devices: readonly MemberDevice[] }> {
  const { epochs: counting, lost, devices: all } = space.rights.view();
  // The newest first: its `prev` may lead to the others.
  const epochs = [...lost, ...counting].map((info) => (surely ? asGivenSurely(info) : info)).reverse();
  const devices = all.filter(hasWhole);
  const given = new Map(devices.map((device) => {
    const tag = deviceTag(device.ds);
    return [device, space.keys.reach(epochs.filter((info) => info.recipients.has(tag)).map((info) => info.epoch))] as const;
  }));
  for (const info of epochs) {
    const epoch = must(fromBase64url(info.epoch), 'epoch');
    const key = space.keys.epochKey(epoch);
    const lacking = key ? devices.filter((device) => !left.has(device) && !given.get(device)!.has(info.epoch)) : [];
    if (key && lacking.length > 0) yield { epoch, key, devices: lacking.filter(givable(space, info.epoch)) };
  }
}

/** Shares one epoch that is beside the line; the next one has its turn when the acl has changed by this. A device that one key could not be wrapped to is tried with no other. */
export async function shareBeside(kernel: Kernel, sealer: Sealer, space: Space, surely: boolean): Promise<boolean> {
  const useless = new Set<MemberDevice>();
  for (const { epoch, key, devices } of besideTheLine(space, surely, useless)) {
    if (await shareWithFirst(kernel, sealer, space, epoch, key, devices)) return true;
    for (const device of devices) useless.add(device);
  }
  return false;
}

/** A new key: the record's operation, what follows it, and the key itself. */
export interface Rotation {
  readonly rotate: KeyRotateOp;
  /** For more devices than one record takes: further records of the same transaction (KEY5). */
  readonly shares: readonly AclOp[][];
  readonly key: Bytes;
}

/** Whose devices get no key, or only those of these fragments, by the record that rotates. */
export interface Leaving {
  /** A person or one device. */
  readonly of: string;
  /** Undefined: they are out. */
  readonly scope?: Scope;
}

/**
 * A new epoch key for all devices of current members with the whole space, keys of their fragments for the others, none for who leaves; the former key opens
 * with it (history for those who stay), never the other way.
 */
export async function makeRotation(kernel: Kernel, space: Space, cause: string, leaving: Leaving | null = null, coming: Coming | null = null): Promise<Rotation> {
  const view = space.rights.view();
  const key = kernel.deps.random.bytes(32);
  const epoch = epochId(key);
  const staying = view.devices.filter((device) => (device.uid !== leaving?.of && device.ds !== leaving?.of) || leaving.scope !== undefined)
    .map((device) => (device.uid === leaving?.of ? { ...device, scope: leaving.scope! } : device))
    .concat((coming?.devices ?? []).map(({ ds, dx }) => ({ uid: coming!.uid, ds, dx, scope: coming!.scope, ...(coming!.link ? { link: true as const } : {}) })));
  const devices = staying.filter(hasWhole).map(asBytes);
  const { eph, wraps } = await wrapsFor(kernel.deps.crypto, { space: space.id, epoch, key, devices });
  const last = [...view.epochs].reverse().find((info) => space.keys.has(must(fromBase64url(info.epoch), 'epoch')));
  // It opens all before it: who reads from their coming on gets a key that opens none of that. Who has the former keys keeps them, and their new devices are given them by a share (KEY2).
  const leads = last !== undefined && coming === null && staying.filter(hasWhole).every(givable(space, last.epoch));
  const old = leads ? space.keys.epochKey(must(fromBase64url(last.epoch), 'epoch')) : null;
  const prev = old ? await sealPrevKey(kernel.deps.crypto, key, old, kernel.deps.random.bytes(12)) : null;
  const shares: AclOp[][] = [];
  for (let at = MAX_WRAPS_PER_RECORD; at < devices.length; at += MAX_WRAPS_PER_RECORD) {
    shares.push(shareOps(await shareOp(kernel, space, epoch, key, devices.slice(at, at + MAX_WRAPS_PER_RECORD))));
  }
  if (devices.length < staying.length) shares.push(...(await (await import('./part-keys.ts')).newParts(kernel, space, { epoch, key }, staying)));
  return { rotate: { t: 'key.rotate', epoch, eph, wraps, prev, cause }, shares, key };
}

/** A new key for those who are members now. */
export async function rotateKey(kernel: Kernel, sealer: Sealer, space: Space, cause: string): Promise<void> {
  const { rotate, shares, key } = await makeRotation(kernel, space, cause);
  // In one transaction: nobody seals under a key that some members were not given.
  await sealer.writeAclAll(space, [rotateOps(rotate), ...shares]);
  space.keys.add(key);
}

/** As many fragment keys as fit beside the rest of a record, the newest first; what is lacking then is shared as it is missed. */
async function partsWith(kernel: Kernel, space: Space, devices: readonly Pick<MemberDevice, 'ds' | 'dx' | 'since' | 'had'>[], scope: Scope): Promise<KeyShareOp[]> {
  const { epochs, withheld, state } = space.rights.view();
  const lacking = withoutParts(epochs, devices.map((device) => ({ ...device, uid: '', scope })), withheld, state.policy.pasts);
  const { partOps } = await import('./part-keys.ts');
  return (await partOps(kernel, space, lacking, 1))[0] ?? [];
}

/** The current key wrapped to a person's devices, or the keys of their fragments, for the record that lets them in. */
export async function shareWith(kernel: Kernel, space: Space, devices: readonly Pick<MemberDevice, 'ds' | 'dx' | 'since' | 'had'>[], scope: Scope): Promise<KeyShareOp[]> {
  const epoch = space.rights.sealingEpoch();
  const key = epoch && space.keys.epochKey(epoch);
  if (!epoch || !key) throw new AppError('no-key', 'This device has no valid key of the space yet.', 'Nobody was let in.', 'Wait until another admin is online.');
  if (scope !== null) return partsWith(kernel, space, devices, scope);
  const given = devices.filter(givable(space, toBase64url(epoch)));
  return given.length === 0 ? [] : [await shareOp(kernel, space, epoch, key, given.map(asBytes))];
}
