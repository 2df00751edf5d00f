/** The rules of a space as views read them. */
import type { RoleName, SpaceRules } from '#os/api';
import { RULES_VERSION } from '#os/rights/policy';
import { kindName } from '#os/rights/shapes';
import { ROLE, type Role } from '#vm/protocol/types';
import { standingRole } from './expiry.ts';
import { ROLE_NAME } from './membership.ts';
import type { Kernel, Space } from './state.ts';

const named = (patterns: ReadonlyMap<string, Role>): Record<string, RoleName> => Object.fromEntries([...patterns].map(([pattern, role]) => [pattern, ROLE_NAME[role]]));

/** The rules in force at what is held here. */
export function rulesOf(kernel: Kernel, space: Space): SpaceRules {
  const { policy } = space.rights.view().state;
  return {
    ops: named(policy.ops), on: Object.fromEntries([...policy.things].map(([id, rule]) => [id, named(rule)])), invite: policy.invite === ROLE.owner ? 'owner' : 'admin', approve: policy.approve, history: policy.late ? 'joining' : 'all', keep: policy.fleeting ? 'nothing' : 'all', pasts: [...policy.pasts],
    shapes: Object.fromEntries([...policy.shapes].map(([type, shape]) => [type, Object.fromEntries([...shape].map(([name, kind]) => [name, kindName(kind)]))])),
    newer: policy.minVersion > RULES_VERSION, mayChange: kernel.profile !== null && space.standing === 'member' && standingRole(kernel, space, kernel.profile.uid) === ROLE.owner,
  };
}
