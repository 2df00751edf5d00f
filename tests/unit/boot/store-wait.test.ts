/** A storage that gives no answer is told once, in time, and only while it gives none. */
import { expect, test } from 'vitest';
import { watchOpening, watchScript, watchUpgrade } from '#boot/store-wait';
import { createSimClock } from '#tests/sim/support/sim-clock';

function world() {
  const clock = createSimClock(1_000_000);
  const told: number[] = [];
  let settle!: { resolve(): void; reject(error: Error): void };
  const opening = new Promise<void>((resolve, reject) => (settle = { resolve, reject }));
  watchOpening(opening, clock, () => told.push(clock.monotonic()));
  return { clock, told, settle, began: clock.monotonic() };
}

test('[limit SUPERVISION.storeMs] a store that neither opens nor fails is told after 1.5 s, once', async () => {
  const { clock, told, began } = world();
  await clock.run(1_499);
  expect(told).toEqual([]);
  await clock.run(1);
  expect(told).toEqual([began + 1_500]);
  await clock.run(60_000);
  expect(told.length).toBe(1);
});

test('one that opens or fails in time is not told', async () => {
  for (const end of ['resolve', 'reject'] as const) {
    const { clock, told, settle } = world();
    await clock.run(1_499);
    settle[end](new Error('refused'));
    await clock.run(60_000);
    expect(told, end).toEqual([]);
  }
});

test('[limit SUPERVISION.scriptMs] a script of the kernel that does not arrive is told after 6 s, once; one that arrives in time is not', async () => {
  for (const arrives of [false, true]) {
    const clock = createSimClock(1_000_000);
    let told = 0;
    let come!: () => void;
    watchScript(new Promise<void>((resolve) => (come = resolve)), clock, () => (told += 1));
    await clock.run(5_999);
    expect(told).toBe(0);
    if (arrives) come();
    await clock.run(60_000);
    expect(told, String(arrives)).toBe(arrives ? 0 : 1);
  }
});

test('a tab that waits while another one takes the store over says so, as that one does; over or not theirs, it is the storage', async () => {
  const held = new Set<string>();
  const locks = {
    request: async (name: string, _: unknown, work: () => Promise<unknown>) => {
      held.add(name);
      await work().finally(() => held.delete(name));
    },
    query: async () => ({ held: [...held].map((name) => ({ name })) }),
  } as unknown as LockManager;
  const [first, second, stranger] = ['lgos', 'lgos', 'lgos.2'].map((name) => watchUpgrade(locks, name));
  const all = (): Promise<string[]> => Promise.all([first!, second!, stranger!].map(({ what }) => what()));
  expect(await all()).toEqual(['store', 'store', 'store']);
  let end!: (error: Error) => void;
  first!.began(new Promise((_, reject) => (end = reject)));
  expect(await all()).toEqual(['upgrade', 'upgrade', 'store']);
  end(new Error('full'));
  await new Promise((done) => setImmediate(done));
  expect(await second!.what()).toBe('store');
  const mute = { query: () => Promise.reject(new Error('no locks')) } as unknown as LockManager;
  expect(await watchUpgrade(mute, 'lgos').what()).toBe('store');
});
