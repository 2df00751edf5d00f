/** A library that comes on its own, when it is needed first: the first screen of an empty browser waits for none of its code. */
import { must } from './assert.ts';

export interface LateLibrary<T> {
  /** The library. Throws AssertionError before load() has ended. */
  here(): T;
  /** Loads it once; null when it is here. Rejects when its file cannot be had in three tries or does not work in this realm; the next call tries again. */
  load(): Promise<void> | null;
}

/**
 * As the parts of the page: a network that changes just now is not seen. A realm need not remember that a module did not come (HTML since whatwg/html#10327):
 * Chromium 156 asks the network again for the same address, in pages and in workers, which tests/e2e/lazy-parts.e2e.ts counts. One that remembers has the
 * library when its page is loaded anew.
 */
const TRIES = 3;

async function fetched<T>(fetch: () => Promise<T>, left: number): Promise<T> {
  try {
    return await fetch();
  } catch (error) {
    if (left <= 1) throw error;
    return fetched(fetch, left - 1);
  }
}

/** `works` throws when it does not: the kernel freezes Object.prototype and Array.prototype before libraries come (FORMATS 7). */
export function lateLibrary<T>(name: string, fetch: () => Promise<T>, works: (library: T) => void = () => undefined): LateLibrary<T> {
  let library: T | null = null;
  let coming: Promise<void> | null = null;
  return {
    here: () => must(library, `${name} is loaded`),
    load: () => (library !== null ? null : (coming ??= fetched(fetch, TRIES).then((got) => {
      works(got);
      library = got;
    }).finally(() => (coming = null)))),
  };
}
