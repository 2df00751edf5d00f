/**
 * A vector of length one in whole numbers: 16 bits a place, which is what is kept and what counts, and the upper 8 of them, which are looked through first. How far a row may be
 * from what its upper bits say is known, so what is looked through first never hides one of the best (`nearest`). Pure.
 */

const FINE = 32_512;
/** A step of the upper bits in steps of the fine ones. */
const STEP = 256;

export interface Coded {
  /** What counts: -32,512 to 32,512; times `scale` = the place. */
  readonly fine: Int16Array;
  /** -127 to 127; times `scale` × 256 = nearly the place. */
  readonly rough: Int8Array;
  readonly scale: number;
  /** How far the rough vector is from the fine one: length of the difference. */
  readonly off: number;
}

/** The rough codes of fine ones, and how far they are from them. */
export function roughOf(fine: Int16Array, scale: number): Coded {
  const rough = new Int8Array(fine.length);
  let square = 0;
  for (let i = 0; i < fine.length; i++) {
    rough[i] = Math.round(fine[i]! / STEP);
    square += (fine[i]! - rough[i]! * STEP) ** 2;
  }
  return { fine, rough, scale, off: Math.sqrt(square) * scale };
}

/** Null: nothing is in it, or what is no number; nothing is like that. */
export function codesOf(vector: Float32Array): Coded | null {
  let [most, square] = [0, 0];
  for (const x of vector) [most, square] = [Math.max(most, Math.abs(x)), square + x * x];
  if (!(square > 0) || !Number.isFinite(square)) return null;
  const [length, fine] = [Math.sqrt(square), new Int16Array(vector.length)];
  for (let i = 0; i < vector.length; i++) fine[i] = Math.round((vector[i]! / most) * FINE);
  return roughOf(fine, most / length / FINE);
}
