/**
 * What makes a kernel a beacon (RIGHT34): it waits in its own room for members of the spaces it keeps, asks each of them what they share, wants every fragment
 * of it, and takes more links than a tab. Rights, guard, log and replication are the ones of every peer.
 */
import { must } from '#base/assert';
import { toBase64url } from '#base/bytes';
import type { KernelDeps } from '#os/kernel/deps';
import { beaconRoom } from '#vm/protocol/beacon-link';
import { BEACON_LIMITS } from './limits.ts';
import type { Quotas } from './quotas.ts';

/** Goes into the kernel's deps: a beacon that keeps no more than its quotas say. */
export const beaconWithin = (quotas: Quotas): NonNullable<KernelDeps['beacon']> => (host, kernel) => quotas.over(beaconHost(host, kernel), kernel);

/** A beacon that keeps everything it is sent. */
export const beaconHost: NonNullable<KernelDeps['beacon']> = (host, kernel) => {
  const { uid, ds } = must(kernel.profile, 'a beacon has a profile');
  const meeting = { room: beaconRoom(uid), key: ds.pub };
  const keeps = (space: Uint8Array): boolean => {
    const held = kernel.spaces.get(toBase64url(space));
    return held !== undefined && held.standing !== 'left';
  };
  const returns = must(host.returns, 'a beacon asks what it keeps');
  return {
    ...host,
    vouches: true,
    // Where a baseline begins and nobody explained its logs yet, what came would be refused.
    wants: (space, fragment) => keeps(space) && kernel.spaces.get(toBase64url(space))?.fragments.get(toBase64url(fragment))?.base?.explained !== false,
    wantsAll: keeps,
    load: () => ({ asksPerLink: kernel.adjusted.asksPerLink.value, links: BEACON_LIMITS.links, places: BEACON_LIMITS.links }),
    // Its room and the key that shows who waits there; nobody is paired with it.
    pairing: { room: () => meeting, onLink: () => undefined, onAsked: (_, asked) => asked.answer('failed', ['code']) },
    // It asks whoever is linked, again and again: they may come to further spaces that name it. It knows nobody who comes back.
    returns: { ...returns, rooms: () => ({ own: [], others: [] }), looking: () => false, sibling: () => true, answer: async () => null },
  };
};
