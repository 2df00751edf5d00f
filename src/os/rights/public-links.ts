/** Public links in the acl (RIGHT26): which persons are none, and by which invite each came. Functions of the view alone. */
import type { Member } from './acl-model.ts';
import type { InviteInfo, RightsView } from './view.ts';

export interface LinkInvite {
  /** The person that the link is. */
  readonly uid: string;
  readonly invite: InviteInfo;
}

const found = new WeakMap<RightsView, readonly LinkInvite[]>();

/** All public links there ever were, those that were revoked too, oldest first. */
export function linkInvites(view: RightsView): readonly LinkInvite[] {
  let known = found.get(view);
  if (!known) {
    known = [...view.invites.values()].flatMap((invite) => invite.usedBy.filter((uid) => view.state.links.get(uid) === invite.id).map((uid) => ({ uid, invite })));
    found.set(view, known);
  }
  return known;
}

/** Is it the invite of a public link? */
export const isLinkInvite = (view: RightsView, invite: Pick<InviteInfo, 'id' | 'usedBy'>): boolean => invite.usedBy.some((uid) => view.state.links.get(uid) === invite.id);

/** Members that are people. */
export const peopleIn = (view: RightsView): Member[] => [...view.members.values()].filter(({ uid }) => !view.state.links.has(uid));
