/** The edits of a text out of the records that hold them, for the history of a document. Loaded when somebody looks. */
import { AppError } from '#base/app-error';
import { toBase64url } from '#base/bytes';
import type { TextEditRecord } from '#os/api';
import { withOps } from '#os/kernel/snapshot-rows';
import { fragmentOfNode } from '#os/kernel/spaces';
import type { Fragment, Kernel } from '#os/kernel/state';
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
  if (fragment.base && !fragment.base.begin) throw new AppError('not-here', 'The beginning of this text has not come yet.', 'Nothing was changed.', 'Try again in a moment.');
  const records: GraphRecord[] = [];
  const applied = [...fragment.log.applied()];
  for (let at = 0; at < applied.length; at += KERNEL_LIMITS.unlockAtOnce) records.push(...(await withOps(kernel, space, applied.slice(at, at + KERNEL_LIMITS.unlockAtOnce))));
  const pending = [...fragment.sealing, ...fragment.pending];
  const writer = space.ownWriter();
  if (pending.length > 0 && writer) records.push({ key: null, writer, seq: -1, ops: pending.map(({ op }) => op) });
  return [...beginning(fragment, node), ...steps(records, node).filter(({ op }) => op.primitive === PRIMITIVE.textUpdate).map(({ op, ms, record }) => ({
    who: space.rights.writer(record.writer)?.uid ?? null, at: ms, writer: toBase64url(record.writer), stamp: stampText(op.stamp), sealed: record.key !== null, update: (op.args[1] as Uint8Array).slice(),
  }))];
}

/**
 * What a baseline holds of the text, as one edit before all others, under the id of the baseline: a cut that was made with it names it, one from before does not,
 * and is no state that can be made any more.
 */
function beginning({ base, log }: Fragment, node: string): TextEditRecord[] {
  if (!base?.begin || log.stands === null) return [];
  const [update] = base.begin().node(node)?.text?.all() ?? [];
  return update ? [{ who: null, at: base.row.since, writer: log.stands, stamp: '0'.repeat(16), sealed: true, baseline: true, update: update.slice() }] : [];
}
