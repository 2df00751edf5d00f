/** The lock of a browser (docs/PROTOCOL.md): its secrets under a passphrase, opened before there is a kernel, with Node's real algorithms. */
import { beforeAll, describe, expect, test } from 'vitest';
import { toBase64url } from '#base/bytes';
import type { KernelEvent } from '#os/api';
import type { HeldKey, UnlockRequest } from '#os/lock-api';
import { readLock, unlock } from '#os/kernel/lock-row';
import { SealedStore } from '#os/kernel/sealed-store';
import { createNativeCrypto } from './support/native-crypto.ts';
import { createSeededRandom } from './support/sim-crypto.ts';
import { createSimWorld, type SimDevice, type SimTab, type SimWorld } from './support/sim-world.ts';
import { equal, meet, noFaults, say, texts, until } from './support/walks.ts';

// The kernel asks for these when they are used first; virtual time must not run ahead of the disk of this machine.
beforeAll(async () => void (await Promise.all([import('#os/kernel/recovery-key'), import('#os/kernel/returns'), import('#os/kernel/key-file'), import('#os/kernel/lock'), import('#os/kernel/pairing'), import('#os/kernel/device-acts')])));

const PASSPHRASE = 'seven boats under the bridge';
const OTHER = 'a kettle, two owls, no rain';

/** A world whose devices can be locked; `openTab` starts a tab of one as the worker does. */
interface Locksmith {
  readonly world: SimWorld;
  openTab(device: SimDevice, request?: UnlockRequest): Promise<SimTab>;
}

const cryptoOf = (seed: number) => (name: string) => createNativeCrypto(createSeededRandom(`crypto-${seed}-${name}`));
let opened: ((deps: import('#os/kernel/deps').KernelDeps) => import('#os/kernel/deps').KernelDeps) | null = null;
const mutate = (deps: import('#os/kernel/deps').KernelDeps) => opened?.(deps) ?? deps;

function locksmith(world: SimWorld): Locksmith {
  const tools = { crypto: createNativeCrypto(createSeededRandom('tools')), random: createSeededRandom('tools') };
  return {
    world,
    async openTab(device, request) {
      const row = await readLock(device.disk.open());
      if (row !== null) {
        const lock = await unlock(tools, device.disk.open(), row, request ?? { passphrase: PASSPHRASE });
        opened = (deps) => ({ ...deps, store: new SealedStore(deps.store, deps.crypto, lock.vault), lock });
      }
      try {
        return await world.open(device);
      } finally {
        opened = null;
      }
    },
  };
}

async function anna(seed: number): Promise<Locksmith & { tab: SimTab }> {
  const smith = locksmith(createSimWorld({ seed, crypto: cryptoOf(seed), mutate }));
  const tab = await smith.openTab(smith.world.device('anna'));
  await smith.world.wait(tab.api.identity.create({ name: 'Anna' }));
  return { ...smith, tab };
}

/** Checks four words back: the key is kept, and erased here. */
async function keep({ world }: Locksmith, tab: SimTab): Promise<string> {
  const words = await world.wait(tab.api.recovery.phrase());
  expect(await world.wait(tab.api.recovery.check([0, 1, 2, 3].map((at) => ({ at, word: words[at]! }))))).toEqual([]);
  return words.join(' ');
}

/** Every value of the store of a device, byte strings as base64url. */
const dump = async (device: SimDevice): Promise<string> => JSON.stringify(await device.disk.open().list(''), (_, value: unknown) => (value instanceof Uint8Array ? toBase64url(value) : value));
/** The secrets of a tab, as they would stand in such a dump. */
function secretsOf(tab: SimTab): string[] {
  const { profile, slot } = tab.running.parts.kernel;
  return [profile!.ds, profile!.dx, slot!.key].map(({ secret }) => toBase64url((secret as { seed: Uint8Array }).seed));
}

describe('{K7} [row 29] the lock of a browser', () => {
  test('[limit KERNEL.idleMinutes] it is refused while nothing but this browser holds the key, with a weak passphrase, with another person\'s key and twice', async () => {
    const smith = await anna(430);
    const { world, tab } = smith;
    const set = (options: { passphrase: string; key?: HeldKey; idleMinutes?: number }): Promise<void> => world.wait(tab.api.lock.set(options));
    expect(await world.wait(tab.api.lock.status())).toEqual({ on: false, idleMinutes: 0, refusal: 'unkept', needsKey: false, passkey: false });
    await expect(set({ passphrase: PASSPHRASE })).rejects.toMatchObject({ code: 'lock-unkept' });
    const words = await keep(smith, tab);
    expect(await world.wait(tab.api.lock.status())).toEqual({ on: false, idleMinutes: 0, refusal: null, needsKey: true, passkey: false });
    await expect(set({ passphrase: 'too short' })).rejects.toMatchObject({ code: 'passphrase-weak' });
    await expect(set({ passphrase: PASSPHRASE })).rejects.toMatchObject({ code: 'erased' });
    await expect(set({ passphrase: PASSPHRASE, key: { phrase: 'abandon '.repeat(23) + 'art' } })).rejects.toMatchObject({ code: 'other-key' });
    for (const idleMinutes of [-1, 1.5, 1_441]) await expect(set({ passphrase: PASSPHRASE, idleMinutes, key: { phrase: words } })).rejects.toMatchObject({ code: 'bad-value' });
    for (const call of [() => tab.api.lock.now(), () => tab.api.lock.setIdle(5), () => tab.api.lock.change(PASSPHRASE, OTHER), () => tab.api.lock.remove(PASSPHRASE)]) await expect(world.wait(call())).rejects.toMatchObject({ code: 'no-lock' });
    expect(await readLock(tab.device.disk.open())).toBeNull();
    await set({ passphrase: PASSPHRASE, key: { phrase: words }, idleMinutes: 1_440 });
    await expect(set({ passphrase: PASSPHRASE, key: { phrase: words } })).rejects.toMatchObject({ code: 'lock-on' });
  });

  test('locked, the store holds no secret that opens without the passphrase, and every tab is told to start anew', async () => {
    const smith = await anna(431);
    const { world, tab } = smith;
    const second = await smith.openTab(tab.device);
    await world.wait(tab.api.local.set('draft', 'half a thought'));
    const file = await world.wait(tab.api.recovery.keyFile(PASSPHRASE));
    await world.wait(tab.api.recovery.checkKeyFile(file, PASSPHRASE));
    const secrets = [...secretsOf(tab), ...secretsOf(second).slice(2)];
    const vault = toBase64url((await tab.device.disk.open().get('id/vault') as { key: Uint8Array }).key);
    // A control: the dump is one that would show them.
    for (const secret of [...secrets, vault]) expect(await dump(tab.device)).toContain(secret);
    const told: string[] = [];
    for (const one of [tab, second]) one.api.on((event: KernelEvent) => event.type === 'locked' && told.push(one.name));
    // The phrase is here still: nobody has to type it.
    await world.wait(tab.api.lock.set({ passphrase: PASSPHRASE }));
    await until(world, () => told.length === 2, 5_000, 'both tabs are told');
    const rows = await dump(tab.device);
    expect(rows).toContain(toBase64url(tab.running.parts.kernel.profile!.uid));
    for (const secret of [...secrets, vault, 'half a thought', toBase64url(new TextEncoder().encode('half a thought'))]) expect(rows).not.toContain(secret);
    for (const one of [tab, second]) world.kill(one);
    // Started without the passphrase a kernel has nothing to sign with.
    const profile = (await tab.device.disk.open().get('id/profile')) as { ds: { secret?: unknown } };
    expect(profile.ds.secret).toBeUndefined();
    for (const wrong of ['', OTHER, `${PASSPHRASE} `, 'x'.repeat(5_000), 7 as never]) await expect(smith.openTab(tab.device, { passphrase: wrong })).rejects.toMatchObject({ code: 'wrong-lock' });
  });

  test('keys of spaces that came from a backup file go with the lock and come off with it', async () => {
    const smith = await anna(444);
    const { world, tab } = smith;
    const [personal] = [...tab.running.parts.kernel.spaces.keys()];
    await say(tab, personal!, 'a note');
    const words = await keep(smith, tab);
    const { file } = await world.wait(tab.api.backup.make());
    world.kill(tab);
    const back = await smith.openTab(world.device('back'));
    await world.wait(back.api.backup.restore(file, { phrase: words }));
    await world.wait(back.api.recovery.finish());
    const row = async (): Promise<unknown> => back.device.disk.open().get(`keys/${personal}`);
    const before = await row();
    expect(before).toBeDefined();
    await world.wait(back.api.lock.set({ passphrase: PASSPHRASE, key: { phrase: words } }));
    expect(await row()).not.toEqual(before);
    world.kill(back);
    const open = await smith.openTab(back.device);
    expect(texts(open, personal!)).toEqual(['a note']);
    await say(open, personal!, 'behind the lock');
    await world.wait(open.api.saved());
    await world.wait(open.api.lock.remove(PASSPHRASE));
    world.kill(open);
    const free = await smith.openTab(back.device);
    expect(texts(free, personal!)).toEqual(['a note', 'behind the lock']);
    noFaults([free]);
  });

  test('opened, it is the same browser: identity, drafts, phrase, a name that changes, more tabs, and what others hear', async () => {
    const m = await meet({ seed: 432, crypto: cryptoOf(432), mutate }, ['anna', 'boris']);
    const smith = locksmith(m.world);
    const { world } = smith;
    const [a, b] = m.tabs as [SimTab, SimTab];
    await say(a, m.space, 'before');
    await world.wait(a.api.local.set('draft', 'half a thought'));
    const words = await world.wait(a.api.recovery.phrase());
    await world.wait(a.api.recovery.checkKeyFile(await world.wait(a.api.recovery.keyFile(PASSPHRASE)), PASSPHRASE));
    await world.wait(a.api.lock.set({ passphrase: PASSPHRASE, idleMinutes: 5 }));
    const before = a.api.identity.get();
    world.kill(a);
    const back = await smith.openTab(a.device);
    expect(back.api.identity.get()).toEqual(before);
    expect(back.api.lock.get()).toEqual({ idleMinutes: 5 });
    expect(await world.wait(back.api.local.get('draft'))).toBe('half a thought');
    expect(await world.wait(back.api.recovery.phrase())).toEqual(words);
    await world.wait(back.api.identity.rename('Anna B.'));
    const more = await smith.openTab(a.device);
    await say(back, m.space, 'after');
    await say(more, m.space, 'and from another tab');
    await until(world, () => texts(b, m.space).length === 3, 30_000, 'boris hears all');
    await equal(world, [back, more, b], m.space);
    const rows = await dump(a.device);
    for (const secret of [...secretsOf(back), ...secretsOf(more)]) expect(rows).not.toContain(secret);
    noFaults([back, more, b]);
  });

  test('a passkey opens it beside the passphrase: only by what it answers, through a change of the passphrase, and no more once it is taken away', async () => {
    const smith = await anna(439);
    const { world, tab } = smith;
    const [id, salt, prf] = [new Uint8Array(16).fill(1), new Uint8Array(32).fill(2), new Uint8Array(32).fill(3)];
    const give = (one: SimTab, passphrase?: string, answer = prf): Promise<void> => world.wait(one.api.lock.setPasskey({ id, salt, prf: answer }, passphrase));
    await expect(give(tab, PASSPHRASE)).rejects.toMatchObject({ code: 'no-lock' });
    await world.wait(tab.api.lock.set({ passphrase: PASSPHRASE, key: { phrase: await keep(smith, tab) } }));
    world.kill(tab);
    const again = await smith.openTab(tab.device);
    const me = again.api.identity.get();
    await expect(give(again)).rejects.toMatchObject({ code: 'wrong-lock' });
    await expect(give(again, OTHER)).rejects.toMatchObject({ code: 'wrong-lock' });
    await expect(give(again, PASSPHRASE, prf.subarray(1))).rejects.toMatchObject({ code: 'bad-value' });
    expect((await world.wait(again.api.lock.status())).passkey).toBe(false);
    await give(again, PASSPHRASE);
    expect(await world.wait(again.api.lock.status())).toMatchObject({ on: true, passkey: true });
    expect(await dump(again.device), 'what it answers is not kept').not.toContain(toBase64url(prf));
    await world.wait(again.api.lock.change(PASSPHRASE, OTHER));
    await world.wait(again.api.lock.setIdle(5));
    world.kill(again);
    await expect(smith.openTab(tab.device, { prf: prf.map((byte) => byte ^ 1) })).rejects.toMatchObject({ code: 'wrong-passkey' });
    await expect(smith.openTab(tab.device, { prf: new Uint8Array(0) })).rejects.toMatchObject({ code: 'wrong-passkey' });
    const third = await smith.openTab(tab.device, { prf });
    expect([third.api.identity.get(), third.api.lock.get()]).toEqual([me, { idleMinutes: 5 }]);
    await world.wait(third.api.lock.setPasskey(null));
    expect((await world.wait(third.api.lock.status())).passkey).toBe(false);
    world.kill(third);
    await expect(smith.openTab(tab.device, { prf })).rejects.toMatchObject({ code: 'wrong-passkey' });
    expect((await smith.openTab(tab.device, { passphrase: OTHER })).api.identity.get(), 'the passphrase as ever').toEqual(me);
  });

  test('who waits for a hand waits on behind a lock', async () => {
    const smith = await anna(440);
    const { world, tab } = smith;
    const space = await world.wait(tab.api.spaces.create({ name: 'River Watch' }));
    const link = await world.wait(tab.api.spaces.invite(space, { approval: 'manual' }));
    const clara = await world.open(world.device('clara'));
    await world.wait(clara.api.identity.create({ name: 'Clara' }));
    await world.wait(clara.api.spaces.join(link));
    const waits = (one: SimTab): boolean => one.running.parts.joins.waiting(space).length === 1;
    await until(world, () => waits(tab), 30_000, 'she waits');
    world.kill(clara);
    await world.wait(tab.api.recovery.checkKeyFile(await world.wait(tab.api.recovery.keyFile(PASSPHRASE)), PASSPHRASE));
    await world.wait(tab.api.lock.set({ passphrase: PASSPHRASE }));
    world.kill(tab);
    const locked = await smith.openTab(tab.device);
    await until(world, () => waits(locked), 10_000, 'she waits on');
  });

  test('the passphrase changes; minutes change for every tab; taken off, the keys are the browser\'s own again', async () => {
    const smith = await anna(433);
    const { world } = smith;
    const words = await keep(smith, smith.tab);
    const { device } = smith.tab;
    const before = secretsOf(smith.tab);
    await world.wait(smith.tab.api.lock.set({ passphrase: PASSPHRASE, key: { phrase: words } }));
    world.kill(smith.tab);
    const tab = await smith.openTab(device);
    const second = await smith.openTab(device);
    await expect(world.wait(tab.api.lock.change(OTHER, 'yet another passphrase'))).rejects.toMatchObject({ code: 'wrong-lock' });
    await expect(world.wait(tab.api.lock.change(PASSPHRASE, 'weak'))).rejects.toMatchObject({ code: 'passphrase-weak' });
    await world.wait(tab.api.lock.change(PASSPHRASE, OTHER));
    await world.wait(tab.api.lock.setIdle(60));
    await until(world, () => second.api.lock.get()?.idleMinutes === 60, 5_000, 'the other tab knows');
    await expect(smith.openTab(device)).rejects.toMatchObject({ code: 'wrong-lock' });
    let told = 0;
    second.api.on(({ type }) => void (told += type === 'locked' ? 1 : 0));
    await world.wait(tab.api.lock.now());
    await until(world, () => told === 1, 5_000, 'the other tab locks');
    for (const one of [tab, second]) world.kill(one);
    const third = await smith.openTab(device, { passphrase: OTHER });
    expect(await world.wait(third.api.lock.status())).toEqual({ on: true, idleMinutes: 60, refusal: null, needsKey: true, passkey: false });
    await expect(world.wait(third.api.lock.remove(PASSPHRASE))).rejects.toMatchObject({ code: 'wrong-lock' });
    await world.wait(third.api.local.set('draft', 'kept'));
    await world.wait(third.api.lock.remove(OTHER));
    world.kill(third);
    expect(await readLock(device.disk.open())).toBeNull();
    const rows = await dump(device);
    for (const secret of before) expect(rows).toContain(secret);
    const plain = await smith.openTab(device);
    expect(plain.api.lock.get()).toBeNull();
    expect(await world.wait(plain.api.local.get('draft'))).toBe('kept');
    // It can be put on again.
    await world.wait(plain.api.lock.set({ passphrase: PASSPHRASE, key: { phrase: words } }));
    world.kill(plain);
    noFaults([await smith.openTab(device)]);
  });

  test('[limit KERNEL.lockSaveMs] it locks after three seconds even when the disk does not answer, and not before what is pending was saved', async () => {
    let commitMs = 0;
    const smith = locksmith(createSimWorld({ seed: 436, crypto: cryptoOf(436), mutate, commitMs: () => commitMs }));
    const { world } = smith;
    const tab = await smith.openTab(world.device('anna'));
    await world.wait(tab.api.identity.create({ name: 'Anna' }));
    await world.wait(tab.api.lock.set({ passphrase: PASSPHRASE, key: { phrase: await keep(smith, tab) } }));
    world.kill(tab);
    const back = await smith.openTab(tab.device);
    const [space] = await back.api.spaces.list();
    const lockAt = async (): Promise<number> => {
      const from = world.clock.monotonic();
      await say(back, space!.id, 'a word');
      await world.wait(back.api.lock.now());
      return world.clock.monotonic() - from;
    };
    commitMs = 1_000;
    const saved = await lockAt();
    expect(saved).toBeGreaterThanOrEqual(1_000);
    expect(saved).toBeLessThan(2_900);
    commitMs = 60_000;
    const given = await lockAt();
    expect(given).toBeGreaterThanOrEqual(3_000);
    expect(given).toBeLessThan(4_000);
  });

  test('a forgotten passphrase: words or key file of this person open it and set a new one; those of another do not', async () => {
    const smith = await anna(434);
    const { world, tab } = smith;
    const boris = await smith.openTab(world.device('boris'));
    await world.wait(boris.api.identity.create({ name: 'Boris' }));
    const his = await world.wait(boris.api.recovery.keyFile(PASSPHRASE));
    const file = await world.wait(tab.api.recovery.keyFile(PASSPHRASE));
    const words = await keep(smith, tab);
    const { device } = tab;
    await world.wait(tab.api.lock.set({ passphrase: PASSPHRASE, key: { file, passphrase: PASSPHRASE } }));
    world.kill(tab);
    const refused: [UnlockRequest, string][] = [
      [{ next: OTHER, key: { file: his, passphrase: PASSPHRASE } }, 'other-key'], [{ next: OTHER, key: { file, passphrase: OTHER } }, 'wrong-passphrase'], [{ next: OTHER, key: { phrase: 'one two' } }, 'phrase-count'],
      [{ next: 'weak', key: { phrase: words } }, 'passphrase-weak'], [{ next: OTHER, key: { file: new Blob(['x']), passphrase: OTHER } }, 'key-file'],
    ];
    for (const [request, code] of refused) await expect(smith.openTab(device, request)).rejects.toMatchObject({ code });
    world.kill(await smith.openTab(device, { next: OTHER, key: { phrase: words } }));
    await expect(smith.openTab(device)).rejects.toMatchObject({ code: 'wrong-lock' });
    world.kill(await smith.openTab(device, { passphrase: OTHER }));
    const back = await smith.openTab(device, { next: PASSPHRASE, key: { file, passphrase: PASSPHRASE } });
    expect(back.api.identity.get()?.name).toBe('Anna');
    noFaults([back]);
  });

  test('a paired device can be locked with the key of its person, whom it learned to know after its keys were made', async () => {
    const m = await meet({ seed: 437, crypto: cryptoOf(437), mutate }, ['anna', 'boris']);
    const smith = locksmith(m.world);
    const { world } = smith;
    const [a] = m.tabs as [SimTab];
    const file = await world.wait(a.api.recovery.keyFile(PASSPHRASE));
    await world.wait(a.api.recovery.checkKeyFile(file, PASSPHRASE));
    await world.wait(a.api.devices.pair());
    const code = (): string | undefined => a.running.parts.kernel.pairing?.view().code;
    await until(world, () => code() !== undefined, 5_000, 'the code is there');
    const phone = await smith.openTab(world.device('phone'));
    await world.wait(phone.api.devices.pairWith(code()!));
    await until(world, () => [a, phone].every((one) => one.running.parts.kernel.pairing?.view().step === 'compare'), 30_000, 'the words are there');
    for (const one of [a, phone]) await world.wait(one.api.devices.answerPairing(true));
    await until(world, () => phone.api.identity.get() !== null, 60_000, 'the phone is anna');
    expect((await world.wait(phone.api.lock.status())).refusal).toBeNull();
    await world.wait(phone.api.lock.set({ passphrase: OTHER, key: { file, passphrase: PASSPHRASE } }));
    const { device } = phone.api.identity.get()!;
    world.kill(phone);
    const back = await smith.openTab(phone.device, { passphrase: OTHER });
    expect(back.api.identity.get()).toMatchObject({ device, name: 'anna' });
    noFaults([a, back]);
  });

  test('who came back by the key file can lock that browser too; keys of an earlier version cannot be locked, and that is said', async () => {
    const m = await meet({ seed: 435, crypto: cryptoOf(435), mutate }, ['anna', 'boris']);
    const smith = locksmith(m.world);
    const { world } = smith;
    const [a] = m.tabs as [SimTab];
    const file = await world.wait(a.api.recovery.keyFile(PASSPHRASE));
    const back = await smith.openTab(world.device('new'));
    await world.wait(back.api.recovery.fromKeyFile(file, PASSPHRASE));
    await until(world, () => back.api.recovery.returning() === 'back', 30_000, 'back');
    await world.wait(back.api.lock.set({ passphrase: OTHER, key: { file, passphrase: PASSPHRASE } }));
    world.kill(back);
    expect((await smith.openTab(back.device, { passphrase: OTHER })).api.identity.get()?.name).toBe('anna');

    await world.wait(a.api.recovery.checkKeyFile(file, PASSPHRASE));
    const store = a.device.disk.open();
    const { ds: { kept: _, ...ds }, ...rest } = (await store.get('id/profile')) as { ds: { kept: unknown } };
    await store.commit({ origin: 'test', records: [], values: [['id/profile', { ...rest, ds }]] });
    world.kill(a);
    const old = await smith.openTab(a.device);
    expect((await world.wait(old.api.lock.status())).refusal).toBe('old');
    await expect(world.wait(old.api.lock.set({ passphrase: PASSPHRASE }))).rejects.toMatchObject({ code: 'lock-old' });
    expect(await readLock(store)).toBeNull();
  });
});
