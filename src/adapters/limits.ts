/** Caps of the adapters. Each says what it bounds and where the number comes from. */

// ---- GUN (src/adapters/gun) ----
/** One GUN frame, characters; FORMATS 7: cap 256 KiB on every wire. */
export const GUN_MAX_FRAME = 256 * 1024;
/** GUN's own batching window, characters. Must be set: GUN derives 26 from `max` otherwise (SPIKE 6.2). */
export const GUN_PACK = 32 * 1024;
/** The `%` of range gets: a stock relay answers one record without it (FORMATS 7, SPIKE 5). */
export const GUN_RANGE_BYTES = 90_000;
/** Page souls kept in GUN's memory, bytes of values and keys; GUN RAM stays ≤ 16 MB (SPIKE 7). */
export const GUN_RAM_BYTES = 8 * 1024 * 1024;
/** How long a get of ours waits for its reply, ms. */
export const GUN_GET_TIMEOUT_MS = 20_000;
/** Gets of one peer that are being read from the store at the same time; more are dropped and time out there. */
export const GUN_SERVING_PER_PEER = 64;
/** Records whose text form is remembered between being heard and being put. */
export const GUN_RECENT_FIELDS = 256;
/** Puts that GUN has not settled yet, each up to a message; the oldest is forgotten beyond, and found again by anti-entropy. */
export const GUN_HEARD_PENDING = 512;
/** Head hints: pause between two of one log, ms (FORMATS 7), and logs that wait for theirs; those beyond are told with their next record. */
export const GUN_HEAD_MS = 2_000;
export const GUN_HEADS_DUE = 4_096;

// ---- IndexedDB (src/adapters/idb) ----
/** Rows of one scan; a larger limit is cut to it. */
export const IDB_SCAN_ROWS = 1024;
/** Bytes of records in one scan, and of rows asked for by number, so that they never fill the memory; at least one row is given. */
export const IDB_SCAN_BYTES = 32 * 1024 * 1024;
/** Rows that a scan reads at once, first, and rows asked for by number: their size is not known before. */
export const IDB_FIRST_ROWS = 8;
/** What makes LevelDB begin a new log: rows and bytes of each; more than its 4 MiB in all, each less than the 64 KiB from which Chromium writes a file. */
export const IDB_TURN_ROWS = 120;
export const IDB_TURN_ROW_BYTES = 40_000;
/** Rows, and bytes of them, that are in memory at once while a store of an earlier format is taken over: the last one comes whole. */
export const IDB_UPGRADE_ROWS = 256;
export const IDB_UPGRADE_BYTES = 4 * 1024 * 1024;

// ---- simple-peer (src/adapters/simple-peer) ----
/** bufferedAmount above which frames wait on the page (FORMATS 2: bulk high water 256 KiB). */
export const WIRE_HIGH_WATER = { live: 1024 * 1024, bulk: 256 * 1024 } as const;
/** bufferedAmount at which waiting frames go on; simple-peer's own threshold (PLATFORM 1: never raise it above the present amount). */
export const WIRE_LOW_WATER = 64 * 1024;
/** Bytes that wait on the page beside those before the worker counts them as unsent: the channel is filled again there, without asking the worker. Bulk only; the channel itself holds no more by it. */
export const WIRE_AHEAD = { live: 0, bulk: 768 * 1024 } as const;
/** Bytes waiting on the page for one wire; beyond, the wire closes: its user ignored buffered(). */
export const WIRE_QUEUE_BYTES = 16 * 1024 * 1024;
/** Bytes of one wire that the page handed to the worker and the worker has not taken yet; more is a flood it cannot follow. */
export const WIRE_INBOUND_BYTES = 32 * 1024 * 1024;
/** The worker tells how much it took each time it is so much. */
export const WIRE_TAKEN_STEP = 256 * 1024;
/** Largest frame on a wire: 5 bytes of head and 60,000 (FORMATS 8). */
export const WIRE_MAX_FRAME = 60_005;
/** Signals (SDP, ICE) accepted for one attempt, and bytes of one. */
export const DIAL_MAX_SIGNALS = 256;
export const DIAL_MAX_SIGNAL_CHARS = 64 * 1024;
/** Characters of an ICE candidate. */
export const DIAL_MAX_CANDIDATE_CHARS = 2_048;
/** Frames kept while a wire is not open at this end yet. */
export const WIRE_EARLY_FRAMES = 256;
/** Direct attempts and wires of one page at the same time. */
export const DIAL_MAX_WIRES = 64;

// ---- signaling socket (src/adapters/web-socket) ----
/** One message of a signaling server or relay; larger ones close the socket. */
export const SOCKET_MAX_MESSAGE = 256 * 1024;

// ---- crypto (src/adapters/web-crypto) ----
/** Public keys of others kept imported; the one used longest ago goes first. */
export const CRYPTO_PUBLIC_KEYS = 2_048;

// ---- RPC between page and worker (src/adapters/worker-rpc) ----
/** Calls of a client that wait for their answer. */
export const RPC_MAX_PENDING = 10_000;
/** Subscriptions one client may hold. */
export const RPC_MAX_SUBSCRIPTIONS = 10_000;
