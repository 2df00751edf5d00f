import { describe, expect, it } from 'vitest';
import { createWorld, deviceOf, equalStores, fragmentNo } from '#tests/support/mesh-world';

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
});
