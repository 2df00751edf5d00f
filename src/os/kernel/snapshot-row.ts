/**
 * Snapshots of this device's own making (FORMATS 11, docs/PROTOCOL.md): the state of a large fragment, sealed under the vault key like every row with content.
 * They are a cache: which there are stands in row `snaps`, and one that is missing, old or damaged is answered by replay.
 */
import { utf8, type Bytes } from '#base/bytes';
import type { AeadKey } from '#ports/crypto';
import type { ImageReader, ImageWriter } from '#vm/graph/image-bytes';
import { REDUCER_VERSION } from '#vm/log/digests';
import { snapRow } from './snapshot-names.ts';
import type { Kernel } from './state.ts';
import type { VaultRow } from './vault.ts';

/** Rises when the bytes of a snapshot change. */
const FORMAT = 3;

/** What made the snapshot: another build may read records otherwise, so it starts from them. */
export function writeMaker(out: ImageWriter, version: string): void {
  out.uint(FORMAT);
  out.uint(REDUCER_VERSION);
  out.text(version);
}

/** Was it made by this build? */
export const isOfMaker = (input: ImageReader, version: string): boolean => input.uint() === FORMAT && input.uint() === REDUCER_VERSION && input.text() === version;

/** A snapshot opens for its own place only. */
const place = (name: string): Bytes => utf8(`lgos/snapshot/1/${name}`);

const vaultOf = async (kernel: Kernel): Promise<AeadKey | null> => ((await kernel.store.get('id/vault')) as AeadKey | undefined) ?? null;

/** The row of a snapshot; null without a vault. */
export async function sealSnap(kernel: Kernel, name: string, plain: Bytes): Promise<VaultRow | null> {
  const vault = await vaultOf(kernel);
  if (!vault) return null;
  const nonce = kernel.deps.random.bytes(12);
  return { nonce, ct: await kernel.deps.crypto.seal(vault, nonce, plain, place(name)) };
}

/** The bytes of a snapshot; null when there is none that opens. */
export async function openSnap(kernel: Kernel, name: string): Promise<Bytes | null> {
  const [vault, row] = await Promise.all([vaultOf(kernel), kernel.store.get(snapRow(name)) as Promise<Partial<VaultRow> | undefined>]);
  if (!vault || !(row?.nonce instanceof Uint8Array) || !(row.ct instanceof Uint8Array)) return null;
  return kernel.deps.crypto.open(vault, row.nonce, row.ct, place(name));
}
