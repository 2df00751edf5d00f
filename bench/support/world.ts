/**
 * Production kernels in Node, on real time: WebCrypto, GUN, the mesh with its handshake, envelopes and guard. Where two peers meet, each runs in
 * a thread of its own (peer-thread.ts); a bench of one peer alone makes its world here.
 */
import { webcrypto } from 'node:crypto';
import { accessApi } from '#os/kernel/access-facade';
import { wordsOf } from '#vm/log/seal-words';
import { createGunReplica } from '#adapters/gun/gun-replica';
import { createSystemClock } from '#adapters/system-clock/system-clock';
import { createWebCrypto } from '#adapters/web-crypto/web-crypto';
import { createWebRandom } from '#adapters/web-crypto/web-random';
import { toBase64url } from '#base/bytes';
import type { LifegraphApi } from '#os/api';
import { startKernel, type RunningKernel } from '#os/kernel/kernel';
import { fragmentOf, generalFragment } from '#os/kernel/spaces';
import type { Fragment, Space } from '#os/kernel/state';
import type { Clock } from '#ports/clock';
import type { RangeRequest } from '#ports/replica';
import type { TabsPort } from '#ports/tabs';
import type { Dialer, SocketPort } from '#ports/wire';
import type { SimClock } from '#tests/sim/support/sim-clock';
import { createSimServer, type SimServer } from '#tests/sim/support/sim-sockets';
import { turn } from './measure.ts';
import { memoryStore, type BenchStore } from './stores.ts';

const random = createWebRandom(webcrypto as unknown as Crypto);
/** The CryptoPort of all peers. */
export const crypto = createWebCrypto(webcrypto.subtle as unknown as SubtleCrypto);
const clock = createSystemClock();

export interface BenchPeer {
  readonly name: string;
  readonly running: RunningKernel;
  readonly api: LifegraphApi;
  readonly store: BenchStore;
  /** performance.now() of every range get this peer sent. */
  readonly gets: number[];
}

/** What a peer reaches others by. */
export interface PeerPorts {
  readonly dialer: Dialer;
  readonly sockets: SocketPort;
}

/** Timers without delay run in the next turn of the event loop, not in the next millisecond. */
function wireClock(base: Clock): SimClock {
  const unused = (): never => {
    throw new Error('real time is not steered');
  };
  return {
    now: base.now, monotonic: base.monotonic,
    setTimer(ms, fn) {
      if (ms > 0) return base.setTimer(ms, fn);
      const handle = setImmediate(fn);
      return () => clearImmediate(handle);
    },
    run: unused, until: unused, settle: unused, jump: unused, shifted: unused,
  };
}

/** The real signaling hub, called without sockets. */
export const createHub = (): SimServer => createSimServer(wireClock(clock), (n) => random.bytes(n), 0);

function soloTabs(): TabsPort {
  const release = (): void => {};
  return { onNotice: null, tryLock: async () => release, waitLock: async () => release, post: () => {} };
}

/** Starts a kernel in this thread; resolves when it is ready and what is done `meanwhile`. */
export async function openPeer(name: string, { dialer, sockets }: PeerPorts, store = memoryStore(), tabs = soloTabs(), meanwhile: (api: LifegraphApi) => Promise<void> = async () => {}): Promise<BenchPeer> {
  const gets: number[] = [];
  const running = startKernel({
    clock, random, crypto, store, tabs, dialer, sockets, loadAccess: () => Promise.resolve({ accessApi }), loadWords: () => Promise.resolve({ wordsOf }), iceServers: [], servers: ['ws://bench'], version: 'bench',
    createReplica: (hooks) => {
      const replica = createGunReplica({ hooks, clock, random });
      const get = replica.get.bind(replica);
      return Object.assign(replica, {
        get(to: string, range: RangeRequest) {
          gets.push(performance.now());
          return get(to, range);
        },
      });
    },
  });
  await Promise.all([running.api.ready, meanwhile(running.api)]);
  return { name, running, api: running.api, store, gets };
}

/** A peer alone: a hub in this thread, and nobody to dial. */
export async function openAlone(name: string, store = memoryStore(), meanwhile?: (api: LifegraphApi) => Promise<void>): Promise<BenchPeer> {
  const alone: Dialer = { dial: () => ({ signal: () => {}, abort: () => {} }) };
  return openPeer(name, { dialer: alone, sockets: createHub().port }, store, undefined, meanwhile);
}

/** Nodes of the channel that this peer shows: one per message applied. */
export function shown(peer: BenchPeer, space: string): number {
  const held = peer.running.parts.kernel.spaces.get(space);
  const general = held && generalFragment(held);
  return general ? (held.fragments.get(toBase64url(general))?.graph.size ?? 0) : 0;
}

/** Resolves when the channel shows so many nodes: looks whenever the kernel tells of a change. */
export function applied(peer: BenchPeer, space: string, nodes: number, maxMs = 120_000): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      if (shown(peer, space) < nodes) return;
      clearTimeout(timer);
      stop();
      resolve();
    };
    const stop = peer.api.on(look);
    const timer = setTimeout(() => {
      stop();
      reject(new Error(`${peer.name}: ${shown(peer, space)} of ${nodes} nodes after ${maxMs} ms; ${peer.running.parts.faults.join('; ')} ${JSON.stringify(peer.api.metrics())}`));
    }, maxMs);
    look();
  });
}

export interface Place {
  readonly space: Space;
  readonly fragment: Fragment;
  readonly id: string;
}

/** A team space of the peer with its channel. */
export async function makePlace(peer: BenchPeer): Promise<Place> {
  await peer.api.identity.create({ name: peer.name });
  const id = await peer.api.spaces.create({ name: 'Bench' });
  return placeOf(peer, id);
}

/** The channel of a space as the peer holds it. */
export function placeOf(peer: BenchPeer, id: string): Place {
  const space = peer.running.parts.kernel.spaces.get(id);
  if (!space) throw new Error('space is not held');
  const general = generalFragment(space);
  if (!general) throw new Error('the space has no channel');
  const fragment = fragmentOf(peer.running.parts.kernel, space, general);
  return { space, fragment, id };
}

/**
 * Writes each batch as one transaction and one record; resolves when the last is committed. The next transaction is made while the record
 * before is sealed, never earlier: those that wait together would share a record.
 */
export async function writeRecords(peer: BenchPeer, place: Place, batches: readonly Parameters<ReturnType<LifegraphApi['graph']>['transact']>[0][]): Promise<void> {
  const graph = peer.api.graph(place.id);
  const { metrics, sealer } = peer.running.parts;
  const sealed = (): number => metrics.get('records.sealed') ?? 0;
  const before = sealed();
  let last: Promise<void> = Promise.resolve();
  for (const ops of batches) {
    void graph.transact(ops, { fragment: place.fragment.key });
    const flush = sealer.flush(place.space, place.fragment);
    await last;
    while (place.fragment.pending.length > 0) await turn();
    last = flush;
  }
  await last;
  if (sealed() - before !== batches.length) throw new Error(`${sealed() - before} records of ${batches.length} transactions`);
}
