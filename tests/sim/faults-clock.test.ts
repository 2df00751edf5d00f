/** Wrong clocks and copied profiles on the production kernel (FORMATS §4, §5). */
import { describe, expect, test } from 'vitest';
import { toBase64url } from '#base/bytes';
import { retiredRow } from '#os/kernel/slots';
import { give, message, nextRecord } from './support/forge.ts';
import { checkChains } from './support/sim-check.ts';
import type { SimTab } from './support/sim-world.ts';
import { digest, equal, meet, noFaults, noForks, say, texts, until, type Meeting } from './support/walks.ts';

const DAY_MS = 86_400_000;

/** The first device alone, its tab ended and its clock off by so many days. */
function alone({ world, devices, tabs }: Meeting, days: number): void {
  world.kill(tabs[0]!);
  world.server.down();
  for (const { pair } of world.network.pairs) pair.cut();
  devices[0]!.clockOffsetMs = days * DAY_MS;
}

describe('FORMATS §4: a peer at ±1 day is visible to the others within 10 s of a handshake', () => {
  for (const others of [1, 2]) {
    for (const days of [-1, 1]) {
      test(`${days > 0 ? 'a day ahead' : 'a day behind'}, ${others + 1} peers: no edit is lost and a warning is shown`, async () => {
        const m = await meet({ seed: 40 + others }, ['anna', 'boris', 'clara'].slice(0, others + 1));
        const { world, space } = m;
        const rest = m.tabs.slice(1);
        alone(m, days);
        const wrong = await world.open(m.devices[0]!);
        for (let i = 0; i < 5; i++) await say(wrong, space, `wrong ${i}`);
        for (const tab of rest) await say(tab, space, `right by ${tab.device.name}`);
        await world.wait(wrong.api.saved());
        await world.clock.run(60_000);
        world.server.up();
        await wrong.api.network.retry();
        for (const tab of rest) await tab.api.network.retry();
        await until(world, () => wrong.running.parts.kernel.network.peers.some((peer) => peer.spaces.includes(space)), 40_000, 'linked');
        await say(wrong, space, 'after the handshake');
        await world.clock.run(10_000);
        const expected = [...Array.from({ length: 5 }, (_, i) => `wrong ${i}`), ...rest.map((tab) => `right by ${tab.device.name}`), 'after the handshake'].sort();
        for (const tab of [wrong, ...rest]) expect(texts(tab, space), tab.name).toEqual(expected);
        expect(wrong.api.network.status().clockWarning).toBe(true);
        await equal(world, [wrong, ...rest], space);
        noForks(m.devices);
        noFaults([wrong, ...rest]);
      });
    }
  }

  test('{V6} an act on rights, which counts whatever its time, made by a clock a day ahead: the slot is left, and what is written next does not wait', async () => {
    const m = await meet({ seed: 44 }, ['anna', 'boris']);
    const b = m.tabs[1]!;
    const { world, space } = m;
    alone(m, 1);
    const wrong = await world.open(m.devices[0]!);
    await world.wait(wrong.api.access.setRole(space, toBase64url(b.running.parts.kernel.profile!.uid), 'admin'));
    await world.wait(wrong.api.saved());
    world.kill(wrong);
    m.devices[0]!.clockOffsetMs = 0;
    const again = await world.open(m.devices[0]!);
    const held = () => again.running.parts.kernel.spaces.get(space)!;
    const ahead = (): number => (held().lastOwn?.ms ?? 0) - world.clock.now();
    await until(world, () => held()?.lastOwn != null, 10_000, 'it is read');
    const first = again.running.parts.kernel.slot!.text;
    expect(ahead(), 'control: the slot has the stamps of the wrong clock').toBeGreaterThan(DAY_MS / 2);
    world.server.up();
    for (const tab of [again, b]) await tab.api.network.retry();
    await until(world, () => again.running.parts.kernel.time.known() && ahead() < 60_000, 60_000, 'the slot is left');
    expect(again.running.parts.kernel.slot!.text).not.toBe(first);
    await say(again, space, 'on the day it is');
    expect(ahead()).toBeLessThan(60_000);
    await until(world, () => texts(b, space).length === 1, 20_000, 'it is shown');
    await equal(world, [again, b], space);
    noForks(m.devices);
    noFaults([again, b]);
  });

  test('{V6} a tab that does not lead has the mesh time of the one that does', async () => {
    const m = await meet({ seed: 45 }, ['anna', 'boris']);
    const [a, b] = m.tabs as [SimTab, SimTab];
    m.world.kill(a);
    m.devices[0]!.clockOffsetMs = DAY_MS;
    const first = await m.world.open(m.devices[0]!);
    await until(m.world, () => first.running.parts.kernel.network.peers.length > 0, 20_000, 'linked');
    const second = await m.world.open(m.devices[0]!);
    await m.world.clock.run(3_000);
    expect(second.running.parts.kernel.leader).toBe(false);
    expect(Math.abs(second.running.parts.kernel.time.offset() - first.running.parts.kernel.time.offset())).toBeLessThan(1_000);
    await say(second, m.space, 'from the second tab');
    await until(m.world, () => texts(b, m.space).length === 1, 10_000, 'it is shown');
  });

  for (const [i, what] of ['idle', 'closed'].entries()) {
    test(`{V6} a second tab a day ahead that ends before it learns mesh time: another tab of the profile fixes its log and closes the slot (${what})`, async () => {
      const m = await meet({ seed: 46 + i }, ['anna', 'boris']);
      const b = m.tabs[1]!;
      const { world, space } = m;
      alone(m, 1);
      const first = await world.open(m.devices[0]!);
      const second = await world.open(m.devices[0]!);
      const gone = second.running.parts.kernel.slot!;
      await say(second, space, 'by the tab that is gone');
      await world.wait(second.api.saved());
      // The row alone says closed when a crash came between it and the acl record.
      if (what === 'closed') await world.wait(second.running.parts.kernel.store.commit({ origin: 'x', records: [], values: [await retiredRow(second.running.parts.kernel.deps, gone.no)] }));
      world.kill(second);
      await say(first, space, 'by the tab that stays');
      world.server.up();
      await first.api.network.retry();
      await b.api.network.retry();
      await until(world, () => first.running.parts.kernel.network.peers.length > 0, 40_000, 'linked');
      await world.clock.run(10_000);
      for (const tab of [first, b]) expect(texts(tab, space), tab.name).toEqual(['by the tab that is gone', 'by the tab that stays']);
      const rights = b.running.parts.kernel.spaces.get(space)!.rights;
      expect(rights.settlement(gone.writer), 'the slot is closed').not.toBeNull();
      await equal(world, [first, b], space);
      const third = await world.open(m.devices[0]!);
      expect(third.running.parts.kernel.slot!.text).not.toBe(gone.text);
      noForks(m.devices);
      noFaults([first, b, third]);
    });
  }

  test('{V6} what was made before mesh time was known and sealed after it is put right too', async () => {
    const m = await meet({ seed: 48 }, ['anna', 'boris']);
    const { world, space } = m;
    const [a, b] = m.tabs as [SimTab, SimTab];
    const { kernel } = a.running.parts;
    kernel.spaces.get(space)!.lastOwn = { ms: kernel.time.now() + DAY_MS, ctr: 0 };
    await say(a, space, 'sealed late');
    await until(world, () => texts(b, space).length === 1, 10_000, 'it is shown');
    await equal(world, [a, b], space);
    noFaults([a, b]);
  });

  test('[row 5] a record more than 5 minutes ahead is held and not shown until its time comes', async () => {
    const m = await meet({ seed: 44 }, ['anna', 'boris', 'clara']);
    const [a, b] = m.tabs as [SimTab, SimTab, SimTab];
    const { kernel } = a.running.parts;
    m.world.server.down();
    const held = kernel.spaces.get(m.space)!;
    held.lastOwn = { ms: kernel.time.now() + 20 * 60_000, ctr: 0 };
    // The others hear it, and its author is gone before it could put it right.
    const record = await nextRecord(a, m.space, [message(a, m.space, 'from the future')]);
    await give(b, record);
    m.world.kill(a);
    await m.world.clock.run(2_000);
    expect(texts(b, m.space)).toEqual([]);
    expect([...b.running.parts.kernel.spaces.get(m.space)!.fragments.values()].some((f) => f.log.tagIds().length === 1)).toBe(true);
    await m.world.clock.run(15 * 60_000 + 2_000);
    expect(texts(b, m.space)).toEqual(['from the future']);
  });
});

test('[row 5] a member ten years ahead, or behind: nobody else\'s stamps move by more than what counts as parked, and what others write is shown at its time', async () => {
  for (const years of [10, -10]) {
    const m = await meet({ seed: 46 }, ['anna', 'boris', 'clara']);
    const { world, space } = m;
    const [wrong, ...rest] = m.tabs as [SimTab, SimTab, SimTab];
    world.kill(wrong);
    m.devices[0]!.clockOffsetMs = years * 365 * DAY_MS;
    const again = await world.open(m.devices[0]!);
    for (let i = 0; i < 5; i++) {
      await say(again, space, `wrong ${i}`);
      for (const tab of rest) await say(tab, space, `right ${i} by ${tab.device.name}`);
      await world.clock.run(2_000);
    }
    await world.clock.run(20_000);
    for (const { running: { parts: { kernel } }, device } of rest) {
      const held = kernel.spaces.get(space)!;
      const ahead = Math.max(held.lastOwn!.ms, held.seen!.ms, kernel.time.now()) - world.clock.now();
      expect(ahead, device.name).toBeLessThanOrEqual(300_000);
      expect(ahead).toBeGreaterThan(-300_000);
    }
    const right = texts(rest[0]!, space).filter((text) => text.startsWith('right'));
    expect(right).toHaveLength(10);
    await equal(world, [again, ...rest], space);
    noForks(m.devices);
  }
});

describe('FORMATS §5: a cloned profile', () => {
  for (const role of ['member', 'owner'] as const) {
    test(`${role}: both edit, meet, nothing is lost, the slot is retired, both go on`, async () => {
      const m = await meet({ seed: 50 }, ['anna', 'boris', 'clara']);
      const { world, space } = m;
      const source = m.devices[role === 'owner' ? 0 : 1]!;
      const original = source.tabs[0]!;
      const slot = original.running.parts.kernel.slot!.text;
      world.server.down();
      for (const { pair } of world.network.pairs) pair.cut();
      const copy = await world.open(world.device('copy', { disk: source.disk.clone() }));
      expect(copy.running.parts.kernel.slot!.text).toBe(slot);
      for (let i = 0; i < 5; i++) {
        await say(original, space, `original ${i}`);
        await say(copy, space, `copy ${i}`);
        await world.clock.run(100);
      }
      world.server.up();
      const all = [...m.tabs, copy];
      for (const tab of all) await tab.api.network.retry();
      await until(world, () => all.every((tab) => tab.running.parts.kernel.network.peers.length > 1), 40_000, 'linked');
      await world.clock.run(10_000);
      await say(original, space, 'original goes on');
      await say(copy, space, 'copy goes on');
      await world.clock.run(3_000);
      await equal(world, all, space, 60_000);
      const expected = [...Array.from({ length: 5 }, (_, i) => [`original ${i}`, `copy ${i}`]).flat(), 'original goes on', 'copy goes on'].sort();
      for (const tab of all) expect(texts(tab, space), tab.name).toEqual(expected);
      const slots = [original, copy].map((tab) => tab.running.parts.kernel.slot!.text);
      expect(new Set([...slots, slot]).size, 'two new slots').toBe(3);
      for (const device of m.devices) expect(checkChains(device.disk.records(), { mayFork: (writer) => writer === slot, mayGap: () => false })).toEqual([]);
      const before = digest(copy, space);
      world.kill(copy);
      expect(digest(await world.open(copy.device), space)).toBe(before);
      noFaults(all);
    });
  }

  test('the copy that nobody meets in person: its branch comes by a third peer and is kept', async () => {
    const m = await meet({ seed: 52 }, ['anna', 'boris']);
    const { world, space } = m;
    const [a, b] = m.tabs as [SimTab, SimTab];
    a.offline(true);
    const copy = await world.open(world.device('copy', { disk: m.devices[0]!.disk.clone() }));
    await say(copy, space, 'by the copy');
    await world.clock.run(20_000);
    expect(texts(b, space)).toEqual(['by the copy']);
    world.kill(copy);
    await say(a, space, 'by the original');
    await world.wait(a.api.saved());
    a.offline(false);
    await world.clock.run(40_000);
    await equal(world, [a, b], space);
    expect(texts(a, space)).toEqual(['by the copy', 'by the original']);
  });
});
