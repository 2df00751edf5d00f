/**
 * The rules of a space that an Owner sets (policy.set, PROTOCOL 5): who may do which operations, who may invite, how people are let in, the least version
 * that writes. In force at a head set is, key by key, the last policy.set in acl order; a value of another form counts as none.
 */
import { equalBytes, type Bytes } from '#base/bytes';
import type { CborValue } from '#base/cbor';
import { MAX_POLICY_PATTERNS, MAX_PATTERN_CHARS } from '#os/limits';
import { edgeId } from '#vm/protocol/ids';
import { PRIMITIVE, ROLE, type Operation, type Role } from '#vm/protocol/types';
import { type PlanRule, readIssuers, readPlans } from './plan-rules.ts';

export interface Policy {
  /** Pattern → least role: of the longest pattern that a type or verb begins with. */
  readonly ops: ReadonlyMap<string, Role>;
  /** Least role that lets people in: invitations, and grants to who is not here. */
  readonly invite: Role;
  /** Nobody is let in but by hand. */
  readonly approve: boolean;
  /** Keys whose vouchers count, and what of: see plans.ts. */
  readonly issuers: ReadonlySet<string>;
  readonly plans: ReadonlyMap<string, PlanRule>;
  /** Kernels that know fewer rules than this write nothing. */
  readonly minVersion: number;
}

/** Version of the rules that this build knows (policy key `min_version`). */
export const RULES_VERSION = 2;

/** A space in which no Owner has set anything. */
export const NO_POLICY: Policy = { ops: new Map(), invite: ROLE.guest, approve: false, issuers: new Set(), plans: new Map(), minVersion: 0 };

/** Names of the settings in policy.set. */
export const POLICY_KEY = { ops: 'ops', invite: 'invite', approve: 'approve', issuers: 'issuers', plans: 'plans', minVersion: 'min_version' } as const;

/** The policy after a policy.set. An empty map takes every setting out. */
export function withPolicy(before: Policy, set: ReadonlyMap<number | string, CborValue>): Policy {
  if (set.size === 0) return NO_POLICY;
  const { ops, invite, approve, issuers, plans, minVersion } = POLICY_KEY;
  return {
    ops: set.has(ops) ? readPatterns(set.get(ops)!) : before.ops,
    invite: set.has(invite) ? (readRole(set.get(invite)!) ?? NO_POLICY.invite) : before.invite,
    approve: set.has(approve) ? set.get(approve) === true : before.approve,
    issuers: set.has(issuers) ? readIssuers(set.get(issuers)!) : before.issuers,
    plans: set.has(plans) ? readPlans(set.get(plans)!) : before.plans,
    minVersion: set.has(minVersion) ? readVersion(set.get(minVersion)!) : before.minVersion,
  };
}

function readPatterns(value: CborValue): ReadonlyMap<string, Role> {
  if (!(value instanceof Map) || value.size > MAX_POLICY_PATTERNS) return NO_POLICY.ops;
  const out = new Map<string, Role>();
  for (const [pattern, role] of value as ReadonlyMap<number | string, CborValue>) {
    const least = readRole(role);
    if (typeof pattern !== 'string' || pattern === '' || pattern.length > MAX_PATTERN_CHARS || least === null) return NO_POLICY.ops;
    out.set(pattern, least);
  }
  return out;
}

function readRole(value: CborValue): Role | null {
  return value === ROLE.guest || value === ROLE.member || value === ROLE.admin || value === ROLE.owner ? value : null;
}

function readVersion(value: CborValue): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : 0;
}

/** The least role the rules name for a type or verb; null when they name none. */
export function leastRole(policy: Policy, name: string): Role | null {
  let best: string | null = null;
  for (const pattern of policy.ops.keys()) if (name.startsWith(pattern) && (best === null || pattern.length > best.length)) best = pattern;
  return best === null ? null : policy.ops.get(best)!;
}

/** May a Guest do anything at all? */
export function opensToGuests(policy: Policy): boolean {
  for (const role of policy.ops.values()) if (role === ROLE.guest) return true;
  return false;
}

/** Who does an operation, as the rules see them. */
export interface Doer {
  readonly role: Role;
  readonly uid: Uint8Array;
  readonly writer: Uint8Array;
}

/** The first operation that the rules do not let this person do, as words for the log inspector; null when all may be done. */
export function forbiddenOp(policy: Policy, doer: Doer, ops: readonly Operation[]): string | null {
  const may = doer.role === ROLE.guest ? guestMay : memberMay;
  const found = ops.find((op) => !may(policy, doer, op));
  return found === undefined ? null : (typeOf(found) ?? (found.verb || `operation ${found.primitive}`));
}

/** The type an operation gives to a thing or a link; null for all others. */
function typeOf({ primitive, args }: Operation): string | null {
  const type = primitive === PRIMITIVE.nodeCreate || primitive === PRIMITIVE.edgeAdd ? args[1] : null;
  return typeof type === 'string' ? type : null;
}

/** A rule by type binds everybody. A rule by verb binds by what the operation calls itself. */
function memberMay(policy: Policy, { role }: Doer, op: Operation): boolean {
  const type = typeOf(op);
  return (type === null || (leastRole(policy, type) ?? ROLE.guest) <= role) && (op.verb === '' || (leastRole(policy, op.verb) ?? ROLE.guest) <= role);
}

/**
 * A Guest makes things and links of types that are opened to guests and changes those only: an id of theirs begins with the first 8 bytes of their
 * uid, a link of theirs is personal. Else a thing "made" under an id that is taken would be another's thing changed.
 */
function guestMay(policy: Policy, doer: Doer, op: Operation): boolean {
  const { primitive, args } = op;
  const opened = (): boolean => leastRole(policy, typeOf(op) ?? '') === ROLE.guest;
  switch (primitive) {
    case PRIMITIVE.clockFix:
      return true;
    case PRIMITIVE.nodeCreate:
      return opened() && beginsWith(args[0], ownIdHead(doer.uid)) && memberMay(policy, doer, op);
    case PRIMITIVE.nodeSet:
    case PRIMITIVE.nodeDelete:
    case PRIMITIVE.nodeRestore:
      return opensToGuests(policy) && beginsWith(args[0], ownIdHead(doer.uid)) && memberMay(policy, doer, op);
    case PRIMITIVE.edgeAdd: {
      const [id, type, from, to] = args;
      if (!opened() || typeof type !== 'string' || !(id instanceof Uint8Array) || !(from instanceof Uint8Array) || to === undefined) return false;
      return equalBytes(id, edgeId(type, from, to, doer.uid)) && memberMay(policy, doer, op);
    }
    case PRIMITIVE.edgeRemove:
      return opensToGuests(policy) && Array.isArray(args[1]) && args[1].every((seen) => Array.isArray(seen) && seen[1] instanceof Uint8Array && beginsWith(seen[1], doer.writer.slice(0, 8)));
    default:
      return false;
  }
}

/** The first bytes of ids that a person makes, where it matters whose they are. */
export function ownIdHead(uid: Uint8Array): Bytes {
  return uid.slice(0, 8) as Bytes;
}

function beginsWith(id: CborValue | undefined, head: Uint8Array): boolean {
  return id instanceof Uint8Array && equalBytes(id.slice(0, 8), head);
}

/** One setting in force and the log whose key seals its fields. */
export interface Setting {
  readonly value: CborValue;
  /** base64url. */
  readonly writer: string;
}

/** All settings after a policy.set, known ones or not; null takes one out. */
export function withSettings(into: Map<number | string, Setting>, set: ReadonlyMap<number | string, CborValue>, writer: string): void {
  if (set.size === 0) into.clear();
  for (const [key, value] of set) {
    if (value === null) into.delete(key);
    else into.set(key, { value, writer });
  }
}
