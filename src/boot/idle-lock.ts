/** Locks the browser when no hand has touched any of its tabs for so long. Loaded where there is a lock. */
import type { LifegraphApi } from '#os/api';

/** How often it is looked at, and how often the other tabs are told of a hand here, ms. */
const LOOK_MS = 5_000;
const HANDS = ['pointerdown', 'keydown', 'wheel', 'touchstart'] as const;

/** What it needs of the page. */
export interface IdlePage {
  readonly target: Pick<EventTarget, 'addEventListener'>;
  readonly channel: Pick<BroadcastChannel, 'postMessage' | 'onmessage'>;
  now(): number;
  every(ms: number, look: () => void): void;
}

/** Begins to watch. A machine that slept is looked at when it wakes, and the time it slept counts. */
export function watchIdle(lock: Pick<LifegraphApi['lock'], 'get' | 'now'>, page: IdlePage): void {
  let last = page.now();
  let told = last;
  let locking = false;
  const hand = (): void => {
    const minutes = lock.get()?.idleMinutes ?? 0;
    // The first hand after the time is up does not bring it back.
    if (minutes > 0 && page.now() - last >= minutes * 60_000) return look();
    last = page.now();
    if (last - told < LOOK_MS) return;
    told = last;
    page.channel.postMessage('hand');
  };
  const look = (): void => {
    const minutes = lock.get()?.idleMinutes ?? 0;
    if (minutes === 0 || locking || page.now() - last < minutes * 60_000) return;
    locking = true;
    lock.now().catch(() => (locking = false));
  };
  for (const name of HANDS) page.target.addEventListener(name, hand, { capture: true, passive: true });
  page.channel.onmessage = () => (last = page.now());
  page.every(LOOK_MS, look);
}
