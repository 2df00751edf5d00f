/** Spaces made, invited to, joined and left (FORMATS 2 Genesis, 6). The acl acts themselves are judged by every peer (#os/rights). */
import { AppError } from '#base/app-error';
import { fromBase64url, toBase64url, type Bytes } from '#base/bytes';
import { must } from '#base/assert';
import type { InviteOptions, Op, RoleName, SpaceKindName } from '#os/api';
import { KERNEL_LIMITS } from '#os/limits';
import type { KeyValue } from '#ports/record-store';
import { encodeInviteLink } from '#vm/protocol/invite-link';
import { epochId, openField, sealField, wrapEpochKey } from '#vm/protocol/keys';
import { inviteRoom } from '#vm/protocol/rooms';
import type { Scope } from '#os/rights/acl-model';
import { leaveOps, revokeInviteOps } from '#os/rights/builders';
import { inviteState, type InviteInfo } from '#os/rights/view';
import { sealRecord } from '#vm/protocol/seal';
import { encodeAclOp, type AclOp } from '#vm/protocol/acl-operation';
import { FRAGMENT, RECORD_CLASS, ROLE, SCOPE, SPACE_KIND, type CborValue, type Operation, type Role } from '#vm/protocol/types';
import { checkName } from './profile.ts';
import { commitOwn, settleUnsure } from './commit.ts';
import { cutsOf } from './cut-points.ts';
import { standingRole } from './expiry.ts';
import { farewellRow, sayFarewell } from './farewell.ts';
import type { Sealer } from './sealer.ts';
import { wireScope } from './part-keys.ts';
import { addSpace, fragmentTitle, spaceName, spaceNodeId } from './spaces.ts';
import type { Kernel, Space } from './state.ts';
import { transact, type TransactDeps } from './transact.ts';

export const ROLE_OF: Record<RoleName, Role> = { guest: ROLE.guest, member: ROLE.member, admin: ROLE.admin, owner: ROLE.owner };
export const ROLE_NAME: Record<Role, RoleName> = { 1: 'guest', 2: 'member', 3: 'admin', 4: 'owner' };
const DAY_MS = 86_400_000;

/** Row of a space in the profile: how this device stands to it. */
export const spaceRow = (space: Bytes, standing: 'member' | 'joining' | 'left'): KeyValue => [`space/${toBase64url(space)}`, { id: space, standing }];

/** Genesis and first key in one transaction, then the names and the general fragment. Returns the space. */
export async function createSpace(deps: TransactDeps, options: { name: string; kind: SpaceKindName; channel: string }): Promise<Space> {
  const { kernel } = deps;
  const name = checkName(options.name);
  const profile = kernel.profile;
  if (!profile || !kernel.slot) throw new AppError('no-identity', 'There is no identity in this browser yet.', 'Nothing was changed.', 'Choose a name first.');
  const kind = options.kind === 'personal' ? SPACE_KIND.personal : options.kind === 'guild' ? SPACE_KIND.guild : SPACE_KIND.team;
  const space = await deps.sealer.exclusive(() => genesis(kernel, kind));
  await furnishSpace(deps, space, name, options.channel);
  return space;
}

/** The name and the general fragment of a new space, committed. */
export async function furnishSpace(deps: TransactDeps, space: Space, name: string, channel: string): Promise<void> {
  const { kernel } = deps;
  const fragment = kernel.deps.random.bytes(16);
  transact(deps, space, [
    { op: 'node.create', type: 'space@1', id: toBase64url(spaceNodeId(space.id)), props: { name }, verb: 'subscription/space.name@1' },
    directoryOp(kernel, fragment, 'chat/channel@1', channel),
  ], toBase64url(FRAGMENT.root));
  await deps.sealer.flush(space);
}

/** The directory node of a fragment, in `root`: its id is the fragment's. */
export function directoryOp(kernel: Kernel, fragment: Bytes, type: string, title: string): Op {
  const id = toBase64url(fragment);
  return { op: 'node.create', type: 'fragment@1', id, props: { fragment: id, type, title: checkName(title), created: kernel.time.now() }, verb: 'subscription/fragment.create@1' };
}

async function genesis(kernel: Kernel, kind: 0 | 1 | 2): Promise<Space> {
  const profile = must(kernel.profile, 'profile');
  const slot = must(kernel.slot, 'slot');
  const { crypto, random } = kernel.deps;
  // A commit of which it is not known whether it landed is forgotten for the next one that fails.
  await settleUnsure(kernel);
  const ms = kernel.time.now();
  const first: AclOp[] = [
    ...profile.statements.map((statement): AclOp => ({ t: 'ident.attach', statement })),
    { t: 'space.create', owner: profile.uid, kind, nonce: random.bytes(16) },
  ];
  const ops = (list: readonly AclOp[], from: number): Operation[] => list.map((op, i) => ({ ...encodeAclOp(op), verb: '', stamp: { ms, ctr: from + i } }));
  const none = new Uint8Array(32);
  const common = { fragment: FRAGMENT.acl, class: RECORD_CLASS.acl, deps: [], signer: slot.key, epoch: null, bodyKey: null, random };
  const zero = await sealRecord(crypto, { ...common, space: none, seq: 0, prev: null, n: 0, sprev: null, acl: [], ops: ops(first, 0), certificate: slot.statement });
  const id = zero.id;
  const key = random.bytes(32);
  const eph = await crypto.generateAgreement();
  const epoch = epochId(key);
  const wrap = must(await wrapEpochKey(crypto, eph, profile.dx.pub, { space: id, epoch, key }), 'own device key');
  const rotate: AclOp = { t: 'key.rotate', epoch, eph: eph.pub, wraps: [{ device: profile.ds.pub.slice(0, 8), wrap }], prev: null, cause: 'create' };
  const one = await sealRecord(crypto, { ...common, space: id, seq: 1, prev: id, n: 1, sprev: id, acl: [id], ops: ops([rotate], first.length) });
  const space = addSpace(kernel, id, 'member');
  space.lastOwn = one.header.hlc;
  space.keys.add(key);
  kernel.sealedOps.set(zero, { kind: 'ops', ops: ops(first, 0) });
  kernel.sealedOps.set(one, { kind: 'ops', ops: ops([rotate], first.length) });
  try {
    await commitOwn(kernel, space, [zero, one], [spaceRow(id, 'member')]);
  } catch (error) {
    kernel.spaces.delete(space.key);
    throw error;
  }
  kernel.emit({ type: 'spaces', space: space.key });
  kernel.replication?.refresh();
  return space;
}

/** Makes an invite and its link (default: Member, 24 h, 1 use). The link holds the seed; it is not stored. */
export async function createInvite(kernel: Kernel, sealer: Sealer, space: Space, options: InviteOptions, base: string): Promise<string> {
  const profile = must(kernel.profile, 'profile');
  const slot = must(kernel.slot, 'slot');
  const role = ROLE_OF[options.role ?? 'member'];
  const uses = options.uses ?? 1;
  const life = options.expiresInMs ?? DAY_MS;
  if (role === undefined || !Number.isSafeInteger(uses) || uses < 1 || uses > 10_000) throw new AppError('bad-invite', 'An invite has a role and 1 to 10,000 uses.');
  if (!Number.isFinite(life) || life < 1_000 || life > KERNEL_LIMITS.inviteMaxMs) throw new AppError('bad-invite', 'An invite lives between a second and a year.');
  if (standingRole(kernel, space, profile.uid) === null || !space.rights.mayInvite(profile.uid, role)) throw new AppError('no-right', 'You cannot invite with this role.', 'Nothing was changed.', 'Ask an admin.');
  const scope = scopeOf(role, options.scope ?? null);
  if ([...(scope?.keys() ?? [])].some((fragment) => fragmentTitle(space, fragment) === '')) throw new AppError('bad-id', 'A scope names the fragments that are opened.', 'Nothing was changed.', 'Choose a channel.');
  const epoch = space.rights.sealingEpoch();
  const aead = epoch && (await space.keys.body(epoch, FRAGMENT.acl, slot.writer));
  if (!epoch || !aead) throw new AppError('no-key', 'This device has no valid key of the space yet.', 'Nothing was changed.', 'Wait until another member is online.');
  const seed = kernel.deps.random.bytes(32);
  const invite = await kernel.deps.crypto.importSigning(seed);
  const room = inviteRoom(seed);
  const sealed = await sealField(kernel.deps.crypto, aead, epoch, kernel.deps.random.bytes(12), roomField(room, options.approval === 'manual', scope));
  await sealer.writeAcl(space, [{ t: 'invite', pub: invite.pub, role, exp: kernel.time.now() + Math.floor(life), uses, room: sealed }]);
  kernel.replication?.refresh();
  const signaling = kernel.servers();
  return base + encodeInviteLink({ space: space.id, seed, signaling, hint: { name: hintName(space, scope).slice(0, 80), by: profile.name, role } });
}

/** What an invitation gives in the fragments it names: a Member reads and writes, a Guest reads; both comment where there are comments. */
export function scopeOf(role: Role, fragments: readonly string[] | null): Scope {
  if (fragments === null) return null;
  const wrong = !Array.isArray(fragments) || fragments.length === 0 || fragments.length > KERNEL_LIMITS.scopeFragments || !fragments.every((id) => typeof id === 'string' && fromBase64url(id)?.length === 16);
  if (wrong) throw new AppError('bad-id', 'A scope names the fragments that are opened.', 'Nothing was changed.', 'Choose a channel.');
  if (role >= ROLE.admin) throw new AppError('bad-invite', 'Who manages people has the whole space.', 'Nothing was changed.', 'Choose Member or Guest.');
  return new Map(fragments.map((id) => [id, SCOPE.read | SCOPE.comment | (role === ROLE.member ? SCOPE.write : 0)]));
}

/** Sealed with the invite: its room, how it is answered, and what of the space it opens. With a scope that comes first, so that nobody who does not know it opens more. */
function roomField(room: Bytes, manual: boolean, scope: Scope): CborValue {
  if (scope !== null) return [wireScope(scope)!.map(({ fragment, bits }): CborValue => [fragment, bits]), room, manual ? 'manual' : 'auto'];
  return manual ? [room, 'manual'] : room;
}

function readRoom(value: CborValue | undefined): { room: Bytes; manual: boolean; scope: Scope } | null {
  const list = Array.isArray(value) ? value : [value];
  const scope = Array.isArray(list[0]) ? readScope(list[0]) : null;
  const [room, mode] = Array.isArray(list[0]) ? list.slice(1) : list;
  if (!(room instanceof Uint8Array) || room.length !== 32 || scope === undefined) return null;
  return { room: room.slice() as Bytes, manual: mode === 'manual', scope };
}

/** Undefined: it is none. */
function readScope(list: readonly unknown[]): Scope | undefined {
  const out = new Map<string, number>();
  for (const item of list) {
    const [fragment, bits] = Array.isArray(item) ? item : [];
    if (!(fragment instanceof Uint8Array) || fragment.length !== 16 || !Number.isInteger(bits) || (bits as number) < 1 || (bits as number) > 31) return undefined;
    out.set(toBase64url(fragment as Bytes), bits as number);
  }
  return out.size > 0 && out.size <= KERNEL_LIMITS.scopeFragments ? out : undefined;
}

/** What the link says it leads to: the space, or a channel of it. */
function hintName(space: Space, scope: Scope): string {
  const [only] = scope === null ? [] : [...scope.keys()];
  const title = only === undefined ? '' : fragmentTitle(space, only);
  return title === '' ? spaceName(space) : `${spaceName(space)} · ${title}`;
}

/** Takes an open invite back (RIGHT9): a revoke that names its record. Accepts that had not seen it lose against it; who came in before stays. */
export async function revokeInvite(kernel: Kernel, sealer: Sealer, space: Space, id: string): Promise<void> {
  const profile = must(kernel.profile, 'profile');
  const invite = space.rights.view().invites.get(id);
  if (!invite) throw new AppError('not-here', 'This invitation is not held on this device.', 'Nothing was changed.', 'Look at the list again.');
  if (invite.revoked) return;
  if (inviteState(invite, kernel.time.now()) !== 'open') throw new AppError('invite-over', 'This invitation lets nobody in any more.', 'Nothing was changed.', 'There is nothing to take back.');
  if (!space.rights.mayRevokeInvite(profile.uid, id)) throw new AppError('no-right', 'You cannot take back this invitation.', 'Nothing was changed.', 'Ask an admin.');
  await sealer.writeAcl(space, revokeInviteOps(must(fromBase64url(id), 'invite id')));
  kernel.replication?.refresh();
}

/** Invites whose role this person may grant: all that are open at mesh time, and the newest ended ones, so that a late guest hears why. */
export function answeredInvites(kernel: Kernel, space: Space): readonly InviteInfo[] {
  const { profile } = kernel;
  if (!profile || standingRole(kernel, space, profile.uid) === null) return [];
  const now = kernel.time.now();
  const mine = [...space.rights.view().invites.values()].filter((invite) => space.rights.mayInvite(profile.uid, invite.role));
  const ended = mine.filter((invite) => inviteState(invite, now) !== 'open').slice(-KERNEL_LIMITS.endedInvites);
  return [...mine.filter((invite) => inviteState(invite, now) === 'open'), ...ended];
}

/** Opens the sealed rooms of invites this device may answer. */
export async function refreshInviteRooms(kernel: Kernel, space: Space): Promise<void> {
  for (const invite of answeredInvites(kernel, space)) {
    const { id } = invite;
    if (space.inviteRooms.has(id)) continue;
    const aead = await space.keys.body(invite.room.epoch, FRAGMENT.acl, must(fromBase64url(invite.writer), 'writer'));
    const value = aead && (await openField(kernel.deps.crypto, aead, invite.room));
    const read = readRoom(value);
    if (read) space.inviteRooms.set(id, read);
  }
}

/** Leaves: a revoke of oneself with the cuts of the own writers, always allowed except to the last Owner. */
export async function leaveSpace(kernel: Kernel, sealer: Sealer, space: Space): Promise<void> {
  const profile = must(kernel.profile, 'profile');
  const uid = toBase64url(profile.uid);
  if (kernel.revoked !== null) return forgetSpace(kernel, space);
  if (space.rights.view().kind === SPACE_KIND.personal) throw new AppError('personal', 'The personal space cannot be left.', 'Nothing was changed.', 'Delete what you do not need.');
  const view = space.rights.view();
  if (space.standing === 'member' && view.members.size > 0 && !view.members.has(uid)) return forgetSpace(kernel, space);
  if (view.members.get(uid)?.role === ROLE.owner && view.state.owners <= 1) throw new AppError('last-owner', 'You are the last owner of this space.', 'Nothing was changed.', 'Make someone else an owner first.');
  await sealer.flush(space);
  await sealer.writeAcl(space, leaveOps({ uid: profile.uid, cuts: cutsOf(space, uid) }), [spaceRow(space.id, 'left'), farewellRow(space)]);
  space.standing = 'left';
  sayFarewell(kernel, space);
  kernel.emit({ type: 'spaces', space: space.key });
  kernel.replication?.refresh();
}

/** Who is out already only takes the space off the list: nothing is written into it. */
async function forgetSpace(kernel: Kernel, space: Space): Promise<void> {
  await kernel.store.commit({ origin: kernel.boot, records: [], values: [spaceRow(space.id, 'left')] });
  space.standing = 'left';
  kernel.emit({ type: 'spaces', space: space.key });
  kernel.replication?.refresh();
}
