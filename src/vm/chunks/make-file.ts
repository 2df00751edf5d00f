/** A file into sealed pieces, one after another: never more of it in memory than one piece. */
import { concat, type Bytes } from '#base/bytes';
import { createBlake3 } from '#base/blake3';
import type { CryptoPort } from '#ports/crypto';
import type { Random } from '#ports/random';
import { CHUNK_LIMITS } from '#vm/chunk-limits';
import { sealPiece, type FileKey } from './piece.ts';
import { levelsOf, pieceLength, placeIn } from './tree.ts';

export interface MakeDeps {
  readonly crypto: CryptoPort;
  readonly random: Random;
  /** Bytes of the file from one place up to another. */
  read(from: number, to: number): Promise<Uint8Array>;
  /** Keeps a piece. */
  put(id: Bytes, stored: Bytes): Promise<void>;
  /** Between two stretches of work: whatever else waits in this thread comes now. Throws to end it. */
  pause(): Promise<void>;
  /** Pieces of the file that are done. */
  progress(done: number, of: number): void;
}

/** What opens a file that is kept in pieces. */
export interface MadeFile {
  readonly root: Bytes;
  readonly key: Bytes;
  readonly salt: Bytes;
}

/** BLAKE3 of a stored piece. */
export async function pieceId(stored: Uint8Array, pause: () => Promise<void>): Promise<Bytes> {
  const hash = createBlake3();
  for (let at = 0; at < stored.length; at += CHUNK_LIMITS.rangeBytes) {
    hash.update(stored.subarray(at, at + CHUNK_LIMITS.rangeBytes));
    await pause();
  }
  return hash.digest();
}

/** Cuts, compresses, seals and keeps a file of `size` bytes. The key is random: two equal files share no piece. Rejects when `read` gives another length. */
export async function makeFile(deps: MakeDeps, size: number): Promise<MadeFile> {
  const { crypto, random } = deps;
  const key = random.bytes(32);
  const salt = random.bytes(16);
  const file: FileKey = { key: await crypto.importAead(key), salt };
  const levels = levelsOf(size);
  /** While some are written, the next is made. */
  const putting = new Set<Promise<void>>();
  let refused: { readonly why: unknown } | null = null;
  const written = (): Promise<unknown> => Promise.all(putting);
  const keep = async (level: number, index: number, plain: Uint8Array): Promise<Bytes> => {
    const stored = await sealPiece(crypto, file, placeIn(levels, level, index), plain);
    const id = await pieceId(stored, () => deps.pause());
    if (putting.size >= CHUNK_LIMITS.puts) await Promise.race(putting);
    if (refused) throw refused.why;
    const put: Promise<void> = deps.put(id, stored).then(() => void putting.delete(put));
    put.catch((why: unknown) => (refused ??= { why }));
    putting.add(put);
    return id;
  };
  try {
    const root = await makeLevels(deps, size, levels, keep);
    await written();
    return { root, key, salt };
  } catch (error) {
    // Whoever takes away what was kept finds all of it.
    await Promise.allSettled(putting);
    throw error;
  }
}

type Keep = (level: number, index: number, plain: Uint8Array) => Promise<Bytes>;

async function makeLevels(deps: MakeDeps, size: number, levels: readonly number[], keep: Keep): Promise<Bytes> {
  let ids: Bytes[] = [];
  for (let index = 0; index < levels[0]!; index++) {
    const from = index * CHUNK_LIMITS.pieceBytes;
    const length = pieceLength(size, index);
    const plain = await deps.read(from, from + length);
    if (plain.length !== length) throw new RangeError('the file changed while it was read');
    ids.push(await keep(0, index, plain));
    deps.progress(index + 1, levels[0]!);
  }
  for (let level = 1; level < levels.length; level++) {
    const above: Bytes[] = [];
    for (let index = 0; index < levels[level]!; index++) {
      const from = index * CHUNK_LIMITS.children;
      above.push(await keep(level, index, concat(...ids.slice(from, from + CHUNK_LIMITS.children))));
    }
    ids = above;
  }
  return ids[0]!;
}
