/** Inviting, taking an invite back, leaving: what is done seldom, loaded when it is asked for. */
import { AppError } from '#base/app-error';
import { fromBase64url, toBase64url, type Bytes } from '#base/bytes';
import { must } from '#base/assert';
import type { InviteOptions } from '#os/api';
import { KERNEL_LIMITS } from '#os/limits';
import type { Scope } from '#os/rights/acl-model';
import { leaveOps, revokeInviteOps } from '#os/rights/builders';
import { mayRead } from '#os/rights/permit';
import { isLinkInvite } from '#os/rights/public-links';
import { inviteState, type InviteInfo } from '#os/rights/view';
import type { AclOp } from '#vm/protocol/acl-operation';
import { encodeInviteLink } from '#vm/protocol/invite-link';
import { sealField } from '#vm/protocol/keys';
import { inviteRoom } from '#vm/protocol/rooms';
import { FRAGMENT, ROLE, SPACE_KIND, type CborValue } from '#vm/protocol/types';
import { cutsOf } from './cut-points.ts';
import { standingRole } from './expiry.ts';
import { farewellRow, sayFarewell } from './farewell.ts';
import { ROLE_NAME, ROLE_OF, spaceRow } from './membership.ts';
import { knownScope } from './scope-of.ts';
import type { Sealer } from './sealer.ts';
import { ACL_KEY, fragmentTitle, spaceName } from './spaces.ts';
import type { Kernel, Space } from './state.ts';
import { wireScope } from './wraps.ts';

const DAY_MS = 86_400_000;

/** Makes an invite and its link (default: Member, in a Guild Guest, 24 h, 1 use). The link holds the seed; it is not stored. */
export async function createInvite(kernel: Kernel, sealer: Sealer, space: Space, given: InviteOptions, base: string): Promise<string> {
  const { options, back } = given.instead === undefined ? { options: given, back: [] } : insteadOf(kernel, space, given.instead, given);
  const profile = must(kernel.profile, 'profile');
  const slot = must(kernel.slot, 'slot');
  const role = ROLE_OF[options.role ?? (space.rights.view().kind === SPACE_KIND.guild ? 'guest' : 'member')];
  const uses = options.uses ?? 1;
  const life = options.expiresInMs ?? DAY_MS;
  if (role === undefined || !Number.isSafeInteger(uses) || uses < 1 || uses > 10_000) throw new AppError('bad-invite', 'An invite has a role and 1 to 10,000 uses.');
  if (!Number.isFinite(life) || life < 1_000 || life > KERNEL_LIMITS.inviteMaxMs) throw new AppError('bad-invite', 'An invite lives between a second and a year.');
  if (standingRole(kernel, space, profile.uid) === null || !space.rights.mayInvite(profile.uid, role)) throw new AppError('no-right', 'You cannot invite with this role.', 'Nothing was changed.', 'Ask an admin.');
  const scope = knownScope(space, role, options.scope ?? null);
  const epoch = space.rights.sealingEpoch();
  const aead = epoch && (await space.keys.body(epoch, FRAGMENT.acl, slot.writer));
  if (!epoch || !aead) throw new AppError('no-key', 'This device has no valid key of the space yet.', 'Nothing was changed.', 'Wait until another member is online.');
  const manual = options.approval === 'manual' || space.rights.view().state.policy.approve;
  const seed = kernel.deps.random.bytes(32);
  const invite = await kernel.deps.crypto.importSigning(seed);
  const room = inviteRoom(seed);
  const sealed = await sealField(kernel.deps.crypto, aead, epoch, kernel.deps.random.bytes(12), roomField(room, manual, scope));
  await sealer.writeAclAll(space, [...back, [{ t: 'invite', pub: invite.pub, role, exp: kernel.time.now() + Math.floor(life), uses, room: sealed }]]);
  kernel.replication?.refresh();
  const signaling = kernel.servers();
  return base + encodeInviteLink({ space: space.id, seed, signaling, hint: { name: hintName(space, scope).slice(0, 80), by: profile.name, role, ...(manual ? { asks: true } : {}), ...(role < ROLE.admin && space.rights.view().state.policy.fleeting ? { fleeting: true } : {}) } });
}

/** Sealed with the invite: its room, how it is answered, and what of the space it opens. With a scope that comes first, so that nobody who does not know it opens more. */
export function roomField(room: Bytes, manual: boolean, scope: Scope): CborValue {
  if (scope !== null) return [wireScope(scope)!.map(({ fragment, bits }): CborValue => [fragment, bits]), room, manual ? 'manual' : 'auto'];
  return manual ? [room, 'manual'] : room;
}

/** What the link says it leads to: the space, or a channel of it. */
function hintName(space: Space, scope: Scope): string {
  const [only] = scope === null ? [] : [...scope.keys()];
  const title = only === undefined ? '' : fragmentTitle(space, only);
  return title === '' ? spaceName(space) : `${spaceName(space)} · ${title}`;
}

/** The choices of an open invite, as far as none are said, and the record that takes it back: the two go out together. */
function insteadOf(kernel: Kernel, space: Space, id: string, options: InviteOptions): { readonly options: InviteOptions; readonly back: AclOp[][] } {
  const invite = openInvite(kernel, space, id);
  if (invite && isLinkInvite(space.rights.view(), invite)) throw new AppError('not-here', 'This is a link to read by, not an invitation.', 'Nothing was changed.', 'Take the link back and make a new one.');
  const made = space.fragments.get(ACL_KEY)?.log.get(id)?.hlc.ms;
  const room = space.inviteRooms.get(id);
  if (!invite || !room || made === undefined) throw new AppError('not-here', 'This invitation is not held on this device.', 'Nothing was changed.', 'Look at the list again.');
  const scope = room.scope === null ? null : [...room.scope.keys()].filter((fragment) => mayRead({ scope: room.scope }, fragment));
  const before: InviteOptions = { role: ROLE_NAME[invite.role], uses: invite.uses, expiresInMs: invite.exp - made, approval: room.manual ? 'manual' : 'auto', scope };
  return { options: { ...before, ...options }, back: [revokeInviteOps(must(fromBase64url(id), 'invite id'))] };
}

/** An invite that this person may take back; null: it is taken back already. */
function openInvite(kernel: Kernel, space: Space, id: string): InviteInfo | null {
  const invite = space.rights.view().invites.get(id);
  if (!invite) throw new AppError('not-here', 'This invitation is not held on this device.', 'Nothing was changed.', 'Look at the list again.');
  if (invite.revoked) return null;
  if (inviteState(invite, kernel.time.now()) !== 'open') throw new AppError('invite-over', 'This invitation lets nobody in any more.', 'Nothing was changed.', 'There is nothing to take back.');
  if (!space.rights.mayRevokeInvite(must(kernel.profile, 'profile').uid, id)) throw new AppError('no-right', 'You cannot take back this invitation.', 'Nothing was changed.', 'Ask an admin.');
  return invite;
}

/** Takes an open invite back (RIGHT9): a revoke that names its record. Accepts that had not seen it lose against it; who came in before stays. */
export async function revokeInvite(kernel: Kernel, sealer: Sealer, space: Space, id: string): Promise<void> {
  if (openInvite(kernel, space, id) === null) return;
  await sealer.writeAcl(space, revokeInviteOps(must(fromBase64url(id), 'invite id')));
  kernel.replication?.refresh();
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
