/**
 * Plans of a space (decision 0033): which issuers' vouchers count and what for, as an Owner sets it; what a person holds; and a voucher put in by whoever
 * has it. What counts is what every peer judges for itself (#os/rights/plans).
 */
import { AppError } from '#base/app-error';
import { fromBase64url, toBase64url, type Bytes } from '#base/bytes';
import { must } from '#base/assert';
import { encodeCbor, type CborValue } from '#base/cbor';
import { cutText, plainLine } from '#base/plain-text';
import type { MyPlan, PlanChoice, PlansChange, PlansView, VoucherRefusal } from '#os/access-api';
import { KERNEL_LIMITS, MAX_ISSUERS, MAX_PLAN_CHARS, MAX_PLANS, PLAN_GRACE_MS } from '#os/limits';
import { saysOf } from '#os/rights/acl-record';
import { policyOps } from '#os/rights/builders';
import { planRights, voucherFault } from '#os/rights/plans';
import { PLANS_VERSION, POLICY_KEY } from '#os/rights/policy';
import { isAdmissibleKey } from '#vm/protocol/admission';
import { openField, sealField } from '#vm/protocol/keys';
import { FRAGMENT, ROLE } from '#vm/protocol/types';
import { parseVoucher, verifyVoucher } from '#vm/protocol/voucher';
import { hasEnded } from './expiry.ts';
import { fragmentsOf } from './member-views.ts';
import { ROLE_NAME, ROLE_OF } from './membership.ts';
import { rulesOf } from './rules-view.ts';
import { knownScope } from './scope-of.ts';
import type { Sealer } from './sealer.ts';
import type { Kernel, Space } from './state.ts';
import { checkVersion } from './transact.ts';
import { wireScope } from './wraps.ts';

const DAY_MS = 86_400_000;
const NOTHING = 'Nothing was changed.';
const badPlan = (): AppError => new AppError('bad-value', 'A plan has a name, opens Guest or Member, and lasts 1 to 3,660 days; an issuer is a key of 32 bytes.', NOTHING, 'Correct it.');

type Words = readonly [title: string, about: string];

/** The words of a plan; without the key they are empty. */
async function wordsOf(kernel: Kernel, space: Space, fields: CborValue | undefined, writer: Bytes): Promise<Words> {
  const field = Array.isArray(fields) ? fields[3] : null;
  if (!Array.isArray(field) || field.length !== 3) return ['', ''];
  const [epoch, nonce, ct] = field;
  if (!(epoch instanceof Uint8Array) || epoch.length !== 16 || !(nonce instanceof Uint8Array) || nonce.length !== 12 || !(ct instanceof Uint8Array)) return ['', ''];
  const aead = await space.keys.body(epoch as Bytes, FRAGMENT.acl, writer);
  const value = aead && (await openField(kernel.deps.crypto, aead, { epoch: epoch as Bytes, nonce: nonce as Bytes, ct: ct as Bytes }));
  const line = (text: CborValue | undefined, chars: number): string => (typeof text === 'string' ? cutText(plainLine(cutText(text, chars * 4)), chars) : '');
  return Array.isArray(value) ? [line(value[0], KERNEL_LIMITS.nameChars), line(value[1], KERNEL_LIMITS.planAboutChars)] : ['', ''];
}

/** Issuers and plans in force, and what the person who asks holds. */
export async function plansOf(kernel: Kernel, space: Space): Promise<PlansView> {
  const { policy: settings, state } = space.rights.view();
  const setting = settings.get(POLICY_KEY.plans);
  const values = setting?.value instanceof Map ? setting.value : new Map<string, CborValue>();
  const uid = kernel.profile?.uid;
  const plans = await Promise.all([...state.policy.plans].map(async ([id, { role, scope, ms }]) => {
    const [title, about] = await wordsOf(kernel, space, values.get(id), must(fromBase64url(setting!.writer), 'writer'));
    const code = uid ? toBase64url(encodeCbor([space.id, uid, id, ms])) : '';
    return { id, title, about, role: ROLE_NAME[role] as PlanChoice['role'], scope: fragmentsOf(scope), days: Math.floor(ms / DAY_MS), code };
  }));
  const mine = ownPlan(kernel, space);
  return { issuers: [...state.policy.issuers], plans, mine: mine && { ...mine, title: plans.find(({ id }) => id === mine.id)?.title ?? '' }, mayChange: rulesOf(kernel, space).mayChange };
}

function ownPlan(kernel: Kernel, space: Space): Omit<MyPlan, 'title'> | null {
  const uid = kernel.profile && toBase64url(kernel.profile.uid);
  const held = uid === null ? undefined : space.rights.view().state.plans.get(uid);
  if (uid === null || !held) return null;
  const now = kernel.time.now();
  const member = space.rights.memberOf(uid);
  const reads = held.exp + PLAN_GRACE_MS;
  const over = { id: held.id, until: held.exp, reads };
  if (!member || hasEnded(member, now)) return { ...over, state: 'ended' };
  if (member.plan === null) return member.role === ROLE.guest && member.exp === reads && held.exp <= now ? { ...over, state: 'grace' } : null;
  if (held.exp <= now) return { ...over, state: 'grace' };
  return { ...over, state: held.exp - now <= KERNEL_LIMITS.planEndingMs ? 'ending' : 'active' };
}

/** Sets issuers or plans, each as a whole (Owner). Whoever knows no plans writes nothing from then on: their peers would judge otherwise. */
export async function setPlans(kernel: Kernel, sealer: Sealer, space: Space, change: PlansChange): Promise<void> {
  if (!rulesOf(kernel, space).mayChange) throw new AppError('owner-only', 'Only an owner of the space can change this.', NOTHING, 'Ask an owner.');
  checkVersion(space);
  const set = new Map<string, CborValue>();
  if (change.issuers !== undefined) set.set(POLICY_KEY.issuers, issuerKeys(change.issuers));
  if (change.plans !== undefined) set.set(POLICY_KEY.plans, await planFields(kernel, space, change.plans));
  if (set.size === 0) return;
  const { minVersion } = space.rights.view().state.policy;
  if (minVersion < PLANS_VERSION) set.set(POLICY_KEY.minVersion, PLANS_VERSION);
  await sealer.writeAcl(space, policyOps(set));
  kernel.emit({ type: 'spaces', space: space.key });
}

function issuerKeys(issuers: readonly string[]): CborValue {
  const keys = Array.isArray(issuers) ? [...new Set(issuers)].map((key) => (typeof key === 'string' ? fromBase64url(key) : null)) : [];
  if (!Array.isArray(issuers) || !keys.every((key) => key?.length === 32 && isAdmissibleKey(key))) throw badPlan();
  if (keys.length > MAX_ISSUERS) throw new AppError('too-much', 'A space has at most 8 issuers.', NOTHING, 'Take one out first.');
  return keys.length === 0 ? null : keys;
}

async function planFields(kernel: Kernel, space: Space, plans: readonly PlanChoice[]): Promise<CborValue> {
  if (!Array.isArray(plans)) throw badPlan();
  if (plans.length > MAX_PLANS) throw new AppError('too-much', 'A space has at most 16 plans.', NOTHING, 'Take one out first.');
  const writer = must(kernel.slot, 'slot').writer;
  const epoch = space.rights.sealingEpoch();
  const aead = epoch && (await space.keys.body(epoch, FRAGMENT.acl, writer));
  if (!epoch || !aead) throw new AppError('no-key', 'This device has no valid key of the space yet.', NOTHING, 'Wait until another member is online.');
  const out = new Map<string, CborValue>();
  for (const plan of plans as readonly PlanChoice[]) {
    const { role, title, about, ms, id } = checkedPlan(kernel, plan);
    const scope = wireScope(knownScope(space, role, plan.scope));
    const words = await sealField(kernel.deps.crypto, aead, epoch, kernel.deps.random.bytes(12), [title, about]);
    out.set(id, [role, scope && scope.map(({ fragment, bits }): CborValue => [fragment, bits]), ms, [words.epoch, words.nonce, words.ct]]);
  }
  return out.size === 0 ? null : out;
}

function checkedPlan({ deps }: Kernel, plan: PlanChoice): { role: 1 | 2; title: string; about: string; ms: number; id: string } {
  const clean = (text: unknown): string => (typeof text === 'string' ? plainLine(text).trim() : '');
  const [title, about] = [clean(plan.title), clean(plan.about)];
  const role = ROLE_OF[plan.role];
  const id = plan.id ?? toBase64url(deps.random.bytes(8));
  const fits = title !== '' && title.length <= KERNEL_LIMITS.nameChars && about.length <= KERNEL_LIMITS.planAboutChars && (role === ROLE.member || role === ROLE.guest)
    && Number.isSafeInteger(plan.days) && plan.days >= 1 && plan.days <= KERNEL_LIMITS.planDays && typeof id === 'string' && id !== '' && id.length <= MAX_PLAN_CHARS;
  if (!fits) throw badPlan();
  return { role: role as 1 | 2, title, about, ms: plan.days * DAY_MS, id };
}

/** Puts a voucher into the space, for oneself or as the renewal of another. Null: it counts; else why it does not, and nothing was written. */
export async function redeem(kernel: Kernel, sealer: Sealer, space: Space, text: string): Promise<VoucherRefusal | null> {
  const profile = must(kernel.profile, 'profile');
  checkVersion(space);
  const bytes = typeof text === 'string' && text.length <= KERNEL_LIMITS.voucherChars ? fromBase64url(text.replaceAll(/\s/g, '')) : null;
  const voucher = bytes && parseVoucher(bytes);
  if (!voucher || !(await verifyVoucher(kernel.deps.crypto, voucher))) return 'form';
  if (toBase64url(voucher.space) !== space.key) return 'space';
  const now = kernel.time.now();
  if (voucher.exp <= now) return 'over';
  const self = space.standing === 'member' ? space.rights.memberOf(profile.uid) : null;
  if (!self || hasEnded(self, now)) throw new AppError('no-right', 'You are not in this space.', NOTHING, 'Ask for an invitation first.');
  const { state } = space.rights.view();
  const says = saysOf(voucher);
  const fault = voucherFault(state, self.uid, says, now);
  if (fault !== null) return fault;
  const { role, scope, exp, mayDelegate, maxRole } = planRights(state.policy.plans.get(says.plan)!, says.exp);
  await sealer.writeAcl(space, [
    { t: 'ident.attach', statement: voucher.bytes },
    { t: 'grant', to: voucher.uid, role, scope: wireScope(scope), nbf: says.nbf, exp, mayDelegate, maxRole, plan: null },
  ]);
  kernel.replication?.refresh();
  return null;
}
