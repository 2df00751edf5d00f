/** How a burst of operations is spread over records. */
import { KERNEL_LIMITS } from '#os/limits';
import { encodedSize } from '#vm/protocol/operation';
import type { Operation } from '#vm/protocol/types';
import type { PendingOp } from './state.ts';

/** Records of at most opsPerRecord operations and payloadBytes of encoding. */
export function cutIntoRecords(pending: readonly PendingOp[]): Operation[][] {
  const out: Operation[][] = [];
  let current: Operation[] = [];
  let bytes = 0;
  for (const { op, size: counted } of pending) {
    const size = counted ?? encodedSize(op);
    if (current.length > 0 && (current.length >= KERNEL_LIMITS.opsPerRecord || bytes + size > KERNEL_LIMITS.payloadBytes)) {
      out.push(current);
      current = [];
      bytes = 0;
    }
    current.push(op);
    bytes += size;
  }
  if (current.length > 0) out.push(current);
  return out;
}
