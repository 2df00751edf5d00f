/**
 * Beacons of a space (RIGHT34; docs/BEACON.md): one is let in as a public link is, by its own key, with a scope that gives everything to keep and nothing to
 * read, until somebody opens fragments to it. What it holds is what it acknowledged.
 */
import { AppError } from '#base/app-error';
import { fromBase64url, toBase64url } from '#base/bytes';
import { must } from '#base/assert';
import { plainLine } from '#base/plain-text';
import type { BeaconChange, BeaconView } from '#os/beacon-api';
import { KERNEL_LIMITS } from '#os/limits';
import type { Scope } from '#os/rights/acl-model';
import { isBeacon, linkInvites } from '#os/rights/public-links';
import { mayRead } from '#os/rights/permit';
import { STORE_SCOPE, stores } from '#os/rights/scope';
import { beaconRoom, decodeBeaconLink, type BeaconLink } from '#vm/protocol/beacon-link';
import { verifyStatement } from '#vm/protocol/identity';
import { ROLE, SCOPE } from '#vm/protocol/types';
import { checkOfBeacon } from './beacon-stand.ts';
import { standingRole } from './expiry.ts';
import { logKey } from './log-key.ts';
import { roomField } from './membership-acts.ts';
import { changeScope } from './people-acts.ts';
import { letInByKey } from './public-link-acts.ts';
import { writeRemoval } from './removal.ts';
import { knownScope } from './scope-of.ts';
import type { Sealer } from './sealer.ts';
import { ACL_KEY } from './spaces.ts';
import type { Kernel, Space } from './state.ts';

const NOTHING = 'Nothing was changed.';

/** The list, after a change if one is asked for. */
export async function beacons(kernel: Kernel, sealer: Sealer, space: Space, change: BeaconChange = {}): Promise<BeaconView[]> {
  if (change.add !== undefined) await addBeacon(kernel, sealer, space, change.add);
  if (change.remove !== undefined) await removeBeacon(kernel, sealer, space, change.remove);
  if (change.reads !== undefined) await letRead(kernel, sealer, space, change.reads);
  return beaconViews(kernel, space);
}

function readAddress(text: string): BeaconLink {
  const decoded = decodeBeaconLink(typeof text === 'string' ? text : '');
  if (decoded.ok) return decoded.value;
  if (decoded.error === 'version') throw new AppError('newer-link', 'This address was made by a newer version.', NOTHING, 'Reload the page to get the newest version.');
  throw new AppError('bad-link', 'This is not the address of a beacon, or a part of it is missing.', NOTHING, 'Copy the address whole, as the beacon prints it.');
}

async function addBeacon(kernel: Kernel, sealer: Sealer, space: Space, address: string): Promise<void> {
  const self = must(kernel.profile, 'profile').uid;
  const { inception, name, signaling } = readAddress(address);
  if (space.standing !== 'member' || (standingRole(kernel, space, self) ?? 0) < ROLE.admin || !space.rights.mayInvite(self, ROLE.guest)) throw new AppError('no-right', 'You cannot add beacons here.', NOTHING, 'Ask an admin.');
  const uid = toBase64url(inception.uid);
  const view = space.rights.view();
  if (space.rights.memberOf(uid)) throw new AppError('already', 'This beacon is in the space.', NOTHING, 'Look at the list.');
  if ([...view.members.keys()].filter((one) => isBeacon(view, one)).length >= KERNEL_LIMITS.beacons) throw new AppError('too-many', 'This space has too many beacons.', NOTHING, 'Remove one first.');
  if (!(await verifyStatement(kernel.deps.crypto, inception, (key) => kernel.admits(key)))) throw new AppError('bad-link', 'This address is not signed by its beacon.', NOTHING, 'Copy the address whole, as the beacon prints it.');
  const { ds, dx } = inception.body;
  const field = [...(roomField(beaconRoom(inception.uid), true, STORE_SCOPE) as unknown[]), plainLine(name).slice(0, KERNEL_LIMITS.nameChars), [...signaling]] as Parameters<typeof letInByKey>[6];
  // Nobody gives more time than they have (RIGHT8).
  await letInByKey(kernel, sealer, space, { uid: inception.uid, ds, dx, statement: inception.bytes }, must(STORE_SCOPE, 'scope'), must(space.rights.memberOf(self), 'member').exp, field);
  kernel.addServers(signaling);
  kernel.replication?.refresh();
}

/** Takes the keeping away, with a new key: what is sealed from then on is not even found by it. What it keeps it may keep, sealed. */
async function removeBeacon(kernel: Kernel, sealer: Sealer, space: Space, id: string): Promise<void> {
  if (!isBeacon(space.rights.view(), id)) throw new AppError('not-here', 'This beacon is not in the space.', NOTHING, 'Look at the list again.');
  const self = must(kernel.profile, 'profile').uid;
  if (space.standing !== 'member' || standingRole(kernel, space, self) === null || !space.rights.mayRemove(self, id)) throw new AppError('no-right', 'You cannot remove beacons here.', NOTHING, 'Ask an admin.');
  await writeRemoval(kernel, sealer, space, must(fromBase64url(id), 'uid'), null);
}

/** What it may read from now on, besides keeping everything: all of what these fragments hold, for who runs it. Nothing: with a new key, it only keeps again. */
async function letRead(kernel: Kernel, sealer: Sealer, space: Space, { id, fragments }: NonNullable<BeaconChange['reads']>): Promise<void> {
  const member = isBeacon(space.rights.view(), id) ? space.rights.memberOf(id) : null;
  if (!member) throw new AppError('not-here', 'This beacon is not in the space.', NOTHING, 'Look at the list again.');
  const self = must(kernel.profile, 'profile').uid;
  if (space.standing !== 'member' || (standingRole(kernel, space, self) ?? 0) < ROLE.admin) throw new AppError('no-right', 'You cannot open anything to beacons here.', NOTHING, 'Ask an admin.');
  const opened = Array.isArray(fragments) && fragments.length === 0 ? [] : [...knownScope(space, ROLE.guest, fragments)!.keys()];
  await changeScope(kernel, sealer, space, self, must(fromBase64url(id), 'uid'), member, new Map([...must(STORE_SCOPE, 'scope'), ...opened.map((fragment) => [fragment, SCOPE.read] as const)]));
}

/** Fragments that a scope opens to a beacon. */
const openedTo = (scope: Scope): string[] => [...(scope?.keys() ?? [])].filter((fragment) => mayRead({ scope }, fragment));

/** Beacons there are and were, the newest first. */
function beaconViews(kernel: Kernel, space: Space): BeaconView[] {
  const view = space.rights.view();
  const self = kernel.profile ? toBase64url(kernel.profile.uid) : '';
  const log = space.fragments.get(ACL_KEY)?.log;
  const linked = new Set(kernel.network.peers.filter((peer) => peer.spaces.includes(space.key)).map((peer) => peer.device));
  return linkInvites(view).flatMap(({ uid, invite }): BeaconView[] => {
    const room = space.inviteRooms.get(invite.id);
    if (!isBeacon(view, uid) && !stores(room?.scope ?? null)) return [];
    const record = log?.get(invite.id);
    const devices = [...(view.state.persons.get(uid)?.devices.keys() ?? [])];
    const member = view.members.has(uid);
    return [{
      id: uid, name: room?.name || uid.slice(0, 8), by: invite.by, addedAt: record ? record.hlc.ms - record.delta : 0,
      state: !member ? 'removed' : devices.some((device) => linked.has(device)) ? 'linked' : 'away', ...heldBy(kernel, space, devices), reads: openedTo(view.members.get(uid)?.scope ?? null), check: checkOfBeacon(kernel, space, devices), mayRemove: member && space.rights.mayRemove(self, uid),
    }];
  }).reverse();
}

/** What one of the devices confirmed of the logs held here. */
function heldBy(kernel: Kernel, space: Space, devices: readonly string[]): Pick<BeaconView, 'behind' | 'lastConfirmed'> {
  let behind = 0;
  let lastConfirmed: number | null = null;
  for (const fragment of space.fragments.values()) {
    for (const { writer, seq } of fragment.log.frontier()) {
      const held = kernel.copies.heldBy(logKey(space, fragment, toBase64url(writer)), devices);
      if (held === null || held.seq < seq) behind += 1;
      if (held !== null) lastConfirmed = Math.max(lastConfirmed ?? 0, held.at);
    }
  }
  return { behind, lastConfirmed };
}
