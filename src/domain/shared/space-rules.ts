/** What the rules of a space let a person do, as offered by views; every peer judges for itself what counts. */
import type { RoleName, SpaceRules, SpaceView } from '#os/api';

const RANK: Record<RoleName, number> = { owner: 4, admin: 3, member: 2, guest: 1 };

/** A space whose owners have set nothing. */
export const NO_RULES: SpaceRules = { ops: {}, on: {}, invite: 'admin', approve: false, history: 'all', keep: 'all', pasts: [], shapes: {}, newer: false, mayChange: false };

const longest = (ops: Record<string, RoleName>, type: string): RoleName | undefined => ops[Object.keys(ops).filter((pattern) => type.startsWith(pattern)).sort((a, b) => b.length - a.length)[0]!];

/** The least role that makes things or links of a type: by the longest rule, else Member; that the rules of these fragments or things ask for, when that is more. */
export function leastRole(rules: SpaceRules, type: string, ...on: readonly string[]): RoleName {
  let least = longest(rules.ops, type) ?? 'member';
  for (const id of on) {
    const here = longest(rules.on[id] ?? {}, type);
    if (here && RANK[here] > RANK[least]) least = here;
  }
  return least;
}

/** May this person make things or links of the type here, in or on these? */
export function mayMake({ role, rules }: Pick<SpaceView, 'role' | 'rules'>, type: string, ...on: readonly string[]): boolean {
  return role in RANK && !rules.newer && RANK[role as RoleName] >= RANK[leastRole(rules, type, ...on)];
}

/** May this person change what is there, as far as rules on these fragments or things go? */
export function mayChange({ role, rules }: Pick<SpaceView, 'role' | 'rules'>, ...on: readonly string[]): boolean {
  return on.every((id) => RANK[role as RoleName] >= RANK[rules.on[id]?.['change'] ?? 'guest']);
}
