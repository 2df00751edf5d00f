/**
 * Direct connections of the simulator that are made by hand: offer and answer are whole descriptions with a fingerprint, as those of an engine. Nothing
 * connects before the initiator has the answer; an end that meets another certificate than it was told ends the attempt.
 */
import { concat, equalBytes, type Bytes } from '#base/bytes';
import { sha256 } from '#base/hash';
import { FOREIGN_CERTIFICATE, type DialOptions, type Dialing } from '#ports/wire';
import { readDescription, writeDescription, type HandKind, type HandWay } from '#vm/protocol/hand-link';
import type { SimClock } from './sim-clock.ts';
import type { SimWirePair } from './sim-wire.ts';

interface End {
  readonly name: string;
  readonly options: DialOptions;
  readonly print: Bytes;
  remote: HandWay | null;
  over: boolean;
}

export interface HandNetwork {
  readonly ends: Map<string, End>;
  readonly clock: SimClock;
  reachable(a: string, b: string): boolean;
  pair(a: string, b: string, bindings: readonly [Bytes, Bytes]): SimWirePair;
}

/** How long an engine looks for a way, ms. */
const GIVES_UP_MS = 15_000;

/** One end. `id` is unlike all others. */
export function dialByHand(net: HandNetwork, id: number, name: string, options: DialOptions): Dialing {
  const ufrag = `hand${id}`;
  const end: End = { name, options, print: sha256('hand', name, ufrag), remote: null, over: false };
  net.ends.set(ufrag, end);
  const say = (kind: HandKind): void => void net.clock.setTimer(1, () => {
    if (!end.over) options.onSignal({ type: kind, sdp: writeDescription(kind, { ufrag, pwd: 'p'.repeat(24), fingerprint: end.print, candidates: [{ type: 'host', address: '10.0.0.1', port: 1_000 + id }] }, true) });
  });
  const fail = (one: End, reason: string): void => {
    if (one.over) return;
    one.over = true;
    one.options.onFail(reason);
  };
  if (options.initiator) say('offer');
  return {
    abort: () => void (end.over = true),
    signal(data) {
      const { type, sdp } = data as { type: string; sdp: string };
      if (end.over || type === 'candidate') return;
      end.remote = readDescription(type as HandKind, sdp);
      if (!options.initiator) return say('answer');
      const other = net.ends.get(end.remote?.ufrag ?? '');
      net.clock.setTimer(40, () => {
        if (other === undefined || other.over || end.over || !net.reachable(name, other.name)) return;
        const told = [equalBytes(end.remote!.fingerprint, other.print), other.remote !== null && equalBytes(other.remote.fingerprint, end.print)];
        if (told.includes(false)) {
          fail(end, told[0] ? 'closed' : FOREIGN_CERTIFICATE);
          return fail(other, told[1] ? 'closed' : FOREIGN_CERTIFICATE);
        }
        end.over = other.over = true;
        const pair = net.pair(name, other.name, [concat(end.print, end.remote!.fingerprint), concat(other.remote!.fingerprint, other.print)]);
        options.onOpen(pair.a);
        other.options.onOpen(pair.b);
      });
      net.clock.setTimer(GIVES_UP_MS, () => fail(end, 'err_ice_connection_failure'));
    },
  };
}
