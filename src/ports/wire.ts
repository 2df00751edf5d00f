/** A wire carries frames between two tabs: WebRTC data channels, a relay route, a simulated wire. Sealing and meaning are above it (#vm/mesh/link). */

export type Channel = 'live' | 'bulk';
export type WireKind = 'rtc' | 'relay' | 'tab';

/** Why a direct wire closed by itself when its far end sent more than this side could take in: said by this side only, the far end cannot. */
export const INBOUND_FLOOD = 'inbound flood';

/** Why an attempt failed in which the engine met another certificate than the signal of the far end named. */
export const FOREIGN_CERTIFICATE = 'fingerprint';

export interface WireStats {
  /** Payload bytes of both channels. */
  bytesIn: number;
  bytesOut: number;
  rttMs: number | null;
  /** Kind of the selected candidate pair, for example "host/host"; null when unknown or not direct. */
  pair: string | null;
}

export interface Wire {
  readonly kind: WireKind;
  /** rtc: SHA-256 fingerprint of the initiator ‖ of the responder; relay: relay id (FORMATS 8). */
  readonly binding: Uint8Array;
  readonly initiator: boolean;
  /** Takes ownership of the frame (≤ 60,005 bytes). A closed wire drops it. */
  send(channel: Channel, frame: Uint8Array): void;
  /** Bytes handed over on the channel and not yet sent. */
  buffered(channel: Channel): number;
  onFrame: ((channel: Channel, frame: Uint8Array) => void) | null;
  /** Called when buffered(channel) fell to the low-water mark. */
  onDrain: ((channel: Channel) => void) | null;
  onClose: ((reason: string) => void) | null;
  /** A hint that the wire may be dying ("disconnected") or is well again ("connected"). */
  onState: ((state: 'connected' | 'disconnected') => void) | null;
  close(reason: string): void;
  stats(): Promise<WireStats>;
}

/** One attempt at a direct connection; ends in exactly one of onOpen or onFail. */
export interface Dialing {
  /** A signal from the other side (SDP or ICE, opaque JSON-able value). */
  signal(data: unknown): void;
  abort(): void;
}

export interface DialOptions {
  readonly initiator: boolean;
  readonly iceServers: readonly { urls: string | string[]; username?: string; credential?: string }[];
  /** One signal with everything in it, when all ways are known, in place of many: for whoever hands it over. */
  readonly whole?: boolean;
  /** Only ways through TURN servers are looked for and told. */
  readonly relayOnly?: boolean;
  onSignal(data: unknown): void;
  onOpen(wire: Wire): void;
  onFail(reason: string): void;
}

/** Direct links. In the browser the RTCPeerConnection lives on the page and frames cross a MessagePort. */
export interface Dialer {
  dial(options: DialOptions): Dialing;
}

/** A message socket to a signaling server (WebSocket in the browser and Node). Messages are whole and binary. */
export interface Socket {
  send(message: Uint8Array): void;
  /** Bytes queued, not yet sent. */
  buffered(): number;
  close(): void;
}

export interface SocketHandlers {
  onOpen(): void;
  onMessage(message: Uint8Array): void;
  onClose(reason: string): void;
}

export interface SocketPort {
  open(url: string, handlers: SocketHandlers): Socket;
}

/** A socket of text messages: a stock GUN relay (FORMATS 7). */
export interface TextSocket {
  send(message: string): void;
  buffered(): number;
  close(): void;
}

export interface TextSocketHandlers {
  onOpen(): void;
  onMessage(message: string): void;
  onClose(reason: string): void;
}

export interface TextSocketPort {
  open(url: string, handlers: TextSocketHandlers): TextSocket;
}
