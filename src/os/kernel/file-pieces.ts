/** The pieces of one file on this device: down the tree to their ids, and the plain bytes of one. */
import { AppError } from '#base/app-error';
import { equalBytes, toBase64url, type Bytes } from '#base/bytes';
import type { ChunkStore } from '#ports/chunk-store';
import { StoreError } from '#ports/record-store';
import type { CryptoPort } from '#ports/crypto';
import type { Place } from '#vm/chunks/messages';
import { pieceId } from '#vm/chunks/make-file';
import { openPiece, type FileKey } from '#vm/chunks/piece';
import { childrenOf, levelsOf, pieceLength, placeIn } from '#vm/chunks/tree';
import type { FileNode } from './file-node.ts';

/** Where the pieces of a place lie in the store. */
export const roomOf = ({ space, fragment }: { readonly space: Uint8Array; readonly fragment: Uint8Array }): string => `${toBase64url(space)}/${toBase64url(fragment)}`;

const damaged = (): AppError => new AppError('damaged', 'This file cannot be opened: what came is not what its entry says.', 'Nothing of it was shown.', 'Ask for it to be added again.');

/** A file, and where its pieces lie. */
export interface Found {
  readonly place: Place;
  readonly file: FileNode;
}

export interface PieceDeps {
  readonly store: ChunkStore;
  readonly crypto: CryptoPort;
  pause(): Promise<void>;
}

const keyOf = async (crypto: CryptoPort, { key, salt }: FileNode): Promise<FileKey> => ({ key: await crypto.importAead(key), salt });

/** The stored bytes of a piece, if they still have its id: a disk that changed them has no piece. */
export async function heldPiece({ store, pause }: PieceDeps, room: string, id: Bytes): Promise<Bytes | null> {
  const name = toBase64url(id);
  const row = await store.read(room, name);
  if (row === null) return null;
  if (row.sound ?? equalBytes(await pieceId(row.bytes, pause), id)) return row.bytes;
  await store.remove(room, [name]);
  return null;
}

/**
 * Ids of the pieces, first to last. `need` is asked before the nodes (or pieces) of a level are read: false ends it with null. AppError `damaged` when a node
 * is not one of this file.
 */
export async function piecesOf(deps: PieceDeps, file: FileNode, place: Place, need: (ids: readonly Bytes[], level: number) => Promise<boolean>): Promise<readonly Bytes[] | null> {
  const levels = levelsOf(file.size);
  const key = await keyOf(deps.crypto, file);
  let ids: readonly Bytes[] = [file.root];
  for (let level = levels.length - 1; ; level--) {
    if (!(await need(ids, level))) return null;
    if (level === 0) return ids;
    const below: Bytes[] = [];
    for (const [index, id] of ids.entries()) {
      const stored = await heldPiece(deps, roomOf(place), id);
      if (stored === null) return null;
      const node = await openPiece(deps.crypto, key, placeIn(levels, level, index), stored);
      const children = node.ok ? childrenOf(node.value, levels, level, index) : null;
      if (children === null) throw damaged();
      below.push(...children);
    }
    ids = below;
  }
}

/** Plain bytes of one piece. */
export async function plainPiece(deps: PieceDeps, file: FileNode, place: Place, id: Bytes, index: number): Promise<Bytes | null> {
  const stored = await deps.store.get(roomOf(place), toBase64url(id));
  if (stored === null) return null;
  const plain = await openPiece(deps.crypto, await keyOf(deps.crypto, file), placeIn(levelsOf(file.size), 0, index), stored);
  if (plain.ok && plain.value.length === pieceLength(file.size, index)) return plain.value;
  // The disk may have changed it; one that came from others has its id and is what its author made.
  if ((await heldPiece(deps, roomOf(place), id)) === null) return null;
  throw damaged();
}

/** What a person is told of a file that was being added. */
export function unreadable(): never {
  throw new AppError('unreadable', 'This file cannot be read.', 'Nothing was added.', 'Check that it is still there, then choose it again.');
}

/** The same of another fault. */
export function toldError(error: unknown): unknown {
  if (error instanceof RangeError) return new AppError('unreadable', 'This file changed while it was read.', 'Nothing was added.', 'Choose it again.');
  if (error instanceof StoreError) return new AppError('store-quota', 'There is no room for this file on this device.', 'Nothing was added.', 'Free some space, then add it again.');
  return error;
}
