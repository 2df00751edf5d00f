/** Keeps the models of this device: takes them from a folder, an address or a packed file, checks and pins what they are, gives them out, throws them away. Runs in a worker. */
import { MODEL_PIECE, type StoredPart } from '#adapters/idb/idb-model-store';
import { checkSizes, chooseFiles, modelId, strip, type Listed } from '#os/models/layout';
import { MODEL_LIMITS } from '#os/model-limits';
import { ModelError, type ModelFile, type ModelLoad, type ModelRow, type ModelSource } from '#os/models-api';
import { bytesOf, folderOf, lookAt, patience, type Fetch } from './model-address.ts';
import { hashBlob, pieceWriter, storeFault, type Store } from './model-bytes.ts';
import { packedHead, readPackedHead, streamReader } from './model-pack.ts';

export interface KeeperDeps {
  readonly store: Store;
  readonly fetch: Fetch;
  readonly now: () => number;
  readonly newName: () => string;
  /** Told after every change; seldom enough for a screen. */
  readonly changed: () => void;
  /** Runs the work while no other tab works at the same load; rejects with `busy`. */
  readonly alone: <T>(key: string, work: () => Promise<T>) => Promise<T>;
  /** Loads that some tab works at. */
  readonly held: () => Promise<ReadonlySet<string>>;
}

export interface Keeper {
  rows(): Promise<ModelRow[]>;
  loads(): Promise<ModelLoad[]>;
  addFolder(name: string, files: readonly { readonly path: string; readonly file: Blob }[]): Promise<string>;
  /** `expected`: the id it must have. Resolves when it is whole; the address may have to be asked for again (`resume`) after a failure. */
  addAddress(address: string, expected: string | null): Promise<string>;
  /** Only a load of an address: nothing else can be asked again. */
  resume(key: string): Promise<string>;
  addPacked(stream: ReadableStream<Uint8Array>, expected: string | null, source: ModelSource): Promise<string>;
  pack(id: string): Promise<{ blob: Blob; name: string }>;
  stop(key: string): void;
  /** Throws away what came of it. */
  drop(key: string): Promise<void>;
  remove(id: string): Promise<void>;
}

type Part = { -readonly [K in keyof StoredPart]: StoredPart[K] };
type Draft = { -readonly [K in keyof ModelLoad]: ModelLoad[K] };

const nameOf = (text: string): string => text.replace(/[^\p{L}\p{N} ._/-]+/gu, ' ').trim().slice(0, MODEL_LIMITS.nameChars) || 'model';

/** Throws away what a page that went away left of loads that cannot go on: who gave them gives nothing twice. */
export async function dropStale(store: Pick<Store, 'loads' | 'dropLoad'>, held: KeeperDeps['held']): Promise<void> {
  const stale = (await store.loads()).filter(({ source }) => source.kind !== 'address');
  if (stale.length === 0) return;
  // Asked after the list was read: one that another tab works at is held from before it is in the list until it is out of it.
  const elsewhere = await held();
  for (const { key } of stale) if (!elsewhere.has(key)) await store.dropLoad(key);
}

/** Makes the keeper. */
export const createKeeper = (deps: KeeperDeps): Keeper => new KeeperImpl(deps);

class KeeperImpl implements Keeper {
  private readonly running = new Map<string, AbortController>();
  private readonly live = new Map<string, Draft>();
  /** Ends that could not be written: what ended the load, a full disk say, kept them out too. */
  private readonly untold = new Map<string, Draft>();

  constructor(private readonly deps: KeeperDeps) {}

  async rows(): Promise<ModelRow[]> {
    return (await this.deps.store.rows()).map((found) => {
      const { blobs: _, ...row } = found;
      return row;
    });
  }

  async loads(): Promise<ModelLoad[]> {
    const elsewhere = await this.deps.held();
    return (await this.deps.store.loads()).map((found) => {
      const { parts: _, ...load } = found;
      const now = this.live.get(load.key) ?? this.untold.get(load.key);
      // A page that went away in the middle wrote no end.
      return now ? { ...now } : load.state === 'failed' || elsewhere.has(load.key) ? load : { ...load, state: 'stopped' as const };
    });
  }

  async addFolder(name: string, files: readonly { readonly path: string; readonly file: Blob }[]): Promise<string> {
    const inner = strip(files.map(({ path, file }) => ({ path, size: file.size })));
    const byPath = new Map(files.map(({ path, file }) => [inner(path), file]));
    const config = byPath.get('config.json')!;
    checkSizes([{ path: 'config.json', size: config.size }]);
    const { paths } = chooseFiles(await config.text(), [...byPath].map(([path, file]): Listed => ({ path, size: file.size })));
    const parts = this.partsOf(paths.map((path) => ({ path, size: byPath.get(path)!.size })));
    const load = this.draft(name, { kind: 'folder', text: nameOf(name) }, parts, null);
    return this.run(load, parts, async (signal) => {
      for (const part of parts) await this.fill(load, part, byPath.get(part.path)!.stream() as unknown as AsyncIterable<Uint8Array>, signal);
      return this.finish(load, parts, signal);
    });
  }

  async addAddress(address: string, expected: string | null): Promise<string> {
    const { store, held } = this.deps;
    const folder = folderOf(address);
    if (folder === null) throw new ModelError('address', address.slice(0, 200));
    const same = (await store.loads()).find(({ source }) => source.kind === 'address' && source.text === folder);
    if (same && (this.running.has(same.key) || (await held()).has(same.key))) throw new ModelError('busy');
    if (same) await store.dropLoad(same.key);
    const name = new URL(folder).pathname.replace(/\/resolve\/[^/]+\/$|\/$/, '').split('/').filter(Boolean).slice(-2).join('/');
    const load = this.draft(name, { kind: 'address', text: folder }, [], expected);
    return this.fromAddress(load, []);
  }

  async resume(key: string): Promise<string> {
    const found = (await this.deps.store.loads()).find((load) => load.key === key);
    // The text of another source is a name that somebody else chose: it may look like an address.
    if (found?.source.kind !== 'address' || folderOf(found.source.text) !== found.source.text) throw new ModelError('not-found');
    const { parts, ...load } = found;
    return this.fromAddress({ ...load }, parts.map((part) => ({ ...part })));
  }

  async addPacked(stream: ReadableStream<Uint8Array>, expected: string | null, source: ModelSource): Promise<string> {
    const reader = streamReader(stream);
    const head = await readPackedHead(reader);
    const said = modelId(head.files);
    if (expected !== null && said !== expected) throw new ModelError('hash', said);
    checkSizes(head.files);
    const parts = this.partsOf(head.files);
    const load = this.draft(head.name, source, parts, said);
    return this.run(load, parts, async (signal) => {
      for (const part of parts) await this.fill(load, part, reader.take(part.size), signal);
      return this.finish(load, parts, signal);
    });
  }

  async pack(id: string): Promise<{ blob: Blob; name: string }> {
    const { store } = this.deps;
    const row = await store.row(id);
    if (!row) throw new ModelError('not-found');
    const parts: BlobPart[] = [packedHead(row)];
    for (const [at, { path, size }] of row.files.entries()) {
      for (let index = 0; index * MODEL_PIECE < size; index++) {
        const piece = await store.piece(row.blobs[at]!, index);
        if (piece === null) throw new ModelError('damaged', path);
        parts.push(new Blob([piece]));
      }
    }
    return { blob: new Blob(parts), name: row.name };
  }

  stop(key: string): void {
    this.running.get(key)?.abort();
  }

  async drop(key: string): Promise<void> {
    this.stop(key);
    await this.deps.store.dropLoad(key);
    this.deps.changed();
  }

  async remove(id: string): Promise<void> {
    await this.deps.store.remove(id);
    this.deps.changed();
  }

  private draft(name: string, source: ModelSource, parts: readonly Part[], expected: string | null): Draft {
    return { key: this.deps.newName(), name: nameOf(name), source, state: 'coming', done: 0, of: sumOf(parts, 'size'), fault: null, detail: '', expected };
  }

  private partsOf(files: readonly Listed[]): Part[] {
    return files.map(({ path, size }) => ({ path, size, blob: this.deps.newName(), got: 0, hash: null }));
  }

  /** Runs one load to its end; what it ends with is written on it. One of an address that did not end well keeps its bytes: it can go on. */
  private run(load: Draft, parts: Part[], work: (signal: AbortSignal) => Promise<string>): Promise<string> {
    const { store, changed, alone } = this.deps;
    return alone(load.key, async () => {
      const control = new AbortController();
      this.running.set(load.key, control);
      Object.assign(load, { state: 'coming', fault: null, detail: '' });
      this.live.set(load.key, load);
      this.untold.delete(load.key);
      try {
        await store.putLoad(load, parts);
        changed();
        return await work(control.signal);
      } catch (error) {
        const fault = control.signal.aborted ? new ModelError('cancelled') : storeFault(error);
        Object.assign(load, { state: fault.fault === 'cancelled' ? 'stopped' : 'failed', fault: fault.fault, detail: fault.detail.slice(0, 300) });
        const gone = !(await store.loads().catch(() => [])).some(({ key }) => key === load.key);
        // Thrown away meanwhile, or of a source that gives nothing twice.
        if (gone || load.source.kind !== 'address') await this.dropAll(load.key, parts);
        else await store.putLoad(load, parts).catch(() => void this.untold.set(load.key, load));
        throw fault;
      } finally {
        this.running.delete(load.key);
        this.live.delete(load.key);
        changed();
      }
    });
  }

  private async dropAll(key: string, parts: readonly Part[]): Promise<void> {
    await this.deps.store.dropLoad(key).catch(() => undefined);
    for (const { blob } of parts) await this.deps.store.drop(blob).catch(() => undefined);
  }

  private async fill(load: Draft, part: Part, bytes: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void> {
    const writer = pieceWriter(this.deps.store, part.blob);
    for await (const some of bytes) {
      signal.throwIfAborted();
      await writer.write(some);
      load.done += some.length;
      this.deps.changed();
    }
    part.got = await writer.end();
  }

  /** All of it is here: what is it, and is it what was wanted? */
  private async finish(load: Draft, parts: readonly Part[], signal: AbortSignal): Promise<string> {
    const { store, changed, now } = this.deps;
    Object.assign(load, { state: 'checking', done: 0 });
    const files: ModelFile[] = [];
    for (const part of parts) {
      signal.throwIfAborted();
      files.push({ path: part.path, size: part.got, hash: await hashBlob(store, part.blob, part.got, (bytes) => (load.done += bytes)) });
      changed();
    }
    checkSizes(files);
    const id = modelId(files);
    const byAddress = load.source.kind === 'address';
    const pinned = byAddress ? await store.pin(load.source.text) : null;
    for (const wanted of [load.expected ?? null, pinned]) if (wanted !== null && wanted !== id) throw new ModelError('hash', id);
    const config = parts.find(({ path }) => path === 'config.json');
    if (!config) throw new ModelError('no-config');
    const { spec, paths } = chooseFiles(await this.textOf(config), files);
    if (paths.length !== files.length) throw new ModelError('damaged', 'files');
    const rows = await store.rows();
    const there = rows.some((row) => row.id === id);
    if (!there && rows.length >= MODEL_LIMITS.kept) throw new ModelError('too-many', String(rows.length));
    if (byAddress) await store.setPin(load.source.text, id);
    if (there) await store.dropLoad(load.key);
    else await store.keep({ id, name: load.name, source: load.source, files, spec, at: now() }, parts.map(({ blob }) => blob), load.key);
    return id;
  }

  private async textOf({ blob, got }: Part): Promise<string> {
    const pieces: BlobPart[] = [];
    for (let index = 0; index * MODEL_PIECE < got; index++) pieces.push((await this.deps.store.piece(blob, index))!);
    return new Blob(pieces).text();
  }

  private fromAddress(load: Draft, parts: Part[]): Promise<string> {
    return this.run(load, parts, async (signal) => {
      if (parts.length === 0) await this.look(load, parts, signal);
      load.state = 'coming';
      load.of = parts.every(({ size }) => size >= 0) ? sumOf(parts, 'size') : 0;
      load.done = sumOf(parts, 'got');
      for (const part of parts) if (part.hash === null) await this.download(load, parts, part, signal);
      return this.finish(load, parts, signal);
    });
  }

  /** Which files the address has; noted before the first byte, for what belongs to nothing is swept away. */
  private async look(load: Draft, parts: Part[], signal: AbortSignal): Promise<void> {
    const { store, fetch, changed } = this.deps;
    load.state = 'looking';
    changed();
    const wait = patience(signal, MODEL_LIMITS.fetchMs);
    try {
      const { config, files } = await lookAt(fetch, load.source.text, wait.signal);
      const { paths } = chooseFiles(config, files);
      parts.push(...this.partsOf(paths.map((path) => files.find((file) => file.path === path)!)));
      await store.putLoad(load, parts);
    } catch (error) {
      throw networkFault(error, wait.late(), signal);
    } finally {
      wait.end();
    }
  }

  private async download(load: Draft, parts: readonly Part[], part: Part, signal: AbortSignal): Promise<void> {
    const { store, fetch, changed } = this.deps;
    const wait = patience(signal, MODEL_LIMITS.fetchMs);
    // Only whole pieces count; the last of them is asked for again and compared.
    const kept = Math.floor(part.got / MODEL_PIECE) * MODEL_PIECE;
    load.done -= part.got - kept;
    let writer = pieceWriter(store, part.blob, kept);
    const most = part.path.includes('.onnx') ? MODEL_LIMITS.graphBytes : MODEL_LIMITS.textBytes;
    let [got, told] = [kept, 0];
    const restart = (): void => {
      load.done -= got;
      got = 0;
      writer = pieceWriter(store, part.blob);
    };
    try {
      const last = kept > 0 ? await store.piece(part.blob, kept / MODEL_PIECE - 1) : null;
      for await (const bytes of bytesOf(fetch, load.source.text + part.path, { kept, last }, wait, restart)) {
        got += bytes.length;
        load.done += bytes.length;
        if (got > most || load.done > MODEL_LIMITS.bytes) throw new ModelError('too-large', part.path);
        await writer.write(bytes);
        part.got = writer.kept;
        told += bytes.length;
        if (told < MODEL_PIECE) continue;
        told = 0;
        await store.putLoad(load, parts);
        changed();
      }
      part.got = await writer.end();
      if (part.size >= 0 && part.size !== part.got) throw new ModelError('changed', part.path);
      part.hash = '';
      await store.putLoad(load, parts);
    } catch (error) {
      part.got = Math.min(writer.kept, part.got);
      throw networkFault(error, wait.late(), signal);
    } finally {
      wait.end();
    }
  }
}

const sumOf = (parts: readonly Part[], what: 'size' | 'got'): number => parts.reduce((sum, part) => sum + part[what], 0);

/** A fetch that fails is a TypeError, without a reason; a disk that fails is a StoreError. */
const networkFault = (error: unknown, late: boolean, signal: AbortSignal): unknown => ((error instanceof TypeError || late) && !signal.aborted ? new ModelError('network') : error);
