/** Letting go of the history of a channel or document, in the API of the kernel (./api.ts). Times are ms, sizes bytes. */

/** What it would come to, before anything is done. */
export interface HistoryView {
  fragment: string;
  /** Records and bytes of its log on this device. */
  records: number;
  bytes: number;
  /** Of these, what would go here; about, for the snapshot is not made yet. */
  wouldGo: number;
  /** Deleted things whose contents would go for good, when that is asked for. */
  deleted: number;
  /** Devices that did not say that they hold all of it: their people begin with the snapshot when they come. */
  behind: number;
  mayClose: boolean;
  baselines: BaselineView[];
}

/** One that was made; the newest first. */
export interface BaselineView {
  id: string;
  by: string;
  at: number;
  /**
   * waiting: another person's device has still to look at it · settled: nobody found it wrong · stands: this device begins with it · gone: what it covers is gone here
   * too · wrong: somebody found that it says something else than the records, and nothing more goes · old: a later one took its place.
   */
  state: 'waiting' | 'settled' | 'stands' | 'gone' | 'wrong' | 'old';
  /** What this device found: by whom it does not trust. */
  found: 'right' | 'wrong' | 'unsure' | null;
  right: string[];
  wrong: string[];
  /** This device began with it on the word of others: something of what it covers was not here to look at. */
  begun: boolean;
  /** Bytes that went here in this run. */
  freed: number;
}

/** One thing to do. */
export interface HistoryAct {
  /** Closes the history: Owners and Admins. `empty`: what is deleted goes for good. */
  close?: { empty?: boolean };
  /** Says that the baseline with this id is wrong, whatever this device found; its maker takes it back so. */
  refuse?: string;
}
