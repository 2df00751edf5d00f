/** Beacons in the simulator. */
import type { Profile } from '#os/kernel/profile';
import type { CryptoPort } from '#ports/crypto';
import { encodeBeaconLink } from '#vm/protocol/beacon-link';
import { buildInception, linkNonce } from '#vm/protocol/identity';
import { createSeededRandom, createStubCrypto } from './sim-crypto.ts';
import type { SimDevice } from './sim-world.ts';
import type { Meeting } from './walks.ts';

/** A beacon's keys and its address. */
export async function raised(m: Pick<Meeting, 'world'>, name: string, seed: number, cryptoOf?: (name: string) => CryptoPort): Promise<{ tower: SimDevice; address: string }> {
  const tower = m.world.device(name);
  const random = createSeededRandom(`beacon-${seed}-${name}`);
  const crypto = cryptoOf?.(`keys-${name}`) ?? createStubCrypto(random);
  const [rk, ds, dx] = [await crypto.generateSigning(), await crypto.generateSigning(), await crypto.generateAgreement()];
  const { statement, uid } = await buildInception(crypto, { rk, ds, dx: dx.pub, nonce: linkNonce(ds.pub) });
  const profile: Profile = { uid, ds, dx, name, statements: [statement] };
  await tower.disk.open().commit({ origin: 'profile', records: [], values: [['id/profile', profile]] });
  return { tower, address: encodeBeaconLink({ inception: profile.statements[0]!, name, signaling: ['ws://sim'] }) };
}
