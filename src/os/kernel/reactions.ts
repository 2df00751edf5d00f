/** What follows from changed rights, links and time: standings, invites, introductions, joins, repairs, events. */
import { must } from '#base/assert';
import { fromBase64url } from '#base/bytes';
import { mayRead } from '#os/rights/permit';
import { refreshArchive } from './archive-setting.ts';
import { settleClaim } from './claims.ts';
import { passTime } from './deliver.ts';
import type { Ingest } from './ingest.ts';
import type { Joins } from './joins.ts';
import { refreshInviteRooms, spaceRow } from './membership.ts';
import { whenRevoked } from './own-devices.ts';
import { hasTellers, ownScope } from './part-view.ts';
import { introduceDevice, introduceGuest, introduceSelf } from './persons.ts';
import type { Repair } from './repair.ts';
import { ROOT_KEY } from './spaces.ts';
import type { Kernel, Space } from './state.ts';
import { refreshNetwork } from './status.ts';
import { waitsFor } from './stuck.ts';
import { postNotice } from './tab-notices.ts';
import type { TransactDeps } from './transact.ts';

export interface Reactions {
  onAcl(space: Space): void;
  onDirectory(space: Space): void;
  onNameHeard(space: Space, uid: string, name: string): void;
  onNetwork(): void;
  onTime(): void;
}

/** The person of this device took it away: nothing is served or sealed from now on, and every screen says so. */
function noteRevoked(kernel: Kernel): void {
  const at = whenRevoked(kernel);
  if (at === kernel.revoked) return;
  kernel.revoked = at;
  for (const space of kernel.spaces.values()) kernel.emit({ type: 'spaces', space: space.key });
}

/** What this person may read now and is not here yet: at once, not at the next comparison. */
function askForParts(kernel: Kernel, space: Space): void {
  const scope = ownScope(kernel, space);
  const wanted = scope === null ? [ROOT_KEY] : [...scope.keys()].filter((fragment) => mayRead({ scope }, fragment));
  for (const key of wanted) if ((space.fragments.get(key)?.log.heads().length ?? 0) === 0) kernel.replication?.pull(space.id, must(fromBase64url(key), 'fragment'));
}

export function createReactions(parts: TransactDeps & { ingest: Ingest; joins: Joins; repair: Repair }): Reactions {
  const { kernel, ingest, joins, repair } = parts;
  let refreshing: Promise<void> | null = null;
  let told = '';
  const guarded = (where: string, work: Promise<unknown>): void => void work.catch((error: unknown) => kernel.fault(where, error));

  const admit = (space: Space): void => {
    space.standing = 'member';
    guarded('space-row', kernel.store.commit({ origin: kernel.boot, records: [], values: [spaceRow(space.id, 'member')] }));
    kernel.emit({ type: 'spaces', space: space.key });
  };
  /** What waited for a valid epoch (FORMATS 6) goes as soon as its key is here, and what waited for the right to write, with it. */
  const sealWaiting = (space: Space): void => {
    for (const fragment of space.fragments.values()) if (fragment.pending.length > 0 && waitsFor(kernel, space, fragment) === null && !fragment.cancelFlush) parts.sealer.schedule(space, fragment, 'act');
  };
  const refresh = async (): Promise<void> => {
    await refreshNetwork(kernel);
    const text = JSON.stringify([kernel.network.online, kernel.network.signaling, kernel.network.peers.map((peer) => [peer.device, peer.via, peer.pair, peer.spaces]), kernel.network.archives.map((relay) => [relay.space, relay.url, relay.state, relay.reason, relay.even]), kernel.network.versions, kernel.network.unreached, kernel.network.altered, kernel.network.beacons]);
    postNotice(kernel, { t: 'network', network: kernel.network, offsetMs: kernel.time.known() ? kernel.time.offset() : null });
    if (text !== told) kernel.emit({ type: 'network' });
    told = text;
  };

  return {
    onAcl(space) {
      if (!kernel.profile || kernel.loading) return;
      noteRevoked(kernel);
      // From a backup all of it may be here before the acl knows this device: until then nothing is written.
      const member = space.rights.personOf(kernel.profile.ds.pub) !== null;
      if (space.standing === 'joining' && member && space.keys.size > 0) {
        if (!settleClaim(kernel, space)) return;
        admit(space);
      }
      if (member) repair.onAcl(space);
      guarded('invites', Promise.all([refreshInviteRooms(kernel, space), refreshArchive(kernel, space)]).then(() => kernel.replication?.refresh()));
      joins.onSpace(space);
      askForParts(kernel, space);
      guarded('introduce', introduceSelf(parts, space).then(() => introduceDevice(parts, space)));
      sealWaiting(space);
      kernel.emit({ type: 'members', space: space.key });
    },
    onNameHeard: (space, uid, name) => introduceGuest(parts, space, uid, name),
    onDirectory(space) {
      joins.onSpace(space);
      if (hasTellers(space)) guarded('retell', import('./part-tell.ts').then(({ retell }) => retell(parts, space)));
      kernel.emit({ type: 'spaces', space: space.key });
    },
    onNetwork() {
      joins.onNetwork();
      refreshing ??= refresh().catch((error: unknown) => kernel.fault('network', error)).then(() => {
        refreshing = null;
      });
    },
    onTime() {
      if (!kernel.profile) return;
      void ingest.exclusive(async () => {
        passTime(kernel);
        repair.onTime();
      }).catch(() => undefined);
      kernel.emit({ type: 'clock' });
    },
  };
}
