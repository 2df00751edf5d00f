/**
 * Ed25519 public keys are judged once, before their first use (FORMATS, Words): engines and libraries disagree on non-canonical,
 * small- and mixed-order keys, so those never enter. The caller keeps the outcome per key.
 */
import { ed25519 } from '@noble/curves/ed25519.js';

export type Admission = 'ok' | 'length' | 'not canonical' | 'not on the curve' | 'small order' | 'mixed order';

/** p = 2^255 − 19, little-endian. */
const PRIME_TOP = 0x7f;
const PRIME_LOW = 0xed;

/** y ≥ p, or x = 0 written with the sign bit (y = 1 or y = p − 1). */
function isCanonical(key: Uint8Array): boolean {
  const top = key[31]! & 0x7f;
  let allOnes = top === PRIME_TOP;
  for (let i = 1; i < 31 && allOnes; i++) allOnes = key[i] === 0xff;
  if (allOnes && key[0]! >= PRIME_LOW) return false;
  if ((key[31]! & 0x80) === 0) return true;
  let rest = top;
  for (let i = 1; i < 31; i++) rest |= key[i]!;
  const isOne = key[0] === 1 && rest === 0;
  const isMinusOne = allOnes && key[0] === PRIME_LOW - 1;
  return !isOne && !isMinusOne;
}

/** Judges a public key; 'ok' = admitted. */
export function admitKey(key: Uint8Array): Admission {
  if (key.length !== 32) return 'length';
  if (!isCanonical(key)) return 'not canonical';
  try {
    const point = ed25519.Point.fromBytes(key);
    if (point.isSmallOrder()) return 'small order';
    return point.isTorsionFree() ? 'ok' : 'mixed order';
  } catch {
    return 'not on the curve';
  }
}

/** True when the key may be used. About a millisecond: cache it. */
export function isAdmissibleKey(key: Uint8Array): boolean {
  return admitKey(key) === 'ok';
}
