/** Every cap of the server, in one place. docs/LIMITS.md names the tests that meet each of them with a hostile client. */
export const LIMITS = {
  /** Open sockets of the whole server. */
  sockets: 4_096,
  /** Open sockets of one address (IPv4 address or IPv6 /64); a household or an office behind one NAT shares it. */
  socketsPerAddress: 256,
  /** The same of one network (IPv4 /24 or IPv6 /48): a quarter of the server, whoever has how many addresses. */
  socketsPerNetwork: 1_024,
  /** Addresses that are remembered, those of closed sockets until their request budget is full again; beyond it new addresses are refused. */
  addresses: 16_384,
  /** Of those, addresses of one network. */
  addressesPerNetwork: 2_048,
  /** Open TCP connections of the whole server, sockets and HTTP together; more are cut at once. */
  connections: 8_192,
  /** Of those, open ones of one address: who reads slowly or says nothing cannot take them all. Not counted behind a proxy, which is one address. */
  connectionsPerAddress: 1_024,
  /** The same of one network. */
  connectionsPerNetwork: 2_048,
  /** Rooms one socket may be in: two per space around midnight (FORMATS 8), one per open invite. */
  roomsPerSocket: 256,
  /** Sessions in one room. Must not exceed SIGNAL_LIMITS.sessions. */
  sessionsPerRoom: 64,
  /** Requests per second of one socket in the long run, relay frames not counted. */
  requestRate: 20,
  /** Requests of one socket in one burst: a beacon that comes back enters its rooms and asks for a route to each of its peers. */
  requestBurst: 2_048,
  /** The same for one address. */
  addressRequestRate: 400,
  addressRequestBurst: 4_000,
  /** Bytes of forwarded SDP and ICE per second of one socket, and in one burst. */
  forwardRate: 65_536,
  forwardBurst: 1_048_576,
  /** Relay frames per second of one socket, and in one burst; more closes the route. */
  frameRate: 5_000,
  frameBurst: 20_000,
  /** Frames that one message comes in, and pieces of it as the network brings them: each is an object of its own. Browsers cut messages only into large ones. */
  fragments: 256,
  chunks: 1_024,
  /** WebSocket pings of one socket per second, and in one burst; each is answered. */
  pingRate: 1,
  pingBurst: 32,
  /** Refusals (unreadable, too many, not permitted) a socket may collect in one burst, and per second, before it is closed. */
  strikeBurst: 100,
  strikeRate: 1,
  /** Relay routes of one socket (a beacon has one to each of its peers) and of one address. */
  routesPerSocket: 256,
  routesPerAddress: 512,
  /** Relay requests of one socket that wait for the other end, and for how long. */
  pendingPerSocket: 128,
  pendingMs: 60_000,
  /** Bytes relayed per hour between two addresses in one room; the other pairs of the room have their own. */
  relayBytesPerPair: 2_147_483_648,
  /** Bytes one address may send over the relay per hour, and one network. */
  relayBytesPerAddress: 8_589_934_592,
  relayBytesPerNetwork: 34_359_738_368,
  /** The window of the three caps above. */
  quotaWindowMs: 3_600_000,
  /** Pairs, addresses or networks whose use is remembered within a window; beyond it the oldest is forgotten. */
  quotaEntries: 65_536,
  /** A ticket opens routes for so long; joining again gives a fresh one. */
  ticketMs: 3_600_000,
  /** Time from connecting to the hello. */
  helloMs: 10_000,
  /** A socket that says nothing (pongs count) for so long is closed. */
  idleMs: 60_000,
  /** Time a socket has to show that it lives when another asks for its session. */
  probeMs: 2_000,
  /** A route without frames for so long is closed. */
  routeIdleMs: 300_000,
  /** Bytes waiting for a slow receiver before its routes are held, and below which they go on. */
  bufferHigh: 1_048_576,
  bufferLow: 262_144,
  /** Bytes that come over a held route all the same, under way when its sender is told; more ends the route. */
  heldBytes: 4_194_304,
  /** A receiver that stays above bufferHigh for so long loses the route. */
  slowMs: 10_000,
  /** One that takes nothing at all meanwhile loses it after this: a sender of a build before hears nobody as long as it waits for it. */
  stallMs: 2_000,
  /** Bytes waiting for one socket, whatever they are, before it is dropped; from half of that on the route of a relayed frame ends instead. */
  bufferMax: 16_777_216,
  /** Bytes waiting for all sockets together; above it those who let most wait are dropped. */
  bufferAll: 268_435_456,
  /** Time the server gives its clients on a stop before it cuts them. */
  stopMs: 2_000,
  /** Bytes of one HTTP request's address. */
  urlBytes: 2_048,
  /** Time for the headers of an HTTP request, and for the whole of it; who takes nothing of an answer for as long as that is cut off. */
  headersMs: 10_000,
  requestMs: 30_000,
} as const;

/** The caps as values, so that a test can set smaller ones. */
export type Limits = { readonly [K in keyof typeof LIMITS]: number };
