/** The last moment of a page: it waits for its worker only when something is not saved, and not for long. What it is good for: tests/e2e/closing.e2e.ts. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { lastWords, watchLeaving } from '#boot/last-words';
import { SUPERVISION_LIMITS } from '#os/limits';

beforeEach(() => void vi.stubGlobal('crossOriginIsolated', true));
afterEach(() => void vi.unstubAllGlobals());

/** How long it waited on a clock that goes on by a tenth of a millisecond each time somebody looks at it, ms. */
function waited(waiting: number, ask: (told: Int32Array) => void, onLook: (looks: number) => void = () => undefined, most?: number): number {
  let looks = 0;
  lastWords(waiting, ask, most, () => {
    onLook(++looks);
    return looks / 10;
  });
  return looks / 10;
}

test('{V5} [limit SUPERVISION.lastMs] a page with unsaved acts waits for the word that they are saved, 1,000 ms at most', () => {
  const asked: Int32Array[] = [];
  const silent = waited(1, (told) => void asked.push(told));
  expect(asked).toHaveLength(1);
  expect(silent).toBeGreaterThanOrEqual(1_000);
  expect(silent).toBeLessThan(1_001);
  // Told in the middle: no longer than that.
  let cell: Int32Array | null = null;
  expect(waited(1, (told) => void (cell = told), (looks) => looks === 4_000 && Atomics.store(cell!, 0, 1))).toBe(400);
  expect(waited(1, (told) => void Atomics.store(told, 0, 1))).toBeLessThan(1);
});

test('[limit SUPERVISION.closeMs] a page that is being closed waits for 250 ms, and says whether everything is saved', () => {
  const silent = waited(1, () => undefined, undefined, SUPERVISION_LIMITS.closeMs);
  expect(silent).toBeGreaterThanOrEqual(250);
  expect(silent).toBeLessThan(251);
  expect(lastWords(1, () => undefined, 1)).toBe(false);
  expect(lastWords(1, (told) => void Atomics.store(told, 0, 1), 1)).toBe(true);
  expect(lastWords(0, () => undefined, 1)).toBe(true);
});

test('it asks and waits for nothing when everything is saved, or when memory cannot be shared', () => {
  const never = (): void => {
    throw new Error('asked');
  };
  expect(waited(0, never)).toBe(0);
  vi.stubGlobal('crossOriginIsolated', false);
  expect(waited(3, never)).toBe(0);
  expect(lastWords(3, never), 'nobody knows').toBe(false);
});

test('a page that is closed with something unsaved is asked about, one with everything saved is not; its worker ends when it is gone for good', () => {
  const heard = new Map<string, (event: { persisted: boolean; preventDefault(): void }) => void>();
  const window = { addEventListener: (type: string, listener: never) => void heard.set(type, listener) } as unknown as Window;
  let [waiting, asked, ends] = [0, 0, 0];
  let answer = 1;
  watchLeaving(window, { waiting: () => waiting, ask: (told) => void Atomics.store(told, 0, answer), gone: () => void (ends += 1) });
  const tell = (type: string, persisted = false): void => heard.get(type)!({ persisted, preventDefault: () => void (asked += 1) });
  tell('beforeunload');
  waiting = 1;
  tell('beforeunload');
  expect(asked, 'saved in time').toBe(0);
  answer = 0;
  tell('beforeunload');
  expect(asked).toBe(1);
  answer = 1;
  tell('pagehide', true);
  expect(ends, 'it may come back').toBe(0);
  tell('pagehide');
  expect(ends).toBe(1);
});
