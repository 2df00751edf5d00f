/** Caps of the os layer. Each names what a peer or a user could otherwise grow without end. */

// ---- rights -------------------------------------------------------------------------------------------------------
/** Slots not retired per device and space (FORMATS 1). */
export const MAX_SLOTS_PER_DEVICE = 8;
/** Identity statements kept per person and space; further ones have no effect. */
export const MAX_STATEMENTS_PER_PERSON = 256;
/** Head sets whose resolution is remembered per space. */
export const MAX_RESOLVED_HEAD_SETS = 64;
/** Wraps in one key.rotate or key.share; more go into further key.share records (FORMATS 6). */
export const MAX_WRAPS_PER_RECORD = 1000;
/** Patterns of operations in the rules of a space, and characters of one (policy.set). */
export const MAX_POLICY_PATTERNS = 32;
export const MAX_PATTERN_CHARS = 64;
/** Fragments and nodes with a rule of their own, and patterns of such a rule. */
export const MAX_THING_RULES = 256;
export const MAX_THING_PATTERNS = 8;
/** Fragments whose past is open to newcomers. */
export const MAX_PASTS = 256;
/** What a space may ask for: copies on devices and beacons together, and days after which a backup is too old. */
export const MAX_TARGET_COPIES = 9;
export const MAX_TARGET_DAYS = 365;
/** Types with a shape in the rules of a space, and properties of one. */
export const MAX_SHAPES = 32;
export const MAX_SHAPE_PROPERTIES = 16;
/** Issuers of vouchers and plans in the rules of a space, and characters of the id of a plan. */
export const MAX_ISSUERS = 8;
export const MAX_PLANS = 16;
export const MAX_PLAN_CHARS = 32;
/** After the end that was paid for a person still reads, ms (TRUST 2.3: 72 h). */
export const PLAN_GRACE_MS = 72 * 3_600_000;

// ---- kernel -------------------------------------------------------------------------------------------------------
export const KERNEL_LIMITS = {
  /** Records per ingest batch = per commit; a bulk batch is delivered in parts, between which live records go first. */
  ingestLiveBatch: 256,
  ingestBulkBatch: 32,
  deliverAtOnce: 8,
  /** Records queued for ingest; more are dropped and asked again by anti-entropy. */
  ingestQueue: 16_384,
  /** Records of one fragment that wait for a predecessor, a key or an acl head (TRUST 33). */
  waitingPerFragment: 4_096,
  /** Records whose writer the acl does not explain yet: per link and, in bytes, of all links; how long they may wait, ms (TRUST 33). */
  earlyRecords: 4_096,
  earlyBytes: 8_388_608,
  earlyBytesAll: 33_554_432,
  earlyMs: 60_000,
  /** Writers (slots of all devices, closed ones too) of one person in a space; a further one is not taken in. */
  writersPerPerson: 2_048,
  /** Of one person in one space on one device: records, and bytes of them. Further data records are not taken in; the own kernel stops at 15/16 (TRUST 32). */
  authorRecords: 1_048_576,
  authorBytes: 536_870_912,
  /** acl records whose predecessors or certificate are missing, per space. */
  aclWaiting: 4_096,
  /** Records read from the store at once when a key opens what waited for it. */
  unlockAtOnce: 64,
  /** Records of an unknown version kept per fragment and per space: nobody can say who signed them. */
  unjudgedPerFragment: 256,
  unjudgedPerSpace: 1_024,
  /** Fragments of a space; records of further ones are refused. */
  fragments: 65_536,
  /** Keys of one fragment in one epoch that were shared without the epoch's and are kept: any member may share, and a wrong one proves nothing. */
  partKeys: 4,
  /** Public links of a space that are open at a time; in the room of each every member with the whole space waits. */
  publicLinks: 8,
  /** Beacons of a space: every member meets each of them in its room, and sends it everything. */
  beacons: 4,
  /** Fragments in the scope of one person. */
  scopeFragments: 64,
  /** Bytes of fragment keys shared in one acl record. */
  partShareBytes: 48_000,
  /** Devices one report is sealed to at once, UTF-8 bytes of a reported text that are kept, characters of the words with it, the newest reports of one person that are read. */
  reportDevices: 200,
  reportTextBytes: 32_768,
  reportWordsChars: 1_000,
  reportsPerPerson: 100,
  /** Age of an epoch key after which an admin rotates it, ms (FORMATS 6: every 30 days). */
  epochMs: 30 * 86_400_000,
  /** Epochs whose discovery keys name rooms in which others may find this device: so many at most, and beyond the newest `SYNC.announcedKeys` those in use within this time, ms. */
  foundByEpochs: 64,
  foundByMs: 365 * 86_400_000,
  /** How often the age of keys is looked at, ms. */
  keyLookMs: 60_000,
  /** Operations sealed into one record, and bytes of their encoding before deflate. */
  opsPerRecord: 1_000,
  payloadBytes: 49_152,
  /** Bytes of one operation: less than a record holds also when nothing of it can be compressed, so what was accepted can always be sealed. */
  opBytes: 60_000,
  /** UTF-16 units written or taken out by one text operation; a longer edit is several. */
  textUnits: 8_000,
  /** Operations applied and not yet sealed, per kernel; more are refused until the store takes them. */
  pendingOps: 250_000,
  /** Operations in one transact call. */
  transactOps: 100_000,
  /** Property edits after the first of a burst are flushed together after this, ms (FORMATS 3, Batch windows). */
  propertyFlushMs: 20,
  /** Text: idle and hard limit, ms. */
  textIdleMs: 300,
  textHardMs: 1_000,
  /** Wait for own heads before the first seal, ms (FORMATS 5, At start). */
  ownHeadsMs: 2_000,
  /** Mesh offset of this device that shows a warning, ms (FORMATS 4). */
  clockWarningMs: 120_000,
  /** A wall clock that falls behind the monotone one by so much, or gains so much on it, was set: offsets are moved against it, ms. */
  clockSetBackMs: 2_000,
  clockSetAheadMs: 30 * 86_400_000,
  /** How often own records that lie ahead of mesh time are looked for, of this tab and of tabs that ended, ms. */
  strandedLookMs: 1_000,
  /** Retry of a failed commit, ms: first and longest pause. */
  retryMs: 500,
  retryMaxMs: 15_000,
  /** Presence lines kept per space, and how long each lives, ms. */
  presencePerSpace: 512,
  hereTtlMs: 30_000,
  typingTtlMs: 6_000,
  /** Live text previews: shown per space, life of one without another, ms, pause between two of ours (≤ 30 a second, FORMATS 8), nodes that wait for it. */
  previewsPerSpace: 256,
  previewTtlMs: 5_000,
  previewEveryMs: 34,
  previewsWaiting: 16,
  /** Drafts and settings of this device: bytes of one value. */
  localValueBytes: 262_144,
  /** How long others are asked on after an end said that an invite is over, ms. */
  joinRefusedMs: 600_000,
  /** How long a pairing code lives, ms. */
  pairingMs: 600_000,
  /** Joins waiting for a hand, per space and per invite (a link that got around fills no more than its part); as many refusals are remembered. */
  waitingJoins: 256,
  waitingPerInvite: 64,
  /** How long after its device asked last, ms: one that is linked asks every few minutes, which is written down once in so long. */
  waitingJoinMs: 604_800_000,
  waitingJoinNoteMs: 3_600_000,
  /** UTF-16 units of the words of who asks, and of who refuses. */
  requestWords: 280,
  /** Lines of the journal of access given at once. */
  journalLines: 200,
  /** Records taken in by one adopt record. */
  adoptAtOnce: 1_000,
  /** Things that go to another fragment in one act, and moves that are followed from an old place of a thing. */
  moveThings: 2_000,
  moveSteps: 8,
  /** Roles at the acl heads of records that are remembered for that, per space. */
  moveJudged: 1_024,
  /** Until what was written late in an old place is brought over, ms, at most: of several who may, one does it. */
  movePauseMs: 4_000,
  /** Things of one fragment (entries of the directory, names) that are told again to newcomers in one act. */
  toldAgain: 1_000,
  /** Acl records a removed person is shown, up to the removal. */
  partingRecords: 512,
  /** Looks (one a second) at an access that ended before its removal is written: in a row with a link of the space, and in all without one. */
  endedLinkedLooks: 40,
  endedLooks: 600,
  /** Coming back: members of a space up to which each waits for the others in their rooms, and people waited for in all; spaces taken from one answer. */
  returnMembers: 12,
  returnPeople: 24,
  returnSpaces: 256,
  /** Places of spaces that somebody named and nothing has shown yet: in all, of one device that names them to a beacon, and how long a place is kept for nothing, ms. */
  claims: 256,
  claimsOfOne: 32,
  claimMs: 60_000,
  /** Spaces that a beacon keeps of one person who let it in. */
  beaconSpacesOfOne: 128,
  /** Longest time without a hand after which a browser locks itself, minutes; how long it waits for what is pending, ms. */
  idleMinutes: 1_440,
  lockSaveMs: 3_000,
  /** Passphrase of a key file or a lock: fewest characters, fewest different ones; most UTF-16 units. */
  passphraseChars: 12,
  passphraseKinds: 6,
  passphraseUnits: 1_024,
  /** Used up, expired and revoked invites of a space that are still answered, with the reason. */
  endedInvites: 8,
  /** Longest random pause before a proof of a fork, and before other repairs that several kernels could make, ms. */
  proofPauseMs: 3_000,
  repairPauseMs: 2_000,
  /** Writers of forks whose proof is planned at a time; proofs that count of one writer until no further one is written. */
  forkProofsPlanned: 64,
  forkProofsPerWriter: 4,
  /** UTF-16 units of the name of a person or a space. */
  nameChars: 80,
  /** The same of what a plan says about itself, and of a voucher as text; days of a plan; from when on its end is said to come soon, ms. */
  planAboutChars: 280,
  voucherChars: 4_096,
  planDays: 3_660,
  planEndingMs: 7 * 86_400_000,
  /** Longest life of an invite, ms. */
  inviteMaxMs: 365 * 86_400_000,
  /** Servers taken from invite links in one run. */
  linkServers: 8,
  /** Sources of mesh time; of more the oldest vote goes. */
  clockVotes: 64,
  /** Open texts kept; the least recently used is closed, its next edit opens a new session. */
  textSessions: 256,
  /** Updates merged into one operation, and their bytes: the merged one must still fit into a record. */
  textRun: 256,
  textRunBytes: 32_768,
  /** Characters of one text operation before it is cut into pieces, and containers inside each other in a value of an operation. */
  textInsert: 100_000,
  valueDepth: 32,
  /** Records read for one range reply, before its byte cap. */
  rangeRecords: 2_048,
  /** Bytes of segments kept in memory for serving what was just written or asked, and segments asked of the store at once; it gives some MiB of them (IDB_SCAN_BYTES). */
  recordCacheBytes: 8_388_608,
  recordFetch: 64,
  /** Rows read at once when a kernel starts; a store of fewer is read in one go. */
  loadRows: 128,
  /** Rows of one step for what somebody waits for, and rows of a space that is read before the rest when it is asked for as a whole. */
  loadStepRows: 32,
  loadSmallSpace: 256,
  /** Records from which on a fragment gets a snapshot, and the part of its records that may lie behind one before the next is made. */
  snapshotRecords: 64,
  snapshotShare: 0.25,
  /** A fragment is left alone for so long before a snapshot of it is made, ms; then it is made, and later opened, in slices of so many ms. */
  snapshotQuietMs: 5_000,
  snapshotSliceMs: 8,
  /** Bytes of a snapshot; a larger state has none. Nodes up to which one that is opened is counted again. */
  snapshotBytes: 33_554_432,
  snapshotCheckNodes: 128,
  /** Rows of own records nobody confirmed, the newest, that are looked at before a snapshot over them is opened. */
  snapshotOwnRows: 64,
  /** A baseline: devices besides this one that hold its snapshot before what it covers goes (all, where there are fewer); persons besides its maker who say that it is right; more only where others deny it. */
  baselineCopies: 2,
  baselineWords: 2,
  /** A beacon cannot look at it: for so long after it was settled people may say that it is wrong, ms. */
  baselineHoldMs: 7 * 86_400_000,
  /** Longest random pause before a word on a baseline, ms; after so long one that could not be told is looked at again, ms. */
  baselinePauseMs: 3_000,
  baselineAgainMs: 60_000,
  /** How often the own log is looked at while its newer part is pulled, ms. */
  ownHeadsLookMs: 25,
  /** Events of one kind that one burst may give; more are one event without names. */
  eventsPerBurst: 32,
  /** Missing deps remembered per fragment. */
  missingDeps: 1_024,
  /** Rotations that wait for their key, also those without effect, and imported keys kept per space. */
  rotations: 4_096,
  importedKeys: 4_096,
  /** Acks gather this long before they are written, ms; acks of records not held yet, and how long they wait, ms. */
  ackGatherMs: 200,
  earlyAcks: 1_024,
  earlyAckMs: 3_000,
  /** Flushes before a change of the writer while the person goes on typing: each is faster than a hand. */
  writerFlushes: 64,
  /** Records listed for the console at once, and faults kept for diagnostics. */
  listed: 500,
  faults: 50,
  /** Spaces of a profile. */
  spaces: 512,
  /** Comparing with another device: looks before a missing record is called a difference, and the pause between them, ms. */
  compareRounds: 4,
  compareAgainMs: 400,
  /** Records of a fragment, and operations on one node, that are replayed for another device. */
  compareRecords: 100_000,
  compareSteps: 65_536,
} as const;

// ---- supervision (K12): the page over its kernel worker -------------------------------------------------------------
export const SUPERVISION_LIMITS = {
  /** The kernel worker is asked for a sign of life so often; silent for so long it counts as dead, ms. */
  heartbeatMs: 4_000,
  silentMs: 12_000,
  /** More silence for each operation that was given to it and not answered yet, ms: one act may be large. */
  silentPerOpMs: 1,
  /** A restarted kernel that is not ready after this has failed, ms: it reads its whole store first. */
  startMs: 120_000,
  /** A storage of the browser that gives no answer for so long is told to the person, ms. */
  storeMs: 1_500,
  /** A script of the kernel that has not arrived after so long is told to the person, ms. */
  scriptMs: 6_000,
  /** Restarts within the window, the pause before each, ms; then the kernel stays stopped until somebody asks. */
  restarts: 3,
  windowMs: 300_000,
  pauseMs: [0, 1_000, 4_000],
  /** Operations kept by the page until the kernel says that they are saved; of more the oldest are given up, and counted. */
  keptOps: 100_000,
  /** How long a page that is left waits for the word that its last acts are saved, ms. */
  lastMs: 1_000,
  /** So long a page that somebody closes waits for what is not saved yet before the browser asks whether to leave it, ms; a browser closes a page without asking after 500. */
  closeMs: 250,
  /** Past ends of the kernel listed in System. */
  listed: 16,
} as const;

// ---- watchers and adjusters (K12) -----------------------------------------------------------------------------------
export const WATCH_LIMITS = {
  /** Seconds of the pipeline that are remembered. */
  windowS: 10,
  /** A loop that comes this late, ms, slept with its machine: that is no load. */
  sleptMs: 30_000,
} as const;

export const ADJUST_LIMITS = {
  /** From the first value on an adjuster gives way, at the second it stands at its end: lateness of the loop, ms; records that wait for ingest. */
  lagMs: [100, 1_000],
  queue: [4_096, 12_288],
  /** A commit this slow, ms, while so many records wait, wants larger batches. */
  commitMs: [50, 400],
  backlog: [64, 1_024],
  /** Ends of the adjusters; the normal values are the limits of the kernel and of the mesh. */
  bulkBatchMin: 8,
  bulkBatchMax: 128,
  deliverAtOnceMin: 2,
  asksPerLinkMin: 1,
  newsBytesMin: 8_192,
  /** The number of links sought changes by one, no more often than this, ms. */
  linksEveryMs: 30_000,
} as const;

// ---- agents (K4) ----------------------------------------------------------------------------------------------------
export const AGENT_LIMITS = {
  /** The most a manifest may ask for: time of its thread, ms, and UTF-16 units of text it is given. */
  ms: 60_000,
  units: 4_000_000,
  /** Pieces of text that one run reads. */
  inputs: 2_000,
  /** A thread whose code has not begun after this is given up, ms. */
  startMs: 20_000,
  /** Runs that wait or run in one tab; further ones are refused. */
  queue: 16,
  /** Of one answer: items, UTF-16 units of the text of one, its sources, its reasons. */
  items: 500,
  itemUnits: 4_000,
  sources: 64,
  reasons: 16,
  /** Words of a consent that are read. */
  grants: 64,
  /** Logs of which a lineage keeps up to where each was held: with all inputs it fits into one change. */
  heads: 64,
} as const;
