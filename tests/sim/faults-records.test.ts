/** Bad, foreign and future records on the production kernel (FORMATS §2 Validation, §5, §6). */
import { describe, expect, test } from 'vitest';
import { encodeCbor } from '#base/cbor';
import { generalFragment } from '#os/kernel/spaces';
import type { StoredRecord } from '#ports/record-store';
import { encodeStamp } from '#vm/protocol/stamp';
import { parseRecord } from '#vm/protocol/record';
import { entryOf, give, message, nextRecord, resign } from './support/forge.ts';
import type { SimTab } from './support/sim-world.ts';
import { digest, equal, meet, noFaults, say, texts, until, type Meeting } from './support/walks.ts';

/** Op records of the team space on a disk, in order. */
function opRecords(m: Meeting, device: number): StoredRecord[] {
  return m.devices[device]!.disk.records().filter((row) => {
    const parsed = parseRecord(row.bytes);
    return parsed.ok && parsed.value.header.class === 1 && row.space.join() === m.tabs[0]!.running.parts.kernel.spaces.get(m.space)!.id.join();
  });
}

const count = (tab: SimTab, name: string): number => tab.api.metrics()[name] ?? 0;
const statuses = async (tab: SimTab, space: string): Promise<string[]> => (await tab.api.log.records(space, { limit: 500 })).map((info) => info.status);

describe('FORMATS §2: what is not genuine is refused, counted and changes nothing', () => {
  test('each byte of a record flipped', async () => {
    const m = await meet({ seed: 60 }, ['anna', 'boris']);
    const [a, b] = m.tabs as [SimTab, SimTab];
    const bytes = await nextRecord(a, m.space, [message(a, m.space, 'genuine')]);
    const before = digest(b, m.space);
    const rows = m.devices[1]!.disk.rows;
    let refused = 0;
    for (let i = 0; i < bytes.length; i++) {
      const forged = bytes.slice();
      forged[i]! ^= 1 << (i % 8);
      // The guard stands first in the world; here the kernel judges alone what still parses.
      const parsed = parseRecord(forged);
      // Another version or algorithm: nobody can judge it here; see "alg 2" below.
      if (!parsed.ok || parsed.value.status === 'unknown-version') refused++;
      else refused += (await give(b, forged)).refused;
    }
    expect(refused).toBe(bytes.length);
    expect(digest(b, m.space)).toBe(before);
    expect(m.devices[1]!.disk.rows).toBe(rows);
    expect(count(b, 'records.refused.signature')).toBeGreaterThan(200);
    expect((await give(b, bytes)).added, 'the genuine one is taken').toBe(1);
    expect(texts(b, m.space)).toEqual(['genuine']);
    noFaults([b]);
  });

  test('replayed records are known and change nothing', async () => {
    const m = await meet({ seed: 61 }, ['anna', 'boris']);
    const [a, b] = m.tabs as [SimTab, SimTab];
    await say(a, m.space, 'once');
    await m.world.clock.run(2_000);
    const before = digest(b, m.space);
    const { rows } = m.devices[1]!.disk;
    const records = m.devices[0]!.disk.records().filter((row) => parseRecord(row.bytes).ok && b.running.parts.kernel.index.has(Buffer.from(row.id).toString('base64url')));
    expect(records.length).toBeGreaterThan(5);
    for (let i = 0; i < 20; i++) expect((await give(b, ...records.map((row) => row.bytes))).added).toBe(0);
    expect(digest(b, m.space)).toBe(before);
    expect(m.devices[1]!.disk.rows).toBe(rows);
  });

  test('a record of another space, and one under another id', async () => {
    const m = await meet({ seed: 62 }, ['anna', 'boris']);
    const [a, b] = m.tabs as [SimTab, SimTab];
    const personal = [...a.running.parts.kernel.spaces.values()].find((space) => space.key !== m.space)!;
    const genuine = await nextRecord(a, m.space, [message(a, m.space, 'x')]);
    const elsewhere = await resign(a, genuine, (header) => header.set(2, personal.id));
    expect((await give(b, elsewhere)).refused).toBe(1);
    expect(count(b, 'records.refused.space')).toBe(1);
    const wrongId = { ...entryOf(genuine), id: new Uint8Array(32).fill(9) };
    expect((await b.running.parts.ingest.ingest([wrongId], 'live', 'a link')).refused).toBe(1);
    expect(count(b, 'records.refused.hash')).toBe(1);
    expect(texts(b, m.space)).toEqual([]);
  });

  test('a break in the log: wrong prev, a seq that jumps, a stamp that falls', async () => {
    const m = await meet({ seed: 63 }, ['anna', 'boris']);
    const [a, b] = m.tabs as [SimTab, SimTab];
    await say(a, m.space, 'one');
    await say(a, m.space, 'two');
    await m.world.clock.run(2_000);
    const next = await nextRecord(a, m.space, [message(a, m.space, 'bad')]);
    await give(b, await resign(a, next, (header) => header.set(6, new Uint8Array(32).fill(3))));
    await give(b, await resign(a, next, (header) => header.set(5, 40)));
    await give(b, await resign(a, next, (header) => header.set(11, encodeStamp({ ms: 1_000, ctr: 0 }))));
    expect(texts(b, m.space)).toEqual(['one', 'two']);
    noFaults([b]);
  });

  test('FORMATS §6: what a guest sealed is held by all and shown by none', async () => {
    const m = await meet({ seed: 64 }, ['anna', 'boris', 'gast'], 'member');
    const guest = await m.world.open(m.world.device('guest'));
    await m.world.wait(guest.api.identity.create({ name: 'guest' }));
    const link = await m.world.wait(m.tabs[0]!.api.spaces.invite(m.space, { role: 'guest' }));
    await m.world.wait(guest.api.spaces.join(link));
    await until(m.world, () => guest.running.parts.kernel.spaces.get(m.space)?.standing === 'member', 20_000, 'the guest is inside');
    // The guest says whose slot it is by a record of their own, which the forged one names.
    await equal(m.world, [...m.tabs, guest], m.space);
    const forged = await nextRecord(guest, m.space, [message(guest, m.space, 'not allowed')]);
    for (const tab of m.tabs) {
      expect((await give(tab, forged)).added, tab.name).toBe(1);
      expect(texts(tab, m.space), tab.name).toEqual([]);
      expect(await statuses(tab, m.space)).toContain('void');
    }
    await equal(m.world, m.tabs, m.space);
    noFaults(m.tabs);
  });
});

describe('FORMATS §2: what is newer is kept and waits', () => {
  test('an extension of the header (≥ 64) is signed, kept and ignored', async () => {
    const m = await meet({ seed: 65 }, ['anna', 'boris']);
    const [a, b] = m.tabs as [SimTab, SimTab];
    const next = await nextRecord(a, m.space, [message(a, m.space, 'with an extension')]);
    const extended = await resign(a, next, (header) => header.set(99, 'later'));
    expect((await give(b, extended)).added).toBe(1);
    expect(texts(b, m.space)).toEqual(['with an extension']);
  });

  test('an unknown header key below 64 and an unknown flag: verified, stored, in the set digest, not applied', async () => {
    for (const change of [(header: Map<string | number, unknown>) => header.set(20, 1), (header: Map<string | number, unknown>) => header.set(17, 1)]) {
      const m = await meet({ seed: 66 }, ['anna', 'boris']);
      const [a, b] = m.tabs as [SimTab, SimTab];
      const set = digest(b, m.space).split(' ')[0];
      const bytes = await resign(a, await nextRecord(a, m.space, [message(a, m.space, 'newer')]), change);
      expect((await give(b, bytes)).added).toBe(1);
      expect(texts(b, m.space)).toEqual([]);
      expect(digest(b, m.space).split(' ')[0]).not.toBe(set);
      expect(await statuses(b, m.space)).toContain('newer');
      m.world.kill(b);
      const again = await m.world.open(m.devices[1]!);
      expect(await statuses(again, m.space), 'kept over a restart').toContain('newer');
      noFaults([again]);
    }
  });

  test('a record with an unknown primitive: stored, in the set digest, nothing of it applied', async () => {
    const m = await meet({ seed: 67 }, ['anna', 'boris']);
    const [a, b] = m.tabs as [SimTab, SimTab];
    const [op, last] = [message(a, m.space, 'beside it'), message(a, m.space, 'its stamp counts')];
    const payload = encodeCbor([0, op.stamp.ms, ['v@1'], [[0, 0, 0, op.stamp.ctr, ...op.args], [31, 0, last.stamp.ms - op.stamp.ms, last.stamp.ctr, 'unheard of']]]);
    const set = digest(b, m.space).split(' ')[0];
    expect((await give(b, await nextRecord(a, m.space, [op, last], () => payload))).added).toBe(1);
    expect(texts(b, m.space)).toEqual([]);
    expect(await statuses(b, m.space)).toContain('newer');
    expect(digest(b, m.space).split(' ')[0]).not.toBe(set);
    noFaults([b]);
  });

  test('alg 2: cannot be judged, is in no digest, and that log waits', async () => {
    const m = await meet({ seed: 68 }, ['anna', 'boris']);
    const [a, b] = m.tabs as [SimTab, SimTab];
    const before = digest(b, m.space);
    const bytes = await resign(a, await nextRecord(a, m.space, [message(a, m.space, 'alg 2')]), (header) => header.set(1, 2));
    await give(b, bytes);
    expect(digest(b, m.space)).toBe(before);
    expect(texts(b, m.space)).toEqual([]);
    noFaults([b]);
  });
});

describe('FORMATS §2: a missing dep blocks nothing', () => {
  test('the record is shown, the missing part is asked for and comes', async () => {
    const m = await meet({ seed: 69 }, ['anna', 'boris', 'clara']);
    const [a, b, c] = m.tabs as [SimTab, SimTab, SimTab];
    a.offline(true);
    await say(c, m.space, 'dep');
    await m.world.clock.run(2_000);
    await say(b, m.space, 'names the dep');
    await m.world.clock.run(2_000);
    const withDep = opRecords(m, 1).map((row) => row.bytes).filter((bytes) => {
      const parsed = parseRecord(bytes);
      return parsed.ok && parsed.value.header.deps.length > 0 && parsed.value.header.writer.join() === b.running.parts.kernel.slot!.writer.join() && parsed.value.header.fragment.join() === generalFragment(b.running.parts.kernel.spaces.get(m.space)!)!.join();
    });
    expect(withDep.length).toBe(1);
    await give(a, withDep[0]!);
    expect(texts(a, m.space)).toEqual(['names the dep']);
    a.offline(false);
    await until(m.world, () => texts(a, m.space).length === 2, 40_000, 'the dep came');
    await equal(m.world, m.tabs, m.space);
  });
});
