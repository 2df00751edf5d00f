/** The keys of a beacon: one file beside its store, readable by its owner only. It is made once, and never part of a copy of the store. */
import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, linkSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { hkdf } from '#base/hash';
import type { Profile } from '#os/kernel/profile';
import type { CryptoPort } from '#ports/crypto';
import { buildInception, linkNonce } from '#vm/protocol/identity';
import { settle } from './settle.ts';

const SECRET_BYTES = 32;

/** Puts a new secret there, on the disk with its name; of two who do so at once the first one's stays. */
function makeSecret(file: string): void {
  const made = `${file}.${randomBytes(6).toString('hex')}`;
  const at = openSync(made, 'wx', 0o600);
  writeSync(at, randomBytes(SECRET_BYTES));
  fsyncSync(at);
  closeSync(at);
  try {
    linkSync(made, file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Some disks know no links: there the lock of the store is all that keeps two apart.
    if (code !== 'EEXIST' && !existsSync(file)) renameSync(made, file);
  } finally {
    rmSync(made, { force: true });
  }
  settle(dirname(file));
}

/** The secret in the file, made at first use. */
function secretOf(file: string): Uint8Array {
  if (!existsSync(file)) makeSecret(file);
  const secret = new Uint8Array(readFileSync(file));
  if (secret.length !== SECRET_BYTES) throw new Error(`${file} is not the key of a beacon`);
  return secret;
}

export interface BeaconKeys {
  readonly profile: Profile;
  /** Of the rows of its store. */
  readonly macKey: Uint8Array;
}

/** Who the beacon is: all of it follows from the secret, so that the file is all there is to lose. */
export async function beaconKeys(crypto: CryptoPort, file: string, name: string): Promise<BeaconKeys> {
  const secret = secretOf(file);
  const part = (label: string): Uint8Array => hkdf(secret, `lgos/beacon/${label}/1`);
  const [rk, ds, dx] = await Promise.all([crypto.importSigning(part('rk')), crypto.importSigning(part('ds')), crypto.importAgreement(part('dx'))]);
  const { statement, uid } = await buildInception(crypto, { rk, ds, dx: dx.pub, nonce: linkNonce(ds.pub) });
  return { profile: { uid, ds, dx, name, statements: [statement] }, macKey: part('rows') };
}
