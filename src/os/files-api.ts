/** Files in spaces: bytes that lie in sealed pieces beside the records (docs/PROTOCOL.md, Files). */
import type { FragmentId, NodeId, SpaceId } from './api.ts';

/** Type of the node of a file. */
export const FILE = 'file@1';

export interface FileState {
  /**
   * `here`: all of it is on this device; `coming`: pieces arrive; `asked`: nobody linked has it now, it comes when somebody does; `absent`: it was not asked for;
   * `looking`: its node is not on this device yet; `damaged`: what its node says is no file, or made with a newer version.
   */
  state: 'here' | 'coming' | 'asked' | 'absent' | 'looking' | 'damaged';
  name: string;
  mime: string;
  /** Bytes. */
  size: number;
  /** Pieces on this device, of so many. */
  have: number;
  of: number;
  /** Devices (ids) that gave pieces since it was asked for. */
  from: string[];
  /** Why no more of it comes although it was asked for: this device has no room. What came stays; `want` goes on. */
  problem?: 'full';
}

export interface AddFile {
  name: string;
  mime?: string;
  /** Part of it that is kept, 0 to 1. */
  onProgress?: (part: number) => void;
  /** Aborted: nothing of it stays. */
  signal?: AbortSignal;
}

export interface FilesApi {
  /**
   * Keeps a file here and makes its node in the fragment; read piece by piece. Resolves when all of it is on this device.
   * Rejects with `no-right`, `too-large`, `store-quota`, `unreadable`, `cancelled`, `no-space`.
   */
  add(space: SpaceId, fragment: FragmentId, blob: Blob, options: AddFile): Promise<NodeId>;
  /** The state now and after every change. */
  watch(space: SpaceId, id: NodeId, on: (state: FileState) => void): () => void;
  /** Fetches it from whoever has it, over reloads of both ends, until it is here or cancelled. */
  want(space: SpaceId, id: NodeId): Promise<void>;
  /** Pieces that came stay: a later `want` goes on behind them. */
  cancel(space: SpaceId, id: NodeId): Promise<void>;
  /** Takes its pieces off this device; its node stays, and it comes again when somebody here wants it. */
  drop(space: SpaceId, id: NodeId): Promise<void>;
  /** One piece of 1 MiB (the last is shorter); of a file that is coming in this tab it is waited for, and comes before others, until `signal` says that nobody does any more. Rejects with `not-here`, `damaged`, `cancelled`. */
  piece(space: SpaceId, id: NodeId, index: number, signal?: AbortSignal): Promise<Uint8Array>;
  /** Its bytes, read piece by piece as they are taken. */
  read(space: SpaceId, id: NodeId): ReadableStream<Uint8Array>;
}

/** Pieces as a stream: one is read when it is taken. `count` says how many there are. */
export function streamPieces(count: () => Promise<number>, piece: (index: number) => Promise<Uint8Array>): ReadableStream<Uint8Array> {
  let index = 0;
  let of = -1;
  return new ReadableStream<Uint8Array>({
    async pull(to) {
      if (of < 0) of = await count();
      if (index >= of) return to.close();
      to.enqueue(await piece(index++));
    },
  }, { highWaterMark: 0 });
}

/** `read` over the other two. */
export function readFile(files: Pick<FilesApi, 'watch' | 'piece'>, space: SpaceId, id: NodeId): ReadableStream<Uint8Array> {
  const count = (): Promise<number> => new Promise((resolve) => {
    const stop = files.watch(space, id, ({ of }) => {
      void Promise.resolve().then(() => stop());
      resolve(of);
    });
  });
  return streamPieces(count, (index) => files.piece(space, id, index));
}
