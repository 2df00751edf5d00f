/**
 * What the tabs of one profile share: Web Locks (never stolen; a dead tab loses its locks, PLATFORM 7) and a BroadcastChannel for notices.
 * A released lock is free a turn later, not at once. Runs in the kernel worker, so that a slot lives exactly as long as the worker that writes with it (FORMATS 1).
 */
import type { TabsPort } from '#ports/tabs';

export interface TabsOptions {
  /** Prefix of lock names and name of the channel: one per database. Default `lgos`. */
  readonly name?: string;
  /** The platform's; injected by tests. */
  readonly locks?: LockManager;
  readonly channel?: BroadcastChannel;
}

/** A tabs port that can be let go (locks held through it stay until released). */
export interface Tabs extends TabsPort {
  close(): void;
}

/** Locks and notices of this profile. Throws TypeError where the platform has no Web Locks (no secure context). */
export function createTabs(options: TabsOptions = {}): Tabs {
  const name = options.name ?? 'lgos';
  const locks = options.locks ?? (globalThis.navigator as Navigator | undefined)?.locks;
  if (!locks) throw new TypeError('Web Locks are not available here');
  const channel = options.channel ?? new BroadcastChannel(name);
  const full = (lock: string): string => `${name}/${lock}`;

  const tabs: Tabs = {
    onNotice: null,
    tryLock: (lock) => hold((granted) => locks.request(full(lock), { ifAvailable: true }, granted)),
    async waitLock(lock, signal) {
      const release = await hold((granted) => locks.request(full(lock), { signal }, granted));
      if (release === null) throw new DOMException('The lock was refused', 'AbortError');
      return release;
    },
    post(notice) {
      try {
        channel.postMessage(notice);
      } catch {
        // A closed channel: this tab is going away and has nobody to tell.
      }
    },
    close: () => channel.close(),
  };
  channel.onmessage = (event: MessageEvent<unknown>) => tabs.onNotice?.(event.data);
  return tabs;
}

type Granted = (lock: Lock | null) => Promise<void>;

/** Turns "held while a promise is open" into "held until the returned function is called"; null when the lock was not free. */
function hold(request: (granted: Granted) => Promise<unknown>): Promise<(() => void) | null> {
  return new Promise((resolve, reject) => {
    const granted: Granted = (lock) => {
      if (lock === null) {
        resolve(null);
        return Promise.resolve();
      }
      return new Promise<void>((release) => resolve(() => release()));
    };
    request(granted).catch(reject);
  });
}
