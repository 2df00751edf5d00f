/** The acts on people and rights of a space, one line for each record that did one: who, what, with whom. Functions of the acl records alone. */
import { toBase64url } from '#base/bytes';
import type { AclOp } from '#vm/protocol/acl-operation';
import { parseStatement } from '#vm/protocol/identity';
import { ROLE, type CborValue, type Role } from '#vm/protocol/types';
import { parseVoucher } from '#vm/protocol/voucher';
import type { Member, Scope } from './acl-model.ts';
import { pastOf } from './pasts.ts';
import { delegationLimit, mayRead } from './permit.ts';
import { hasLapsed } from './plans.ts';
import { POLICY_KEY } from './policy.ts';
import { scopeWithin } from './scope.ts';
import { SHAPE_KEY } from './shapes.ts';
import { thingOf } from './thing-rules.ts';

export type JournalKind = 'created' | 'invited' | 'taken-back' | 'joined' | 'back' | 'role' | 'until' | 'scope' | 'delegate' | 'plan' | 'lapsed' | 'removed' | 'device' | 'ended' | 'left' | 'rules' | 'thing' | 'past' | 'past-shut' | 'history' | 'key' | 'adopted' | 'link' | 'link-ended' | 'link-revoked' | 'beacon' | 'beacon-reads' | 'beacon-removed';

/** What the journal needs of a held acl record. */
export interface JournalRecord {
  readonly author: string;
  /** ms the record says. */
  readonly at: number;
  readonly ops: readonly AclOp[];
  /** The member in the record's own past. */
  member(uid: string): Pick<Member, 'role' | 'exp' | 'plan' | 'scope' | 'mayDelegate' | 'maxRole'> | undefined;
  /** Role of an invite of its past; undefined when the id names none. */
  invite(id: string): Role | undefined;
}

export interface JournalAct {
  readonly kind: JournalKind;
  /** uid of the person it is about; null when about nobody. */
  readonly who: string | null;
  readonly role: Role | null;
  readonly before: Role | null;
  readonly until: number | null;
  /** Of `scope`: the fragments that are open from then on; null: the whole space. */
  readonly open: readonly string[] | null;
  /** Of `thing`: the fragment or node whose rules were set; of `past` and `past-shut`: the fragment that is open to newcomers from its beginning, or not any more; of `history`: the fragment whose old steps are let go. */
  readonly thing: string | null;
}

/** Settings that are rules; others (the archive) are no act on rights. The least version goes with others. */
const RULE_KEYS = Object.values(POLICY_KEY).filter((key) => key !== POLICY_KEY.minVersion);

const about = (kind: JournalKind, more: Partial<JournalAct> = {}): JournalAct => ({ kind, who: null, role: null, before: null, until: null, open: null, thing: null, ...more });

/** The act of a record; null for what only keeps the space running (shares of keys, statements, slots, forks). */
export function journalAct(record: JournalRecord): JournalAct | null {
  const op = <T extends AclOp['t']>(t: T): (AclOp & { t: T }) | undefined => record.ops.find((one): one is AclOp & { t: T } => one.t === t);
  if (op('space.create')) return about('created');
  const grant = op('grant');
  const revoke = op('revoke');
  if (grant && record.ops.some((one) => one.t === 'ident.attach' && parseVoucher(one.statement) !== null)) return about('plan', { who: toBase64url(grant.to), role: grant.role, until: grant.exp });
  if (grant) return grantAct(record, grant, op('accept') !== undefined);
  if (dropsDevice(record.ops)) return about('device', { who: record.author });
  if (revoke) return revokeAct(record, toBase64url(revoke.to));
  const invite = op('invite');
  if (invite) return about('invited', { role: invite.role, until: invite.exp });
  if (op('adopt') || op('cut.extend') || (op('fork.resolve') && !op('slot.retire'))) return about('adopted');
  const baseline = op('baseline');
  if (baseline) return about('history', { thing: toBase64url(baseline.fragment) });
  const policy = op('policy.set')?.policy;
  return (policy && policyAct(policy)) ?? (op('key.rotate') ? about('key') : null);
}

/** Rules of the space, or those of one thing; an empty map takes every setting out. */
function policyAct(policy: ReadonlyMap<number | string, CborValue>): JournalAct | null {
  if (policy.size === 0 || RULE_KEYS.some((key) => policy.has(key)) || [...policy.keys()].some((key) => String(key).startsWith(SHAPE_KEY))) return about('rules');
  const [thing] = [...policy.keys()].map(thingOf).filter((id) => id !== null);
  if (thing !== undefined) return about('thing', { thing });
  const [past] = [...policy.keys()].filter((key) => pastOf(key) !== null);
  if (past !== undefined) return about(policy.get(past) === true ? 'past' : 'past-shut', { thing: pastOf(past) });
  return policy.has(POLICY_KEY.minVersion) ? about('rules') : null;
}

/** A statement among them that takes a device away. */
function dropsDevice(ops: readonly AclOp[]): boolean {
  return ops.some((op) => {
    const statement = op.t === 'ident.attach' ? parseStatement(op.statement) : null;
    return statement?.ok === true && statement.value.body.kind === 2;
  });
}

function grantAct(record: JournalRecord, grant: AclOp & { t: 'grant' }, joined: boolean): JournalAct {
  const who = toBase64url(grant.to);
  const held = record.member(who);
  const more = { who, role: grant.role, before: held?.role ?? null, until: grant.exp };
  if (!held) return about(joined ? 'joined' : 'back', more);
  if (held.plan !== null && grant.role === ROLE.guest && hasLapsed(held, record.at)) return about('lapsed', more);
  if (held.role !== grant.role) return about('role', more);
  const scope: Scope = grant.scope === null ? null : new Map(grant.scope.map(({ fragment, bits }) => [toBase64url(fragment), bits]));
  if (!scopeWithin(scope, held.scope) || !scopeWithin(held.scope, scope)) return about('scope', { ...more, open: scope && [...scope.keys()].filter((fragment) => mayRead({ scope }, fragment)) });
  const lets = delegationLimit(grant);
  return grant.exp !== held.exp || lets === delegationLimit(held) ? about('until', more) : about('delegate', { ...more, role: lets === 0 ? null : (lets as Role) });
}

function revokeAct(record: JournalRecord, to: string): JournalAct {
  const role = record.invite(to);
  if (role !== undefined) return about('taken-back', { role });
  const held = record.member(to);
  if (to === record.author) return about('left', { who: to });
  return about(held !== undefined && held.exp !== null && held.exp <= record.at ? 'ended' : 'removed', { who: to, before: held?.role ?? null });
}
