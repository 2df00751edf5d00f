/** Caps of logs that are not there yet (LOG8). */
import { MAX_LOGS, MAX_WAITING_PER_LOG } from '#vm/limits';
import type { Header } from '#vm/protocol/types';
import type { Refusal } from './held-record.ts';

/** What a batch brings before a record: logs the fragment does not hold, records of its log, and whether its prev is among those. */
export interface CapAhead {
  readonly logs: number;
  readonly records: number;
  readonly follows: boolean;
}

/** As FragmentLog.cap, for a log that is not there. */
export function capOfNewLog(header: Pick<Header, 'prev'>, ahead: CapAhead): Refusal | null {
  if (ahead.records === 0 && ahead.logs >= MAX_LOGS) return 'log-cap';
  return header.prev !== null && !ahead.follows && ahead.records >= MAX_WAITING_PER_LOG ? 'waiting-cap' : null;
}
