/** The parts of replication one at a time: a core whose links are lists of what was sent, over a host without a kernel. */
import { toBase64url, type Bytes } from '#base/bytes';
import { tryDecodeCbor, type CborValue } from '#base/cbor';
import { sha256 } from '#base/hash';
import type { RangeRequest, RecordEntry, Replica } from '#ports/replica';
import { createSimClock } from '#tests/sim/support/sim-clock';
import { createSeededRandom, createStubCrypto } from '#tests/sim/support/sim-crypto';
import type { Link } from '#vm/mesh/link-types';
import { createPeerState, spaceState, type Core, type PeerState, type SpaceState } from '#vm/replication/peer-state';
import { FakeHost } from './fake-host.ts';

export interface Said {
  readonly channel: string;
  readonly event: string;
  readonly payload: Bytes;
  readonly value: CborValue | undefined;
  readonly id: string;
}

export interface KitPeer {
  readonly peer: PeerState;
  readonly state: SpaceState;
  readonly said: Said[];
  closed: string | null;
  of(event: string): Said[];
}

export const SPACE = new Uint8Array(32).fill(9) as Bytes;
export const named = (text: string, length = 32): Bytes => sha256(text).slice(0, length) as Bytes;

/** A core with its host, clock, and a replica that answers gets as the test says. */
export async function createKit() {
  const clock = createSimClock();
  const random = createSeededRandom('core kit');
  const crypto = createStubCrypto(random);
  const host = new FakeHost(await crypto.generateSigning(), { clock, random, crypto });
  const gets: { peer: string; range: RangeRequest }[] = [];
  const puts: { entries: readonly RecordEntry[]; from: string | null }[] = [];
  const metrics = new Map<string, number>();
  const kit = {
    clock, crypto, random, host, gets, puts, metrics,
    /** What a get comes to; never, unless the test says otherwise. */
    answer: (_peer: string, _range: RangeRequest): Promise<readonly RecordEntry[]> => new Promise(() => {}),
    /** A link on which the space is proven, open and served both ways. */
    link(id: string, device: Bytes = named(`device ${id}`)): KitPeer {
      const out: KitPeer = { peer: null as never, state: null as never, said: [], closed: null, of: (event) => out.said.filter((s) => s.event === event) };
      const link = {
        id, kind: 'rtc', initiator: true, role: 'i', open: true, device, uid: null, hash: named(`hash ${id}`), rttMs: null, queued: () => 0,
        stats: () => Promise.reject(new Error('no wire')),
        send: (channel: string, event: string, payload: Bytes, messageId = '') => void out.said.push({ channel, event, payload, value: tryDecodeCbor(payload), id: messageId }),
        close: (code: string) => void (out.closed ??= code),
      };
      const peer = createPeerState(core, link as unknown as Link);
      const state = spaceState(peer, SPACE)!;
      state.proven = true;
      state.serving = true;
      state.open = { store: `store ${id}`, arrival: 1, digest: null };
      core.peers.set(peer.id, peer);
      Object.assign(out, { peer, state });
      return out;
    },
    core: null as unknown as Core,
  };
  const replica = {
    addPeer() {}, removePeer() {}, hearPut() {}, hearGet() {}, hearReply() {}, hearHeads() {}, heads: () => [], evict() {}, counters: () => ({}),
    put: (entries: readonly RecordEntry[], from: string | null) => void puts.push({ entries, from }),
    get: (peer: string, range: RangeRequest) => {
      gets.push({ peer, range });
      return kit.answer(peer, range);
    },
  } satisfies Replica;
  const core: Core = {
    clock, random, crypto, host, replica, peers: new Map(), metric: (name, add = 1) => void metrics.set(name, (metrics.get(name) ?? 0) + add),
  };
  kit.core = core;
  return kit;
}

/** An entry that nobody looks into. */
export function entryNo(log: string, seq: number, bytes = 100): RecordEntry {
  return { space: SPACE, fragment: named(`fragment ${log}`, 16), writer: named(`writer ${log}`), seq, id: named(`${log}/${seq}`), bytes: new Uint8Array(bytes) };
}

export const idOf = (entry: RecordEntry): string => toBase64url(entry.id);
