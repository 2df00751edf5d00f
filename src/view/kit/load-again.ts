/** A part of the app that is loaded when it is needed, tried again: the network may change in the middle of a load. */

/** Pauses before the second and the third try, ms. */
const PAUSES_MS = [500, 2_000] as const;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** What `load` gives, tried three times with a growing pause; rejects with the last reason. */
export async function loadAgain<T>(load: () => Promise<T>, wait: (ms: number) => Promise<void> = pause): Promise<T> {
  for (const ms of PAUSES_MS) {
    try {
      return await load();
    } catch {
      await wait(ms);
    }
  }
  return load();
}
