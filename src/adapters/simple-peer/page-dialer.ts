/**
 * The page's half of direct links: simple-peer objects by order of the kernel worker (port-dialer.ts). Each has two reliable ordered
 * channels: simple-peer's own is `live`, a second negotiated one on the same connection is `bulk` (FORMATS 8). Signals come from
 * strangers through the signaling server: their form, size and number are checked before simple-peer sees them.
 */
// Vite resolves this name to the package's prebuilt browser file (PLATFORM 1: the npm entry needs Node shims).
import SimplePeer from 'simple-peer';
import { DIAL_MAX_CANDIDATE_CHARS, DIAL_MAX_SIGNAL_CHARS, DIAL_MAX_SIGNALS, DIAL_MAX_WIRES, WIRE_EARLY_FRAMES, WIRE_HIGH_WATER, WIRE_INBOUND_BYTES, WIRE_MAX_FRAME } from '#adapters/limits';
import { FOREIGN_CERTIFICATE, INBOUND_FLOOD, type Channel } from '#ports/wire';
import { toTransferable, type DialPort, type IceServer, type ToPage, type ToWorker } from './dial-protocol.ts';
import { connectionBinding } from './fingerprint.ts';
import { createOutChannel, type OutChannel } from './out-channel.ts';
import { readWireStats } from './wire-stats.ts';

/** Stream id of the negotiated channel: above those simple-peer's own can get, under the engine's maximum. */
const BULK_STREAM = 64;

/** What is used of a simple-peer object beyond its typings. */
export interface PeerLike {
  readonly _pc: RTCPeerConnection;
  readonly _channel: RTCDataChannel | null;
  readonly destroyed: boolean;
  on(event: string, listener: (value: never) => void): unknown;
  signal(data: unknown): void;
  destroy(): void;
}

export type PeerFactory = (options: { initiator: boolean; iceServers: readonly IceServer[]; whole: boolean; relayOnly: boolean }) => PeerLike;

const makePeer: PeerFactory = ({ initiator, iceServers, whole, relayOnly }) => new SimplePeer({
  initiator,
  trickle: !whole,
  // Frames are messages: in byte mode the stream may join two of them.
  objectMode: true,
  config: { iceServers: iceServers as RTCIceServer[], iceTransportPolicy: relayOnly ? 'relay' : 'all' },
}) as unknown as PeerLike;

export interface PageDialer {
  /** Destroys all connections: the page goes away or this tab is no longer the leader. */
  close(): void;
}

/** Serves the dialer of a worker at the other end of the port. */
export function createPageDialer(port: DialPort, factory: PeerFactory = makePeer): PageDialer {
  const hosts = new Map<number, Host>();
  const post = (message: ToWorker, transfer: Transferable[] = []): void => port.postMessage(message, transfer);
  port.onmessage = (event: MessageEvent) => {
    const message = event.data as ToPage | null;
    if (message === null || typeof message !== 'object') return;
    if (message.t === 'dial') {
      if (hosts.size >= DIAL_MAX_WIRES) return post({ t: 'gone', id: message.id, reason: 'too many' });
      const host = openHost(message.id, message.initiator, () => factory(message), post, () => hosts.delete(message.id));
      if (host) hosts.set(message.id, host);
      return;
    }
    hosts.get(message.id)?.hear(message);
  };
  port.start?.();
  return {
    close() {
      for (const host of [...hosts.values()]) host.end('page closed');
    },
  };
}

type Post = (message: ToWorker, transfer?: Transferable[]) => void;

/** A host, or null (and the attempt told as failed) where there is no WebRTC or the engine refuses a further connection. */
function openHost(id: number, initiator: boolean, factory: () => PeerLike, post: Post, forget: () => void): Host | null {
  try {
    const peer = factory();
    return new Host(id, initiator, peer, peer._pc.createDataChannel('bulk', { negotiated: true, id: BULK_STREAM, ordered: true }), post, forget);
  } catch {
    post({ t: 'gone', id, reason: 'unsupported' });
    return null;
  }
}

/** One attempt and the wire that comes of it. */
class Host {
  readonly #id: number;
  readonly #initiator: boolean;
  readonly #peer: PeerLike;
  readonly #bulk: RTCDataChannel;
  readonly #post: Post;
  readonly #forget: () => void;
  #connected = false;
  #opened = false;
  #ended = false;
  #signals = 0;
  #watched = false;
  /** Bytes handed to the worker that it has not taken: the queue between them has no bound of its own. */
  #inbound = 0;
  #out: { live: OutChannel; bulk: OutChannel } | null = null;
  #early: { channel: Channel; data: ArrayBuffer }[] = [];

  constructor(id: number, initiator: boolean, peer: PeerLike, bulk: RTCDataChannel, post: Post, forget: () => void) {
    this.#id = id;
    this.#initiator = initiator;
    this.#peer = peer;
    this.#bulk = bulk;
    this.#post = post;
    this.#forget = forget;
    this.#listenBulk();
    this.#listenPeer();
  }

  hear(message: ToPage): void {
    if (this.#ended) return;
    if (message.t === 'frame') {
      if (this.#out !== null && !this.#out[message.channel].send(message.data)) this.end('overflow');
    } else if (message.t === 'signal') this.#signal(message.data);
    else if (message.t === 'taken') this.#inbound = Math.max(0, this.#inbound - message.bytes);
    else if (message.t === 'stats') void sendStats(this.#peer, message.call, this.#id, this.#post);
    else if (message.t === 'close') this.end(message.reason);
  }

  end(reason: string): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#early = [];
    this.#forget();
    this.#post({ t: 'gone', id: this.#id, reason });
    this.#peer.destroy();
  }

  #listenBulk(): void {
    const bulk = this.#bulk;
    bulk.binaryType = 'arraybuffer';
    bulk.onopen = () => void this.#open();
    bulk.onclose = () => this.end('closed');
    bulk.onmessage = (event: MessageEvent<unknown>) => {
      if (event.data instanceof ArrayBuffer) this.#receive('bulk', event.data);
      else this.end('protocol');
    };
  }

  #listenPeer(): void {
    const peer = this.#peer;
    peer.on('signal', (data: unknown) => this.#post({ t: 'signal', id: this.#id, data: JSON.parse(JSON.stringify(data)) }));
    peer.on('connect', () => {
      this.#connected = true;
      void this.#open();
    });
    peer.on('data', (data: unknown) => {
      if (data instanceof Uint8Array) this.#receive('live', toTransferable(data));
      else this.end('protocol');
    });
    peer.on('iceStateChange', (state: string) => {
      this.#watchCertificate();
      if (!this.#opened || this.#ended) return;
      if (state === 'disconnected') this.#post({ t: 'state', id: this.#id, state });
      else if (state === 'connected' || state === 'completed') this.#post({ t: 'state', id: this.#id, state: 'connected' });
    });
    peer.on('error', (error: { code?: string }) => this.end(closeReason(error)));
    peer.on('close', () => this.end('closed'));
  }

  /** The engine itself ends a transport that shows another certificate than the signal named. */
  #watchCertificate(): void {
    const transport = this.#peer._pc.sctp?.transport;
    if (this.#watched || !transport?.addEventListener) return;
    this.#watched = true;
    transport.addEventListener('statechange', () => {
      if (transport.state === 'failed' && !this.#opened) this.end(FOREIGN_CERTIFICATE);
    });
  }

  #signal(data: unknown): void {
    if (++this.#signals > DIAL_MAX_SIGNALS || !isSignal(data)) return this.end('bad signal');
    try {
      this.#peer.signal(data);
    } catch {
      this.end('bad signal');
    }
  }

  #receive(channel: Channel, data: ArrayBuffer): void {
    if (this.#ended) return;
    if (data.byteLength > WIRE_MAX_FRAME) return this.end('frame too long');
    if (this.#opened) {
      this.#inbound += data.byteLength;
      if (this.#inbound > WIRE_INBOUND_BYTES) return this.end(INBOUND_FLOOD);
      return this.#post({ t: 'frame', id: this.#id, channel, data }, [data]);
    }
    this.#early.push({ channel, data });
    if (this.#early.length > WIRE_EARLY_FRAMES) this.end('too early');
  }

  /** Opens the wire once both channels are open and the fingerprints agree. */
  async #open(): Promise<void> {
    const live = this.#peer._channel;
    if (this.#out !== null || this.#ended || !this.#connected || this.#bulk.readyState !== 'open' || live === null) return;
    this.#out = { live: this.#sender('live', live), bulk: this.#sender('bulk', this.#bulk) };
    const binding = await connectionBinding(this.#peer._pc, this.#initiator, globalThis.crypto?.subtle).catch(() => null);
    if (this.#ended) return;
    if (binding === null) return this.end(FOREIGN_CERTIFICATE);
    this.#post({ t: 'open', id: this.#id, binding });
    this.#opened = true;
    for (const { channel, data } of this.#early.splice(0)) this.#receive(channel, data);
  }

  #sender(channel: Channel, target: RTCDataChannel): OutChannel {
    return createOutChannel(target, WIRE_HIGH_WATER[channel], (bytes) => this.#post({ t: 'credit', id: this.#id, channel, bytes }), () => this.end('send failed'));
  }
}

/** The other side's destroy() shows as ERR_DATA_CHANNEL: an ordinary close (SPIKE 6.8). */
function closeReason(error: { code?: string }): string {
  return error?.code === 'ERR_DATA_CHANNEL' ? 'closed' : (error?.code ?? 'error').toLowerCase();
}

/** Only offers, answers and candidates: simple-peer would also let a stranger add media or make us negotiate without end. */
export function isSignal(data: unknown): boolean {
  if (typeof data !== 'object' || data === null) return false;
  const { type, sdp, candidate, ...rest } = data as Record<string, unknown>;
  if (Object.keys(rest).length > 0) return false;
  if (type === 'offer' || type === 'answer') return candidate === undefined && typeof sdp === 'string' && sdp.length <= DIAL_MAX_SIGNAL_CHARS;
  if (type !== 'candidate' || sdp !== undefined || typeof candidate !== 'object' || candidate === null) return false;
  const { candidate: line, sdpMLineIndex, sdpMid, ...more } = candidate as Record<string, unknown>;
  return Object.keys(more).length === 0 && typeof line === 'string' && line.length <= DIAL_MAX_CANDIDATE_CHARS
    && (sdpMLineIndex == null || (Number.isInteger(sdpMLineIndex) && (sdpMLineIndex as number) >= 0 && (sdpMLineIndex as number) < 256))
    && (sdpMid == null || (typeof sdpMid === 'string' && sdpMid.length <= 64));
}

async function sendStats(peer: PeerLike, call: number, id: number, post: (message: ToWorker) => void): Promise<void> {
  const reports: Readonly<Record<string, unknown>>[] = [];
  try {
    (await peer._pc.getStats()).forEach((report: Readonly<Record<string, unknown>>) => reports.push(report));
  } catch {
    // The connection closed meanwhile; the empty answer keeps the caller from waiting.
  }
  post({ t: 'stats', id, call, stats: readWireStats(reports) });
}
