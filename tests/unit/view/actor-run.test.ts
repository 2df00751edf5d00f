/** Pieces of work for actors on a page: the module out of the files of the space, looked at before it runs. The room they run in: tests/e2e/actors.e2e.ts. */
import { describe, expect, test, vi } from 'vitest';
import type { LifegraphApi } from '#os/api';
import { ACTOR_LIMITS } from '#os/actor-limits';
import { actorName, encodePiece } from '#os/actors/piece';
import type { FileState } from '#os/files-api';
import { utf8 } from '#base/bytes';
import { createActorRunner } from '#view/kit/actor-run.ts';
import type { RoomTask } from '#view/kit/actor-room.ts';
import { give, moduleBytes } from '#tests/support/wasm-bytes';

/** A space with these files, and a room that says what it was given. */
function kit(held: Readonly<Record<string, Uint8Array<ArrayBuffer>>>) {
  const [asked, ran, cancelled]: [string[], RoomTask[], string[]] = [[], [], []];
  const state = (id: string): FileState => ({ state: asked.includes(id) ? 'here' : id === 'asked' ? 'asked' : 'absent', name: id, mime: 'application/wasm', size: held[id]!.length, have: 1, of: 1, from: [] });
  const watching = new Map<string, (state: FileState) => void>();
  const files = {
    watch: (_space: string, id: string, on: (state: FileState) => void) => (watching.set(id, on), on(state(id)), () => void watching.delete(id)),
    want: async (_space: string, id: string) => void (id !== 'never' && id !== 'asked' && (asked.push(id), watching.get(id)?.(state(id)))),
    cancel: async (_space: string, id: string) => void cancelled.push(id),
    read: (_space: string, id: string) => new Blob([held[id]!]).stream(),
  };
  let stops = 0;
  const runner = createActorRunner({ files } as unknown as Pick<LifegraphApi, 'files'>, { run: async (task) => (ran.push(task), task.input), stop: () => void (stops += 1) });
  return { asked, ran, cancelled, runner, watching, stops: () => stops };
}

/** Many small modules that differ. */
const numbered = (count: number): Uint8Array<ArrayBuffer>[] => Array.from({ length: count }, (_, i) => moduleBytes({ run: give([0x41, i]) }));
const piece = (module: Uint8Array, file: string) => encodePiece({ actor: actorName(module), file, grants: [], input: utf8('in') });

describe('{K10} a piece of work for an actor on a page', () => {
  test('ACTR5 its module is fetched by the file the piece names, and runs with the input', async () => {
    const module = moduleBytes();
    const { asked, ran, runner, watching } = kit({ f: module });
    expect(await runner.run('s', piece(module, 'f'))).toEqual(utf8('in'));
    expect([asked, ran.map((task) => [...task.module]), watching.size]).toEqual([['f'], [[...module]], 0]);
  });

  test('ACTR5 ACTR2 a file with other bytes than the name says, with no actor in it, or too large, runs nothing', async () => {
    const [module, other, none] = [moduleBytes(), ...numbered(1), moduleBytes({ memory: [0x00, 1] })] as Uint8Array<ArrayBuffer>[];
    const { ran, runner } = kit({ other: other!, none: none!, large: new Uint8Array(ACTOR_LIMITS.moduleBytes + 1), right: module! });
    expect(await runner.run('s', piece(module!, 'other'))).toBe(null);
    expect(await runner.run('s', piece(none!, 'none'))).toBe(null);
    expect(await runner.run('s', piece(module!, 'large'))).toBe(null);
    expect(await runner.run('s', utf8('no piece'))).toBe(null);
    expect(ran).toEqual([]);
    // The control.
    expect(await runner.run('s', piece(module!, 'right'))).not.toBe(null);
  });

  test('[limit ACTOR.ready] ACTR5 the latest modules are held ready, and no more of them', async () => {
    const modules = numbered(ACTOR_LIMITS.ready + 1);
    const { runner, asked } = kit(Object.fromEntries(modules.map((module, i) => [`f${i}`, module])));
    const reads = async (i: number): Promise<boolean> => {
      const before = asked.length = 0;
      await runner.run('s', piece(modules[i]!, `f${i}`));
      return asked.length > before;
    };
    const seen: boolean[] = [];
    for (const i of [0, 0, ...modules.keys()]) seen.push(await reads(i));
    expect(seen).toEqual([true, false, false, ...Array.from({ length: ACTOR_LIMITS.ready }, () => true)]);
    // The first was put out by the last.
    expect([await reads(ACTOR_LIMITS.ready), await reads(0)]).toEqual([false, true]);
  });

  test('ACTR4 what is stopped while its module comes does not run', async () => {
    const module = moduleBytes();
    const { ran, runner, stops } = kit({ f: module });
    const run = runner.run('s', piece(module, 'f'));
    runner.stop();
    expect([await run, ran.length, stops()]).toEqual([null, 0, 1]);
  });

  test('ACTR4 MUS15 a module that does not come is no answer, and is fetched no more; what was asked for before stays asked for', async () => {
    vi.useFakeTimers();
    try {
      const module = moduleBytes();
      const { ran, runner, cancelled, watching } = kit({ never: module, asked: module });
      const [late, left, before] = ['never', 'never', 'asked'].map((file) => runner.run('s', piece(module, file)).catch(String));
      runner.stop();
      await vi.advanceTimersByTimeAsync(20_000);
      expect(await Promise.all([late, left, before])).toEqual(Array.from({ length: 3 }, () => expect.stringContaining('did not come')));
      expect([cancelled, ran, watching.size]).toEqual([['never', 'never'], [], 0]);
    } finally {
      vi.useRealTimers();
    }
  });
});
