/** The dear part of a search in vectors, a number per row: in WebAssembly, on the graphics card, or here. All of them add whole numbers, so all of them give the same. */

/** Rows of codes, -127 to 127, and the product of each with a question. */
export interface Dots {
  /** Puts the codes of a row; `row` is at most one behind the last. */
  write(row: number, codes: Int8Array): void;
  /** The codes of a row take the place of another's. */
  copy(from: number, to: number): void;
  /** Sum of products of the question with each of the first `count` rows. Good until it is called again. */
  dots(question: Int8Array, count: number): Int32Array;
}

/** A row has at most so many places: sums stay within 32 bits (127 × 127 × 4,096). */
export const PLACES_MAX = 4_096;

/** The twin in TypeScript: what the others are checked against, and what works where they do not. */
export function plainDots(places: number): Dots {
  let codes = new Int8Array(places * 64);
  let out = new Int32Array(64);
  return {
    write(row, next) {
      if ((row + 1) * places > codes.length) {
        const larger = new Int8Array(codes.length * 2);
        larger.set(codes);
        codes = larger;
      }
      codes.set(next, row * places);
    },
    copy: (from, to) => void codes.copyWithin(to * places, from * places, (from + 1) * places),
    dots(question, count) {
      if (out.length < count) out = new Int32Array(count * 2);
      for (let row = 0, at = 0; row < count; row++) {
        let sum = 0;
        for (let i = 0; i < places; i++, at++) sum += codes[at]! * question[i]!;
        out[row] = sum;
      }
      return out;
    },
  };
}
