/** Limits of news and of acks over whole sets, met by ends that ask for much, stay silent, or never hold the same. */
import { describe, expect, test } from 'vitest';
import { u32be, type Bytes } from '#base/bytes';
import { encodeCbor, type CborValue } from '#base/cbor';
import { createKit, named, SPACE } from '#tests/support/core-kit';
import type { LinkMessage } from '#vm/mesh/link-types';
import { createAcks } from '#vm/replication/acks';
import { spaceDigest } from '#vm/replication/digests';
import { createServe } from '#vm/replication/serve';
import { createSync } from '#vm/replication/sync';

const message = (event: string, value: CborValue, id = 'x'): LinkMessage => ({ event, id, payload: encodeCbor(value), channel: 'live' });
const fragment = (i: number): Bytes => Uint8Array.of(...u32be(i), ...new Uint8Array(12)) as Bytes;

describe('news', () => {
  test('[limit SYNC.newsBytes] an end that asks for 192 KiB of news gets 32 KiB at most', async () => {
    const kit = await createKit();
    const asked: number[] = [];
    kit.host.newsSince = async (_space, _arrival, maxBytes) => (asked.push(maxBytes), []);
    const link = kit.link('greedy');
    const serve = createServe(kit.core);
    for (const bytes of [196_608, 100]) serve.onMessage(link.peer, message('sync:news:v1:requested', [SPACE, 0, bytes]));
    await kit.clock.settle();
    expect(asked).toEqual([32_768, 100]);
    expect(link.of('sync:news:v1:completed')).toHaveLength(2);
  });

  test('[limit SYNC.newsMs] an end that does not know the question is asked what changed after 5 s, and at once the next time', async () => {
    const kit = await createKit();
    const sync = createSync(kit.core, { want: async () => true, again: () => undefined, schedule() {}, onClosed() {}, size: () => 0 }, { onSynced() {} });
    const link = kit.link('old');
    link.state.open = { store: 's', arrival: 5, digest: spaceDigest([]) };
    sync.round(link.peer, link.state);
    await kit.clock.settle();
    link.said.length = 0;
    sync.round(link.peer, link.state);
    await kit.clock.run(4_999);
    expect(link.said.map((said) => said.event)).toEqual(['sync:news:v1:requested']);
    await kit.clock.run(2);
    expect(link.said.map((said) => said.event)).toEqual(['sync:news:v1:requested', 'sync:changes:v1:requested']);
    link.peer.queries.onMessage(message('sync:changes:v1:completed', [5, [fragment(1)], true], link.said[1]!.id));
    await kit.clock.settle();
    link.peer.queries.onMessage(message('sync:heads:v1:completed', [[]], link.said[2]!.id));
    await kit.clock.settle();
    link.said.length = 0;
    sync.round(link.peer, link.state);
    await kit.clock.settle();
    expect(link.said.map((said) => said.event)).toEqual(['sync:changes:v1:requested']);
  });
});

describe('acks of a whole set', () => {
  async function holding(count: number) {
    const kit = await createKit();
    kit.host.fragments = () => Array.from({ length: count }, (_, i) => ({ fragment: fragment(i), digest: named('d') }));
    kit.host.heads = (_space, of) => [{ writer: named('w'), seq: 0, id: named(`id ${of[3]}`) }];
    const acks = createAcks(kit.core);
    const link = kit.link('other');
    acks.tellAll(SPACE, { peer: link.peer, state: link.state });
    await kit.clock.settle();
    return { kit, acks, link };
  }
  const said = (link: Awaited<ReturnType<typeof holding>>['link']): (string | number)[] =>
    link.said.map(({ event, value }) => (event === 'record:ack:v1:completed' ? ((value as CborValue[])[1] as CborValue[]).length : event));

  test('[limit SYNC.acksSingly] eight acks are said one by one, nine as one over the set', async () => {
    expect(said((await holding(8)).link)).toEqual([8]);
    expect(said((await holding(9)).link)).toEqual(['record:acks:v1:completed']);
  });

  test('[limit SYNC.acksOwedMs] two ends that never hold the same: after 30 s every ack is said', async () => {
    const { kit, acks, link } = await holding(9);
    for (const ms of [15_000, 14_999]) {
      await kit.clock.run(ms);
      acks.settle(link.peer, link.state, false);
    }
    await kit.clock.settle();
    expect(said(link)).toEqual(['record:acks:v1:completed']);
    await kit.clock.run(2);
    acks.settle(link.peer, link.state, false);
    await kit.clock.settle();
    expect(said(link)).toEqual(['record:acks:v1:completed', 9]);
    await kit.clock.run(60_000);
    acks.settle(link.peer, link.state, false);
    await kit.clock.settle();
    expect(said(link)).toHaveLength(2);
  });

  test('it counts for every record when the own set is the same, at once or later; not with a bad signature, not for another set', async () => {
    const { kit, link, acks } = await holding(9);
    const [, digest, sig] = link.said[0]!.value as [Bytes, Bytes, Bytes];
    const honest = kit.link('honest', kit.host.deviceKey.pub);
    acks.onMessage(honest.peer, message('record:acks:v1:completed', [SPACE, digest, sig.map((byte, i) => (i === 0 ? byte ^ 1 : byte)) as Bytes]));
    acks.onMessage(honest.peer, message('record:acks:v1:completed', [SPACE, named('another set'), sig]));
    await kit.clock.settle();
    expect(kit.host.acks).toHaveLength(0);
    const all = kit.host.fragments(SPACE);
    kit.host.fragments = () => all.slice(1);
    acks.onMessage(honest.peer, message('record:acks:v1:completed', [SPACE, digest, sig]));
    await kit.clock.settle();
    expect(kit.host.acks).toHaveLength(0);
    kit.host.fragments = () => all;
    acks.settle(honest.peer, honest.state, true);
    expect(kit.host.acks).toHaveLength(9);
    acks.settle(honest.peer, honest.state, true);
    expect(kit.host.acks).toHaveLength(9);
  });
});
