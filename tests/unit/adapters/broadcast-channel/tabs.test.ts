import { afterEach, describe, expect, it } from 'vitest';
import { createTabs, type Tabs } from '#adapters/broadcast-channel/tabs';

/** Web Locks as far as used: exclusive, ifAvailable, signal; first come, first served. */
function fakeLocks(): LockManager {
  const tails = new Map<string, Promise<unknown>>();
  const held = new Set<string>();
  const request = async (name: string, options: LockOptions, granted: (lock: Lock | null) => Promise<unknown>): Promise<unknown> => {
    if (options.ifAvailable && held.has(name)) return granted(null);
    const before = tails.get(name) ?? Promise.resolve();
    const turn = (async () => {
      if (held.has(name)) await Promise.race([before, new Promise((_, reject) => options.signal?.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError'))))]);
      held.add(name);
      await granted({ name, mode: 'exclusive' } as Lock);
      held.delete(name);
    })();
    tails.set(name, turn.catch(() => {}));
    return turn;
  };
  return { request, query: async () => ({}) } as unknown as LockManager;
}

const open: Tabs[] = [];
afterEach(() => {
  for (const tabs of open.splice(0)) tabs.close();
});

let counter = 0;
function two(): [Tabs, Tabs] {
  const name = `tabs-${counter++}`;
  const locks = fakeLocks();
  const pair: [Tabs, Tabs] = [createTabs({ name, locks }), createTabs({ name, locks })];
  open.push(...pair);
  return pair;
}

describe('tabs of one profile', () => {
  it('FORMATS §1: a lock is taken only if it is free, never stolen', async () => {
    const [a, b] = two();
    const release = await a.tryLock('slot/0');
    expect(release).not.toBeNull();
    expect(await b.tryLock('slot/0')).toBeNull();
    expect(await b.tryLock('slot/1')).not.toBeNull();
    const next = b.waitLock('slot/0', new AbortController().signal);
    release!();
    expect(typeof (await next)).toBe('function');
    expect(await a.tryLock('slot/0')).toBeNull();
  });

  it('stops waiting with AbortError', async () => {
    const [a, b] = two();
    await a.tryLock('net');
    const abort = new AbortController();
    const waiting = b.waitLock('net', abort.signal);
    abort.abort();
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('brings notices to the other tabs and not to the own', async () => {
    const [a, b] = two();
    const own: unknown[] = [];
    a.onNotice = (notice) => own.push(notice);
    const got = new Promise((resolve) => (b.onNotice = resolve));
    a.post({ arrival: 7 });
    expect(await got).toEqual({ arrival: 7 });
    expect(own).toEqual([]);
    a.close();
    a.post('after close is dropped');
  });

  it('says at once when there are no Web Locks', () => {
    expect(() => createTabs({ name: 'none', locks: undefined, channel: {} as BroadcastChannel })).toThrow(TypeError);
  });
});
