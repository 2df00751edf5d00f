/**
 * Gets that name a soul, as GUN itself makes them (console users, stock peers): exact key, LEX range or whole soul, answered from the store
 * (SPIKE 5: all three forms must be handled). Only record pages are stored; other souls are "not found".
 */
import type { GunGet, GunGraph, GunLex } from 'gun/gun.js';
import type { RangeRequest, RecordEntry } from '#ports/replica';
import { PAGE_SIZE, parseSoul } from '#vm/protocol/gun-names';
import { GUN_RANGE_BYTES } from '#adapters/limits';
import { pageField, toGraph } from './graph-entry.ts';

/** True when the key is inside the LEX range; GUN's String.match for '=', '*', '>' and '<' (both bounds inside). */
export function lexMatch(key: string, lex: string | GunLex | undefined): boolean {
  if (lex === undefined) return true;
  if (typeof lex === 'string') return key === lex;
  if (lex['='] !== undefined) return key === lex['='];
  if (lex['*'] !== undefined && !key.startsWith(lex['*'])) return false;
  if (lex['>'] !== undefined && key < lex['>']) return false;
  return lex['<'] === undefined || key <= lex['<'];
}

/** The stored part of the soul as a graph; null when there is none. */
export async function serveGet(get: GunGet, readRange: (range: RangeRequest) => Promise<readonly RecordEntry[]>): Promise<GunGraph | null> {
  const soul = get['#'];
  const place = typeof soul === 'string' ? parseSoul(soul) : null;
  if (place === null || place.kind !== 'page') return null;
  const [low, high] = seqBounds(get['.'], place.page * PAGE_SIZE);
  if (low > high) return null;
  const maxBytes = Math.min(get['%'] ?? GUN_RANGE_BYTES, GUN_RANGE_BYTES);
  const entries = await readRange({ space: place.space, fragment: place.fragment, writer: place.writer, from: low, to: high, maxBytes });
  const fields = entries.map(pageField).filter((field) => field.soul === soul && lexMatch(field.key, get['.']));
  return fields.length === 0 ? null : toGraph(fields);
}

/** The seqs that keys in the range can have; keys start with ten digits. */
function seqBounds(lex: string | GunLex | undefined, first: number): [number, number] {
  const last = first + PAGE_SIZE - 1;
  const exact = typeof lex === 'string' ? lex : lex?.['='];
  if (exact !== undefined) {
    const seq = leadingSeq(exact);
    return seq === null || seq < first || seq > last ? [1, 0] : [seq, seq];
  }
  const from = leadingSeq((lex as GunLex | undefined)?.['>'] ?? '');
  const to = leadingSeq((lex as GunLex | undefined)?.['<'] ?? '');
  return [Math.max(first, from ?? first), Math.min(last, to ?? last)];
}

function leadingSeq(key: string): number | null {
  return /^[0-9]{10}/.test(key) ? Number(key.slice(0, 10)) : null;
}
