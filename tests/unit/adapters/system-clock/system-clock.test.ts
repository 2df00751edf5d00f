/** The clock of the machine: a timer of 0 ms is a turn of the event loop, in Node and by messages as in a browser. */
import { describe, expect, test, vi } from 'vitest';
import { createSystemClock } from '#adapters/system-clock/system-clock';

async function turns(): Promise<string[]> {
  const clock = createSystemClock();
  const seen: string[] = [];
  await new Promise<void>((resolve) => {
    clock.setTimer(0, () => seen.push('first'));
    const cancel = clock.setTimer(0, () => seen.push('cancelled'));
    clock.setTimer(-5, () => {
      seen.push('late');
      clock.setTimer(0, resolve);
    });
    clock.setTimer(0, () => seen.push('last'));
    cancel();
    seen.push('now');
  });
  return seen;
}

describe('timers of 0 ms', () => {
  test('at once also when nothing else goes on', async () => {
    const clock = createSystemClock();
    let fired = 0;
    for (let i = 0; i < 20; i++) await new Promise<void>((resolve) => clock.setTimer(0, () => resolve(void fired++)));
    expect(fired).toBe(20);
  });

  test('in the next turn, in order, unless cancelled', async () => {
    expect(await turns()).toEqual(['now', 'first', 'late', 'last']);
  });

  test('the same without setImmediate, and no timer of the platform is asked', async () => {
    vi.stubGlobal('setImmediate', undefined);
    const timers = vi.spyOn(globalThis, 'setTimeout');
    try {
      expect(await turns()).toEqual(['now', 'first', 'late', 'last']);
      expect(timers).not.toHaveBeenCalled();
    } finally {
      vi.restoreAllMocks();
      vi.unstubAllGlobals();
    }
  });
});

test('a timer of some ms comes after so long, or not at all when it is cancelled', async () => {
  const clock = createSystemClock();
  const from = clock.monotonic();
  let cancelled = false;
  clock.setTimer(10, () => (cancelled = true))();
  await new Promise<void>((resolve) => {
    clock.setTimer(20, resolve);
    const hold = setInterval(() => clock.monotonic() - from > 25 && clearInterval(hold), 5);
  });
  expect(clock.monotonic() - from).toBeGreaterThanOrEqual(19);
  expect(cancelled).toBe(false);
});
