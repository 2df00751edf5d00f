/** The encrypted key file (docs/PROTOCOL.md, Key file): made, read back, and the way back with it. */
import { beforeAll, describe, expect, test } from 'vitest';
import { fromUtf8, toBase64url, type Bytes } from '#base/bytes';
import { encodeCbor } from '#base/cbor';
import { recoverySeed } from '#vm/protocol/identity';
import { openKeyFile, parseKeyFile } from '#vm/protocol/key-file';
import { entropyOf, phraseOf } from '#vm/protocol/phrase';
import { createSimWorld, type SimTab, type SimWorld } from './support/sim-world.ts';
import { equal, meet, noFaults, say, standing, texts, until } from './support/walks.ts';

// The kernel asks for these when they are used first; virtual time must not run ahead of the disk of this machine.
beforeAll(async () => void (await Promise.all([import('#os/kernel/recovery-key'), import('#os/kernel/returns'), import('#os/kernel/key-file')])));

const PASSPHRASE = 'seven boats under the bridge';

async function anna(seed: number): Promise<{ world: SimWorld; tab: SimTab }> {
  const world = createSimWorld({ seed });
  const tab = await world.open(world.device('anna'));
  await world.wait(tab.api.identity.create({ name: 'Anna' }));
  return { world, tab };
}

const bytesOf = async (file: Blob): Promise<Bytes> => new Uint8Array(await file.arrayBuffer());
/** Checks four words back: the phrase is erased. */
async function erase(world: SimWorld, tab: SimTab): Promise<string> {
  const words = await world.wait(tab.api.recovery.phrase());
  expect(await world.wait(tab.api.recovery.check([0, 1, 2, 3].map((at) => ({ at, word: words[at]! }))))).toEqual([]);
  return words.join(' ');
}

describe('{K7} the key file', () => {
  test('it holds what the words stand for; the key counts as kept once the file was read back, in every tab and after a restart', async () => {
    const { world, tab } = await anna(420);
    const words = (await world.wait(tab.api.recovery.phrase())).join(' ');
    const file = await world.wait(tab.api.recovery.keyFile(PASSPHRASE));
    const parsed = parseKeyFile(await bytesOf(file));
    if (!parsed.ok) throw new Error(parsed.error);
    expect(phraseOf((await openKeyFile(tab.running.parts.kernel.deps.crypto, parsed.value, PASSPHRASE))!)).toBe(words);
    // Saved is not kept: nobody knows yet whether it can be read.
    expect((await world.wait(tab.api.recovery.status())).fileCheckedAt).toBeNull();
    await expect(world.wait(tab.api.recovery.checkKeyFile(file, `${PASSPHRASE} `))).rejects.toMatchObject({ code: 'wrong-passphrase' });
    expect((await world.wait(tab.api.recovery.status())).fileCheckedAt).toBeNull();
    await world.wait(tab.api.recovery.checkKeyFile(file, PASSPHRASE));
    const at = world.clock.now();
    for (const one of [tab, await world.open(tab.device)]) expect(await world.wait(one.api.recovery.status())).toEqual({ phrase: 'here', checkedAt: null, fileCheckedAt: at });
    // Two files of one passphrase have nothing in common that could be compared.
    const again = await bytesOf(await world.wait(tab.api.recovery.keyFile(PASSPHRASE)));
    expect(toBase64url(again)).not.toBe(toBase64url(await bytesOf(file)));
    noFaults([tab]);
  });

  test('once the phrase was checked back it takes the words, and only those of this person; a check of the words keeps the mark of the file', async () => {
    const { world, tab } = await anna(421);
    const file = await world.wait(tab.api.recovery.keyFile(PASSPHRASE));
    await world.wait(tab.api.recovery.checkKeyFile(file, PASSPHRASE));
    const words = await erase(world, tab);
    expect(await world.wait(tab.api.recovery.status())).toMatchObject({ phrase: 'erased', checkedAt: expect.any(Number), fileCheckedAt: expect.any(Number) });
    await expect(world.wait(tab.api.recovery.keyFile(PASSPHRASE))).rejects.toMatchObject({ code: 'erased' });
    await expect(world.wait(tab.api.recovery.keyFile(PASSPHRASE, 'one two'))).rejects.toMatchObject({ code: 'phrase-count' });
    await expect(world.wait(tab.api.recovery.keyFile(PASSPHRASE, 'abandon '.repeat(23) + 'art'))).rejects.toMatchObject({ code: 'other-key' });
    await world.wait(tab.api.recovery.checkKeyFile(await world.wait(tab.api.recovery.keyFile(PASSPHRASE, words)), PASSPHRASE));
    // Reading a file back does not bring the secret back.
    expect((await world.wait(tab.api.recovery.status())).phrase).toBe('erased');
  });

  test('[limit KERNEL.passphraseChars KERNEL.passphraseKinds KERNEL.passphraseUnits] a passphrase that is soon guessed, or is none, makes no file', async () => {
    const { world, tab } = await anna(422);
    for (const weak of ['', 'elevenchars', 'ababababababab', 'abcdeabcdeab', `${'𝒳'.repeat(6)}abcde`, 'abcdef'.repeat(171), undefined as never, 7 as never]) {
      await expect(world.wait(tab.api.recovery.keyFile(weak)), String(weak)).rejects.toMatchObject({ code: 'passphrase-weak' });
    }
    for (const enough of ['twelve chars', 'abcdefabcdef', 'abcd'.repeat(255) + 'ef']) expect((await world.wait(tab.api.recovery.keyFile(enough))).size).toBeGreaterThan(100);
  });

  test('somebody else\'s file, no file, a cut one, a newer one and one that asks for endless work: each is refused by name', async () => {
    const { world, tab } = await anna(423);
    const boris = await world.open(world.device('boris'));
    await world.wait(boris.api.identity.create({ name: 'Boris' }));
    const his = await world.wait(boris.api.recovery.keyFile(PASSPHRASE));
    const mine = await bytesOf(await world.wait(tab.api.recovery.keyFile(PASSPHRASE)));
    const fresh = await world.open(world.device('new'));
    const refused = async (file: Blob, code: string, passphrase = PASSPHRASE): Promise<void> => {
      await expect(world.wait(tab.api.recovery.checkKeyFile(file, passphrase)), code).rejects.toMatchObject({ code });
      if (code !== 'other-key') await expect(world.wait(fresh.api.recovery.fromKeyFile(file, passphrase)), code).rejects.toMatchObject({ code });
    };
    await refused(his, 'other-key');
    for (const none of [new Blob([]), new Blob(['{}']), new Blob([mine, new Uint8Array(1_000_000)]), 'a file' as never, null as never]) await refused(none, 'key-file');
    await refused(new Blob([mine.subarray(0, 80)]), 'key-file-damaged');
    await refused(new Blob([encodeCbor(['lgos/key-file', 2, 0])]), 'key-file-newer');
    for (const wrong of ['', `${PASSPHRASE}.`, 'x'.repeat(100_000), 7 as never]) await refused(new Blob([mine]), 'wrong-passphrase', wrong);
    expect(fresh.api.recovery.returning()).toBeNull();
    expect((await world.wait(tab.api.recovery.status())).fileCheckedAt).toBeNull();
    noFaults([tab, boris, fresh]);
  });

  test('before the first run there is nothing to save or to check', async () => {
    const world = createSimWorld({ seed: 424 });
    const tab = await world.open(world.device('nobody'));
    await expect(world.wait(tab.api.recovery.keyFile(PASSPHRASE))).rejects.toMatchObject({ code: 'no-identity' });
    await expect(world.wait(tab.api.recovery.checkKeyFile(new Blob([]), PASSPHRASE))).rejects.toMatchObject({ code: 'no-identity' });
  });

  test('neither the store nor the diagnostics hold the passphrase, the file or the key', async () => {
    const { world, tab } = await anna(425);
    const entropy = entropyOf((await world.wait(tab.api.recovery.phrase())).join(' '))!;
    const file = await world.wait(tab.api.recovery.keyFile(PASSPHRASE));
    await world.wait(tab.api.recovery.checkKeyFile(file, PASSPHRASE));
    await expect(world.wait(tab.api.recovery.checkKeyFile(file, `${PASSPHRASE}?`))).rejects.toMatchObject({ code: 'wrong-passphrase' });
    const rows = JSON.stringify(await tab.device.disk.open().list(''), (_, value: unknown) => (value instanceof Uint8Array ? toBase64url(value) : value));
    const told = fromUtf8(await bytesOf(await tab.api.diagnostics()))! + JSON.stringify(tab.api.metrics()) + rows;
    // A control: the dump is one that would show it.
    expect(told).toContain(toBase64url(tab.running.parts.kernel.profile!.uid));
    for (const secret of [PASSPHRASE, toBase64url(entropy), toBase64url(recoverySeed(entropy)), toBase64url(await bytesOf(file)).slice(20, 60)]) expect(told).not.toContain(secret);
  });
});

describe('{K7}{C7} back by the key file', () => {
  test('an empty profile and the file: the same person on a device of its own; the file counts as kept there, the phrase as not written down', async () => {
    const m = await meet({ seed: 426 }, ['anna', 'boris']);
    const { world, space } = m;
    const [a, b] = m.tabs as [SimTab, SimTab];
    await say(a, space, 'before');
    await until(world, () => texts(b, space).includes('before'), 20_000, 'boris has it');
    const file = await world.wait(a.api.recovery.keyFile(PASSPHRASE));
    const person = a.api.identity.get()!.uid;
    world.kill(a);
    const back = await world.open(world.device('new'));
    await expect(world.wait(back.api.recovery.fromKeyFile(file, 'another passphrase'))).rejects.toMatchObject({ code: 'wrong-passphrase' });
    expect(back.api.recovery.returning()).toBeNull();
    await world.wait(back.api.recovery.fromKeyFile(file, PASSPHRASE));
    await until(world, () => standing(back, space) === 'member', 60_000, 'the shared space is back');
    expect(back.api.identity.get()!.uid).toBe(person);
    await until(world, () => texts(back, space).length === 1, 20_000, 'with what is in it');
    expect(await world.wait(back.api.recovery.status())).toEqual({ phrase: 'erased', checkedAt: null, fileCheckedAt: expect.any(Number) });
    // The file is good for the next browser too.
    await world.wait(back.api.recovery.checkKeyFile(file, PASSPHRASE));
    await world.wait(back.api.recovery.finish());
    await say(back, space, 'after');
    await until(world, () => texts(b, space).includes('after'), 20_000, 'boris reads it');
    await equal(world, [b, back], space);
    noFaults([b, back]);
  });

  test('who is here already is not replaced', async () => {
    const { world, tab } = await anna(427);
    const file = await world.wait(tab.api.recovery.keyFile(PASSPHRASE));
    await expect(world.wait(tab.api.recovery.fromKeyFile(file, PASSPHRASE))).rejects.toMatchObject({ code: 'already' });
  });
});
