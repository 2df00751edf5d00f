/** The rules of a space as views read them. */
import type { SpaceRules } from '#os/api';
import { RULES_VERSION } from '#os/rights/policy';
import { ROLE } from '#vm/protocol/types';
import { standingRole } from './expiry.ts';
import { ROLE_NAME } from './membership.ts';
import type { Kernel, Space } from './state.ts';

/** The rules in force at what is held here. */
export function rulesOf(kernel: Kernel, space: Space): SpaceRules {
  const { policy } = space.rights.view().state;
  return {
    ops: Object.fromEntries([...policy.ops].map(([pattern, role]) => [pattern, ROLE_NAME[role]])), invite: policy.invite === ROLE.owner ? 'owner' : 'admin', approve: policy.approve,
    newer: policy.minVersion > RULES_VERSION, mayChange: kernel.profile !== null && space.standing === 'member' && standingRole(kernel, space, kernel.profile.uid) === ROLE.owner,
  };
}
