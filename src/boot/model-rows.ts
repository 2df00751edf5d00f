/** How vectors of a model are kept between two runs: rows behind one another under the hash of the model, sealed by the kernel. Those of another model go with the first that are kept. */
import { concat, utf8 } from '#base/bytes';
import type { Dots } from '#base/dots';
import { VectorTable, type VectorDump } from '#domain/search/vectors';
import type { Feed } from './search-rows.ts';

/** Names of these rows begin so; what keeps the index leaves them. */
export const MODEL_ROWS = 'm/';
const HEAD = `${MODEL_ROWS}head`;
const VERSION = 1;
/** Bytes of one row, about. */
const ROW_BYTES = 512 * 1024;
/** Kept vectors that nobody needs any more, beside those that somebody does, before all are written anew. */
const SPARE = 1_000;

interface Head {
  readonly v: typeof VERSION;
  readonly model: string;
  readonly gen: number;
}
type Part = VectorDump & { readonly sums: readonly string[] };

export interface KeptVectors {
  readonly table: VectorTable;
  readonly sums: ReadonlyMap<string, string>;
}

export class ModelRows {
  private head: Head | null = null;
  private count = 0;
  private kept = 0;

  /** `writes`: is this the tab that keeps rows? */
  constructor(private readonly feed: Feed, private readonly writes: () => boolean) {}

  /** What was kept of this model; null when nothing was. What is damaged is made again. */
  async load(model: string, engine: (places: number) => Promise<Dots>): Promise<KeptVectors | null> {
    [this.head, this.count, this.kept] = [null, 0, 0];
    try {
      const head = JSON.parse(text(await this.feed.call('row', HEAD))) as Head;
      if (head.v !== VERSION || head.model !== model || !Number.isInteger(head.gen)) return null;
      let table: VectorTable | null = null;
      const sums = new Map<string, string>();
      for (;;) {
        const row = await this.feed.call('row', nameOf(head, this.count));
        if (row === null) break;
        const [part, fine] = read(row);
        table ??= new VectorTable(model, part.places, await engine(part.places));
        if (!Array.isArray(part.sums) || part.sums.length !== part.keys.length || !table.take(part, fine)) return null;
        part.keys.forEach((key, at) => sums.set(key, String(part.sums[at])));
        this.count++;
        this.kept += part.keys.length;
      }
      this.head = head;
      return table && { table, sums };
    } catch {
      return null;
    }
  }

  /** Keeps those that are new behind the others, or all, where nothing of this model lies there or too much that nobody needs. */
  async keep(fresh: VectorTable, all: VectorTable, sums: ReadonlyMap<string, string>): Promise<void> {
    if (!this.writes()) return;
    if (this.head?.model === all.maker && this.kept + fresh.size <= all.size * 2 + SPARE) return this.write(this.head, fresh, sums);
    const before = (await this.feed.call('rows')).filter((name) => name.startsWith(MODEL_ROWS));
    const old = before.map((name) => [name, null] as const);
    const head: Head = { v: VERSION, model: all.maker, gen: 1 + Math.max(0, ...before.map((name) => Number(/^m\/(\d+)\//.exec(name)?.[1] ?? 0))) };
    [this.head, this.count, this.kept] = [null, 0, 0];
    await this.write(head, all, sums);
    await this.feed.call('keep', [...old.filter(([name]) => name !== HEAD), [HEAD, utf8(JSON.stringify(head))]]);
    this.head = head;
  }

  private async write(head: Head, table: VectorTable, sums: ReadonlyMap<string, string>): Promise<void> {
    const [dump, fine] = table.dump();
    const size = Math.max(1, Math.floor(ROW_BYTES / (table.places * 2)));
    for (let from = 0; from < dump.keys.length; from += size) {
      const keys = dump.keys.slice(from, from + size);
      const part: Part = { ...dump, keys, scales: dump.scales.slice(from, from + size), sums: keys.map((key) => sums.get(key) ?? '') };
      await this.feed.call('keep', [[nameOf(head, this.count), bytesOf(part, fine.slice(from * table.places, (from + size) * table.places))]]);
      this.count++;
      this.kept += keys.length;
    }
  }
}

const nameOf = ({ gen }: Head, at: number): string => `${MODEL_ROWS}${gen}/${at}`;
const text = (bytes: Uint8Array | null): string => (bytes === null ? 'null' : new TextDecoder().decode(bytes));

function bytesOf(part: Part, fine: Int16Array): Uint8Array {
  const head = utf8(JSON.stringify(part));
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, head.length, true);
  return concat(length, head, new Uint8Array(fine.buffer, fine.byteOffset, fine.byteLength));
}

function read(bytes: Uint8Array): [Part, Int16Array] {
  const length = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
  const codes = bytes.slice(4 + length);
  return [JSON.parse(text(bytes.subarray(4, 4 + length))) as Part, new Int16Array(codes.buffer, codes.byteOffset, codes.byteLength >> 1)];
}
