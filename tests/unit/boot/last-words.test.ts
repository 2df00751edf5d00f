/** The last moment of a page: it waits for its worker only when something is not saved, and not for long. What it is good for: tests/e2e/closing.e2e.ts. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { lastWords } from '#boot/last-words';

beforeEach(() => void vi.stubGlobal('crossOriginIsolated', true));
afterEach(() => void vi.unstubAllGlobals());

const took = (waiting: number, ask: (told: Int32Array) => void): number => {
  const from = performance.now();
  lastWords(waiting, ask);
  return performance.now() - from;
};

test('{V5} [limit SUPERVISION.lastMs] a page with unsaved acts waits for the word that they are saved, 1,000 ms at most', () => {
  const asked: Int32Array[] = [];
  const silent = took(1, (told) => void asked.push(told));
  expect(asked).toHaveLength(1);
  expect(silent).toBeGreaterThanOrEqual(999);
  expect(silent).toBeLessThan(10_000);
  expect(took(1, (told) => void Atomics.store(told, 0, 1))).toBeLessThan(900);
});

test('it asks and waits for nothing when everything is saved, or when memory cannot be shared', () => {
  const never = (): void => {
    throw new Error('asked');
  };
  expect(took(0, never)).toBeLessThan(900);
  vi.stubGlobal('crossOriginIsolated', false);
  expect(took(3, never)).toBeLessThan(900);
});
