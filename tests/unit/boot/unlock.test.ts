/** The page's end of a lock against the worker's: one try at a time, each answered, and a lock that another tab changes or takes off meanwhile. */
import { expect, test } from 'vitest';
import { awaitUnlock } from '#boot/locked';
import { createUnlock } from '#boot/unlock';
import type { UnlockRequest } from '#os/lock-api';
import { wrapVault, type LockRow } from '#os/kernel/lock-row';
import type { RecordStore } from '#ports/record-store';
import { createMemoryDisk } from '#tests/sim/support/memory-store';
import { createSeededRandom, createStubCrypto } from '#tests/sim/support/sim-crypto';

const PASSPHRASE = 'seven boats under the bridge';
const tools = { crypto: createStubCrypto(createSeededRandom('unlock')), random: createSeededRandom('unlock') };

async function put(store: RecordStore, passphrase: string | null): Promise<void> {
  const vault = new Uint8Array(32).fill(7);
  const row = passphrase === null ? undefined : ({ v: 1, ...(await wrapVault(tools, passphrase, vault)), kept: new Uint8Array(80), idleMinutes: 5 } satisfies LockRow);
  await store.commit({ origin: 'test', records: [], values: [['id/lock', row]] });
}

/** Both ends, with messages a turn later. */
async function ends(store: RecordStore) {
  let toWorker: ((data: unknown) => void) | null = null;
  let asked: ((unlock: (request: UnlockRequest) => Promise<void>) => void) | null = null;
  const locked = new Promise<(request: UnlockRequest) => Promise<void>>((resolve) => (asked = resolve));
  const page = createUnlock((message) => queueMicrotask(() => toWorker?.(message)), (unlock) => asked!(unlock));
  const opened = awaitUnlock(store, tools, { post: (message) => queueMicrotask(() => page.heard(message)), listen: (heard) => ((toWorker = heard), () => (toWorker = null)) });
  return { page, opened, unlock: await locked, listens: () => toWorker !== null };
}

test('{K7} wrong tries are answered and the right one opens; until then the page knows that it waits for a person', async () => {
  const store = createMemoryDisk(createSeededRandom('disk')).open();
  await put(store, PASSPHRASE);
  const { page, opened, unlock, listens } = await ends(store);
  expect(page.held()).toBe(true);
  for (const wrong of ['', 'another passphrase', undefined as never]) await expect(unlock({ passphrase: wrong })).rejects.toMatchObject({ code: 'wrong-lock' });
  for (const senseless of [null, 7, {}, { next: PASSPHRASE }]) await expect(unlock(senseless as never)).rejects.toHaveProperty('code');
  expect(page.held()).toBe(true);
  await unlock({ passphrase: PASSPHRASE });
  expect(page.held()).toBe(false);
  const made = (await opened)!;
  expect(made.lock.idleMinutes).toBe(5);
  expect(await made.seal(store).get('id/vault')).toBe(made.lock.vault);
  expect(listens()).toBe(false);
});

test('another tab changed the passphrase, or took the lock off, while this one was waiting', async () => {
  const store = createMemoryDisk(createSeededRandom('disk')).open();
  await put(store, PASSPHRASE);
  const { opened, unlock } = await ends(store);
  await put(store, 'a kettle, two owls, no rain');
  await expect(unlock({ passphrase: PASSPHRASE })).rejects.toMatchObject({ code: 'wrong-lock' });
  await put(store, null);
  await unlock({ passphrase: 'whatever was typed' });
  expect(await opened).toBeNull();
});
