/** The browser locks itself when no hand has touched any of its tabs for as long as was chosen. */
import { expect, test } from 'vitest';
import { watchIdle } from '#boot/idle-lock';

const MINUTE = 60_000;

/** A page with a clock of its own; `minutes` can change while it is watched. */
function page(minutes: number) {
  const target = new EventTarget();
  const channel: { onmessage: ((event: MessageEvent) => void) | null; told: unknown[]; postMessage(data: unknown): void } = { onmessage: null, told: [], postMessage: (data) => void channel.told.push(data) };
  const state = { now: 0, minutes, locks: 0, refuse: false };
  let look = (): void => undefined;
  watchIdle({ get: () => ({ idleMinutes: state.minutes }), now: () => (state.refuse ? Promise.reject(new Error('busy')) : Promise.resolve(void (state.locks += 1))) }, {
    target, channel: channel as never, now: () => state.now, every: (_, again) => (look = again),
  });
  return { state, channel, hand: (name = 'keydown') => target.dispatchEvent(new Event(name)), after(ms: number) { state.now += ms; look(); } };
}

test('{K7} it locks after the time without a hand, once; any hand begins it anew', () => {
  const one = page(5);
  one.after(4 * MINUTE);
  for (const name of ['pointerdown', 'keydown', 'wheel', 'touchstart']) {
    one.hand(name);
    one.after(5 * MINUTE - 1);
    expect(one.state.locks, name).toBe(0);
  }
  one.after(1);
  one.after(MINUTE);
  expect(one.state.locks).toBe(1);
});

test('a hand in another tab counts, and a hand here is told to the others, at most every five seconds', () => {
  const one = page(5);
  one.after(4 * MINUTE);
  one.channel.onmessage!(new MessageEvent('message'));
  one.after(4 * MINUTE);
  expect(one.state.locks).toBe(0);
  for (let n = 0; n < 20; n++) {
    one.state.now += 1_000;
    one.hand();
  }
  expect(one.channel.told.length).toBe(4);
});

test('who comes back after the time is up finds it locked, though nothing looked meanwhile; zero never locks', () => {
  const one = page(5);
  one.state.now += 60 * MINUTE;
  one.hand();
  expect(one.state.locks).toBe(1);
  const never = page(0);
  never.after(100 * MINUTE);
  never.hand();
  expect(never.state.locks).toBe(0);
});

test('what could not be locked is tried again', async () => {
  const one = page(5);
  one.state.refuse = true;
  one.after(5 * MINUTE);
  await Promise.resolve().then(() => undefined);
  one.state.refuse = false;
  one.after(1);
  expect(one.state.locks).toBe(1);
});
