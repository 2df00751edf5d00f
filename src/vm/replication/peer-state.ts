/** What replication remembers of one link, and of each space on it. Everything here ends with the link. */
import { toBase64url, type Bytes } from '#base/bytes';
import { encodeCbor, type CborValue } from '#base/cbor';
import type { Clock } from '#ports/clock';
import type { CryptoPort } from '#ports/crypto';
import type { Random } from '#ports/random';
import type { RecordEntry, Replica } from '#ports/replica';
import type { Channel } from '#ports/wire';
import type { Link } from '#vm/mesh/link-types';
import { createTokenBucket, type TokenBucket } from '#vm/mesh/token-bucket';
import { SYNC_LIMITS } from '#vm/limits';
import type { PeerStatus, ReplicationHost } from './host.ts';
import type { FragmentDigest } from './digests.ts';
import type { FragmentHead } from './payloads.ts';
import { createQueries, type Queries } from './queries.ts';
import { createRecordBatches, type RecordBatches } from './record-batch.ts';

/** One space on one link. */
export interface SpaceState {
  readonly space: Bytes;
  readonly key: string;
  /** The other end proved the space (its discovery key). */
  proven: boolean;
  /** The other end proved an invite of the space to us, or that a member's recovery key sent it; that public key. */
  invited: Bytes | null;
  /** The other end reads by a public link: the device it is served as. */
  reader: Bytes | null;
  /** We showed the other end that we read by a public link; records that come from it prove themselves. */
  reads: boolean;
  /** We told the other end that its join waits for a hand, and not yet that there is an answer. */
  held: boolean;
  /** We are joining the space over this link: key of the attempt. */
  joining: string | null;
  /** We told the other end that we serve it. */
  serving: boolean;
  /** The parting that was told here. */
  parted: string | null;
  /** The other end told us that it serves us. */
  open: { readonly store: string; readonly arrival: number; digest: Bytes | null } | null;
  /** Records of others go here as announcements only (Plumtree). */
  lazy: boolean;
  readonly announce: Map<string, FragmentHead>;
  prunedAt: number;
  round: 'idle' | 'running' | 'again';
  /** logKey → id of the last ack of ours told here. */
  readonly acked: Map<string, string>;
  /** Digest of the last ack over the whole set told here (text), and of the last one heard that did not fit yet. */
  ackSetTold: string | null;
  ackSetHeard: Bytes | null;
  /** Since when acks wait for both ends to be equal, monotonic ms; null when none do. */
  acksOwedAt: number | null;
  /** A round with news runs: acks to this end follow when it is over, all in one. */
  hush: boolean;
}

export interface PeerState {
  readonly id: string;
  readonly link: Link;
  readonly batches: RecordBatches;
  readonly queries: Queries;
  readonly spaces: Map<string, SpaceState>;
  /** Space proofs heard (base64url), known or not, and sent. */
  readonly heardProofs: Set<string>;
  readonly sentProofs: Set<string>;
  /** Join attempts answered or refused here; `hurry`: asked, and told that there is more of an answer before the first one was taken. */
  readonly joins: Map<string, 'asked' | 'hurry' | 'waiting' | 'refused' | 'accepted'>;
  /** Ids of heads this end named and could not show → until when they are not asked for here. */
  readonly junk: Map<string, number>;
  readonly ephemerals: TokenBucket;
  /** Questions of a comparison. */
  readonly compares: TokenBucket;
  /** Parts of replies that are not complete yet, by request. */
  readonly replies: Map<string, { readonly entries: RecordEntry[]; bytes: number }>;
  /** Gets of the other end that wait for its budget. */
  readonly heldGets: (() => void)[];
  /** Answers to gets of ours that wait for a budget of this link. */
  heldReplies: number;
  /** Monotone time of the link's opening. */
  readonly since: number;
  asks: number;
  /** How soon this end answered a get at best (Infinity: none yet), and how many bytes its answers have of late. */
  answerMs: number;
  answerBytes: number;
  /** Gets in a row that ran out of time, and until when nothing is asked after too many. */
  timeouts: number;
  mutedUntil: number;
  closed: boolean;
  /** News that is being committed; null when none is. */
  taking: Promise<unknown> | null;
  /** An older build: it does not know `sync:news`. */
  knowsNoNews: boolean;
  /** Two devices are being paired over it. */
  pairing: boolean;
}

/** What every part of replication works with. */
export interface Core {
  readonly clock: Clock;
  readonly random: Random;
  readonly crypto: CryptoPort;
  readonly host: ReplicationHost;
  readonly replica: Replica;
  readonly peers: Map<string, PeerState>;
  metric(name: string, add?: number): void;
}

export const logKey = (fragment: Uint8Array, writer: Uint8Array): string => `${toBase64url(fragment)}/${toBase64url(writer)}`;

export function createPeerState(core: Core, link: Link): PeerState {
  const peer: PeerState = {
    id: link.id, link, batches: createRecordBatches(), queries: createQueries(core, link), spaces: new Map(),
    heardProofs: new Set(), sentProofs: new Set(), joins: new Map(), junk: new Map(),
    ephemerals: createTokenBucket(core.clock, SYNC_LIMITS.ephemeralLinkPerSecond, SYNC_LIMITS.ephemeralLinkBurst),
    compares: createTokenBucket(core.clock, SYNC_LIMITS.comparesPerSecond, SYNC_LIMITS.comparesBurst),
    replies: new Map(), heldGets: [], heldReplies: 0, since: core.clock.monotonic(), asks: 0, answerMs: Infinity, answerBytes: 0, timeouts: 0, mutedUntil: 0, closed: false, taking: null, knowsNoNews: false, pairing: false,
  };
  return peer;
}

/** What is shown of a link. */
export async function statusOf({ link, spaces }: PeerState): Promise<PeerStatus> {
  const stats = await link.stats().catch(() => null);
  const via = link.kind === 'rtc' ? 'direct' : link.kind;
  return {
    link: link.id, device: toBase64url(link.device), uid: link.uid, via, pair: stats?.pair ?? null, rttMs: stats?.rttMs ?? link.rttMs,
    bytesIn: stats?.bytesIn ?? 0, bytesOut: stats?.bytesOut ?? 0,
    spaces: [...spaces.values()].filter((s) => s.proven || opened(s)).map((s) => s.key),
  };
}

/** The state of a space on a link, made when it is not there; null at the cap. */
export function spaceState(peer: PeerState, space: Bytes): SpaceState | null {
  const key = toBase64url(space);
  let state = peer.spaces.get(key);
  if (state !== undefined) return state;
  if (peer.spaces.size >= SYNC_LIMITS.proofs) return null;
  state = {
    space, key, proven: false, invited: null, held: false, reader: null, reads: false, joining: null, serving: false, parted: null, open: null, lazy: false, announce: new Map(), prunedAt: -Infinity,
    round: 'idle', acked: new Map(), ackSetTold: null, ackSetHeard: null, acksOwedAt: null, hush: false,
  };
  peer.spaces.set(key, state);
  return state;
}

/** Whose rights the other end has: those of its device, or of the public link it proved. */
export const servedAs = (peer: PeerState, state: SpaceState | undefined): Bytes => state?.reader ?? peer.link.device;

/** Did the other end open the space to us, who read it by a public link? */
const opened = (state: SpaceState): boolean => state.reads && state.open !== null;

/** Which fragments both ends may read; null: all. */
const readableWith = (core: Core, peer: PeerState, space: Bytes): ((fragment: Uint8Array) => boolean) | null =>
  core.host.readable?.(space, servedAs(peer, peer.spaces.get(toBase64url(space)))) ?? null;

/** May the other end be sent content of the space now? Asked anew at every send: rights change while links stay. */
export function mayServe(core: Core, peer: PeerState, state: SpaceState): boolean {
  return !peer.closed && (state.proven || state.invited !== null) && core.host.mayServe(state.space, servedAs(peer, state));
}

/** May the other end see the fragment, and do we read it? */
export function maySee(core: Core, peer: PeerState, space: Bytes, fragment: Uint8Array): boolean {
  return readableWith(core, peer, space)?.(fragment) ?? true;
}

/** Fragments held here that both ends may read: what is told, compared and counted on their link is over these. */
export function shownTo(core: Core, peer: PeerState, space: Bytes): readonly FragmentDigest[] {
  const readable = readableWith(core, peer, space);
  const all = core.host.fragments(space);
  return readable === null ? all : all.filter(({ fragment }) => readable(fragment));
}

/** May we ask the other end, and take its records, in this space? Records prove themselves; asking shows what we hold. */
export function mayAsk(peer: PeerState, state: SpaceState): boolean {
  return !peer.closed && (state.proven || state.reads || state.joining !== null);
}

/** Sends one envelope with a CBOR payload. */
export function say(peer: PeerState, channel: Channel, event: string, payload: CborValue, id = ''): void {
  peer.link.send(channel, event, encodeCbor(payload), id);
}

/** Links on which the space is open for us to ask. */
export function askable(core: Core, space: Uint8Array): { readonly peer: PeerState; readonly state: SpaceState }[] {
  const key = toBase64url(space);
  const out: { peer: PeerState; state: SpaceState }[] = [];
  for (const peer of core.peers.values()) {
    const state = peer.spaces.get(key);
    if (state !== undefined && state.open !== null && mayAsk(peer, state)) out.push({ peer, state });
  }
  return out;
}

/** Links that may be sent content of the space. */
export function servable(core: Core, space: Uint8Array): { readonly peer: PeerState; readonly state: SpaceState }[] {
  const key = toBase64url(space);
  const out: { peer: PeerState; state: SpaceState }[] = [];
  for (const peer of core.peers.values()) {
    const state = peer.spaces.get(key);
    if (state !== undefined && state.serving && mayServe(core, peer, state)) out.push({ peer, state });
  }
  return out;
}

/** Adds to a set with a cap: the oldest goes. */
export function remember<T>(set: Set<T>, value: T, cap: number): void {
  set.add(value);
  if (set.size > cap) set.delete(set.values().next().value!);
}

/** Sets in a map with a cap: the entry set longest ago goes. */
export function rememberIn<K, V>(map: Map<K, V>, key: K, value: V, cap: number): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > cap) map.delete(map.keys().next().value!);
}

/** Did the far end prove a space or an invite, or ours to it, or is it being paired with? */
export function hasProved(peer: PeerState | undefined): boolean {
  if (peer?.pairing === true) return true;
  for (const s of peer?.spaces.values() ?? []) if (s.proven || s.invited !== null || s.joining !== null || opened(s)) return true;
  return false;
}
