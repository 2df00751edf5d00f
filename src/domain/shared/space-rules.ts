/** What the rules of a space let a person do, as offered by views; every peer judges for itself what counts. */
import type { RoleName, SpaceRules, SpaceView } from '#os/api';

const RANK: Record<RoleName, number> = { owner: 4, admin: 3, member: 2, guest: 1 };

/** A space whose owners have set nothing. */
export const NO_RULES: SpaceRules = { ops: {}, invite: 'admin', approve: false, newer: false, mayChange: false };

/** The least role that makes things or links of a type: by the longest rule, else Member. */
export function leastRole(rules: SpaceRules, type: string): RoleName {
  const found = Object.keys(rules.ops).filter((pattern) => type.startsWith(pattern)).sort((a, b) => b.length - a.length)[0];
  return found === undefined ? 'member' : rules.ops[found]!;
}

/** May this person make things or links of the type here? */
export function mayMake({ role, rules }: Pick<SpaceView, 'role' | 'rules'>, type: string): boolean {
  return role in RANK && !rules.newer && RANK[role as RoleName] >= RANK[leastRole(rules, type)];
}
