/** Hybrid stamps (FORMATS 2 key 11, FORMATS 3): ms48 ‖ ctr16, big-endian. */
import { assert } from '#base/assert';
import type { Bytes } from '#base/bytes';
import type { Stamp } from './types.ts';

export const MAX_CTR = 0xffff;
/** Greatest ms of a stamp: 48 bits. */
export const MAX_STAMP_MS = 2 ** 48 - 1;

/** 8 bytes of a stamp. The stamp is ours or was checked, so a value out of range is a fault of ours. */
export function encodeStamp(stamp: Stamp): Bytes {
  assert(stamp.ms >= 0 && stamp.ms <= MAX_STAMP_MS && stamp.ctr >= 0 && stamp.ctr <= MAX_CTR, 'stamp out of range');
  const out = new Uint8Array(8);
  const view = new DataView(out.buffer);
  view.setUint32(0, Math.floor(stamp.ms / 0x10000));
  view.setUint16(4, stamp.ms % 0x10000);
  view.setUint16(6, stamp.ctr);
  return out;
}

/** The stamp of 8 bytes; the caller checked the length. */
export function decodeStamp(bytes: Uint8Array): Stamp {
  assert(bytes.length === 8, 'a stamp has 8 bytes');
  const high = ((bytes[0]! << 24) | (bytes[1]! << 16) | (bytes[2]! << 8) | bytes[3]!) >>> 0;
  return { ms: high * 0x10000 + ((bytes[4]! << 8) | bytes[5]!), ctr: (bytes[6]! << 8) | bytes[7]! };
}

/** Order of stamps: negative, 0 or positive. Equal stamps of two writers are ordered by writer bytes (caller). */
export function compareStamp(a: Stamp, b: Stamp): number {
  return a.ms !== b.ms ? a.ms - b.ms : a.ctr - b.ctr;
}

/** The stamp right after; a ctr overflow carries into ms. */
export function successor(stamp: Stamp): Stamp {
  return stamp.ctr < MAX_CTR ? { ms: stamp.ms, ctr: stamp.ctr + 1 } : { ms: stamp.ms + 1, ctr: 0 };
}

/** next = max(mesh ms ‖ 0, last own + 1, greatest unparked stamp seen in the space + 1) (FORMATS 3). */
export function nextStamp(meshMs: number, lastOwn: Stamp | null, greatestSeen: Stamp | null): Stamp {
  let next: Stamp = { ms: meshMs, ctr: 0 };
  for (const before of [lastOwn, greatestSeen]) {
    if (before === null) continue;
    const after = successor(before);
    if (compareStamp(after, next) > 0) next = after;
  }
  return next;
}

/** The stamp moved by ms (negative = earlier, as `clock.fix` does with −delta). The result orders; it may lie below 0 and then has no bytes. */
export function addDelta(stamp: Stamp, deltaMs: number): Stamp {
  return { ms: stamp.ms + deltaMs, ctr: stamp.ctr };
}

/**
 * Offset of mesh time to the own clock, ms: median of all votes, rounded down; the own clock is the vote 0.
 * With two votes the server's decides if one is a server (FORMATS 4). `server` = the vote of a server, or null.
 */
export function meshOffset(votes: readonly number[], server: number | null = null): number {
  if (votes.length === 0) return 0;
  if (votes.length === 2 && server !== null) return server;
  const sorted = [...votes].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : Math.floor((sorted[middle - 1]! + sorted[middle]!) / 2);
}
