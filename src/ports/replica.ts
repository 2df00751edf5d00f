/**
 * The replicated graph of sealed records (GUN behind it). Entries are immutable and content-addressed, so its own merge never decides content.
 * The guard (#vm/replication/guard) stands in front of every hear*.
 */

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

/** Where the replica sends: one admitted link. */
export interface ReplicaPeer {
  readonly id: string;
  sendPut(entries: readonly RecordEntry[]): void;
  sendGet(request: string, range: RangeRequest): void;
  sendReply(request: string, entries: readonly RecordEntry[]): void;
}

export interface ReplicaHooks {
  /** Entries new to this replica, heard as a put from a peer (never own puts, never replies to get). */
  onPut(entries: readonly RecordEntry[], from: string): void;
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
  hearGet(peer: string, request: string, range: RangeRequest): void;
  hearReply(peer: string, request: string, entries: readonly RecordEntry[]): void;
  /** Asks one peer for a range; the answer does not enter memory. Rejects on timeout or when the peer goes. */
  get(peer: string, range: RangeRequest): Promise<readonly RecordEntry[]>;
  /** Frees what was committed (measured: GUN RAM stays ≤ 16 MB). */
  evict(): void;
  counters(): Record<string, number>;
}
