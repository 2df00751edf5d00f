/**
 * Signs that somebody between two devices changes what they say to each other (TRUST 3, rows 12 and 14). The connection that showed one is closed
 * before anything is said on it; here it is remembered for a while, so that it can be shown.
 */
import type { Clock } from '#ports/clock';
import { ALARM_MS } from '#vm/alarm-limits';
import { MESH_LIMITS } from '#vm/limits';
import type { Altered, LinkCloseCode } from './link-types.ts';
import type { PeerEntry } from './peer-entry.ts';

/** The ends see another connection, or one of them did not sign what the other one saw; or a sealed frame on its way was changed, lost or repeated. */
const SIGNS: ReadonlySet<LinkCloseCode> = new Set<LinkCloseCode>(['binding', 'auth', 'seal']);

/** Is it a code that no honest pair of ends over an honest way ends with? */
export function isAltered(code: LinkCloseCode): boolean {
  return SIGNS.has(code);
}

/** What was noticed lately, by way. */
export class Alarms {
  private readonly ways = new Map<Altered['via'], Altered>();
  private cancel: (() => void) | null = null;

  /** `onChange`: what is told changed. */
  constructor(private readonly d: { readonly clock: Clock; onChange(): void }) {}

  /** A connection to the session was closed for it. Also of a session that proved nothing: who is between could hold its proof back. */
  note(entry: PeerEntry | undefined, via: Altered['via']): void {
    const { clock } = this.d;
    const now = clock.now();
    const old = this.ways.get(via);
    const named = [...(entry?.sources.keys() ?? [])].map((source) => source.slice(0, source.lastIndexOf('|'))).filter((name) => /^wss?:/.test(name));
    const servers = [...new Set([...(old?.servers ?? []), ...named])].slice(0, MESH_LIMITS.servers);
    this.ways.set(via, { via, servers, times: (old?.times ?? 0) + 1, since: old?.since ?? now, last: now });
    this.cancel?.();
    this.cancel = clock.setTimer(ALARM_MS, () => {
      this.ways.clear();
      this.d.onChange();
    });
    this.d.onChange();
  }

  /** To be told. */
  list(): readonly Altered[] {
    return [...this.ways.values()];
  }
}
