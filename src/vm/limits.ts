/** Mesh and replication (FORMATS 7–9; src/vm/mesh, src/vm/replication). Times in ms, sizes in bytes. */
export const LINK_LIMITS = {
  /** A message (envelope) on a link, before anything is parsed (FORMATS 7: 256 KiB). */
  message: 262_144,
  /** Hello bytes: fixed fields, short texts. */
  hello: 512,
  /** Frames that wait while a handshake step is computed; more closes the link. */
  inboxFrames: 4_096,
  inboxBytes: 4_194_304,
  /** Bulk messages that wait until the other side is known to be open. */
  heldMessages: 256,
  /** Characters of an envelope id. */
  idChars: 64,
  /** Unsent live bytes of a link; more means the other side cannot follow: the link is closed and repaired by anti-entropy. */
  liveQueueBytes: 8_388_608,
  /** Unsent bulk bytes of a link; requests keep it far below. */
  bulkQueueBytes: 16_777_216,
  /** Handed over to the wire and unsent, per channel (FORMATS 2: bulk high water 256 KiB). */
  liveHighWater: 1_048_576,
  bulkHighWater: 262_144,
  /** Bytes from which the token of a bulk message is made and checked beside the thread, and bytes of one link that may wait for it; more closes the link. */
  largeBytes: 32_768,
  checkedBytes: 16_777_216,
  handshakeMs: 8_000,
  pingMs: 10_000,
  deadMs: 25_000,
  /** Who left a room of a server is asked over the link whether they are there; after so much silence work that they have is given to others. */
  checkMs: 1_000,
  /** A wire that is not drained for so long is closed. */
  stuckMs: 60_000,
  /** Messages of one link per second, long run, and burst; above it the link is closed ('flood'). */
  messagesPerSecond: 2_000,
  messagesBurst: 8_000,
} as const;

export const MESH_LIMITS = {
  /** Links a peer opens by itself, and accepts at most (TRUST 5.2). */
  activeTarget: 6,
  activeMax: 8,
  /** With fewer links a peer asks others to make room, and nobody lets go of one that would have fewer (TRUST 5.2). */
  activeMin: 4,
  /** Places that sessions introduced by one device may fill (TRUST 3, row 11). */
  perIntroducer: 2,
  /** Peers remembered over a restart, and how long one must have been linked for that (TRUST 3, row 11). */
  anchors: 4,
  anchorMs: 60_000,
  /** Time for the word that a link is let go, before it closes. */
  leaveMs: 1_000,
  /** Sessions in a room up to which nobody leaves it; above it, who has links goes, but for the keepers of the minute. */
  roomCalm: 32,
  roomKeepers: 24,
  /** Least stay in a room that is crowded; how often the stay is judged; time between visits; retry of one that is full, when links lack. */
  roomStayMs: 3_000,
  roomStepMs: 1_000,
  roomVisitMs: 180_000,
  roomRetryMs: 1_500,
  /** Sessions known from servers and introductions, altogether. */
  known: 512,
  /** Signaling servers at once. */
  servers: 8,
  /** Rooms of one peer (spaces × epochs × days, invites). */
  rooms: 256,
  /** A direct attempt this old gets a relay route beside it. */
  relayAfterMs: 2_500,
  /** A relay route asked for is not asked for again so soon: the ask stands at the server meanwhile. */
  relayAskMs: 2_000,
  /** A direct attempt of which nothing was heard for so long is started anew when the other side asks to be dialled. */
  wantMs: 500,
  /** A direct attempt is given up after this. */
  dialMs: 20_000,
  /** New direct attempts while a relay carries the link. */
  upgradeMs: [5_000, 30_000, 120_000],
  /** Attempts after a failure without any link. After so many in a row the session counts as not reached: shown, and tried once in so long until there is news, or a join waits for it. */
  retryMs: [500, 2_000, 5_000, 15_000, 30_000],
  tries: 3,
  unreachedMs: 60_000,
  /** A link without any proof of space or invite is closed after this. */
  strangerMs: 30_000,
  /** After this it gives way to a newcomer when all places are taken. */
  strangerGraceMs: 3_000,
  /** A link without any proof is closed after this when another session waits; its session is not taken again for `bannedMs`. */
  strangerSwapMs: 6_000,
  bannedMs: 60_000,
  /** A peer that said it is full is left alone for so long. */
  fullMs: 30_000,
  /** One that a join waits for: for so long. Its places go from hand to hand while many come in. */
  fullJoinMs: 2_000,
  /** An attempt that leads nowhere, neither direct nor by relay, is made again after this when a join waits for it. */
  joinDialMs: 3_000,
  reconnectFirstMs: 500,
  reconnectMaxMs: 15_000,
  /** Least time between two tries of one thing at once because something came up: a server that flaps drives nobody to dial without pause. */
  hurryMs: 2_000,
  /** No hello from a server for so long: its socket is opened anew. */
  helloMs: 8_000,
  serverPingMs: 15_000,
  serverDeadMs: 40_000,
  /** A step of the network check is given up after this; how long answers of STUN servers are awaited. */
  checkMs: 6_000,
  checkStunMs: 3_000,
  /** Unsent bytes on a signaling socket above which bulk relay frames wait. */
  socketHighWater: 262_144,
  /** Relay routes through one server: as many as a beacon has links. */
  relayRoutes: 256,
  /** How soon a full socket is looked at again; its unsent bytes at which a relay route that still sends is closed. */
  wakeMs: 20,
  relayQueueBytes: 4_194_304,
  /** Signals forwarded for others per link and second. */
  forwardPerSecond: 20,
  forwardBurst: 100,
  /** Introductions heard of one link (an honest one tells no more often than `introduceMs`): each may end dials and begin others. */
  toldPerSecond: 5,
  toldBurst: 30,
  /** New direct attempts of one session that are answered: each is a connection made here. */
  answersPerSecond: 1,
  answersBurst: 5,
  /** Sessions named in one introduction, and kept per introducer: the passive list (TRUST 5.2). */
  introduced: 30,
  /** Sessions known by a way over other peers (HyParView's passive view), and sessions of one such way. */
  passive: 30,
  routeHops: 8,
  /** Steps of a walk, and the step from its end at which the one in between remembers who sent it (TRUST 5.2: 6 and 3). */
  walkSteps: 6,
  passiveSteps: 3,
  /** Sessions swapped at the end of a walk, and steps to each from there. */
  sample: 8,
  sampleHops: 3,
  /** Between walks: when all is well, and while links are wanted. */
  shuffleMs: 30_000,
  walkMs: 4_000,
  /** Frames kept of a relay route before its link listens. */
  earlyFrames: 64,
  /** Changes of links and proofs are told together; rooms are named anew. */
  introduceMs: 200,
  roomsRefreshMs: 30_000,
} as const;

export const SYNC_LIMITS = {
  /** Proofs of one link kept for spaces that come later. */
  proofs: 256,
  /** Keys of one space, newest first, that are proved on a link unasked; an older one is when the other end proves it. */
  announcedKeys: 13,
  /** Fragments in one message. */
  fragments: 2_048,
  /** Above this many common fragments first contact walks the digest tree. */
  listAtMost: 16,
  /** Heads in one message, and of one fragment altogether. */
  headsPerMessage: 1_024,
  headsPerFragment: 65_536,
  /** A head this far above what is known is not believed (FORMATS 7). */
  headAhead: 1_048_576,
  /** Gets in flight per link; sources of one log; bytes of one reply; records of one get (a GUN page). */
  asksPerLink: 4,
  sources: 3,
  replyBytes: 196_608,
  /** What one get asks for: making and taking a reply keeps a thread from what is live. Records of a log handed on at once. */
  askBytes: 65_536,
  takeRecords: 64,
  /**
   * An end that answers within so many ms at best has at most about so many bytes on their way here, half of it per get: more is no quicker, and a burst that is
   * not taken at once does not fit an engine's socket (64 KiB): what is lost so is sent again a fifth of a second later, and what is typed waits behind it.
   */
  quickMs: 20,
  quickBytes: 65_536,
  /** Least reply asked from a slow line; gets without answer in a row after which a link is not asked, and for how long. */
  replyBytesMin: 16_384,
  timeouts: 4,
  mutedMs: 30_000,
  windowSeqs: 256,
  /** A range that was asked for so long ago is asked of a second source too. */
  hedgeMs: 3_000,
  /** Reply bytes that wait for an earlier window of their log. */
  aheadBytes: 4_194_304,
  /** Gets of one end that wait for its budget instead of being refused, how soon they and answers over a budget are looked at again, and how long these wait. */
  heldGets: 16,
  heldMs: 20,
  heldReplyMs: 4_000,
  /** Bytes in ingest at which no further get is sent. */
  ingestBytes: 4_194_304,
  /** Logs with an open pull; askers of one log that are told when its pull ends. */
  pulls: 8_192,
  pullWaits: 1_024,
  /** Steps back while looking for the fork point of a log; the first is `forkStep` records, each later one twice the one before. */
  forkSteps: 14,
  forkStep: 16,
  /** Heads of one link that it named and could not show, and how long they are not asked for there, ms. */
  junk: 4_096,
  junkMs: 60_000,
  /** How long a log is not asked for of anybody after a cap refused what came of it, ms; of such logs `junk` are remembered. */
  cappedMs: 600_000,
  /** Fragments in one question for heads; leaves of the digest tree in one question for a list. */
  fragmentsPerHeads: 64,
  leavesPerList: 64,
  /** Records sent along with the answer to "what changed since", and how long an older build is waited for that does not know the question. */
  newsBytes: 32_768,
  newsMs: 5_000,
  /** Up to so many new acks are said one by one, more as one over the whole set; and how long after that the two ends may differ before all are said. */
  acksSingly: 8,
  acksOwedMs: 30_000,
  /** Queries (list, tree, heads, own) without answer end after this. */
  queryMs: 10_000,
  queriesPerLink: 64,
  /** Bytes of one answer, all parts. */
  answerBytes: 8_388_608,
  /** Items in one batch of records: records and dictionary entries. */
  batchItems: 8_192,
  /** Writers asked in one sync:own. */
  ownWriters: 64,
  /** Characters of a store id. */
  storeChars: 64,
  /** Cursors (remote store × space) and acks remembered. */
  cursors: 512,
  acks: 8_192,
  ackMs: 50,
  acksPerMessage: 256,
  lazyMs: 100,
  lazyHeads: 4_096,
  graftMs: 400,
  pruneMs: 1_000,
  /** Announced records that wait for an eager copy, links remembered for each; ids of records in live ingest. */
  waitingHaves: 1_024,
  announcers: 8,
  /** So many records that came by a graft at once go on as a push; more is a catch-up, which is announced. */
  graftRecords: 32,
  /** More peers around than this (linked here or to a peer linked here) are a crowd, and the links that bring the first copies of a record stay eager in it (TRUST 5.2). */
  crowd: 16,
  crowdCopies: 3,
  inFlight: 16_384,
  /** Fragments wanted and not yet held that are asked for at every round. */
  wantedFragments: 4_096,
  tickMs: 15_000,
  /** Records in one gun:put message are limited by these bytes. */
  putBytes: 131_072,
  /** Ephemerals per writer and second (FORMATS 8). */
  ephemeralPerSecond: 30,
  /** Ephemerals of one link, of whatever writers: long run and burst. */
  ephemeralLinkPerSecond: 240,
  ephemeralLinkBurst: 480,
  ephemeralBytes: 16_384,
  /** Writers whose counters are remembered, and starts (boots) of each. */
  ephemeralWriters: 1_024,
  ephemeralBoots: 4,
  findMs: 5_000,
  joinBytes: 65_536,
  joinsPerLink: 8,
  joinRetryMs: 10_000,
  /** Requests for a hand heard on one link that are remembered, so that each is looked at once. */
  passed: 1_024,
  /** A join that waits for a hand asks again so often: its invite may have ended meanwhile. */
  joinWaitMs: 300_000,
  /** Questions of a comparison one link may ask per second, and in one burst; fragments and nodes in one message of the answer. */
  comparesPerSecond: 16,
  comparesBurst: 256,
  compareFragments: 1_024,
  compareNodes: 4_096,
} as const;

// --- protocol (FORMATS 2, 3, 6, 7, 8) ---
/** A record as stored. */
export const MAX_RECORD_BYTES = 64 * 1024;
/** A payload after inflate. */
export const MAX_PAYLOAD_BYTES = 256 * 1024;
/** Header key 9. */
export const MAX_DEPS = 16;
/** Header key 10. */
export const MAX_ACL_HEADS = 8;
/** Wraps of one key.rotate or key.share. */
export const MAX_WRAPS = 1000;
/** Payload bytes of one wire frame, and its 5-byte header. */
export const MAX_FRAME_PAYLOAD = 60_000;
export const FRAME_HEADER_BYTES = 5;
/** A message assembled from frames: nothing longer is parsed on any wire. */
export const MAX_MESSAGE_BYTES = 256 * 1024;
/** Entries of a link dictionary, per direction; older ones are overwritten in a ring. */
export const MAX_LINK_DICT = 4096;
/** Logs and writers whose last record a link end remembers for elision; the least recently sent go first. */
export const MAX_LINK_LOGS = 4096;
/** Life of an ephemeral message, ms. */
export const MAX_EPHEMERAL_TTL_MS = 30_000;
/** An ephemeral message: previews and signalling are small. */
export const MAX_EPHEMERAL_BYTES = 16 * 1024;
/** Text of one live preview, UTF-16 units: what a hand types between two records, with room for a short paste. */
export const MAX_PREVIEW_UNITS = 2_000;
/** An ack; it has no field of free length. */
export const MAX_ACK_BYTES = 512;
/** A join message: statements of a person with many devices. */
export const MAX_JOIN_BYTES = 64 * 1024;
export const MAX_JOIN_STATEMENTS = 64;
/** One identity statement. */
export const MAX_STATEMENT_BYTES = 1024;
/** Characters of an invite link payload, and its parts. */
export const MAX_INVITE_CHARS = 4096;
export const MAX_INVITE_SERVERS = 8;
export const MAX_INVITE_TEXT = 256;
/** Public keys whose admission is remembered. */
export const MAX_JUDGED_KEYS = 8192;
/** A hello of the link handshake. */
export const MAX_HELLO_BYTES = 512;

// --- log and graph (FORMATS 2–5, 9) ---
/** Nested Yjs types shown in a document value; deeper ones show as null on all peers alike. */
export const TEXT_NESTING = 500;
/** Containers inside one JSON-like value of a Yjs update (the CBOR profile). */
export const TEXT_VALUE_DEPTH = 64;
/** A record this far above the greatest contiguous seq of its log is not taken (FORMATS 7: seq > known + 2^20 ignored). */
export const MAX_SEQ_JUMP = 1_048_576;
/** Updates of one document on which Yjs throws before the rest of it is not read any more. */
export const MAX_TEXT_FAULTS = 16;
/** Records of one log that wait for a record before them. */
export const MAX_WAITING_PER_LOG = 16_384;
/** Logs of one fragment. */
export const MAX_LOGS = 65_536;
/** Records kept of one log that have another record at their seq: proof enough, and a bound for a hostile writer. */
export const MAX_FORK_RECORDS = 8_192;
/** A record this far ahead of mesh time is parked, ms (FORMATS 4). */
export const PARK_AHEAD_MS = 300_000;
/** Seqs asked at once for the unseen branch of a fork. */
export const FORK_GAP = 256;
/** Characters of a GUN soul, of a head hint in it, and of a key or a bound in a get (FORMATS 7). */
export const MAX_SOUL_CHARS = 256;
export const MAX_HEAD_VALUE_CHARS = 160;
export const MAX_LEX_CHARS = 128;
/** Gaps named by one log. */
export const MAX_GAPS = 256;
/** Missing seqs named in one gap. */
export const MAX_GAP_LENGTH = 4_096;

/** The guard before the replica (FORMATS 7, GUN.md 7.4; src/vm/replication/guard.ts). Budgets are per link. */
export const GUARD_LIMITS = {
  /** One frame of any wire, bytes or characters, before it is parsed. */
  frame: 262_144,
  /** Containers inside each other in a JSON frame of a stock GUN peer: array, message, put, node, meta, states. */
  depth: 6,
  /** Messages in one JSON frame, and put fields in all of them. */
  messages: 512,
  entries: 512,
  /** Records that are new here: long run and burst. A late joiner was measured at about 1,000 records a second (SPIKE 3). */
  recordsPerSecond: 5_000,
  recordsBurst: 20_000,
  /** Of those, records that nobody asked for, written by the device at the far end: its own doing, and more than hands and imports do. */
  ownPerSecond: 1_000,
  ownBurst: 10_000,
  /** Records that are held here already. */
  knownPerSecond: 10_000,
  knownBurst: 40_000,
  /** Questions, ticks, openings, proofs and joins: each makes more work here than it costs its sender. */
  asksPerSecond: 50,
  asksBurst: 2_048,
  /** Acks and announced heads, counted by the bytes of their message: so many bytes are one. */
  itemsPerSecond: 2_000,
  itemsBurst: 32_768,
  itemBytes: 96,
  /** So many drops over a budget are one fault: a little too much costs nothing, a flood is closed out (TRUST 3, row 9). A question counts as several. */
  overPerStrike: 256,
  overPerAsk: 4,
  /** Public keys never met before, each judged in about a millisecond. */
  keysPerSecond: 64,
  keysBurst: 2_048,
  bytesPerSecond: 33_554_432,
  bytesBurst: 67_108_864,
  getsPerSecond: 500,
  getsBurst: 2_000,
  headsPerSecond: 200,
  headsBurst: 4_096,
  /** Bytes of records with an unknown version kept for one link: they cannot be judged, so they cost their sender. */
  unknownPerSecond: 4_096,
  unknownBurst: 1_048_576,
  /** Faults after which a link is banned; one is forgiven each `strikeMs`. */
  strikes: 64,
  strikeMs: 10_000,
  /** Faults that a record with a bad signature or certificate counts as (TRUST 3, row 1). */
  forgedStrikes: 10,
  /** How long a banned device is not linked, ms (TRUST 3, row 9). */
  banMs: 60_000,
  /** Links watched; the longest silent one is forgotten first. */
  links: 1_024,
  /** FORMATS 7: a head hint further ahead is ignored. */
  headAhead: 1_048_576,
  /** Largest reply a get may ask for, bytes. */
  replyBytes: 262_144,
} as const;
