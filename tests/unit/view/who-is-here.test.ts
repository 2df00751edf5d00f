/** Who is where, over many conversations: one question a space, and only where something came from. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { KernelEvent, LifegraphApi, Presence } from '#os/api';
import { followHere, type Here } from '#view/messenger/who-is-here.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('{C4} each space is asked once, however many rooms it has; then the one that something came from, and those where somebody is, for who goes says nothing', async () => {
  const spaces = Array.from({ length: 40 }, (_, n) => `s${n}`);
  const there = new Map<string, string[]>([['s1', ['me']], ['s2', ['anna']]]);
  let asked: string[] = [];
  let tell: (event: KernelEvent) => void = () => undefined;
  const api = {
    identity: { get: () => ({ uid: 'me' }) },
    on: (listener: (event: KernelEvent) => void) => ((tell = listener), () => void (tell = () => undefined)),
    presence: {
      list: async (id: string): Promise<Presence[]> => {
        asked.push(id);
        if (id === 's9') throw new Error('closed');
        return (there.get(id) ?? []).map((uid) => ({ uid, device: uid, kind: 'here', fragment: 'f' }));
      },
    },
  };
  const seen: Record<string, string[]>[] = [];
  const stop = followHere(api as unknown as LifegraphApi, spaces, (here: Here) => seen.push(Object.fromEntries([...here].map(([id, list]) => [id, list.map(({ uid }) => uid)]))));
  await vi.advanceTimersByTimeAsync(1_000);
  expect([asked, seen]).toEqual([spaces, [{ s2: ['anna'] }]]);

  asked = [];
  there.set('s3', ['boris']);
  for (let n = 0; n < 20; n++) tell({ type: 'presence', space: 's3' });
  tell({ type: 'presence', space: 'elsewhere' });
  await vi.advanceTimersByTimeAsync(1_000);
  expect([asked.sort(), seen.at(-1)]).toEqual([['s2', 's3'], { s2: ['anna'], s3: ['boris'] }]);

  // Nothing new is not told.
  const told = seen.length;
  tell({ type: 'presence', space: 's3' });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(seen.length).toBe(told);
  there.delete('s2');
  tell({ type: 'network' });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(seen.at(-1)).toEqual({ s3: ['boris'] });

  asked = [];
  stop();
  tell({ type: 'kernel' });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(asked).toEqual([]);
});
