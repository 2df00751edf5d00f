/** Acks of thousands of logs at once: what each of them costs does not grow with their number. */
import { expect, test } from 'vitest';
import { toBase64url, type Bytes } from '#base/bytes';
import { createAckBook } from '#os/kernel/ack-book';
import { createCopyTracker } from '#os/kernel/copies';
import { logKey } from '#os/kernel/log-key';
import type { Fragment, Kernel, Space } from '#os/kernel/state';
import { createSimClock } from '#tests/sim/support/sim-clock';
import { named } from '#tests/support/core-kit';

function world(count: number) {
  const writer = named('own');
  let looked = 0;
  const fragments = new Map<string, Fragment>();
  for (let i = 0; i < count; i++) {
    const id = named(`f${i}`, 16);
    const log = {
      contiguous: () => {
        looked += 1;
        return 0;
      },
    };
    fragments.set(toBase64url(id), { id, key: toBase64url(id), log, index: { at: () => [toBase64url(named(`r${i}`))] } } as unknown as Fragment);
  }
  const space = { id: named('space'), key: toBase64url(named('space')), fragments, unconfirmedSince: 1 } as unknown as Space;
  const kernel = {
    slot: { writer, text: toBase64url(writer) }, spaces: new Map([[space.key, space]]), copies: createCopyTracker(), deps: { clock: createSimClock() }, boot: 'boot',
    store: { commit: async () => 1 }, emit: () => {}, fault: () => {}, metric: () => {},
  } as unknown as Kernel;
  const book = createAckBook(kernel, () => {});
  const ack = (i: number): void => book.onAck({ space: space.id, fragment: named(`f${i}`, 16), writer, seq: 0, id: named(`r${i}`) as Bytes, level: 1, ds: named('other') });
  return { space, kernel, ack, looked: () => looked, key: (i: number) => logKey(space, fragments.get(toBase64url(named(`f${i}`, 16)))!, toBase64url(writer)) };
}

test.each([['in their order', (i: number, n: number) => [i, n][0]!], ['backwards', (i: number, n: number) => n - 1 - i], ['in any order', (i: number, n: number) => (i * 367) % n]])(
  'a thousand logs acknowledged one by one, %s: looked at a few times each, and the wait for copies ends with the last of them',
  (_, at) => {
    const count = 1_000;
    const { space, ack, looked, kernel, key } = world(count);
    for (let i = 0; i < count; i++) {
      expect(space.unconfirmedSince).toBe(1);
      ack(at(i, count));
    }
    expect(space.unconfirmedSince).toBe(null);
    expect(kernel.copies.confirmed(key(5))).toBe(0);
    expect(looked()).toBeLessThan(30 * count);
  },
);
