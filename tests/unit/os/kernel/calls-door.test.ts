import { expect, test, vi } from 'vitest';
import type { CallBook } from '#os/kernel/calls';
import { createCallsDoor } from '#os/kernel/calls-door';

/** A clock whose timers are run by hand. */
function byHand() {
  const timers = new Set<() => void>();
  return {
    run: () => [...timers].forEach((fn) => (timers.delete(fn), fn())),
    waiting: () => timers.size,
    setTimer: (_ms: number, fn: () => void) => (timers.add(fn), () => void timers.delete(fn)),
  };
}

test('{C4} the code of calls that does not come, as when the host goes in the first seconds, is a fault and no end: who listens is joined to it later, and the next signal is taken', async () => {
  const clock = byHand();
  const faults: unknown[] = [];
  const stopped = vi.fn();
  const book = { take: vi.fn(), send: vi.fn(async () => undefined), subscribe: vi.fn(() => stopped) } as unknown as CallBook;
  let gone = true;
  const door = createCallsDoor({ deps: { clock } as never, fault: (_at: string, error: unknown) => void faults.push(error) } as never, () => book, () => (gone ? Promise.reject(new TypeError('Failed to fetch')) : Promise.resolve({} as never)));
  const on = vi.fn();
  const stop = door.subscribe(on);
  const leave = door.subscribe(vi.fn());
  expect([door.take({} as never, {} as never, ['call', 1]), door.take({} as never, {} as never, ['text'])]).toEqual([true, false]);
  await expect.poll(() => clock.waiting()).toBe(2);
  await expect.poll(() => faults.length).toBe(3);
  await expect(door.send({} as never, new Uint8Array(0) as never, new Uint8Array(0))).rejects.toThrow('Failed to fetch');
  // Who left meanwhile is not joined.
  leave();
  gone = false;
  clock.run();
  await expect.poll(() => book.subscribe).toHaveBeenCalledTimes(1);
  expect(book.subscribe).toHaveBeenCalledWith(on);
  door.take({} as never, {} as never, ['call', 2]);
  await expect.poll(() => book.take).toHaveBeenCalledTimes(1);
  stop();
  expect([stopped.mock.calls.length, clock.waiting()]).toEqual([1, 0]);
});
