/** Exact sums of safe integers. The order of adding never counts: beyond 2^53 the sum goes on as a BigInt. */
const MAX = Number.MAX_SAFE_INTEGER;

export type Sum = number | bigint;

export function addExact(sum: Sum, n: number): Sum {
  if (typeof sum === 'number') {
    const next = sum + n;
    return Number.isSafeInteger(next) ? next : BigInt(sum) + BigInt(n);
  }
  const next = sum + BigInt(n);
  return next >= -BigInt(MAX) && next <= BigInt(MAX) ? Number(next) : next;
}

/** Clamped to ±(2^53−1), at the end only (FORMATS 9). */
export function clampSum(sum: Sum): number {
  return typeof sum === 'number' ? sum : sum > 0n ? MAX : -MAX;
}
