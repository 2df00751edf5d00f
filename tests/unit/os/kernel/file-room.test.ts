/** What goes first when a space or the browser has too much of files. */
import { describe, expect, test } from 'vitest';
import { toBase64url } from '#base/bytes';
import { sha256 } from '#base/hash';
import { FileRoom, isLow, overdue, type KeptFile } from '#os/kernel/file-room';
import type { Kernel } from '#os/kernel/state';
import type { ChunkStore } from '#ports/chunk-store';
import { isLittle } from '#view/kit/room.ts';
import { CHUNK_LIMITS } from '#vm/chunk-limits';

const LIMITS = { spaceBytes: 100, freshMs: 10, lowShare: 0.8, enoughShare: 0.7 };
const NOW = 1_000;
const file = (key: string, bytes: number, usedAt: number, space = key[0]!): KeptFile => ({ key, space, bytes, usedAt });
const keys = (files: readonly KeptFile[], room: { usage: number; quota: number } | null = null, stay: readonly string[] = []): string[] => overdue(files, new Set(stay), room, NOW, LIMITS).map(({ key }) => key);

describe('FILE2 what goes when there is too much of files', () => {
  test('[limit CHUNK.spaceBytes] of a space above its budget those that were not used for the longest time, and no more of them than it takes; of another space nothing', () => {
    const files = [file('a1', 40, 5), file('a2', 40, 3), file('a3', 40, 4), file('b1', 90, 1)];
    expect(keys(files)).toEqual(['a2']);
    expect(keys(files.slice(1)), 'within the budget').toEqual([]);
    expect(keys([...files, file('a4', 45, 9)])).toEqual(['a2', 'a3']);
    expect(CHUNK_LIMITS.spaceBytes).toBe(8_589_934_592);
  });

  test('[limit CHUNK.lowShare] [limit CHUNK.enoughShare] when the browser has little left, of all spaces, until there is enough; where it says nothing, or has enough, nothing goes', () => {
    const files = [file('a1', 5, 5), file('b1', 5, 3), file('c1', 5, 4), file('d1', 50, 6)];
    expect(keys(files, { usage: 81, quota: 100 })).toEqual(['b1', 'c1', 'a1']);
    expect([keys(files, { usage: 80, quota: 100 }), keys(files, null)]).toEqual([[], []]);
    expect([isLow({ usage: 81, quota: 100 }), isLow({ usage: 80, quota: 100 }), CHUNK_LIMITS.enoughShare]).toEqual([true, false, 0.7]);
    for (const usage of [79, 80, 81]) expect(isLittle({ usage, quota: 100 }), 'the screen says it when the kernel acts').toBe(isLow({ usage, quota: 100 }));
  });

  test('[limit CHUNK.freshMs] what was used lately stays, however little room is left; what cannot go stays and is counted, and the next goes in its place', () => {
    const files = [file('a1', 60, 5), file('a2', 60, NOW - 9)];
    expect(keys(files, { usage: 99, quota: 100 })).toEqual(['a1']);
    expect(keys(files, { usage: 99, quota: 100 }, ['a1'])).toEqual([]);
    expect(keys([...files, file('a3', 60, 6)], null, ['a1'])).toEqual(['a3']);
    expect(CHUNK_LIMITS.freshMs).toBe(86_400_000);
  });

  test('[limit CHUNK.noteMs] [limit CHUNK.noted] when a file was used is written once an hour, and of not too many it is known that it was', async () => {
    const rows = new Map<string, unknown>();
    let now = 1_000;
    let commits = 0;
    const store = {
      get: async (name: string) => rows.get(name), list: async () => [...rows],
      commit: async ({ values }: { values: readonly (readonly [string, unknown])[] }) => values.forEach(([name, value]) => ((commits += 1), value === undefined ? rows.delete(name) : rows.set(name, value))),
    };
    const kernel = { boot: 'b', store, deps: { clock: { now: () => now, monotonic: () => now } } } as unknown as Kernel;
    const room = new FileRoom(kernel, {} as ChunkStore);
    await room.note('s/1');
    await room.note('s/1');
    expect([commits, [...rows.values()]]).toEqual([1, [1_000]]);
    now += CHUNK_LIMITS.noteMs;
    await room.note('s/1');
    expect([commits, [...rows.values()]]).toEqual([2, [now]]);
    for (let at = 0; at < CHUNK_LIMITS.noted; at++) await room.note(`s/other ${at}`);
    await room.note('s/1');
    expect(commits, 'forgotten, and written again').toBe(3 + CHUNK_LIMITS.noted);
    await room.forget('s/1');
    expect(rows.size).toBe(CHUNK_LIMITS.noted);
  });

  test('FILE1 a use that the disk did not write is known all the same, told to the other tabs, and tried again after a while', async () => {
    const rows = new Map<string, unknown>();
    const posted: unknown[] = [];
    let [now, full, tries] = [1_000, false, 0];
    const store = {
      get: async (name: string) => rows.get(name),
      commit: async ({ values: [[name, value]] }: { values: [[string, unknown]] }) => {
        tries += 1;
        if (full) throw new Error('full');
        rows.set(name, value);
      },
    };
    const kernel = { boot: 'b', store, deps: { clock: { now: () => now }, tabs: { post: (notice: unknown) => posted.push(notice) } } } as unknown as Kernel;
    const room = new FileRoom(kernel, {} as ChunkStore);
    expect(await room.usedAt('s/1')).toBeNull();
    await room.note('s/1');
    [now, full] = [now + 2 * CHUNK_LIMITS.freshMs, true];
    await expect(room.note('s/1')).rejects.toThrow('full');
    now += 1_000;
    await room.note('s/1');
    expect([await room.usedAt('s/1'), [...rows.values()], tries, posted]).toEqual([now, [1_000], 2, [{ t: 'files', used: 's/1' }]]);
    [now, full] = [now + CHUNK_LIMITS.roomLookMs, false];
    await room.note('s/1');
    expect([...rows.values()]).toEqual([now]);
    // Another tab wrote a later one.
    rows.set([...rows.keys()][0]!, now + 5);
    expect(await room.usedAt('s/1')).toBe(now + 5);
  });

  test('FILE1 refused writes make room once in so long, however many there are; a file that is not here counts for nothing', async () => {
    let now = 0;
    const space = { standing: 'member', source: { fragments: () => ['f'], ids: () => ['1', '2', '3'], stamp: (_: string, id: string) => id, view: (_: string, id: string) => ({ id, fragment: 'f', type: 'file@1', deleted: false, createdBy: 'other', props: { name: 'x', mime: 'x/y', size: 2_000_000, root: new Uint8Array(32), key: new Uint8Array(32), salt: new Uint8Array(16) } }) } };
    const rows = new Map<string, unknown>();
    const store = { get: async (name: string) => rows.get(name), list: async () => [...rows], commit: async () => { throw new Error('full'); } };
    const kernel = { boot: 'b', store, profile: null, spaces: new Map([['s', space]]), metric: () => undefined, deps: { clock: { now: () => now + 2 * CHUNK_LIMITS.freshMs, monotonic: () => now }, tabs: { post: () => undefined } } } as unknown as Kernel;
    const room = new FileRoom(kernel, { room: async () => null } as unknown as ChunkStore);
    for (const id of ['1', '2', '3']) rows.set(`used/${toBase64url(sha256('lgos/used/1', `s/${id}`))}`, 0);
    const gone: string[] = [];
    const here = new Set(['s/2', 's/3']);
    const look = (): Promise<number> => room.look(async (key) => (gone.push(key), here.delete(key)), async (key) => here.has(key));
    expect(await look(), 'nothing was refused').toBe(0);
    room.press();
    expect([await look(), gone]).toEqual([1, ['s/2']]);
    for (let at = 0; at < 5; at++) {
      room.press();
      now += 5_000;
      expect(await look()).toBe(0);
    }
    expect(room.waits).toBe(true);
    now += CHUNK_LIMITS.roomLookMs;
    expect([await look(), gone, room.waits]).toEqual([1, ['s/2', 's/3'], false]);
  });
});
