import { expect, test } from 'vitest';
import { toBase64url } from '#base/bytes';
import { roomOf } from '#os/kernel/file-pieces';
import { FileTransfer } from '#os/kernel/file-transfer';
import { createNobleCrypto, createSeededRandom } from '#tests/sim/support/sim-crypto';
import { createMemoryChunks } from '#tests/support/memory-chunks';
import { CHUNK_LIMITS } from '#vm/chunk-limits';
import { pieceId } from '#vm/chunks/make-file';
import type { Place } from '#vm/chunks/messages';
import { sealPiece } from '#vm/chunks/piece';
import { levelsOf, placeIn } from '#vm/chunks/tree';

const MIB = 1_048_576;

const crypto = createNobleCrypto();

/** A file of so many pieces that nobody has: its tree is on the disk. */
async function treeOf(pieces: number) {
  const random = createSeededRandom('ahead');
  const place: Place = { space: random.bytes(32), fragment: random.bytes(16) };
  const [key, salt] = [random.bytes(32), random.bytes(16)];
  const top = await sealPiece(crypto, { key: await crypto.importAead(key), salt }, placeIn(levelsOf(pieces * MIB), 1, 0), random.bytes(32 * pieces));
  const root = await pieceId(top, async () => undefined);
  const store = createMemoryChunks().open();
  await store.put(roomOf(place), toBase64url(root), top);
  return { place, store, node: { name: 'x', mime: 'x/y', size: pieces * MIB, root, key, salt } };
}

test('[limit CHUNK.ahead CHUNK.aheadLeft] 128 pieces of a file are looked for at once and more when 64 are left, in an order of its own for each who fetches', async () => {
  const { place, store, node } = await treeOf(200);
  const orders: string[][] = [];
  for (const who of ['one', 'other']) {
    const asked: { id: string; done: (device: string) => void }[] = [];
    const transfer = new FileTransfer({ store, crypto: crypto, pause: async () => undefined }, {
      fetch: (_place, id) => {
        let done = (_device: string): void => undefined;
        const promise = new Promise<string>((go) => (done = go));
        asked.push({ id: toBase64url(id), done });
        return { done: promise, found: () => true, stop: () => undefined };
      },
      first: () => undefined, isHeld: async () => false, look: () => undefined, close: () => undefined,
    }, place, node, false, createSeededRandom(who), () => undefined, () => 0);
    const run = transfer.run();
    const settle = (): Promise<void> => new Promise((next) => setImmediate(next));
    while (asked.length === 0) await settle();
    expect(asked).toHaveLength(CHUNK_LIMITS.ahead);
    for (const one of asked.slice(0, 63)) one.done('d');
    await settle();
    expect(asked).toHaveLength(128);
    asked[63]!.done('d');
    await settle();
    expect(asked).toHaveLength(128 + 64);
    for (let at = 64; at < asked.length; at++) {
      asked[at]!.done('d');
      await settle();
    }
    await run;
    expect(transfer.state()).toEqual({ state: 'asked', have: 200, from: ['d'] });
    expect(new Set(asked.map(({ id }) => id)).size).toBe(200);
    orders.push(asked.map(({ id }) => id));
  }
  expect(orders[0]).not.toEqual(orders[1]);
  expect([...orders[0]!].sort()).toEqual([...orders[1]!].sort());
});

test('[limit CHUNK.readAhead] who reads a file while it comes has the piece it waits for and the seven behind it first, in order, whether they were looked for already or not; who waits is told of each that comes, and when nothing more does', async () => {
  const { place, store, node } = await treeOf(200);
  const asked = new Map<string, (device: string) => void>();
  const first: string[][] = [];
  const transfer = new FileTransfer({ store, crypto, pause: async () => undefined }, {
    fetch: (_place, id) => ({ done: new Promise<string>((go) => asked.set(toBase64url(id), go)), found: () => true, stop: () => undefined }),
    first: (_place, ids) => void first.push(ids.map((id) => toBase64url(id))),
    isHeld: async () => false, look: () => undefined, close: () => undefined,
  }, place, node, false, createSeededRandom('reader'), () => undefined, () => 0);
  const run = transfer.run();
  const settle = (): Promise<void> => new Promise((next) => setImmediate(next));
  while (asked.size === 0) await settle();
  expect(asked.size).toBe(CHUNK_LIMITS.ahead);
  let told = 0;
  void transfer.more().then(() => (told += 1));
  // Who leaves waits no longer, and is told of nothing that comes later.
  const left = new AbortController();
  const waits = transfer.more(left.signal).then(() => 'came', ({ code }: { code: string }) => code);
  left.abort();
  expect([await waits, await transfer.more(left.signal).catch(({ code }: { code: string }) => code)]).toEqual(['cancelled', 'cancelled']);
  const stays = new AbortController();
  const stayed = transfer.more(stays.signal).then(() => 'came');
  transfer.soon(150);
  transfer.soon(196);
  expect(first.map((ids) => ids.length)).toEqual([8, 4]);
  for (const id of first.flat()) expect(asked.has(id)).toBe(true);
  await settle();
  expect(told).toBe(0);
  asked.get(first[0]![0]!)!('d');
  await settle();
  expect([told, await stayed]).toEqual([1, 'came']);
  // All of them come, each once.
  const done = new Set([first[0]![0]!]);
  while (done.size < 200) {
    for (const [id, go] of asked) {
      if (!done.has(id)) go('d');
      done.add(id);
    }
    await settle();
  }
  await run;
  expect(transfer.state()).toEqual({ state: 'asked', have: 200, from: ['d'] });
  await transfer.more();
});
