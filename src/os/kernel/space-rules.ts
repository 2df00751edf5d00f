/** The act by which an Owner changes the rules of a space (policy.set). */
import { AppError } from '#base/app-error';
import type { CborValue } from '#base/cbor';
import type { RoleName, RulesChange } from '#os/api';
import { fromBase64url } from '#base/bytes';
import { MAX_PASTS, MAX_PATTERN_CHARS, MAX_POLICY_PATTERNS, MAX_SHAPE_PROPERTIES, MAX_SHAPES, MAX_THING_PATTERNS, MAX_THING_RULES } from '#os/limits';
import { policyOps } from '#os/rights/builders';
import { PAST_KEY, pastOf } from '#os/rights/pasts';
import { FROM_JOINING, KEEP_NOTHING, LATE_VERSION, POLICY_KEY } from '#os/rights/policy';
import { isShaped, isShapedProperty, readKind, SHAPE_KEY, SHAPES_VERSION } from '#os/rights/shapes';
import { isAdminsPolicy, THING_KEY, THINGS_VERSION } from '#os/rights/thing-rules';
import { isKept } from '#os/rights/epochs';
import { ROLE, type Role } from '#vm/protocol/types';
import { COPIES_POLICY, targetValue } from './copy-target.ts';
import { standingRole } from './expiry.ts';
import { ROLE_OF } from './membership.ts';
import { rulesOf } from './rules-view.ts';
import type { Sealer } from './sealer.ts';
import { ACL_KEY, ROOT_KEY } from './spaces.ts';
import { checkVersion } from './transact.ts';
import type { Kernel, Space } from './state.ts';

const NOTHING = 'Nothing was changed.';
const badRule = (): AppError => new AppError('bad-op', 'This is not a rule.', NOTHING, 'A rule names the beginning of a type or verb and a role.');

/** Changes the named rules; the others stay. They hold for what is written by whoever has them. */
export async function setRules(kernel: Kernel, sealer: Sealer, space: Space, change: RulesChange): Promise<void> {
  const { things, minVersion, late } = space.rights.view().state.policy;
  const set = new Map<string, CborValue>();
  if (change.ops !== undefined) set.set(POLICY_KEY.ops, patternsAfter(space.rights.view().state.policy.ops, change.ops, MAX_POLICY_PATTERNS));
  if (change.invite !== undefined) set.set(POLICY_KEY.invite, change.invite === 'owner' ? ROLE.owner : null);
  if (change.approve !== undefined) set.set(POLICY_KEY.approve, change.approve ? true : null);
  if (change.history !== undefined) {
    if (change.history !== 'all' && change.history !== 'joining') throw badRule();
    if (change.history === 'all' && late && cameLater(kernel, space)) throw mayNotOpen();
    set.set(POLICY_KEY.history, change.history === 'joining' ? FROM_JOINING : null);
    // Kernels that do not know this would give newcomers what it keeps from them.
    if (change.history === 'joining' && minVersion < LATE_VERSION) set.set(POLICY_KEY.minVersion, LATE_VERSION);
  }
  if (change.keep !== undefined) {
    if (change.keep !== 'all' && change.keep !== 'nothing') throw badRule();
    set.set(POLICY_KEY.keep, change.keep === 'nothing' ? KEEP_NOTHING : null);
  }
  if (change.past !== undefined) pastAfter(kernel, space, change.past, set);
  if (change.copies !== undefined) set.set(COPIES_POLICY, targetValue(change.copies));
  if (change.shapes !== undefined) shapesAfter(space, change.shapes, set);
  if (change.on !== undefined) {
    const { thing, ops } = change.on;
    if (typeof thing !== 'string' || fromBase64url(thing)?.length !== 16 || thing === ROOT_KEY || thing === ACL_KEY) throw new AppError('bad-id', 'This is not the id of a thing or a channel.', NOTHING, 'Check the id.');
    if (!things.has(thing) && things.size >= MAX_THING_RULES) throw new AppError('too-much', `At most ${MAX_THING_RULES} things of a space have rules of their own.`, NOTHING, 'Take one out first.');
    set.set(THING_KEY + thing, patternsAfter(things.get(thing) ?? new Map(), ops, MAX_THING_PATTERNS));
  }
  const { mayChange } = rulesOf(kernel, space);
  if (!mayChange && !(mayManage(kernel, space) && isAdminsPolicy(things, set))) throw new AppError('owner-only', 'Only an owner of the space can change this.', NOTHING, 'Ask an owner.');
  checkVersion(space);
  // Of an Admin it would not count.
  if (mayChange && change.on !== undefined && minVersion < THINGS_VERSION && !set.has(POLICY_KEY.minVersion)) set.set(POLICY_KEY.minVersion, THINGS_VERSION);
  if (set.size > 0) await sealer.writeAcl(space, policyOps(set));
  kernel.emit({ type: 'spaces', space: space.key });
}

/** Who came later has not what was before: what would open it to newcomers does not count of them (KEY9, KEY10), and there is nothing that they could give. */
const cameLater = ({ profile }: Kernel, space: Space): boolean => profile !== null && isKept(space.rights.memberOf(profile.uid));
const mayNotOpen = (): AppError => new AppError('owner-only', 'Only an owner who has what was before can open it.', NOTHING, 'Ask such an owner.');

function pastAfter(kernel: Kernel, space: Space, { fragment, open }: NonNullable<RulesChange['past']>, set: Map<string, CborValue>): void {
  if (typeof fragment !== 'string' || pastOf(PAST_KEY + fragment) === null) throw new AppError('bad-id', 'This is not the id of a channel or a page.', NOTHING, 'Check the id.');
  const { pasts } = space.rights.view().state.policy;
  if (open && cameLater(kernel, space)) throw mayNotOpen();
  if (open && !pasts.has(fragment) && pasts.size >= MAX_PASTS) throw new AppError('too-much', `At most ${MAX_PASTS} channels and pages of a space are open from their beginning.`, NOTHING, 'Take one out first.');
  set.set(PAST_KEY + fragment, open ? true : null);
}

/** Each shape as a setting of its own. */
function shapesAfter(space: Space, change: NonNullable<RulesChange['shapes']>, set: Map<string, CborValue>): void {
  const { shapes, minVersion } = space.rights.view().state.policy;
  const types = new Set(shapes.keys());
  for (const [type, shape] of Object.entries(change)) {
    const properties = Object.entries(shape ?? {});
    if (!isShaped(type) || properties.length > MAX_SHAPE_PROPERTIES || properties.some(([name, kind]) => !isShapedProperty(name) || readKind(kind) === null)) {
      throw new AppError('bad-op', 'This is not a shape.', NOTHING, `A shape is of a type of a component and names at most ${MAX_SHAPE_PROPERTIES} properties that the space itself does not use: text, text:200, number, whole, bool or id.`);
    }
    set.set(SHAPE_KEY + type, properties.length === 0 ? null : new Map<string, CborValue>(properties));
    if (properties.length > 0) types.add(type);
    else types.delete(type);
  }
  if (types.size > MAX_SHAPES) throw new AppError('too-much', `At most ${MAX_SHAPES} types of a space have a shape.`, NOTHING, 'Take one out first.');
  // Kernels that do not know this would show what has no effect.
  if (types.size > 0 && minVersion < SHAPES_VERSION) set.set(POLICY_KEY.minVersion, SHAPES_VERSION);
}

const mayManage = (kernel: Kernel, space: Space): boolean => kernel.profile !== null && space.standing === 'member' && standingRole(kernel, space, kernel.profile.uid) === ROLE.admin;

function patternsAfter(before: ReadonlyMap<string, Role>, change: Record<string, RoleName | null>, most: number): CborValue {
  const ops = new Map<string, Role>(before);
  for (const [pattern, name] of Object.entries(change)) {
    const role = name === null ? null : ROLE_OF[name];
    if (pattern === '' || pattern.length > MAX_PATTERN_CHARS || role === undefined) throw badRule();
    if (role === null) ops.delete(pattern);
    else ops.set(pattern, role);
  }
  if (ops.size > most) throw new AppError('too-much', `There are at most ${most} rules on what may be done.`, NOTHING, 'Take one out first.');
  return ops.size === 0 ? null : new Map<string, CborValue>(ops);
}
