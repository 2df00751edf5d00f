/** A comparison with another device, in the API of the kernel (./api.ts). */

/** Where two devices differ first. */
export interface Difference {
  /** records: one side lacks some · operation: both hold it and take it otherwise · state: one side shows what its own log does not say. */
  kind: 'records' | 'operation' | 'state';
  fragment: string;
  node: string | null;
  /** records: the side that lacks them; operation: the side that lacks it, else both; state: the side that is wrong. */
  side: 'here' | 'there' | 'both';
  /** Author (uid), ms, primitive or verb, and record of the operation; null where this device does not hold it. */
  who: string | null;
  at: number | null;
  what: string | null;
  record: string | null;
  /** Place in the author's log, for records. */
  seq: number | null;
  missingHere: number;
  missingThere: number;
}

/** What a comparison with another device found. */
export interface Comparison {
  device: string;
  at: number;
  /** Seals over the fragments both hold: equal = equal data. */
  here: { words: string[]; seal: string };
  there: { words: string[]; seal: string };
  covers: { both: number; onlyHere: number; onlyThere: number };
  /** Fragments that cannot be compared now: one side writes in them, or waits for a key or for time. */
  waiting: number;
  difference: Difference | null;
}
