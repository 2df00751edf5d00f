/** Limits of push, acks and ephemerals, met by ends that announce, repeat and claim without end. */
import { describe, expect, test } from 'vitest';
import { equalBytes, toBase64url, type Bytes } from '#base/bytes';
import { encodeCbor, type CborValue } from '#base/cbor';
import type { RecordEntry } from '#ports/replica';
import { createKit, entryNo, named, SPACE } from '#tests/support/core-kit';
import type { LinkMessage } from '#vm/mesh/link-types';
import { encodeAck, sealEphemeral } from '#vm/protocol/messages';
import { createAcks } from '#vm/replication/acks';
import { createEphemerals } from '#vm/replication/ephemerals';
import type { ReplicationHost } from '#vm/replication/host';
import type { FragmentHead } from '#vm/replication/payloads';
import { createPush } from '#vm/replication/push';

const message = (event: string, value: CborValue): LinkMessage => ({ event, id: '', payload: encodeCbor(value), channel: 'live' });
const times = <T>(count: number, of: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => of(i));
const headOf = (log: string, seq = 0): CborValue => {
  const { fragment, writer, id } = entryNo(log, seq);
  return [fragment as Bytes, writer as Bytes, seq, id as Bytes];
};

async function world(crowd = 2) {
  const kit = await createKit();
  const wanted: { peer: string; head: FragmentHead }[] = [];
  const push = createPush(kit.core, {
    want: async (peer, _space, head) => (wanted.push({ peer: peer.id, head }), false), again: () => undefined, schedule() {}, onClosed() {}, size: () => 0,
  }, { onIngested() {}, crowd: () => crowd });
  return { ...kit, kit, push, wanted };
}

describe('announcements', () => {
  test('[limit SYNC.waitingHaves] an end that announces without end does not keep out what another one announces', async () => {
    const { kit, push, wanted, clock } = await world();
    const [evil, honest] = [kit.link('evil'), kit.link('honest')];
    for (let i = 0; i < 3; i++) push.onMessage(evil.peer, message('sync:have:v1:completed', [SPACE, times(1_000, (n) => headOf(`${i}/${n}`))]));
    push.onMessage(honest.peer, message('sync:have:v1:completed', [SPACE, times(20, (n) => headOf(`honest ${n}`))]));
    await clock.run(401);
    expect([wanted.filter(({ peer }) => peer === 'honest').length, wanted.length]).toEqual([20, 1_024]);
  });

  test('an end that announces a record under a wrong name spoils it for nobody: the next one is asked for what it named itself', async () => {
    const { kit, push, wanted, clock } = await world();
    const [evil, honest] = [kit.link('evil'), kit.link('honest')];
    const right = headOf('right', 5) as CborValue[];
    push.onMessage(evil.peer, message('sync:have:v1:completed', [SPACE, [[named('other', 16), named('nobody'), 9, right[3]!]]]));
    push.onMessage(honest.peer, message('sync:have:v1:completed', [SPACE, [right]]));
    await clock.run(1_000);
    expect(wanted.map(({ peer, head }) => [peer, head.seq, equalBytes(head.writer, right[1] as Bytes)])).toEqual([['evil', 9, false], ['honest', 5, true]]);
  });

  test('[limit SYNC.waitingHaves SYNC.graftMs] three thousand records announced that do not come: 1,024 are waited for, 400 ms, and then asked for', async () => {
    const { kit, push, wanted, clock } = await world();
    const evil = kit.link('evil');
    for (let i = 0; i < 3; i++) push.onMessage(evil.peer, message('sync:have:v1:completed', [SPACE, times(1_000, (n) => headOf(`${i}/${n}`))]));
    await clock.run(399);
    expect(wanted).toHaveLength(0);
    await clock.run(2);
    expect([wanted.length, evil.closed]).toEqual([1_024, null]);
  });

  for (const slow of [true, false]) {
    test(`a record that came and waits for ${slow ? 'a slow disk is not asked for of everybody who announces it' : 'nothing, but was refused, is asked for'}`, async () => {
      const { kit, push, wanted, clock } = await world();
      const [first, ...others] = times(5, (i) => kit.link(`e${i}`));
      const entry = entryNo('x', 0);
      let done = (): void => {};
      kit.host.ingest = () => new Promise((resolve) => (done = () => resolve({ gaps: [] } as never)));
      const taken = push.take([entry], first!.peer.id);
      for (const { peer } of others) push.onMessage(peer, message('sync:have:v1:completed', [SPACE, [headOf('x')]]));
      await clock.run(slow ? 5_000 : 100);
      expect(wanted).toEqual([]);
      done();
      await taken;
      await clock.run(450);
      // The disk did not take it: now somebody is asked.
      expect(wanted).toHaveLength(1);
    });
  }

  test('[limit SYNC.announcers] one record announced by twenty ends that do not have it: eight are asked, one after the other', async () => {
    const { kit, push, wanted, clock } = await world();
    for (const { peer } of times(20, (i) => kit.link(`e${i}`))) push.onMessage(peer, message('sync:have:v1:completed', [SPACE, [headOf('x')]]));
    await clock.run(30_000);
    expect(wanted.map(({ peer }) => peer)).toEqual(times(8, (i) => `e${i}`));
  });

  test('[limit SYNC.headsPerMessage] 1,025 heads in one announcement end the link', async () => {
    const { kit, push } = await world();
    const [honest, evil] = [kit.link('honest'), kit.link('evil')];
    for (const [end, count] of [[honest, 1_024], [evil, 1_025]] as const) push.onMessage(end.peer, message('sync:have:v1:completed', [SPACE, times(count, (n) => headOf(`${n}`))]));
    expect([honest.closed, evil.closed]).toEqual([null, 'breach']);
  });

  test('[limit SYNC.lazyHeads SYNC.lazyMs] records of others for a lazy link: announced together after 100 ms, 4,096 logs, the rest by anti-entropy', async () => {
    const { kit, push, clock } = await world();
    const lazy = kit.link('lazy');
    push.onMessage(lazy.peer, message('sync:prune:v1:completed', [SPACE]));
    for (let i = 0; i < 5_000; i++) push.route(entryNo(`l${i}`, 0), 'other');
    await clock.run(99);
    expect(lazy.said).toHaveLength(0);
    await clock.run(2);
    const heads = lazy.of('sync:have:v1:completed').map((said) => ((said.value as CborValue[])[1] as CborValue[]).length);
    expect(heads).toEqual([1_024, 1_024, 1_024, 1_024]);
    push.route(entryNo('next', 0), 'other');
    await clock.run(101);
    expect(lazy.of('sync:have:v1:completed')).toHaveLength(5);
  });

  test('[limit SYNC.pruneMs] an end that sends everything twice is asked to stop once a second, not per copy', async () => {
    const { kit, push, clock } = await world();
    const [twice] = [kit.link('twice'), kit.link('other')];
    for (let i = 0; i < 100; i++) {
      push.sift(twice.peer, [], [entryNo('x', i)]);
      await clock.run(25);
    }
    expect(twice.of('sync:prune:v1:completed')).toHaveLength(3);
  });

  test('[limit SYNC.inFlight] records in ingest: 16,384 are known as on their way, a repeat of an older one costs an ingest and nothing else', async () => {
    const { kit, push, host } = await world();
    const { peer } = kit.link('evil');
    host.ingest = () => new Promise(() => {});
    const entries = times(16_385, (i) => entryNo('log', i, 1));
    push.onPut(entries, peer.id);
    expect(push.sift(peer, [entries[16_384]!], [])).toEqual([]);
    expect(push.sift(peer, [entries[1]!], [])).toEqual([]);
    expect(push.sift(peer, [entries[0]!], [])).toEqual([entries[0]]);
  });

  test('[limit SYNC.graftRecords] what came by a graft goes on as a push up to 32 records; more is a catch-up and is announced', async () => {
    const { kit, push, puts, host, clock } = await world();
    const evil = kit.link('evil');
    const other = kit.link('other');
    host.has = () => false;
    const come = async (log: string, count: number): Promise<void> => {
      const entries = times(count, (i) => entryNo(log, i));
      push.onMessage(evil.peer, message('sync:have:v1:completed', [SPACE, entries.map((e) => headOf(log, e.seq))]));
      await clock.run(500);
      host.has = () => true;
      push.announce(entries, evil.peer.id);
      host.has = () => false;
      await clock.run(300);
    };
    await come('few', 32);
    expect([puts.length, other.of('sync:have:v1:completed').length]).toEqual([1, 0]);
    await come('many', 33);
    expect([puts.length, other.of('sync:have:v1:completed').length]).toEqual([1, 1]);
  });

  test('[limit SYNC.crowd SYNC.crowdCopies] among up to 16 peers the second copy of a record makes its link lazy; among more the first three copies do not, whoever wrote it', async () => {
    for (const [crowd, pruned] of [[16, ['e1', 'e2', 'e3', 'e4']], [17, ['e3', 'e4']]] as const) {
      for (const own of [false, true]) {
        const { kit, push, host } = await world(crowd);
        host.ingest = async () => ({ gaps: [] }) as never;
        const ends = times(5, (i) => kit.link(`e${i}`));
        const entry = entryNo('x', 0);
        if (own) expect(push.route(entry, null)).toHaveLength(5);
        else await push.take([entry], 'e0');
        for (const { peer } of ends.slice(own ? 0 : 1)) push.sift(peer, [], [entry]);
        const lazy = ends.filter((end) => end.of('sync:prune:v1:completed').length === 1 && end.state.lazy).map(({ peer }) => peer.id);
        // Of an own record the copy here is the first one.
        expect(lazy, `${crowd}, own: ${own}`).toEqual(own && crowd === 16 ? ['e0', ...pruned] : own ? ['e2', ...pruned] : pruned);
      }
    }
  });

  test('of a record that nobody remembers every copy makes its link lazy, in a crowd too', async () => {
    const { kit, push } = await world(17);
    const ends = times(3, (i) => kit.link(`e${i}`));
    for (const { peer } of ends) push.sift(peer, [], [entryNo('old', 0)]);
    expect(ends.map((end) => end.state.lazy)).toEqual([true, true, true]);
  });

  test('own records go to every link, records of others along the tree', async () => {
    for (const crowd of [16, 17]) {
      const { kit, push } = await world(crowd);
      kit.link('eager');
      kit.link('lazy').state.lazy = true;
      expect([push.route(entryNo('own', 0), null).length, push.route(entryNo('other', 0), 'somebody').length]).toEqual([2, 1]);
    }
  });
});

describe('acks', () => {
  const ackOf = async (kit: Awaited<ReturnType<typeof createKit>>, ds: Awaited<ReturnType<typeof kit.crypto.generateSigning>>, seq: number): Promise<Bytes> =>
    encodeAck(kit.crypto, ds, SPACE, { fragment: named('f', 16), writer: named('w'), seq, id: named(`id ${seq}`), level: 1 });

  test('[limit SYNC.acksPerMessage] 256 acks in a message are taken, 257 end the link and none of them counts', async () => {
    const kit = await createKit();
    const acks = createAcks(kit.core);
    const ds = await kit.crypto.generateSigning();
    const [honest, evil] = [kit.link('honest', ds.pub), kit.link('evil', ds.pub)];
    const list = await Promise.all(times(257, (seq) => ackOf(kit, ds, seq)));
    acks.onMessage(honest.peer, message('record:ack:v1:completed', [SPACE, list.slice(0, 256)]));
    acks.onMessage(evil.peer, message('record:ack:v1:completed', [SPACE, list]));
    await kit.clock.settle();
    expect([kit.host.acks.length, honest.closed, evil.closed]).toEqual([256, null, 'breach']);
  });

  test('[limit SYNC.ackMs SYNC.acks SYNC.acksPerMessage] nine thousand logs taken in: acks follow 50 ms later, for 8,192 of them, 256 in a message', async () => {
    const kit = await createKit();
    const acks = createAcks(kit.core);
    const link = kit.link('other');
    kit.host.has = () => true;
    kit.host.heads = (_space, fragment) => [{ writer: named(`writer ${logs.get(toBase64url(fragment))!}`), seq: 0, id: named('id') }];
    const logs = new Map<string, string>();
    const entries: RecordEntry[] = times(9_000, (i) => entryNo(`l${i}`, 0, 1));
    entries.forEach((entry, i) => logs.set(toBase64url(entry.fragment), `l${i}`));
    for (const entry of entries) acks.note([entry]);
    await kit.clock.run(49);
    expect(link.said).toHaveLength(0);
    await kit.clock.run(2);
    expect(link.said.map((said) => ((said.value as CborValue[])[1] as CborValue[]).length)).toEqual(times(32, () => 256));
  });
});

describe('ephemerals', () => {
  async function presence() {
    const kit = await createKit();
    const ephemerals = createEphemerals(kit.core);
    const key = await kit.crypto.generateAead();
    const frame = async (slot: Awaited<ReturnType<typeof kit.crypto.generateSigning>>, ctr: number, boot = 1, bytes = 10): Promise<Bytes> =>
      sealEphemeral(kit.crypto, slot, key, SPACE, { fragment: named('f', 16), boot: new Uint8Array(8).fill(boot) as Bytes, ctr, ttl: 1_000, nonce: new Uint8Array(12) as Bytes, value: new Uint8Array(bytes) });
    const hear = (peer: Parameters<typeof ephemerals.onMessage>[0], bytes: Bytes): void => void ephemerals.onMessage(peer, message('presence:frame:v1:completed', [SPACE, 0, bytes]));
    return { kit, frame, hear };
  }

  test('[limit SYNC.ephemeralPerSecond] a writer that shows itself a hundred times is heard 30 times and 30 times a second after; another one is heard', async () => {
    const { kit, frame, hear } = await presence();
    const link = kit.link('evil');
    const [loud, calm] = [await kit.crypto.generateSigning(), await kit.crypto.generateSigning()];
    const shout = async (from: number): Promise<number> => {
      const before = kit.host.ephemerals.length;
      for (let i = 0; i < 100; i++) hear(link.peer, await frame(loud, from + i));
      await kit.clock.settle();
      return kit.host.ephemerals.length - before;
    };
    expect(await shout(1)).toBe(30);
    await kit.clock.run(1_000);
    expect(await shout(1_000)).toBe(30);
    hear(link.peer, await frame(calm, 1));
    await kit.clock.settle();
    expect(kit.host.ephemerals).toHaveLength(61);
  });

  test('[limit SYNC.ephemeralLinkBurst SYNC.ephemeralLinkPerSecond] one end with many writers: 480 at once and 240 a second are looked at', async () => {
    const { kit, frame, hear } = await presence();
    const [evil, other] = [kit.link('evil'), kit.link('other')];
    const slots = await Promise.all(times(100, () => kit.crypto.generateSigning()));
    let ctr = 0;
    const flood = async (count: number): Promise<number> => {
      const before = kit.host.ephemerals.length;
      for (let i = 0; i < count; i++) hear(evil.peer, await frame(slots[i % 100]!, ++ctr));
      await kit.clock.settle();
      return kit.host.ephemerals.length - before;
    };
    expect(await flood(600)).toBe(480);
    await kit.clock.run(1_000);
    expect(await flood(600)).toBe(240);
    hear(other.peer, await frame(slots[0]!, ++ctr));
    await kit.clock.settle();
    expect(kit.host.ephemerals).toHaveLength(721);
  });

  test('writers that no certificate explains are not heard, not passed on, and neither their keys nor their signatures are looked at', async () => {
    const { kit, frame, hear } = await presence();
    const [evil, other] = [kit.link('evil'), kit.link('other')];
    const known = await kit.crypto.generateSigning();
    (kit.host as ReplicationHost).deviceOf = (_space, writer) => (equalBytes(writer, known.pub) ? 'device' : null);
    const frames = await Promise.all(times(200, async () => frame(await kit.crypto.generateSigning(), 1)));
    let verified = 0;
    const verify = kit.crypto.verify.bind(kit.crypto);
    kit.crypto.verify = (...args) => ((verified += 1), verify(...args));
    for (const bytes of frames) hear(evil.peer, bytes);
    await kit.clock.settle();
    expect([kit.host.ephemerals.length, other.of('presence:frame:v1:completed').length, verified]).toEqual([0, 0, 0]);
    expect(kit.metrics.get('ephemeral.unexplained')).toBe(200);
    hear(evil.peer, await frame(known, 1));
    await kit.clock.settle();
    expect([kit.host.ephemerals.length, other.of('presence:frame:v1:completed').length, verified]).toEqual([1, 1, 1]);
  });

  test('[limit SYNC.ephemeralBytes] a frame above 16 KiB ends the link before it is read', async () => {
    const { kit, frame, hear } = await presence();
    const [honest, evil] = [kit.link('honest'), kit.link('evil')];
    const slot = await kit.crypto.generateSigning();
    hear(honest.peer, await frame(slot, 1, 1, 16_000));
    hear(evil.peer, await frame(slot, 2, 1, 17_000));
    await kit.clock.settle();
    expect([kit.host.ephemerals.length, honest.closed, evil.closed]).toEqual([1, null, 'breach']);
  });

  test('[limit SYNC.ephemeralWriters SYNC.ephemeralBoots] counters of 1,024 writers and four starts of each are remembered; what is older can be repeated, nothing grows', async () => {
    const { kit, frame, hear } = await presence();
    const link = kit.link('evil');
    const slot = await kit.crypto.generateSigning();
    const heard = async (bytes: Bytes): Promise<boolean> => {
      const before = kit.host.ephemerals.length;
      hear(link.peer, bytes);
      await kit.clock.settle();
      await kit.clock.run(50);
      return kit.host.ephemerals.length > before;
    };
    const first = await frame(slot, 1, 1);
    expect([await heard(first), await heard(first)]).toEqual([true, false]);
    for (const boot of [2, 3, 4]) await heard(await frame(slot, 1, boot));
    expect(await heard(first)).toBe(false);
    await heard(await frame(slot, 1, 5));
    expect(await heard(first)).toBe(true);
    const others = await Promise.all(times(1_023, () => kit.crypto.generateSigning()));
    for (const other of others) {
      hear(link.peer, await frame(other, 1));
      await kit.clock.run(5);
    }
    await kit.clock.settle();
    expect(await heard(first)).toBe(false);
    await heard(await frame(await kit.crypto.generateSigning(), 1));
    expect(await heard(first)).toBe(true);
  });
});
