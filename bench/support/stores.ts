/** Record stores of the bench. Memory: an array, nothing is ever flushed. File: append-only, one fdatasync per commit, as a strict transaction. */
import { open, rm, type FileHandle } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serialize } from 'node:v8';
import { equalBytes } from '#base/bytes';
import type { CommitInput, RecordStore, Segment } from '#ports/record-store';

export interface BenchStore extends RecordStore {
  readonly rows: Segment[];
  /** A second life on the same rows, as after a reload. */
  reopen(): BenchStore;
}

/** A store in memory. `before` runs inside every commit, before it resolves. */
export function memoryStore(before?: (input: CommitInput) => Promise<void>, rows: Segment[] = [], values = new Map<string, unknown>(), id = randomBytes(16).toString('base64url')): BenchStore {
  return {
    id, rows, onClosed: null,
    async commit(input) {
      if (before) await before(input);
      const arrival = rows.length + 1;
      for (const gone of input.drop ?? []) rows[gone - 1] = { arrival: gone, origin: '', records: [], trusted: true };
      rows.push({ arrival, origin: input.origin, records: input.records, trusted: true });
      for (const [key, value] of input.values ?? []) {
        if (value === undefined) values.delete(key);
        else values.set(key, value);
      }
      return arrival;
    },
    scan: async (after, limit) => rows.slice(after, after + limit),
    arrivals: async (after) => rows.slice(after).map((row) => row.arrival),
    segments: async (arrivals) => arrivals.map((arrival) => rows[arrival - 1]).filter((row) => row !== undefined),
    holding: async (space, fragment) => rows.filter((row) => row.records.some((record) => equalBytes(record.space, space) && (fragment === null || equalBytes(record.fragment, fragment)))).map((row) => row.arrival),
    get: async (key) => values.get(key),
    list: async (prefix) => [...values].filter(([key]) => key.startsWith(prefix)).sort(([a], [b]) => (a < b ? -1 : 1)),
    close() {},
    reopen: () => memoryStore(before, rows, values, id),
  };
}

/** Memory for reading, and every commit appended to a file and flushed with fdatasync before it resolves. */
export async function fsyncStore(): Promise<BenchStore & { dispose(): Promise<void> }> {
  const path = join(tmpdir(), `lifegraph-bench-${randomBytes(6).toString('hex')}`);
  const file: FileHandle = await open(path, 'a');
  const store = memoryStore(async ({ records, values }) => {
    const names = (values ?? []).map(([key]) => key);
    await file.write(Buffer.concat([...records.map((record) => record.bytes), serialize(names)]));
    await file.datasync();
  });
  return Object.assign(store, {
    async dispose() {
      await file.close();
      await rm(path, { force: true });
    },
  });
}
