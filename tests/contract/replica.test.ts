import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Bytes } from '#base/bytes';
import { createGunReplica } from '#adapters/gun/gun-replica';
import { createReplicaDouble } from '#tests/sim/support/replica-double';
import { entryOf, rangeOf, replicaContract } from './replica-contract.ts';
import { soon } from '#tests/support/soon';

const random = { bytes: (length: number): Bytes => new Uint8Array(randomBytes(length)) };

replicaContract('GUN', (deps) => createGunReplica({ ...deps, random }));
replicaContract('double', (deps) => createReplicaDouble(deps));

describe('GUN replica', () => {
  const clock = { now: () => 0, monotonic: () => 0, setTimer: () => () => {} };

  it('SPIKE §3: answers to gets never enter GUN’s memory, eviction empties it', async () => {
    const stored = Array.from({ length: 300 }, (_, seq) => entryOf(1, seq));
    const make = () => createGunReplica({ random, clock, hooks: { onHead: () => {}, onPut: () => {}, route: () => [], readRange: async () => stored } });
    const [a, b] = [make(), make()];
    a.addPeer({ id: 'b', sendPut: () => {}, sendGet: (request, range) => b.hearGet('a', request, range), sendReply: () => {} });
    b.addPeer({ id: 'a', sendPut: () => {}, sendGet: () => {}, sendReply: (request, entries) => a.hearReply('b', request, entries) });
    expect((await a.get('b', rangeOf(1, 0, 299))).length).toBe(300);
    expect(a.counters()['gun.ram.souls']).toBe(0);
    expect(b.counters()['gun.ram.souls']).toBe(0);
    b.put(stored, null);
    await soon(() => expect(b.counters()['gun.ram.bytes']).toBeGreaterThan(300 * 130));
    expect(b.counters()['gun.ram.souls']).toBe(3);
    b.evict();
    expect(b.counters()).toMatchObject({ 'gun.ram.souls': 0, 'gun.ram.bytes': 0 });
  });

  it('[limit GUN_RAM_BYTES] SPIKE §7: evicts by itself before GUN RAM grows over its cap', async () => {
    const replica = createGunReplica({ random, clock, hooks: { onHead: () => {}, onPut: () => {}, route: () => [], readRange: async () => [] } });
    for (let seq = 0; seq < 300; seq++) replica.put([entryOf(1, seq, 60_000)], null);
    await soon(() => expect(replica.counters()['gun.evicted']).toBeGreaterThan(0));
    expect(replica.counters()['gun.ram.bytes']).toBeLessThan(9 * 1024 * 1024);
  });

  it('{V7} GUN §2: none of 10,000 puts is lost to colliding message ids', async () => {
    const heard = new Set<number>();
    const b = createGunReplica({ random, clock, hooks: { onHead: () => {}, onPut: (entries) => entries.forEach((e) => heard.add(e.seq)), route: () => [], readRange: async () => [] } });
    b.addPeer({ id: 'a', sendPut: () => {}, sendGet: () => {}, sendReply: () => {} });
    const a = createGunReplica({ random, clock, hooks: { onHead: () => {}, onPut: () => {}, route: () => ['b'], readRange: async () => [] } });
    a.addPeer({ id: 'b', sendPut: (entries) => b.hearPut('a', entries), sendGet: () => {}, sendReply: () => {} });
    for (let seq = 0; seq < 10_000; seq++) a.put([entryOf(1, seq)], null);
    await soon(() => expect(heard.size).toBe(10_000));
  });

  it('[limit GUN_SERVING_PER_PEER] serves a bounded number of gets of one peer at a time', async () => {
    let reading = 0;
    let release: () => void = () => {};
    const gate = new Promise<void>((resolve) => (release = resolve));
    const answers: string[] = [];
    const replica = createGunReplica({ random, clock, hooks: { onHead: () => {}, onPut: () => {}, route: () => [], readRange: async () => (reading++, await gate, []) } });
    replica.addPeer({ id: 'x', sendPut: () => {}, sendGet: () => {}, sendReply: (request) => void answers.push(request) });
    for (let i = 0; i < 200; i++) replica.hearGet('x', `q${i}`, rangeOf(1, 0, 9));
    expect(reading).toBe(64);
    expect(replica.counters()['gun.get.dropped']).toBe(136);
    release();
    await soon(() => expect(answers.length).toBe(64));
    replica.hearGet('x', 'again', rangeOf(1, 0, 9));
    await soon(() => expect(answers.at(-1)).toBe('again'));
  });

  it('[limit GUN_HEADS_DUE GUN_HEAD_MS] of more than 4,096 logs in two seconds the first 4,096 get their hint, the others with their next record', () => {
    let fire = () => {};
    const pauses: number[] = [];
    const manual = { ...clock, setTimer: (ms: number, fn: () => void) => (pauses.push(ms), (fire = fn), () => {}) };
    const sent: number[] = [];
    const replica = createGunReplica({ random, clock: manual, hooks: { onHead: () => {}, onPut: () => {}, route: () => ['archive'], readRange: async () => [] } });
    replica.addPeer({ id: 'archive', sendPut: () => {}, sendGet: () => {}, sendReply: () => {}, sendHeads: (heads) => void sent.push(heads.length) });
    const log = (n: number, seq: number) => ({ ...entryOf(1, seq, 200), writer: new Uint8Array([...entryOf(1, 0).writer.slice(2), n >> 8, n & 255]) });
    replica.put(Array.from({ length: 4_100 }, (_, n) => log(n, 0)), null);
    fire();
    replica.put(Array.from({ length: 4 }, (_, n) => log(4_096 + n, 1)), null);
    fire();
    expect(sent).toEqual([4_096, 4]);
    expect(pauses).toEqual([2_000, 2_000]);
  });
});
