/** A dead laptop and nobody online: an old backup file and a beacon bring everything back (issue 5, must show 5). */
import { beforeAll, describe, expect, test } from 'vitest';
import { beaconHost } from '#signaling/beacon/service';
import { cryptoOf, note, personalOf, phraseOf } from './support/backup-kit.ts';
import { lazyParts } from './support/lazy-parts.ts';
import type { SimTab } from './support/sim-world.ts';
import { raised } from './support/tower.ts';
import { digest, equal, meet, noFaults, noForks, say, standing, texts, until } from './support/walks.ts';

beforeAll(async () => void (await lazyParts()));

const SEED = 960;

describe('{K15} {V10} a backup and a beacon', () => {
  test('what was written after the backup comes from the beacon alone, of the Personal space too; then all are equal, and nothing forks', async () => {
    const m = await meet({ seed: SEED, crypto: cryptoOf(SEED), mutate: (deps, tab) => (tab.startsWith('tower') ? { ...deps, beacon: beaconHost } : deps) }, ['anna', 'boris']);
    const { world, space } = m;
    const [anna, boris] = m.tabs as [SimTab, SimTab];
    const personal = personalOf(anna);
    const { tower, address } = await raised(m, 'tower', SEED, cryptoOf(SEED));
    const beacon = await world.open(tower);
    for (const one of [space, personal]) await world.wait(anna.api.access.beacons(one, { add: address }));
    await until(world, () => [space, personal].every((one) => standing(beacon, one) === 'member'), 60_000, 'the beacon keeps both');
    await say(boris, space, 'before');
    await note(world, anna, personal, 'a note before');
    await until(world, () => texts(anna, space).length === 1, 30_000, 'anna has it');
    const phrase = await phraseOf(world, anna);
    const { file } = await world.wait(anna.api.backup.make());

    await note(world, anna, personal, 'a note after it');
    await say(anna, space, 'after it, by Anna');
    await say(boris, space, 'after it, by Boris');
    await until(world, () => texts(anna, space).length === 3 && texts(boris, space).length === 3, 30_000, 'both have all');
    const set = (tab: SimTab, one: string): string => digest(tab, one).split(' ')[0]!;
    await until(world, () => [space, personal].every((one) => set(beacon, one) === set(anna, one)), 60_000, 'the beacon has all');
    world.kill(anna);
    boris.offline(true);

    const back = await world.open(world.device('laptop'));
    await world.wait(back.api.backup.restore(file, { phrase }));
    expect([texts(back, space), texts(back, personal)], 'control: the file is the older one').toEqual([['before'], ['a note before']]);
    await world.wait(back.api.recovery.finish());
    await until(world, () => texts(back, space).length === 3 && texts(back, personal).length === 2, 120_000, 'the beacon gave the rest');
    expect(back.running.parts.kernel.network.peers.map(({ via }) => via)).toEqual(['beacon']);
    await until(world, () => [space, personal].every((one) => set(beacon, one) === set(back, one)), 60_000, 'and has what the new device wrote');
    boris.offline(false);
    await equal(world, [boris, back], space, 60_000);
    noForks([boris.device, back.device, tower]);
    noFaults([boris, back, beacon]);
  });
});
