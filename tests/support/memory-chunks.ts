/** A store of pieces in memory, as a disk that several kernels of one device open one after another. */
import type { Bytes } from '#base/bytes';
import { StoreError } from '#ports/record-store';
import type { ChunkStore, DiskRoom } from '#ports/chunk-store';

export interface MemoryChunks {
  /** `place/id` → bytes. */
  readonly rows: Map<string, Bytes>;
  /** Ids that were read, in order. */
  readonly reads: string[];
  full: boolean;
  /** Rows it has room for. */
  room: number;
  /** What it says of itself. */
  disk: DiskRoom | null;
  open(): ChunkStore;
}

export function createMemoryChunks(): MemoryChunks {
  const rows = new Map<string, Bytes>();
  const disk: MemoryChunks = {
    rows, reads: [], full: false, room: Infinity, disk: null,
    open: () => ({
      room: async () => disk.disk,
      async put(place, id, bytes) {
        if (disk.full || rows.size >= disk.room) throw new StoreError('quota', 'full');
        rows.set(`${place}/${id}`, bytes.slice() as Bytes);
      },
      async get(place, id) {
        disk.reads.push(id);
        return rows.get(`${place}/${id}`)?.slice() as Bytes ?? null;
      },
      async read(place, id) {
        disk.reads.push(id);
        const bytes = rows.get(`${place}/${id}`)?.slice() as Bytes | undefined;
        return bytes ? { bytes, sound: null } : null;
      },
      held: async (place) => new Map([...rows].filter(([key]) => key.startsWith(`${place}/`)).map(([key, bytes]) => [key.slice(place.length + 1), bytes.length])),
      size: async () => [...rows.values()].reduce((sum, bytes) => sum + bytes.length, 0),
      remove: async (place, ids) => void ids.forEach((id) => rows.delete(`${place}/${id}`)),
      close: () => undefined,
    }),
  };
  return disk;
}
