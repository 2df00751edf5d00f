/** The network check in the API of the kernel (./api.ts). */

/** One line of a network check. */
export interface NetCheckLine {
  /** Reaching a server · two sessions meeting there · a frame over its relay · a direct connection of this browser · an answer of a STUN or TURN server. */
  name: 'server' | 'signal' | 'relay' | 'direct' | 'stun';
  url: string | null;
  state: 'ok' | 'failed' | 'skipped';
  ms: number | null;
  /** A code: why it failed or was skipped; for `direct` the kinds of candidates seen (host, srflx, relay). */
  reason: string | null;
}
