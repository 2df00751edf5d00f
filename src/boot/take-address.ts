/**
 * Takes what is secret or one-time out of the address before anything else loads: an invite or a pairing (`/#/join/…`, `/#/pair/…`) and a server
 * (`/#/open?signal=…`). This module must be the first import of start.ts; it imports nothing.
 */

/** What the address carried. */
export interface TakenAddress {
  /** The whole link of an invite or a pairing, null when there was none. */
  join: string | null;
  /** A signaling server address, null when there was none. */
  signal: string | null;
}

/** Splits a hash into what is taken and what stays. Pure. */
export function splitHash(href: string): TakenAddress & { rest: string | null } {
  const hash = href.includes('#') ? href.slice(href.indexOf('#')) : '';
  if (/^#\/?(join|pair)\//.test(hash)) return { join: href, signal: null, rest: '#/' };
  if (/^#\/?open(\?|$)/.test(hash)) return { join: null, signal: new URLSearchParams(hash.split('?')[1] ?? '').get('signal'), rest: '#/' };
  return { join: null, signal: null, rest: null };
}

function take(): TakenAddress {
  if (typeof location === 'undefined') return { join: null, signal: null };
  const { join, signal, rest } = splitHash(location.href);
  if (rest !== null) history.replaceState(history.state, '', rest);
  return { join, signal };
}

/** Taken when this module is first evaluated. */
export const taken = take();
