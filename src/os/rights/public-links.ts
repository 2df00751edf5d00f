/** Public links in the acl (RIGHT26): which persons are none, and by which invite each came. Functions of the view alone. */
import type { Member } from './acl-model.ts';
import { stores } from './scope.ts';
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

/** Is this member of the space a beacon (RIGHT34): a person that came as a public link does, and keeps instead of reading? */
export const isBeacon = ({ state, members }: RightsView, uid: string): boolean => state.links.has(uid) && stores(members.get(uid)?.scope ?? null);

const devices = new WeakMap<RightsView, ReadonlyMap<string, LinkInvite>>();

/** Devices (text of the key) of beacons and public links, those that were removed too. */
export function linkDevices(view: RightsView): ReadonlyMap<string, LinkInvite> {
  let known = devices.get(view);
  if (!known) {
    known = new Map(linkInvites(view).flatMap((link) => [...(view.state.persons.get(link.uid)?.devices.keys() ?? [])].map((ds): [string, LinkInvite] => [ds, link])));
    devices.set(view, known);
  }
  return known;
}
