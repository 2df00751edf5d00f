import { describe, expect, it } from 'vitest';
import { createWorld, deviceOf, equalStores, fragmentNo } from '#tests/support/mesh-world';
import { MESH_LIMITS } from '#vm/limits';
import type { SpaceContact } from '#vm/replication/host';

describe('two peers over the simulated network', () => {
  it('handshake, proof, put, pull, ack end to end', async () => {
    const world = createWorld('first');
    const a = await world.peer('a');
    for (let i = 0; i < 5; i++) await a.write(fragmentNo(1));
    const b = await world.peer('b');
    expect(await world.clock.until(() => equalStores([a, b]), 5_000)).toBe(true);
    const live = await a.write(fragmentNo(1));
    expect(await world.clock.until(() => b.host.has(live.id), 100)).toBe(true);
    expect(await world.clock.until(() => a.host.acks.some((ack) => ack.seq === 5 && ack.level === 1), 1_000)).toBe(true);
    const [peer] = await a.replication.peers();
    expect(peer).toMatchObject({ device: deviceOf(b), via: 'direct' });
    expect(peer!.spaces).toHaveLength(1);
  });

  it('who met a beacon leaves its room within seconds: few fit into it, and others wait for a place', async () => {
    const world = createWorld('met');
    const a = await world.peer('a', { start: false });
    let beacon: 'wanted' | 'met' = 'wanted';
    a.host.spaces[0] = { ...world.contact, links: [{ pub: new Uint8Array(32).fill(4), room: new Uint8Array(32).fill(3), get beacon() { return beacon; } }] };
    a.replication.start();
    await world.clock.run(1_000);
    const alone = world.server.stats().rooms;
    const b = await world.peer('b');
    expect(await world.clock.until(() => (b.replication.counters()['link.opened'] ?? 0) > 0, 5_000)).toBe(true);
    await world.clock.run(1_000);
    beacon = 'met';
    expect([(await b.replication.peers()).length, world.server.stats().rooms]).toEqual([1, alone]);
    await world.clock.run(7_000);
    expect([(await b.replication.peers()).length, world.server.stats().rooms]).toEqual([1, alone - 1]);
  });

  it('[limit MESH.rooms] around midnight, when a space has two rooms, whoever has many spaces is in one of each, and in a room that found no place as soon as there is one', async () => {
    const world = createWorld('midnight');
    const contact = (no: number): SpaceContact => ({ space: new Uint8Array(32).fill(1).fill(no, 0, 1), discoveryKeys: [new Uint8Array(32).fill(2).fill(no, 0, 1)], invites: [] });
    const many = await world.peer('many', { start: false, member: false });
    many.host.spaces.push(...Array.from({ length: 200 }, (_, no) => contact(no)));
    many.replication.start();
    await world.clock.run(2_000);
    expect(world.server.stats().rooms).toBe(MESH_LIMITS.rooms);
    const last = await world.peer('last', { start: false, member: false });
    last.host.spaces.push(contact(199));
    last.replication.start();
    expect(await world.clock.until(() => (last.replication.counters()['link.opened'] ?? 0) > 0, 5_000)).toBe(true);
    await last.replication.stop();
    many.host.spaces.splice(0, 100);
    many.replication.refresh();
    await world.clock.run(10_000);
    expect(world.server.stats().rooms, 'both rooms of each').toBe(200);
  });
});
