/** Keys of spaces that came from a backup file: no record of these spaces gives them to this device, so they lie in its store, under the vault key. Loaded where somebody came back by a file. */
import { encodeCbor, tryDecodeCbor } from '#base/cbor';
import type { AeadKey, CryptoPort } from '#ports/crypto';
import type { Random } from '#ports/random';
import type { KeyValue } from '#ports/record-store';
import { decodeKeys, encodeKeys, type KeptKeys } from './backup-content.ts';
import type { Kernel, Space } from './state.ts';
import { openFromVault, type VaultRow } from './vault.ts';

const ROWS = 'keys/';

/** The row that keeps the keys of a space. */
export async function keysRow({ crypto, random }: { crypto: CryptoPort; random: Random }, vault: AeadKey, space: string, keys: KeptKeys): Promise<KeyValue> {
  const nonce = random.bytes(12);
  return [`${ROWS}${space}`, { nonce, ct: await crypto.seal(vault, nonce, encodeCbor(encodeKeys(keys))) } satisfies VaultRow];
}

/** Gives a space its keys. */
export function giveKeys({ keys }: Pick<Space, 'keys'>, { epochs, parts }: KeptKeys): void {
  for (const key of epochs) keys.add(key);
  for (const { epoch, fragment, key } of parts) keys.addPart(epoch, fragment, key);
}

/** Gives all spaces what lies in the store for them. */
export async function learnKept(kernel: Kernel): Promise<void> {
  for (const [name, row] of await kernel.store.list(ROWS)) {
    const space = kernel.spaces.get(name.slice(ROWS.length));
    const plain = space && (await openFromVault(kernel, row));
    const keys = plain && decodeKeys(tryDecodeCbor(plain));
    if (keys) giveKeys(space, keys);
  }
}
