/** Call signalling in the API of the kernel (./api.ts): what two pages that are in a call tell each other, sealed and signed, kept nowhere. Media never comes here. */

/** Who said it is proven; what it says is for the page to judge. */
export interface CallSignal {
  space: string;
  fragment: string;
  uid: string;
  device: string;
  body: Uint8Array;
}

export interface CallsApi {
  /** To everybody with a link who may read the fragment. Signals of one moment travel together, at most 5 times a second. Rejects with `no-right`, `bad-op`. */
  send(space: string, fragment: string, body: Uint8Array): Promise<void>;
  /** Signals of others, and of own other tabs and devices; returns stop. */
  subscribe(on: (signal: CallSignal) => void): () => void;
}

export type { CallDesk, CallDevice, CallDevices, CallHeard, CallNow, CallPlace, CallsView, DeviceState, Frames, Seat, SeatLink, VoiceTap } from '#ports/calls';
