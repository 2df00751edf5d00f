/** The truth about state (UX 5): where a thing is, what waits, what is stuck, who is linked. */
import { fromBase64url, toBase64url } from '#base/bytes';
import { AppError } from '#base/app-error';
import type { Copies, NetworkStatus, PeerView } from '#os/api';
import { KERNEL_LIMITS } from '#os/limits';
import { linkDevices } from '#os/rights/public-links';
import type { RightsView } from '#os/rights/view';
import { beaconOf, doubtedDevices } from './beacon-counts.ts';
import { logKey } from './log-key.ts';
import { copyState, type CopyFacts } from './copies.ts';
import { isFleetingDevice } from './fleeting.ts';
import { fragmentOfNode, personName } from './spaces.ts';
import { draftsWait } from './stuck.ts';
import type { Fragment, Kernel, Space } from './state.ts';

/** Copies of a node: of the last record that changed it. AppError `not-here`. */
export function copiesOfNode(kernel: Kernel, id: string): Copies {
  for (const space of kernel.spaces.values()) {
    const fragment = fragmentOfNode(space, id);
    const node = fragment?.graph.node(id);
    if (!fragment || !node) continue;
    const at = node.updated ?? node.created!;
    return describe(kernel, space, fragment, { writer: at.writer.key, seq: at.seq, unsaved: node.pending, newer: kernel.isNewer(node.type!) });
  }
  throw new AppError('not-here', 'This thing is not held on this device.', 'Nothing was changed.', 'Open it first.');
}

/** Copies of a fragment, or of the whole space: the weakest of its logs decides. */
export function copiesOfPlace(kernel: Kernel, space: Space, fragment: Fragment | null): Copies {
  const fragments = fragment ? [fragment] : [...space.fragments.values()];
  const facts = base(kernel, space);
  let unsaved = 0;
  let missing = 0;
  let unconfirmed = 0;
  let holders = null as Set<string> | null;
  const confirmed = new Set<string>();
  let lastConfirmed: number | null = null;
  for (const one of fragments) {
    unsaved += one.pending.length + one.sealing.length;
    missing += one.missingDeps.size;
    for (const gap of one.log.missing()) missing += gap.to - gap.from + 1;
    for (const { writer, seq } of one.log.frontier()) {
      const key = toBase64url(writer);
      const held = holdersOf(kernel, space, one, key, seq);
      if (facts.own.has(key)) unconfirmed += waiting(kernel, space, one, key, seq);
      for (const device of held.confirmed) confirmed.add(device);
      lastConfirmed = Math.max(lastConfirmed ?? 0, held.lastConfirmed ?? 0) || null;
      const before: Set<string> | null = holders;
      holders = new Set(before === null ? held.devices : held.devices.filter((device) => before.has(device)));
    }
  }
  if (fragment === null && unconfirmed === 0) alone.delete(space);
  const gap = gapSince(fragment ?? space, missing > 0, facts.common.now);
  return copyState({ ...facts.common, unsaved, missing, gap, unconfirmed, ...apart(space, [...(holders ?? [])], confirmed), lastConfirmed, since: sinceUnconfirmed(space, unconfirmed > 0, facts.common.now), newer: false });
}

function describe(kernel: Kernel, space: Space, fragment: Fragment, at: { writer: string; seq: number; unsaved: number; newer: boolean }): Copies {
  const facts = base(kernel, space);
  const held = at.seq < 0 ? { devices: [], confirmed: new Set<string>(), lastConfirmed: null } : holdersOf(kernel, space, fragment, at.writer, at.seq);
  const unconfirmed = facts.own.has(at.writer) && held.devices.length === 0 ? 1 : 0;
  return copyState({
    ...facts.common, unsaved: at.unsaved, missing: 0, gap: null, ...apart(space, held.devices, held.confirmed), lastConfirmed: held.lastConfirmed,
    unconfirmed, since: sinceUnconfirmed(space, unconfirmed > 0, facts.common.now), newer: at.newer,
  });
}

/**
 * Devices of present members other than this one: those that acknowledged (`confirmed`), and the one that wrote it. That one made it durable before it sent
 * it (FORMATS, order of durability), so its signature on the record is its word; what is in memory only is no copy.
 */
function holdersOf(kernel: Kernel, space: Space, fragment: Fragment, writer: string, seq: number): { devices: string[]; confirmed: Set<string>; lastConfirmed: number | null } {
  const self = selfDevice(kernel);
  const word = wordCounts(kernel, space);
  const counts = (device: string): boolean => device !== self && word(device);
  const held = kernel.copies.holders(logKey(space, fragment, writer), seq, counts);
  const confirmed = new Set(held.devices);
  const author = space.writerDevice.get(writer);
  const wrote = author !== undefined && counts(author) && !confirmed.has(author);
  return { devices: wrote ? [...confirmed, author] : [...confirmed], confirmed, lastConfirmed: held.lastConfirmed };
}

const present = new WeakMap<RightsView, ReadonlySet<string>>();

/** Devices of members: what those hold that left, were removed or were revoked is no copy that anybody can count on. */
function presentDevices(view: RightsView): ReadonlySet<string> {
  let known = present.get(view);
  if (!known) present.set(view, (known = new Set(view.devices.map(({ ds }) => ds))));
  return known;
}

/** Whose word counts: of a present member's device; not of one that keeps nothing, or of a beacon that does not prove what it confirmed. */
export function wordCounts(kernel: Kernel, space: Space): (device: string) => boolean {
  const counted = presentDevices(space.rights.view());
  const doubted = doubtedDevices(kernel, space);
  return (device) => counted.has(device) && !doubted.has(device) && !isFleetingDevice(space, device);
}

const former = new WeakMap<RightsView, ReadonlySet<string>>();

/** Devices that are known and no longer of a member: a link to one of them is no way for what waits. */
function formerDevices(view: RightsView): ReadonlySet<string> {
  let known = former.get(view);
  if (!known) {
    const counted = presentDevices(view);
    known = new Set([...view.state.persons.entries()].flatMap(([, person]) => [...person.devices.keys()]).filter((device) => !counted.has(device)));
    former.set(view, known);
  }
  return known;
}

/** How many of an own log's records no other present device confirmed. */
function waiting(kernel: Kernel, space: Space, fragment: Fragment, writer: string, seq: number): number {
  const counted = presentDevices(space.rights.view());
  const doubted = doubtedDevices(kernel, space);
  return Math.max(0, seq - kernel.copies.confirmed(logKey(space, fragment, writer), (device) => counted.has(device) && !doubted.has(device)));
}

/** Who holds it: devices of people, and beacons by their names. One that was removed is neither. */
function apart(space: Space, holders: readonly string[], confirmed: ReadonlySet<string>): Pick<CopyFacts, 'others' | 'wrote' | 'beacons'> {
  const links = linkDevices(space.rights.view());
  const others = holders.filter((device) => !links.has(device));
  return { others, wrote: others.filter((device) => !confirmed.has(device)), beacons: holders.flatMap((device) => beaconOf(space, device)?.name ?? []) };
}

const selfDevice = (kernel: Kernel): string => (kernel.profile ? toBase64url(kernel.profile.ds.pub) : '');

function base(kernel: Kernel, space: Space): { own: Set<string>; common: { stuck: CopyFacts['stuck']; otherDevices: boolean; linked: boolean; now: number; self: string | null } } {
  const self = selfDevice(kernel);
  const own = new Set<string>();
  for (const [writer, device] of space.writerDevice) if (device === self) own.add(writer);
  const view = space.rights.view();
  const peers = kernel.network.peers.filter((peer) => peer.spaces.includes(space.key) && !formerDevices(view).has(peer.device));
  const otherDevices = view.devices.some((device) => device.ds !== self && !isFleetingDevice(space, device.ds));
  return { own, common: { stuck: stuckOf(kernel, space), otherDevices, linked: peers.length > 0 && !kernel.paused, now: kernel.deps.clock.now(), self: kernel.deps.fleeting ? null : self } };
}

/** When a look first saw that something of a place is missing. */
const gaps = new WeakMap<object, number>();

function gapSince(place: Fragment | Space, missing: boolean, now: number): number | null {
  if (!missing) return gaps.delete(place), null;
  const since = gaps.get(place) ?? now;
  gaps.set(place, since);
  return since;
}

/** When a look first saw that own records have no copy any more, because who confirmed them is no member now. */
const alone = new WeakMap<Space, number>();

function sinceUnconfirmed(space: Space, unconfirmed: boolean, now: number): number | null {
  if (space.unconfirmedSince !== null) alone.delete(space);
  if (!unconfirmed || space.unconfirmedSince !== null) return space.unconfirmedSince;
  const since = alone.get(space) ?? now;
  alone.set(space, since);
  return since;
}

/** A key that is only on its way is no trouble yet, ms (UX 5: "Not saved" within 2 s). */
const KEY_CALM_MS = 1_500;

/** What keeps own operations of the space from being saved. */
function stuckOf(kernel: Kernel, space: Space): CopyFacts['stuck'] {
  if (kernel.stuck) return { reason: kernel.stuck, since: kernel.stuckSince };
  const waits = draftsWait(kernel, space);
  return waits !== null && kernel.deps.clock.now() - waits.since > KEY_CALM_MS ? waits : null;
}

/** Own records that no other device has confirmed, in spaces where another device exists. */
export function pendingRecords(kernel: Kernel): number {
  let count = 0;
  for (const space of kernel.spaces.values()) {
    const { own, common } = base(kernel, space);
    if (!common.otherDevices) continue;
    for (const fragment of space.fragments.values()) {
      for (const { writer, seq } of fragment.log.frontier()) {
        const key = toBase64url(writer);
        if (own.has(key)) count += waiting(kernel, space, fragment, key, seq);
      }
    }
  }
  return count;
}

/** The status of this tab; a tab that is not the leader shows what the leader told. */
export function networkStatus(kernel: Kernel): NetworkStatus {
  const offset = kernel.time.offset();
  return {
    ...kernel.network, paused: kernel.paused, leader: kernel.leader, pending: pendingRecords(kernel),
    clockOffsetMs: offset, clockWarning: Math.abs(offset) > KERNEL_LIMITS.clockWarningMs,
  };
}

/** Reads the links anew; only the leader has them. */
export async function refreshNetwork(kernel: Kernel): Promise<void> {
  const replication = kernel.replication;
  if (!replication) return;
  const peers = (await replication.peers()).map((peer): PeerView => ({
    device: peer.device, via: peer.via, ...personOf(kernel, peer.device, peer.spaces), pair: peer.pair, rttMs: peer.rttMs,
    bytesIn: peer.bytesIn, bytesOut: peer.bytesOut, spaces: [...peer.spaces],
  }));
  const unreached = replication.unreached().map(({ device, ...rest }) => ({ device, ...(device === null ? { uid: null, name: null } : personOf(kernel, device)), ...rest }));
  const signaling = replication.servers().map((server) => ({ ...server }));
  kernel.network = { online: signaling.some((server) => server.state === 'open') || peers.length > 0, signaling, peers, archives: replication.archiveStates().map((relay) => ({ ...relay })), versions: { ...replication.skews() }, unreached, altered: replication.altered().map((way) => ({ ...way, servers: [...way.servers] })), beacons: [...kernel.beacons] };
}

/** Whose device it is by the acl of a common space: what the other end says of itself on the link is not proven. A beacon, which has hundreds of spaces and links and reads no name, asks those of the link alone. */
function personOf(kernel: Kernel, device: string, common: readonly string[] = []): Pick<PeerView, 'uid' | 'name'> & { via?: 'beacon' } {
  const ds = fromBase64url(device);
  let known: string | null = null;
  for (const space of kernel.deps.beacon ? common.flatMap((key) => kernel.spaces.get(key) ?? []) : kernel.spaces.values()) {
    const uid = ds && space.rights.personOf(ds);
    const beacon = uid ? (beaconOf(space, device)?.name ?? null) : null;
    if (uid && beacon !== null) return { uid, name: beacon, via: 'beacon' };
    const name = uid && personName(space, uid);
    if (uid && name) return { uid, name };
    known ??= uid;
  }
  return { uid: known, name: null };
}
