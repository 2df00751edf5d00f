/** Who may do what in a given state (FORMATS 2, "Who may"; FORMATS 6, delegation; TRUST 2.3 and 2.4 rule 1). */
import { toBase64url } from '#base/bytes';
import { FRAGMENT, ROLE, SCOPE, type Role } from '#vm/protocol/types';
import type { AclNode, AclRecord, AclState, Act, Member, Rights } from './acl-model.ts';
import { isLive, mayRevokeDevice, type IdStatement } from './identity-state.ts';
import { paidGrant, voucherOf } from './plans.ts';
import { BASELINE_VERSION, withPolicy } from './policy.ts';
import { scopeWithin } from './scope.ts';
import { outranks } from './seniority.ts';
import { isAdminsPolicy } from './thing-rules.ts';

/** The greatest role these rights may grant; 0 = none. Strictly below the own role, but an Owner may make an Owner. */
export function delegationLimit(rights: Pick<Rights, 'role' | 'mayDelegate' | 'maxRole'>): number {
  const below = rights.role === ROLE.owner ? ROLE.owner : rights.role - 1;
  const byRole = rights.role === ROLE.owner ? ROLE.owner : rights.role === ROLE.admin ? ROLE.member : 0;
  if (rights.mayDelegate === null) return byRole;
  if (!rights.mayDelegate) return 0;
  return Math.min(below, rights.maxRole ?? byRole);
}

/** True when the first rights are no role and no scope above the second ones. */
export function notAbove(rights: Rights, limit: Rights): boolean {
  return rights.role <= limit.role && scopeWithin(rights.scope, limit.scope);
}

/** True when a holder of `own` may give `given` to somebody: role, scope and end (TRUST 2.3). */
export function mayGive(own: Rights, given: Rights): boolean {
  if (given.role > delegationLimit(own)) return false;
  if (!scopeWithin(given.scope, own.scope)) return false;
  return own.exp === null || (given.exp !== null && given.exp <= own.exp);
}

/** True when removing the member, or lowering it to the role, would leave no Owner. */
export function leavesNoOwner(state: AclState, target: Member | undefined, role: number): boolean {
  return target?.role === ROLE.owner && role < ROLE.owner && state.owners <= 1;
}

/** What is known of the record when its rights are judged: `past` = step 1, `replay` = step 5. */
export interface PermitContext {
  readonly record: AclRecord;
  readonly phase: 'past' | 'replay';
  /** Replay only: what step 1 found. */
  readonly lowers: boolean;
}

/** True when the author may do every act of the record in the state. `as` replaces the author's rights (rule 3, lowered author). */
export function permits(state: AclState, context: PermitContext, as?: Rights): boolean {
  const { record } = context;
  if (isGenesis(record)) return context.phase === 'past' ? genesisHolds(record) : true;
  const held = state.members.get(record.author);
  // A public link reads: whoever has it must not be able to leave, share keys or close slots in its name (RIGHT26).
  if (!held || state.links.has(record.author)) return false;
  const author: Member = as ? { ...held, role: as.role, scope: as.scope, exp: as.exp, mayDelegate: as.mayDelegate, maxRole: as.maxRole } : held;
  if (record.device !== null && !isLive(state.persons.get(record.author), record.device) && !standsByItself(state, record)) return false;
  return record.acts.every((act) => actAllowed(state, context, author, act));
}

/** The genesis is the one record without deps. */
export function isGenesis(record: AclRecord): boolean {
  return record.deps.length === 0;
}

function genesisHolds(record: AclRecord): boolean {
  const create = record.acts.find((act) => act.t === 'create');
  if (create?.owner !== record.author) return false;
  if (!record.acts.every((act) => act === create || (act.t === 'attach' && act.statement.uid === record.author))) return false;
  if (record.device === null) return true;
  return record.acts.some((act) => act.t === 'attach' && (act.statement.kind === 'inception' || act.statement.kind === 'add') && act.statement.ds === record.device);
}

function actAllowed(state: AclState, context: PermitContext, author: Member, act: Act): boolean {
  switch (act.t) {
    case 'create':
    case 'never':
      return false;
    case 'grant': {
      const paid = voucherOf(context.record.acts);
      if (paid !== null) return paidGrant(state, context.record, author, act, paid);
      return (context.record.acts.some((other) => other.t === 'accept') || letsIn(state, author, act.to)) && grantAllowed(state, context, author, act.to, act.rights);
    }
    case 'voucher':
      return context.record.acts.some((other) => other.t === 'grant');
    case 'revoke':
      return revokeAllowed(state, context, author, act.to);
    case 'invite':
      if (author.role < state.policy.invite) return false;
      // No scope stands in it: whoever accepts would give away more than its author has.
      return author.scope === null && act.role <= delegationLimit(author);
    case 'accept':
      return acceptAllowed(state, context.record, author, act.invite, act.uid);
    case 'attach':
      return act.statement.uid === author.uid || bringsBack(state, act.statement) || context.record.acts.some((other) => other.t === 'accept' && other.uid === act.statement.uid);
    case 'policy':
      return author.role >= ROLE.owner || (author.role >= ROLE.admin && isAdminsPolicy(state.policy.things, act.set));
    case 'settle':
      return author.role >= ROLE.admin;
    case 'baseline':
      return author.role >= ROLE.admin && author.scope === null && !RESERVED.has(act.fragment) && keepsOldOut(state, context.record, author) && !writtenToKeep(state);
    case 'say':
      return author.role >= ROLE.member && author.scope === null;
    case 'other':
      return author.role >= act.need;
  }
}

/** Is anybody kept to what is written from their coming on (KEY9), or will be? A snapshot sealed now would show them all that was before. */
export const keepsNewcomers = ({ policy, members }: Pick<AclState, 'policy' | 'members'>): boolean => policy.late || members.entries().some(([, { late, wider }]) => late || wider !== null);

/** The same by the settings as they were written, those of who came later themself too: it decides what counts, which is no matter of keys (RIGHT40). */
const writtenToKeep = ({ policy, members }: AclState): boolean => policy.lateWritten || members.entries().some(([, { lateWritten }]) => lateWritten);

/** Builds that know no baselines would look for ever for what is gone: the rules keep them out, by an Owner, in this record if need be (RIGHT40). */
function keepsOldOut(state: AclState, { acts }: AclRecord, author: Member): boolean {
  if (state.policy.minVersion >= BASELINE_VERSION) return true;
  return author.role >= ROLE.owner && acts.some((act) => act.t === 'policy' && withPolicy(state.policy, act.set).minVersion >= BASELINE_VERSION);
}

/** A device that a member's recovery key added: the statement carries its own authority, and the person may have no other device left to write it (IDN9). */
function bringsBack(state: AclState, statement: IdStatement): boolean {
  return statement.kind === 'add' && state.members.has(statement.uid) && state.persons.get(statement.uid)?.recoveryKeys.has(statement.by) === true;
}

/**
 * The first record of somebody whose devices are all gone: it brings its own device by a statement of the author's recovery key, which needs nobody's word, and
 * besides no more than keys for it (IDN11). A device that is known, revoked that is, does not come back so.
 */
function standsByItself(state: AclState, { author, device, acts }: AclRecord): boolean {
  return acts.every((act) => (act.t === 'attach' ? act.statement.kind === 'add' && act.statement.uid === author && act.statement.ds === device && bringsBack(state, act.statement) : act.t === 'other' && act.need === ROLE.guest))
    && acts.some((act) => act.t === 'attach') && state.persons.get(author)?.devices.has(device!) !== true;
}

/** Could the author give the person these rights in this state: let them in, another role, another end? */
export function mayGrant(state: AclState, author: Member, to: string, rights: Rights): boolean {
  return letsIn(state, author, to) && grantAllowed(state, { phase: 'past', lowers: false }, author, to, rights);
}

/** Somebody who is not here is let in by whom the rules of the space let invite, or by an invitation of theirs. */
function letsIn(state: AclState, author: Member, to: string): boolean {
  return state.members.has(to) || author.role >= state.policy.invite;
}

function grantAllowed(state: AclState, context: Pick<PermitContext, 'phase' | 'lowers'>, author: Member, to: string, rights: Rights): boolean {
  if (to === author.uid || !mayGive(author, rights)) return false;
  // Who manages people or the space manages all of it.
  if (rights.scope !== null && rights.role >= ROLE.admin) return false;
  const target = state.members.get(to);
  if (!target || target.role < rights.role) return true;
  if (leavesNoOwner(state, target, rights.role)) return false;
  if (context.phase === 'replay' && !context.lowers) return true;
  return outranks(author, target);
}

function revokeAllowed(state: AclState, context: PermitContext, author: Member, to: string): boolean {
  const target = state.members.get(to);
  const grant = context.record.acts.find((act) => act.t === 'grant');
  if (grant && (grant.to !== to || to === author.uid)) return false;
  if (cutsOwnDevice(state, context.record, to)) return true;
  if (to === author.uid) return !leavesNoOwner(state, target, 0);
  const invite = state.invites.get(to);
  if (invite) return author.role >= ROLE.admin || invite.author === author.uid;
  if (author.role < ROLE.admin) return false;
  if (!target) return context.phase === 'replay' || state.former.has(to);
  return outranks(author, target) && !leavesNoOwner(state, target, grant?.rights.role ?? 0);
}

/** The cuts of a device that the same record takes away by a statement of the person who writes it (RIGHT16). */
function cutsOwnDevice(state: AclState, { author, acts }: AclRecord, to: string): boolean {
  const person = state.persons.get(author);
  if (person?.devices.has(to) !== true) return false;
  return acts.some((act) => act.t === 'attach' && act.statement.kind === 'revoke' && act.statement.uid === author && act.statement.ds === to && mayRevokeDevice(person, act.statement));
}

function acceptAllowed(state: AclState, record: AclRecord, author: Member, id: string, uid: string): boolean {
  const invite = state.invites.get(id);
  if (!invite || invite.revoked) return false;
  if (author.role < ROLE.admin && delegationLimit(author) < invite.role) return false;
  if (!record.acts.some((act) => act.t === 'grant' && act.to === uid && act.rights.role <= invite.role)) return false;
  return invite.usedBy.includes(uid) || invite.usedBy.length < invite.uses;
}

/** True when the acts of the record that a concurrent lowering of its author would forbid (rule 3). */
export function forbiddenWhenLowered(node: AclNode, lowered: Rights): boolean {
  const held = node.before.members.get(node.author);
  if (!held || notAbove(held, lowered)) return false;
  return !permits(node.before, { record: node, phase: 'past', lowers: node.lowers }, lowered);
}

/** Write access of step 1: Owner, Admin and Member write class-op records in their scope, a Guest does not. */
export function mayWrite(member: Pick<Rights, 'role' | 'scope'>, fragment: string): boolean {
  return member.role >= (ROLE.member as Role) && (member.scope === null || ((member.scope.get(fragment) ?? 0) & SCOPE.write) !== 0);
}

/** Does a Member, or more, comment in the fragment without writing there (RIGHT28)? */
export function onlyComments(member: Pick<Rights, 'role' | 'scope'>, fragment: string): boolean {
  return member.role >= ROLE.member && member.scope !== null && mayComment(member, fragment) && !mayWrite(member, fragment);
}

/** Where a Guest does what the rules of the space open to guests: everywhere, or where a scope says comment. */
export function mayComment(member: Pick<Rights, 'scope'>, fragment: string): boolean {
  return member.scope === null || ((member.scope.get(fragment) ?? 0) & SCOPE.comment) !== 0;
}

/** Read access: everybody in their scope. `acl` is clear and held by every member. */
export function mayRead(member: Pick<Rights, 'scope'>, fragment: string): boolean {
  return member.scope === null || fragment === ACL || ((member.scope.get(fragment) ?? 0) & SCOPE.read) !== 0;
}

/** Who calls services of others in the space, and is called there: a call names the space and no fragment, so only who has all of it; the bit of a scope waits for calls that name one (docs/decisions/0143). */
export function mayInvoke(member: Pick<Rights, 'scope'>): boolean {
  return member.scope === null;
}

const ACL = toBase64url(FRAGMENT.acl);
/** Their records are read one by one: rights, reports, witnesses. */
const RESERVED: ReadonlySet<string> = new Set(Object.values(FRAGMENT).map(toBase64url));
