/**
 * The page's half of direct links: simple-peer objects by order of the kernel worker (port-dialer.ts). Each has two reliable ordered
 * channels: simple-peer's own is `live`, a second negotiated one on the same connection is `bulk` (FORMATS 8). Signals come from
 * strangers through the signaling server: their form, size and number are checked before simple-peer sees them.
 */
import SimplePeer from 'simple-peer/simplepeer.min.js';
import { DIAL_MAX_SIGNAL_CHARS, DIAL_MAX_SIGNALS, DIAL_MAX_WIRES, WIRE_EARLY_FRAMES, WIRE_HIGH_WATER, WIRE_MAX_FRAME } from '#adapters/limits';
import type { Channel } from '#ports/wire';
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

export type PeerFactory = (options: { initiator: boolean; iceServers: readonly IceServer[] }) => PeerLike;

const makePeer: PeerFactory = ({ initiator, iceServers }) => new SimplePeer({
  initiator,
  trickle: true,
  // Frames are messages: in byte mode the stream may join two of them.
  objectMode: true,
  config: { iceServers: iceServers as RTCIceServer[] },
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

interface Host {
  hear(message: ToPage): void;
  end(reason: string): void;
}

function openHost(id: number, initiator: boolean, factory: () => PeerLike, post: (message: ToWorker, transfer?: Transferable[]) => void, forget: () => void): Host | null {
  let peer: PeerLike;
  let bulk: RTCDataChannel;
  try {
    peer = factory();
    bulk = peer._pc.createDataChannel('bulk', { negotiated: true, id: BULK_STREAM, ordered: true });
    bulk.binaryType = 'arraybuffer';
  } catch {
    // No WebRTC here, or the engine refused a further connection.
    post({ t: 'gone', id, reason: 'unsupported' });
    return null;
  }
  let ended = false;
  let opened = false;
  let signals = 0;
  let out: { live: OutChannel; bulk: OutChannel } | null = null;
  let early: { channel: Channel; data: ArrayBuffer }[] = [];

  const end = (reason: string): void => {
    if (ended) return;
    ended = true;
    early = [];
    forget();
    post({ t: 'gone', id, reason });
    peer.destroy();
  };
  const receive = (channel: Channel, data: ArrayBuffer): void => {
    if (ended) return;
    if (data.byteLength > WIRE_MAX_FRAME) return end('frame too long');
    if (opened) return post({ t: 'frame', id, channel, data }, [data]);
    early.push({ channel, data });
    if (early.length > WIRE_EARLY_FRAMES) end('too early');
  };
  const open = async (): Promise<void> => {
    if (out !== null || ended || !connected || bulk.readyState !== 'open' || peer._channel === null) return;
    out = {
      live: createOutChannel(peer._channel, WIRE_HIGH_WATER.live, (bytes) => post({ t: 'credit', id, channel: 'live', bytes }), () => end('send failed')),
      bulk: createOutChannel(bulk, WIRE_HIGH_WATER.bulk, (bytes) => post({ t: 'credit', id, channel: 'bulk', bytes }), () => end('send failed')),
    };
    const binding = await connectionBinding(peer._pc, initiator, globalThis.crypto?.subtle).catch(() => null);
    if (ended) return;
    if (binding === null) return end('fingerprint');
    post({ t: 'open', id, binding });
    opened = true;
    for (const { channel, data } of early.splice(0)) receive(channel, data);
  };
  let connected = false;
  bulk.onopen = () => void open();
  bulk.onclose = () => end('closed');
  bulk.onmessage = (event: MessageEvent<unknown>) => {
    if (event.data instanceof ArrayBuffer) receive('bulk', event.data);
    else end('protocol');
  };
  peer.on('signal', (data: unknown) => post({ t: 'signal', id, data: JSON.parse(JSON.stringify(data)) }));
  peer.on('connect', () => {
    connected = true;
    void open();
  });
  peer.on('data', (data: unknown) => {
    if (data instanceof Uint8Array) receive('live', toTransferable(data));
    else end('protocol');
  });
  peer.on('iceStateChange', (state: string) => {
    if (!opened || ended) return;
    if (state === 'disconnected') post({ t: 'state', id, state });
    else if (state === 'connected' || state === 'completed') post({ t: 'state', id, state: 'connected' });
  });
  peer.on('error', (error: { code?: string }) => end(closeReason(error)));
  peer.on('close', () => end('closed'));

  return {
    end,
    hear(message) {
      if (ended) return;
      if (message.t === 'frame') {
        if (out !== null && !out[message.channel].send(message.data)) end('overflow');
      } else if (message.t === 'signal') {
        if (++signals > DIAL_MAX_SIGNALS || !isSignal(message.data)) return end('bad signal');
        try {
          peer.signal(message.data);
        } catch {
          end('bad signal');
        }
      } else if (message.t === 'stats') void sendStats(peer, message.call, id, post);
      else if (message.t === 'close') end(message.reason);
    },
  };
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
  return Object.keys(more).length === 0 && typeof line === 'string' && line.length <= 2048
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
