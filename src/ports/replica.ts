/**
 * The replicated graph of sealed records (GUN behind it). Entries are immutable and content-addressed, so its own merge never decides content.
 * The guard (#vm/replication/guard) stands in front of every hear*.
 */

import type { Bytes } from '#base/bytes';

export interface RecordEntry {
  readonly space: Uint8Array;
  readonly fragment: Uint8Array;
  readonly writer: Uint8Array;
  readonly seq: number;
  readonly id: Uint8Array;
  readonly bytes: Uint8Array;
}

/** Records of one log with from ≤ seq ≤ to; a reply stops early at maxBytes (always at least one record when there is one). */
export interface RangeRequest {
  readonly space: Uint8Array;
  readonly fragment: Uint8Array;
  readonly writer: Uint8Array;
  readonly from: number;
  readonly to: number;
  readonly maxBytes: number;
}

/** "The log is at seq": a hint, never more. A wrong one costs a range get (FORMATS 7). */
export interface HeadHint {
  readonly space: Uint8Array;
  readonly fragment: Uint8Array;
  readonly writer: Uint8Array;
  readonly seq: number;
  readonly id: Bytes;
  /** Signature of that record. */
  readonly sig: Bytes;
}

/** Where the replica sends: one admitted link. */
export interface ReplicaPeer {
  readonly id: string;
  /** Head hints of logs whose records are routed there, at most every 2 s per log. Links that announce heads themselves leave it out. */
  sendHeads?(heads: readonly HeadHint[]): void;
  sendPut(entries: readonly RecordEntry[]): void;
  sendGet(request: string, range: RangeRequest): void;
  sendReply(request: string, entries: readonly RecordEntry[]): void;
}

export interface ReplicaHooks {
  /** Entries new to this replica, heard as a put from a peer (never own puts, never replies to get). */
  onPut(entries: readonly RecordEntry[], from: string): void;
  /** A hint from a peer above the one held here: worth a range get. */
  onHead(head: HeadHint, from: string): void;
  /** Serves a range from the store, for a get of a peer. */
  readRange(range: RangeRequest): Promise<readonly RecordEntry[]>;
  /** Which peers a put goes to; `from` is the peer it came from or null for own. */
  route(entry: RecordEntry, from: string | null): readonly string[];
}

export interface Replica {
  addPeer(peer: ReplicaPeer): void;
  removePeer(id: string): void;
  /** Puts committed entries of this profile (or verified entries of others) and sends them along route(). */
  put(entries: readonly RecordEntry[], from: string | null): void;
  hearPut(peer: string, entries: readonly RecordEntry[]): void;
  /** Hints that the guard let through; those not above the ones held change nothing. They are never passed on. */
  hearHeads(peer: string, heads: readonly HeadHint[]): void;
  /** Hints held of a fragment: own ones and heard ones since the last eviction. */
  heads(space: Uint8Array, fragment: Uint8Array): readonly HeadHint[];
  hearGet(peer: string, request: string, range: RangeRequest): void;
  hearReply(peer: string, request: string, entries: readonly RecordEntry[]): void;
  /** Asks one peer for a range; the answer does not enter memory. Rejects on timeout or when the peer goes. */
  get(peer: string, range: RangeRequest): Promise<readonly RecordEntry[]>;
  /** Frees what was committed (measured: GUN RAM stays ≤ 16 MB). */
  evict(): void;
  counters(): Record<string, number>;
}
