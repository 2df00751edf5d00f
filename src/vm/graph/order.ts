/** Places in an order: fractional indexes (github.com/rocicorp/fractional-indexing), made unique by the first characters of the writer (FORMATS 3, pos.set). */
import { generateKeyBetween } from 'fractional-indexing';

/** Characters of the writer's base64url text at the end of an ord. */
const WRITER_CHARS = 4;

/**
 * An ord between two others; null = no neighbour on that side. A neighbour that is no ord of ours counts as none. Ords are compared whole, so an index that
 * continues another may stand on its wrong side by the writers' characters: then a longer one is drawn that goes by the whole neighbours. Where they are the same up
 * to a sign that no index has, nothing fits between, and it stands behind the first.
 */
export function ordBetween(low: string | null, high: string | null, writer: string): string {
  const own = writer.slice(0, WRITER_CHARS);
  const fits = (index: string): boolean => (low === null || low < index + own) && (high === null || index + own < high);
  const [from, to] = [indexOf(low), indexOf(high)];
  const plain = between(from, from !== null && to !== null && from >= to ? null : to) ?? generateKeyBetween(null, null);
  if (fits(plain)) return plain + own;
  const room = Math.max(low?.length ?? 0, high?.length ?? 0);
  const above = low === null ? null : keyAbove(low, room);
  // What is above `low` fails only as a beginning of `high`; each further one is a shorter beginning.
  for (let index = between(above, high === null ? null : keyBelow(high, room)), rounds = 0; index !== null && rounds <= room; rounds++) {
    if (fits(index)) return index + own;
    index = between(above, index);
  }
  return plain + own;
}

function indexOf(ord: string | null): string | null {
  return ord === null || ord.length <= WRITER_CHARS ? null : ord.slice(0, -WRITER_CHARS);
}

/** An index between two; null where there is none, or one of them is no index. */
function between(from: string | null, to: string | null): string | null {
  try {
    return generateKeyBetween(from, to);
  } catch {
    return null;
  }
}

/** The signs of an index, as many as the ord begins with, and the sign behind them: base64url has two more, `-` below all of them and `_` between Z and a. */
function signs(ord: string): readonly [digits: string, next: string | undefined] {
  const [digits] = /^[0-9A-Za-z]*/.exec(ord)!;
  return [digits, ord[digits.length]];
}

/** An index not below the whole ord, as near as `room` signs allow. None ends in 0. */
function keyAbove(ord: string, room: number): string {
  const [digits, next] = signs(ord);
  if (next === '_') return `${digits}a`;
  return next === undefined && !digits.endsWith('0') ? digits : `${digits}${'0'.repeat(room)}1`;
}

/** An index not above the whole ord, as near as `room` signs allow. */
function keyBelow(ord: string, room: number): string {
  const [digits, next] = signs(ord);
  if (next === '_') return `${digits}Z${'z'.repeat(room)}`;
  const whole = wholePart(digits);
  return digits.slice(0, whole) + digits.slice(whole).replace(/0+$/, '');
}

/** Signs of the whole number that an index begins with: its first sign says how many. */
function wholePart(index: string): number {
  const head = index.charCodeAt(0);
  return head >= 97 ? head - 97 + 2 : 90 - head + 2;
}
