/**
 * The way into the LevelDB of a store. LevelDB 1.20 counts on from a batch of which the disk took a part (a full disk): whatever it writes after that lies elsewhere in
 * its log than it believes, is answered as written, and is dropped at the next start. So after a refused batch nothing is written before the database was opened
 * anew, which reads that log to its end and begins another. Reads that run are waited for, later ones wait. An opening writes the rows of the log into a table: while
 * there is no room for that the database stays open as it is, for what it holds is still read.
 */
import { readdirSync, statSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClassicLevel, Put } from 'classic-level';
import { StoreError } from '#ports/record-store';
import { BEACON_LIMITS } from './limits.ts';

/** One batch: the key of one of its rows, and what is to be done when the disk has it although it was refused (it was whole in the log). */
export interface Batch {
  /** What it writes; asked for when it is written. */
  puts(): Put[];
  readonly key: string;
  found(): void;
}

export class LevelDoor {
  #refused: Batch | null = null;
  #opening: Promise<void> | null = null;
  readonly #reads = new Set<Promise<unknown>>();

  constructor(private readonly db: ClassicLevel, private readonly path: string) {}

  /** Reads, with the database open. */
  async read<T>(work: () => Promise<T>): Promise<T> {
    while (this.#opening !== null || this.#lost()) await this.ready();
    const running = work();
    this.#reads.add(running);
    try {
      return await running;
    } finally {
      this.#reads.delete(running);
    }
  }

  /** Resolves when the database is open: at once, or after the opening that runs; one that failed is tried again. */
  async ready(): Promise<void> {
    await this.#opening?.catch(() => undefined);
    if (this.#lost()) await this.#reopen();
  }

  /** Writes a batch, synced. One at a time: the next one after the answer. */
  async write(batch: Batch): Promise<void> {
    if (this.#refused) await this.#reopen();
    try {
      await this.db.batch(batch.puts(), { sync: true });
    } catch (error) {
      this.#refused = batch;
      throw error;
    }
  }

  /** Closes after an opening that runs. */
  async end(): Promise<void> {
    await this.#opening?.catch(() => undefined);
    this.#refused = null;
    await this.db.close();
  }

  /** It was closed to be opened anew, and that failed. */
  #lost(): boolean {
    return this.#refused !== null && this.db.status === 'closed';
  }

  #reopen(): Promise<void> {
    return (this.#opening ??= this.#openAnew().finally(() => (this.#opening = null)));
  }

  async #openAnew(): Promise<void> {
    if (this.db.status === 'open') {
      const needed = logBytes(this.path) + BEACON_LIMITS.reopenBytes;
      const { bavail, bsize } = await statfs(this.path);
      if (bavail * bsize < needed) throw new StoreError('quota', `The disk refused what was written before, and there is no room to go on: ${needed.toLocaleString('en')} bytes are needed.`);
      await Promise.allSettled(this.#reads);
    }
    await this.db.close();
    await this.db.open();
    const batch = this.#refused;
    if (batch !== null && (await this.db.get(batch.key)) !== undefined) batch.found();
    this.#refused = null;
  }
}

/** Bytes of the logs of a database, the rows of which an opening puts into tables. */
function logBytes(path: string): number {
  return readdirSync(path).filter((name) => name.endsWith('.log')).reduce((sum, name) => sum + (statSync(join(path, name), { throwIfNoEntry: false })?.size ?? 0), 0);
}
