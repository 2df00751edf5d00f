/** Limits of pulls, met by ends that name what they cannot show, never answer, or answer without end. */
import { describe, expect, test } from 'vitest';
import { toBase64url, type Bytes } from '#base/bytes';
import type { RangeRequest, RecordEntry } from '#ports/replica';
import { createKit, entryNo, named, SPACE } from '#tests/support/core-kit';
import type { FragmentHead } from '#vm/replication/payloads';
import { createPulls } from '#vm/replication/pulls';

const headNo = (log: string, seq: number): FragmentHead => {
  const { fragment, writer, id } = entryNo(log, seq);
  return { fragment: fragment as Bytes, writer: writer as Bytes, seq, id: id as Bytes };
};

async function world() {
  const kit = await createKit();
  const pulls = createPulls(kit.core, { onIngested: () => {} });
  return { ...kit, kit, pulls };
}

describe('ends that name what is not there', () => {
  test('[limit SYNC.pulls] ten thousand logs at once: 8,192 are pulled, the others are left for the next round', async () => {
    const { kit, pulls, clock } = await world();
    const { peer } = kit.link('evil');
    const left: boolean[] = [];
    for (let i = 0; i < 8_200; i++) void pulls.want(peer, SPACE, headNo(`l${i}`, 0)).then((held) => left.push(held));
    await clock.settle();
    expect([pulls.size(), left]).toEqual([8_192, Array.from({ length: 8 }, () => false)]);
    peer.closed = true;
    pulls.onClosed(peer);
    await clock.settle();
    expect(pulls.size()).toBe(0);
  });

  test('[limit SYNC.pullWaits] one log named a hundred thousand times: so many askers are told when it is there, the others at once that it is not', async () => {
    const { kit, pulls, clock } = await world();
    const { peer } = kit.link('evil');
    let answered = 0;
    for (let i = 0; i < 3_000; i++) void pulls.want(peer, SPACE, headNo('l', 10 + i)).then(() => (answered += 1));
    await clock.settle();
    expect([pulls.size(), answered]).toEqual([1, 3_000 - 1_024]);
  });

  test('[limit SYNC.junk] heads of an end that it could not show: 4,096 are remembered and not asked for again', async () => {
    const { kit, pulls, gets, clock } = await world();
    kit.answer = async () => [];
    const { peer } = kit.link('evil');
    for (let i = 0; i < 4_097; i++) {
      void pulls.want(peer, SPACE, headNo(`l${i}`, 0));
      if (i % 256 === 0) await clock.settle();
    }
    await clock.settle();
    expect([gets.length, peer.junk.size, pulls.size()]).toEqual([4_097, 4_096, 0]);
    await pulls.want(peer, SPACE, headNo('l4096', 0));
    expect(gets).toHaveLength(4_097);
    await pulls.want(peer, SPACE, headNo('l0', 0));
    expect(gets).toHaveLength(4_098);
  });

  test('[limit SYNC.junkMs] a head that could not be shown is asked for again after a minute: a cap here may have refused it', async () => {
    const { kit, pulls, gets, clock } = await world();
    kit.answer = async () => [];
    const { peer } = kit.link('other');
    expect(await pulls.want(peer, SPACE, headNo('l', 0))).toBe(false);
    const first = gets.length;
    await clock.run(59_000);
    expect(await pulls.want(peer, SPACE, headNo('l', 0))).toBe(false);
    expect(gets).toHaveLength(first);
    await clock.run(1_001);
    expect(await pulls.want(peer, SPACE, headNo('l', 0))).toBe(false);
    expect(gets.length).toBeGreaterThan(first);
  });

  test('[limit SYNC.headAhead] a head 2^20 above what is held is pulled, one further up is not believed', async () => {
    const { kit, pulls, metrics, clock } = await world();
    const { peer } = kit.link('evil');
    void pulls.want(peer, SPACE, headNo('far', 1_048_575));
    expect(await pulls.want(peer, SPACE, headNo('further', 1_048_576))).toBe(false);
    await clock.settle();
    expect([metrics.get('sync.head_ahead'), pulls.size()]).toEqual([1, 1]);
  });

  test('[limit SYNC.forkSteps SYNC.forkStep] an end that shows a whole log and never the head it named: steps back double from 16, and end', async () => {
    const { kit, pulls, gets, host, clock } = await world();
    const top = 1_000_000;
    const from: number[] = [];
    // Everything below is held here; the end answers each range in full, with records that are none of its branch.
    host.contiguous = () => top;
    host.ingest = async () => ({ added: 0, refused: 0, gaps: [] });
    const entry = entryNo('fork', 0, 0);
    kit.answer = async (_peer, range: RangeRequest): Promise<RecordEntry[]> => Array.from({ length: range.to - range.from + 1 }, (_, i) => ({ ...entry, seq: range.from + i }));
    const { peer } = kit.link('evil');
    const end = pulls.want(peer, SPACE, { ...headNo('fork', top), id: named('no such head') });
    expect(await clock.until(() => pulls.size() === 0, 1_000)).toBe(true);
    expect([await end, peer.junk.has(toBase64url(named('no such head')))]).toEqual([false, true]);
    let last = top;
    for (const { range } of gets) {
      if (range.from < last) from.push(top - range.from);
      last = Math.min(last, range.from);
    }
    expect(from.slice(0, 4)).toEqual([16, 48, 96, 192]);
    expect(from).toHaveLength(14);
  });
});

describe('ends that answer slowly or not at all', () => {
  test('[limit SYNC.asksPerLink SYNC.sources] five ends with one long log: three are asked, each for at most four ranges', async () => {
    const { kit, pulls, gets, clock } = await world();
    const peers = ['a', 'b', 'c', 'd', 'e'].map((id) => kit.link(id).peer);
    for (const peer of peers) void pulls.want(peer, SPACE, headNo('long', 100_000));
    for (let i = 0; i < 50; i++) void pulls.want(peers[0]!, SPACE, headNo(`other ${i}`, 5));
    await clock.settle();
    const long = gets.filter(({ range }) => range.to > 5);
    expect(new Set(long.map(({ peer }) => peer)).size).toBeLessThanOrEqual(3);
    const perPeer = peers.map((peer) => gets.filter((get) => get.peer === peer.id).length);
    expect(Math.max(...perPeer)).toBe(4);
    expect(peers.map((peer) => peer.asks)).toEqual(perPeer);
  });

  test('{K12} a device that is behind asks less: as many ranges of a link at a time as the adjuster says, and four again when it is over', async () => {
    const { kit, pulls, gets, host, clock } = await world();
    let asksPerLink = 1;
    Object.assign(host, { load: () => ({ asksPerLink, links: 6 }) });
    const { peer } = kit.link('a');
    for (let i = 0; i < 20; i++) void pulls.want(peer, SPACE, headNo(`log ${i}`, 5));
    await clock.settle();
    expect(gets).toHaveLength(1);
    asksPerLink = 4;
    pulls.schedule();
    await clock.settle();
    expect(gets).toHaveLength(4);
  });

  test('[limit SYNC.sources] many logs, one source each, but of one log three sources only', async () => {
    const { kit, pulls, gets, clock } = await world();
    const peers = ['a', 'b', 'c', 'd', 'e'].map((id) => kit.link(id).peer);
    for (const peer of peers) peer.asks = 3;
    for (const peer of peers) void pulls.want(peer, SPACE, headNo('long', 100_000));
    await clock.settle();
    expect(new Set(gets.map(({ peer }) => peer)).size).toBe(3);
  });

  test('[limit SYNC.quickMs SYNC.quickBytes] an end that answers quickly has at most 64 KiB on their way: two gets of half of it, four as soon as they bring little or take long', async () => {
    const most = async (ms: number, bytes: number) => {
      const { kit, pulls, gets, clock } = await world();
      let open = 0;
      let peak = 0;
      kit.answer = async (_peer, range) => {
        peak = Math.max(peak, (open += 1));
        await new Promise<void>((resolve) => void clock.setTimer(ms, resolve));
        open -= 1;
        return [entryNo('log', range.from, bytes)];
      };
      const { peer } = kit.link('a');
      void pulls.want(peer, SPACE, headNo('log', 4_000));
      await clock.run(20 * ms);
      peak = 0;
      await clock.run(20 * ms);
      return [peak, gets[gets.length - 1]!.range.maxBytes];
    };
    expect(await most(19, 32_768)).toEqual([2, 32_768]);
    expect(await most(19, 1_000)).toEqual([4, 32_768]);
    expect(await most(21, 32_768)).toEqual([4, 65_536]);
  });

  test('[limit SYNC.askBytes SYNC.replyBytesMin SYNC.timeouts SYNC.mutedMs] an end that never answers: smaller and smaller ranges, then it is left alone for 30 s', async () => {
    const { kit, pulls, gets, clock } = await world();
    kit.answer = () => new Promise((_resolve, reject) => clock.setTimer(20_000, () => reject(new Error('timeout'))));
    const { peer } = kit.link('mute');
    void pulls.want(peer, SPACE, headNo('log', 200));
    await clock.run(200_000);
    expect(gets.map(({ range }) => range.maxBytes)).toEqual([65_536, 16_384, 16_384, 16_384, 16_384]);
    expect(pulls.size()).toBe(0);
    const muted = peer.mutedUntil - 100_000;
    expect(muted).toBe(30_000);
    peer.mutedUntil = clock.monotonic() + 1;
    expect(await pulls.want(peer, SPACE, headNo('log', 200))).toBe(false);
    await clock.run(2);
    void pulls.want(peer, SPACE, headNo('log', 200));
    await clock.settle();
    expect(gets).toHaveLength(6);
  });

  test('[limit SYNC.ingestBytes] answers faster than they are taken in: at 4 MiB in ingest nothing further is asked, and it goes on after', async () => {
    const { kit, pulls, gets, host, clock } = await world();
    let release: (() => void)[] = [];
    host.ingest = () => new Promise((resolve) => release.push(() => resolve({ added: 0, refused: 0, gaps: [] })));
    kit.answer = async (_peer, range) => [entryNo(names.get(toBase64url(range.writer))!, range.from, 190_000)];
    const names = new Map(Array.from({ length: 200 }, (_, i) => [toBase64url(named(`writer l${i}`)), `l${i}`]));
    const { peer } = kit.link('fast');
    for (let i = 0; i < 200; i++) void pulls.want(peer, SPACE, headNo(`l${i}`, 0));
    await clock.run(10);
    expect(gets.length).toBeGreaterThanOrEqual(Math.floor(4_194_304 / 190_000));
    expect(gets.length).toBeLessThanOrEqual(Math.ceil(4_194_304 / 190_000) + 4);
    const before = gets.length;
    for (const done of release.splice(0)) done();
    await clock.run(10);
    expect(gets.length).toBeGreaterThan(before);
    release = [];
  });
});
