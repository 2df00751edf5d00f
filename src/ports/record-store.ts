/**
 * The store of one profile: sealed records in the order of arrival, and a small key-value room for keys, slots and settings.
 * Shared by all tabs of the profile. A burst is one segment row (FORMATS 2, SPIKE 2).
 */

export interface StoredRecord {
  readonly space: Uint8Array;
  readonly fragment: Uint8Array;
  readonly writer: Uint8Array;
  readonly seq: number;
  readonly id: Uint8Array;
  /** The record as in FORMATS 2 (or its stub). */
  readonly bytes: Uint8Array;
}

/** One committed burst. `arrival` rises strictly over all tabs of the profile. */
export interface Segment {
  readonly arrival: number;
  /** Random id of the tab (kernel boot) that committed it. */
  readonly origin: string;
  readonly records: readonly StoredRecord[];
  /** False: the local MAC over the row does not match, so its records must be verified anew (FORMATS 11). */
  readonly trusted: boolean;
}

/** Values are structured-clonable; CryptoKeys included. */
export type KeyValue = readonly [key: string, value: unknown];

export interface CommitInput {
  readonly origin: string;
  readonly records: readonly StoredRecord[];
  /** Written in the same transaction: slot counters, keys. A value of undefined deletes. */
  readonly values?: readonly KeyValue[];
  /** Rows that go in the same transaction, by arrival number: what of them stays is among `records`. */
  readonly drop?: readonly number[];
}

/** newer: a later build wrote it in a form that this one does not know · upgrade: one of an earlier form could not be taken over, and is as it was. */
export type StoreFailure = 'quota' | 'aborted' | 'closed' | 'blocked' | 'unavailable' | 'newer' | 'upgrade';

/** The only error a store rejects with. Nothing of the transaction was written. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  constructor(readonly reason: StoreFailure, message: string) {
    super(message);
  }
}

export interface RecordStore {
  /** Random id of this store, made with it (FORMATS 8, anti-entropy cursors). base64url of 16 bytes. */
  readonly id: string;
  /** ONE strict transaction; resolves with the arrival number after it is durable. */
  commit(input: CommitInput): Promise<number>;
  /** Segments with arrival > after, in order, at most `limit` rows. */
  scan(after: number, limit: number): Promise<Segment[]>;
  /** Arrival numbers of all segments after this one, rising. */
  arrivals(after: number): Promise<number[]>;
  /** Segments by arrival number, in the order given; missing ones are left out. Some MiB at once and at least one: those behind the last one given are asked for again (src/os/kernel/stored-rows.ts). None given: none is there. */
  segments(arrivals: readonly number[]): Promise<Segment[]>;
  /** Arrival numbers, rising, of the segments that hold records of the fragment (of the space without one), and perhaps of a few that do not: a start reads first what is seen first. */
  holding(space: Uint8Array, fragment: Uint8Array | null): Promise<number[]>;
  get(key: string): Promise<unknown>;
  /** Pairs whose key starts with the prefix, in key order. */
  list(prefix: string): Promise<[string, unknown][]>;
  /** Where a torn write at the end of the last run would cost everything later: begins anew behind it. Once, when a profile is opened. */
  turnLog?(): Promise<void>;
  /** Called when the database was closed from outside, blocked or wiped; commits reject from then on. */
  onClosed: ((reason: StoreFailure) => void) | null;
  close(): void;
}
