/**
 * Plans of a space: what a voucher of an issuer opens (TRUST 2.3, decision 0033). The rules of the space name the issuers and the plans; a voucher stands in one
 * record with the grant it makes. It needs no right of its author to grant: it carries its own authority, as far as the plan goes.
 */
import { PLAN_GRACE_MS } from '#os/limits';
import { ROLE } from '#vm/protocol/types';
import type { AclRecord, AclState, Act, Member, Rights, VoucherSays } from './acl-model.ts';
import type { PlanRule } from './plan-rules.ts';
import { scopeWithin } from './scope.ts';

/** Why a voucher makes nothing here. */
export type VoucherFault = 'issuer' | 'plan' | 'person' | 'used' | 'long' | 'early' | 'lowers' | 'gives-nothing' | 'by-own-hand';

/** The first fault of a voucher in this state; null: the author may put it into the space. `at`: ms the record says. */
export function voucherFault(state: AclState, author: string, says: VoucherSays, at: number): VoucherFault | null {
  const plan = state.policy.plans.get(says.plan);
  const held = state.members.get(says.uid);
  if (!state.policy.issuers.has(says.issuer)) return 'issuer';
  if (!plan) return 'plan';
  if (!held) return 'person';
  if (says.exp <= (state.plans.get(says.uid)?.exp ?? -1)) return 'used';
  if (says.exp - says.nbf > plan.ms) return 'long';
  if (says.nbf > Math.max(at, held.plan?.exp ?? 0)) return 'early';
  if (held.role > plan.role || !scopeWithin(held.scope, plan.scope)) return 'lowers';
  const longer = held.exp !== null && says.exp + PLAN_GRACE_MS > held.exp;
  if (!longer && held.role === plan.role && scopeWithin(plan.scope, held.scope)) return 'gives-nothing';
  // An end is taken on by one's own hand only: else an issuer could give one to who has none.
  return longer || author === says.uid ? null : 'by-own-hand';
}

/** What the grant beside a voucher has to be. */
export function planRights({ role, scope }: PlanRule, exp: number): Rights & { mayDelegate: false; maxRole: 1 } {
  return { role, scope, exp, mayDelegate: false, maxRole: ROLE.guest };
}

/** The voucher of a record, which then holds nothing else on persons but its grant. */
export function voucherOf(acts: readonly Act[]): VoucherSays | null {
  return acts.find((act) => act.t === 'voucher')?.says ?? null;
}

/** May the author of the record write this grant on the strength of the voucher beside it? */
export function paidGrant(state: AclState, record: AclRecord, author: Member, grant: Act & { t: 'grant' }, says: VoucherSays): boolean {
  const { rights, to, nbf } = grant;
  const alone = record.acts.every((act) => act === grant || act.t === 'other' || (act.t === 'voucher' && act.says === says));
  if (!alone || to !== says.uid || nbf !== says.nbf || voucherFault(state, author.uid, says, record.at ?? 0) !== null) return false;
  const due = planRights(state.policy.plans.get(says.plan)!, says.exp);
  const sameScope = scopeWithin(rights.scope, due.scope) && scopeWithin(due.scope, rights.scope);
  return sameScope && rights.role === due.role && rights.exp === due.exp && rights.mayDelegate === due.mayDelegate && rights.maxRole === due.maxRole;
}

/** Is the time that was paid for over, while the grant still lets write? */
export function hasLapsed({ plan, role }: Pick<Member, 'plan' | 'role'>, meshNow: number): boolean {
  return plan !== null && role > ROLE.guest && plan.exp <= meshNow;
}
