/** A small world of peers with fake hosts over the simulated network: what the mesh and replication tests start from. */
import { ArchiveSession } from '#vm/archive/archive-session';
import { toBase64url, type Bytes } from '#base/bytes';
import type { CryptoPort } from '#ports/crypto';
import type { Clock } from '#ports/clock';
import type { Random } from '#ports/random';
import type { RecordEntry, Replica, ReplicaHooks } from '#ports/replica';
import { createReplicaDouble } from '#tests/sim/support/replica-double';
import { createSimClock, type SimClock } from '#tests/sim/support/sim-clock';
import { createSeededRandom, createStubCrypto } from '#tests/sim/support/sim-crypto';
import { createSimServer, type SimServer } from '#tests/sim/support/sim-sockets';
import { createChance, createSimDialNetwork, type SimDialNetwork, type WireFaults } from '#tests/sim/support/sim-wire';
import type { TextSocketPort } from '#ports/wire';
import type { Replication, SpaceContact } from '#vm/replication/host';
import { createReplication } from '#vm/replication/replication';
import { createFakeWriter, FakeHost, type FakeWriter } from './fake-host.ts';

export interface WorldPeer {
  readonly name: string;
  readonly host: FakeHost;
  readonly replication: Replication;
  readonly writer: FakeWriter;
  /** Writes, stores and publishes. */
  write(fragment: Bytes, options?: { bytes?: number; fork?: boolean; quiet?: boolean }): Promise<RecordEntry>;
}

export interface PeerOptions {
  readonly member?: boolean;
  readonly clockOffset?: number;
  readonly start?: boolean;
  /** Archive of the space on stock relays, and the sockets to them. */
  readonly archive?: { readonly sockets: TextSocketPort; readonly key: Bytes; readonly urls: readonly string[] };
  /** Without a signaling server: it meets nobody. */
  readonly alone?: boolean;
  /** Another replica than the double. */
  readonly createReplica?: (deps: { hooks: ReplicaHooks; clock: Clock; random: Random }) => Replica;
}

export interface World {
  readonly clock: SimClock;
  readonly crypto: CryptoPort;
  readonly net: SimDialNetwork;
  readonly server: SimServer;
  readonly space: Bytes;
  readonly contact: SpaceContact;
  peer(name: string, options?: PeerOptions): Promise<WorldPeer>;
}

export const SERVER = 'ws://sim/signal';

export function createWorld(seed: string, faults: Partial<WireFaults> = {}): World {
  const clock = createSimClock();
  const chance = createChance([...seed].reduce((h, c) => Math.imul(h, 31) + c.charCodeAt(0), 7));
  const crypto = createStubCrypto(createSeededRandom(`${seed}/crypto`));
  const net = createSimDialNetwork(clock, chance.next, faults);
  const server = createSimServer(clock, chance.bytes);
  const space = createSeededRandom(`${seed}/space`).bytes(32);
  const contact: SpaceContact = { space, discoveryKeys: [createSeededRandom(`${seed}/disc`).bytes(32)], invites: [] };
  return {
    clock, crypto, net, server, space, contact,
    async peer(name, options = {}) {
      const random = createSeededRandom(`${seed}/${name}`);
      const own = clock.shifted(options.clockOffset ?? 0);
      const deps = { clock: own, random, crypto };
      const host = new FakeHost(await crypto.generateSigning(), deps);
      if (options.member !== false) host.spaces.push(contact);
      if (options.archive) host.archiveList.push({ space, key: options.archive.key, urls: options.archive.urls });
      const replication = createReplication({
        host, clock: own, random, crypto, sockets: server.port, archiveSockets: options.archive?.sockets, loadArchive: () => Promise.resolve({ ArchiveSession }), dialer: net.dialer(name),
        createReplica: (hooks: ReplicaHooks) => (options.createReplica ?? createReplicaDouble)({ hooks, clock: own, random }),
      });
      const writer = await createFakeWriter(deps);
      if (options.alone !== true) replication.setServers([SERVER]);
      if (options.start !== false) replication.start();
      return {
        name, host, replication, writer,
        async write(fragment, opts = {}) {
          const entry = await writer.write(space, fragment, opts);
          host.store([entry]);
          if (opts.quiet !== true) replication.publish([entry]);
          return entry;
        },
      };
    },
  };
}

/** A fragment id that depends on a number. */
export function fragmentNo(no: number): Bytes {
  const out = new Uint8Array(16).fill(0x40);
  out[0] = (no * 37) & 255;
  out[1] = no >> 8;
  out[2] = no & 255;
  return out;
}

export const equalStores = (peers: readonly WorldPeer[]): boolean => peers.every((p) => p.host.digest() === peers[0]!.host.digest());
export const deviceOf = (peer: WorldPeer): string => toBase64url(peer.host.deviceKey.pub);
