/** The kernel as mesh and replication see it (#vm/replication/host). */
import { equalBytes, fromBase64url, toBase64url, type Bytes } from '#base/bytes';
import { must } from '#base/assert';
import type { RangeRequest, RecordEntry } from '#ports/replica';
import { KERNEL_LIMITS } from '#os/limits';
import { mayRead } from '#os/rights/permit';
import type { Scope } from '#os/rights/acl-model';
import { isBeacon, linkInvites } from '#os/rights/public-links';
import { stores } from '#os/rights/scope';
import type { RightsView } from '#os/rights/view';
import { SYNC_LIMITS } from '#vm/limits';
import { SPACE_KIND } from '#vm/protocol/types';
import { spaceSetDigest } from '#vm/log/digests';
import type { ReplicationHost, SpaceContact } from '#vm/replication/host';
import type { PairPort } from '#vm/replication/pair-links';
import type { ReturnHost } from '#vm/replication/returns';
import { archiveContacts } from './archive-setting.ts';
import { mayServeNow } from './expiry.ts';
import { isContact } from './farewell.ts';
import type { FilesDoor } from './files-door.ts';
import type { Ingest } from './ingest.ts';
import type { Joins } from './joins.ts';
import { answeredInvites } from './membership.ts';
import type { ComputeDoor } from './compute-door.ts';
import { ownScope } from './part-view.ts';
import { partingFor } from './parting.ts';
import type { PresenceBook } from './presence.ts';
import type { Reading } from './reading-row.ts';
import { LEADER } from './tab-notices.ts';
import { ACL_KEY, fragmentOfNode } from './spaces.ts';
import { isWanted } from './wanted.ts';
import type { WitnessDoor } from './witness-door.ts';
import type { Kernel, Space } from './state.ts';

/** Row of the peers linked longest in the last run. */
const ANCHORS_KEY = 'mesh/anchors';

export interface HostParts {
  readonly kernel: Kernel;
  readonly ingest: Ingest;
  readonly joins: Joins;
  readonly presence: PresenceBook;
  readonly returns: ReturnHost;
  readonly files: FilesDoor | null;
  readonly witness: WitnessDoor;
  readonly compute: ComputeDoor;
  onAck(ack: Parameters<ReplicationHost['onAck']>[0]): void;
}

export function createHost(parts: HostParts): ReplicationHost {
  const { kernel, ingest, joins } = parts;
  // Whoever looks for themselves has keys and no name yet.
  const profile = kernel.profile ?? { uid: new Uint8Array(32), ds: must(kernel.returning?.search ?? kernel.pairing?.keys, 'replication starts with a profile, a search or a pairing').ds };
  const spaceOf = (id: Uint8Array): Space | null => kernel.spaces.get(toBase64url(id)) ?? null;
  return {
    uid: profile.uid,
    // Many browsers have the key of a public link: each is a device of its own.
    deviceKey: kernel.reading?.session ?? profile.ds,
    storeId: kernel.store.id,
    contacts: () => (kernel.reading ? [readerContact(kernel.reading)] : [...kernel.spaces.values()].filter(isContact).map((space) => contact(kernel, space))),
    joins: () => joins.attempts(),
    readsBy: () => kernel.reading && { space: kernel.reading.space, key: kernel.reading.ds },
    ...(kernel.reading ? {} : { returns: parts.returns, pairing: pairingPort(kernel) }),
    mayServe: (space, ds) => {
      const held = spaceOf(space);
      return held !== null && (held.standing !== 'left' || isContact(held)) && mayServeNow(kernel, held, ds);
    },
    readable: (space, ds) => readableWith(kernel, spaceOf(space), ds),
    parting: (space, ds) => partingFor(kernel, spaceOf(space), ds),
    deviceOf: (space, writer) => spaceOf(space)?.rights.writer(writer)?.ds ?? null,
    wants: (space, fragment) => isWanted(kernel, spaceOf(space), toBase64url(fragment)),
    wantsAll(space) {
      const held = spaceOf(space);
      return held !== null && held.standing !== 'left' && held.rights.view().kind !== SPACE_KIND.guild;
    },
    fragments: (space) => [...(spaceOf(space)?.fragments.values() ?? [])].filter((f) => f.log.heads().length > 0).map((f) => ({ fragment: f.id, digest: f.log.setDigest() })),
    changedSince(space, arrival) {
      const fragments = [...(spaceOf(space)?.fragments.values() ?? [])].filter((f) => f.changedAt > arrival).map((f) => f.id);
      return { arrival: Math.min(kernel.arrival, ...[...kernel.delivering].map((one) => one - 1)), fragments };
    },
    newsSince: (space, arrival, maxBytes) => newsSince(kernel, space, arrival, Math.min(maxBytes, kernel.adjusted.newsBytes.value)),
    heads: (space, fragment) => spaceOf(space)?.fragments.get(toBase64url(fragment))?.log.heads() ?? [],
    contiguous: (space, fragment, writer) => spaceOf(space)?.fragments.get(toBase64url(fragment))?.log.contiguous(writer) ?? -1,
    // What is in memory is held, and never durable.
    ackLevel: (space, fragment, id) => (kernel.deps.fleeting || spaceOf(space)?.fragments.get(toBase64url(fragment))?.log.status(toBase64url(id)) === 'parked' ? 0 : 1),
    has: (id) => isHeld(kernel, toBase64url(id)) || ingest.isEarly(toBase64url(id)),
    archives: () => archiveContacts(kernel),
    readRange: (range) => readRange(kernel, range),
    ingest: (entries, priority, from) => ingest.ingest(entries, priority, from),
    onJoin: (space, message, invite, from) => joins.onJoin(space, message, invite, from),
    onJoinLetter: (space, invite, device, letter) => joins.onLetter(space, invite, device, letter),
    passes: (space, device) => joins.passes(space, device),
    onPassed: (space, device, request) => joins.onPassed(space, device, request),
    joinAnswered: (space, invite, device) => joins.answered(space, invite, device),
    onJoinAnswer: (key, answer) => joins.onAnswer(key, answer),
    onJoinProgress: (key, step) => joins.progress(key, step),
    onAck: (ack) => parts.onAck(ack),
    onEphemeral(space, bytes) {
      const held = spaceOf(space);
      if (!held) return;
      kernel.deps.tabs.post({ t: 'eph', space: held.key, bytes });
      void parts.presence.receive(held, bytes, true).catch((error: unknown) => kernel.fault('ephemeral', error));
    },
    findNode: (space, node) => {
      const held = spaceOf(space);
      return held ? (fragmentOfNode(held, toBase64url(node))?.id ?? null) : null;
    },
    onClockOffset(source, kind, offset) {
      kernel.time.vote(source, kind, offset);
      // Links of our own now: what a leader before us said is old.
      kernel.time.drop(LEADER);
    },
    anchors: {
      load: () => kernel.store.get(ANCHORS_KEY),
      save: (list) => void kernel.store.commit({ origin: kernel.boot, records: [], values: [[ANCHORS_KEY, list]] }).catch((error: unknown) => kernel.fault('anchors', error)),
    },
    compare: async () => (await import('./compare-source.ts')).createCompareSource(kernel),
    meshNow: () => kernel.time.now(),
    chunks: parts.files ?? undefined, witness: parts.witness, calls: parts.compute, onNetworkChange: (core) => (core && (parts.files?.look(core), parts.witness.look(core)), parts.compute.look(core), kernel.onNetworkChange()),
    metric: (name, add) => kernel.metric(name, add),
    load: () => ({ asksPerLink: kernel.adjusted.asksPerLink.value, links: kernel.adjusted.links.value }),
  };
}

/** The pairing that runs, if one does. */
const pairingPort = (kernel: Kernel): PairPort => ({
  room: () => (kernel.pairing?.meets === true ? kernel.pairing.room : null),
  onLink: (link) => kernel.pairing?.onLink(link),
  onAsked: (link, asked) => (kernel.pairing ? kernel.pairing.onAsked(link, asked) : asked.answer('failed', ['code'])),
});

/** Which fragments this person and that of the device may both read; null: all. */
function readableWith(kernel: Kernel, held: Space | null, ds: Bytes): ((fragment: Uint8Array) => boolean) | null {
  if (held === null || !hasParts(held)) return null;
  const own = { scope: shownTo(ownScope(kernel, held)) };
  const uid = held.rights.personOf(ds);
  const other = { scope: shownTo((uid === null ? null : held.rights.memberOf(uid)?.scope) ?? null) };
  if (own.scope === null && other.scope === null) return null;
  return (fragment) => mayRead(own, toBase64url(fragment)) && mayRead(other, toBase64url(fragment));
}

/** A beacon is shown all of what it cannot read (RIGHT34). */
const shownTo = (scope: Scope): Scope => (stores(scope) ? null : scope);

const parts = new WeakMap<RightsView, boolean>();

/** Is there somebody who may read a part of the space only? */
function hasParts(space: Space): boolean {
  const view = space.rights.view();
  let found = parts.get(view);
  if (found === undefined) parts.set(view, (found = [...view.members.values()].some(({ scope }) => scope !== null)));
  return found;
}

function contact(kernel: Kernel, space: Space): SpaceContact {
  const epochs = [...space.rights.view().epochs].reverse().map((info) => fromBase64url(info.epoch)).filter((epoch) => epoch !== null);
  const sealing = space.rights.sealingEpoch();
  const ordered = sealing ? [sealing, ...epochs.filter((epoch) => toBase64url(epoch) !== toBase64url(sealing))] : epochs;
  const held = ordered.filter((epoch) => space.keys.discovery(epoch) !== null);
  const keys = held.slice(0, foundBy(kernel, space, held)).map((epoch) => space.keys.discovery(epoch)!);
  const invites: { id: Bytes; pub: Bytes; room: Bytes }[] = [];
  for (const invite of answeredInvites(kernel, space)) {
    const { id } = invite;
    const known = space.inviteRooms.get(id);
    // That of a beacon is no invite for anybody: it is accepted in the next record.
    if (known && !stores(known.scope)) invites.push({ id: must(fromBase64url(id), 'id'), pub: must(fromBase64url(invite.pub), 'pub'), room: known.room });
  }
  return { space: space.id, discoveryKeys: keys, invites, links: answeredLinks(kernel, space) };
}

/**
 * By how many of the epochs, newest first, others may find this device: whoever was away knows only that of an earlier one, and is served by what they
 * may read now. So many months of monthly keys in any case; where keys change faster (each removal is a change), those that were in use within a year.
 */
function foundBy(kernel: Kernel, space: Space, epochs: readonly Bytes[]): number {
  const least = SYNC_LIMITS.announcedKeys;
  if (epochs.length <= least) return epochs.length;
  const records = new Map(space.rights.view().epochs.map((info) => [info.epoch, info.record]));
  const acl = space.fragments.get(ACL_KEY)?.log;
  const madeAt = (epoch: Bytes): number => acl?.get(records.get(toBase64url(epoch)) ?? '')?.hlc.ms ?? -Infinity;
  const now = kernel.time.now();
  let count = least;
  // One was in use until that before it in this order was made.
  while (count < Math.min(epochs.length, KERNEL_LIMITS.foundByEpochs) && now - madeAt(epochs[count - 1]!) <= KERNEL_LIMITS.foundByMs) count++;
  return count;
}

/** Public links that are open, and the newest that are over, so that a late reader hears so. */
function answeredLinks(kernel: Kernel, space: Space): { pub: Bytes; room: Bytes; beacon: 'wanted' | 'met' | null }[] {
  const view = space.rights.view();
  // A beacon that is linked is in the rooms of the space; its own is small, and others wait for it there.
  const met = (uid: string): boolean => kernel.network.peers.some((peer) => peer.via === 'beacon' && peer.uid === uid && peer.spaces.includes(space.key));
  const all = linkInvites(view);
  const over = all.filter(({ uid }) => !view.members.has(uid)).slice(-KERNEL_LIMITS.endedInvites);
  return [...all.filter(({ uid }) => view.members.has(uid)), ...over].flatMap(({ uid, invite }) => {
    const room = space.inviteRooms.get(invite.id)?.room;
    return room ? [{ pub: must(fromBase64url(invite.pub), 'pub'), room, beacon: !isBeacon(view, uid) ? null : met(uid) ? 'met' : 'wanted' }] : [];
  });
}

/** A reader finds others in the room of the link alone. */
const readerContact = ({ space, ds, room }: Reading): SpaceContact => ({ space, discoveryKeys: [], invites: [], links: [{ pub: ds.pub, room }] });

/** Stored and not behind a gap: a head behind a gap is pulled with what lies before it. */
function isHeld(kernel: Kernel, id: string): boolean {
  const log = kernel.behind.get(id);
  if (!log) return kernel.index.has(id);
  if (log.status(id) === 'waiting-prev') return false;
  kernel.behind.delete(id);
  return true;
}

/** Records of a space in the order they were committed here, from the rows after a counter; the first of them as far as they fit. */
async function newsSince(kernel: Kernel, space: Bytes, arrival: number, maxBytes: number): Promise<RecordEntry[]> {
  const out: RecordEntry[] = [];
  let bytes = 0;
  for (const segment of await kernel.store.scan(arrival, KERNEL_LIMITS.loadRows)) {
    if (!segment.trusted) continue;
    for (const record of segment.records) {
      if (!equalBytes(record.space, space) || !kernel.index.has(toBase64url(record.id))) continue;
      bytes += record.bytes.length;
      if (bytes > maxBytes) return out;
      out.push(record);
    }
  }
  return out;
}

async function readRange(kernel: Kernel, range: RangeRequest): Promise<RecordEntry[]> {
  const fragment = kernel.spaces.get(toBase64url(range.space))?.fragments.get(toBase64url(range.fragment));
  if (!fragment) return [];
  const ids = fragment.index.range(toBase64url(range.writer), range.from, range.to, KERNEL_LIMITS.rangeRecords);
  const wanted: string[] = [];
  let bytes = 0;
  for (const id of ids) {
    bytes += kernel.index.sizeOf(id);
    if (wanted.length > 0 && bytes > range.maxBytes) break;
    wanted.push(id);
  }
  return kernel.index.read(wanted);
}

/** Set digest over the fragments held (FORMATS 9). */
export function heldSetDigest(space: Space): Bytes {
  return spaceSetDigest([...space.fragments.values()].filter((f) => f.log.heads().length > 0).map((f) => ({ fragment: f.id, set: f.log.setDigest() })));
}
