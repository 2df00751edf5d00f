/** Reports to those who manage people, in the API of the kernel (./api.ts). What a report says is sealed to them; see REP1 to REP4. */
export type ReportReason = 'spam' | 'abuse' | 'other';
export type ReportState = 'open' | 'dealt' | 'dismissed';

export interface ReportView {
  id: string;
  /** uid of who reported, and when, ms. */
  by: string;
  at: number;
  reason: ReportReason;
  /** In their own words; may be empty. */
  words: string;
  /** The message, its channel, its author, and its text as the reporter saw it: what is edited or deleted later stays here. */
  message: string;
  fragment: string;
  author: string;
  text: string;
  /** The text was longer. */
  cut: boolean;
  state: ReportState;
  /** uid of who decided last, and when; null while nobody has. */
  decidedBy: string | null;
  decidedAt: number | null;
  mine: boolean;
}

export interface ReportList {
  /** The newest first: for Owner and Admin those this device can open, for others their own. */
  reports: ReportView[];
  /** Reports that are here and that this device cannot open: another admin's device gives it their keys. 0 for who manages nobody. */
  sealed: number;
}

/** Rejects with `no-right`, `not-here`, `bad-value`, `nobody-to-ask`, `too-large` and those of `transact`; then nothing was changed. */
export interface ReportsApi {
  /** Reports a message of somebody else; resolves with the id when it is saved. `nobody-to-ask`: nobody but the author decides here. */
  send(space: string, report: { message: string; reason: ReportReason; words?: string }): Promise<string>;
  list(space: string): Promise<ReportList>;
  /** Owner and Admin: how a report stands. */
  decide(space: string, report: string, state: ReportState): Promise<void>;
}
