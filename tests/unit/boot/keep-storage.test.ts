/** The browser is asked to keep what is stored, once there is something, and not again when it does. */
import { expect, test } from 'vitest';
import { keepStorage } from '#boot/keep-storage';
import type { KernelEvent } from '#os/api';

function world(person: boolean, kept = false) {
  const asked: string[] = [];
  let tell: ((event: KernelEvent) => void) | null = null;
  const me = person ? { uid: 'u', device: 'd', name: 'Anna' } : null;
  const api = { identity: { get: () => me, create: async () => ({ uid: '', device: '' }), rename: async () => undefined }, on: (listener: (event: KernelEvent) => void) => ((tell = listener), () => void (tell = null)) };
  const storage = { persisted: async () => kept, persist: async () => (asked.push('persist'), true) };
  return { api, storage, asked, tell: (type: KernelEvent['type']) => tell?.({ type }), listens: () => tell !== null };
}

const turns = async (): Promise<void> => {
  for (let n = 0; n < 5; n++) await Promise.resolve();
};

test('asked at a start with a person, not when it is kept already', async () => {
  const [first, kept] = [world(true), world(true, true)];
  keepStorage(first.api, first.storage);
  keepStorage(kept.api, kept.storage);
  await turns();
  expect([first.asked, kept.asked]).toEqual([['persist'], []]);
});

test('before the first run it waits for the first thing that is saved, and asks once', async () => {
  const fresh = world(false);
  keepStorage(fresh.api, fresh.storage);
  fresh.tell('network');
  await turns();
  expect(fresh.asked).toEqual([]);
  fresh.tell('copies');
  await turns();
  expect([fresh.asked, fresh.listens()]).toEqual([['persist'], false]);
});

test('a browser without it, or one that refuses, stops nothing', async () => {
  const { api } = world(true);
  keepStorage(api, undefined);
  keepStorage(api, { persisted: async () => false, persist: async () => Promise.reject(new Error('no')) });
  await turns();
});
