/** One key wrapped to many devices. */
import type { Bytes } from '#base/bytes';
import type { CryptoPort } from '#ports/crypto';
import { MAX_WRAPS_PER_RECORD } from '#os/limits';
import { compareWraps, type Wrap } from '#vm/protocol/acl-operation';
import { wrapEpochKey } from '#vm/protocol/keys';

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
