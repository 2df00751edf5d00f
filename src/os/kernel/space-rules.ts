/** The act by which an Owner changes the rules of a space (policy.set). */
import { AppError } from '#base/app-error';
import type { CborValue } from '#base/cbor';
import type { RoleName, RulesChange } from '#os/api';
import { MAX_PATTERN_CHARS, MAX_POLICY_PATTERNS } from '#os/limits';
import { policyOps } from '#os/rights/builders';
import { POLICY_KEY } from '#os/rights/policy';
import { ROLE, type Role } from '#vm/protocol/types';
import { ROLE_OF } from './membership.ts';
import { rulesOf } from './rules-view.ts';
import type { Sealer } from './sealer.ts';
import { checkVersion } from './transact.ts';
import type { Kernel, Space } from './state.ts';

const NOTHING = 'Nothing was changed.';
const badRule = (): AppError => new AppError('bad-op', 'This is not a rule.', NOTHING, 'A rule names the beginning of a type or verb and a role.');

/** Changes the named rules; the others stay. They hold for what is written by whoever has them. */
export async function setRules(kernel: Kernel, sealer: Sealer, space: Space, change: RulesChange): Promise<void> {
  if (!rulesOf(kernel, space).mayChange) throw new AppError('owner-only', 'Only an owner of the space can change this.', NOTHING, 'Ask an owner.');
  checkVersion(space);
  const set = new Map<string, CborValue>();
  if (change.ops !== undefined) set.set(POLICY_KEY.ops, patternsAfter(space, change.ops));
  if (change.invite !== undefined) set.set(POLICY_KEY.invite, change.invite === 'owner' ? ROLE.owner : null);
  if (change.approve !== undefined) set.set(POLICY_KEY.approve, change.approve ? true : null);
  if (set.size > 0) await sealer.writeAcl(space, policyOps(set));
  kernel.emit({ type: 'spaces', space: space.key });
}

function patternsAfter(space: Space, change: Record<string, RoleName | null>): CborValue {
  const ops = new Map<string, Role>(space.rights.view().state.policy.ops);
  for (const [pattern, name] of Object.entries(change)) {
    const role = name === null ? null : ROLE_OF[name];
    if (pattern === '' || pattern.length > MAX_PATTERN_CHARS || role === undefined) throw badRule();
    if (role === null) ops.delete(pattern);
    else ops.set(pattern, role);
  }
  if (ops.size > MAX_POLICY_PATTERNS) throw new AppError('too-much', 'A space has at most 32 rules on what may be done.', NOTHING, 'Take one out first.');
  return ops.size === 0 ? null : new Map<string, CborValue>(ops);
}
