/** Fragment keys for devices whose person may read a part of the space only (FORMATS 6, KEY8). */
import { equalBytes, fromBase64url, toBase64url, type Bytes } from '#base/bytes';
import { must } from '#base/assert';
import { KERNEL_LIMITS, MAX_WRAPS_PER_RECORD } from '#os/limits';
import { type LackingPart, type MemberDevice, withoutParts } from '#os/rights/epochs';
import type { KeyShareOp } from '#vm/protocol/acl-operation';
import { DISCOVERY_PART, discoveryKey, fragmentKey } from '#vm/protocol/keys';
import type { Sealer } from './sealer.ts';
import type { Kernel, Space } from './state.ts';
import { asBytes, wrapsFor } from './wraps.ts';

/** Bytes that a share takes in a record, about: its fields, and 58 for each wrap. */
const sizeOf = (op: KeyShareOp): number => 100 + 58 * op.wraps.length;

/** Shares of what is lacking, as far as the keys are held here (`keyOf`), in lists of one record each, at most so many: nothing is wrapped for the others. */
async function makeParts(kernel: Kernel, space: Space, lacking: readonly LackingPart[], keyOf: (epoch: Bytes, fragment: Bytes) => Bytes | null, most: number): Promise<KeyShareOp[][]> {
  const out: KeyShareOp[][] = [];
  let room = 0;
  for (const part of lacking) {
    const epoch = must(fromBase64url(part.epoch), 'epoch');
    const fragment = must(fromBase64url(part.fragment), 'fragment');
    const key = keyOf(epoch, fragment);
    for (let at = 0; key !== null && at < part.devices.length; at += MAX_WRAPS_PER_RECORD / 2) {
      const devices = part.devices.slice(at, at + MAX_WRAPS_PER_RECORD / 2).map(asBytes);
      const op: KeyShareOp = { t: 'key.share', epoch, fragment, ...(await wrapsFor(kernel.deps.crypto, { space: space.id, epoch, key, fragment, devices })) };
      if (op.wraps.length === 0) continue;
      if (room < sizeOf(op)) {
        if (out.length === most) return out;
        out.push([]);
        room = KERNEL_LIMITS.partShareBytes;
      }
      out.at(-1)!.push(op);
      room -= sizeOf(op);
    }
  }
  return out;
}

/** Fragment keys of epochs that are there, in lists of one record each, the first so many. */
export function partOps(kernel: Kernel, space: Space, lacking: readonly LackingPart[], most: number): Promise<KeyShareOp[][]> {
  return makeParts(kernel, space, lacking, (epoch, fragment) => space.keys.part(epoch, fragment), most);
}

/** Fragment keys of an epoch that is being made, for the transaction of its rotation. */
export function newParts(kernel: Kernel, space: Space, made: { epoch: Bytes; key: Bytes }, devices: readonly MemberDevice[]): Promise<KeyShareOp[][]> {
  const none = { epoch: toBase64url(made.epoch), parts: new Map(), recipients: new Set<string>(), records: [] };
  return makeParts(kernel, space, withoutParts([none], devices, () => false, new Set()), (_, fragment) => (equalBytes(fragment, DISCOVERY_PART) ? discoveryKey(made.key) : fragmentKey(made.key, fragment)), Infinity);
}

/** One record of fragment keys that devices lack and that are held here; false when there is nothing to give. */
export async function shareParts(kernel: Kernel, sealer: Sealer, space: Space, surely: boolean): Promise<boolean> {
  const [first] = await partOps(kernel, space, space.rights.lackingParts(surely), 1);
  if (first) await sealer.writeAcl(space, first);
  return first !== undefined;
}
