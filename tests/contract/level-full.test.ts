/** A disk that is full under the store of a beacon, and has room again: what was answered then is there at the next start. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClassicLevel } from 'classic-level';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { BEACON_LIMITS } from '#signaling/beacon/limits';
import { openLevelStore, type LevelStore } from '#signaling/beacon/level-store';
import { sample } from './record-store-contract.ts';

const macKey = new Uint8Array(32).fill(7);
const ends: (() => unknown)[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  for (const end of ends.splice(0).reverse()) await end();
});

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'lifegraph-full-'));
  ends.push(() => rmSync(path, { recursive: true, force: true, maxRetries: 5 }));
  return path;
}

async function opened(path: string): Promise<LevelStore> {
  const store = await openLevelStore({ path, macKey });
  ends.push(() => store.end().catch(() => undefined));
  return store;
}

const MIB = 2 ** 20;
const mounted = (path: string): boolean => spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${16 * MIB}`, 'tmpfs', path]).status === 0;
/** Only who may mount has a disk of a size: root on Linux. Elsewhere a batch that is made to fail stands for it, and the two tests of a real one are not there. */
const MAY_MOUNT = ((): boolean => {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  const path = mkdtempSync(join(tmpdir(), 'lifegraph-mount-'));
  const may = mounted(path);
  if (may) spawnSync('umount', [path]);
  rmSync(path, { recursive: true });
  return may;
})();

/** Commits a row; its number, or why not. */
const commit = (store: LevelStore, n: number, size: number): Promise<number | string> => store.commit({ origin: 't', records: [sample(n % 60, size)] }).catch((error: { reason: string }) => error.reason);

/** A store on a disk of 16 MiB, and how it is filled and emptied; `answered`: numbers of the rows that were. */
async function onSmallDisk(): Promise<{ path: string; store: LevelStore; answered: number[]; write(count: number, size: number): Promise<Set<string>>; fill(bytes: number): void; free(): void }> {
  const disk = folder();
  expect(mounted(disk)).toBe(true);
  ends.push(() => spawnSync('umount', ['-l', disk]));
  const [path, filler, answered] = [join(disk, 'store'), join(disk, 'filler'), [] as number[]];
  const store = await opened(path);
  return {
    path, store, answered,
    async write(count, size) {
      const refused = new Set<string>();
      for (let n = 0; n < count; n++) {
        const said = await commit(store, n, size);
        if (typeof said === 'number') answered.push(said);
        else refused.add(said);
      }
      return refused;
    },
    fill: (bytes) => writeFileSync(filler, new Uint8Array(bytes)),
    free: () => rmSync(filler),
  };
}

const rowsOf = async (store: LevelStore): Promise<number[]> => (await store.scan(0, 1_000)).filter(({ trusted }) => trusted).map(({ arrival }) => arrival);

function onRealDisks(): void {
  test('a real one: all that was answered before and after is there at the next start', async () => {
    const { path, store, answered, write, fill, free } = await onSmallDisk();
    expect(await write(20, 10_000)).toEqual(new Set());
    expect(() => fill(20 * MIB), 'the disk is full').toThrow('ENOSPC');
    expect(await write(5, 50_000)).toEqual(new Set(['quota']));
    expect(await rowsOf(store), 'read while it is full').toEqual(answered);
    free();
    expect(await write(100, 10_000)).toEqual(new Set());
    expect(await rowsOf(store)).toEqual(answered);
    await store.end();
    const again = await opened(path);
    expect(await rowsOf(again)).toEqual(answered);
    expect([again.held.total, store.held.total]).toEqual([store.held.total, { records: 120, bytes: 120 * 10_000 }]);
  }, 60_000);

  test('[limit BEACON.reopenBytes] with room for a row and not for an opening nothing is written, and what it holds is read', async () => {
    const { store, answered, write, fill, free } = await onSmallDisk();
    await write(5, 10_000);
    expect(() => fill(20 * MIB)).toThrow('ENOSPC');
    expect(await write(1, 50_000)).toEqual(new Set(['quota']));
    for (const room of [BEACON_LIMITS.reopenBytes / 2, BEACON_LIMITS.reopenBytes]) {
      free();
      fill(16 * MIB - room);
      expect(await write(1, 100)).toEqual(new Set(['quota']));
      expect(await rowsOf(store)).toEqual(answered);
    }
    free();
    expect(await write(1, 100)).toEqual(new Set());
    expect(await rowsOf(store)).toEqual(answered);
  }, 60_000);
}

describe('a disk that is full', () => {
  if (!MAY_MOUNT) console.warn('no disk can be mounted here: the tests of a full one do not run');
  else onRealDisks();

  test('where none can be mounted: after a batch that the database refused it is opened anew before the next one, reads and a copy wait for that', async () => {
    const at = folder();
    const store = await opened(join(at, 'store'));
    const [first] = [await store.commit({ origin: 't', records: [sample(1, 10)] })];
    const said: string[] = [];
    const { open, close, batch } = ClassicLevel.prototype;
    vi.spyOn(ClassicLevel.prototype, 'open').mockImplementation(async function (this: ClassicLevel, ...args: unknown[]) {
      said.push('open');
      return open.apply(this, args as []);
    });
    vi.spyOn(ClassicLevel.prototype, 'close').mockImplementation(async function (this: ClassicLevel) {
      said.push('close');
      return close.call(this);
    });
    const refusing = vi.spyOn(ClassicLevel.prototype, 'batch').mockImplementationOnce((() => Promise.reject(new Error('IO error: 000003.log: No space left on device'))) as never);
    expect(await commit(store, 2, 10)).toBe('quota');
    expect(said).toEqual([]);
    refusing.mockImplementation(function (this: ClassicLevel, ...args: unknown[]) {
      said.push('batch');
      return (batch as (...all: unknown[]) => never).apply(this, args);
    } as never);
    const writing = commit(store, 3, 10);
    const [rows, copied] = await Promise.all([store.scan(0, 10), store.copyTo(join(at, 'copy'))]);
    expect([rows.map(({ arrival }) => arrival)[0], copied.rows > 0, typeof (await writing)]).toEqual([first, true, 'number']);
    expect(said.slice(0, 3)).toEqual(['close', 'open', 'batch']);
    expect(await commit(store, 4, 10)).toBeTypeOf('number');
    expect((await store.scan(0, 10)).length).toBe(3);
    expect(store.held.total).toEqual({ records: 3, bytes: 30 });
  });

  test('an opening that fails is tried again by the next read and the next write; a refused batch that the disk has all the same is counted', async () => {
    const path = folder();
    const store = await opened(path);
    await store.commit({ origin: 't', records: [sample(1, 10)] });
    const { batch } = ClassicLevel.prototype;
    vi.spyOn(ClassicLevel.prototype, 'batch').mockImplementationOnce(async function (this: ClassicLevel, ...args: unknown[]) {
      await (batch as (...all: unknown[]) => Promise<void>).apply(this, args);
      throw new Error('IO error: fdatasync');
    } as never);
    expect(await commit(store, 2, 7)).toBe('aborted');
    const failing = vi.spyOn(ClassicLevel.prototype, 'open').mockRejectedValue(Object.assign(new Error('Database failed to open'), { code: 'LEVEL_DATABASE_NOT_OPEN', cause: new Error('IO error: No space left on device') }));
    expect(await commit(store, 3, 10)).toBe('quota');
    await expect(store.scan(0, 10)).rejects.toMatchObject({ name: 'StoreError', reason: 'quota' });
    failing.mockRestore();
    expect((await store.scan(0, 10)).length).toBe(2);
    expect(store.held.total).toEqual({ records: 2, bytes: 17 });
    expect(await commit(store, 4, 10)).toBeTypeOf('number');
    await store.end();
    const again = await opened(path);
    expect([(await again.scan(0, 10)).length, again.held.total]).toEqual([3, { records: 3, bytes: 27 }]);
  });

  test('a copy that is being made meanwhile says why there is none', async () => {
    const at = folder();
    const store = await opened(join(at, 'store'));
    // More than one batch of a copy.
    await Promise.all(Array.from({ length: 60 }, (_, n) => store.commit({ origin: 't', records: [sample(n, BEACON_LIMITS.copyBatchBytes / 25)] })));
    const again: unknown[] = [];
    const copy = store.copyTo(join(at, 'copy'), { open: (path) => {
      const target = new ClassicLevel(path, { keyEncoding: 'utf8', valueEncoding: 'view' });
      const batch = target.batch.bind(target) as (...all: unknown[]) => Promise<void>;
      let batches = 0;
      target.batch = (async (...args: unknown[]) => {
        await batch(...args);
        if (++batches !== 2) return;
        vi.spyOn(ClassicLevel.prototype, 'batch').mockImplementationOnce((() => Promise.reject(new Error('IO error: No space left on device'))) as never);
        again.push(await commit(store, 1, 10), await commit(store, 2, 10));
      }) as never;
      return target;
    } });
    await expect(copy).rejects.toMatchObject({ reason: 'failed', message: expect.stringContaining('opened anew') });
    expect(again).toEqual(['quota', 62]);
  });
});
