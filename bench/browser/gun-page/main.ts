/**
 * The page that does the same work with stock GUN: nodes put at the root (its chain API is about ten times slower), over its own WebSocket client
 * to a stock relay, nothing stored. `window.gunPeer` is its whole surface.
 */
import Gun, { type GunMessage, type GunRoot } from 'gun/gun.js';

export interface GunPagePeer {
  open(url: string): void;
  linked(): boolean;
  /** Nodes of four fields from number `from` on; the time of the start. */
  fill(from: number, count: number): number;
  /** Resolves with the time when so many whole nodes have come from others. */
  reached(count: number): Promise<number>;
  /** The time when node number n arrived. */
  arrivals(): [number, number][];
}

const clock = (): number => performance.timeOrigin + performance.now();
const seen: [number, number][] = [];
let root: GunRoot | null = null;
let wake: (() => void) | null = null;

const peer: GunPagePeer = {
  open(url) {
    Gun.on('opt', function (made) {
      this.to.next(made);
      made.on('put', function (message) {
        // A field was merged; `n` is the last one of a node that is written.
        const { put } = message as unknown as { put: { '.': string; ':': unknown } };
        if (put['.'] === 'n') {
          seen.push([Number(put[':']), clock()]);
          wake?.();
        }
        this.to.next(message);
      });
    });
    root = Gun({ peers: [url], localStorage: false, radisk: false, multicast: false, axe: false, log: () => undefined } as never)._;
  },
  linked: () => Object.values((root?.opt as unknown as { peers?: Record<string, { wire?: { readyState?: number } }> })?.peers ?? {}).some((one) => one.wire?.readyState === 1),
  fill(from, count) {
    const at = clock();
    for (let n = from; n < from + count; n++) {
      const soul = `node-${n}`;
      const state = Date.now();
      const fields = { title: `Item ${n}`, state: n % 3 === 0 ? 'done' : 'open', due: 1_767_225_600_000 + n, n };
      const ways = Object.fromEntries(Object.keys(fields).map((key) => [key, state]));
      root!.on('out', { '#': Math.random().toString(36).slice(2, 12), put: { [soul]: { _: { '#': soul, '>': ways }, ...fields } } } as unknown as GunMessage);
    }
    return at;
  },
  reached: (count) => new Promise((resolve) => {
    const look = (): void => {
      if (seen.length < count) return;
      wake = null;
      resolve(clock());
    };
    wake = look;
    look();
  }),
  arrivals: () => seen,
};

(globalThis as unknown as { gunPeer: GunPagePeer }).gunPeer = peer;
