/**
 * One connection of a call between two seats, by simple-peer. Its three streams (voice, camera, screen) are agreed on once and filled or emptied later, so nothing is negotiated again but
 * the way itself. The transforms that encrypt are set before anything is negotiated: one that is set on a stream in use is ignored without a word, and the decoder is given ciphertext.
 */
import SimplePeer from 'simple-peer';
import { DIAL_MAX_SIGNALS } from '#adapters/limits';
import { STREAM_KINDS, type StreamKind } from '#adapters/calls/frame-cipher';
import type { TransformOptions } from '#adapters/calls/frame-host';
import { isSignal, type PeerLike } from './page-dialer.ts';

export interface MediaPeerDeps {
  readonly initiator: boolean;
  readonly ways: { readonly iceServers: readonly { readonly urls: string | string[]; readonly username?: string; readonly credential?: string }[]; readonly relayOnly: boolean };
  /** Where frames are sealed and opened, and under which name. */
  readonly worker: Worker;
  readonly peer: string;
  onSignal(item: string): void;
  onTrack(kind: StreamKind, track: MediaStreamTrack): void;
  onState(state: 'connected' | 'disconnected'): void;
  onClose(reason: string): void;
}

export interface MediaPeer {
  /** False for what is no signal, or one too many. */
  signal(item: string): boolean;
  setTrack(kind: StreamKind, track: MediaStreamTrack | null): void;
  /** New candidates on both ends; of who began the connection. */
  restart(): void;
  close(): void;
}

declare const RTCRtpScriptTransform: new (worker: Worker, options: TransformOptions) => object;
type Transformed = { transform: object | null };

/** Can this engine encrypt what it sends, frame by frame? */
export const canEncrypt = (): boolean => 'RTCRtpScriptTransform' in globalThis;

/** One codec whose heads are known, so that what cuts frames into packets reads nothing that is encrypted. */
function onlyVp8(transceiver: RTCRtpTransceiver): void {
  const all = RTCRtpReceiver.getCapabilities('video')?.codecs ?? [];
  transceiver.setCodecPreferences(all.filter(({ mimeType }) => /\/(vp8|rtx)$/i.test(mimeType)));
}

export function createMediaPeer(deps: MediaPeerDeps): MediaPeer {
  const { initiator, ways, worker, peer: name } = deps;
  const peer = new SimplePeer({ initiator, trickle: true, config: { iceServers: ways.iceServers as RTCIceServer[], iceTransportPolicy: ways.relayOnly ? 'relay' : 'all' } }) as unknown as PeerLike & { negotiate(): void };
  const pc = peer._pc as RTCPeerConnection | null | undefined;
  // simple-peer says later, by an event that nobody hears yet, that the engine made none.
  if (!pc) {
    peer.on('error', () => undefined);
    throw new Error('no connection');
  }
  const tracks = new Map<StreamKind, MediaStreamTrack | null>();
  const lines = new Map<StreamKind, RTCRtpTransceiver>();
  let signals = 0;
  let ended = false;
  const end = (reason: string): void => {
    if (ended) return;
    ended = true;
    peer.destroy();
    deps.onClose(reason);
  };
  const take = (kind: StreamKind, line: RTCRtpTransceiver): void => {
    if (lines.has(kind)) return;
    lines.set(kind, line);
    (line.sender as unknown as Transformed).transform = new RTCRtpScriptTransform(worker, { peer: name, way: 'out', kind });
    (line.receiver as unknown as Transformed).transform = new RTCRtpScriptTransform(worker, { peer: name, way: 'in', kind });
    if (kind !== 'audio') onlyVp8(line);
    line.direction = 'sendrecv';
    const track = tracks.get(kind);
    if (track) void line.sender.replaceTrack(track).catch(() => end('track'));
    deps.onTrack(kind, line.receiver.track);
  };
  if (initiator) for (const kind of STREAM_KINDS) take(kind, pc.addTransceiver(kind === 'audio' ? 'audio' : 'video', { direction: 'sendrecv' }));
  // The other end has them by the order of the offer; its event comes before the answer is made.
  else pc.addEventListener('track', ({ transceiver }) => {
    const kind = STREAM_KINDS[pc.getTransceivers().indexOf(transceiver)];
    if (kind) take(kind, transceiver);
    else end('foreign stream');
  });
  peer.on('signal', (data: object) => isSignal(data) && deps.onSignal(JSON.stringify(data)));
  peer.on('iceStateChange', (state: string) => {
    if (state === 'connected' || state === 'completed') deps.onState('connected');
    else if (state === 'disconnected') deps.onState('disconnected');
  });
  // Nothing is said on the channel that simple-peer makes.
  peer.on('data', () => end('protocol'));
  peer.on('error', (error: Error) => end(error.message));
  peer.on('close', () => end('closed'));
  return {
    signal(item) {
      let data: unknown;
      try {
        data = JSON.parse(item);
      } catch {
        return false;
      }
      if (ended) return true;
      if (++signals > DIAL_MAX_SIGNALS || !isSignal(data)) return false;
      peer.signal(data);
      return true;
    },
    setTrack(kind, track) {
      tracks.set(kind, track);
      if (!ended) void lines.get(kind)?.sender.replaceTrack(track).catch(() => end('track'));
    },
    restart() {
      if (ended || !initiator) return;
      pc.restartIce();
      peer.negotiate();
    },
    close: () => end('left'),
  };
}
