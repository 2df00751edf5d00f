/** What the server says of its sockets: sums of a minute, never a single one of them. */
import type { HubStats } from './hub.ts';
import type { Log } from './log.ts';

const MINUTE_MS = 60_000;

/** Counts between two lines. */
export class SocketLog {
  readonly #closed = new Map<string, number>();
  #cut = 0;
  #refused = 0;
  #refusals: ReadonlyMap<string, number> = new Map();
  #since: number;

  constructor(private readonly log: Log, now: number) {
    this.#since = now;
  }

  /** A socket was closed by the server. */
  closed(reason: string): void {
    this.#closed.set(reason, (this.#closed.get(reason) ?? 0) + 1);
  }

  /** A connection of an address that has too many was cut before it said anything. */
  cut(): void {
    this.#cut += 1;
  }

  /** Sockets were dropped because too much waited for them. */
  relieved(sockets: number): void {
    this.log.warn('sockets.dropped', { sockets, reason: 'memory' });
  }

  /** Looks whether a minute is over; call about once a second. `refusals`: why, since the start. */
  tick(stats: HubStats, refusals: ReadonlyMap<string, number>, now: number): void {
    if (now - this.#since < MINUTE_MS) return;
    this.#since = now;
    const refused = stats.refused - this.#refused;
    this.#refused = stats.refused;
    const why = Object.fromEntries([...refusals].flatMap(([code, count]): [string, number][] => (count === this.#refusals.get(code) ? [] : [[`refused_${code}`, count - (this.#refusals.get(code) ?? 0)]])));
    this.#refusals = new Map(refusals);
    const abuse = this.#closed.get('abuse') ?? 0;
    if (refused > 0 || abuse > 0 || this.#cut > 0) this.log.warn('clients.refused', { refused, closed: abuse, cut: this.#cut, ...why });
    this.log.debug('sockets.counted', { ...stats, ...Object.fromEntries([...this.#closed].map(([reason, count]) => [`closed_${reason}`, count])) });
    this.#closed.clear();
    this.#cut = 0;
  }
}
