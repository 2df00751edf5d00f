/** The archive of a space on stock GUN relays, in the API of the kernel (./api.ts). Times are ms. */

/** A relay that keeps the archive of a space. */
export interface ArchiveRelay {
  space: string;
  url: string;
  state: 'connecting' | 'open' | 'closed' | 'refused';
  since: number;
  /** A code: unreachable, silent, flood, junk, not-taken, or what the socket said. */
  reason: string | null;
  retryInMs: number | null;
  /** When it held all that this device holds, and this device all that it holds; null: not in this run. */
  even: number | null;
  /** Records read from it and put into it in this run. */
  fetched: number;
  put: number;
}

/** The setting of a space; no addresses = off. */
export interface ArchiveView {
  urls: string[];
  /** Owners only. */
  mayChange: boolean;
}
