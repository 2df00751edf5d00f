/** Addresses that a peer wrote. */

const LINK_MAX = 2_000;

/** An address that may be opened by a click: web, mail, or a place of this app. */
export function isAddress(value: unknown): value is string {
  return typeof value === 'string' && value.length <= LINK_MAX && /^(https?:\/\/|mailto:|#\/)\S+$/i.test(value);
}
