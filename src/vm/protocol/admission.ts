/**
 * Ed25519 public keys are judged once, before their first use (FORMATS, Words): engines and libraries disagree on non-canonical,
 * small- and mixed-order keys, so those never enter. The outcome depends on the key alone, so it is kept for the keys met last.
 */
import { toBase64url } from '#base/bytes';
import { MAX_JUDGED_KEYS } from '#vm/limits';
import { curve } from './curve.ts';

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

const judged = new Map<string, Admission>();

function judge(key: Uint8Array): Admission {
  if (!isCanonical(key)) return 'not canonical';
  const { Point } = curve();
  try {
    const point = Point.fromBytes(key);
    if (point.isSmallOrder()) return 'small order';
    return point.isTorsionFree() ? 'ok' : 'mixed order';
  } catch {
    return 'not on the curve';
  }
}

/** Judges a public key; 'ok' = admitted. About a millisecond for a new key, a look-up after that. The curve must be here (curve.ts). */
export function admitKey(key: Uint8Array): Admission {
  if (key.length !== 32) return 'length';
  const name = toBase64url(key);
  const known = judged.get(name);
  if (known !== undefined) return known;
  const outcome = judge(key);
  if (judged.size >= MAX_JUDGED_KEYS) judged.delete(judged.keys().next().value!);
  judged.set(name, outcome);
  return outcome;
}

/** Was the key judged before, so that judging it again costs nothing? */
export function isJudged(key: Uint8Array): boolean {
  return judged.has(toBase64url(key));
}

/** True when the key may be used. */
export function isAdmissibleKey(key: Uint8Array): boolean {
  return admitKey(key) === 'ok';
}

/** How many outcomes are kept. For tests and counters. */
export function judgedKeys(): number {
  return judged.size;
}
