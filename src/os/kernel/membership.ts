/** Spaces made, invited to, joined and left (FORMATS 2 Genesis, 6). The acl acts themselves are judged by every peer (#os/rights). */
import { AppError } from '#base/app-error';
import { fromBase64url, toBase64url, type Bytes } from '#base/bytes';
import { must } from '#base/assert';
import type { Op, RoleName, SpaceKindName } from '#os/api';
import { KERNEL_LIMITS } from '#os/limits';
import type { KeyValue } from '#ports/record-store';
import { epochId, openField, wrapEpochKey } from '#vm/protocol/keys';
import type { Scope } from '#os/rights/acl-model';
import { inviteState, type InviteInfo } from '#os/rights/view';
import { sealRecord } from '#vm/protocol/seal';
import { encodeAclOp, type AclOp } from '#vm/protocol/acl-operation';
import { FRAGMENT, RECORD_CLASS, ROLE, SPACE_KIND, type CborValue, type Operation, type Role } from '#vm/protocol/types';
import { checkName } from './profile.ts';
import { commitOwn, settleUnsure } from './commit.ts';
import { standingRole } from './expiry.ts';
import { addSpace, spaceNodeId } from './spaces.ts';
import type { Kernel, Space } from './state.ts';
import { transact, type TransactDeps } from './transact.ts';

export const ROLE_OF: Record<RoleName, Role> = { guest: ROLE.guest, member: ROLE.member, admin: ROLE.admin, owner: ROLE.owner };
export const ROLE_NAME: Record<Role, RoleName> = { 1: 'guest', 2: 'member', 3: 'admin', 4: 'owner' };

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
