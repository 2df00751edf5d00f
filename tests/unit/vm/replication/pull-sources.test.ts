/** Logs with several sources of which one goes, falls silent or lies: the others are asked for what they named, and their rounds end. */
import { describe, expect, test } from 'vitest';
import { toBase64url, type Bytes } from '#base/bytes';
import type { RangeRequest, RecordEntry } from '#ports/replica';
import { createKit, entryNo, SPACE } from '#tests/support/core-kit';
import type { FragmentHead } from '#vm/replication/payloads';
import { createPulls } from '#vm/replication/pulls';

const headNo = (log: string, seq: number): FragmentHead => {
  const { fragment, writer, id } = entryNo(log, seq);
  return { fragment: fragment as Bytes, writer: writer as Bytes, seq, id: id as Bytes };
};

async function world() {
  const kit = await createKit();
  const held = new Set<string>();
  kit.host.has = (id) => held.has(toBase64url(id));
  kit.host.ingest = async (entries) => {
    for (const { id } of entries) held.add(toBase64url(id));
    return { added: entries.length, refused: 0, gaps: [] };
  };
  const pulls = createPulls(kit.core, { onIngested: () => {} });
  return { ...kit, kit, pulls };
}

const range = ({ from, to }: RangeRequest): RecordEntry[] => Array.from({ length: to - from + 1 }, (_, i) => entryNo('log', from + i));

describe('one log, two sources', () => {
  test('the one that named more goes while it is asked: what the other one named still comes', async () => {
    const { kit, pulls, clock } = await world();
    const far = kit.link('far').peer;
    const near = kit.link('near').peer;
    kit.answer = async (peer, wanted) => (peer === 'far' ? new Promise<never>(() => undefined) : range(wanted));
    void pulls.want(far, SPACE, headNo('log', 5_000));
    await clock.settle();
    const held = pulls.want(near, SPACE, headNo('log', 700));
    await clock.settle();
    far.closed = true;
    kit.core.peers.delete('far');
    pulls.onClosed(far);
    let answer: boolean | null = null;
    void held.then((is) => (answer = is));
    expect(await clock.until(() => answer !== null, 60_000)).toBe(true);
    expect([answer, pulls.size()]).toEqual([true, 0]);
  });

  test('the one that named more shows nothing of one range while others of it are asked: what the other one named still comes, and once', async () => {
    const { kit, pulls, clock, gets } = await world();
    const far = kit.link('far').peer;
    const near = kit.link('near').peer;
    kit.answer = async (peer, wanted) => {
      if (peer === 'near') return range(wanted);
      return wanted.from === 0 ? [] : new Promise<never>((_, reject) => clock.setTimer(5_000, () => reject(new Error('timeout'))));
    };
    void pulls.want(far, SPACE, headNo('log', 5_000));
    const held = pulls.want(near, SPACE, headNo('log', 700));
    let answer: boolean | null = null;
    void held.then((is) => (answer = is));
    expect(await clock.until(() => answer !== null && pulls.size() === 0, 60_000)).toBe(true);
    expect(answer).toBe(true);
    const asked = gets.filter(({ peer }) => peer === 'near').map((get) => get.range.from);
    expect(new Set(asked).size).toBe(asked.length);
  });
});

describe('a slow source', () => {
  /** How long a log of two thousand records takes from these: ms each needs for an answer. */
  async function pulled(slowMs: Record<string, number>): Promise<{ ms: number; gets: { peer: string; from: number }[] }> {
    const { kit, pulls, clock, gets } = await world();
    kit.answer = (peer, wanted) => new Promise((resolve) => void clock.setTimer(slowMs[peer]!, () => resolve(range(wanted))));
    const from = clock.monotonic();
    const all = Object.keys(slowMs).map((id) => pulls.want(kit.link(id).peer, SPACE, headNo('log', 1_999)));
    let done = false;
    void Promise.all(all).then(() => (done = true));
    expect(await clock.until(() => done, 300_000)).toBe(true);
    return { ms: clock.monotonic() - from, gets: gets.map((get) => ({ peer: get.peer, from: get.range.from })) };
  }

  test('[limit SYNC.hedgeMs] an end that answers everything a moment before its time is over does not hold up a log that another one has too', async () => {
    const mixed = await pulled({ evil: 19_000, honest: 20 });
    expect(mixed.ms).toBeLessThan(8_000);
    // Control: alone it may take its time, and each range is asked for once.
    const alone = await pulled({ evil: 19_000 });
    expect(alone.ms).toBeGreaterThan(30_000);
    expect(new Set(alone.gets.map(({ from }) => from)).size).toBe(alone.gets.length);
  });

  test('two ends on slow lines: the first answer counts, nothing is asked for a third time', async () => {
    const { ms, gets } = await pulled({ one: 4_500, two: 5_000 });
    expect(ms).toBeLessThan(12_000);
    for (const { from } of gets) expect(gets.filter((get) => get.from === from).length).toBeLessThanOrEqual(2);
  });
});

describe('an end that names ten thousand logs and answers for none of them', () => {
  test('[limit SYNC.pulls] does not take the places of another one: what that one names is pulled', async () => {
    const { kit, pulls, clock } = await world();
    const shown = toBase64url(headNo('honest', 3).fragment);
    kit.answer = async (peer, { fragment, from, to }) =>
      peer === 'honest' && toBase64url(fragment) === shown ? Array.from({ length: to - from + 1 }, (_, i) => entryNo('honest', from + i)) : new Promise<never>(() => undefined);
    const { peer: evil } = kit.link('evil');
    const { peer: honest } = kit.link('honest');
    for (let i = 0; i < 10_000; i++) void pulls.want(evil, SPACE, headNo(`l${i}`, 0));
    await clock.settle();
    expect(pulls.size()).toBe(8_192);
    let held: boolean | null = null;
    void pulls.want(honest, SPACE, headNo('honest', 3)).then((is) => (held = is));
    expect(await clock.until(() => held !== null, 1_000)).toBe(true);
    expect(held).toBe(true);
    // Each has as many places as the other then, and keeps them.
    let refused = 0;
    for (let i = 0; i < 6_000; i++) void pulls.want(honest, SPACE, headNo(`h${i}`, 0)).then((is) => (refused += is ? 0 : 1));
    await clock.settle();
    for (let i = 0; i < 10_000; i++) void pulls.want(evil, SPACE, headNo(`m${i}`, 0));
    await clock.settle();
    expect([pulls.size(), refused]).toEqual([8_192, 6_000 - 4_096]);
  });
});
