/**
 * A copy of the store while it is written to (docs/decisions/0065): LevelDB gives an iterator that sees what was there when it was made, and its rows go into a
 * new database. Until the last of them is on the disk the copy lies under another name and says of itself that it is half-made; no beacon opens it then.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ClassicLevel, type Put } from 'classic-level';
import { settle } from '#signaling/settle';
import { BEACON_LIMITS } from './limits.ts';

/** Row of the store's id: a copy gets one of its own, so that nobody takes its numbers for those of the first. */
export const ID = 'm/id';
/** Row that only a half-made copy has. */
export const HALF = 'm/half';

export type CopyRefusal = 'exists' | 'half-made' | 'disk-full' | 'stopped' | 'failed';

/** Why there is no copy; the message is for who asked for it. */
export class CopyError extends Error {
  override readonly name = 'CopyError';
  constructor(readonly reason: CopyRefusal, message: string) {
    super(message);
  }
}

export interface CopyState {
  readonly rows: number;
  readonly bytes: number;
  /** How much of the store that is, about; at most 1. */
  readonly part: number;
}

export interface CopyOptions {
  readonly signal?: AbortSignal;
  onProgress?(state: CopyState): void;
  /** Bytes that are free in a folder. */
  free?(folder: string): Promise<number>;
  /** Opens the new database. */
  open?(path: string): ClassicLevel;
}

const MIB = 2 ** 20;
const mib = (bytes: number): string => `${Math.ceil(bytes / MIB).toLocaleString('en')} MiB`;

async function freeIn(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/** The nearest folder above that there is. */
const standing = (folder: string): string => (existsSync(folder) ? folder : standing(dirname(folder)));

/** Bytes of the files in a folder; one that LevelDB deletes meanwhile counts nothing. */
function sizeOf(folder: string): number {
  return readdirSync(folder).reduce((sum, name) => sum + (statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0), 0);
}

function toCopyError(error: unknown, to: string): CopyError {
  if (error instanceof CopyError) return error;
  const { code, message, cause } = error as { code?: string; message?: string; cause?: { message?: string } };
  if (code === 'LEVEL_ITERATOR_NOT_OPEN') return new CopyError('failed', 'There is no copy: the store was opened anew meanwhile, after its disk had refused a write. Ask for another one.');
  const text = `${message ?? String(error)} ${cause?.message ?? ''}`.trim();
  if (/No space left|ENOSPC|quota/i.test(text)) return new CopyError('disk-full', `The disk of ${to} is full: there is no copy. What was written of it is deleted.`);
  return new CopyError('failed', `There is no copy: ${text}`);
}

async function copyRows(from: ClassicLevel, to: ClassicLevel, size: number, { signal, onProgress }: CopyOptions): Promise<CopyState> {
  let [rows, bytes, waiting] = [0, 0, 0];
  let puts: Put[] = [];
  const state = (): CopyState => ({ rows, bytes, part: size === 0 ? 1 : Math.min(1, bytes / size) });
  const write = async (): Promise<void> => {
    if (signal?.aborted) throw new CopyError('stopped', 'The beacon was stopped: there is no copy.');
    // Synced each time: LevelDB goes on in another file without syncing the one before.
    await to.batch(puts, { sync: true });
    [puts, waiting] = [[], 0];
    onProgress?.(state());
  };
  await to.batch([{ type: 'put', key: HALF, value: new Uint8Array(0) }], { sync: true });
  for await (const [key, value] of from.iterator({})) {
    puts.push({ type: 'put', key, value: key === ID ? Buffer.from(randomBytes(16).toString('base64url')) : value });
    rows += 1;
    waiting += key.length + value.length;
    bytes += key.length + value.length;
    if (waiting >= BEACON_LIMITS.copyBatchBytes) await write();
  }
  puts.push({ type: 'del', key: HALF });
  await write();
  return { ...state(), part: 1 };
}

/** Copies what `from` holds now into `to`/store: a folder of a beacon that lacks nothing but the key. Rejects with CopyError. */
export async function copyStore(from: ClassicLevel, path: string, to: string, options: CopyOptions = {}): Promise<CopyState> {
  const half = `${to}.partial`;
  if (existsSync(to)) throw new CopyError('exists', `${to} is there already: name a folder that is not.`);
  if (existsSync(half)) throw new CopyError('half-made', `${half} is what a backup left that was broken off. It is of no use: delete it first.`);
  let target: ClassicLevel | null = null;
  try {
    const size = sizeOf(path);
    const free = await (options.free ?? freeIn)(standing(dirname(to)));
    if (free < size * 1.1) throw new CopyError('disk-full', `The copy needs about ${mib(size * 1.1)}, and ${mib(free)} are free: nothing was written.`);
    mkdirSync(half, { recursive: true, mode: 0o700 });
    target = options.open?.(join(half, 'store')) ?? new ClassicLevel(join(half, 'store'), { keyEncoding: 'utf8', valueEncoding: 'view' });
    await target.open();
    const done = await copyRows(from, target, size, options);
    await target.close();
    writeFileSync(join(half, 'backup.json'), `${JSON.stringify({ made: new Date().toISOString(), rows: done.rows, bytes: done.bytes })}\n`, { flush: true });
    settle(half);
    renameSync(half, to);
    settle(dirname(to));
    return done;
  } catch (error) {
    await target?.close().catch(() => undefined);
    rmSync(half, { recursive: true, force: true });
    throw toCopyError(error, to);
  }
}
