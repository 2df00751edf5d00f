/** A peer that says whatever a test wants: a mesh without replication above it. */
import { encodeCbor, type CborValue } from '#base/cbor';
import type { SigningKey } from '#ports/crypto';
import { createSeededRandom } from '#tests/sim/support/sim-crypto';
import type { Link, LinkMessage } from '#vm/mesh/link-types';
import { createMesh } from '#vm/mesh/mesh';
import { spaceProof } from '#vm/protocol/handshake';
import { roomsAt } from '#vm/protocol/rooms';
import { SERVER, type World } from './mesh-world.ts';

export interface RawPeer {
  readonly links: Link[];
  readonly closed: string[];
  readonly messages: LinkMessage[];
  readonly deviceKey: SigningKey;
  say(event: string, payload: CborValue | Uint8Array, options?: { id?: string; bulk?: boolean; raw?: boolean }): void;
  /** Proves the space of the world on every link. */
  prove(): void;
  events(): string[];
}

export async function createRawPeer(world: Pick<World, 'clock' | 'crypto' | 'net' | 'server' | 'contact'>, name: string): Promise<RawPeer> {
  const random = createSeededRandom(`raw/${name}`);
  const deviceKey = await world.crypto.generateSigning();
  const peer: RawPeer = {
    links: [], closed: [], messages: [], deviceKey,
    say(event, payload, options = {}) {
      const bytes = options.raw === true ? (payload as Uint8Array) : encodeCbor(payload as CborValue);
      for (const link of peer.links) link.send(options.bulk === true ? 'bulk' : 'live', event, bytes, options.id ?? '');
    },
    prove() {
      for (const link of peer.links) {
        link.send('live', 'space:proof:v1:requested', encodeCbor([spaceProof(world.contact.discoveryKeys[0]!, link.role, link.hash)]));
      }
    },
    events: () => peer.messages.map((m) => m.event),
  };
  const mesh = createMesh({
    clock: world.clock, random, crypto: world.crypto, deviceKey, uid: new Uint8Array(32), sockets: world.server.port, dialer: world.net.dialer(name), 
    handlers: {
      onLink: (link) => peer.links.push(link),
      onLinkClosed: (link, code) => {
        peer.closed.push(code);
        peer.links.splice(peer.links.indexOf(link), 1);
      },
      onMessage: (_link, message) => peer.messages.push(message),
      onDrain: () => {}, mayIntroduce: () => false, isStranger: () => false, onClockOffset: () => {}, onChange: () => {}, metric: () => {},
    },
  });
  mesh.setServers([SERVER]);
  mesh.setRooms(roomsAt(world.contact.discoveryKeys[0]!, world.clock.now()).map((r) => r.room), []);
  mesh.start();
  return peer;
}
