/** The thread that reads decks of strangers. */
import { afterEach, expect, test, vi } from 'vitest';
import { CARD_LIMITS } from '#domain/learn/cards';
import { DeckThread } from '#view/learn/deck-files.ts';

const ended: string[] = [];
/** One that never answers, or when it is told to. */
class Silent {
  onmessage: ((event: { data: unknown }) => void) | null = null;
  constructor() {
    made.push(this);
  }
  postMessage(): void {}
  terminate(): void {
    ended.push('ended');
  }
}
const made: Silent[] = [];
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('[limit CARD.deckMs] a file that is read for ever is refused as too large, and its thread ended; one that is read is not', async () => {
  vi.useFakeTimers();
  vi.stubGlobal('Worker', Silent);
  const file = new File(['x'], 'x.apkg');
  const quick = new DeckThread();
  const found = quick.read(file);
  made.at(-1)!.onmessage!({ data: { found: { decks: [] } } });
  expect(await found).toEqual({ decks: [] });
  await vi.advanceTimersByTimeAsync(CARD_LIMITS.deckMs + 1);
  expect(ended).toEqual([]);
  const slow = new DeckThread();
  const refused = vi.fn();
  const read = slow.read(file).catch(refused);
  await vi.advanceTimersByTimeAsync(CARD_LIMITS.deckMs - 1);
  expect(refused).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  await read;
  expect(refused.mock.lastCall![0]).toMatchObject({ name: 'DeckRefused', code: 'too-large' });
  expect(ended).toEqual(['ended']);
  // It is still asked for nothing: who waits for the file is told, nobody gave it up.
  expect(slow.closed).toBe(false);
  await expect(slow.media(0)).rejects.toMatchObject({ code: 'too-large' });
});
