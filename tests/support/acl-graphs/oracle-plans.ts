/** RIGHT30–RIGHT32 read plainly: what an owner offers, and when a voucher makes the grant beside it. */
import type { OracleMember, OracleState } from './oracle-permits.ts';
import { partOf } from './oracle-scope.ts';
import type { Name, SpecOp, SpecPlan, SpecRights } from './spec.ts';

/** Reading behind the end, ms. */
export const GRACE = 259_200_000;

type Voucher = SpecOp & { t: 'voucher' };
type Grant = SpecOp & { t: 'grant' };

/** The one voucher of a record. */
export function voucherIn(ops: readonly SpecOp[]): Voucher | undefined {
  return ops.find((op) => op.t === 'voucher');
}

/** With the grant it goes, and with keys, cuts and slots. */
const BESIDE: readonly SpecOp['t'][] = ['rotate', 'share', 'extend', 'adopt', 'retire'];

/** Does the voucher make this grant, put in by the author in the record of that name? */
export function allowsPaid(state: OracleState, ops: readonly SpecOp[], author: OracleMember, grant: Grant, at: Name): boolean {
  const voucher = voucherIn(ops)!;
  const plan = state.policy.plans.find((one) => one.id === voucher.plan);
  const held = state.members.get(voucher.p);
  if (ops.filter(({ t }) => t === 'voucher').length > 1 || !ops.every((op) => op === voucher || op === grant || BESIDE.includes(op.t))) return false;
  if (voucher.foreign || plan === undefined || held === undefined || !state.policy.issuers.includes(voucher.issuer)) return false;
  if (!makes(plan, voucher, grant)) return false;
  if (voucher.exp - voucher.nbf > plan.ms || voucher.nbf > Math.max(at, held.paid ?? 0)) return false;
  if (voucher.exp <= (state.paid.get(voucher.p) ?? -1)) return false;
  if (held.role > plan.role || !partOf(held, grant)) return false;
  const later = held.exp !== null && voucher.exp + GRACE > held.exp;
  const more = plan.role > held.role || !partOf(grant, held);
  return author.p === voucher.p ? later || more : later;
}

function makes(plan: SpecPlan, voucher: Voucher, grant: Grant): boolean {
  const same = (a: SpecRights['scope'], b: SpecRights['scope']): boolean => JSON.stringify(a && [...a].sort()) === JSON.stringify(b && [...b].sort());
  return grant.to === voucher.p && grant.role === plan.role && same(grant.scope, plan.scope) && grant.exp === voucher.exp && grant.nbf === voucher.nbf && !grant.del && grant.max === 1;
}

/** The grant as it holds: longer by the time to read. */
export function heldGrant(ops: readonly SpecOp[]): (Grant & { readonly paid: number | null }) | undefined {
  const grant = ops.find((op) => op.t === 'grant');
  const voucher = voucherIn(ops);
  if (grant === undefined) return undefined;
  return voucher === undefined ? { ...grant, paid: null } : { ...grant, exp: voucher.exp + GRACE, paid: voucher.exp };
}
