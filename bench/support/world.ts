/**
 * Production kernels in one Node thread, on real time: WebCrypto, GUN, the mesh with its handshake, envelopes and guard; only the data
 * channel is a queue of frames in memory and the signaling hub is called without sockets.
 */
import { webcrypto } from 'node:crypto';
import { createGunReplica } from '#adapters/gun/gun-replica';
import { createSystemClock } from '#adapters/system-clock/system-clock';
import { createWebCrypto } from '#adapters/web-crypto/web-crypto';
import { createWebRandom } from '#adapters/web-crypto/web-random';
import type { LifegraphApi } from '#os/api';
import { startKernel, type RunningKernel } from '#os/kernel/kernel';
import { fragmentOf, generalFragment } from '#os/kernel/spaces';
import type { Fragment, Space } from '#os/kernel/state';
import type { Clock } from '#ports/clock';
import type { RangeRequest } from '#ports/replica';
import type { TabsPort } from '#ports/tabs';
import type { SimClock } from '#tests/sim/support/sim-clock';
import { createSimDialNetwork, type SimDialNetwork } from '#tests/sim/support/sim-wire';
import { createSimServer, type SimServer } from '#tests/sim/support/sim-sockets';
import { wait } from './measure.ts';
import { memoryStore, type BenchStore } from './stores.ts';

const random = createWebRandom(webcrypto as unknown as Crypto);
const crypto = createWebCrypto(webcrypto.subtle as unknown as SubtleCrypto);

export interface BenchPeer {
  readonly name: string;
  readonly running: RunningKernel;
  readonly api: LifegraphApi;
  readonly store: BenchStore;
  /** performance.now() of the first range get this peer sent since `gets.length = 0`. */
  readonly gets: { at: number; range: RangeRequest }[];
}

export interface BenchWorld {
  readonly network: SimDialNetwork;
  open(name: string, store?: BenchStore): Promise<BenchPeer>;
  /** Bytes given to the data channels of a peer so far, both channels. */
  sent(name: string): Promise<number>;
  stop(): Promise<void>;
}

/** The clock of the wires: no delay means the next turn of the event loop, not the next millisecond. */
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

function soloTabs(): TabsPort {
  const release = (): void => {};
  return { onNotice: null, tryLock: async () => release, waitLock: async () => release, post: () => {} };
}

export function createBenchWorld(): BenchWorld {
  const clock = createSystemClock();
  const wires = wireClock(clock);
  const network = createSimDialNetwork(wires, () => 0.5, { latencyMs: 0 });
  const server: SimServer = createSimServer(wires, (n) => random.bytes(n), 0);
  const peers: BenchPeer[] = [];
  // Timers of the kernel never keep Node alive.
  const awake = setInterval(() => {}, 1_000);
  return {
    network,
    async open(name, store = memoryStore()) {
      const gets: BenchPeer['gets'] = [];
      const running = startKernel({
        clock, random, crypto, store, tabs: soloTabs(), dialer: network.dialer(name), sockets: server.port, iceServers: [], servers: ['ws://bench'], version: 'bench',
        createReplica: (hooks) => {
          const replica = createGunReplica({ hooks, clock, random });
          const get = replica.get.bind(replica);
          return Object.assign(replica, {
            get(to: string, range: RangeRequest) {
              gets.push({ at: performance.now(), range });
              return get(to, range);
            },
          });
        },
      });
      await running.api.ready;
      const peer: BenchPeer = { name, running, api: running.api, store, gets };
      peers.push(peer);
      return peer;
    },
    async sent(name) {
      let bytes = 0;
      for (const { names, pair } of network.pairs) {
        if (names[0] === name) bytes += (await pair.a.stats()).bytesOut;
        if (names[1] === name) bytes += (await pair.b.stats()).bytesOut;
      }
      return bytes;
    },
    async stop() {
      for (const peer of peers) await peer.running.stop();
      clearInterval(awake);
    },
  };
}

/** Waits for the condition, looking once per turn of the event loop at first and then every millisecond. */
export async function until(condition: () => boolean, what: string, maxMs = 60_000): Promise<void> {
  const end = performance.now() + maxMs;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`not reached in ${maxMs} ms: ${what}`);
    await wait(1);
  }
}

/** Resolves when the peer has applied so many operations since its start. */
export function applied(peer: BenchPeer, ops: number, maxMs = 120_000): Promise<void> {
  const { metrics } = peer.running.parts;
  return new Promise((resolve, reject) => {
    const look = (): void => {
      if ((metrics.get('ops.applied') ?? 0) < ops) return;
      clearTimeout(timer);
      stop();
      resolve();
    };
    const stop = peer.api.on(look);
    const timer = setTimeout(() => {
      stop();
      reject(new Error(`${peer.name}: ${metrics.get('ops.applied') ?? 0} of ${ops} operations after ${maxMs} ms; ${peer.running.parts.faults.join('; ')} ${JSON.stringify(peer.api.metrics())}`));
    }, maxMs);
    look();
  });
}

export const appliedOps = (peer: BenchPeer): number => peer.running.parts.metrics.get('ops.applied') ?? 0;

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

/** A second peer that joins by link; resolves when it is a member and links are up. */
export async function join(host: BenchPeer, guest: BenchPeer, id: string): Promise<void> {
  if (!guest.api.identity.get()) await guest.api.identity.create({ name: guest.name });
  const link = await host.api.spaces.invite(id, { role: 'member' });
  await guest.api.spaces.join(link);
  await until(() => guest.running.parts.kernel.spaces.get(id)?.standing === 'member', 'member by link');
}

/** Writes `records` records of `each` operations, one transaction each; resolves when the last is committed. */
export async function writeRecords(peer: BenchPeer, place: Place, batches: readonly Parameters<ReturnType<LifegraphApi['graph']>['transact']>[0][]): Promise<void> {
  const graph = peer.api.graph(place.id);
  for (const ops of batches) {
    void graph.transact(ops, { fragment: place.fragment.key });
    await peer.running.parts.sealer.flush(place.space, place.fragment);
  }
}
