/** Encryption of frames: what opens, what does not, and what is counted. */
import { expect, test } from 'vitest';
import type { Bytes } from '#base/bytes';
import { CALL_LIMITS } from '#adapters/call-limits';
import { clearBytes, createFrameCipher } from '#adapters/calls/frame-cipher';

const chain = (n: number): Bytes => new Uint8Array(32).fill(n);
const frame = (n: number): Bytes => Uint8Array.from({ length: 60 }, (_, i) => (i * 7 + n) & 255);

function ends(wrong = false) {
  let time = 0;
  const [anna, boris] = [createFrameCipher(crypto.subtle, () => time), createFrameCipher(crypto.subtle, () => time)];
  anna.chain('b', 'out', chain(1));
  boris.chain('a', 'in', chain(wrong ? 2 : 1));
  return { anna, boris, later: (ms: number) => (time += ms) };
}

test('{C4} [CALL3] a frame opens with its key alone; head and counter are held by the tag; all is counted', async () => {
  const { anna, boris } = ends();
  for (const kind of ['audio', 'camera', 'screen'] as const) {
    const clear = clearBytes(kind, true);
    const sealed = (await anna.seal('b', kind, frame(1), clear))!;
    expect(sealed.subarray(0, clear)).toEqual(frame(1).subarray(0, clear));
    expect(Buffer.from(sealed).includes(Buffer.from(frame(1).subarray(clear, clear + 12)))).toBe(false);
    expect(await boris.open('a', kind, sealed.slice() as Bytes, clear)).toEqual(frame(1));
    // The same once more, one of another stream, and one that was changed at any place.
    expect(await boris.open('a', kind, sealed.slice() as Bytes, clear)).toBeNull();
    for (const at of [0, clear, sealed.length - 1]) {
      const changed = ((await anna.seal('b', kind, frame(2), clear))!).slice() as Bytes;
      changed[at] = changed[at]! ^ 1;
      expect(await boris.open('a', kind, changed, clear)).toBeNull();
    }
  }
  const other = (await anna.seal('b', 'audio', frame(3), 1))!;
  expect(await boris.open('a', 'camera', other, 1)).toBeNull();
  expect(boris.counts('a')).toMatchObject({ opened: 3, stale: 3 });
  expect(boris.counts('a').refused).toBe(10);
  expect(anna.counts('b').sealed).toBe(13);
  expect(await boris.open('a', 'audio', frame(0).slice(0, 5) as Bytes, 1)).toBeNull();
});

test('[CALL3] with another key nothing opens, without one nothing is sent', async () => {
  const { anna, boris } = ends(true);
  for (let i = 0; i < 20; i++) expect(await boris.open('a', 'audio', (await anna.seal('b', 'audio', frame(i), 1))!, 1)).toBeNull();
  expect(boris.counts('a')).toEqual({ sealed: 0, opened: 0, refused: 20, stale: 0 });
  expect(await anna.seal('c', 'audio', frame(1), 1)).toBeNull();
});

test('[CALL4] [limit CALL.ahead] a key is followed by the next; that before it opens for a moment only; far ahead nothing is looked for', async () => {
  const { anna, boris, later } = ends();
  const late = (await anna.seal('b', 'audio', frame(1), 1))!;
  const tooLate = (await anna.seal('b', 'audio', frame(2), 1))!;
  expect(await boris.open('a', 'audio', (await anna.seal('b', 'audio', frame(3), 1))!, 1)).toEqual(frame(3));
  anna.next();
  expect(await boris.open('a', 'audio', (await anna.seal('b', 'audio', frame(4), 1))!, 1)).toEqual(frame(4));
  expect(await boris.open('a', 'audio', late, 1)).toEqual(frame(1));
  later(3_000);
  expect(await boris.open('a', 'audio', tooLate, 1)).toBeNull();
  for (let i = 0; i <= CALL_LIMITS.ahead; i++) {
    anna.next();
    await anna.seal('b', 'audio', frame(i), 1);
  }
  expect(await boris.open('a', 'audio', (await anna.seal('b', 'audio', frame(5), 1))!, 1)).toBeNull();
  expect(boris.counts('a')).toMatchObject({ opened: 3, refused: 0, stale: 2 });
});

test('[CALL4] a key that sealed nothing needs no next one: however often somebody leaves while nothing is said, what is said then opens', async () => {
  const { anna, boris } = ends();
  for (let i = 0; i < 3 * CALL_LIMITS.ahead; i++) anna.next();
  expect(await boris.open('a', 'audio', (await anna.seal('b', 'audio', frame(1), 1))!, 1)).toEqual(frame(1));
  anna.next();
  const next = (await anna.seal('b', 'audio', frame(2), 1))!;
  expect([...next.slice(-8, -6)]).toEqual([0, 1]);
  expect(await boris.open('a', 'audio', next, 1)).toEqual(frame(2));
});

test('[CALL4] invented numbers of keys: one is looked for in 100 ms, with one key made for it; the others are not, and the true next one opens after that', async () => {
  let [time, made] = [0, 0];
  const { subtle } = crypto;
  const counting = { importKey: (...given: Parameters<typeof subtle.importKey>) => (made++, subtle.importKey(...given)), decrypt: subtle.decrypt.bind(subtle), encrypt: subtle.encrypt.bind(subtle) } as unknown as SubtleCrypto;
  const [anna, boris] = [createFrameCipher(subtle, () => time), createFrameCipher(counting, () => time)];
  anna.chain('b', 'out', chain(1));
  boris.chain('a', 'in', chain(1));
  const forged = (number: number, counter: number): Bytes => {
    const bytes = new Uint8Array(60);
    bytes.set([0, number, 0, 0, 0, 0, 1, counter], 52);
    return bytes;
  };
  const before = made;
  for (let i = 0; i < 50; i++) expect(await boris.open('a', 'audio', forged(10 + i, i), 1)).toBeNull();
  expect(made - before).toBe(1);
  expect(boris.counts('a')).toMatchObject({ refused: 1, stale: 49 });
  // Of the number that was looked for as many as come, by the key that is there.
  for (let i = 0; i < 50; i++) expect(await boris.open('a', 'audio', forged(10, 100 + i), 1)).toBeNull();
  expect(made - before).toBe(1);
  await anna.seal('b', 'audio', frame(1), 1);
  anna.next();
  time += 100;
  expect(await boris.open('a', 'audio', (await anna.seal('b', 'audio', frame(2), 1))!, 1)).toEqual(frame(2));
  expect(made - before).toBe(2);
});

test('[CALL3] [limit CALL.window] frames out of order are taken within the window, each once', async () => {
  const { anna, boris } = ends();
  const all: Bytes[] = [];
  for (let i = 0; i < CALL_LIMITS.window + 2; i++) all.push((await anna.seal('b', 'audio', frame(i), 1))!);
  expect(await boris.open('a', 'audio', all.at(-1)!, 1)).not.toBeNull();
  expect(await boris.open('a', 'audio', all[2]!, 1)).toEqual(frame(2));
  expect(await boris.open('a', 'audio', all[2]!, 1)).toBeNull();
  expect(await boris.open('a', 'audio', all[0]!, 1)).toBeNull();
});
