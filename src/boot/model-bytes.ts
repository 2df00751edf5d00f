/** Bytes of a model into the store, piece by piece, hashed as they come. */
import type { ModelStore } from '#adapters/idb/idb-model-store';
import { MODEL_PIECE } from '#adapters/idb/idb-model-store';
import { createBlake3 } from '#base/blake3';
import { toBase64url } from '#base/bytes';
import type { ModelLoad, ModelRow } from '#os/models-api';
import { ModelError } from '#os/models-api';
import { StoreError } from '#ports/record-store';

export type Store = ModelStore<ModelRow, ModelLoad>;

/** A failure of the store in the words of models. */
export function storeFault(error: unknown): ModelError {
  if (error instanceof ModelError) return error;
  if (error instanceof StoreError) return new ModelError(error.reason === 'quota' ? 'quota' : 'store', error.message);
  if (error instanceof DOMException && error.name === 'AbortError') return new ModelError('cancelled');
  if (error instanceof DOMException && error.name === 'QuotaExceededError') return new ModelError('quota');
  return new ModelError('damaged', error instanceof Error ? error.message.slice(0, 300) : String(error));
}

/** Cuts what it is given into pieces of the store. `begin`: so many bytes lie there already, a whole number of pieces. */
export function pieceWriter(store: Pick<Store, 'put'>, blob: string, begin = 0): { write(part: Uint8Array): Promise<void>; end(): Promise<number>; readonly kept: number } {
  let index = begin / MODEL_PIECE;
  let held = new Uint8Array(MODEL_PIECE);
  let fill = 0;
  return {
    get kept() {
      return index * MODEL_PIECE;
    },
    async write(part) {
      for (let at = 0; at < part.length; ) {
        const take = Math.min(part.length - at, MODEL_PIECE - fill);
        held.set(part.subarray(at, at + take), fill);
        fill += take;
        at += take;
        if (fill < MODEL_PIECE) continue;
        await store.put(blob, index, held);
        index++;
        held = new Uint8Array(MODEL_PIECE);
        fill = 0;
      }
    },
    async end() {
      if (fill > 0) await store.put(blob, index, held.slice(0, fill));
      return index * MODEL_PIECE + fill;
    },
  };
}

/** The hash of what lies in the store: what is pinned is what will be read. */
export async function hashBlob(store: Pick<Store, 'piece'>, blob: string, size: number, told: (bytes: number) => void): Promise<string> {
  const hash = createBlake3();
  for (let at = 0, index = 0; at < size; at += MODEL_PIECE, index++) {
    const piece = await store.piece(blob, index);
    if (piece === null || piece.length !== Math.min(MODEL_PIECE, size - at)) throw new ModelError('damaged', `piece ${index}`);
    hash.update(piece);
    told(piece.length);
  }
  return toBase64url(hash.digest());
}
