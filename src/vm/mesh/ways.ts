/** By which ways direct links are made: the STUN and TURN servers known now, and whether ways that show the own network address are used. */
import type { Bytes } from '#base/bytes';
import type { Dialer, Dialing, DialOptions, Wire } from '#ports/wire';

type IceServers = DialOptions['iceServers'];

/** What this device has chosen. */
export interface Ways {
  readonly ice: IceServers;
  /** Only ways through TURN servers, so that the other end does not learn the network address; without one no direct way at all. */
  readonly hide: boolean;
}

/** A dialer that knows the ways. */
export interface WayDialer {
  dial(options: Omit<DialOptions, 'iceServers' | 'relayOnly'>): Dialing;
  /** Those that a connection made now would use. */
  now(): { readonly iceServers: IceServers; readonly relayOnly: boolean };
}

/** Why an attempt ended that would have shown the address. */
export const HIDDEN = 'hidden';

/** A connection that two people arrange by hand. */
export interface ByHand extends WayDialer {
  readonly session: Bytes;
  /** Takes the wire as one to this session. A wire that is not wanted is closed with the reason. */
  attach(peer: Bytes, wire: Wire): void;
  /** Device of the link to a session that is open; null while there is none. */
  linked(peer: Bytes): Bytes | null;
}

const isTurn = ({ urls }: IceServers[number]): boolean => [urls].flat().some((url) => url.startsWith('turn'));

/** Asks at each dial: servers may have `named` more meanwhile, and the own choice may be another. */
export function createWayDialer(dialer: Dialer, named: () => IceServers, ways: (() => Ways) | undefined): WayDialer {
  const now = (): { iceServers: IceServers; relayOnly: boolean } => {
    const { ice, hide } = ways?.() ?? { ice: [], hide: false };
    return { iceServers: [...ice, ...named()], relayOnly: hide };
  };
  return {
    now,
    dial(options) {
      const known = now();
      if (!known.relayOnly || known.iceServers.some(isTurn)) return dialer.dial({ ...options, ...known });
      void Promise.resolve().then(() => options.onFail(HIDDEN));
      return { signal: () => undefined, abort: () => undefined };
    },
  };
}
