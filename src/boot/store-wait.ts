/**
 * What a start waits for and what gives neither an answer nor an error. The storage of the browser: another process of it, one that is dying perhaps, holds
 * its files. The script of the kernel: the network stands still.
 */
import { SUPERVISION_LIMITS } from '#os/limits';
import type { Clock } from '#ports/clock';

/** Calls `tell` once when the store has not answered in time; what comes of it later is for whoever opened it. */
export function watchOpening(opening: Promise<unknown>, clock: Clock, tell: () => void): void {
  const cancel = clock.setTimer(SUPERVISION_LIMITS.storeMs, tell);
  opening.then(cancel, cancel);
}

/** Calls `tell` once when the script of the kernel has not arrived in time. */
export function watchScript(arriving: Promise<unknown>, clock: Clock, tell: () => void): void {
  const cancel = clock.setTimer(SUPERVISION_LIMITS.scriptMs, tell);
  arriving.then(cancel, cancel);
}
