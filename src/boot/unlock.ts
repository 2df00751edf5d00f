/** The page's end of a lock: one try at a time, answered by the worker. */
import type { AppErrorShape } from '#base/app-error';
import type { PasskeyAsk, UnlockRequest } from '#os/lock-api';
import type { LockMessage, UnlockMessage } from './locked.ts';

export interface Unlocker {
  heard(message: LockMessage): void;
  /** It waits for a hand, however long that takes. */
  held(): boolean;
}

/** `onLocked` gets what tries to open; that rejects with an error shape. */
export function createUnlock(post: (message: UnlockMessage) => void, onLocked: (unlock: (request: UnlockRequest) => Promise<void>, passkey: PasskeyAsk | null) => void): Unlocker {
  let held = false;
  let waiting: { resolve(): void; reject(error: AppErrorShape): void } | null = null;
  const unlock = (request: UnlockRequest): Promise<void> =>
    new Promise((resolve, reject) => {
      waiting = { resolve, reject };
      post({ unlock: request });
    });
  return {
    heard({ lock, passkey }) {
      if (lock === 'asked') {
        held = true;
        return onLocked(unlock, passkey ?? null);
      }
      const answered = waiting;
      waiting = null;
      if (lock === 'open') {
        held = false;
        answered?.resolve();
      } else answered?.reject(lock);
    },
    held: () => held,
  };
}
