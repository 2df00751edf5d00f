/** The recovery phrase (FORMATS 1): shown while it is here, checked back, then erased from the device. */
import { beforeAll, describe, expect, test } from 'vitest';
import { fromUtf8, toBase64url } from '#base/bytes';
import { recoverySeed } from '#vm/protocol/identity';
import { entropyOf } from '#vm/protocol/phrase';
import { createSimWorld, type SimTab, type SimWorld } from './support/sim-world.ts';

// The kernel asks for it when it is used first; virtual time must not run ahead of the disk of this machine.
beforeAll(async () => void (await import('#os/kernel/recovery-key')));

async function anna(seed: number): Promise<{ world: SimWorld; tab: SimTab }> {
  const world = createSimWorld({ seed });
  const tab = await world.open(world.device('anna'));
  await world.wait(tab.api.identity.create({ name: 'Anna' }));
  return { world, tab };
}

const answers = (words: readonly string[], places: readonly number[]) => places.map((at) => ({ at, word: words[at]! }));

describe('{K7} FORMATS §1: the recovery phrase', () => {
  test('it is the key that the inception names, and can be shown again and again until it is checked back', async () => {
    const { world, tab } = await anna(400);
    expect(await world.wait(tab.api.recovery.status())).toEqual({ phrase: 'here', checkedAt: null, fileCheckedAt: null });
    const words = await world.wait(tab.api.recovery.phrase());
    expect(words).toHaveLength(24);
    expect(await world.wait(tab.api.recovery.phrase())).toEqual(words);
    const { kernel } = tab.running.parts;
    const rk = await kernel.deps.crypto.importSigning(recoverySeed(entropyOf(words.join(' '))!));
    const known = [...kernel.spaces.values()][0]!.rights.view().state.persons.get(toBase64url(kernel.profile!.uid))!;
    expect([...known.recoveryKeys]).toEqual([toBase64url(rk.pub)]);
  });

  test('a wrong word names its place and erases nothing; fewer than four, doubled or senseless answers are refused', async () => {
    const { world, tab } = await anna(401);
    const words = await world.wait(tab.api.recovery.phrase());
    const said = answers(words, [0, 7, 12, 23]);
    expect(await world.wait(tab.api.recovery.check(said.map((one) => (one.at === 12 ? { ...one, word: 'zebra' } : one))))).toEqual([12]);
    for (const few of [answers(words, [0, 1, 2]), answers(words, [3, 3, 3, 3]), answers(words, [0, 1, 2, 24]), [{ at: 0.5, word: 'a' }, ...said], [{ at: 1, word: 7 as never }, ...said], 'all of them' as never]) {
      await expect(world.wait(tab.api.recovery.check(few))).rejects.toMatchObject({ code: 'bad-answers' });
    }
    expect((await world.wait(tab.api.recovery.status())).phrase).toBe('here');
    expect(await world.wait(tab.api.recovery.phrase())).toEqual(words);
  });

  test('checked back, the secret is gone from the device: from every tab, after a restart, and from the store', async () => {
    const { world, tab } = await anna(402);
    const second = await world.open(tab.device);
    const words = await world.wait(tab.api.recovery.phrase());
    const store = tab.device.disk.open();
    const sealed = (await store.get('id/rk')) as { wrapped: Uint8Array };
    // What is looked for below is there before.
    expect(await rows(tab)).toContain(toBase64url(sealed.wrapped));
    expect(await world.wait(tab.api.recovery.check(answers(words, [2, 5, 8, 13]).map(({ at, word }) => ({ at, word: ` ${word.toUpperCase()} ` }))))).toEqual([]);
    const { checkedAt } = await world.wait(second.api.recovery.status());
    expect(checkedAt).toBe(world.clock.now());
    for (const one of [tab, second, await world.open(tab.device)]) {
      expect(await world.wait(one.api.recovery.status())).toEqual({ phrase: 'erased', checkedAt, fileCheckedAt: null });
      await expect(world.wait(one.api.recovery.phrase())).rejects.toMatchObject({ code: 'erased' });
      await expect(world.wait(one.api.recovery.check(answers(words, [0, 1, 2, 3])))).rejects.toMatchObject({ code: 'erased' });
    }
    expect(await rows(tab)).not.toContain(toBase64url(sealed.wrapped));
  });

  test('neither the store nor what is told for diagnostics holds the words or what they stand for', async () => {
    const { world, tab } = await anna(403);
    const words = await world.wait(tab.api.recovery.phrase());
    await expect(world.wait(tab.api.recovery.check(answers(words, [0])))).rejects.toMatchObject({ code: 'bad-answers' });
    const told = fromUtf8(new Uint8Array(await (await tab.api.diagnostics()).arrayBuffer()))! + JSON.stringify(tab.api.metrics()) + (await rows(tab));
    // A control: the dump is one that would show it.
    expect(told).toContain(toBase64url(tab.running.parts.kernel.profile!.uid));
    const entropy = entropyOf(words.join(' '))!;
    for (const secret of [entropy, recoverySeed(entropy)]) expect(told).not.toContain(toBase64url(secret));
    expect(told).not.toMatch(new RegExp(`${words[0]}.{0,4}${words[1]}`));
  });

  test('before the first run there is none', async () => {
    const world = createSimWorld({ seed: 404 });
    const tab = await world.open(world.device('nobody'));
    await expect(world.wait(tab.api.recovery.status())).rejects.toMatchObject({ code: 'no-identity' });
    await expect(world.wait(tab.api.recovery.phrase())).rejects.toMatchObject({ code: 'no-identity' });
  });
});

/** Every value of the store of a device, byte strings as base64url. */
async function rows(tab: SimTab): Promise<string> {
  const all = await tab.device.disk.open().list('');
  return JSON.stringify(all, (_, value: unknown) => (value instanceof Uint8Array ? toBase64url(value) : value));
}
