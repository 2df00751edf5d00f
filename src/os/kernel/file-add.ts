/** Adding a file: its pieces, then its node. */
import { AppError } from '#base/app-error';
import { toBase64url } from '#base/bytes';
import { FILE, type AddFile } from '#os/files-api';
import { idBytes } from '#os/graph-manager/values';
import { CHUNK_LIMITS } from '#vm/chunk-limits';
import { makeFile } from '#vm/chunks/make-file';
import type { Place } from '#vm/chunks/messages';
import { FILE_ADD, fileMime, fileName } from './file-node.ts';
import { roomOf, toldError, unreadable, type PieceDeps } from './file-pieces.ts';
import type { KernelParts } from './kernel.ts';
import { checkMayWrite, transact } from './transact.ts';

/** Keeps a file; its node and the ids of its pieces. AppErrors as FilesApi.add says. */
export async function addFile(parts: KernelParts, pieces: PieceDeps, spaceId: string, fragmentId: string, blob: Blob, { name, mime, onProgress, signal }: AddFile): Promise<{ readonly id: string; readonly put: readonly string[] }> {
  const { kernel } = parts;
  const { random, crypto } = kernel.deps;
  const space = kernel.spaces.get(spaceId);
  if (!space) throw new AppError('no-space', 'This space is not on this device.');
  const place: Place = { space: space.id, fragment: idBytes(fragmentId, 16, 'fragment') };
  checkMayWrite(kernel, space);
  if (blob.size > CHUNK_LIMITS.fileBytes) throw new AppError('too-large', 'This file is larger than 4 GiB.', 'Nothing was added.', 'Add it in parts.');
  const put: string[] = [];
  const pause = (): Promise<void> => (signal?.aborted ? Promise.reject(new AppError('cancelled', 'Adding was given up.', 'Nothing was added.', 'Add it again if you want it.')) : pieces.pause());
  try {
    const made = await makeFile({
      crypto, random, pause,
      read: async (from, to) => new Uint8Array(await blob.slice(from, to).arrayBuffer().catch(unreadable)),
      put: async (id, stored) => {
        put.push(toBase64url(id));
        await pieces.store.put(roomOf(place), toBase64url(id), stored);
      },
      progress: (done, of) => onProgress?.(done / of),
    }, blob.size);
    const props = { name: fileName(name), mime: fileMime(mime ?? blob.type), size: blob.size, ...made };
    const [id] = transact(parts, space, [{ op: 'node.create', type: FILE, props, verb: FILE_ADD }], fragmentId);
    return { id: id!, put };
  } catch (error) {
    await pieces.store.remove(roomOf(place), put).catch(() => undefined);
    throw toldError(error);
  }
}
