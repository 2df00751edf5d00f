/**
 * Over the end of a file of a stock relay. Its store cuts what it holds into files of about a megabyte, wherever that falls, and a bounded get is
 * answered out of one file: when that one has nothing more of the range and another has, the relay stays silent. A get without a bound is answered out
 * of all files, so the next keys are asked for that way, few of them first: how much lies there nobody can know.
 */
import { ARCHIVE_LIMITS } from '#vm/archive-limits';
import type { ArchivePlace } from './archive-key.ts';
import type { ReadEnd, SoulRange, Take } from './read-soul.ts';
import type { StockPeer } from './stock-peer.ts';

/** Why: the file has nothing more of the range and another has; it may hold stray keys of the next one; or the relay said nothing at all. */
export type Across = 'gap' | 'strays' | 'silence';

/** Keys of pages begin with so many decimal digits; of what follows, and of other keys, so many characters count, each from the space to `~`. */
const SEQ = 10;
const TAIL = 14;
const BASE = 95n;
const FIRST = 0x20;
const UNIT = BASE ** BigInt(TAIL);
/** Nobody can make junk whose hashes have so much in common that it takes smaller parts than this. */
const LEAST = BASE ** 6n;

/** Keys as numbers in the same order. */
interface Scale {
  of(key: string): bigint;
  key(number: bigint): string;
}

function textOf(key: string, from: number): bigint {
  let out = 0n;
  for (let i = from; i < from + TAIL; i++) out = out * BASE + BigInt(Math.min(94, Math.max(0, (i < key.length ? key.charCodeAt(i) : FIRST) - FIRST)));
  return out;
}

function keyOf(number: bigint): string {
  let out = '';
  for (let i = 0, rest = number; i < TAIL; i++, rest /= BASE) out = String.fromCharCode(FIRST + Number(rest % BASE)) + out;
  return out;
}

const NAMES: Scale = { of: (key) => textOf(key, 0), key: keyOf };

const PAGES: Scale = {
  of(key) {
    const digits = /^[0-9]*/.exec(key.slice(0, SEQ))![0];
    if (digits.length === SEQ) return BigInt(digits) * UNIT + textOf(key, SEQ);
    // Junk between two numbers: as the greatest key of the lower one, or the least of the higher one.
    const above = key.length > digits.length && key[digits.length]! > '9';
    return BigInt(digits.padEnd(SEQ, above ? '9' : '0')) * UNIT + (above ? UNIT - 1n : 0n);
  },
  key: (number) => String(number / UNIT).padStart(SEQ, '0') + keyOf(number % UNIT),
};

/** Reads on from `from`: over a gap or strays until a piece came out of the next file, and then `end` is null, on at `at` piece by piece; else to the end of the range. */
export async function readAcross(peer: StockPeer, place: ArchivePlace, range: SoulRange, why: Across, take: Take): Promise<{ readonly end: ReadEnd | null; readonly at: string }> {
  const scale = place.kind === 'page' ? PAGES : NAMES;
  const last = scale.of(range.to);
  let at = range.from;
  let width = (last - scale.of(at)) / BigInt(ARCHIVE_LIMITS.acrossParts) + LEAST;
  for (;;) {
    const next = scale.of(at) + width;
    const to = next >= last ? range.to : scale.key(next);
    const answer = await peer.get(place, { from: at, to, chars: null });
    if (answer.state === 'closed' || answer.state === 'silent') return { end: answer.state, at };
    if (answer.state === 'large') {
      if (width <= LEAST) return { end: 'junk', at };
      width /= 4n;
      continue;
    }
    const count = answer.state === 'fields' ? (await take(answer.fields, { from: at, to })).count : 0;
    // It broke off.
    if (answer.state === 'fields' && answer.more) return { end: 'silent', at };
    if (to === range.to) return { end: 'end', at };
    at = to;
    if (answer.state === 'fields' && count > 0 && (why === 'gap' || (why === 'strays' && answer.parts > 1))) return { end: null, at };
    width *= 4n;
  }
}
