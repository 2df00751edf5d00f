/** [LOG8] What a cap of a log refuses is refused before its commit: it is not held, so it is asked for again when there is room. Caps are small here. */
import { expect, test, vi } from 'vitest';
import { toBase64url } from '#base/bytes';
import { must } from '#base/assert';
import { generalFragment } from '#os/kernel/spaces';
import type { SimTab } from './support/sim-world.ts';
import { give } from './support/forge.ts';
import { equal, meet, noFaults, say, texts, until } from './support/walks.ts';

vi.mock('#vm/limits', async (original) => ({ ...(await original<object>()), MAX_WAITING_PER_LOG: 6, MAX_LOGS: 4 }));

test('[LOG8] {V4} records over a cap are neither stored nor held, and come again in the same run', async () => {
  const m = await meet({ seed: 720 }, ['anna', 'boris']);
  const [a, b] = m.tabs as [SimTab, SimTab];
  const { world, space } = m;
  b.offline(true);
  for (const { pair } of world.network.pairs) pair.cut();
  for (let i = 0; i < 20; i++) {
    await say(a, space, `line ${String(i).padStart(2, '0')}`);
    await world.wait(a.api.saved());
  }
  const known = new Set(m.devices[1]!.disk.records().map((row) => toBase64url(row.id)));
  const rows = m.devices[0]!.disk.records().filter((row) => toBase64url(row.space) === space && !known.has(toBase64url(row.id)));
  expect(rows.length).toBeGreaterThanOrEqual(20);
  const first = must(rows[0], 'a first record');
  const before = m.devices[1]!.disk.records().length;
  // All but the first one: they wait for it, as far as the room goes.
  const report = await give(b, ...rows.slice(1).map((row) => row.bytes));
  expect(report).toMatchObject({ added: 6, refused: rows.length - 7 });
  expect(b.api.metrics()['records.refused.waiting-cap']).toBe(rows.length - 7);
  expect(m.devices[1]!.disk.records().length - before, 'only what is held is stored').toBe(6);
  const { kernel } = b.running.parts;
  expect(rows.slice(7).filter((row) => kernel.index.has(toBase64url(row.id)))).toEqual([]);
  expect((await give(b, first.bytes)).added).toBe(1);
  expect(texts(b, space).length).toBe(7);
  // The link comes back: what was refused is asked for again without a reload.
  b.offline(false);
  await until(world, () => texts(b, space).length === 20, 60_000, 'the rest came');
  await equal(world, [a, b], space);
  noFaults([a, b]);
});

test('[LOG8] more logs than a fragment takes: the one too many is not stored', async () => {
  const m = await meet({ seed: 721 }, ['anna', 'boris', 'clara', 'dora']);
  const { world, space } = m;
  for (const tab of m.tabs) await say(tab, space, tab.device.name);
  await world.clock.run(5_000);
  for (const tab of m.tabs) expect(texts(tab, space).length, tab.name).toBe(4);
  const fifth = world.device('emil');
  const e = await world.open(fifth);
  await world.wait(e.api.identity.create({ name: 'emil' }));
  await world.wait(e.api.spaces.join(m.link));
  await until(world, () => e.running.parts.kernel.spaces.get(space)?.standing === 'member' && texts(e, space).length === 4, 20_000, 'inside, with the channel');
  const a = m.tabs[0]!;
  const general = toBase64url(must(generalFragment(a.running.parts.kernel.spaces.get(space)!), 'general fragment'));
  // By its id: the directory may be behind the same cap at this device.
  await e.api.graph(space).transact([{ op: 'node.create', type: 'chat/message@1', props: { text: 'one too many' } }], { fragment: general });
  await world.wait(e.api.saved());
  await world.clock.run(5_000);
  const row = must(fifth.disk.records().find((one) => toBase64url(one.fragment) === general && toBase64url(one.writer) === e.running.parts.kernel.slot!.text), 'its first record');
  expect(a.running.parts.kernel.index.has(toBase64url(row.id))).toBe(false);
  expect(a.api.metrics()['records.refused.log-cap']).toBeGreaterThan(0);
  noFaults(m.tabs);
});
