/**
 * Acts on the people of a space: removal, roles, the end of an access, letting somebody in again (FORMATS 6). What is refused here is refused with words;
 * what counts is what every peer judges for itself (#os/rights).
 */
import { AppError } from '#base/app-error';
import { fromBase64url, toBase64url, type Bytes } from '#base/bytes';
import { must } from '#base/assert';
import type { RoleName } from '#os/api';
import { grantOp, leaveOps, roleOps, type GrantInput } from '#os/rights/builders';
import type { Member, Scope } from '#os/rights/acl-model';
import { delegationLimit, mayRead } from '#os/rights/permit';
import { scopeWithin } from '#os/rights/scope';
import { sinceOf } from '#os/rights/epochs';
import type { AclOp } from '#vm/protocol/acl-operation';
import { ROLE, SPACE_KIND, type Role } from '#vm/protocol/types';
import { type Leaving, makeRotation, shareWith, writeComing } from './accept.ts';
import { cutsOf } from './cut-points.ts';
import { hasEnded, standingRole } from './expiry.ts';
import { ROLE_OF } from './membership.ts';
import { commentsOf } from './member-views.ts';
import { knownScope, scopeOf } from './scope-of.ts';
import { writeRemoval } from './removal.ts';
import type { Sealer } from './sealer.ts';
import { ACL_KEY } from './spaces.ts';
import type { Kernel, Space } from './state.ts';
import { wireScope } from './wraps.ts';

interface Asked {
  readonly self: Bytes;
  readonly to: Bytes;
  readonly uid: string;
}

const NOTHING = 'Nothing was changed.';
const noRight = (): AppError => new AppError('no-right', 'You may not do this with this person.', NOTHING, 'Ask an owner.');

/** Who asks, and about whom; the person who asks must have a role now, and nobody does this to themselves. */
function asked(kernel: Kernel, space: Space, uid: string): Asked {
  const self = must(kernel.profile, 'profile').uid;
  const to = fromBase64url(uid);
  if (to?.length !== 32) throw new AppError('bad-id', 'This is not the id of a person.', NOTHING, 'Take it from the list of people.');
  if (space.rights.view().kind === SPACE_KIND.personal) throw new AppError('personal', 'The personal space has one person.', NOTHING, 'Make a team space.');
  if (uid === toBase64url(self)) throw new AppError('no-right', 'This cannot be done to oneself.', NOTHING, 'Leave the space, or ask another owner.');
  if (space.standing !== 'member' || standingRole(kernel, space, self) === null) throw noRight();
  return { self, to, uid };
}

function memberOf(space: Space, uid: string): Member {
  const member = space.rights.memberOf(uid);
  if (!member) throw new AppError('not-here', 'This person is not in the space.', NOTHING, 'Look at the list again.');
  return member;
}

/** Removal, cuts and a new key in one record: what is sealed by whoever has seen it, the removed cannot read. */
export async function removePerson(kernel: Kernel, sealer: Sealer, space: Space, uid: string): Promise<void> {
  const { self, to } = asked(kernel, space, uid);
  memberOf(space, uid);
  if (!space.rights.mayRemove(self, uid)) throw noRight();
  await writeRemoval(kernel, sealer, space, to, null);
}

/** Another role. Who may not write any more is cut in the same record: what they write meanwhile without having seen it is set aside. A plan ends with it, and does not come back with the role (RIGHT33). */
export async function setRole(kernel: Kernel, sealer: Sealer, space: Space, uid: string, name: RoleName): Promise<void> {
  const { self, to } = asked(kernel, space, uid);
  const role = roleNamed(name);
  const member = memberOf(space, uid);
  if (member.role === role) return;
  const exp = endAs(space, self, member, role);
  const scope = scopeAs(role, member.scope);
  if (!space.rights.mayGrant(self, uid, { role, exp, scope })) throw noRight();
  const silences = member.role > ROLE.guest && role === ROLE.guest;
  await write(kernel, sealer, space, { to, role, nbf: kernel.time.now(), exp, scope: wireScope(scope) }, silences);
}

/** The end of an access in another role. Who is raised above what they paid for is here by the word of who raises them: the end of the plan, with its time to read, would let them write for that time unpaid and then put them out. */
function endAs(space: Space, self: Bytes, { role: before, exp, plan }: Member, role: Role): number | null {
  if (role === ROLE.owner) return null;
  return plan !== null && role > before ? (space.rights.memberOf(self)?.exp ?? null) : exp;
}

/** Until when the access lasts (ms of mesh time), or without end; the role stays. */
export async function setUntil(kernel: Kernel, sealer: Sealer, space: Space, uid: string, until: number | null): Promise<void> {
  const { self, to } = asked(kernel, space, uid);
  const { role, exp, scope } = memberOf(space, uid);
  if (until !== null && (!Number.isSafeInteger(until) || until <= kernel.time.now())) throw new AppError('bad-value', 'An access ends in the future.', NOTHING, 'Choose another day.');
  if (role === ROLE.owner) throw new AppError('no-right', 'The access of an owner has no end.', NOTHING, 'Give another role first.');
  if (exp === until) return;
  noPlan(memberOf(space, uid));
  if (!space.rights.mayGrant(self, uid, { role, exp: until, scope })) throw noRight();
  await write(kernel, sealer, space, { to, role, nbf: kernel.time.now(), exp: until, scope: wireScope(scope), ...letsAs(memberOf(space, uid)) }, false);
}

/** A grant of these acts would take the place of what was paid for, and with it the end of the plan and the time to read behind it (RIGHT33). */
function noPlan({ plan }: Member): void {
  if (plan !== null) throw new AppError('plan-holds', 'A plan says how long this person is here and what they open.', NOTHING, 'Wait until it ends, or give another role.');
}

/** What a member may let in goes with a grant that is about something else; it is null for the founder only. */
const letsAs = ({ mayDelegate, maxRole }: Member): Pick<GrantInput, 'mayDelegate' | 'maxRole'> => (mayDelegate === null || maxRole === null ? {} : { mayDelegate, maxRole });

/** Whom a person may let in: up to this role, below their own, or (null) nobody. For an Owner it is as it is; who has a part of the space lets nobody in (RIGHT8). */
export async function setDelegate(kernel: Kernel, sealer: Sealer, space: Space, uid: string, most: RoleName | null): Promise<void> {
  const { self, to } = asked(kernel, space, uid);
  const limit = most === null ? null : roleNamed(most);
  const member = memberOf(space, uid);
  if (delegationLimit(member) === (limit ?? 0)) return;
  noPlan(member);
  if (!mayDelegate(space, self, member, limit)) throw noRight();
  const { role, exp, scope } = member;
  await write(kernel, sealer, space, { to, role, nbf: kernel.time.now(), exp, scope: wireScope(scope), mayDelegate: limit !== null, maxRole: limit ?? ROLE.guest }, false);
}

/** Could `self` say so of the member? */
function mayDelegate(space: Space, self: Bytes, { uid, role, exp, scope }: Member, limit: Role | null): boolean {
  return role < ROLE.owner && (limit === null || (limit < role && scope === null)) && space.rights.mayGrant(self, uid, { role, exp, scope });
}

/**
 * Which part of the space a person may read (and, as a Member, write, or in `comments` only answer and react): the fragments named, or all. Who loses a part gets a new key that opens the others only,
 * in the same transaction, with cuts where they might have written; who gains one gets its key.
 */
export async function setScope(kernel: Kernel, sealer: Sealer, space: Space, uid: string, fragments: readonly string[] | null, comments: readonly string[] = []): Promise<void> {
  const { self, to } = asked(kernel, space, uid);
  const member = memberOf(space, uid);
  if (fragments !== null && member.role >= ROLE.admin) throw new AppError('no-right', 'Who manages people has the whole space.', NOTHING, 'Give another role first.');
  if (!Array.isArray(comments) || (comments.length > 0 && (fragments === null || member.role !== ROLE.member))) throw new AppError('bad-op', 'Only a member of a part of the space comments without writing.', NOTHING, 'Give the role of a member, and name the channels.');
  const scope = knownScope(space, member.role, fragments, comments);
  await changeScope(kernel, sealer, space, self, to, member, scope);
}

/** Another scope for somebody who is there, with the keys that it opens, or a new one that what it closes is not opened by. Nothing when it is as it was. */
export async function changeScope(kernel: Kernel, sealer: Sealer, space: Space, self: Bytes, to: Bytes, member: Member, scope: Scope): Promise<void> {
  const { uid } = member;
  const same = scopeWithin(member.scope, scope) && scopeWithin(scope, member.scope);
  if (same) return;
  noPlan(member);
  const grant = grantOp({ to, role: member.role, nbf: kernel.time.now(), exp: member.exp, scope: wireScope(scope), ...letsAs(member) });
  if (!space.rights.mayGrant(self, uid, { role: member.role, exp: member.exp, scope })) throw noRight();
  const widens = scopeWithin(member.scope, scope);
  // What is closed gets a new key, which Owners and Admins make.
  if (!widens && (space.rights.roleOf(self) ?? 0) < ROLE.admin) throw noRight();
  // Where newcomers read from their coming on, the key in use may lead to what was before them.
  const anew = widens && sinceOf(member) !== undefined && (space.rights.roleOf(self) ?? 0) >= ROLE.admin;
  if (anew) await narrow(kernel, sealer, space, { of: uid, scope }, [grant]);
  else if (widens) {
    const shares = await shareWith(kernel, space, space.rights.devicesOf(uid), scope);
    await sealer.writeAcl(space, [grant, ...shares]);
  } else await narrow(kernel, sealer, space, { of: uid, scope }, [...(member.role > ROLE.guest ? [cutsOnly(space, to)] : []), grant]);
  kernel.replication?.refresh();
}

const cutsOnly = (space: Space, to: Bytes): AclOp => leaveOps({ uid: to, cuts: cutsOf(space, toBase64url(to)) })[0]!;

async function narrow(kernel: Kernel, sealer: Sealer, space: Space, leaving: Leaving, ops: readonly AclOp[]): Promise<void> {
  const { rotate, shares, key } = await makeRotation(kernel, space, 'scope', leaving);
  await sealer.writeAclAll(space, [[...ops, rotate], ...shares]);
  space.keys.add(key);
}

async function write(kernel: Kernel, sealer: Sealer, space: Space, grant: GrantInput, silences: boolean): Promise<void> {
  const uid = toBase64url(grant.to);
  await sealer.writeAcl(space, roleOps({ grant: grantOp(grant), cuts: silences ? cutsOf(space, uid) : null }));
  kernel.replication?.refresh();
}

/** Lets a person in again who was here before: a grant and the key for their devices in one record. What they wrote beyond a cut stays set aside. */
export async function letBackIn(kernel: Kernel, sealer: Sealer, space: Space, uid: string, name: RoleName): Promise<void> {
  const { self, to } = asked(kernel, space, uid);
  const role = roleNamed(name);
  const person = space.rights.view().state.persons.get(uid);
  const devices = [...(person?.devices.values() ?? [])].filter((device) => !device.revoked);
  if (space.rights.memberOf(uid)) return;
  if (devices.length === 0) throw new AppError('not-here', 'This person was never in the space.', NOTHING, 'Make an invitation.');
  const own = must(space.rights.memberOf(self), 'member');
  const removal = space.rights.view().revokes.findLast((revoke) => revoke.to === uid);
  // Not more of the space than they had.
  const had = removal ? space.rights.removal(removal.id) : null;
  const scope = scopeAs(role, had?.scope ?? null, had?.role === ROLE.member);
  if (!space.rights.mayGrant(self, uid, { role, exp: own.exp, scope })) throw noRight();
  if (own.role < ROLE.admin && sentOut(space, uid)) throw new AppError('no-right', 'An admin removed this person.', NOTHING, 'Ask an admin.');
  await writeComing(kernel, sealer, space, { uid, devices, scope }, [grantOp({ to, role, nbf: kernel.time.now(), exp: own.exp, scope: wireScope(scope) })]);
  kernel.replication?.refresh();
}

/** Removed by somebody else, before their access had ended: only Owners and Admins do that, and only they take it back. */
function sentOut(space: Space, uid: string): boolean {
  const removal = space.rights.view().revokes.findLast((revoke) => revoke.to === uid);
  const record = removal && space.fragments.get(ACL_KEY)?.log.get(removal.id);
  if (!removal || !record) return false;
  const { by, ended } = space.rights.removal(removal.id);
  return by !== uid && (ended === null || ended > record.hlc.ms - record.delta);
}

/** The same part of the space in another role; who manages people has all of it. `member`: they were one, and comment on where they did not write. */
function scopeAs(role: Role, scope: Scope, member = false): Scope {
  const read = scope === null ? [] : [...scope.keys()].filter((fragment) => mayRead({ scope }, fragment));
  return scope === null || role >= ROLE.admin ? null : read.length === 0 ? scope : scopeOf(role, read, member ? commentsOf({ role: ROLE.member, scope }) : []);
}

function roleNamed(name: RoleName): Role {
  const role = ROLE_OF[name];
  if (role === undefined) throw new AppError('bad-op', 'There is no such role.', NOTHING, 'Choose owner, admin, member or guest.');
  return role;
}

/** What the person who asks may do with each member, for the menus of Access. */
export function mayDo(kernel: Kernel, space: Space, member: Member): { mayRemove: boolean; roles: Role[]; mayEnd: boolean; mayWhole: boolean; lets: Role[] } {
  const self = kernel.profile?.uid;
  const uid = member.uid;
  if (!self || uid === toBase64url(self) || space.standing !== 'member' || standingRole(kernel, space, self) === null) return { mayRemove: false, roles: [], mayEnd: false, mayWhole: false, lets: [] };
  const roles = [ROLE.owner, ROLE.admin, ROLE.member, ROLE.guest].filter((role) => role !== member.role && space.rights.mayGrant(self, uid, { role, exp: endAs(space, self, member, role), scope: scopeAs(role, member.scope) }));
  const unpaid = member.plan === null;
  const mayEnd = unpaid && member.role !== ROLE.owner && space.rights.mayGrant(self, uid, { role: member.role, exp: null, scope: member.scope });
  const lets = [ROLE.member, ROLE.guest].filter((role) => unpaid && mayDelegate(space, self, member, role));
  return { mayRemove: space.rights.mayRemove(self, uid), roles, lets, mayWhole: unpaid && member.scope !== null && space.rights.mayGrant(self, uid, { role: member.role, exp: member.exp, scope: null }), mayEnd: mayEnd && !hasEnded(member, kernel.time.now()) };
}
