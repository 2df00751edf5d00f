/** Rows under a snapshot that cannot be read: of others, when they are needed (seeds 54 and 86 of the safety class, before they were asked for again), and of one's own (seed 584). */
import { expect, test } from 'vitest';
import { equalBytes, toBase64url } from '#base/bytes';
import type { StoredRecord } from '#ports/record-store';
import { FRAGMENT } from '#vm/protocol/types';
import { made, metric, uidOf, worldOf } from './support/snapshot-kit.ts';
import { createSimWorld, type SimTab } from './support/sim-world.ts';
import { equal, meet, noFaults, say, texts, until } from './support/walks.ts';

test('[SNAP2] what cannot be read any more when it is needed comes again from others, in the same run', async () => {
  const m = await meet(worldOf({ seed: 78 }), ['anna', 'boris', 'clara']);
  const { world, space } = m;
  const [anna, boris, clara] = m.tabs as [SimTab, SimTab, SimTab];
  await world.wait(anna.api.access.setRole(space, uidOf(clara), 'admin'));
  await equal(world, m.tabs, space);
  await say(boris, space, 'kept');
  for (let n = 0; n < 12; n++) {
    await say(anna, space, `mine ${n}`);
    await world.clock.run(300);
  }
  await until(world, () => texts(clara, space).length === 13, 20_000, 'clara has read it');
  clara.offline(true);
  await say(boris, space, 'beyond');
  await until(world, () => texts(anna, space).length === 14, 20_000, 'all is here');
  await made({ world, tab: anna });
  world.kill(anna);
  const writer = anna.running.parts.kernel.slot!.text;
  expect(anna.device.disk.rot(0.6, (record) => toBase64url(record.writer) === writer && toBase64url(record.space) === space)).toBe(true);
  const back = await world.open(anna.device);
  expect([metric(back, 'opened'), texts(back, space).length]).toEqual([1, 14]);
  await world.wait(clara.api.access.remove(space, uidOf(boris)));
  clara.offline(false);
  await until(world, () => metric(back, 'read-back') === 1, 60_000, 'the cut is judged with the whole log');
  await until(world, () => texts(back, space).length === 13, 20_000, 'what was lost is here again');
  expect(texts(back, space)).toEqual(texts(clara, space));
  await equal(world, [back, clara], space);
  expect(back.api.metrics()['snapshots.spoilt'], 'control: something could not be read').toBe(1);
  noFaults([back, clara]);
});

test('[SNAP5] an own record that nobody else has turned bad under a snapshot: the start replays, another slot goes on, and what is written then reaches the others', async () => {
  const m = await meet(worldOf({ seed: 79 }), ['anna', 'boris']);
  const { world, space } = m;
  const [anna, boris] = m.tabs as [SimTab, SimTab];
  for (let n = 0; n < 8; n++) {
    await say(anna, space, `line ${n}`);
    await world.clock.run(300);
  }
  await until(world, () => texts(boris, space).length === 8, 20_000, 'all is there');
  await world.clock.run(5_000);
  world.kill(boris);
  const before = metric(anna, 'made');
  for (let n = 0; n < 6; n++) {
    await say(anna, space, `only here ${n}`);
    await world.clock.run(300);
  }
  await world.wait(anna.api.saved());
  await made({ world, tab: anna }, before + 1);
  world.kill(anna);
  const shared = new Set(boris.device.disk.records().map(({ id }) => toBase64url(id)));
  const alone = (record: StoredRecord): boolean => toBase64url(record.space) === space && !shared.has(toBase64url(record.id)) && !equalBytes(record.fragment, FRAGMENT.acl) && !equalBytes(record.fragment, FRAGMENT.root);
  const first = anna.device.disk.records().filter(alone).sort((a, b) => a.seq - b.seq)[0]!;
  expect(anna.device.disk.rot(0.6, (record) => equalBytes(record.id, first.id))).toBe(true);
  const back = await world.open(anna.device);
  expect([metric(back, 'opened'), metric(back, 'own-lost')]).toEqual([0, 1]);
  const there = await world.open(boris.device);
  await say(back, space, 'behind');
  await until(world, () => texts(there, space).includes('behind'), 60_000, 'what is written behind the hole is there');
  await until(world, () => texts(back, space).join() === texts(there, space).join(), 60_000, 'both show the same');
  expect(texts(there, space)).not.toContain('only here 0');
  noFaults([back, there]);
});

test('[limit KERNEL.snapshotOwnRows] of own records that nobody confirmed the rows of the newest 64 are looked at', async () => {
  for (const [at, opened] of [[0, 1], [20, 0]] as const) {
    const options = worldOf({ seed: 80 });
    const world = createSimWorld({ ...options, mutate: (deps, tab) => options.mutate!({ ...deps, snapshots: { records: 40, quietMs: 1_500 } }, tab) });
    const device = world.device('anna');
    const tab = await world.open(device);
    await world.wait(tab.api.identity.create({ name: 'Anna' }));
    const space = await world.wait(tab.api.spaces.create({ name: 'River' }));
    const channel = await world.wait(tab.api.graph(space).createFragment({ type: 'chat/channel@1', title: 'one' }));
    for (let n = 0; n < 72; n++) {
      await tab.api.graph(space).transact([{ op: 'node.create', type: 'chat/message@1', props: { text: `${n}` } }], { fragment: channel });
      await world.wait(tab.api.saved());
    }
    await made({ world, tab });
    world.kill(tab);
    const rows = device.disk.records().filter(({ fragment }) => toBase64url(fragment) === channel).sort((a, b) => a.seq - b.seq);
    expect(rows.length, 'rows').toBe(72);
    expect(device.disk.rot(0.6, (record) => equalBytes(record.id, rows[at]!.id))).toBe(true);
    const back = await world.open(device);
    await world.wait(back.api.graph(space).query({ fragment: channel, type: 'chat/message@1' }));
    expect([at, metric(back, 'opened'), metric(back, 'own-lost')]).toEqual([at, opened, 1 - opened]);
    world.kill(back);
  }
});
