/** BLAKE3-256, fed in parts: a piece of a file is hashed as it comes, so that no turn of a thread is long. */
import { blake3 } from '@noble/hashes/blake3.js';
import type { Bytes } from './bytes.ts';

export interface Blake3 {
  update(part: Uint8Array): void;
  /** 32 bytes; nothing is added after it. */
  digest(): Bytes;
}

/** A hash of what is fed to it. */
export function createBlake3(): Blake3 {
  const hash = blake3.create({});
  return { update: (part) => void hash.update(part), digest: () => hash.digest() as Bytes };
}
