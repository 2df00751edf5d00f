/** Own devices that go on from each other's backup files without ever meeting online, and the recovery drill. */
import { beforeAll, describe, expect, test } from 'vitest';
import { toBase64url } from '#base/bytes';
import { DRILL_AFTER_MS } from '#vm/backup-limits';
import { anna, note, PASSPHRASE, phraseOf } from './support/backup-kit.ts';
import { lazyParts } from './support/lazy-parts.ts';
import { born, equal, noFaults, noForks, standing, texts, until } from './support/walks.ts';

beforeAll(async () => void (await lazyParts()));

describe('{K15} two machines that never meet online', () => {
  test('each goes on from the other\'s file: what is new comes in both ways, a space made meanwhile too, and both are equal; a start later as well', async () => {
    const { world, tab: a, personal } = await anna(940);
    const phrase = await phraseOf(world, a);
    const team = await world.wait(a.api.spaces.create({ name: 'River' }));
    await note(world, a, team, 'from a, before');
    const first = (await world.wait(a.api.backup.make())).file;
    a.offline(true);
    const b = await world.open(world.device('b'));
    b.offline(true);
    await world.wait(b.api.backup.restore(first, { phrase }));
    await world.wait(b.api.recovery.finish());
    await note(world, b, team, 'from b');
    await note(world, b, personal, 'a note of b');
    const own = await world.wait(b.api.spaces.create({ name: 'Made on b' }));
    await note(world, b, own, 'in it');
    await note(world, a, team, 'from a, meanwhile');
    // A control: nothing of it comes by another way.
    await world.clock.run(60_000);
    expect(texts(a, team)).toEqual(['from a, before', 'from a, meanwhile']);
    const merged = await world.wait(a.api.backup.merge((await world.wait(b.api.backup.make())).file, { phrase }));
    expect(merged.added).toBeGreaterThan(4);
    expect(texts(a, team)).toEqual(['from a, before', 'from a, meanwhile', 'from b']);
    await until(world, () => standing(a, own) === 'member', 20_000, 'the space made on b is here');
    expect(texts(a, own)).toEqual(['in it']);
    await note(world, a, own, 'answered on a');
    const { file } = await world.wait(a.api.backup.make());
    await world.wait(b.api.backup.merge(file, { phrase }));
    for (const space of [personal, team, own]) await equal(world, [a, b], space);
    expect(texts(b, own)).toEqual(['answered on a', 'in it']);
    // Twice is harmless; a damaged one brings nothing.
    expect((await world.wait(b.api.backup.merge(file, { phrase }))).added).toBe(0);
    await expect(world.wait(b.api.backup.merge(file.slice(0, file.size - 1), { phrase }))).rejects.toMatchObject({ code: 'backup-cut' });
    const boris = await world.open(world.device('boris'));
    await born(world, boris);
    await expect(world.wait(boris.api.backup.merge(file, { phrase }))).rejects.toMatchObject({ code: 'other-key' });
    world.kill(a);
    const again = await world.open(a.device);
    for (const space of [personal, team, own]) await equal(world, [again, b], space);
    noForks([a.device, b.device]);
    noFaults([again, b]);
  });
});

describe('{K7} the recovery drill', () => {
  test('[limit DRILL_AFTER_MS] words and key file are tried against the identity, nothing changes, and after half a year it is due again', async () => {
    const { world, tab } = await anna(920);
    const phrase = await phraseOf(world, tab);
    const keyFile = await world.wait(tab.api.recovery.keyFile(PASSPHRASE));
    const status = async () => (await world.wait(tab.api.backup.status())).drill;
    // Nothing is kept yet: that is said elsewhere, and no drill could prove anything.
    const pass = (ms: number): void => void (tab.device.clockOffsetMs += ms);
    pass(DRILL_AFTER_MS);
    expect(await status()).toEqual({ at: null, by: null, due: false });
    const rows = async (): Promise<string> => JSON.stringify((await tab.device.disk.open().list('id/')), (_, value: unknown) => (value instanceof Uint8Array ? toBase64url(value) : value));
    const was = await rows();
    await world.wait(tab.api.backup.tryKey({ phrase: ` ${phrase.toUpperCase()} ` }));
    expect(await status()).toEqual({ at: world.clock.now() + tab.device.clockOffsetMs, by: 'phrase', due: false });
    pass(DRILL_AFTER_MS - 60_000);
    expect((await status()).due).toBe(false);
    pass(120_000);
    expect((await status()).due).toBe(true);
    await expect(world.wait(tab.api.backup.tryKey({ file: keyFile, passphrase: 'seven boats' }))).rejects.toMatchObject({ code: 'wrong-passphrase' });
    await expect(world.wait(tab.api.backup.tryKey({ phrase: `${'abandon '.repeat(23)}art` }))).rejects.toMatchObject({ code: 'other-key' });
    await expect(world.wait(tab.api.backup.tryKey({ phrase: 'one two' }))).rejects.toMatchObject({ code: 'phrase-count' });
    expect((await status()).due).toBe(true);
    await world.wait(tab.api.backup.tryKey({ file: keyFile, passphrase: PASSPHRASE }));
    expect(await status()).toMatchObject({ by: 'file', due: false });
    expect(await rows()).toBe(was);
    noFaults([tab]);
  });
});
