/** Hostile ends of the overlay: sybils that know a room's name only, and a member that floods introductions. */
import { compareBytes, toBase64url, type Bytes } from '#base/bytes';
import type { Wire } from '#ports/wire';
import { createLink } from '#vm/mesh/link';
import type { Link } from '#vm/mesh/link-types';
import { decodePeerSignal, encodePeerSignal, type PeerSignal } from '#vm/mesh/signal-codec';
import { createSignalingClient } from '#vm/mesh/signaling-client';
import { roomsAt } from '#vm/protocol/rooms';
import { OVERLAY_SERVER, type OverlayWorld } from './overlay-world.ts';
import { createSeededRandom, createStubCrypto } from './sim-crypto.ts';

export interface Sybil {
  readonly session: Bytes;
  readonly links: readonly Link[];
  /** Links that finished their handshake, ever. */
  opened(): number;
}

/**
 * A session without any key: it enters the room from the given address, dials and asks everybody who is no sybil again and again, takes
 * every link and says nothing on it.
 */
export async function addSybil(world: OverlayWorld, name: string, address: string, isSybil: Set<string>): Promise<Sybil> {
  const random = createSeededRandom(`sybil/${name}`);
  const crypto = createStubCrypto(random);
  const deviceKey = await crypto.generateSigning();
  const session = random.bytes(16);
  isSybil.add(toBase64url(session));
  const links: Link[] = [];
  const seen = new Map<string, Bytes>();
  let opened = 0;
  const dialer = world.net.dialer(name);
  const attach = (wire: Wire): void => {
    const link = createLink({
      wire, clock: world.clock, random, crypto, deviceKey, uid: new Uint8Array(32) as Bytes,
      handlers: {
        onOpen: () => void (opened += 1), onClose: (closed) => void links.splice(links.indexOf(closed), 1), onMessage: () => {}, onDrain: () => {}, onOffset: () => {}, onState: () => {},
      },
    });
    links.push(link);
  };
  const say = (to: Bytes, signal: PeerSignal): void => void client.forward(to, encodePeerSignal(signal, { need: true, knock: null })!);
  const dials = new Map<string, { attempt: string; signal(data: unknown): void }>();
  const dial = (to: Bytes, attempt: string, initiator: boolean): { signal(data: unknown): void } => {
    const dialing = dialer.dial({ initiator, iceServers: [], onSignal: (data) => say(to, { kind: 'rtc', attempt, data }), onOpen: attach, onFail: () => {} });
    dials.set(toBase64url(to), { attempt, signal: (data) => dialing.signal(data) });
    return dialing;
  };
  const client = createSignalingClient({
    url: OVERLAY_SERVER, session, sockets: world.server.portFrom(address), clock: world.clock, random,
    handlers: {
      onPeer(_server, _room, peer, present) {
        const key = toBase64url(peer);
        if (isSybil.has(key)) return;
        if (present) seen.set(key, peer);
        else seen.delete(key);
      },
      onSignal(_server, _room, from, data) {
        const signal = decodePeerSignal(data);
        if (signal?.kind !== 'rtc') return;
        const mine = dials.get(toBase64url(from));
        if (mine?.attempt === signal.attempt) mine.signal(signal.data);
        else if (compareBytes(session, from) > 0) dial(from, signal.attempt, false).signal(signal.data);
      },
      onRelay: () => {}, onClockOffset: () => {}, onIce: () => {}, onChange: () => {}, onDown: () => {},
    },
  });
  const again = (): void => {
    for (const peer of seen.values()) {
      if (compareBytes(session, peer) < 0) dial(peer, toBase64url(random.bytes(8)), true);
      else say(peer, { kind: 'want' });
    }
    world.clock.setTimer(2_000, again);
  };
  client.setRooms(new Map(roomsAt(world.contact.discoveryKeys[0]!, world.clock.now()).map(({ room }) => [toBase64url(room), room])));
  client.start();
  world.clock.setTimer(500, again);
  return { session, links, opened: () => opened };
}
