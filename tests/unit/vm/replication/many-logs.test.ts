/** Thousands of short logs over a fast line: budgets set the pace, and refuse nothing that was asked for. */
import { afterEach, describe, expect, test } from 'vitest';
import type { Bytes } from '#base/bytes';
import { encodeCbor } from '#base/cbor';
import type { RecordEntry } from '#ports/replica';
import { createKit, SPACE } from '#tests/support/core-kit';
import { recordOf } from '#tests/support/guard-cases';
import { createWorld, equalStores, fragmentNo } from '#tests/support/mesh-world';
import type { LinkMessage } from '#vm/mesh/link-types';
import { GUARD_LIMITS } from '#vm/limits';
import { parseRecord } from '#vm/protocol/record';
import { createGuard } from '#vm/replication/guard';
import type { Push } from '#vm/replication/push';
import { createRecordBatches, entryOf } from '#vm/replication/record-batch';
import { createRecordMessages } from '#vm/replication/replica-peer';

const budgets = GUARD_LIMITS as { -readonly [K in keyof typeof GUARD_LIMITS]: number };
const real = { ...GUARD_LIMITS };
afterEach(() => void Object.assign(budgets, real));

test('[limit GUARD.getsPerSecond] [limit SYNC.heldMs] three times the gets that the budget allows at once: they wait, and nothing is taken for missing', async () => {
  Object.assign(budgets, { getsBurst: 100, getsPerSecond: 50 });
  const world = createWorld('many logs', { latencyMs: 1 });
  const host = await world.peer('host');
  for (let i = 0; i < 300; i++) await host.write(fragmentNo(i), { quiet: true });
  const friend = await world.peer('friend');
  const from = world.clock.monotonic();
  expect(await world.clock.until(() => equalStores([host, friend]), 60_000)).toBe(true);
  const ms = world.clock.monotonic() - from;
  expect(ms).toBeLessThan(8_000);
  expect(ms, 'control: the budget was in the way').toBeGreaterThan(3_000);
  expect([friend.replication.counters()['sync.unfulfilled'], host.replication.counters()['sync.refused']]).toEqual([undefined, undefined]);
});

describe('one link', () => {
  async function kitWith(limits: Parameters<typeof createGuard>[0]['limits']) {
    const kit = await createKit();
    const banned: string[] = [];
    const guard = createGuard({
      clock: kit.clock, limits, admits: () => true, has: () => false, admitsWriter: () => true, knowsWriter: () => false, knownSeq: () => -1, onBan: (link) => banned.push(link),
    });
    const replies: { id: string; entries: readonly RecordEntry[] }[] = [];
    const gets: string[] = [];
    Object.assign(kit.core.replica, {
      hearReply: (_from: string, id: string, entries: readonly RecordEntry[]) => void replies.push({ id, entries }),
      hearGet: (_from: string, id: string) => void gets.push(id),
    });
    const messages = createRecordMessages(kit.core, guard, { sift: (_p: unknown, fresh: unknown) => fresh } as unknown as Push);
    const link = kit.link('other');
    const batches = createRecordBatches();
    const reply = (id: string, writer: number): void => {
      const record = parseRecord(recordOf(writer, 0, { space: SPACE }));
      const [payload] = batches.encode('bulk', record.ok ? [entryOf(record.value)] : [], 100_000, false);
      messages.onMessage(link.peer, { event: 'gun:get:v1:completed', id, payload: payload!, channel: 'bulk' } as LinkMessage);
    };
    const get = (id: string): void => {
      const payload = encodeCbor([SPACE, new Uint8Array(16) as Bytes, new Uint8Array(32) as Bytes, 0, 5, 1_000]);
      messages.onMessage(link.peer, { event: 'gun:get:v1:requested', id, payload, channel: 'live' } as LinkMessage);
    };
    return { kit, link, replies, gets, reply, get, banned };
  }

  test('[limit SYNC.heldReplyMs] answers that were asked for wait for the budget of new keys; four at a time, and four seconds at most', async () => {
    const { kit, link, replies, reply } = await kitWith({ keysBurst: 2, keysPerSecond: 10 });
    link.peer.asks = 4;
    for (let i = 0; i < 6; i++) reply(`r${i}`, i + 1);
    const told = (): [string, number][] => replies.map(({ id, entries }) => [id, entries.length]);
    expect(told()).toEqual([['r0', 1], ['r1', 1]]);
    await kit.clock.run(450);
    expect(told().slice(2)).toEqual([['r2', 1], ['r3', 1], ['r4', 1], ['r5', 1]]);
    const slow = await kitWith({ keysBurst: 0.5, keysPerSecond: 0.01 });
    slow.link.peer.asks = 4;
    for (let i = 0; i < 6; i++) slow.reply(`s${i}`, i + 1);
    expect(slow.replies.map(({ id }) => id), 'a fifth does not wait').toEqual(['s4', 's5']);
    await slow.kit.clock.run(3_900);
    expect(slow.replies).toHaveLength(2);
    await slow.kit.clock.run(200);
    expect(slow.replies.map(({ id, entries }) => [id, entries.length]).slice(2)).toEqual([['s0', 0], ['s1', 0], ['s2', 0], ['s3', 0]]);
    // What nobody asked for does not wait.
    slow.link.peer.asks = 0;
    slow.reply('unasked', 9);
    expect(slow.replies.at(-1)).toEqual({ id: 'unasked', entries: [] });
  });

  test('[limit SYNC.heldGets] of gets over the budget sixteen wait and are served as it refills, more are refused', async () => {
    const { kit, link, gets, get, banned } = await kitWith({ getsBurst: 10, getsPerSecond: 100 });
    for (let i = 0; i < 40; i++) get(`g${i}`);
    expect([gets.length, link.of('gun:get:v1:failed').length]).toEqual([10, 14]);
    await kit.clock.run(200);
    expect(gets).toEqual(Array.from({ length: 26 }, (_, i) => `g${i}`));
    expect(banned).toEqual([]);
  });
});
