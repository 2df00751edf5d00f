import { webcrypto } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createWebCrypto } from '#adapters/web-crypto/web-crypto';
import { concat, equalBytes, toBase64url, utf8, type Bytes } from '#base/bytes';
import { encodeCbor } from '#base/cbor';
import { createSeededRandom } from '#tests/sim/support/sim-crypto';
import { CHUNK_LIMITS } from '#vm/chunk-limits';
import { makeFile, pieceId } from '#vm/chunks/make-file';
import { openPiece, sealPiece, type PiecePlace } from '#vm/chunks/piece';
import { squeeze, unsqueeze } from '#vm/chunks/squeeze';
import { childrenOf, levelsOf, pieceLength, placeIn } from '#vm/chunks/tree';

const crypto = createWebCrypto(webcrypto.subtle as SubtleCrypto);
const random = createSeededRandom('chunks');
const FIRST: PiecePlace = { level: 0, index: 0, last: true };
const now = async (): Promise<void> => undefined;

async function keyed() {
  return { key: await crypto.importAead(random.bytes(32)), salt: random.bytes(16) };
}

/** Makes a file and reads it back the way a reader does: down the tree, then piece by piece. */
async function there(content: Uint8Array) {
  const store = new Map<string, Bytes>();
  let largest = 0;
  const made = await makeFile({
    crypto, random, pause: now, progress: () => undefined,
    read: async (from, to) => ((largest = Math.max(largest, to - from)), content.subarray(from, to)),
    put: async (id, stored) => void store.set(toBase64url(id), stored),
  }, content.length);
  const file = { key: await crypto.importAead(made.key), salt: made.salt };
  const levels = levelsOf(content.length);
  let ids = [made.root];
  for (let level = levels.length - 1; level > 0; level--) {
    const below: Bytes[] = [];
    for (const [index, id] of ids.entries()) {
      const node = await openPiece(crypto, file, placeIn(levels, level, index), store.get(toBase64url(id))!);
      if (!node.ok) throw new Error(node.error);
      below.push(...childrenOf(node.value, levels, level, index)!);
    }
    ids = below;
  }
  const parts: Bytes[] = [];
  for (const [index, id] of ids.entries()) {
    const piece = await openPiece(crypto, file, placeIn(levels, 0, index), store.get(toBase64url(id))!);
    if (!piece.ok) throw new Error(piece.error);
    parts.push(piece.value);
  }
  return { store, made, ids, largest, back: concat(...parts) };
}

describe('a file in pieces', () => {
  test('CHUNK1 CHUNK2 [limit CHUNK.pieceBytes] any bytes come back as they were, and no more than one piece is read at a time', async () => {
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 4_000 }), fc.constantFrom(0, 1, CHUNK_LIMITS.pieceBytes - 1, CHUNK_LIMITS.pieceBytes, CHUNK_LIMITS.pieceBytes + 1), async (seed, length) => {
      const content = new Uint8Array(seed.length + length);
      content.set(seed, length);
      const { back, ids, largest, store } = await there(content);
      expect(equalBytes(back, content)).toBe(true);
      expect(ids).toHaveLength(Math.max(1, Math.ceil(content.length / 1_048_576)));
      expect(largest).toBeLessThanOrEqual(1_048_576);
      for (const [id, stored] of store) expect(toBase64url(await pieceId(stored, now))).toBe(id);
    }), { numRuns: 12, seed: 7 });
  });

  test('[limit CHUNK.puts] two pieces are being written while the next is made; one that is refused ends it when the others are written', async () => {
    const writes: { go(): void; fail(error: Error): void }[] = [];
    let came = (): void => undefined;
    const more = (): Promise<void> => new Promise((next) => (came = next));
    const plain = new Uint8Array(CHUNK_LIMITS.pieceBytes);
    let wait = more();
    const made = makeFile({
      crypto, random, pause: now, progress: () => undefined, read: async (from, to) => plain.subarray(0, to - from),
      put: () => new Promise<void>((go, fail) => void (writes.push({ go, fail }), came())),
    }, 5 * CHUNK_LIMITS.pieceBytes);
    let over = false;
    const ended = made.catch((error: unknown) => ((over = true), error));
    await wait;
    wait = more();
    await wait;
    // The third one is made by then, if it ever is.
    const another = async (): Promise<void> => {
      for (let n = 0; n < 5; n++) await pieceId(plain, () => new Promise((next) => setImmediate(next)));
    };
    await another();
    expect(writes).toHaveLength(2);
    wait = more();
    writes[0]!.go();
    await wait;
    expect(writes).toHaveLength(3);
    writes[1]!.fail(new Error('full'));
    await another();
    expect([over, writes.length]).toEqual([false, 3]);
    writes[2]!.go();
    expect(String(await ended)).toContain('full');
  });

  test('CHUNK2 two equal files share no piece', async () => {
    const content = new Uint8Array(1_100_000).fill(9);
    const [a, b] = [await there(content), await there(content)];
    expect([...a.store.keys()].filter((id) => b.store.has(id))).toEqual([]);
    expect(a.store.size).toBe(3);
  });

  test('CHUNK2 [limit CHUNK.children] the tree follows from the size: 1,024 under a node', () => {
    expect([0, 1, 2 ** 20, 2 ** 20 + 1, 2 ** 30, 2 ** 30 + 1, 2 ** 32].map((size) => [...levelsOf(size)])).toEqual([[1], [1], [1], [2, 1], [1_024, 1], [1_025, 2, 1], [4_096, 4, 1]]);
    expect(childrenOf(new Uint8Array(1_024 * 32), levelsOf(2 ** 32), 1, 0)).toHaveLength(1_024);
    expect(childrenOf(new Uint8Array(1_024 * 32), levelsOf(2 ** 30 + 1), 1, 1)).toBeNull();
    expect(childrenOf(new Uint8Array(32), levelsOf(2 ** 30 + 1), 1, 1)).toHaveLength(1);
    expect(pieceLength(2 ** 20 + 5, 1)).toBe(5);
  });

  test('a file that changes while it is read is refused', async () => {
    await expect(makeFile({ crypto, random, pause: now, progress: () => undefined, read: async () => new Uint8Array(3), put: async () => undefined }, 10)).rejects.toThrow(RangeError);
  });
});

describe('one piece', () => {
  test('CHUNK1 the piece of docs/PROTOCOL.md §16', async () => {
    const file = { key: await crypto.importAead(new Uint8Array(32).fill(1)), salt: new Uint8Array(16).fill(2) };
    const stored = await sealPiece(crypto, file, FIRST, utf8('The lid.'));
    expect([toBase64url(stored), toBase64url(await pieceId(stored, now))]).toEqual(['gkeGAAABCAABWBjrXf38GVJnkeGoSp5sT-V6jr78kGusPJo', 'KRkxQSwFS6mKd4-xsMLyjhaUpEwf0zqWJM3pVLzIKHs']);
  });

  test('CHUNK1 opens with its key at its place only', async () => {
    const file = await keyed();
    const stored = await sealPiece(crypto, file, { level: 0, index: 3, last: false }, new Uint8Array(500).fill(7));
    expect(await openPiece(crypto, file, { level: 0, index: 3, last: false }, stored)).toMatchObject({ ok: true });
    for (const place of [{ level: 0, index: 2, last: false }, { level: 0, index: 3, last: true }]) expect(await openPiece(crypto, file, place, stored)).toEqual({ ok: false, error: 'form' });
    expect(await openPiece(crypto, file, { level: 1, index: 3, last: false }, stored)).toEqual({ ok: false, error: 'key' });
    expect(await openPiece(crypto, await keyed(), { level: 0, index: 3, last: false }, stored)).toEqual({ ok: false, error: 'key' });
    expect(await openPiece(crypto, { ...file, salt: random.bytes(16) }, { level: 0, index: 3, last: false }, stored)).toEqual({ ok: false, error: 'key' });
  });

  test('CHUNK1 every changed byte is found, and nothing throws', async () => {
    const file = await keyed();
    const stored = await sealPiece(crypto, file, FIRST, new Uint8Array(64).fill(1));
    for (let at = 0; at < stored.length; at++) {
      const bad = stored.slice();
      bad[at]! ^= 1 + (at % 255);
      expect((await openPiece(crypto, file, FIRST, bad)).ok, `byte ${at}`).toBe(false);
    }
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (noise) => void expect((await openPiece(crypto, file, FIRST, noise)).ok).toBe(false)), { numRuns: 200, seed: 3 });
  });

  test('CHUNK1 [limit CHUNK.storedBytes] what is longer than a piece can be is not read', async () => {
    const file = await keyed();
    const stored = await sealPiece(crypto, file, FIRST, random.bytes(1_048_576));
    expect(stored.length).toBeLessThanOrEqual(1_048_704);
    expect(await openPiece(crypto, file, FIRST, stored)).toMatchObject({ ok: true });
    const header = encodeCbor([0, 0, 1, 1_048_576, 0, 1]);
    const long = encodeCbor([header, await crypto.seal(file.key, new Uint8Array(12), new Uint8Array(1_048_576 + 200), concat(header, file.salt))]);
    expect(await openPiece(crypto, file, FIRST, long)).toEqual({ ok: false, error: 'form' });
    expect(await openPiece(crypto, file, FIRST, concat(stored, new Uint8Array(128)))).toEqual({ ok: false, error: 'form' });
  });

  test('[row 7] CHUNK1 a bomb ends at the length its header says', async () => {
    const file = await keyed();
    const bomb = await new Response(new Blob([new Uint8Array(8 * 1_048_576)]).stream().pipeThrough(new CompressionStream('gzip'))).bytes();
    expect(bomb.length).toBeLessThan(20_000);
    const header = encodeCbor([0, 2, 1, 1_048_576, 0, 1]);
    const stored = encodeCbor([header, await crypto.seal(file.key, new Uint8Array(12), bomb, concat(header, file.salt))]);
    expect(await openPiece(crypto, file, FIRST, stored)).toEqual({ ok: false, error: 'content' });
  });

  test('CHUNK1 a later version and an unknown codec are told apart from damage', async () => {
    const file = await keyed();
    for (const header of [[1, 0, 1, 4, 0, 1], [0, 3, 1, 4, 0, 1], [2, 'x']]) expect(await openPiece(crypto, file, FIRST, encodeCbor([encodeCbor(header), new Uint8Array(20)]))).toEqual({ ok: false, error: 'newer' });
  });

  test('compressed only when the first 64 KiB save 3 %', async () => {
    const noise = random.bytes(65_536);
    expect(await squeeze(concat(noise, new Uint8Array(500_000)))).toBeNull();
    const text = new Uint8Array(300_000).fill(32);
    const small = (await squeeze(text))!;
    expect(small.length).toBeLessThan(2_000);
    expect(equalBytes((await unsqueeze(small, 'gzip', text.length))!, text)).toBe(true);
    expect(await unsqueeze(small, 'gzip', text.length - 1)).toBeNull();
    expect(await unsqueeze(small, 'gzip', text.length + 1)).toBeNull();
    expect(await unsqueeze(noise, 'gzip', 10)).toBeNull();
    expect(await squeeze(new Uint8Array(0))).toBeNull();
  });
});
