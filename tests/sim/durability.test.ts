/** The durability meter: only signed words are counted, by kind, against what the space asks for (docs/decisions/0077). */
import { beforeAll, describe, expect, test } from 'vitest';
import { must } from '#base/assert';
import { MAX_TARGET_COPIES, MAX_TARGET_DAYS } from '#os/limits';
import type { KernelDeps } from '#os/kernel/deps';
import { beaconHost } from '#signaling/beacon/service';
import { cryptoOf, phraseOf } from './support/backup-kit.ts';
import { lazyParts } from './support/lazy-parts.ts';
import type { SimTab } from './support/sim-world.ts';
import { meet, noFaults, say, texts, until } from './support/walks.ts';
import { raised } from './support/tower.ts';

beforeAll(async () => void (await lazyParts()));

const mutate = (deps: KernelDeps, tab: string): KernelDeps => (tab.startsWith('tower') ? { ...deps, beacon: beaconHost } : deps);

describe('{V10} the durability meter', () => {
  test('DUR1 devices, of how many people, and beacons: what was not confirmed is not counted, nor who was removed', async () => {
    const m = await meet({ seed: 1301, mutate }, ['anna', 'boris']);
    const { world, space } = m;
    const [anna, boris] = m.tabs as [SimTab, SimTab];
    const { tower, address } = await raised(m, 'tower', 1301);
    const beacon = await world.open(tower);
    await world.wait(anna.api.access.beacons(space, { add: address }));
    await until(world, () => beacon.running.parts.kernel.spaces.get(space)?.standing === 'member', 30_000, 'it is in');
    await world.clock.run(20_000);
    const first = await world.wait(anna.api.durability(space));
    expect(first).toMatchObject({ devices: { n: 2, people: 2 }, beacons: { n: 1, names: ['tower'] }, backups: { n: 0, at: null }, target: { copies: 2, beacons: 0, backupDays: 0 }, below: [] });
    for (const tab of [boris, beacon]) world.kill(tab);
    const sent = await say(anna, space, 'alone');
    const node = must(sent.ids[0], 'message');
    await world.clock.run(20_000);
    expect(await world.wait(anna.api.durability(space, { node }))).toMatchObject({ devices: { n: 1, people: 1, lastConfirmed: null }, beacons: { n: 0 }, below: ['copies'] });
    // Of a place the weakest decides; other places keep what they have.
    expect(await world.wait(anna.api.durability(space))).toMatchObject({ devices: { n: 1 }, beacons: { n: 0 } });
    const again = await world.open(m.devices[1]!);
    await until(world, () => texts(again, space).includes('alone'), 60_000, 'boris has it');
    await world.clock.run(20_000);
    expect(await world.wait(anna.api.durability(space, { node }))).toMatchObject({ devices: { n: 2, people: 2 }, below: [] });
    await world.wait(anna.api.access.remove(space, again.api.identity.get()!.uid));
    await world.clock.run(5_000);
    expect((await world.wait(anna.api.durability(space, { node }))).devices.n).toBe(1);
    await expect(world.wait(anna.api.durability(space, { node: space }))).rejects.toMatchObject({ code: 'not-here' });
    await expect(world.wait(anna.api.durability(space, { fragment: 'none' }))).rejects.toMatchObject({ code: 'not-here' });
    noFaults([anna]);
  });

  test('DUR2 a backup counts when the file was read back, for what came out of it, by a receipt that nobody changed', async () => {
    const m = await meet({ seed: 1302, crypto: cryptoOf(1302) }, ['anna', 'boris']);
    const { world, space } = m;
    const [anna] = m.tabs as [SimTab];
    const kept = await say(anna, space, 'kept');
    await world.clock.run(5_000);
    const phrase = await phraseOf(world, anna);
    const { file } = await world.wait(anna.api.backup.make());
    const backups = async () => (await world.wait(anna.api.durability(space))).backups;
    expect(await backups()).toMatchObject({ n: 0 });
    const report = await world.wait(anna.api.backup.verify(file, { phrase }));
    expect(await backups()).toMatchObject({ n: 1, at: report.at });
    const later = await say(anna, space, 'not in it');
    await world.clock.run(5_000);
    expect(await backups()).toMatchObject({ n: 0, at: report.at });
    const ofNode = async (sent: { ids: string[] }) => (await world.wait(anna.api.durability(space, { node: must(sent.ids[0], 'message') }))).backups.n;
    expect([await ofNode(kept), await ofNode(later)]).toEqual([1, 0]);
    // The target asks for its age, not for the last word.
    await world.wait(anna.api.access.setRules(space, { copies: { copies: 2, beacons: 0, backupDays: 1 } }));
    await world.clock.run(5_000);
    expect((await world.wait(anna.api.durability(space))).below).toEqual([]);
    const { store } = anna.running.parts.kernel;
    const row = (await store.get(`kept/${space}`)) as { ms: number };
    await store.commit({ origin: 'test', records: [], values: [[`kept/${space}`, { ...row, ms: row.ms + 1 }]] });
    expect(await backups()).toEqual({ n: 0, at: null, readAt: null });
    noFaults([anna]);
  });

  test('[limit MAX_TARGET_COPIES MAX_TARGET_DAYS] DUR3 an Owner sets what the space asks for; others cannot, and too much is refused', async () => {
    const m = await meet({ seed: 1303 }, ['anna', 'boris']);
    const { world, space } = m;
    const [anna, boris] = m.tabs as [SimTab, SimTab];
    const ask = (tab: SimTab, copies: Parameters<SimTab['api']['access']['setRules']>[1]['copies']) => world.wait(tab.api.access.setRules(space, { copies: copies ?? null }));
    await expect(ask(boris, { copies: 1, beacons: 0, backupDays: 0 })).rejects.toMatchObject({ code: 'owner-only' });
    for (const wrong of [{ copies: MAX_TARGET_COPIES + 1, beacons: 0, backupDays: 0 }, { copies: 2, beacons: 5, backupDays: 0 }, { copies: 2, beacons: 0, backupDays: MAX_TARGET_DAYS + 1 }, { copies: 1.5, beacons: 0, backupDays: 0 }]) {
      await expect(ask(anna, wrong)).rejects.toMatchObject({ code: 'bad-value' });
    }
    await ask(anna, { copies: MAX_TARGET_COPIES, beacons: 1, backupDays: MAX_TARGET_DAYS });
    await world.clock.run(5_000);
    for (const tab of [anna, boris]) expect(await world.wait(tab.api.durability(space))).toMatchObject({ target: { copies: MAX_TARGET_COPIES, beacons: 1, backupDays: MAX_TARGET_DAYS }, below: ['copies', 'beacons', 'backup'] });
    await ask(anna, null);
    await world.clock.run(5_000);
    expect(await world.wait(boris.api.durability(space))).toMatchObject({ target: { copies: 2, beacons: 0, backupDays: 0 }, below: [] });
    noFaults([anna, boris]);
  });
});
