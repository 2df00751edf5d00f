/** Devices whose lives do not overlap, with an archive on one stock GUN relay between them. */
import { expect } from 'vitest';
import type { Bytes } from '#base/bytes';
import { createWorld, type World, type WorldPeer } from '#tests/support/mesh-world';
import { createStockRelay, type StockRelay } from '#tests/support/stock-relay';

export const KEY = new Uint8Array(32).fill(7) as Bytes;
export const URL = 'ws://relay/gun';

export interface Bed {
  readonly world: World;
  readonly relay: StockRelay;
  readonly peer: (name: string, options?: { key?: Bytes }) => Promise<WorldPeer>;
}

/** A relay and a world; each device alone, with the archive on that relay. */
export function bed(seed: string): Bed {
  const world = createWorld(seed);
  const relay = createStockRelay(world.clock);
  return { world, relay, peer: (name, options = {}) => world.peer(name, { alone: true, archive: { sockets: relay.port, key: options.key ?? KEY, urls: [URL] } }) };
}

/** It has looked, and had put, everything. */
export const even = (peer: WorldPeer): boolean => peer.replication.archiveStates().some((one) => one.even !== null);

/** A device that comes, has everything there and here, and goes. */
export async function visit({ world }: Bed, peer: WorldPeer, ms = 30_000): Promise<void> {
  expect(await world.clock.until(() => even(peer), ms), 'the archive and the device are even').toBe(true);
  await world.clock.run(3_000);
  await peer.replication.stop();
}

/** Every soul of the relay as a stranger sees it. */
export const souls = (relay: StockRelay): string[] => [...relay.graph.keys()];
