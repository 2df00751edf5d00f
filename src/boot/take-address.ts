/**
 * Takes what is secret or one-time out of the address before anything else loads: an invite, a pairing, a connection by hand or a public link (`/#/join/…`, `/#/pair/…`, `/#/meet/…`, `/#/read/…`), a server
 * (`/#/open?signal=…`), and the wish that the tab keeps nothing (`/#/keep-nothing`). This module must be the first import of start.ts; it imports nothing.
 */

/** What the address carried. */
export interface TakenAddress {
  /** The whole link of an invite, a pairing or a connection by hand, null when there was none. */
  join: string | null;
  /** The whole address of a public link, null when there was none. */
  read: string | null;
  /** This tab shall keep nothing. */
  fleeting?: true;
  /** A signaling server address, null when there was none. */
  signal: string | null;
}

/** Splits a hash into what is taken and what stays. Pure. */
export function splitHash(href: string): TakenAddress & { rest: string | null } {
  const hash = href.includes('#') ? href.slice(href.indexOf('#')) : '';
  if (/^#\/?(join|pair|meet)\//.test(hash)) return { join: href, read: null, signal: null, rest: '#/' };
  if (/^#\/?read\//.test(hash)) return { join: null, read: href, signal: null, rest: '#/' };
  if (/^#\/?keep-nothing$/.test(hash)) return { join: null, read: null, signal: null, fleeting: true, rest: '#/' };
  if (/^#\/?open(\?|$)/.test(hash)) return { join: null, read: null, signal: new URLSearchParams(hash.split('?')[1] ?? '').get('signal'), rest: '#/' };
  return { join: null, read: null, signal: null, rest: null };
}

function take(): TakenAddress {
  if (typeof location === 'undefined') return { join: null, read: null, signal: null };
  const { rest, ...taken } = splitHash(location.href);
  if (rest !== null) history.replaceState(history.state, '', rest);
  return taken;
}

/** Taken when this module is first evaluated. */
export const taken = take();
