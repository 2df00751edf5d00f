/** A file goes only where that takes it from nobody. */
import { describe, expect, test } from 'vitest';
import { toBase64url, type Bytes } from '#base/bytes';
import { GivingUp, type GiveUpHost } from '#os/kernel/file-give-up';
import type { FileNode } from '#os/kernel/file-node';
import { roomOf, type Found } from '#os/kernel/file-pieces';
import type { Beside } from '#os/kernel/file-room';
import type { ChunkStore } from '#ports/chunk-store';
import { createNobleCrypto, createSeededRandom } from '#tests/sim/support/sim-crypto';
import { createMemoryChunks } from '#tests/support/memory-chunks';
import { CHUNK_LIMITS } from '#vm/chunk-limits';
import { pieceId } from '#vm/chunks/make-file';
import type { Place } from '#vm/chunks/messages';
import { sealPiece } from '#vm/chunks/piece';
import { levelsOf, placeIn } from '#vm/chunks/tree';

const MIB = 1_048_576;
const NOW = 10 * CHUNK_LIMITS.freshMs;
const crypto = createNobleCrypto();
const random = createSeededRandom('give-up');
const place: Place = { space: random.bytes(32), fragment: random.bytes(16) };
const leaves = [random.bytes(32), random.bytes(32)];
const put = (store: ChunkStore, id: Bytes, bytes: Bytes): Promise<void> => store.put(roomOf(place), toBase64url(id), bytes);

/** A tree of its own above these pieces. */
async function treeOf(ids: readonly Bytes[]): Promise<{ readonly file: FileNode; readonly top: Bytes }> {
  const [key, salt, size] = [random.bytes(32), random.bytes(16), ids.length * MIB];
  const plain = new Uint8Array(ids.flatMap((id) => [...id])) as Bytes;
  const top = (await sealPiece(crypto, { key: await crypto.importAead(key), salt }, placeIn(levelsOf(size), 1, 0), plain)) as Bytes;
  return { file: { name: 'x', mime: 'x/y', size, root: await pieceId(top, async () => undefined), key, salt }, top };
}

/** A device with the file; everybody else says that they have it. */
async function device(over: Partial<GiveUpHost> = {}, tree?: Awaited<ReturnType<typeof treeOf>>) {
  const { file, top } = tree ?? (await treeOf(leaves));
  const disk = createMemoryChunks();
  const store = disk.open();
  for (const [id, bytes] of [[file.root, top], ...leaves.map((id) => [id, Uint8Array.of(1)])] as [Bytes, Bytes][]) await put(store, id, bytes);
  const used = new Map<string, number>([['s/file', 0]]);
  const asked: string[] = [];
  const found: Found = { place, file };
  const host: GiveUpHost = {
    pieces: { store, crypto, pause: async () => undefined }, room: { usedAt: async (key) => used.get(key) ?? null }, now: () => NOW,
    find: () => found, beside: () => [], moving: () => false, may: () => true, isHeld: async () => (asked.push('isHeld'), true),
    takeOut: (_key, _found, ids) => store.remove(roomOf(place), ids.map(toBase64url)), ...over,
  };
  const desk = new GivingUp(host);
  const all = [file.root, ...leaves];
  return { desk, store, used, asked, file, all, rows: disk.rows, has: async () => (await desk.held(place, all)).every(Boolean), go: () => desk.giveUp('s/file', new Set()) };
}

type Device = Awaited<ReturnType<typeof device>>;

describe('FILE2 a file goes where that takes it from nobody', () => {
  test('with another device that has it, and nothing against it, it goes', async () => {
    const one = await device();
    expect([await one.go(), one.rows.size, await one.has()]).toEqual([true, 0, false]);
  });

  test('two devices that ask each other do not both give it up, whoever asks first and however late the answer comes', async () => {
    const tree = await treeOf(leaves);
    for (const [lateA, lateB] of [[0, 0], [0, 5], [5, 0], [9, 9]] as const) {
      const both: Device[] = [];
      const after = async (ticks: number): Promise<void> => {
        for (let at = 0; at < ticks; at++) await new Promise((next) => setImmediate(next));
      };
      const ask = (other: number, late: number) => async (): Promise<boolean> => {
        const said = await both[other]!.has();
        await after(late);
        return said;
      };
      both.push(await device({ isHeld: ask(1, lateA) }, tree), await device({ isHeld: ask(0, lateB) }, tree));
      const first = both[0]!.go();
      await after(lateB > 0 ? 0 : 2);
      await Promise.all([first, both[1]!.go()]);
      expect(both.filter(({ rows }) => rows.size === 3).length, `answers after ${lateA} and ${lateB}`).toBeGreaterThan(0);
    }
    // The control: one that stays lets the other go.
    const stays = await device({}, tree);
    const goes = await device({ isHeld: () => stays.has() }, tree);
    expect([await goes.go(), goes.rows.size, stays.rows.size]).toEqual([true, 0, 3]);
  });

  test('an answer that was being read while the file went says that it is gone; a file that stayed is here again', async () => {
    const one = await device();
    const { held } = one.store;
    let [release, slow] = [(): void => undefined, true];
    one.store.held = async (at) => {
      const rows = await held(at);
      if (slow) await new Promise<void>((go) => ((slow = false), (release = go)));
      return rows;
    };
    const answer = one.has();
    await Promise.resolve();
    expect(await one.go()).toBe(true);
    release();
    expect(await answer).toBe(false);
    const other = await device({ isHeld: async () => false });
    expect([await other.go(), await other.has()]).toEqual([false, true]);
  });

  test('pieces that an own file names stay, whichever tree names them; so do those of a file used lately, of one on its way and of a small one', async () => {
    const tree = await treeOf(leaves);
    const again = await treeOf([leaves[1]!, random.bytes(32)]);
    const apart = await treeOf([random.bytes(32), random.bytes(32)]);
    const small = { ...tree.file, root: leaves[0]!, size: 5 };
    const went = async (beside: Omit<Beside, 'key'>, more: { at?: number; moving?: boolean } = {}): Promise<boolean> => {
      const one = await device({ beside: () => [{ key: 's/other', ...beside }], moving: (key) => more.moving === true && key === 's/other' }, tree);
      one.used.set('s/other', more.at ?? 0);
      for (const { file, top } of [again, apart]) await put(one.store, file.root, top);
      const gone = await one.go();
      expect(one.rows.size).toBe(gone ? 2 : 5);
      return gone;
    };
    expect([await went({ file: tree.file, mine: true }), await went({ file: again.file, mine: true }), await went({ file: null, mine: true })], 'own').toEqual([false, false, false]);
    expect([await went({ file: again.file, mine: false }, { at: NOW - 5 }), await went({ file: again.file, mine: false }, { moving: true }), await went({ file: small, mine: false })], 'of others').toEqual([false, false, false]);
    expect([await went({ file: apart.file, mine: true }), await went({ file: again.file, mine: false }), await went({ file: tree.file, mine: false })], 'the controls').toEqual([true, true, true]);
  });

  test('an own file of which a part of the tree is not here may name anything: nothing goes', async () => {
    const lost = await treeOf([random.bytes(32), random.bytes(32)]);
    const one = await device({ beside: () => [{ key: 's/own', file: { ...lost.file, size: 3_000 * MIB }, mine: true }] });
    await put(one.store, lost.file.root, lost.top);
    expect([await one.go(), one.rows.size]).toEqual([false, 4]);
  });

  test('a tree that is not here to its end is not given up, and nobody is asked', async () => {
    const one = await device();
    await one.store.remove(roomOf(place), [toBase64url(one.file.root)]);
    expect([await one.go(), one.rows.size, one.asked]).toEqual([false, 2, []]);
  });

  test('opened, asked for, written anew or in a tab that lost the links while another device is asked, it stays', async () => {
    const other = await treeOf([random.bytes(32), random.bytes(32)]);
    const tries: ((one: { found: Found; moving: boolean; may: boolean; used: Map<string, number> }) => void)[] = [
      (one) => void one.used.set('s/file', NOW), (one) => void one.used.delete('s/file'), (one) => void (one.moving = true), (one) => void (one.may = false), (one) => void (one.found = { place, file: other.file }),
    ];
    for (const [at, change] of tries.entries()) {
      const tree = await treeOf(leaves);
      const is = { found: { place, file: tree.file } as Found, moving: false, may: true, used: new Map<string, number>() };
      const one = await device({ find: () => is.found, moving: () => is.moving, may: () => is.may, isHeld: async () => (change(is), true) }, tree);
      is.used = one.used;
      expect([await one.go(), one.rows.size], `change ${at}`).toEqual([false, 3]);
    }
  });
});
