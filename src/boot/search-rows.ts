/** How the index is kept between two runs: what it was (in parts), and behind that, one row after another, what changed since. The rows are sealed by the kernel. */
import type { RpcClient } from '#adapters/worker-rpc/rpc-client';
import { concat, utf8 } from '#base/bytes';
import type { Entry } from '#domain/search';
import { TextIndex, type IndexDump } from '#domain/search/engine';
import type { FeedCalls, FeedStreams } from './search-feed.ts';
import { MODEL_ROWS } from './model-rows.ts';
import type { SearchVectors } from './search-vectors.ts';

export type Feed = RpcClient<FeedCalls, FeedStreams>;
/** A node as it was put; null entries: it was dropped. */
export type LogLine = readonly [node: string, version: string, entries: readonly Entry[] | null];

/** Bytes of one row, and rows of one commit. */
const PART_BYTES = 512 * 1024;
const PARTS_AT_ONCE = 8;
/** Lines of changes before everything is written anew: so many, or this share of all nodes; and their bytes: a line of a long page is the whole page. */
const LINES_MIN = 2_000;
const LINES_SHARE = 0.25;
const LINES_BYTES = 16 * 1_048_576;
const HEAD = 'head';

interface Head {
  readonly gen: string;
  readonly parts: number;
  /** Of the vectors; they are made anew where there are none. */
  readonly vectors?: number;
}

const json = (value: unknown): Uint8Array => utf8(JSON.stringify(value));
const parsed = (bytes: Uint8Array | null): unknown => (bytes === null ? null : JSON.parse(new TextDecoder().decode(bytes)));

async function through(bytes: Uint8Array, stream: CompressionStream | DecompressionStream): Promise<Uint8Array> {
  return new Uint8Array(await new Response(new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(stream as unknown as TransformStream<Uint8Array, Uint8Array>)).arrayBuffer());
}

const packed = (bytes: Uint8Array): Promise<Uint8Array> => through(bytes, new CompressionStream('deflate-raw'));
const opened = (bytes: Uint8Array): Promise<Uint8Array> => through(bytes, new DecompressionStream('deflate-raw'));
const cut = (name: string, bytes: Uint8Array): (readonly [name: string, bytes: Uint8Array])[] => Array.from({ length: Math.ceil(bytes.length / PART_BYTES) }, (_, at) => [`${name}${at}`, bytes.slice(at * PART_BYTES, (at + 1) * PART_BYTES)] as const);

/** The rows of one index. One tab of a profile writes them. */
export class SearchRows {
  /** Null: nothing may be appended, everything has to be written first. */
  private gen: string | null = null;
  private rows = 0;
  private lines = 0;
  private bytes = 0;

  constructor(private readonly feed: Feed, private readonly name: () => string, private readonly vectors: SearchVectors | null = null) {}

  /** What was kept; null when nothing was, or what is there is of another version or damaged: then it is made anew. */
  async load(): Promise<TextIndex | null> {
    try {
      const head = parsed(await this.feed.call('row', HEAD)) as Head | null;
      if (head === null) return null;
      const words = await this.parts(`${head.gen}/p`, head.parts);
      if (words === null) return null;
      const index = TextIndex.load(parsed(await opened(words)) as IndexDump);
      if (index === null) return null;
      await this.vectors?.follow(index, await this.keptVectors(head));
      [this.gen, this.rows, this.lines, this.bytes] = [head.gen, 0, 0, 0];
      for (;;) {
        const bytes = await this.feed.call('row', `${head.gen}/l${this.rows}`);
        const row = parsed(bytes) as LogLine[] | null;
        if (row === null) return index;
        this.bytes += bytes!.length;
        for (const [node, version, entries] of row) {
          if (entries === null) index.drop(node);
          else index.put(node, version, entries);
        }
        this.rows++;
        this.lines += row.length;
      }
    } catch {
      this.forget();
      return null;
    }
  }

  private async parts(name: string, count: number): Promise<Uint8Array | null> {
    const parts: Uint8Array[] = [];
    for (let at = 0; at < count; at++) {
      const part = await this.feed.call('row', `${name}${at}`);
      if (part === null) return null;
      parts.push(part);
    }
    return concat(...parts);
  }

  private async keptVectors({ gen, vectors = 0 }: Head): Promise<Uint8Array | null> {
    const kept = this.vectors && vectors > 0 ? await this.parts(`${gen}/v`, vectors) : null;
    // Damaged: they are made from the words once more.
    return kept && opened(kept).catch(() => null);
  }

  /** What is in the store is not what this index was read from: the next write writes everything. */
  forget(): void {
    this.gen = null;
  }

  /** Keeps what changed. Rejects when the kernel could not write; then the next write writes everything. */
  async write(index: TextIndex, changes: readonly LogLine[], nodes: number): Promise<void> {
    if (this.gen === null || this.bytes > LINES_BYTES || this.lines + changes.length > Math.max(LINES_MIN, nodes * LINES_SHARE)) return this.writeAll(index);
    if (changes.length === 0) return;
    const row = json(changes);
    await this.feed.call('keep', [[`${this.gen}/l${this.rows}`, row]]);
    this.rows++;
    this.lines += changes.length;
    this.bytes += row.length;
  }

  private async writeAll(index: TextIndex): Promise<void> {
    this.gen = null;
    const gen = this.name();
    const before = await this.feed.call('rows');
    // Both as they are now: what changes meanwhile is in the log behind them.
    const [words, vectors] = [json(index.dump()), this.vectors?.bytes() ?? null];
    const parts = cut(`${gen}/p`, await packed(words));
    const more = vectors ? cut(`${gen}/v`, await packed(vectors)) : [];
    const all = [...parts, ...more];
    for (let at = 0; at < all.length; at += PARTS_AT_ONCE) await this.feed.call('keep', all.slice(at, at + PARTS_AT_ONCE));
    // From here on it counts; what it takes the place of goes in the same commit.
    await this.feed.call('keep', [[HEAD, json({ gen, parts: parts.length, vectors: more.length } satisfies Head)], ...before.filter((row) => row !== HEAD && !row.startsWith(MODEL_ROWS)).map((row) => [row, null] as const)]);
    [this.gen, this.rows, this.lines, this.bytes] = [gen, 0, 0, 0];
  }
}
