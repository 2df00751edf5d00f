/** What linked peers say they offer, by lattice: said again every heartbeat, forgotten when they fall silent. A claim, no right: it only says whom to ask. */
import { toBase64url, type Bytes } from '#base/bytes';
import { encodeCbor } from '#base/cbor';
import type { Clock } from '#ports/clock';
import { createTokenBucket, type TokenBucket } from '#vm/mesh/token-bucket';
import type { LinkMessage } from '#vm/mesh/link-types';
import { RPC_LIMITS } from '#vm/rpc-limits';
import type { RpcEnd } from './calls.ts';
import { ANNOUNCE, parseAnnounce } from './frames.ts';
import { rendezvous } from './rendezvous.ts';

/** The capability that says how much of what comes to a group an end takes. */
const WEIGHT = 'weight';

export interface Offer {
  readonly end: RpcEnd;
  readonly services: readonly string[];
  readonly capabilities: ReadonlyMap<string, number>;
}

export interface Offers {
  /** Says to these links what is offered here in the lattice. */
  tell(ends: Iterable<RpcEnd>, lattice: Bytes, services: readonly string[], capabilities: ReadonlyMap<string, number>): void;
  /** Who offers the service in the lattice now, with at least so much of each capability. */
  find(lattice: Bytes, service: string, need?: ReadonlyMap<string, number>): readonly Offer[];
  /** The same, in the order in which the group takes this thing. */
  group(key: Uint8Array, lattice: Bytes, service: string, need?: ReadonlyMap<string, number>): readonly Offer[];
  /** True when it was an announcement. */
  onMessage(end: RpcEnd, message: LinkMessage): boolean;
  onClosed(end: RpcEnd): void;
}

export interface OffersDeps {
  readonly clock: Clock;
  admits(end: RpcEnd, lattice: Bytes): boolean;
  metric(name: string, add?: number): void;
  onChange?(): void;
}

interface Heard extends Offer {
  readonly until: number;
}

/** What is said on the links of this kernel. */
export function createOffers({ clock, admits, metric, onChange }: OffersDeps): Offers {
  const heard = new Map<string, { readonly end: RpcEnd; readonly bucket: TokenBucket; readonly lattices: Map<string, Heard> }>();
  const find: Offers['find'] = (lattice, service, need = new Map()) => {
    const now = clock.monotonic();
    const key = toBase64url(lattice);
    return [...heard.values()].flatMap(({ end, lattices }) => {
      const offer = lattices.get(key);
      const fits = offer && offer.until > now && end.link.open && admits(end, lattice) && offer.services.includes(service) && [...need].every(([name, amount]) => (offer.capabilities.get(name) ?? 0) >= amount);
      return fits ? [offer] : [];
    });
  };
  return {
    find,
    group: (key, ...rest) => rendezvous(key, find(...rest), ({ end, capabilities }) => ({ id: end.link.device, weight: capabilities.get(WEIGHT) ?? 1 })),
    tell(ends, lattice, services, capabilities) {
      const payload = encodeCbor([lattice, [...services], [...capabilities].map(([name, amount]) => [name, amount])]);
      for (const end of ends) if (end.link.open && admits(end, lattice)) end.link.send('live', ANNOUNCE, payload, '');
    },
    onMessage(end, { event, payload }) {
      if (event !== ANNOUNCE) return false;
      let state = heard.get(end.id);
      if (!state) heard.set(end.id, (state = { end, bucket: createTokenBucket(clock, RPC_LIMITS.announcesPerSecond, RPC_LIMITS.announcesBurst), lattices: new Map() }));
      if (!state.bucket.take()) {
        metric('rpc.announces_dropped');
        return true;
      }
      const said = parseAnnounce(payload);
      if (said === null) {
        end.link.close('breach');
        return true;
      }
      const key = toBase64url(said.lattice);
      if (!admits(end, said.lattice)) return true;
      state.lattices.delete(key);
      if (state.lattices.size >= RPC_LIMITS.lattices) state.lattices.delete(state.lattices.keys().next().value!);
      if (said.services.length > 0) state.lattices.set(key, { end, services: said.services, capabilities: said.capabilities, until: clock.monotonic() + RPC_LIMITS.aliveMs });
      onChange?.();
      return true;
    },
    onClosed(end) {
      if (heard.delete(end.id)) onChange?.();
    },
  };
}
