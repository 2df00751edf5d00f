/** Whose turn it is among the logs that are pulled: a long one is not read to its end while a short one waits, least of all one that a push waits for. */
import { expect, test } from 'vitest';
import type { Bytes } from '#base/bytes';
import type { RangeRequest, RecordEntry } from '#ports/replica';
import { createKit, entryNo, SPACE } from '#tests/support/core-kit';
import type { FragmentHead } from '#vm/replication/payloads';
import { createPulls } from '#vm/replication/pulls';

const headNo = (log: string, seq: number): FragmentHead => {
  const { fragment, writer, id } = entryNo(log, seq);
  return { fragment: fragment as Bytes, writer: writer as Bytes, seq, id: id as Bytes };
};

/** An end that answers when the test says so, with the records of the log asked for. */
async function world(bytes = 100) {
  const kit = await createKit();
  const pulls = createPulls(kit.core, { onIngested: () => {} });
  const open: (() => void)[] = [];
  kit.answer = (_peer, range) => new Promise((resolve) => open.push(() => resolve(entriesOf(range))));
  const logs = ['long', 'short', 'pushed'];
  const nameOf = (range: RangeRequest): string => logs.find((log) => String(entryNo(log, 0).writer) === String(range.writer))!;
  const entriesOf = (range: RangeRequest): RecordEntry[] => {
    const all = Array.from({ length: Math.min(8, range.to - range.from + 1) }, (_, i) => entryNo(nameOf(range), range.from + i, bytes));
    return all;
  };
  return { kit, pulls, asked: (): string[] => kit.gets.map(({ range }) => nameOf(range)), answerOne: () => open.shift()!() };
}

test('{V3} a long log takes all places; the first that comes free goes to a log that has none', async () => {
  const { kit, pulls, asked, answerOne } = await world();
  const { peer } = kit.link('a');
  void pulls.want(peer, SPACE, headNo('long', 100_000));
  await kit.clock.settle();
  expect(asked()).toEqual(['long', 'long', 'long', 'long']);
  void pulls.want(peer, SPACE, headNo('short', 4));
  await kit.clock.settle();
  expect(asked()).toHaveLength(4);
  answerOne();
  await kit.clock.settle();
  expect(asked().slice(4)).toEqual(['short']);
});

test('{V3} what a push waits for is asked before a log that was wanted earlier, and is taken in as the push was', async () => {
  const { kit, pulls, asked, answerOne } = await world();
  const { peer } = kit.link('a');
  void pulls.want(peer, SPACE, headNo('long', 100_000));
  await kit.clock.settle();
  void pulls.want(peer, SPACE, headNo('short', 4));
  void pulls.want(peer, SPACE, headNo('pushed', 3), true);
  for (let i = 0; i < 2; i++) {
    answerOne();
    await kit.clock.settle();
  }
  expect(asked().slice(4)).toEqual(['pushed', 'short']);
  for (let i = 0; i < 4; i++) answerOne();
  await kit.clock.run(100);
  const lanes = new Map(kit.host.ingests.map(({ priority, seqs }) => [seqs.length, priority]));
  expect([lanes.get(4), lanes.get(5), lanes.get(8)]).toEqual(['live', 'bulk', 'bulk']);
});

test('{V3} a whole log behind a push is caught up with as any other', async () => {
  const { kit, pulls, asked, answerOne } = await world(5_000);
  const { peer } = kit.link('a');
  void pulls.want(peer, SPACE, headNo('long', 100_000));
  // An end that answers at once has fewer places (SYNC.quickMs), and `long` would have none open when the next is given.
  await kit.clock.run(100);
  void pulls.want(peer, SPACE, headNo('short', 4));
  void pulls.want(peer, SPACE, headNo('pushed', 90), true);
  for (let i = 0; i < 6; i++) {
    answerOne();
    await kit.clock.run(20);
  }
  expect(asked().slice(4, 6)).toEqual(['short', 'pushed']);
  expect(new Set(kit.host.ingests.map(({ priority }) => priority))).toEqual(new Set(['bulk']));
});
