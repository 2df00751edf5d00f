/** The edits of a text out of the records that hold them, for the history of a document. Loaded when somebody looks. */
import { AppError } from '#base/app-error';
import { toBase64url } from '#base/bytes';
import type { TextEditRecord } from '#os/api';
import { withOps } from '#os/kernel/snapshot-rows';
import { fragmentOfNode } from '#os/kernel/spaces';
import type { Kernel } from '#os/kernel/state';
import { KERNEL_LIMITS } from '#os/limits';
import type { GraphRecord } from '#vm/graph/fragment-graph';
import { steps } from '#vm/graph/history';
import { PRIMITIVE, type Stamp } from '#vm/protocol/types';

/** A stamp as text that sorts as the stamp does. */
const stampText = ({ ms, ctr }: Stamp): string => ms.toString(16).padStart(12, '0') + ctr.toString(16).padStart(4, '0');

/** All edits of a node's text in the total order; those not sealed yet at their end. AppError `not-here`. */
export async function textEdits(kernel: Kernel, spaceId: string, node: string): Promise<TextEditRecord[]> {
  const space = kernel.spaces.get(spaceId);
  const fragment = space ? fragmentOfNode(space, node) : null;
  if (!space || !fragment) throw new AppError('not-here', 'This thing is not held on this device.', 'Nothing was changed.', 'Open it first.');
  const records: GraphRecord[] = [];
  const applied = [...fragment.log.applied()];
  for (let at = 0; at < applied.length; at += KERNEL_LIMITS.unlockAtOnce) records.push(...(await withOps(kernel, space, applied.slice(at, at + KERNEL_LIMITS.unlockAtOnce))));
  const pending = [...fragment.sealing, ...fragment.pending];
  const writer = space.ownWriter();
  if (pending.length > 0 && writer) records.push({ key: null, writer, seq: -1, ops: pending.map(({ op }) => op) });
  return steps(records, node).filter(({ op }) => op.primitive === PRIMITIVE.textUpdate).map(({ op, ms, record }) => ({
    who: space.rights.writer(record.writer)?.uid ?? null, at: ms, writer: toBase64url(record.writer), stamp: stampText(op.stamp), sealed: record.key !== null, update: (op.args[1] as Uint8Array).slice(),
  }));
}
