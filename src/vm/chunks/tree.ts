/** The tree above the pieces of a file: which nodes there are follows from its size alone, so nothing about it has to be believed. */
import type { Bytes } from '#base/bytes';
import { CHUNK_LIMITS } from '#vm/chunk-limits';
import type { PiecePlace } from './piece.ts';

const ID_BYTES = 32;

/** How many there are on each level: the pieces first, one at the top. */
export function levelsOf(size: number): readonly number[] {
  const out = [Math.max(1, Math.ceil(size / CHUNK_LIMITS.pieceBytes))];
  while (out.at(-1)! > 1) out.push(Math.ceil(out.at(-1)! / CHUNK_LIMITS.children));
  return out;
}

/** The place of one of them. */
export const placeIn = (levels: readonly number[], level: number, index: number): PiecePlace => ({ level, index, last: index === levels[level]! - 1 });

/** Plain bytes a piece must have. */
export function pieceLength(size: number, index: number): number {
  return Math.min(CHUNK_LIMITS.pieceBytes, size - index * CHUNK_LIMITS.pieceBytes);
}

/** Ids under a node; null when it is not the node that belongs there. */
export function childrenOf(plain: Uint8Array, levels: readonly number[], level: number, index: number): Bytes[] | null {
  const count = Math.min(CHUNK_LIMITS.children, levels[level - 1]! - index * CHUNK_LIMITS.children);
  if (plain.length !== count * ID_BYTES) return null;
  return Array.from({ length: count }, (_, at) => plain.slice(at * ID_BYTES, (at + 1) * ID_BYTES) as Bytes);
}
