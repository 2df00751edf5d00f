/**
 * Wiring of the server: HTTP and WebSocket on one port around the pure Hub. It stores nothing; its log has sums, nothing about what passes or between whom.
 * A route whose receiver is slow is held until the receiver has caught up, or has lost it: soon when it reads nothing. A sender of a build before, which cannot hold one route, is not read from meanwhile.
 */
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import { SIGNAL_PATH, type IceServer } from '#ports/signaling';
import { addressGroup, groupOf, networkOf } from './address.ts';
import { Bucket } from './bucket.ts';
import { createHttp, pathOf } from './http.ts';
import { Hub, MAX_MESSAGE, type HubStats } from './hub.ts';
import { LIMITS, type Limits } from './limits.ts';
import { SILENT, type Log } from './log.ts';
import { Pressure } from './pressure.ts';
import type { RelayFrom } from './relay.ts';
import type { SocketId } from './room.ts';
import { SocketLog } from './server-log.ts';
import { serveFolder } from './static.ts';
import { KEY_BYTES } from './ticket.ts';

/** How a server is started. */
export interface ServerOptions {
  /** 0 = any free port. */
  readonly port: number;
  readonly host: string;
  /** Folder of the built app; null = signaling and relay only. */
  readonly staticDir: string | null;
  /** Believe X-Forwarded-For (only behind a proxy of one's own). */
  readonly trustProxy?: boolean;
  /** Server key, 32 bytes; random per process when left out. */
  readonly key?: Uint8Array;
  /** STUN and TURN servers that peers are told. */
  readonly ice?: readonly IceServer[];
  /** Caps other than the usual, for tests. */
  readonly limits?: Partial<Limits>;
  readonly log?: Log;
}

/** A server that runs. */
export interface RunningServer {
  readonly port: number;
  /** Address of the app, without a slash at the end. */
  readonly url: string;
  /** Address to type into an app served from elsewhere. */
  readonly signalUrl: string;
  stats(): HubStats;
  /** Tells the clients, waits for them, ends; at most limits.stopMs and a little. Idempotent. */
  stop(): Promise<void>;
}

const TICK_MS = 1_000;
/** A transport ping every so many ticks; browsers answer by themselves. */
const PING_TICKS = 20;
const WS_BAD_DATA = 1003;
const WS_GOING_AWAY = 1001;

/** Time of this run in ms: Unix time as it was told at its start, and from then on steady, whatever is done to the clock of the machine. */
const steady = (): number => Math.floor(performance.timeOrigin + performance.now());

const bytesOf = (data: RawData): Uint8Array =>
  Array.isArray(data) ? new Uint8Array(Buffer.concat(data)) : data instanceof ArrayBuffer ? new Uint8Array(data) : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

class Wiring {
  readonly sockets = new Map<SocketId, WebSocket>();
  readonly hub: Hub;
  readonly pressure: Pressure;
  readonly wss: WebSocketServer;
  readonly said: SocketLog;
  stopping = false;
  #next = 1;
  #ticks = 0;

  constructor(readonly limits: Limits, key: Uint8Array, private readonly trustProxy: boolean, ice: readonly IceServer[], log: Log) {
    this.said = new SocketLog(log, steady());
    this.wss = new WebSocketServer({
      noServer: true, maxPayload: MAX_MESSAGE, maxFragments: limits.fragments, maxBufferedChunks: limits.chunks, perMessageDeflate: false, clientTracking: false,
    });
    this.pressure = new Pressure(limits, {
      pause: (socket) => this.sockets.get(socket)?.pause(),
      resume: (socket) => this.sockets.get(socket)?.resume(),
      flow: (socket, route, open) => this.hub.flow(socket, route, open),
      slow: (route) => this.hub.slow(route),
    });
    this.hub = new Hub({
      limits, key, ice,
      random: (n) => new Uint8Array(randomBytes(n)),
      wall: () => Date.now(),
      send: (socket, message, from) => this.#send(socket, message, from),
      probe: (socket) => this.sockets.get(socket)?.ping(),
      close: (socket, reason) => this.#close(socket, reason),
    });
  }

  upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    stream.on('error', () => stream.destroy());
    if (pathOf(request.url) !== SIGNAL_PATH || this.stopping) return refuse(stream, '404 Not Found');
    const id = this.#next++;
    const group = groupOf(request.socket.remoteAddress, request.headers['x-forwarded-for'], this.trustProxy);
    if (!this.hub.connect(id, group, steady())) return refuse(stream, '429 Too Many Requests');
    // A bad handshake ends the stream without a socket: the place must come free all the same.
    const abandoned = (): void => this.hub.disconnect(id);
    stream.once('close', abandoned);
    this.wss.handleUpgrade(request, stream, head, (socket) => {
      stream.off('close', abandoned);
      this.#accept(id, socket);
    });
  }

  tick(): void {
    const now = steady();
    this.hub.tick(now);
    this.pressure.tick(now);
    this.said.tick(this.hub.stats(), this.hub.refusals(), now);
    this.#relieve();
    if (++this.#ticks % PING_TICKS !== 0) return;
    for (const socket of this.sockets.values()) if (socket.readyState === socket.OPEN) socket.ping();
  }

  /** What waits for receivers that do not read is memory of everybody's server: the fullest go first, down to half. */
  #relieve(): void {
    let all = 0;
    for (const socket of this.sockets.values()) all += socket.bufferedAmount;
    if (all <= this.limits.bufferAll) return;
    const fullest = [...this.sockets.values()].map((socket) => ({ socket, waiting: socket.bufferedAmount })).sort((a, b) => b.waiting - a.waiting);
    let dropped = 0;
    for (const { socket, waiting } of fullest) {
      if (all <= this.limits.bufferAll / 2) break;
      all -= waiting;
      dropped += 1;
      socket.terminate();
    }
    this.said.relieved(dropped);
  }

  #accept(id: SocketId, socket: WebSocket): void {
    this.sockets.set(id, socket);
    socket.on('message', (data, isBinary) => {
      if (isBinary) this.hub.message(id, bytesOf(data), steady());
      else socket.close(WS_BAD_DATA, 'binary messages only');
    });
    socket.on('pong', () => this.hub.heard(id, steady()));
    // Each is answered by ws itself. Browsers send none.
    const pings = new Bucket(this.limits.pingRate, this.limits.pingBurst, steady());
    socket.on('ping', () => {
      if (pings.take(1, steady())) return;
      this.said.closed('abuse');
      socket.terminate();
    });
    // Oversized and broken frames arrive here; ws closes the socket by itself.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.sockets.delete(id);
      this.pressure.gone(id);
      this.hub.disconnect(id);
    });
  }

  #send(id: SocketId, message: Uint8Array, from?: RelayFrom): void {
    const socket = this.sockets.get(id);
    if (socket === undefined || socket.readyState !== socket.OPEN) return;
    if (socket.bufferedAmount > this.limits.bufferMax) return socket.terminate();
    // Several who send at once: what the receiver asked the server for still fits.
    if (from !== undefined && socket.bufferedAmount > this.limits.bufferMax / 2) return this.hub.slow(from.route);
    socket.send(message, () => this.pressure.drained(id, socket.bufferedAmount, steady()));
    if (from !== undefined) this.pressure.sent(id, from, message.length, socket.bufferedAmount, steady());
  }

  #close(id: SocketId, reason: string): void {
    const socket = this.sockets.get(id);
    if (socket === undefined) return;
    this.said.closed(reason);
    // A paused socket would never read the answer to its close frame.
    socket.resume();
    socket.close(WS_GOING_AWAY, reason);
    setTimeout(() => socket.terminate(), this.limits.stopMs).unref();
  }
}

/** Answers and ends both directions: of a connection that was taken over for an upgrade nobody else sees to the other one. */
function refuse(stream: Duplex, status: string): void {
  stream.once('finish', () => stream.destroy());
  stream.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

/** The connections there are, upgraded ones and those on the way to it too: of these the HTTP server knows nothing any more. */
function connectionsOf(http: Server): ReadonlySet<Socket> {
  const open = new Set<Socket>();
  http.on('connection', (socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  return open;
}

/** Cuts a connection of an address, or of a network, that has as many as it may. */
function capConnections(http: Server, limits: Limits, onCut: () => void): void {
  const open = new Map<string, number>();
  http.on('connection', (socket) => {
    const address = addressGroup(socket.remoteAddress);
    const places = [[`address ${address}`, limits.connectionsPerAddress], [`network ${networkOf(address)}`, limits.connectionsPerNetwork]] as const;
    if (places.some(([place, most]) => (open.get(place) ?? 0) >= most)) {
      onCut();
      return void socket.destroy();
    }
    for (const [place] of places) open.set(place, (open.get(place) ?? 0) + 1);
    socket.once('close', () => {
      for (const [place] of places) {
        const left = (open.get(place) ?? 1) - 1;
        if (left > 0) open.set(place, left);
        else open.delete(place);
      }
    });
  });
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

async function stopAll(http: Server, wiring: Wiring, connections: ReadonlySet<Socket>): Promise<void> {
  wiring.stopping = true;
  wiring.hub.stop();
  for (const socket of wiring.sockets.values()) socket.close(WS_GOING_AWAY, 'stopping');
  const closed = new Promise<void>((resolve) => http.close(() => resolve()));
  http.closeIdleConnections();
  const cut = setTimeout(() => {
    for (const socket of connections) socket.destroy();
  }, wiring.limits.stopMs);
  await closed;
  clearTimeout(cut);
}

/** Starts a server; rejects when the port is taken or the folder cannot be read. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const limits: Limits = { ...LIMITS, ...options.limits };
  const startedAt = performance.now();
  const files = options.staticDir === null ? null : serveFolder(options.staticDir, steady);
  const wiring = new Wiring(limits, options.key ?? new Uint8Array(randomBytes(KEY_BYTES)), options.trustProxy === true, options.ice ?? [], options.log ?? SILENT);
  const http = createServer(
    // Node looks for late requests only every 30 s unless told otherwise.
    { headersTimeout: limits.headersMs, requestTimeout: limits.requestMs, connectionsCheckingInterval: Math.ceil(limits.headersMs / 4), keepAliveTimeout: 5_000 },
    createHttp({ files, stats: () => wiring.hub.stats(), uptime: () => performance.now() - startedAt, stopping: () => wiring.stopping }),
  );
  http.maxConnections = limits.connections;
  // Who does not take an answer on; of WebSockets ws takes this away.
  http.setTimeout(limits.requestMs);
  const connections = connectionsOf(http);
  if (options.trustProxy !== true) capConnections(http, limits, () => wiring.said.cut());
  http.on('upgrade', (request, stream, head) => wiring.upgrade(request, stream, head));
  const port = await listen(http, options.port, options.host);
  const timer = setInterval(() => wiring.tick(), TICK_MS);
  timer.unref();
  let stopped: Promise<void> | null = null;
  const name = options.host === '0.0.0.0' || options.host === '::' ? '127.0.0.1' : options.host.includes(':') ? `[${options.host}]` : options.host;
  return {
    port,
    url: `http://${name}:${port}`,
    signalUrl: `ws://${name}:${port}${SIGNAL_PATH}`,
    stats: () => wiring.hub.stats(),
    stop() {
      clearInterval(timer);
      return (stopped ??= stopAll(http, wiring, connections));
    },
  };
}
