/** The ledger as it is shown: runs that follow each other for the same device, with the same end, are one line. */
import type { ComputeLine } from '#os/compute-api';

export interface LedgerLine extends ComputeLine {
  readonly runs: number;
}

/** Runs of one line begin within this time of each other, ms. */
const TOGETHER_MS = 60_000;

/** The newest first, as they come. */
export function ledgerLines(ledger: readonly ComputeLine[]): LedgerLine[] {
  const out: LedgerLine[] = [];
  for (const line of ledger) {
    const last = out.at(-1);
    const same = last && last.space === line.space && last.device === line.device && last.kind === line.kind && last.how === line.how && last.since - line.since < TOGETHER_MS;
    if (same) out[out.length - 1] = { ...last, since: line.since, ms: last.ms + line.ms, runs: last.runs + 1 };
    else out.push({ ...line, runs: 1 });
  }
  return out;
}
