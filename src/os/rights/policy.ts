/**
 * The rules of a space that an Owner sets (policy.set, PROTOCOL 5): who may do which operations, who may invite, how people are let in, the least version
 * that writes. In force at a head set is, key by key, the last policy.set in acl order; a value of another form counts as none.
 */
import { equalBytes } from '#base/bytes';
import type { CborValue } from '#base/cbor';
import { MAX_POLICY_PATTERNS } from '#os/limits';
import { edgeId } from '#vm/protocol/ids';
import { PRIMITIVE, ROLE, type Operation, type Role } from '#vm/protocol/types';
import { type PlanRule, readIssuers, readPlans } from './plan-rules.ts';
import { isNodeId, type Shapes, shapesLet, withShapes } from './shapes.ts';
import { type Pasts, withPasts } from './pasts.ts';
import { beginsWith, type Doer, isOwnName, longest, ownIdHead, readPatterns, readRole, takesBackOwn, thingsLet, type ThingRules, withThings } from './thing-rules.ts';

export { ownIdHead, type Doer };

export interface Policy {
  /** Pattern → least role: of the longest pattern that a type or verb begins with. */
  readonly ops: ReadonlyMap<string, Role>;
  /** Least role that lets people in: invitations, and grants to who is not here. */
  readonly invite: Role;
  /** Nobody is let in but by hand. */
  readonly approve: boolean;
  /** Who comes in reads what is sealed from their coming on (KEY9). */
  readonly late: boolean;
  /** The same as it was written, whoever wrote it. What closed histories ask (RIGHT40): what counts must be the same for builds that read `late` so. */
  readonly lateWritten: boolean;
  /** Who is no Owner or Admin is asked to keep nothing on their devices (KEEP1). */
  readonly fleeting: boolean;
  /** Fragments of which newcomers read what was before, too: see pasts.ts. */
  readonly pasts: Pasts;
  /** Keys whose vouchers count, and what of: see plans.ts. */
  readonly issuers: ReadonlySet<string>;
  readonly plans: ReadonlyMap<string, PlanRule>;
  /** Rules on single fragments and nodes: see thing-rules.ts. */
  readonly things: ThingRules;
  /** Of what kind properties are, by type: see shapes.ts. */
  readonly shapes: Shapes;
  /** Kernels that know fewer rules than this write nothing. */
  readonly minVersion: number;
}

/** Version of the rules that this build knows (policy key `min_version`). */
export const RULES_VERSION = 6;

/** A space in which no Owner has set anything. */
export const NO_POLICY: Policy = { ops: new Map(), invite: ROLE.guest, approve: false, late: false, lateWritten: false, fleeting: false, pasts: new Set(), issuers: new Set(), plans: new Map(), things: new Map(), shapes: new Map(), minVersion: 0 };

/** Kernels that know fewer rules know no baselines. Another reducer, or another format of their rows, takes another number here: what a kernel cannot read it calls wrong, for silence would let a false one pass. */
export const BASELINE_VERSION = 5;

/** Kernels that know fewer rules know no plans. */
export const PLANS_VERSION = 2;

/** Kernels that know fewer rules give newcomers the keys of before. */
export const LATE_VERSION = 4;
/** The value of the setting that says so. */
export const FROM_JOINING = 'joining';

/** The value of the setting by which a space asks to be kept nowhere. */
export const KEEP_NOTHING = 'nothing';

/** Names of the settings in policy.set. */
export const POLICY_KEY = { ops: 'ops', invite: 'invite', approve: 'approve', history: 'history', keep: 'keep', issuers: 'issuers', plans: 'plans', minVersion: 'min_version' } as const;

/** The policy after a policy.set. An empty map takes every setting out. `opens`: does its author have what was before themself? Who has not gives it to nobody: `late` and `pasts` stay (KEY9, KEY10). */
export function withPolicy(before: Policy, set: ReadonlyMap<number | string, CborValue>, opens = true): Policy {
  if (set.size === 0) return opens ? NO_POLICY : { ...NO_POLICY, late: before.late, pasts: before.pasts };
  const { ops, invite, approve, history, keep, issuers, plans, minVersion } = POLICY_KEY;
  const joining = set.has(history) ? set.get(history) === FROM_JOINING : null;
  return {
    ops: set.has(ops) ? (readPatterns(set.get(ops)!, MAX_POLICY_PATTERNS) ?? NO_POLICY.ops) : before.ops,
    invite: set.has(invite) ? (readRole(set.get(invite)!) ?? NO_POLICY.invite) : before.invite,
    approve: set.has(approve) ? set.get(approve) === true : before.approve,
    late: joining === null ? before.late : joining || (!opens && before.late),
    lateWritten: joining ?? before.lateWritten,
    fleeting: set.has(keep) ? set.get(keep) === KEEP_NOTHING : before.fleeting,
    pasts: withPasts(before.pasts, set, opens),
    issuers: set.has(issuers) ? readIssuers(set.get(issuers)!) : before.issuers,
    plans: set.has(plans) ? readPlans(set.get(plans)!) : before.plans,
    things: withThings(before.things, set),
    shapes: withShapes(before.shapes, set),
    minVersion: set.has(minVersion) ? readVersion(set.get(minVersion)!) : before.minVersion,
  };
}

function readVersion(value: CborValue): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : 0;
}

/** The least role the rules name for a type or verb; null when they name none. */
export function leastRole(policy: Policy, name: string): Role | null {
  return longest(policy.ops, name);
}

/** Do the rules say anything about single operations? */
export const bindsOps = (policy: Policy): boolean => policy.ops.size > 0 || policy.things.size > 0 || policy.shapes.size > 0;

/** May a Guest do anything at all? */
export function opensToGuests(policy: Policy): boolean {
  for (const role of policy.ops.values()) if (role === ROLE.guest) return true;
  return false;
}

/** The first operation in a fragment that the rules do not let this person do, as words for the log inspector; null when all may be done. */
export function forbiddenOp(policy: Policy, doer: Doer, ops: readonly Operation[], fragment: string): string | null {
  const may = doer.role === ROLE.guest ? guestMay : doer.comments === true ? commenterMay : memberMay;
  const found = ops.find((op) => !may(policy, doer, op) || !thingsLet(policy.things, fragment, doer, op) || !shapesLet(policy.shapes, op));
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

/** A Guest makes things and links of types that are opened to guests and changes those only. */
function guestMay(policy: Policy, doer: Doer, op: Operation): boolean {
  return ownMay(policy, doer, op, leastRole(policy, typeOf(op) ?? '') === ROLE.guest, opensToGuests(policy));
}

/** Who comments makes things that say what they answer, and personal links; changes those, and says who they are. What is answered may be missing: no graph decides what counts. */
function commenterMay(policy: Policy, doer: Doer, op: Operation): boolean {
  const { primitive, args } = op;
  if (isOwnName(op, doer)) return memberMay(policy, doer, op);
  if (primitive === PRIMITIVE.nodeSet && args[1] === ANSWERS) return false;
  return ownMay(policy, doer, op, primitive === PRIMITIVE.edgeAdd || (args[2] instanceof Map && isNodeId(args[2].get(ANSWERS))), true);
}

/** The property that says which thing another one answers. */
const ANSWERS = 'replyTo';

/**
 * Only what is one's own: an id that begins with the first 8 bytes of the uid, a link that is personal, adds of one's own log. Else a thing "made" under an
 * id that is taken would be another's thing changed. `makes`: may this one be made; `any`: is there anything at all.
 */
function ownMay(policy: Policy, doer: Doer, op: Operation, makes: boolean, any: boolean): boolean {
  const { primitive, args } = op;
  switch (primitive) {
    case PRIMITIVE.clockFix:
      return true;
    case PRIMITIVE.nodeCreate:
      return makes && beginsWith(args[0], ownIdHead(doer.uid)) && memberMay(policy, doer, op);
    case PRIMITIVE.nodeSet:
    case PRIMITIVE.nodeDelete:
    case PRIMITIVE.nodeRestore:
      return any && beginsWith(args[0], ownIdHead(doer.uid)) && memberMay(policy, doer, op);
    case PRIMITIVE.edgeAdd: {
      const [id, type, from, to] = args;
      if (!makes || typeof type !== 'string' || !(id instanceof Uint8Array) || !(from instanceof Uint8Array) || to === undefined) return false;
      return equalBytes(id, edgeId(type, from, to, doer.uid)) && memberMay(policy, doer, op);
    }
    case PRIMITIVE.edgeRemove:
      return any && takesBackOwn(op, doer);
    default:
      return false;
  }
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
