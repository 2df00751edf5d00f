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

/** What of the locks of a browser is asked here. */
type Locks = Pick<LockManager, 'request' | 'query'>;

/**
 * What an opening that takes long stands at. A tab that waits while another one takes the store over hears nothing of that from the database: the other one holds a
 * lock of this name meanwhile, which goes with it.
 */
export function watchUpgrade(locks: Locks, name: string): { began(over: Promise<unknown>): void; what(): Promise<'store' | 'upgrade'> } {
  const lock = `lgos/upgrade/${name}`;
  let own = false;
  return {
    began(over) {
      own = true;
      locks.request(lock, { mode: 'shared' }, () => over).catch(() => undefined);
    },
    what: async () => (own || (await locks.query().catch(() => ({ held: [] }))).held?.some((one) => one.name === lock) ? 'upgrade' : 'store'),
  };
}

/** Calls `tell` once when the script of the kernel has not arrived in time. */
export function watchScript(arriving: Promise<unknown>, clock: Clock, tell: () => void): void {
  const cancel = clock.setTimer(SUPERVISION_LIMITS.scriptMs, tell);
  arriving.then(cancel, cancel);
}
