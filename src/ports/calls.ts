/** Calls as a port: what screens see of a call and do in it. Media stays in the page and in the pages of who is in the call; no kernel, agent, worker of others or server is given any. */

export type SeatLink =
  /** Keys are agreed on. */
  | 'meeting'
  /** A way is looked for. */
  | 'linking'
  | 'live'
  /** It was live; the way is being mended. */
  | 'broken'
  /** No way was found so far. */
  | 'unreachable';

/** Frames as the transforms counted them. */
export interface Frames {
  sealed: number;
  opened: number;
  refused: number;
  stale: number;
}

/** A place in the call: one page of one person. */
export interface Seat {
  readonly seat: string;
  readonly uid: string;
  readonly device: string;
  readonly self: boolean;
  readonly link: SeatLink;
  readonly muted: boolean;
  /** On at the moment; null while it is off, or has not come. */
  readonly camera: MediaStreamTrack | null;
  readonly screen: MediaStreamTrack | null;
  /** Four words, the same on both screens when nobody stands between; null until keys are agreed on. */
  readonly words: readonly string[] | null;
  readonly frames: Frames;
  /** Its frames do not open: the keys of the two ends differ. */
  readonly deaf: boolean;
}

/**
 * off: not used · asking: the browser asks the person · on · none: there is no such device · refused: the person or the browser says no · busy: another program has it ·
 * lost: it was unplugged, or the permission was taken back.
 */
export type DeviceState = 'off' | 'asking' | 'on' | 'none' | 'refused' | 'busy' | 'lost';

export interface CallPlace {
  readonly space: string;
  readonly fragment: string;
}

export interface CallNow extends CallPlace {
  readonly call: string;
  /** ms since 1970. */
  readonly since: number;
  readonly seats: readonly Seat[];
  readonly muted: boolean;
  readonly mic: DeviceState;
  readonly camera: DeviceState;
  readonly screen: DeviceState;
  /** Who was asked and does not come. */
  readonly declined: readonly string[];
  /** The browser lets nothing be heard before somebody presses something. */
  readonly silent: boolean;
}

/** A call this page is not in. */
export interface CallHeard extends CallPlace {
  readonly call: string;
  readonly uids: readonly string[];
  /** Somebody in it rings, for 45 s at most, and neither this person is in it nor was it put aside here. */
  readonly rings: boolean;
  /** All places are taken. */
  readonly full: boolean;
}

export interface CallsView {
  readonly now: CallNow | null;
  readonly heard: readonly CallHeard[];
}

export interface CallDevice {
  readonly id: string;
  readonly label: string;
}

export interface CallDevices {
  readonly mics: readonly CallDevice[];
  readonly cameras: readonly CallDevice[];
  readonly speakers: readonly CallDevice[];
  /** Chosen; '' is what the browser takes by itself. */
  readonly mic: string;
  readonly camera: string;
  readonly speaker: string;
}

/** What is heard of one seat, as numbers: one channel, 16,000 a second. */
export interface VoiceTap {
  /** What came since it was read last; of longer ago than two seconds it is lost. */
  read(): Float32Array;
  /** The voice is gone, or is another one now. */
  over(): boolean;
  end(): void;
}

export interface CallDesk {
  /** Why no call is possible in this browser; null where one is. */
  readonly unable: 'no-webrtc' | 'no-encryption' | null;
  view(): CallsView;
  subscribe(on: () => void): () => void;
  /** A new call in the place, or the one that is there. `call` names it; drawn where it is left out. */
  join(place: CallPlace, options?: { call?: string; ring?: boolean }): Promise<void>;
  leave(): void;
  /** Does not come, and says so; who rings does not ring there again for a minute. */
  decline(call: CallPlace & { readonly call: string }): void;
  mute(on: boolean): void;
  camera(on: boolean): Promise<void>;
  screen(on: boolean): Promise<void>;
  devices(): Promise<CallDevices>;
  choose(kind: 'mic' | 'camera' | 'speaker', id: string): Promise<void>;
  /** Loudness of a seat now, 0 to 1; of '' the own microphone, in a call or while it is tried. */
  level(seat: string): number;
  /** Opens the microphone to show its level before a call; returns the end of that. */
  tryMic(): () => void;
  /** The voice of another seat, for captions on this screen alone (CALL7); null: nothing is heard of it. */
  listen(seat: string): VoiceTap | null;
  /** After `silent`. */
  hear(): void;
}
