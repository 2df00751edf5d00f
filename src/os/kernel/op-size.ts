/** A cheap upper estimate of an operation's encoded bytes, for cutting a burst into records; exact size is the sealer's to check. */
import type { CborValue, Operation } from '#vm/protocol/types';

export function estimateSize(op: Operation): number {
  let size = 12;
  for (const arg of op.args) size += valueSize(arg);
  return size;
}

function valueSize(value: CborValue): number {
  if (typeof value === 'string') return 3 + value.length * (isAscii(value) ? 1 : 3);
  if (value instanceof Uint8Array) return 3 + value.length;
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + valueSize(item), 3);
  if (value instanceof Map) {
    let size = 3;
    for (const [key, item] of value) size += (typeof key === 'string' ? 3 + key.length * 3 : 9) + valueSize(item);
    return size;
  }
  return 9;
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return false;
  return true;
}
