/** Small values of this device, sealed under the vault key, which no script can export: what lies in the store tells nothing (TRUST row 29). */
import type { Bytes } from '#base/bytes';
import type { AeadKey } from '#ports/crypto';
import type { Kernel } from './state.ts';

/** A row of the store with a sealed value. */
export interface VaultRow {
  readonly nonce: Bytes;
  readonly ct: Bytes;
}

/** The row for these bytes; null before the first run, when there is no vault. */
export async function sealInVault(kernel: Kernel, plain: Bytes): Promise<VaultRow | null> {
  const vault = (await kernel.store.get('id/vault')) as AeadKey | undefined;
  if (!vault) return null;
  const nonce = kernel.deps.random.bytes(12);
  return { nonce, ct: await kernel.deps.crypto.seal(vault, nonce, plain) };
}

/** The bytes of a row; null when it is none or does not open. */
export async function openFromVault(kernel: Kernel, row: unknown): Promise<Bytes | null> {
  const vault = (await kernel.store.get('id/vault')) as AeadKey | undefined;
  if (!vault || typeof row !== 'object' || row === null) return null;
  const { nonce, ct } = row as Partial<VaultRow>;
  return nonce instanceof Uint8Array && ct instanceof Uint8Array ? kernel.deps.crypto.open(vault, nonce, ct) : null;
}
