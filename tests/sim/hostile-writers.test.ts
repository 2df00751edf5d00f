/** Writers that nobody explains, caps of the logs, and what forgeries cost (TRUST §3 rows 1, 9, 10, 33), on the production kernel over links. */
import { describe, expect, test } from 'vitest';
import { toBase64url } from '#base/bytes';
import { must } from '#base/assert';
import { KERNEL_LIMITS } from '#os/limits';
import type { RecordEntry } from '#ports/replica';
import { entryOf, give, madeUp, message, nextRecord } from './support/forge.ts';
import { rawMember } from './support/raw-member.ts';
import type { SimTab } from './support/sim-world.ts';
import { equal, meet, noFaults, say, standing, texts, until } from './support/walks.ts';

const FULL = process.env.LGOS_FULL === '1';
const count = (tab: SimTab, name: string): number => tab.api.metrics()[name] ?? 0;
const held = (tab: SimTab, space: string) => must(tab.running.parts.kernel.spaces.get(space), 'space');
const logs = (tab: SimTab, space: string): number => [...held(tab, space).fragments.values()].reduce((sum, fragment) => sum + fragment.log.heads().length, 0);

describe('[row 33] TRUST §3: writers that the acl does not explain', () => {
  test('[IDN7] [limit KERNEL.earlyMs] {V4} logs of made-up writers are in no log and no store, wait in a small room, cost their sender and crowd nobody out', async () => {
    const m = await meet({ seed: 700 }, ['anna', 'boris', 'clara']);
    const [a, b, c] = m.tabs as [SimTab, SimTab, SimTab];
    const { world, space } = m;
    const many = FULL ? 20_000 : 400;
    const entries = await madeUp(b, space, many);
    const raw = await rawMember(world, b, space);
    const [before, rows] = [logs(a, space), m.devices[0]!.disk.rows];
    for (let at = 0; at < entries.length; at += 500) {
      raw.push(entries.slice(at, at + 500));
      await world.clock.run(1_000);
    }
    expect([logs(a, space), m.devices[0]!.disk.rows], 'nothing of it is kept').toEqual([before, rows]);
    expect(entries.filter((entry) => a.running.parts.ingest.isEarly(toBase64url(entry.id))).length, 'they wait in the room').toBeGreaterThan(many / 4);
    await say(c, space, 'honest meanwhile');
    await until(world, () => texts(a, space).length === 1, 5_000, 'honest records go on');
    await world.clock.run(KERNEL_LIMITS.earlyMs + 5_000);
    expect(count(a, 'link.banned'), 'the sender is closed out').toBeGreaterThan(0);
    expect(raw.closed.length).toBeGreaterThan(0);
    expect(entries.filter((entry) => a.running.parts.ingest.isEarly(toBase64url(entry.id)))).toEqual([]);
    expect(texts(a, space)).toEqual(['honest meanwhile']);
    await equal(world, [a, c], space);
    noFaults([a, c]);
  }, 600_000);

  test('[IDN7] an honest record that overtakes the acl record of its author waits, and has its effect when that comes', async () => {
    const m = await meet({ seed: 701 }, ['anna', 'boris']);
    const [a, b] = m.tabs as [SimTab, SimTab];
    const { world, space } = m;
    const device = world.device('clara');
    const c = await world.open(device);
    await world.wait(c.api.identity.create({ name: 'clara' }));
    b.offline(true);
    for (const { names, pair } of world.network.pairs) if (names.includes(b.name)) pair.cut();
    await world.wait(c.api.spaces.join(m.link));
    await until(world, () => standing(c, space) === 'member', 20_000, 'inside');
    await say(c, space, 'hello');
    await say(c, space, 'again');
    await world.wait(c.api.saved());
    await world.clock.run(3_000);
    const rows = device.disk.records().filter((row) => toBase64url(row.space) === space);
    const writer = c.running.parts.kernel.slot!.text;
    const data = rows.filter((row) => toBase64url(row.writer) === writer && row.fragment[0] !== 1);
    expect((await give(b, ...data.map((row) => row.bytes))).added).toBe(0);
    expect(data.map((row) => b.running.parts.ingest.isEarly(toBase64url(row.id)))).toEqual(data.map(() => true));
    expect(data.map((row) => b.running.parts.kernel.index.has(toBase64url(row.id)))).toEqual(data.map(() => false));
    await give(b, ...rows.filter((row) => row.fragment[0] === 1).map((row) => row.bytes));
    expect(texts(b, space)).toEqual(['again', 'hello']);
    b.offline(false);
    await equal(world, [a, b, c], space);
    noFaults([a, b, c]);
  });

  test('[IDN7] [limit KERNEL.writersPerPerson] FORMATS §1: a person has room for so many writers in a space, the next one is not taken in', async () => {
    const m = await meet({ seed: 702 }, ['anna', 'boris']);
    const [a, b] = m.tabs as [SimTab, SimTab];
    const { space, world } = m;
    const uid = must(b.running.parts.kernel.profile, 'profile').uid;
    const entries = await madeUp(b, space, KERNEL_LIMITS.writersPerPerson + 50, { uid });
    const before = logs(a, space);
    for (let at = 0; at < entries.length; at += 200) await give(a, ...entries.slice(at, at + 200).map((entry) => entry.bytes));
    expect(logs(a, space) - before).toBe(KERNEL_LIMITS.writersPerPerson - 1);
    expect(count(a, 'records.refused.person-cap')).toBe(51);
    await say(a, space, 'still here');
    await until(world, () => texts(b, space).includes('still here'), 10_000, 'others go on');
  }, 120_000);
});

describe('[row 1] [row 9] TRUST §3: forgeries cost their sender', () => {
  test('[IDN8] [limit GUARD.forgedStrikes] [limit GUARD.banMs] {V4} records with a flipped signature: none is accepted, the sender is closed out and not linked again for a minute', async () => {
    const m = await meet({ seed: 703 }, ['anna', 'boris', 'clara']);
    const [a, b, c] = m.tabs as [SimTab, SimTab, SimTab];
    const { world, space } = m;
    const bytes = await nextRecord(b, space, [message(b, space, 'genuine')]);
    const forged: RecordEntry[] = [];
    for (let i = 0; i < 40; i++) {
      const one = bytes.slice();
      one[one.length - 1 - i]! ^= 1;
      forged.push({ ...entryOf(bytes), bytes: one });
    }
    const raw = await rawMember(world, b, space);
    const rows = m.devices[0]!.disk.rows;
    raw.push(forged);
    await world.clock.run(2_000);
    expect(count(a, 'records.refused.signature')).toBe(forged.length);
    expect(m.devices[0]!.disk.rows).toBe(rows);
    expect(count(a, 'link.banned')).toBe(1);
    expect(raw.closed.length, 'by both').toBe(2);
    expect(a.api.metrics()['guard.strikes.forged']).toBeGreaterThanOrEqual(7);
    // Dialled again meanwhile, from whichever side: closed right after the handshake, nothing is told.
    const opened = raw.messages.filter((one) => one.event === 'sync:open:v1:requested').length;
    await world.clock.run(40_000);
    expect(raw.messages.filter((one) => one.event === 'sync:open:v1:requested').length).toBe(opened);
    await say(c, space, 'goes on');
    await until(world, () => texts(a, space).includes('goes on'), 5_000, 'the rest of the world is there');
    // After the ban the same device is let in again.
    await until(world, () => raw.messages.filter((one) => one.event === 'sync:open:v1:requested').length > opened, 120_000, 'linked again after the ban');
    noFaults([a, c]);
  });

  test('[IDN8] what is wrong behind the signature costs no link: a member without right is refused, who passes it on is not closed', async () => {
    const m = await meet({ seed: 704 }, ['anna', 'boris']);
    const [a, b] = m.tabs as [SimTab, SimTab];
    const link = (await a.running.parts.kernel.replication!.peers())[0]!.link;
    for (let i = 0; i < 100; i++) {
      const bytes = await nextRecord(b, m.space, [{ ...message(b, m.space, 'x'), args: [] }].map((op) => ({ ...op, args: [new Uint8Array(16).fill(1), '', new Map()] })));
      await a.running.parts.ingest.ingest([entryOf(bytes)], 'live', link);
    }
    expect(count(a, 'link.banned')).toBe(0);
    expect(a.running.parts.kernel.network.peers.length).toBe(1);
  });
});
