import { describe, expect, it } from 'vitest';
import { encodeCbor } from '#base/cbor';
import { inviteRoom } from '#vm/protocol/rooms';
import { sealEphemeral } from '#vm/protocol/messages';
import { createWorld, equalStores, fragmentNo, type WorldPeer } from '#tests/support/mesh-world';
import type { SpaceContact } from '#vm/replication/host';

const count = (peer: WorldPeer, name: string): number => peer.replication.counters()[name] ?? 0;

describe('live push', () => {
  it('a full mesh settles on one copy per peer: relayed copies are pruned to announcements', async () => {
    const world = createWorld('prune');
    const peers = [await world.peer('a'), await world.peer('b'), await world.peer('c'), await world.peer('d')];
    await world.clock.run(3_000);
    for (let i = 0; i < 10; i++) {
      for (const peer of peers) await peer.write(fragmentNo(1));
      await world.clock.run(1_500);
    }
    const before = peers.map((p) => count(p, 'push.duplicates'));
    for (let i = 0; i < 10; i++) {
      for (const peer of peers) await peer.write(fragmentNo(1));
      await world.clock.run(1_500);
    }
    expect(equalStores(peers)).toBe(true);
    const copies = peers.reduce((sum, p, i) => sum + count(p, 'push.duplicates') - before[i]!, 0);
    // 40 records to 3 others each are 120 deliveries; flooding would add 240 copies.
    expect(copies).toBeLessThan(24);
  });

  it('a record goes on over two hops within the time of the hops', async () => {
    const world = createWorld('hops');
    world.net.reachable = (x, y) => `${x}${y}` !== 'ac' && `${x}${y}` !== 'ca';
    const [a, b, c] = [await world.peer('a'), await world.peer('b'), await world.peer('c')];
    await world.clock.run(1_000);
    world.server.down();
    await world.clock.run(10_000);
    const entry = await a.write(fragmentNo(1));
    expect(await world.clock.until(() => c.host.has(entry.id), 60)).toBe(true);
    expect(b.host.has(entry.id)).toBe(true);
  });

  it('a lazy link is grafted when its announcement is the only news', async () => {
    const world = createWorld('graft');
    const [a, b, c] = [await world.peer('a'), await world.peer('b'), await world.peer('c')];
    await world.clock.run(2_000);
    for (let i = 0; i < 5; i++) {
      await a.write(fragmentNo(1));
      await world.clock.run(1_500);
    }
    // b and c have pruned each other; now a and c cannot talk, and c hears of b's copy by announcement.
    for (const { names, pair } of world.net.pairs) if (names.includes('a') && names.includes('c')) pair.cut();
    world.net.reachable = (x, y) => !([x, y].includes('a') && [x, y].includes('c'));
    world.server.down();
    await world.clock.run(1_000);
    const entry = await a.write(fragmentNo(1));
    expect(await world.clock.until(() => c.host.has(entry.id), 1_500)).toBe(true);
    expect(b.host.has(entry.id)).toBe(true);
  });

  it('acks: after the commit, grouped, once per log head; told again to a link that comes up', async () => {
    const world = createWorld('acks');
    const [a, b] = [await world.peer('a'), await world.peer('b')];
    await world.clock.run(2_000);
    for (let i = 0; i < 10; i++) await a.write(fragmentNo(1));
    await world.clock.run(500);
    const acks = a.host.acks.filter((ack) => ack.level === 1);
    expect(acks.at(-1)!.seq).toBe(9);
    expect(acks.length).toBeLessThan(5);
    const again = await world.peer('again');
    expect(await world.clock.until(() => again.host.acks.some((ack) => ack.seq === 9), 3_000)).toBe(true);
    await world.clock.run(500);
    expect(b.host.acks.some((ack) => ack.seq === 9)).toBe(true);
  });

  it('ephemerals: one hop further, no repeats, at most 30 a second per writer', async () => {
    const world = createWorld('eph');
    world.net.reachable = (x, y) => `${x}${y}` !== 'ac' && `${x}${y}` !== 'ca';
    const [a, b, c] = [await world.peer('a'), await world.peer('b'), await world.peer('c')];
    await world.clock.run(1_000);
    world.server.down();
    await world.clock.run(5_000);
    const presence = await world.crypto.importAead(new Uint8Array(32));
    const seal = (ctr: number) => sealEphemeral(world.crypto, a.writer.key, presence, world.space, {
      fragment: fragmentNo(1), boot: new Uint8Array(8), ctr, ttl: 5_000, nonce: new Uint8Array(12).fill(ctr & 255), value: ['typing'],
    });
    const first = await seal(1);
    a.replication.sendEphemeral(world.space, first);
    a.replication.sendEphemeral(world.space, first);
    await world.clock.run(100);
    expect([b.host.ephemerals.length, c.host.ephemerals.length]).toEqual([1, 1]);
    for (let ctr = 2; ctr < 100; ctr++) a.replication.sendEphemeral(world.space, await seal(ctr));
    await world.clock.run(100);
    expect(b.host.ephemerals.length).toBeLessThanOrEqual(33);
    expect(b.host.size()).toBe(0);
  });
});

describe('join (FORMATS §6, §8)', () => {
  async function joining(name: string) {
    const world = createWorld(name);
    const seed = new Uint8Array(32).fill(6);
    const invite = await world.crypto.importSigning(seed);
    const owner = await world.peer('owner', { member: false, start: false });
    const contact: SpaceContact = { ...world.contact, invites: [{ id: new Uint8Array(32), pub: invite.pub, room: inviteRoom(seed) }] };
    owner.host.spaces.push(contact);
    owner.host.members = new Set();
    owner.replication.start();
    await owner.write(fragmentNo(1));
    const guest = await world.peer('guest', { member: false, start: false });
    guest.host.attempts.push({ key: 'j', space: world.space, invite, room: inviteRoom(seed), message: encodeCbor(['join']) });
    const accept = (): void => void owner.host.members!.add(Buffer.from(guest.host.deviceKey.pub).toString('base64url'));
    return { world, owner, guest, accept };
  }

  it('proof of invite → join message → accepted → served at once, before any space proof', async () => {
    const { world, owner, guest, accept } = await joining('join');
    owner.host.onJoined = accept;
    guest.replication.start();
    expect(await world.clock.until(() => equalStores([owner, guest]), 3_000)).toBe(true);
    expect(guest.host.answers.map((a) => a.answer.state)).toContain('accepted');
    expect(owner.host.joinMessages).toHaveLength(1);
  });

  it('waiting → accepted by hand later; refused → told why', async () => {
    const { world, owner, guest, accept } = await joining('wait');
    owner.host.joinAnswer = { state: 'waiting' };
    guest.replication.start();
    await world.clock.run(20_000);
    expect(guest.host.answers.map((a) => a.answer.state)).toEqual(['waiting']);
    expect(guest.host.size()).toBe(0);
    accept();
    owner.replication.refresh();
    expect(await world.clock.until(() => equalStores([owner, guest]), 2_000)).toBe(true);
    expect(guest.host.answers.at(-1)!.answer.state).toBe('accepted');
    const other = await joining('refuse');
    other.owner.host.joinAnswer = { state: 'refused', reason: 'expired' };
    other.guest.replication.start();
    await other.world.clock.run(60_000);
    expect(other.guest.host.answers).toEqual([{ key: 'j', answer: { state: 'refused', reason: 'expired' } }]);
    expect(other.guest.host.size()).toBe(0);
  });

  it('a wrong invite key gets nothing and its join message is not even sent', async () => {
    const { world, owner, guest } = await joining('wrong');
    const attempt = guest.host.attempts[0]!;
    guest.host.attempts[0] = { ...attempt, invite: await world.crypto.generateSigning() };
    guest.replication.start();
    await world.clock.run(20_000);
    expect([owner.host.joinMessages.length, guest.host.size()]).toEqual([0, 0]);
  });
});
