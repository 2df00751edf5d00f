/**
 * A world of simulated peers that run the PRODUCTION kernel: virtual clock, in-memory wires, a signaling server double, memory disks.
 * A device may have several tabs on one disk; locks and notices of a device are simulated too. Everything follows from the seed.
 */
import type { LifegraphApi } from '#os/api';
import { secretParts } from '#adapters/shamir/secret-parts';
import { accessApi } from '#os/kernel/access-facade';
import { wordsOf } from '#vm/log/seal-words';
import { startKernel, type RunningKernel } from '#os/kernel/kernel';
import type { Clock } from '#ports/clock';
import type { Replica, ReplicaHooks } from '#ports/replica';
import type { TabsPort } from '#ports/tabs';
import type { CryptoPort } from '#ports/crypto';
import type { KernelDeps } from '#os/kernel/deps';
import { lazyParts } from './lazy-parts.ts';
import { createMemoryDisk, type MemoryDisk } from './memory-store.ts';
import { mortalClock, mortalCrypto, mortalDialer, mortalSockets, mortalStore, newLife, slowCrypto, type Life } from './mortal-ports.ts';
import { createReplicaDouble } from './replica-double.ts';
import { createSimClock, type SimClock } from './sim-clock.ts';
import { createSeededRandom, createStubCrypto } from './sim-crypto.ts';
import { createSimServer, type SimServer } from './sim-sockets.ts';
import { createChance, createSimDialNetwork, type SimDialNetwork, type WireFaults } from './sim-wire.ts';

export interface SimTab {
  readonly name: string;
  readonly device: SimDevice;
  readonly running: RunningKernel;
  readonly api: LifegraphApi;
  readonly life: Life;
  readonly alive: boolean;
  /** Network cable out (server and peers, without a word) and in again. */
  offline(on: boolean): void;
  /** Moves to an island (0 = the mainland) without a word; on the way back sockets that lived through it are reset. */
  move(island: number): void;
}

export interface SimDevice {
  readonly name: string;
  readonly disk: MemoryDisk;
  readonly tabs: SimTab[];
  /** Clock offset of this device, ms; may be changed at any time. */
  clockOffsetMs: number;
}

export interface SimWorld {
  readonly clock: SimClock;
  readonly network: SimDialNetwork;
  readonly server: SimServer;
  /** Every tab ever opened. */
  readonly tabs: readonly SimTab[];
  /** Hash over everything delivered and committed so far, in order. */
  trace(): string;
  chance(): number;
  device(name: string, options?: { clockOffsetMs?: number; disk?: MemoryDisk }): SimDevice;
  /** Opens a tab; resolves when its store is loaded. */
  open(device: SimDevice): Promise<SimTab>;
  /** Process death of a tab: nothing more of it happens; locks are free. */
  kill(tab: SimTab): void;
  /** Rows torn so far. */
  torn(): number;
  /** Runs virtual time until the promise settles; rejects after maxMs. */
  wait<T>(promise: Promise<T>, maxMs?: number): Promise<T>;
  stop(): Promise<void>;
}

export interface WorldOptions {
  readonly seed: number;
  readonly faults?: Partial<WireFaults>;
  readonly crypto?: (name: string) => CryptoPort;
  readonly createReplica?: (hooks: ReplicaHooks, clock: Clock, name: string) => Replica;
  /** How long a commit takes, ms; 0 = at once. */
  readonly commitMs?: () => number;
  /** How long a crypto call takes, ms; absent = no time. */
  readonly cryptoMs?: () => number;
  /** Sees every tab right after it was made. */
  readonly onTab?: (tab: SimTab) => void;
  /** Crashes may leave a half-written row on the disk. */
  readonly torn?: boolean;
  /** Wrong variants for controls: changes what a kernel is given. */
  readonly mutate?: (deps: KernelDeps, tab: string) => KernelDeps;
}

/** A start reads the store in one go up to so many rows: few, so that the walks of the simulator start in parts as a year of data does. */
const START_ROWS = 8;
/** Small fragments get snapshots too, so that every start of a run is one from a snapshot and the records behind it. */
const SNAPSHOTS = { records: 4, quietMs: 1_500 };

/** Locks and notices of one device: a dead tab loses its locks. */
class DeviceTabs {
  private readonly held = new Map<string, string>();
  private readonly queue = new Map<string, { tab: string; grant: () => void }[]>();
  readonly ports = new Map<string, TabsPort>();

  constructor(private readonly clock: SimClock) {}

  port(tab: string): TabsPort {
    const release = (name: string) => () => this.free(name, tab);
    const port: TabsPort = {
      onNotice: null,
      tryLock: async (name) => {
        if (this.held.has(name)) return null;
        this.held.set(name, tab);
        return release(name);
      },
      waitLock: (name, signal) => new Promise((resolve, reject) => {
        if (!this.held.has(name)) {
          this.held.set(name, tab);
          return resolve(release(name));
        }
        const list = this.queue.get(name) ?? [];
        const entry = { tab, grant: () => resolve(release(name)) };
        this.queue.set(name, [...list, entry]);
        signal.addEventListener('abort', () => {
          this.queue.set(name, (this.queue.get(name) ?? []).filter((one) => one !== entry));
          reject(new DOMException('aborted', 'AbortError'));
        });
      }),
      post: (notice) => {
        if (this.ports.size < 2) return;
        const copy = structuredClone(notice);
        for (const [other, target] of this.ports) if (other !== tab) this.clock.setTimer(1, () => this.ports.get(other) === target && target.onNotice?.(copy));
      },
    };
    this.ports.set(tab, port);
    return port;
  }

  private free(name: string, tab: string): void {
    if (this.held.get(name) !== tab) return;
    this.held.delete(name);
    const next = (this.queue.get(name) ?? []).shift();
    if (!next) return;
    this.held.set(name, next.tab);
    this.clock.setTimer(1, next.grant);
  }

  kill(tab: string): void {
    this.ports.delete(tab);
    for (const [name, list] of this.queue) this.queue.set(name, list.filter((entry) => entry.tab !== tab));
    for (const [name, holder] of [...this.held]) if (holder === tab) this.free(name, tab);
  }
}

function closeSockets(life: Life, reason: string): void {
  for (const [socket, close] of [...life.sockets]) {
    life.sockets.delete(socket);
    socket.close();
    if (life.alive) close(reason);
  }
}

export function createSimWorld(options: WorldOptions): SimWorld {
  const clock = createSimClock();
  const chance = createChance(options.seed * 2_654_435_761 + 1);
  const network = createSimDialNetwork(clock, chance.next, options.faults ?? {});
  const serverRandom = createSeededRandom(`server-${options.seed}`);
  const server = createSimServer(clock, (n) => serverRandom.bytes(n));
  const shared = new Map<SimDevice, DeviceTabs>();
  const lives = new Map<string, Life>();
  const tabs: SimTab[] = [];
  const trace = createTrace();
  let counter = 0;
  let tornRows = 0;
  const makeCrypto = options.crypto ?? ((name: string) => createStubCrypto(createSeededRandom(`crypto-${options.seed}-${name}`)));
  const onLine = (name: string): boolean => lives.get(name)?.online ?? true;
  const islandOf = (name: string): number => lives.get(name)?.island ?? 0;
  network.passes = (from, to) => onLine(from) && onLine(to) && islandOf(from) === islandOf(to);
  network.onDeliver = (from, to, channel, frame) => trace.add(`${clock.monotonic()} ${from}>${to} ${channel}`, frame);

  const start = (device: SimDevice, name: string, life: Life): RunningKernel => {
    const own = mortalClock(clock, () => device.clockOffsetMs, life);
    const random = createSeededRandom(`${options.seed}-${name}`);
    const store = mortalStore(device.disk.open(), {
      clock, life, commitMs: options.commitMs ?? (() => 0),
      onCommitted: (arrival, input) => {
        trace.add(`${clock.monotonic()} ${name} commit ${arrival}`);
        for (const record of input.records) trace.add('record', record.id);
      },
    });
    const make = options.createReplica ?? ((hooks: ReplicaHooks, at: Clock) => createReplicaDouble({ hooks, clock: at }));
    const crypto = mortalCrypto(makeCrypto(name), life);
    const deps: KernelDeps = {
      clock: own, random, crypto: options.cryptoMs ? slowCrypto(crypto, own, options.cryptoMs) : crypto, store, tabs: shared.get(device)!.port(name), createReplica: (hooks) => make(hooks, own, name),
      dialer: mortalDialer(network.dialer(name), life), sockets: mortalSockets(server.port, life, (what, bytes) => trace.add(`${clock.monotonic()} ${name} ${what}`, bytes)),
      loadAccess: () => Promise.resolve({ accessApi }), loadWords: () => Promise.resolve({ wordsOf }), loadParts: () => Promise.resolve(secretParts), iceServers: [], servers: ['ws://sim'], version: 'sim', startRows: START_ROWS, snapshots: SNAPSHOTS,
    };
    return startKernel(options.mutate?.(deps, name) ?? deps);
  };
  const dieNow = (tab: SimTab): void => {
    tab.life.alive = false;
    tab.device.tabs.splice(tab.device.tabs.indexOf(tab), 1);
    shared.get(tab.device)!.kill(tab.name);
    // What was handed to the disk is written or not: the process cannot know.
    for (const write of tab.life.writing) {
      const roll = chance.next();
      if (roll < 0.5) write.land();
      else if (options.torn === true && roll < 0.75 && write.input.records.length > 0) {
        tornRows++;
        tab.device.disk.tear(write.input, Math.floor((roll - 0.5) * 4 * write.input.records.length));
      }
    }
    tab.life.writing.clear();
    // Also what has just been handed over: it would land behind the reads of the next start, which no disk does.
    tab.device.disk.abandon(tab.running.parts.kernel.boot);
    for (const socket of tab.life.sockets.keys()) socket.close();
    for (const dialing of tab.life.dialings) dialing.abort();
    for (const { names, pair } of network.pairs) if (names.includes(tab.name)) pair.cut('process died');
  };

  const world: SimWorld = {
    clock, network, server, tabs,
    torn: () => tornRows,
    trace: trace.hash,
    chance: chance.next,
    device(name, { clockOffsetMs = 0, disk } = {}) {
      const device: SimDevice = { name, disk: disk ?? createMemoryDisk(createSeededRandom(`disk-${options.seed}-${name}`)), tabs: [], clockOffsetMs };
      shared.set(device, new DeviceTabs(clock));
      return device;
    },
    async open(device) {
      const loading = lazyParts();
      if (loading !== null) await loading;
      const name = `${device.name}.${counter++}`;
      const life = newLife();
      lives.set(name, life);
      const running = start(device, name, life);
      const tab: SimTab = {
        name, device, running, life, api: running.api,
        get alive() {
          return life.alive;
        },
        offline(on) {
          life.online = !on;
          if (!on) return void running.api.network.retry().catch(() => undefined);
          closeSockets(life, 'offline');
        },
        move(to) {
          if (to === life.island) return;
          life.island = to;
          if (to === 0) closeSockets(life, 'reset');
        },
      };
      life.burn = () => dieNow(tab);
      options.onTab?.(tab);
      device.tabs.push(tab);
      tabs.push(tab);
      // A process may end while it starts.
      let settled = false;
      const ready = running.api.ready.finally(() => void (settled = true));
      ready.catch(() => undefined);
      if (!(await clock.until(() => settled || !life.alive, 60_000))) throw new Error(`${name} does not start`);
      if (life.alive) await ready;
      return tab;
    },
    kill(tab) {
      if (tab.alive) dieNow(tab);
    },
    async wait(promise, maxMs = 60_000) {
      let done = false;
      const finished = promise.finally(() => {
        done = true;
      });
      finished.catch(() => undefined);
      if (!(await clock.until(() => done, maxMs))) throw new Error(`not settled after ${maxMs} virtual ms`);
      return finished;
    },
    async stop() {
      for (const tab of tabs) if (tab.alive) await world.wait(tab.running.stop());
    },
  };
  return world;
}

/** Two FNV lanes over text and bytes: order matters, cheap enough for every frame. */
function createTrace(): { add(text: string, bytes?: Uint8Array): void; hash(): string } {
  let a = 0x811c9dc5;
  let b = 0x9e3779b9;
  const eat = (byte: number): void => {
    a = Math.imul(a ^ byte, 0x01000193);
    b = Math.imul((b << 5) ^ (b >>> 27) ^ byte, 0x85ebca77);
  };
  return {
    add(text, bytes) {
      for (let i = 0; i < text.length; i++) eat(text.charCodeAt(i));
      if (bytes) for (const byte of bytes) eat(byte);
    },
    hash: () => `${(a >>> 0).toString(36).padStart(7, '0')}${(b >>> 0).toString(36).padStart(7, '0')}`,
  };
}
