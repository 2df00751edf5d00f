/** One key wrapped to many devices, and what a record says of whom it is for. */
import { must } from '#base/assert';
import { compareBytes, fromBase64url, type Bytes } from '#base/bytes';
import type { Scope } from '#os/rights/acl-model';
import type { MemberDevice } from '#os/rights/epochs';
import type { CryptoPort } from '#ports/crypto';
import { MAX_WRAPS_PER_RECORD } from '#os/limits';
import { compareWraps, type ScopeEntry, type Wrap } from '#vm/protocol/acl-operation';
import { wrapEpochKey } from '#vm/protocol/keys';

export type DeviceKeys = readonly { ds: Bytes; dx: Bytes }[];

export const asBytes = (device: Pick<MemberDevice, 'ds' | 'dx'>): { ds: Bytes; dx: Bytes } => ({ ds: must(fromBase64url(device.ds), 'ds'), dx: must(fromBase64url(device.dx), 'dx') });

/** A scope as a grant carries it. */
export function wireScope(scope: Scope): ScopeEntry[] | null {
  if (scope === null) return null;
  return [...scope].map(([fragment, bits]) => ({ fragment: must(fromBase64url(fragment), 'fragment'), bits })).sort((a, b) => compareBytes(a.fragment, b.fragment));
}

export interface WrapInput {
  readonly space: Bytes;
  readonly epoch: Bytes;
  /** The key is that of this fragment in the epoch. */
  readonly fragment?: Bytes;
  readonly key: Bytes;
  readonly devices: readonly { readonly ds: Bytes; readonly dx: Bytes }[];
}

/** The wraps of one record, as many as it holds, all at once: the engine spreads them over its threads. Devices without a usable key are left out. */
export async function wrapsFor(crypto: CryptoPort, { devices, ...what }: WrapInput): Promise<{ eph: Bytes; wraps: Wrap[] }> {
  const eph = await crypto.generateAgreement();
  const made = await Promise.all(devices.slice(0, MAX_WRAPS_PER_RECORD).map(async ({ ds, dx }): Promise<Wrap | null> => {
    const wrap = await wrapEpochKey(crypto, eph, dx, what);
    return wrap && { device: ds.slice(0, 8), wrap };
  }));
  return { eph: eph.pub, wraps: made.filter((one) => one !== null).sort(compareWraps) };
}
