/** Bits of two numbers and a secret, mixed (the finisher of MurmurHash3). */
export function mix(a: number, b: number, secret: number): number {
  let h = (a ^ Math.imul(b, 0x9e37_79b1) ^ secret) >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85eb_ca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2_ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
