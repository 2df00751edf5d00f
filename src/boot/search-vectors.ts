/**
 * Vectors beside the full-text index: one for each thing that is found, made when its words are put and gone with them. They belong to the index they were made from: they are kept with
 * it, and what is read from its log is made again. So made anew, or step by step, they are the same.
 */
import type { CardDots } from '#adapters/fast-loops/gpu';
import type { Dots } from '#base/dots';
import { concat, utf8 } from '#base/bytes';
import type { Entry } from '#domain/search';
import type { TextIndex } from '#domain/search/engine';
import { VectorTable, type Near, type Nearest, type VectorDump } from '#domain/search/vectors';

/** Who turns words into a vector. */
export interface VectorMaker {
  /** Rises with every change of what it makes: others' vectors are not compared with its own. */
  readonly id: string;
  readonly places: number;
  /** Less alike than this is not alike. */
  readonly least: number;
  make(text: string): Float32Array;
}

/** So much of a text is looked at, UTF-16 units: what is longer is told by its beginning. */
const TEXT_MAX = 4_000;
/** What is alike and is listed beside what has the words, at most. */
const ALIKE_MAX = 20;

/** From so many rows on the graphics card is asked. */
const CARD_FROM = 150_000;

/** The nearest by sums that the card has made. */
export type CardAnswer = (wanted: Nearest) => readonly Near[];

/** The words a vector is made of. */
export const wordsOfEntry = ({ title, text }: Entry): string => `${title} ${text}`.trim().slice(0, TEXT_MAX);
/** People and spaces are found by their names alone. */
export const hasVector = ({ kind }: Entry): boolean => kind !== 'person' && kind !== 'space';

export class SearchVectors {
  /** Null before it follows, and where there is no memory for it: then things are found by their words alone. */
  private table: VectorTable | null = null;

  /** The graphics card, once there are enough rows for it; null where there is none, or it failed. */
  private card: Promise<CardDots | null> | null = null;
  private onCard: CardDots | null = null;
  /** Rises with every row that comes or goes. */
  private changes = 0;
  /** Follows no longer. */
  private leave = (): void => undefined;

  /** `engine`: a new one each time. `bring`: brings the graphics card. */
  constructor(private readonly maker: VectorMaker, private readonly engine: (places: number) => Promise<Dots>, private readonly bring: ((places: number) => Promise<CardDots | null>) | null = null, private readonly cardFrom = CARD_FROM) {}

  get size(): number {
    return this.table?.size ?? 0;
  }

  /** Follows the index from here on; `kept`: what lay beside it. What is missing is made, what is too much goes. */
  async follow(index: TextIndex, kept: Uint8Array | null): Promise<void> {
    this.table = null;
    this.leave();
    this.leaveCard(null);
    try {
      const { id, places } = this.maker;
      const table = (kept && read(id, places, await this.rows(places), kept)) ?? new VectorTable(id, places, await this.rows(places));
      const there = new Set<string>();
      for (const entry of index.all()) {
        if (!hasVector(entry)) continue;
        there.add(entry.key);
        if (!table.has(entry.key)) this.put(table, entry);
      }
      for (const key of table.all()) if (!there.has(key)) table.drop(key);
      this.table = table;
      this.leave = index.watch({
        put: (entry) => this.safely(() => hasVector(entry) && this.put(table, entry)),
        drop: ({ key }) => this.safely(() => table.drop(key)),
      });
    } catch {
      this.table = null;
    }
  }

  /** What fails here takes no words from the index. */
  private safely(work: () => void): void {
    this.changes++;
    try {
      work();
    } catch {
      this.table = null;
      this.leave();
    }
  }

  private put(table: VectorTable, entry: Entry): void {
    table.put(entry.key, this.maker.make(wordsOfEntry(entry)));
  }

  /** What the card says of a question, where there are so many rows; null: the processor does it when it is asked. */
  async sums(text: string): Promise<CardAnswer | null> {
    const table = this.table;
    if (!table || !this.bring || table.size < this.cardFrom || text.trim() === '') return null;
    try {
      const card = await (this.card ??= this.fill(table));
      const asked = table === this.table ? table.ask(this.maker.make(text.slice(0, TEXT_MAX))) : null;
      if (!card || !asked) return null;
      const at = this.changes;
      const dots = await card.dots(asked.rough, table.size);
      // Rows came or went meanwhile: the sums are of others.
      return at === this.changes && table === this.table ? (wanted) => asked.answer(dots, wanted) : null;
    } catch {
      this.leaveCard(Promise.resolve(null));
      return null;
    }
  }

  private async fill(table: VectorTable): Promise<CardDots | null> {
    const card = await this.bring!(table.places);
    if (!card || table !== this.table) return null;
    for (let row = 0; row < table.size; row++) card.write(row, table.roughOf(row));
    return (this.onCard = card);
  }

  private leaveCard(next: Promise<null> | null): void {
    this.onCard?.close();
    [this.card, this.onCard] = [next, null];
  }

  /** Rows go to the card too, while there is one. */
  private async rows(places: number): Promise<Dots> {
    const dots = await this.engine(places);
    return {
      write: (row, codes) => (dots.write(row, codes), this.onCard?.write(row, codes)),
      copy: (from, to) => (dots.copy(from, to), this.onCard?.copy(from, to)),
      dots: (question, count) => dots.dots(question, count),
    };
  }

  /** What is most like the question. */
  alike(text: string, fits: (key: string) => boolean, sums: CardAnswer | null = null): readonly Near[] {
    const wanted = { count: ALIKE_MAX, least: this.maker.least, fits };
    try {
      return sums?.(wanted) ?? this.table?.nearest(this.maker.make(text.slice(0, TEXT_MAX)), wanted) ?? [];
    } catch {
      // No memory for the sums: the words are answered.
      return [];
    }
  }

  /** What is to be kept; null: nothing. */
  bytes(): Uint8Array | null {
    if (!this.table) return null;
    const [head, fine] = this.table.dump();
    const text = utf8(JSON.stringify(head));
    const length = new Uint8Array(4);
    new DataView(length.buffer).setUint32(0, text.length, true);
    return concat(length, text, new Uint8Array(fine.buffer, fine.byteOffset, fine.byteLength));
  }
}

/** Null: it is none, of another maker, or damaged. */
function read(maker: string, places: number, dots: Dots, bytes: Uint8Array): VectorTable | null {
  try {
    const length = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
    const head = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length))) as VectorDump;
    const codes = bytes.slice(4 + length);
    if (head.places !== places) return null;
    return VectorTable.load(maker, dots, head, new Int16Array(codes.buffer, codes.byteOffset, codes.byteLength >> 1));
  } catch {
    return null;
  }
}
