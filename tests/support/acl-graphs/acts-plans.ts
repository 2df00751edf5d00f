/** Acts of random acl graphs with plans: owners offer, people and others put vouchers in, hostile ones change them. */
import type { Turn } from './acts.ts';
import type { OracleMember } from './oracle-permits.ts';
import { partOf } from './oracle-scope.ts';
import { ADMIN, OWNER, type SpecOp, type SpecPlan, type SpecRights } from './spec.ts';

const ISSUERS = 2;
const PLANS = 3;

function somePlan({ world }: Turn, id: number): SpecPlan {
  const scope = world.rarely(3) ? ([[world.draw(3), 1 + world.draw(31)]] as const) : null;
  return { id, role: 1 + world.draw(2), scope, ms: 5 + world.draw(60) };
}

/** Which issuers and plans there are from now on; now and then none. */
export function offer(turn: Turn): SpecOp[] | null {
  const { world, me } = turn;
  if (me?.role !== OWNER) return null;
  const issuers = Array.from({ length: ISSUERS }, (_, i) => i).filter(() => !world.rarely(3));
  const plans = Array.from({ length: PLANS }, (_, id) => id).filter(() => !world.rarely(4)).map((id) => somePlan(turn, id));
  return [{ t: 'policy', issuers, plans }];
}

/** A voucher with the grant it makes: of a plan that is offered, mostly for who gets more by it. */
export function pay(turn: Turn): SpecOp[] | null {
  const { world, view, me } = turn;
  const { plans, issuers } = view.state.policy;
  const issuer = world.pick(issuers);
  const members = [...view.state.members.values()].filter(({ role }) => role < ADMIN);
  const gain = (to: OracleMember, plan: SpecPlan): boolean => partOf(to, plan) && (plan.role > to.role || (plan.role === to.role && to.exp !== null));
  const ownHand = (to: OracleMember): boolean => to.p === turn.p || to.exp !== null;
  const fit = members.flatMap((to) => plans.filter((plan) => ownHand(to) && gain(to, plan)).map((plan) => ({ to, plan })));
  const found = world.pick(world.rarely(8) ? members.flatMap((to) => plans.map((plan) => ({ to, plan }))) : fit);
  if (!me || found === undefined || issuer === undefined) return null;
  const { to, plan } = found;
  const nbf = to.paid !== null && world.draw(2) === 0 ? to.paid : Math.max(0, world.records.length - world.draw(5));
  return paid([{ t: 'voucher', p: to.p, plan: plan.id, issuer, nbf, exp: nbf + plan.ms - world.draw(4), foreign: false }, grantOf(plan)]);
}

const grantOf = (plan: SpecPlan): SpecOp & { t: 'grant' } => ({ t: 'grant', to: 0, role: plan.role, scope: plan.scope, exp: 0, del: false, max: 1, nbf: 0 });

/** As above, but with something else in it. */
export function wildPay(turn: Turn): SpecOp[] | null {
  const { world } = turn;
  const [voucher, grant] = paid(pay(turn)) ?? paid([{ t: 'voucher', p: turn.p, plan: world.draw(PLANS), issuer: world.draw(ISSUERS), nbf: 0, exp: 1 + world.draw(90), foreign: false }, grantOf(somePlan(turn, 0))])!;
  const anybody = world.draw(world.people);
  const rights = (more: Partial<SpecRights & { to: number; nbf: number }>): SpecOp[] => [voucher, { ...grant, ...more }];
  const signed = (more: Partial<SpecOp & { t: 'voucher' }>): SpecOp[] => paid([{ ...voucher, ...more }, grant])!;
  const wild: (() => SpecOp[])[] = [
    () => rights({ role: 1 + world.draw(4) }), () => rights({ exp: world.rarely(2) ? null : voucher.exp + 1 }), () => rights({ scope: world.rarely(2) ? null : [[world.draw(3), 1 + world.draw(31)]] }), () => rights({ del: true }),
    () => rights({ max: 2 }), () => rights({ to: anybody }), () => rights({ nbf: grant.nbf! + 1 }), () => signed({ issuer: world.draw(3) }), () => signed({ plan: world.draw(4) }), () => signed({ p: anybody }), () => signed({ foreign: true }),
    () => signed({ exp: voucher.nbf + 1 + world.draw(200) }), () => signed({ nbf: voucher.nbf + 20, exp: voucher.exp + 20 }), () => [voucher], () => [voucher, voucher, grant],
    () => [voucher, { ...voucher, exp: voucher.exp + 1 }, grant], () => [{ t: 'revoke', to: voucher.p, cuts: {} }, voucher, grant], () => [...world.statementsOf(voucher.p), voucher, grant], () => [voucher, grant],
  ];
  return world.pick(wild)!();
}

/** The pair with the end and beginning of the voucher in the grant. */
function paid(ops: readonly SpecOp[] | null): [SpecOp & { t: 'voucher' }, SpecOp & { t: 'grant' }] | null {
  const [voucher, grant] = ops ?? [];
  return voucher?.t === 'voucher' && grant?.t === 'grant' ? [voucher, { ...grant, to: voucher.p, nbf: voucher.nbf, exp: voucher.exp }] : null;
}
