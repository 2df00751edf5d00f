/**
 * Acts on people in the middle of everything: roles up and down, ends of access, invitations, new keys, by the Owner and by whoever is Admin just then. At
 * the end the Owner gives everybody back what they began with and takes in what was set aside: then all that was saved must be there.
 */
import { toBase64url } from '#base/bytes';
import type { RoleName } from '#os/api';
import { rotateKey } from '#os/kernel/accept';
import { ROLE } from '#vm/protocol/types';
import type { SimTab } from './sim-world.ts';

/** Acts and what they are called in the counts of faults. */
export const CHURN_ACTS = ['role', 'until', 'invite', 'key'] as const;

export interface ChurnParts {
  readonly space: string;
  /** Tabs that may do it: of the Owner first; hostile ones are not among them. */
  readonly actors: readonly SimTab[];
  /** uid of those whose rights may change. */
  readonly people: readonly string[];
  readonly chance: () => number;
}

const DAY_MS = 86_400_000;
const pick = <T>(list: readonly T[], chance: () => number): T | undefined => list[Math.floor(chance() * list.length)];
const spaceOf = (tab: SimTab, space: string) => tab.running.parts.kernel.spaces.get(space);
const selfOf = (tab: SimTab): string => toBase64url(tab.running.parts.kernel.profile!.uid);
const roleOf = (tab: SimTab, space: string): number => (tab.running.parts.kernel.profile ? (spaceOf(tab, space)?.rights.roleOf(selfOf(tab)) ?? 0) : 0);

/** One act; its name, or null when nobody could. What is refused, or dies with its tab, is as well: the rights must be the same everywhere whatever came of it. */
export async function churn({ space, actors, people, chance }: ChurnParts): Promise<string | null> {
  const able = actors.filter((tab) => spaceOf(tab, space)?.standing === 'member' && roleOf(tab, space) >= ROLE.admin);
  // The Owner in half of the cases: whoever is Admin sees it as it was.
  const actor = chance() < 0.5 ? able[0] : pick(able, chance);
  const name = CHURN_ACTS[Math.floor(chance() * CHURN_ACTS.length)]!;
  const roll = chance();
  const uid = pick(people, chance);
  if (!actor || uid === undefined || uid === selfOf(actor)) return null;
  const refused = (): undefined => undefined;
  if (name === 'role') {
    const now = spaceOf(actor, space)!.rights.memberOf(uid)?.role;
    const next: RoleName = now === ROLE.member ? (roll < 0.5 ? 'guest' : 'admin') : 'member';
    actor.api.access.setRole(space, uid, next).catch(refused);
  } else if (name === 'until') {
    actor.api.access.setUntil(space, uid, roll < 0.6 ? actor.running.parts.kernel.time.now() + DAY_MS : null).catch(refused);
  } else if (name === 'invite') {
    const before = await actor.api.spaces.invites(space);
    actor.api.spaces.invite(space, { uses: 1 }).then(async () => {
      const fresh = (await actor.api.spaces.invites(space)).find(({ id }) => !before.some((one) => one.id === id));
      if (fresh && roll < 0.5) await actor.api.spaces.revokeInvite(space, fresh.id);
    }).catch(refused);
  } else {
    rotateKey(actor.running.parts.kernel, actor.running.parts.sealer, spaceOf(actor, space)!, 'age').catch(refused);
  }
  return name;
}

/** What the Owner still has to do so that everybody is a Member without end and nothing of theirs is set aside; null: nothing, as far as this tab knows. */
export function amends(owner: SimTab, space: string, people: readonly string[]): (() => Promise<unknown>) | null {
  const rights = spaceOf(owner, space)?.rights;
  if (!rights) return null;
  for (const uid of people) {
    const member = rights.memberOf(uid);
    if (member && member.role !== ROLE.member) return () => owner.api.access.setRole(space, uid, 'member');
    if (member && member.exp !== null) return () => owner.api.access.setUntil(space, uid, null);
  }
  return null;
}

/** Who settles a fork: the person's own devices when they work together with the Owner, `nobody` while they are cut off, the Owner for those that are gone. */
export type Settles = (uid: string) => 'self' | 'nobody' | 'owner';

/** Takes in what is set aside of these people; how many records are or were. */
export async function takeIn(owner: SimTab, space: string, people: ReadonlySet<string>, settles: Settles): Promise<number> {
  let count = 0;
  for (const { uid, records, forked } of await owner.api.access.setAside(space)) {
    if (!people.has(uid) || (forked > 0 && settles(uid) === 'nobody')) continue;
    // A kernel mends its own fork: the Owner may not hide one that does not.
    count += forked > 0 && settles(uid) === 'self' ? records : await owner.api.access.adopt(space, uid);
  }
  return count;
}
