/**
 * The words a peer and a signaling server say to each other. One WebSocket message (path SIGNAL_PATH, binary) = one protobuf Envelope
 * (base/envelope) whose payload is one text-keyed CBOR map with exactly the keys of its type below (without `type`). Two exceptions:
 * a relay frame carries its route as base64url in the envelope id and `u8 channel ‖ frame` as payload; an error is any
 * `<service>:<action>:v1:failed`. The server sees rooms, sessions, addresses and sizes, never content (FORMATS 8). Codec: ./signaling.ts.
 */

/** WebSocket path of every server. */
export const SIGNAL_PATH = '/signal';

/** Sizes that are part of the protocol; both sides check them. What a server grants beyond them is in its hello (ServerLimits). */
export const SIGNAL_LIMITS = {
  /** STUN and TURN servers in a hello, addresses of one, characters of a text. */
  ice: 8,
  iceUrls: 4,
  iceText: 256,
  /** Bytes of `data` in one forward (opaque SDP or ICE as UTF-8 JSON). */
  data: 16_384,
  /** Bytes of one relayed frame, without the channel byte. */
  frame: 65_536,
  /** Bytes of one WebSocket message. */
  message: 66_560,
  /** Sessions named in one join answer. */
  sessions: 64,
  /** Bytes of one relay ticket. */
  ticket: 256,
  /** Characters of a code, a reason or an error sentence. */
  text: 256,
} as const;

/** A STUN or TURN server as RTCPeerConnection takes it; addresses begin with stun:, stuns:, turn: or turns:. */
export interface IceServer {
  readonly urls: string[];
  readonly username?: string;
  readonly credential?: string;
}

/** What a server grants one socket; told in its hello. */
export interface ServerLimits {
  /** Rooms one socket may be in at once. */
  readonly rooms: number;
  /** Sessions one room holds. */
  readonly sessions: number;
  /** Requests (relay frames not counted) per second, long run. */
  readonly rate: number;
  /** Bytes two addresses may have relayed per hour between each other in one room. */
  readonly relay_bytes: number;
  /** A socket that says nothing for so long is closed; ping well inside it. Milliseconds. */
  readonly idle_ms: number;
}

/** 0 = live, 1 = bulk: the channel of the frame on the other end. */
export type RelayChannel = 0 | 1;

/** What a peer may ask. Sizes: session b16, room b32, route b8, relay b32. */
export type SignalRequest =
  /**
   * First message on a socket. The session is random per start of a kernel. A second socket of the same address with it takes the place
   * of the first; from another address (a changed network, or a stranger) it fails with 'session_taken' and the first one is asked for a
   * sign of life: if it gives none it is closed within 3 s, so try again then.
   */
  | { readonly type: 'signal:hello:v1:requested'; readonly session: Uint8Array }
  /**
   * The same of a session that is named after a secret (./session-name.ts): only so it is given. Answered as v1. A server of a build before
   * refuses it as a message it does not know; the hello v1 of the same socket is good there.
   */
  | { readonly type: 'signal:hello:v2:requested'; readonly secret: Uint8Array }
  /** Idempotent; also the way to get a fresh ticket. */
  | { readonly type: 'signal:join:v1:requested'; readonly room: Uint8Array }
  | { readonly type: 'signal:leave:v1:requested'; readonly room: Uint8Array }
  | { readonly type: 'signal:forward:v1:requested'; readonly room: Uint8Array; readonly to: Uint8Array; readonly data: Uint8Array }
  | { readonly type: 'signal:ping:v1:requested' }
  /**
   * Waits up to a minute until the other end asks for this one, in this or another room both are in (asking again renews). If the two
   * have a route already, it is closed first and the other end is told.
   */
  | { readonly type: 'relay:open:v1:requested'; readonly room: Uint8Array; readonly to: Uint8Array; readonly ticket: Uint8Array }
  | { readonly type: 'relay:frame:v1:requested'; readonly route: Uint8Array; readonly channel: RelayChannel; readonly frame: Uint8Array }
  | { readonly type: 'relay:close:v1:requested'; readonly route: Uint8Array };

/** Why a server refused or ended something. A client treats a code it does not know as 'refused'. */
export type SignalErrorCode =
  | 'bad_message' | 'too_large' | 'hello_first' | 'hello_twice' | 'session_taken' | 'rate' | 'rooms_full' | 'room_full' | 'not_joined' | 'no_peer'
  | 'bad_ticket' | 'relay_full' | 'relay_quota' | 'no_route' | 'refused';

/** An error about one request. `room` and `route` name what it was about, where there is one. */
export interface SignalFailed {
  readonly type: 'failed';
  /** Service and action of the request, for example 'signal' 'join'; 'signal' 'message' when it was unreadable. */
  readonly service: 'signal' | 'relay';
  readonly action: string;
  readonly code: string;
  /** English sentence for logs; views translate by code. */
  readonly message: string;
  readonly room?: Uint8Array;
  readonly route?: Uint8Array;
}

/** What a server says. */
export type SignalReply =
  /** time = server clock, Unix ms; relay = id of this server, the `binding` of every relay wire through it. */
  | {
      readonly type: 'signal:hello:v1:completed'; readonly session: Uint8Array; readonly time: number; readonly relay: Uint8Array;
      readonly limits: ServerLimits;
      /** STUN and TURN servers that the operator of this server names; may be empty. */
      readonly ice: readonly IceServer[];
    }
  /** sessions = the others in the room. ticket = bytes of FORMATS 8 for relay:open in this room. */
  | {
      readonly type: 'signal:join:v1:completed'; readonly room: Uint8Array; readonly sessions: readonly Uint8Array[]; readonly ticket: Uint8Array;
    }
  /** Another session came (present) or went. */
  | { readonly type: 'signal:peer:v1:completed'; readonly room: Uint8Array; readonly session: Uint8Array; readonly present: boolean }
  | { readonly type: 'signal:forward:v1:completed'; readonly room: Uint8Array; readonly from: Uint8Array; readonly data: Uint8Array }
  | { readonly type: 'signal:ping:v1:completed'; readonly time: number }
  /** The server stops, or ends this socket ('stopping', 'replaced', 'idle', 'abuse'); the socket closes next. */
  | { readonly type: 'signal:close:v1:completed'; readonly reason: string }
  /** Both ends asked; initiator = the smaller session id (bytewise). */
  | {
      readonly type: 'relay:open:v1:completed'; readonly room: Uint8Array; readonly peer: Uint8Array; readonly route: Uint8Array;
      readonly initiator: boolean;
    }
  | { readonly type: 'relay:frame:v1:completed'; readonly route: Uint8Array; readonly channel: RelayChannel; readonly frame: Uint8Array }
  /**
   * The other end closed, left, or a cap was met ('closed', 'left', 'relay_quota', 'slow', 'idle'). Frames sent to a route that is gone
   * are dropped without an answer. A failed `relay:frame` ('rate', 'relay_quota') means that its route is closed.
   */
  | { readonly type: 'relay:close:v1:completed'; readonly route: Uint8Array; readonly reason: string }
  /**
   * To who said hello v2: the other end of the route does not keep up, hold what there is for it until it is open again (at most 10 s, then
   * the route ends 'slow'). Who sends on loses the route. Who said hello v1 is not read from meanwhile, whatever its message is for.
   */
  | { readonly type: 'relay:flow:v1:completed'; readonly route: Uint8Array; readonly open: boolean }
  | SignalFailed;

export type SignalMessage = SignalRequest | SignalReply;

/** The message of one type: `SignalOf<'signal:join:v1:completed'>`. */
export type SignalOf<T extends SignalMessage['type']> = Extract<SignalMessage, { readonly type: T }>;

/** Why bytes are not a message. 'unknown' = a well-formed event of a type this build does not know: ignore it. */
export interface SignalParseError {
  readonly code: 'too_large' | 'malformed' | 'unknown';
  readonly message: string;
}
