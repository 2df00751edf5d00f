/**
 * BLAKE3-256, fed in parts: a piece of a file is hashed as it comes, so that no turn of a thread is long. Written out, because every byte of a file goes through it: the library's makes objects
 * for each of the 56 mixes of a block and takes several times as long; tests hold both side by side. Words are read from memory as they lie, which is their order on every machine a browser runs on.
 */
import type { Bytes } from './bytes.ts';

export interface Blake3 {
  update(part: Uint8Array): void;
  /** 32 bytes; nothing is added after it. */
  digest(): Bytes;
}

const IV = Int32Array.of(0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19);
const CHUNK_BYTES = 1024;
const BLOCK_BYTES = 64;
const BLOCK_WORDS = 16;
const ROUNDS = 7;
const CHUNK_START = 1;
const CHUNK_END = 2;
const PARENT = 4;
const ROOT = 8;
/** Subtrees that wait for their right half: one a bit of the count of chunks. */
const DEPTH = 54;

/** One block: the chaining value `cv` becomes that after the 16 words of `w` from `at` on. */
/* oxlint-disable max-statements-per-line -- one line is one mix of the specification */
function compress(cv: Int32Array, w: Int32Array, at: number, chunk: number, length: number, flags: number): void {
  let [a0, a1, a2, a3, b0, b1, b2, b3] = [cv[0]!, cv[1]!, cv[2]!, cv[3]!, cv[4]!, cv[5]!, cv[6]!, cv[7]!];
  let [c0, c1, c2, c3] = [IV[0]!, IV[1]!, IV[2]!, IV[3]!];
  let [d0, d1, d2, d3] = [chunk | 0, (chunk / 0x1_0000_0000) | 0, length, flags];
  let [m0, m1, m2, m3, m4, m5, m6, m7] = [w[at]!, w[at + 1]!, w[at + 2]!, w[at + 3]!, w[at + 4]!, w[at + 5]!, w[at + 6]!, w[at + 7]!];
  let [m8, m9, mA, mB, mC, mD, mE, mF] = [w[at + 8]!, w[at + 9]!, w[at + 10]!, w[at + 11]!, w[at + 12]!, w[at + 13]!, w[at + 14]!, w[at + 15]!];
  for (let round = 1; ; round++) {
    a0 = (a0 + b0 + m0) | 0; d0 ^= a0; d0 = (d0 >>> 16) | (d0 << 16); c0 = (c0 + d0) | 0; b0 ^= c0; b0 = (b0 >>> 12) | (b0 << 20); a0 = (a0 + b0 + m1) | 0; d0 ^= a0; d0 = (d0 >>> 8) | (d0 << 24); c0 = (c0 + d0) | 0; b0 ^= c0; b0 = (b0 >>> 7) | (b0 << 25);
    a1 = (a1 + b1 + m2) | 0; d1 ^= a1; d1 = (d1 >>> 16) | (d1 << 16); c1 = (c1 + d1) | 0; b1 ^= c1; b1 = (b1 >>> 12) | (b1 << 20); a1 = (a1 + b1 + m3) | 0; d1 ^= a1; d1 = (d1 >>> 8) | (d1 << 24); c1 = (c1 + d1) | 0; b1 ^= c1; b1 = (b1 >>> 7) | (b1 << 25);
    a2 = (a2 + b2 + m4) | 0; d2 ^= a2; d2 = (d2 >>> 16) | (d2 << 16); c2 = (c2 + d2) | 0; b2 ^= c2; b2 = (b2 >>> 12) | (b2 << 20); a2 = (a2 + b2 + m5) | 0; d2 ^= a2; d2 = (d2 >>> 8) | (d2 << 24); c2 = (c2 + d2) | 0; b2 ^= c2; b2 = (b2 >>> 7) | (b2 << 25);
    a3 = (a3 + b3 + m6) | 0; d3 ^= a3; d3 = (d3 >>> 16) | (d3 << 16); c3 = (c3 + d3) | 0; b3 ^= c3; b3 = (b3 >>> 12) | (b3 << 20); a3 = (a3 + b3 + m7) | 0; d3 ^= a3; d3 = (d3 >>> 8) | (d3 << 24); c3 = (c3 + d3) | 0; b3 ^= c3; b3 = (b3 >>> 7) | (b3 << 25);
    a0 = (a0 + b1 + m8) | 0; d3 ^= a0; d3 = (d3 >>> 16) | (d3 << 16); c2 = (c2 + d3) | 0; b1 ^= c2; b1 = (b1 >>> 12) | (b1 << 20); a0 = (a0 + b1 + m9) | 0; d3 ^= a0; d3 = (d3 >>> 8) | (d3 << 24); c2 = (c2 + d3) | 0; b1 ^= c2; b1 = (b1 >>> 7) | (b1 << 25);
    a1 = (a1 + b2 + mA) | 0; d0 ^= a1; d0 = (d0 >>> 16) | (d0 << 16); c3 = (c3 + d0) | 0; b2 ^= c3; b2 = (b2 >>> 12) | (b2 << 20); a1 = (a1 + b2 + mB) | 0; d0 ^= a1; d0 = (d0 >>> 8) | (d0 << 24); c3 = (c3 + d0) | 0; b2 ^= c3; b2 = (b2 >>> 7) | (b2 << 25);
    a2 = (a2 + b3 + mC) | 0; d1 ^= a2; d1 = (d1 >>> 16) | (d1 << 16); c0 = (c0 + d1) | 0; b3 ^= c0; b3 = (b3 >>> 12) | (b3 << 20); a2 = (a2 + b3 + mD) | 0; d1 ^= a2; d1 = (d1 >>> 8) | (d1 << 24); c0 = (c0 + d1) | 0; b3 ^= c0; b3 = (b3 >>> 7) | (b3 << 25);
    a3 = (a3 + b0 + mE) | 0; d2 ^= a3; d2 = (d2 >>> 16) | (d2 << 16); c1 = (c1 + d2) | 0; b0 ^= c1; b0 = (b0 >>> 12) | (b0 << 20); a3 = (a3 + b0 + mF) | 0; d2 ^= a3; d2 = (d2 >>> 8) | (d2 << 24); c1 = (c1 + d2) | 0; b0 ^= c1; b0 = (b0 >>> 7) | (b0 << 25);
    if (round === ROUNDS) break;
    // The words of the next round: 2 6 3 10 7 0 4 13 1 11 12 5 9 14 15 8 of this one.
    const [n0, n1] = [m0, m1];
    m0 = m2; m2 = m3; m3 = mA; mA = mC; mC = m9; m9 = mB; mB = m5; m5 = n0;
    m1 = m6; m6 = m4; m4 = m7; m7 = mD; mD = mE; mE = mF; mF = m8; m8 = n1;
  }
  cv[0] = a0 ^ c0; cv[1] = a1 ^ c1; cv[2] = a2 ^ c2; cv[3] = a3 ^ c3; cv[4] = b0 ^ d0; cv[5] = b1 ^ d1; cv[6] = b2 ^ d2; cv[7] = b3 ^ d3;
}
/* oxlint-enable max-statements-per-line */

class Hasher implements Blake3 {
  /** The chunk that is being filled: it is taken only when more comes, since the last one is the root. */
  private readonly chunk = new Uint8Array(CHUNK_BYTES);
  private readonly words = new Int32Array(this.chunk.buffer);
  private filled = 0;
  /** Chunks that were taken. */
  private taken = 0;
  private readonly cv = new Int32Array(8);
  private readonly stack = new Int32Array(DEPTH * 8);
  private height = 0;
  private readonly pair = new Int32Array(BLOCK_WORDS);

  update(part: Uint8Array): void {
    for (let at = 0; at < part.length; ) {
      if (this.filled === CHUNK_BYTES) this.next();
      const end = Math.min(part.length, at + CHUNK_BYTES - this.filled);
      this.chunk.set(part.subarray(at, end), this.filled);
      this.filled += end - at;
      at = end;
    }
  }

  digest(): Bytes {
    this.whole(this.height === 0 ? ROOT : 0);
    while (this.height > 0) this.join(this.height === 1 ? ROOT : 0);
    return new Uint8Array(this.cv.buffer.slice(0)) as Bytes;
  }

  /** The chaining value of the chunk into `cv`. */
  private whole(flags: number): void {
    this.chunk.fill(0, this.filled);
    this.cv.set(IV);
    const last = Math.max(0, Math.ceil(this.filled / BLOCK_BYTES) - 1);
    for (let block = 0; block <= last; block++) {
      const length = Math.min(BLOCK_BYTES, this.filled - block * BLOCK_BYTES);
      compress(this.cv, this.words, block * BLOCK_WORDS, this.taken, length, (block === 0 ? CHUNK_START : 0) | (block === last ? CHUNK_END | flags : 0));
    }
  }

  /** What is on top of the stack is the left half, `cv` the right one. */
  private join(flags: number): void {
    this.height -= 1;
    this.pair.set(this.stack.subarray(this.height * 8, this.height * 8 + 8));
    this.pair.set(this.cv, 8);
    this.cv.set(IV);
    compress(this.cv, this.pair, 0, 0, BLOCK_BYTES, PARENT | flags);
  }

  private next(): void {
    this.whole(0);
    this.taken += 1;
    this.filled = 0;
    // As many subtrees are complete as the count has zeros at its end.
    for (let count = this.taken; count % 2 === 0; count /= 2) this.join(0);
    this.stack.set(this.cv, this.height * 8);
    this.height += 1;
  }
}

/** A hash of what is fed to it. */
export function createBlake3(): Blake3 {
  return new Hasher();
}
