/**
 * A world of simulated peers that run the PRODUCTION kernel: virtual clock, in-memory wires, a signaling server double, memory disks.
 * A device may have several tabs on one disk; locks and notices of a device are simulated too. Everything follows from the seed.
 */
import type { LifegraphApi } from '#os/api';
import { startKernel, type RunningKernel } from '#os/kernel/kernel';
import type { TabsPort } from '#ports/tabs';
import type { CryptoPort } from '#ports/crypto';
import type { Socket, SocketPort } from '#ports/wire';
import { createMemoryDisk, type MemoryDisk } from './memory-store.ts';
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
  alive: boolean;
  /** Closes the sockets and wires of a dead process. */
  cut(): void;
}

export interface SimDevice {
  readonly name: string;
  readonly disk: MemoryDisk;
  readonly tabs: SimTab[];
  /** Clock offset of this device, ms. */
  readonly clockOffsetMs: number;
}

export interface SimWorld {
  readonly clock: SimClock;
  readonly network: SimDialNetwork;
  readonly server: SimServer;
  chance(): number;
  device(name: string, options?: { clockOffsetMs?: number; disk?: MemoryDisk }): SimDevice;
  /** Opens a tab; resolves when its store is loaded. */
  open(device: SimDevice): Promise<SimTab>;
  /** Process death of a tab: nothing more of it happens; locks are free. */
  kill(tab: SimTab): void;
  /** Runs virtual time until the promise settles; rejects after maxMs. */
  wait<T>(promise: Promise<T>, maxMs?: number): Promise<T>;
  stop(): Promise<void>;
}

export interface WorldOptions {
  readonly seed: number;
  readonly faults?: Partial<WireFaults>;
  readonly crypto?: (name: string) => CryptoPort;
}

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

/** A clock whose timers die with the tab. */
function tabClock(clock: SimClock, offsetMs: number, alive: () => boolean): ReturnType<SimClock['shifted']> {
  const shifted = clock.shifted(offsetMs);
  return { now: shifted.now, monotonic: shifted.monotonic, setTimer: (ms, fn) => shifted.setTimer(ms, () => alive() && fn()) };
}

/** Sockets whose events stop when the tab dies. */
function deadable(port: SocketPort, alive: () => boolean, open: Set<Socket>): SocketPort {
  return {
    open(url, handlers) {
      const socket = port.open(url, {
        onOpen: () => alive() && handlers.onOpen(),
        onMessage: (message) => alive() && handlers.onMessage(message),
        onClose: (reason) => alive() && handlers.onClose(reason),
      });
      open.add(socket);
      return socket;
    },
  };
}

export function createSimWorld(options: WorldOptions): SimWorld {
  const clock = createSimClock();
  const chance = createChance(options.seed * 2_654_435_761 + 1);
  const network = createSimDialNetwork(clock, chance.next, options.faults ?? {});
  const serverRandom = createSeededRandom(`server-${options.seed}`);
  const server = createSimServer(clock, (n) => serverRandom.bytes(n));
  const shared = new Map<SimDevice, DeviceTabs>();
  const tabs: SimTab[] = [];
  let counter = 0;
  const makeCrypto = options.crypto ?? ((name: string) => createStubCrypto(createSeededRandom(`crypto-${options.seed}-${name}`)));

  const world: SimWorld = {
    clock, network, server,
    chance: chance.next,
    device(name, { clockOffsetMs = 0, disk } = {}) {
      const device: SimDevice = { name, disk: disk ?? createMemoryDisk(createSeededRandom(`disk-${options.seed}-${name}`)), tabs: [], clockOffsetMs };
      shared.set(device, new DeviceTabs(clock));
      return device;
    },
    async open(device) {
      const name = `${device.name}.${counter++}`;
      const life = { alive: true, sockets: new Set<Socket>() };
      const own = tabClock(clock, device.clockOffsetMs, () => life.alive);
      const port = shared.get(device)!.port(name);
      const running = startKernel({
        clock: own, random: createSeededRandom(`${options.seed}-${name}`), crypto: makeCrypto(name), store: device.disk.open(), tabs: port,
        createReplica: (hooks) => createReplicaDouble({ hooks, clock: own }), dialer: network.dialer(name), sockets: deadable(server.port, () => life.alive, life.sockets),
        iceServers: [], servers: ['ws://sim'], version: 'sim',
      });
      const tab: SimTab = {
        name, device, running, api: running.api,
        get alive() {
          return life.alive;
        },
        set alive(value) {
          life.alive = value;
        },
        cut() {
          for (const socket of life.sockets) socket.close();
          for (const { names, pair } of network.pairs) if (names.includes(name)) pair.cut('process died');
        },
      };
      device.tabs.push(tab);
      tabs.push(tab);
      await world.wait(running.api.ready);
      return tab;
    },
    kill(tab) {
      tab.alive = false;
      tab.device.tabs.splice(tab.device.tabs.indexOf(tab), 1);
      shared.get(tab.device)!.kill(tab.name);
      tab.cut();
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
