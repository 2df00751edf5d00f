/**
 * End-to-end encryption of media frames (docs/PROTOCOL.md §13). Each direction between two seats has a chain of its own: key g comes of chain g, chain g+1 of chain g, and
 * what was used is forgotten, so that nobody opens yesterday's frames with what a page holds today. A frame = clear head ‖ AES-256-GCM ‖ u16be generation ‖ u48be counter.
 */
import { concat, type Bytes } from '#base/bytes';
import { hkdf } from '#base/hash';
import { CALL_LIMITS } from '#adapters/call-limits';

export const STREAM_KINDS = ['audio', 'camera', 'screen'] as const;
export type StreamKind = (typeof STREAM_KINDS)[number];

/** What a transform counted, by itself: opened · refused (another key, or changed on the way) · told twice, or of a key that is over. */
export interface FrameCounts {
  sealed: number;
  opened: number;
  refused: number;
  stale: number;
}

const TRAILER = 8;
/** Frames of the last generation that are still on their way when a new one is in use, ms. */
const OVERLAP_MS = 2_000;
/** Frames of a number that opened nothing so far: another number is looked for at most so often, ms. */
const SEEK_MS = 100;

interface Generation {
  readonly number: number;
  readonly chain: Bytes;
  readonly key: Promise<CryptoKey>;
}

interface Direction {
  now: Generation;
  /** Of incoming ones: that before, until then. */
  last: { readonly generation: Generation; readonly until: number } | null;
  /** Of incoming ones: the one that was looked for and has opened nothing so far; no other before then. */
  ahead: Generation | null;
  seekAt: number;
  /** Of outgoing ones: has the key of now sealed anything? */
  used: boolean;
  /** Outgoing: the next counter; incoming: the newest heard, and what was heard of the window behind it. By kind. */
  readonly counters: number[];
  readonly heard: Set<number>[];
}

export interface FrameCipher {
  /** The chain of a direction of this peer; what it had before is forgotten. */
  chain(peer: string, way: 'in' | 'out', chain: Bytes): void;
  /** Goes on to the next outgoing key of all peers; a key that sealed nothing needs no next one. */
  next(): void;
  drop(peer: string): void;
  /** Null when the frame must not go on. */
  seal(peer: string, kind: StreamKind, frame: Bytes, clear: number): Promise<Bytes | null>;
  open(peer: string, kind: StreamKind, frame: Bytes, clear: number): Promise<Bytes | null>;
  counts(peer: string): Readonly<FrameCounts>;
}

/** How much of a frame stays readable for who cuts it into packets, and is authenticated: a byte of sound; of VP8 the head that says what the frame is. */
export const clearBytes = (kind: StreamKind, key: boolean): number => (kind === 'audio' ? 1 : key ? 10 : 3);

/** Generations of keys: the first of a chain, the one after, and that of a number as far as it may be had. */
function generationsOf(subtle: SubtleCrypto, now: () => number) {
  const generation = (number: number, chain: Bytes): Generation => ({ number, chain, key: subtle.importKey('raw', hkdf(chain, 'lgos/call/frame/1'), 'AES-GCM', false, ['encrypt', 'decrypt']) });
  const next = (chain: Bytes): Bytes => hkdf(chain, 'lgos/call/next/1');
  const after = ({ number, chain }: Generation): Generation => generation(number + 1, next(chain));
  /** None that is over, none far ahead. Whoever sends makes up numbers for nothing: each costs steps of the chain here and one key, so they are counted by time. */
  const find = (direction: Direction, number: number): Generation | null => {
    const { last, ahead } = direction;
    if (last?.generation.number === number) return last.until > now() ? last.generation : null;
    if (number === direction.now.number) return direction.now;
    if (number === ahead?.number) return ahead;
    if (number < direction.now.number || number - direction.now.number > CALL_LIMITS.ahead || now() < direction.seekAt) return null;
    let { number: at, chain } = ahead && ahead.number < number ? ahead : direction.now;
    for (; at < number; at++) chain = next(chain);
    direction.seekAt = now() + SEEK_MS;
    return (direction.ahead = generation(number, chain));
  };
  return { generation, after, find };
}

/** False when it was heard, or is behind the window. */
const isFresh = (direction: Direction, kind: number, counter: number): boolean => counter > direction.counters[kind]! - CALL_LIMITS.window && !direction.heard[kind]!.has(counter);

function note(direction: Direction, kind: number, counter: number): void {
  const heard = direction.heard[kind]!;
  heard.add(counter);
  if (counter > direction.counters[kind]!) direction.counters[kind] = counter;
  if (heard.size > 2 * CALL_LIMITS.window) for (const one of heard) if (one <= direction.counters[kind]! - CALL_LIMITS.window) heard.delete(one);
}

export function createFrameCipher(subtle: SubtleCrypto, now: () => number): FrameCipher {
  const directions = { in: new Map<string, Direction>(), out: new Map<string, Direction>() };
  const counts = new Map<string, FrameCounts>();
  const countOf = (peer: string): FrameCounts => {
    let count = counts.get(peer);
    if (!count) counts.set(peer, (count = { sealed: 0, opened: 0, refused: 0, stale: 0 }));
    return count;
  };
  const { generation, after, find } = generationsOf(subtle, now);

  return {
    chain: (peer, way, chain) => void directions[way].set(peer, { now: generation(0, chain), last: null, ahead: null, seekAt: -Infinity, used: false, counters: STREAM_KINDS.map(() => (way === 'in' ? -1 : 0)), heard: STREAM_KINDS.map(() => new Set<number>()) }),
    next() {
      for (const direction of directions.out.values()) if (direction.used) [direction.now, direction.used] = [after(direction.now), false];
    },
    drop(peer) {
      directions.in.delete(peer);
      directions.out.delete(peer);
      counts.delete(peer);
    },
    counts: countOf,
    async seal(peer, kind, frame, clear) {
      const direction = directions.out.get(peer);
      if (!direction || frame.length < clear) return null;
      const at = STREAM_KINDS.indexOf(kind);
      const trailer = trailerOf(direction.now.number, direction.counters[at]!++);
      const head = frame.subarray(0, clear);
      const { key } = direction.now;
      direction.used = true;
      const ct = await subtle.encrypt({ name: 'AES-GCM', iv: nonceOf(at, trailer), additionalData: concat(head, trailer) }, await key, frame.subarray(clear));
      countOf(peer).sealed++;
      return concat(head, new Uint8Array(ct), trailer);
    },
    async open(peer, kind, frame, clear) {
      const count = countOf(peer);
      const direction = directions.in.get(peer);
      if (!direction || frame.length < clear + TRAILER + 16) return count.refused++, null;
      const at = STREAM_KINDS.indexOf(kind);
      const trailer = frame.slice(-TRAILER);
      const view = new DataView(trailer.buffer);
      const counter = view.getUint16(2) * 2 ** 32 + view.getUint32(4);
      const found = isFresh(direction, at, counter) ? find(direction, view.getUint16(0)) : null;
      if (!found) return count.stale++, null;
      const head = frame.slice(0, clear);
      try {
        const plain = await subtle.decrypt({ name: 'AES-GCM', iv: nonceOf(at, trailer), additionalData: concat(head, trailer) }, await found.key, frame.subarray(clear, -TRAILER));
        if (!isFresh(direction, at, counter)) return count.stale++, null;
        note(direction, at, counter);
        if (found.number > direction.now.number) {
          direction.last = { generation: direction.now, until: now() + OVERLAP_MS };
          direction.now = found;
          direction.seekAt = -Infinity;
          if (direction.ahead && direction.ahead.number <= found.number) direction.ahead = null;
        }
        count.opened++;
        return concat(head, new Uint8Array(plain));
      } catch {
        return count.refused++, null;
      }
    },
  };
}

function trailerOf(generation: number, counter: number): Bytes {
  const out = new Uint8Array(TRAILER);
  const view = new DataView(out.buffer);
  view.setUint16(0, generation & 0xffff);
  view.setUint16(2, Math.floor(counter / 2 ** 32));
  view.setUint32(4, counter >>> 0);
  return out;
}

/** Kinds share a key and count by themselves; a counter never begins anew while its key lives. */
function nonceOf(kind: number, trailer: Bytes): Bytes {
  const nonce = new Uint8Array(12);
  nonce[0] = kind + 1;
  nonce.set(trailer, 12 - TRAILER);
  return nonce;
}
