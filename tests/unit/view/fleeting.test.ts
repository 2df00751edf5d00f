/** "Close and forget" of a tab that keeps nothing: what it waits for, and which devices of the list count as ended. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { hasEnded } from '#view/kit/device-words.ts';
import { waitForOthers } from '#view/kit/fleeting-wait.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const never = new Promise<never>(() => undefined);

function world(saved: () => Promise<unknown>, unheld: () => Promise<number>) {
  const told: (string | number)[] = [];
  const stop = waitForOthers({ saved, devices: { unheld } }, { left: (count) => void told.push(count), held: () => void told.push('held'), late: () => void told.push('late') });
  return { told, stop };
}

test('it waits until nothing is left; after twenty seconds a person has to choose, and a look that was on its way then tells nothing', async () => {
  const counts = [2, 1];
  const good = world(async () => undefined, async () => counts.shift() ?? 0);
  await vi.advanceTimersByTimeAsync(600);
  expect(good.told).toEqual([2, 1, 0, 'held']);
  let answer: (count: number) => void = () => undefined;
  const slow = world(async () => undefined, () => new Promise((done) => (answer = done)));
  await vi.advanceTimersByTimeAsync(19_999);
  expect(slow.told).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  answer(0);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(slow.told).toEqual(['late']);
});

test('what is not saved is not held, and the choice comes also where nothing answers; what was left tells nothing more', async () => {
  const hung = world(() => never, async () => 0);
  await vi.advanceTimersByTimeAsync(20_000);
  expect([hung.told[0], hung.told.at(-1), hung.told.includes('held')]).toEqual([1, 'late', false]);
  const left = world(async () => undefined, async () => 1);
  await vi.advanceTimersByTimeAsync(100);
  left.stop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(left.told).toEqual([1]);
});

test('a tab that keeps nothing counts as ended a day after its last word, not when it is merely not linked', () => {
  const [now, day] = [1_000 * 86_400_000, 86_400_000];
  const tab = { fleeting: true, self: false, online: false, seenAt: now - day - 1 };
  expect(hasEnded(tab, now)).toBe(true);
  for (const other of [{ seenAt: now - day }, { seenAt: null }, { online: true }, { self: true }, { fleeting: false }]) expect(hasEnded({ ...tab, ...other }, now)).toBe(false);
});
