/** A profile restored from a backup (FORMATS 5, At start): every tab knows what others hold of its slot before it seals first. */
import { expect, test } from 'vitest';
import type { SimTab } from './support/sim-world.ts';
import { equal, meet, noFaults, noForks, say, texts, until } from './support/walks.ts';

for (const linked of [true, false]) {
  test(`{V6} the second tab of a restored profile ${linked ? 'learns through the first what others hold of its slot: no fork, the slot lives on' : 'waits for nobody when no link is up'}`, async () => {
    const m = await meet({ seed: 740 }, ['anna', 'boris']);
    const { world, space } = m;
    const [a, b] = m.tabs as [SimTab, SimTab];
    const second = await world.open(m.devices[0]!);
    await say(second, space, 'before the backup');
    await world.wait(second.api.saved());
    const slot = second.running.parts.kernel.slot!.text;
    const backup = m.devices[0]!.disk.clone();
    for (let i = 0; i < 5; i++) {
      await say(second, space, `after the backup ${i}`);
      await world.wait(second.api.saved());
    }
    await until(world, () => texts(b, space).length === 6, 10_000, 'boris has it');
    world.kill(second);
    world.kill(a);
    if (!linked) b.offline(true);
    const restored = world.device('anna again', { disk: backup });
    const leader = await world.open(restored);
    const other = await world.open(restored);
    expect(other.running.parts.kernel.slot!.text).toBe(slot);
    if (linked) await until(world, () => other.running.parts.kernel.network.peers.some((peer) => peer.spaces.includes(space)), 30_000, 'linked');
    const from = world.clock.monotonic();
    await say(other, space, 'by the restored tab');
    await world.wait(other.api.saved());
    if (!linked) expect(world.clock.monotonic() - from).toBeLessThan(1_000);
    await world.clock.run(5_000);
    if (!linked) return;
    for (const tab of [leader, other, b]) expect(texts(tab, space).length, tab.name).toBe(7);
    expect(other.running.parts.kernel.slot!.text, 'not retired').toBe(slot);
    await equal(world, [leader, other, b], space);
    noForks([restored, m.devices[1]!]);
    noFaults([leader, other, b]);
  });
}

for (const which of ['newest', 'middle'] as const) test(`{V5} a disk that lost own records (${which}) goes on with another slot: no fork, also without a link; they come back, and the slot with them`, async () => {
  const m = await meet({ seed: 741 }, ['anna', 'boris']);
  const { world, space } = m;
  const [a, b] = m.tabs as [SimTab, SimTab];
  for (let i = 0; i < 6; i++) {
    await say(b, space, `boris ${i}`);
    await world.wait(b.api.saved());
  }
  // A later record in another fragment: the newest of all is held whatever is lost of the channel.
  await world.wait(b.api.graph(space).createFragment({ type: 'chat/channel@1', title: 'another' }));
  await world.wait(b.api.saved());
  await until(world, () => texts(a, space).length === 6, 10_000, 'anna has them');
  const { slot } = b.running.parts.kernel;
  world.kill(b);
  const newest = Math.max(...m.devices[1]!.disk.records().filter((record) => record.writer.join() === slot!.writer.join()).map((record) => record.seq));
  const hit = (seq: number): boolean => (which === 'newest' ? seq > newest - 3 : seq === newest - 1);
  expect(m.devices[1]!.disk.loseRows((record) => record.writer.join() === slot!.writer.join() && hit(record.seq))).toBeGreaterThan(0);
  a.offline(true);
  const again = await world.open(m.devices[1]!);
  expect(again.running.parts.kernel.slot!.text, 'another slot').not.toBe(slot!.text);
  expect(again.api.metrics()['slots.short']).toBe(1);
  await say(again, space, 'written without a link');
  await world.wait(again.api.saved());
  a.offline(false);
  await until(world, () => texts(again, space).length === 7 && texts(a, space).length === 7, 60_000, 'everything is back');
  await equal(world, [a, again], space);
  noForks(m.devices);
  noFaults([a, again]);
  // Whole again: the next start takes the old slot up.
  world.kill(again);
  const third = await world.open(m.devices[1]!);
  expect(third.running.parts.kernel.slot!.text).toBe(slot!.text);
});
