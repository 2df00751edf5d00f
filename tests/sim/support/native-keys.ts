/** Ed25519 public keys by Node's own arithmetic: every tab of a run has some, and in JavaScript they are the dearest thing it does. */
import { createPrivateKey, createPublicKey } from 'node:crypto';
import type { Bytes } from '#base/bytes';

const PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

/** The public key of a private one. */
export function ed25519Public(seed: Uint8Array): Bytes {
  const secret = createPrivateKey({ key: Buffer.concat([PREFIX, seed]), format: 'der', type: 'pkcs8' });
  return new Uint8Array(createPublicKey(secret).export({ format: 'der', type: 'spki' }).subarray(-32));
}
