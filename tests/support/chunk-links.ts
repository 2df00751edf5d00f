/** Links without anything below them, for the exchange of pieces of files: what is said on one, and what questions are answered. */
import { createBlake3 } from '#base/blake3';
import { toBase64url, type Bytes } from '#base/bytes';
import { decodeCbor, encodeCbor, type CborValue } from '#base/cbor';
import { createSimClock } from '#tests/sim/support/sim-clock';
import { createSeededRandom } from '#tests/sim/support/sim-crypto';
import { CHUNK_LIMITS } from '#vm/chunk-limits';
import type { Core, PeerState } from '#vm/replication/peer-state';
import type { Answer } from '#vm/replication/queries';

export const random = createSeededRandom('exchange');
export const SPACE = random.bytes(32);
export const PLACE = { space: SPACE, fragment: random.bytes(16) };
export const idOf = (piece: Uint8Array): Bytes => {
  const hash = createBlake3();
  hash.update(piece);
  return hash.digest();
};
export const tick = async (): Promise<void> => {
  for (let i = 0; i < 30; i++) await Promise.resolve();
};

export interface Sent {
  readonly event: string;
  readonly id: string;
  readonly payload: CborValue;
}

/** One link without anything below it: what is said on it, and what questions are answered. */
export function linkTo(name: string, answer: (event: string, payload: CborValue[]) => Answer | Promise<Answer> = () => ({ state: 'timeout' })) {
  const sent: Sent[] = [];
  const asked: { event: string; payload: CborValue[] }[] = [];
  const state = { closed: null as string | null, queued: 0 };
  const space = { space: SPACE, key: toBase64url(SPACE), proven: true, reads: false, serving: true, invited: null, reader: null, open: {} };
  const peer = {
    id: name, closed: false, spaces: new Map([[toBase64url(SPACE), space]]),
    link: {
      device: random.bytes(32), queued: () => state.queued,
      send: (_channel: string, event: string, payload: Bytes, id: string) => sent.push({ event, id, payload: decodeCbor(payload) }),
      close: (code: string) => (state.closed = code),
    },
    queries: { ask: async (event: string, payload: CborValue[]) => (asked.push({ event, payload }), answer(event, payload)) },
  };
  return { peer: peer as unknown as PeerState, sent, asked, state, space };
}

export function coreOf(...links: ReturnType<typeof linkTo>[]) {
  const clock = createSimClock();
  const counts = new Map<string, number>();
  const rights = { serve: true, see: true };
  const core = {
    clock, random, peers: new Map(links.map(({ peer }) => [peer.id, peer])),
    host: { mayServe: () => rights.serve, readable: () => () => rights.see },
    metric: (what: string, add = 1) => void counts.set(what, (counts.get(what) ?? 0) + add),
  };
  return { core: core as unknown as Core, clock, counts, rights };
}

export const said = (parts: CborValue): Answer => ({ state: 'completed', parts: [encodeCbor(parts)], last: 'completed' });
/** An end that has these pieces. */
export const holder = (pieces: ReadonlyMap<string, Bytes>) => (event: string, payload: CborValue[]): Answer => {
  if (event === 'chunk:have:v1') return said([Uint8Array.from(payload[2] as Bytes[], (id) => Number(pieces.has(toBase64url(id))))]);
  const [, , id, from] = payload as [Bytes, Bytes, Bytes, number];
  const piece = pieces.get(toBase64url(id));
  return piece ? said([piece.length, piece.slice(from, from + CHUNK_LIMITS.rangeBytes)]) : { state: 'failed', payload: encodeCbor(['none']) };
};
