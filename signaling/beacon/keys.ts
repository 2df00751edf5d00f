/** The keys of a beacon: one file beside its store, readable by its owner only. It is made once, and never part of a copy of the store. */
import { hkdf } from '#base/hash';
import type { Profile } from '#os/kernel/profile';
import type { CryptoPort } from '#ports/crypto';
import { secretOf } from '#signaling/key-file';
import { buildInception, linkNonce } from '#vm/protocol/identity';

export interface BeaconKeys {
  readonly profile: Profile;
  /** Of the rows of its store. */
  readonly macKey: Uint8Array;
}

/** Who the beacon is: all of it follows from the secret, so that the file is all there is to lose. */
export async function beaconKeys(crypto: CryptoPort, file: string, name: string): Promise<BeaconKeys> {
  const secret = secretOf(file, 'the key of a beacon');
  const part = (label: string): Uint8Array => hkdf(secret, `lgos/beacon/${label}/1`);
  const [rk, ds, dx] = await Promise.all([crypto.importSigning(part('rk')), crypto.importSigning(part('ds')), crypto.importAgreement(part('dx'))]);
  const { statement, uid } = await buildInception(crypto, { rk, ds, dx: dx.pub, nonce: linkNonce(ds.pub) });
  return { profile: { uid, ds, dx, name, statements: [statement] }, macKey: part('rows') };
}
