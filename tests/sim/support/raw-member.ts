/** A member that says whatever a test wants: the device of a tab (its kernel is killed) on a mesh without replication, linked to production kernels. */
import { encodeCbor, type CborValue } from '#base/cbor';
import { must } from '#base/assert';
import type { Bytes } from '#base/bytes';
import type { RecordEntry } from '#ports/replica';
import type { Link, LinkMessage } from '#vm/mesh/link-types';
import { createMesh } from '#vm/mesh/mesh';
import { signInviteProof, spaceProof } from '#vm/protocol/handshake';
import { roomsAt } from '#vm/protocol/rooms';
import { createRecordBatches } from '#vm/replication/record-batch';
import { createSeededRandom, createStubCrypto } from './sim-crypto.ts';
import type { SimTab, SimWorld } from './sim-world.ts';

export interface RawMember {
  readonly links: Link[];
  readonly closed: string[];
  readonly messages: LinkMessage[];
  say(event: string, payload: CborValue | Uint8Array, options?: { id?: string; bulk?: boolean; raw?: boolean }): void;
  /** Pushes records as they are; those that are no records are left out. */
  push(entries: readonly RecordEntry[]): void;
}

/** Takes over the tab's device (or what reads by a public link) and opens a link to everybody online; the space is proven both ways, by the key of `epoch` (the one in use when left out). */
export async function rawMember(world: SimWorld, tab: SimTab, spaceId: string, epoch: Bytes | null = null): Promise<RawMember> {
  const { kernel } = tab.running.parts;
  const space = must(kernel.spaces.get(spaceId), 'space');
  const { reading } = kernel;
  const key = reading ? reading.room : must(space.keys.discovery(epoch ?? must(space.rights.sealingEpoch(), 'epoch')), 'discovery key');
  const profile = must(kernel.profile, 'profile');
  // The crypto of a killed tab answers no more; keys of the stub carry all they need.
  world.kill(tab);
  const name = `raw-${tab.name}`;
  const crypto = createStubCrypto(createSeededRandom(`crypto-${name}`));
  let batches = createRecordBatches();
  const prove = async (link: Link): Promise<void> => reading ? link.send('live', 'invite:proof:v1:requested', encodeCbor([reading.ds.pub, await signInviteProof(crypto, reading.ds, link.hash)]), 'proof') : link.send('live', 'space:proof:v1:requested', encodeCbor([spaceProof(key, link.role, link.hash)]));
  const raw: RawMember = {
    links: [], closed: [], messages: [],
    say(event, payload, options = {}) {
      const bytes = options.raw === true ? (payload as Uint8Array) : encodeCbor(payload as CborValue);
      for (const link of raw.links) link.send(options.bulk === true ? 'bulk' : 'live', event, bytes, options.id ?? '');
    },
    push(entries) {
      for (const payload of batches.encode('live', entries, 100_000, false)) raw.say('gun:put:v1:requested', payload, { raw: true });
    },
  };
  const mesh = createMesh({
    clock: world.clock, random: createSeededRandom(name), crypto, deviceKey: reading?.session ?? profile.ds, uid: profile.uid, sockets: world.server.port, dialer: world.network.dialer(name), 
    handlers: {
      onLink: (link) => {
        batches = createRecordBatches();
        raw.links.push(link);
        void prove(link);
      },
      onLinkClosed: (link, code) => {
        raw.closed.push(code);
        const at = raw.links.indexOf(link);
        if (at >= 0) raw.links.splice(at, 1);
      },
      onMessage: (_link, message) => void raw.messages.push(message),
      onDrain: () => {}, mayIntroduce: () => false, isStranger: () => false, onClockOffset: () => {}, onChange: () => {}, metric: () => {},
    },
  });
  mesh.setServers(['ws://sim']);
  mesh.setRooms(reading ? [reading.room] : roomsAt(key, world.clock.now()).map((one) => one.room), []);
  mesh.start();
  if (!(await world.clock.until(() => raw.links.length > 0 && raw.messages.some((m) => m.event === 'sync:open:v1:requested'), 20_000))) throw new Error('the raw member found nobody');
  return raw;
}
