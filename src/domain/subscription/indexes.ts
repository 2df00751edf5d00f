/** Counts of Access that other places show. */
import type { InviteView, Member } from '#os/api';

/** How many people are here now, how many links still work. */
export function accessCounts(members: readonly Member[], invites: readonly InviteView[]): { people: number; online: number; open: number } {
  return {
    people: members.length,
    online: members.filter((member) => member.online).length,
    open: invites.filter((invite) => invite.state === 'open').length,
  };
}
