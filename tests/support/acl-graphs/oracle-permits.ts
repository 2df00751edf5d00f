/** FORMATS 2 "who may" and 6 read plainly: may this person do these acts in this state? */
import { partOf } from './oracle-scope.ts';
import { allowsClosing, proves } from './oracle-late.ts';
import { allowsPaid, voucherIn } from './oracle-plans.ts';
import type { OracleShapes } from './oracle-shapes.ts';
import { bringsBack, deviceLives, dropCounts, isKnown } from './oracle-identity.ts';
import { ADMIN, type Dev, deviceNo, deviceOf, GUEST, isStatement, MEMBER, type Name, OWNER, personOf, type SpecOp, type SpecPlan, type SpecRecord, type SpecRights, type SpecStatement } from './spec.ts';

export { mayReadIn } from './oracle-scope.ts';

export interface OracleMember extends SpecRights {
  readonly p: number;
  readonly path: readonly Name[];
  readonly grant: Name;
  readonly standing: readonly Name[];
  /** End of what was paid for, where a voucher made the grant that holds. */
  readonly paid: number | null;
  /** Reads what is written from the coming on (KEY9); and by what the setting said then, whoever had written it. */
  readonly late: boolean;
  readonly lateSaid: boolean;
  /** Had this part, and was given more by somebody who came later, in that record. */
  readonly wider: { readonly since: Name; readonly had: SpecRights['scope'] } | null;
}

export interface OracleInvite {
  readonly by: number;
  readonly role: number;
  readonly uses: number;
  readonly used: readonly number[];
  readonly withdrawn: boolean;
  /** Of whose device it has the key. */
  readonly key: Dev | null;
}

/** Rule of SPEC RIGHT1–RIGHT6 that a record died by (6: frozen), and the record that killed it. */
export interface OracleDead {
  readonly rule: number;
  readonly by: Name | null;
}

/** RIGHT22. */
export interface OraclePolicy {
  value: number | null;
  /** Least role that lets in. */
  invite: number;
  issuers: readonly number[];
  plans: readonly SpecPlan[];
  /** Least role that writes messages in a fragment. */
  readonly on: Map<number, number>;
  /** RIGHT42. */
  readonly shapes: OracleShapes;
  /** KEY9, KEY10, RIGHT22. `said`: what the setting says, whoever wrote it. */
  late: boolean;
  said: boolean;
  readonly pasts: Set<number>;
  min: number;
}

export interface OracleState {
  readonly members: Map<number, OracleMember>;
  readonly former: Set<number>;
  readonly invites: Map<Name, OracleInvite>;
  readonly persons: Map<number, readonly SpecStatement[]>;
  readonly policy: OraclePolicy;
  /** End of the last voucher of each person that counted. */
  readonly paid: Map<number, number>;
  /** Public links, with the invite that each came by (RIGHT26). */
  readonly links: Map<number, Name>;
  readonly dead: Map<Name, OracleDead>;
  /** Records with effect in the order of the replay. */
  readonly order: Name[];
}

/** Ranks of records by the bytes of their ids. */
export type Rank = (name: Name) => number;

/** Shorter first, then bytewise. Negative: `a` is senior. */
export function comparePath(a: readonly Name[], b: readonly Name[], rank: Rank): number {
  if (a.length !== b.length) return a.length - b.length;
  for (const [i, name] of a.entries()) if (name !== b[i]) return rank(name) - rank(b[i]!);
  return 0;
}

/** Strictly above in (role, seniority). */
export function above(a: OracleMember, b: OracleMember, rank: Rank): boolean {
  return a.role !== b.role ? a.role > b.role : comparePath(a.path, b.path, rank) < 0;
}

/** The greatest role the rights may pass on. */
export function mayPass(own: SpecRights): number {
  if (!own.del) return 0;
  return Math.min(own.role === OWNER ? OWNER : own.role - 1, own.max);
}

function inside(given: SpecRights, own: SpecRights): boolean {
  if (own.exp !== null && (given.exp === null || given.exp > own.exp)) return false;
  return partOf(given, own);
}

/** No role and no part of the space above the other's. */
export function under(given: SpecRights, limit: SpecRights): boolean {
  return given.role <= limit.role && partOf(given, limit);
}

const ownersOf = (state: OracleState): number => [...state.members.values()].filter((m) => m.role === OWNER).length;

/** Would the member's fall to the role leave no Owner? */
export function lastOwner(state: OracleState, p: number, role: number): boolean {
  return role < OWNER && state.members.get(p)?.role === OWNER && ownersOf(state) === 1;
}

export interface Question {
  readonly record: SpecRecord;
  /** Step 5 asks again at the record's place in the replay; `lowers` is what step 1 found. */
  readonly replay: boolean;
  readonly lowers: boolean;
  /** Rights in place of the author's own (RIGHT3, a lowered author). */
  readonly as?: SpecRights;
  /** acl heads of the record do not have `prev` in their past. */
  readonly loose: boolean;
  readonly rank: Rank;
}

const ONCE = ['invite', 'grant', 'accept', 'create', 'baseline'];

/** RIGHT12: no effect at all, whoever wrote it. */
export function atFault(record: SpecRecord): boolean {
  const { ops } = record;
  if (ops === null || ops.length === 0) return true;
  if (ops.some(signedByItself)) return true;
  const count = (test: (op: SpecOp) => boolean): number => ops.filter(test).length;
  return ONCE.some((t) => count((op) => op.t === t) > 1) || count((op) => op.t === 'revoke' || op.t === 'withdraw' || op.t === 'cut') > 1;
}

/** FORMATS 1: a new key signs after a device or a recovery key that is another one. */
function signedByItself(op: SpecOp): boolean {
  return (op.t === 'add' && op.by === op.d) || (op.t === 'recovery' && op.by === -1 - op.k);
}

/** True when the author may do all of the record. */
export function allows(state: OracleState, question: Question): boolean {
  const { record } = question;
  const held = state.members.get(personOf(record.writer));
  if (!held || question.loose || atFault(record) || state.links.has(held.p)) return false;
  if (!deviceLives(state.persons.get(held.p), deviceOf(record.writer)) && !standsByItself(state, held.p, record)) return false;
  const author: OracleMember = question.as ? { ...held, ...question.as, p: held.p, path: held.path } : held;
  return record.ops!.every((op) => allowsOp(state, question, author, op));
}

/** IDN11: statements of a recovery key that add the very device that writes, which was never known, and keys for it; nothing else. */
function standsByItself(state: OracleState, p: number, record: SpecRecord): boolean {
  const device = deviceOf(record.writer);
  const known = state.persons.get(p) ?? [];
  const adds = record.ops!.filter(isStatement);
  return adds.length > 0 && !isKnown(known, device) && adds.every((op) => op.t === 'add' && op.p === p && op.d === deviceNo(device) && bringsBack(known, op)) && record.ops!.every((op) => isStatement(op) || LEAST[op.t] === GUEST);
}

const LEAST: Partial<Record<SpecOp['t'], number>> = { rotate: ADMIN, extend: ADMIN, adopt: ADMIN, resolve: ADMIN, retire: GUEST, share: GUEST, proof: GUEST };

function allowsOp(state: OracleState, question: Question, author: OracleMember, op: SpecOp): boolean {
  const ops = question.record.ops!;
  if (isStatement(op)) return op.p === author.p || (state.members.has(op.p) && bringsBack(state.persons.get(op.p) ?? [], op)) || ops.some((other) => other.t === 'accept' && other.p === op.p);
  switch (op.t) {
    case 'create':
      return false;
    case 'voucher':
      return ops.some((other) => other.t === 'grant');
    case 'grant':
      if (voucherIn(ops)) return allowsPaid(state, ops, author, op, question.record.name);
      return (ops.some((other) => other.t === 'accept') || letsIn(state, author, op.to)) && allowsGrant(state, question, author, op);
    case 'revoke':
      return allowsRevoke(state, question, author, op.to);
    case 'cut':
      if (ops.some((other) => other.t === 'grant')) return false;
      return cutsOwn(state, author, op.device, ops) || (author.role >= ADMIN && question.replay);
    case 'withdraw': {
      if (ops.some((other) => other.t === 'grant')) return false;
      const invite = state.invites.get(op.invite);
      return invite ? author.role >= ADMIN || invite.by === author.p : author.role >= ADMIN && question.replay;
    }
    case 'invite':
      return author.role >= state.policy.invite && author.scope === null && op.role <= mayPass(author);
    case 'accept': {
      const invite = state.invites.get(op.invite);
      if (!invite || invite.withdrawn || (author.role < ADMIN && mayPass(author) < invite.role)) return false;
      if (!ops.some((other) => other.t === 'grant' && other.to === op.p && other.role <= invite.role)) return false;
      return invite.used.includes(op.p) || invite.used.length < invite.uses;
    }
    case 'baseline':
    case 'verdict':
      return allowsClosing(state, ops, author, op);
    case 'proof':
      return proves(op);
    case 'policy':
      return author.role === OWNER || (author.role === ADMIN && adminsPolicy(state, op));
    default:
      return author.role >= LEAST[op.t]!;
  }
}

/** RIGHT27: rules on fragments and nothing else, none that asks or asked for an Owner. */
function adminsPolicy(state: OracleState, { on, ...others }: SpecOp & { t: 'policy' }): boolean {
  const alone = Object.entries(others).every(([name, value]) => name === 't' || value === undefined);
  return alone && on !== undefined && on.length > 0 && on.every(([fragment, least]) => least !== OWNER && state.policy.on.get(fragment) !== OWNER);
}

/** RIGHT24: somebody who is not here. */
function letsIn(state: OracleState, author: OracleMember, to: number): boolean {
  return state.members.has(to) || author.role >= state.policy.invite;
}

/** A device of the author, which the same record drops by a statement that counts. */
function cutsOwn(state: OracleState, author: OracleMember, device: Dev, ops: readonly SpecOp[]): boolean {
  const known = state.persons.get(author.p) ?? [];
  if (personOf(device) !== author.p || !isKnown(known, device)) return false;
  return ops.some((op) => op.t === 'drop' && op.p === author.p && op.d === deviceNo(device) && dropCounts(known, op));
}

function allowsGrant(state: OracleState, question: Question, author: OracleMember, op: SpecOp & { t: 'grant' }): boolean {
  if (op.to === author.p || op.role > mayPass(author) || !inside(op, author) || (op.scope !== null && op.role >= ADMIN)) return false;
  const target = state.members.get(op.to);
  if (!target || target.role < op.role) return true;
  if (lastOwner(state, op.to, op.role)) return false;
  return (question.replay && !question.lowers) || above(author, target, question.rank);
}

function allowsRevoke(state: OracleState, question: Question, author: OracleMember, to: number): boolean {
  const grant = question.record.ops!.find((op) => op.t === 'grant');
  if (grant && (grant.to !== to || to === author.p)) return false;
  if (to === author.p) return !lastOwner(state, to, 0);
  if (author.role < ADMIN) return false;
  const target = state.members.get(to);
  if (!target) return question.replay || state.former.has(to);
  return above(author, target, question.rank) && !lastOwner(state, to, grant?.role ?? 0);
}

/** May the rights comment in the fragment? (RIGHT28) */
export function mayCommentIn(rights: SpecRights, fragment: number): boolean {
  return rights.role >= MEMBER && rights.scope !== null && rights.scope.some(([one, bits]) => one === fragment && (bits & 4) !== 0);
}

/** May the rights write into the fragment? (RIGHT13) */
export function mayWriteIn(rights: SpecRights, fragment: number): boolean {
  return rights.role >= MEMBER && (rights.scope === null || rights.scope.some(([one, bits]) => one === fragment && (bits & 2) !== 0));
}
