/** A storage of the browser that neither opens nor refuses: another process of the browser, one that is dying perhaps, holds its files. */
import { SUPERVISION_LIMITS } from '#os/limits';
import type { Clock } from '#ports/clock';

/** Calls `tell` once when the store has not answered in time; what comes of it later is for whoever opened it. */
export function watchOpening(opening: Promise<unknown>, clock: Clock, tell: () => void): void {
  const cancel = clock.setTimer(SUPERVISION_LIMITS.storeMs, tell);
  opening.then(cancel, cancel);
}
