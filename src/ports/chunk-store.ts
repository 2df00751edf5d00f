/** Sealed pieces of files as they lie on this device: what others are served and what a download resumes from. They tell nothing without the key in their file's node. */
import type { Bytes } from '#base/bytes';

/** `<space>/<fragment>`, base64url: who may not see a fragment is not told of its pieces either. */
export type ChunkPlace = string;

/** What the browser says of all that the app stored, bytes. */
export interface DiskRoom {
  readonly usage: number;
  readonly quota: number;
}

export interface ChunkStore {
  /** How much the disk behind it takes; null: it does not say. */
  room(): Promise<DiskRoom | null>;
  /** Durable when it resolves. Rejects with StoreError. Putting what is there changes nothing. */
  put(place: ChunkPlace, id: string, bytes: Uint8Array): Promise<void>;
  get(place: ChunkPlace, id: string): Promise<Bytes | null>;
  /** The same with whether the bytes are those that were put, where the store knows; null: it does not. */
  read(place: ChunkPlace, id: string): Promise<{ readonly bytes: Bytes; readonly sound: boolean | null } | null>;
  /** Ids (base64url) of a place with their bytes. */
  held(place: ChunkPlace): Promise<ReadonlyMap<string, number>>;
  /** Bytes of all pieces. */
  size(): Promise<number>;
  /** Takes pieces out of a place. */
  remove(place: ChunkPlace, ids: readonly string[]): Promise<void>;
  close(): void;
}
