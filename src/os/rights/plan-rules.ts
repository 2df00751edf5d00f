/** Issuers and plans as the rules of a space name them (policy.set, PROTOCOL 5). */
import { toBase64url } from '#base/bytes';
import type { CborValue } from '#base/cbor';
import { KERNEL_LIMITS, MAX_ISSUERS, MAX_PLAN_CHARS, MAX_PLANS } from '#os/limits';
import { ROLE, type Role } from '#vm/protocol/types';

/** What a plan opens. */
export interface PlanRule {
  readonly role: Role;
  readonly scope: ReadonlyMap<string, number> | null;
  /** Longest time of one voucher, ms. */
  readonly ms: number;
}

/** Keys of issuers out of a policy.set; another form counts as none. */
export function readIssuers(value: CborValue): ReadonlySet<string> {
  const fits = Array.isArray(value) && value.length <= MAX_ISSUERS && value.every((key) => key instanceof Uint8Array && key.length === 32);
  return new Set(fits ? value.map((key) => toBase64url(key as Uint8Array)) : []);
}

/** Plans out of a policy.set: id → [role, scope, ms, words sealed]; another form counts as none. */
export function readPlans(value: CborValue): ReadonlyMap<string, PlanRule> {
  const out = new Map<string, PlanRule>();
  if (!(value instanceof Map) || value.size > MAX_PLANS) return out;
  for (const [id, fields] of value as ReadonlyMap<number | string, CborValue>) {
    const plan = typeof id === 'string' && id !== '' && id.length <= MAX_PLAN_CHARS ? readPlan(fields) : null;
    if (plan === null) return new Map();
    out.set(id as string, plan);
  }
  return out;
}

function readPlan(fields: CborValue): PlanRule | null {
  if (!Array.isArray(fields) || fields.length !== 4) return null;
  const [role, entries, ms] = fields;
  const scope = entries === null || entries === undefined ? null : readScope(entries);
  if ((role !== ROLE.member && role !== ROLE.guest) || (entries !== null && scope === null)) return null;
  return typeof ms === 'number' && Number.isSafeInteger(ms) && ms > 0 ? { role, scope, ms } : null;
}

function readScope(entries: CborValue): PlanRule['scope'] {
  if (!Array.isArray(entries) || entries.length === 0 || entries.length > KERNEL_LIMITS.scopeFragments) return null;
  const out = new Map<string, number>();
  for (const entry of entries) {
    const [fragment, bits] = Array.isArray(entry) && entry.length === 2 ? entry : [];
    if (!(fragment instanceof Uint8Array) || fragment.length !== 16 || typeof bits !== 'number' || !Number.isInteger(bits) || bits < 1 || bits > 31) return null;
    out.set(toBase64url(fragment), bits);
  }
  return out;
}
