/**
 * The overlay at scale: the production mesh, peer table, introductions, signaling client and replication of many peers on simulated wires
 * and one real hub, without kernels. Hosts keep real record bytes; crypto is the stub of ./sim-crypto.ts (same interface, no security), so
 * that a thousand peers fit into a test. Measures coverage, hops, copies, degrees and components.
 */
import { toBase64url, type Bytes } from '#base/bytes';
import type { Clock } from '#ports/clock';
import type { CryptoPort } from '#ports/crypto';
import type { RecordEntry, Replica, ReplicaHooks, ReplicaPeer } from '#ports/replica';
import type { SocketPort } from '#ports/wire';
import { createFakeWriter, FakeHost, type FakeDeps, type FakeWriter } from '#tests/support/fake-host';
import type { IngestReport, Replication, ReplicationHost, SpaceContact } from '#vm/replication/host';
import { createReplication } from '#vm/replication/replication';
import { createReplicaDouble } from './replica-double.ts';
import { createSimClock, type SimClock } from './sim-clock.ts';
import { createSeededRandom, createStubCrypto } from './sim-crypto.ts';
import { createSimServer, type SimServer } from './sim-sockets.ts';
import { createChance, createSimDialNetwork, type SimDialNetwork } from './sim-wire.ts';

/** One published record on its way. */
export interface Spread {
  readonly id: string;
  readonly at: number;
  readonly writer: string;
  /** Peer → when it was committed there, and over how many links it came. */
  readonly reached: Map<string, { readonly at: number; readonly hops: number }>;
}

export interface OverlayPeer {
  readonly name: string;
  readonly host: FakeHost;
  readonly replication: Replication;
  readonly writer: FakeWriter;
  alive: boolean;
  /** Link id → name of the other end, also of links that are gone. */
  readonly ends: Map<string, string>;
}

export interface OverlayPeerOptions {
  readonly servers?: readonly string[];
  readonly anchors?: NonNullable<ReplicationHost['anchors']>;
}

export interface OverlayWorld {
  readonly clock: SimClock;
  readonly crypto: CryptoPort;
  readonly net: SimDialNetwork;
  readonly server: SimServer;
  readonly space: Bytes;
  readonly contact: SpaceContact;
  readonly peers: Map<string, OverlayPeer>;
  /** Records sent on all wires since the last reset, as puts and in replies. */
  copies: { pushed: number; replied: number };
  /** A server of its own behind an address; one that is not added answers nobody. */
  addServer(url: string): SimServer;
  add(name: string, options?: OverlayPeerOptions): Promise<OverlayPeer>;
  publish(peer: OverlayPeer, fragment: Bytes): Promise<Spread>;
  /** Stops the peers without a word, as a power cut does; ICE of the others says `disconnected` after 5 s and gives up after 20 s. */
  kill(names: readonly string[]): void;
  living(): OverlayPeer[];
  /** Names of linked living peers. */
  links(peer: OverlayPeer): Promise<string[]>;
  /** Sizes of the connected components of the living, greatest first. */
  components(): Promise<number[]>;
}

export const OVERLAY_SERVER = 'ws://sim/signal';
/** TRUST 5.2: links of 20–200 ms. */
const LINE = { latencyMs: 20, jitterMs: 180 };
const DISCONNECTED_MS = 5_000;
const FAILED_MS = 20_000;

/** A host that tells what it committed and from which link. */
class SpreadingHost extends FakeHost {
  onHeld: ((id: string, from: string) => void) | null = null;

  override async ingest(entries: readonly RecordEntry[], priority: 'live' | 'bulk', from: string): Promise<IngestReport> {
    const fresh = entries.filter((e) => !this.has(e.id));
    const report = await super.ingest(entries, priority, from);
    for (const e of fresh) if (this.has(e.id)) this.onHeld?.(toBase64url(e.id), from);
    return report;
  }
}

/** Whole milliseconds: events share instants, which is what makes a thousand peers affordable. */
function mortalClock(clock: SimClock, alive: () => boolean): Clock {
  return {
    now: clock.now,
    monotonic: clock.monotonic,
    setTimer: (ms, fn) => clock.setTimer(Math.ceil(ms), () => {
      if (alive()) fn();
    }),
  };
}

/** A clock for wires whose delays are whole milliseconds. */
const wholeMs = (clock: SimClock): SimClock => ({ ...clock, setTimer: (ms, fn) => clock.setTimer(Math.ceil(ms), fn) });

class World implements OverlayWorld {
  readonly clock = createSimClock();
  readonly net: SimDialNetwork;
  readonly server: SimServer;
  readonly space: Bytes;
  readonly contact: SpaceContact;
  readonly peers = new Map<string, OverlayPeer>();
  private readonly servers = new Map<string, SimServer>();
  readonly spreads = new Map<string, Spread>();
  copies = { pushed: 0, replied: 0 };
  private readonly byDevice = new Map<string, string>();
  readonly crypto: CryptoPort;

  constructor(private readonly seed: string) {
    const chance = createChance([...seed].reduce((h, c) => Math.imul(h, 31) + c.charCodeAt(0), 7));
    this.crypto = createStubCrypto(createSeededRandom(`${seed}/crypto`));
    this.net = createSimDialNetwork(wholeMs(this.clock), chance.next, LINE);
    this.net.passes = (from, to) => this.lives(from) && this.lives(to);
    this.net.reachable = this.net.passes;
    this.server = createSimServer(this.clock, chance.bytes, 20);
    this.servers.set(OVERLAY_SERVER, this.server);
    this.space = createSeededRandom(`${seed}/space`).bytes(32);
    this.contact = { space: this.space, discoveryKeys: [createSeededRandom(`${seed}/disc`).bytes(32)], invites: [] };
  }

  addServer(url: string): SimServer {
    const server = createSimServer(this.clock, createSeededRandom(`${this.seed}/${url}`).bytes, 20);
    this.servers.set(url, server);
    return server;
  }

  /** Sockets to all servers, from one address. */
  private socketsFrom(address: string): SocketPort {
    return {
      open: (url, handlers) => {
        const server = this.servers.get(url);
        if (server !== undefined) return server.portFrom(address).open(url, handlers);
        this.clock.setTimer(20, () => handlers.onClose('refused'));
        return { send: () => {}, buffered: () => 0, close: () => {} };
      },
    };
  }

  private lives(name: string): boolean {
    return this.peers.get(name)?.alive !== false;
  }

  async add(name: string, options: OverlayPeerOptions = {}): Promise<OverlayPeer> {
    const random = createSeededRandom(`${this.seed}/${name}`);
    let peer: OverlayPeer | null = null;
    const clock = mortalClock(this.clock, () => peer?.alive !== false);
    const deps: FakeDeps = { clock, random, crypto: this.crypto };
    const host = new SpreadingHost(await this.crypto.generateSigning(), deps);
    this.byDevice.set(toBase64url(host.deviceKey.pub), name);
    host.spaces.push(this.contact);
    if (options.anchors !== undefined) host.anchors = options.anchors;
    const ends = new Map<string, string>();
    const replication: Replication = createReplication({
      host, clock, random, crypto: this.crypto, sockets: this.socketsFrom(`10.0.${name}`), dialer: this.net.dialer(name),
      createReplica: (hooks) => this.countingReplica(hooks, clock, () => void this.learnEnds(replication, ends)),
    });
    peer = { name, host, replication, writer: await createFakeWriter(deps), alive: true, ends };
    host.onHeld = (id, from) => this.held(peer!, id, from);
    this.peers.set(name, peer);
    replication.setServers(options.servers ?? [OVERLAY_SERVER]);
    replication.start();
    return peer;
  }

  private countingReplica(hooks: ReplicaHooks, clock: Clock, onPeer: () => void): Replica {
    const replica = createReplicaDouble({ hooks, clock });
    const count = (peer: ReplicaPeer): ReplicaPeer => ({
      id: peer.id,
      sendGet: peer.sendGet.bind(peer),
      sendPut: (entries) => {
        this.copies.pushed += entries.length;
        peer.sendPut(entries);
      },
      sendReply: (request, entries) => {
        this.copies.replied += entries.length;
        peer.sendReply(request, entries);
      },
    });
    return {
      ...replica,
      addPeer(peer) {
        replica.addPeer(count(peer));
        onPeer();
      },
    };
  }

  private async learnEnds(replication: Replication, ends: Map<string, string>): Promise<void> {
    for (const { link, device } of await replication.peers()) ends.set(link, this.byDevice.get(device) ?? '?');
  }

  private held(peer: OverlayPeer, id: string, from: string): void {
    const spread = this.spreads.get(id);
    if (spread === undefined) return;
    const before = spread.reached.get(peer.ends.get(from) ?? '');
    spread.reached.set(peer.name, { at: this.clock.monotonic(), hops: (before?.hops ?? Infinity) + 1 });
  }

  async publish(peer: OverlayPeer, fragment: Bytes): Promise<Spread> {
    const entry = await peer.writer.write(this.space, fragment, { bytes: 300 });
    const spread: Spread = { id: toBase64url(entry.id), at: this.clock.monotonic(), writer: peer.name, reached: new Map() };
    spread.reached.set(peer.name, { at: spread.at, hops: 0 });
    this.spreads.set(spread.id, spread);
    peer.host.store([entry]);
    peer.replication.publish([entry]);
    return spread;
  }

  kill(names: readonly string[]): void {
    const dead = new Set(names);
    for (const name of dead) this.peers.get(name)!.alive = false;
    for (const { names: [a, b], pair } of this.net.pairs) {
      for (const [mine, other, end] of [[a, b, pair.a], [b, a, pair.b]] as const) {
        if (dead.has(mine) || !dead.has(other)) continue;
        this.clock.setTimer(DISCONNECTED_MS, () => end.onState?.('disconnected'));
        this.clock.setTimer(FAILED_MS, () => end.onClose?.('failed'));
      }
    }
  }

  living(): OverlayPeer[] {
    return [...this.peers.values()].filter((p) => p.alive);
  }

  async links(peer: OverlayPeer): Promise<string[]> {
    const names = (await peer.replication.peers()).map((p) => this.byDevice.get(p.device) ?? '?');
    return names.filter((name) => this.lives(name));
  }

  async components(): Promise<number[]> {
    const edges = new Map<string, string[]>();
    for (const peer of this.living()) edges.set(peer.name, await this.links(peer));
    const seen = new Set<string>();
    const sizes: number[] = [];
    for (const start of edges.keys()) {
      if (seen.has(start)) continue;
      seen.add(start);
      const queue = [start];
      for (const name of queue) {
        for (const next of edges.get(name) ?? []) {
          // A link counts when both ends hold it.
          if (seen.has(next) || edges.get(next)?.includes(name) !== true) continue;
          seen.add(next);
          queue.push(next);
        }
      }
      sizes.push(queue.length);
    }
    return sizes.sort((x, y) => y - x);
  }
}

export function createOverlayWorld(seed: string): OverlayWorld {
  return new World(seed);
}
