/**
 * Vectors by key, and the nearest of them, exactly. Rows stand close together: the last takes the place of one that goes. Where a row stands decides nothing: the same keys with
 * the same vectors give the same answer in whatever order they came (held by tests).
 */
import { codesOf, roughOf, type Coded } from './codes.ts';
import { PLACES_MAX, type Dots } from '#base/dots';

export interface Near {
  readonly key: string;
  /** Cosine, -1 to 1. */
  readonly by: number;
  /** By a model, not by spelling. */
  readonly meant?: boolean;
}

/** What is kept of a table: rows of fine codes one behind another. */
export interface VectorDump {
  readonly v: typeof VECTORS_VERSION;
  /** By what the vectors were made: others' are not compared with them. */
  readonly maker: string;
  readonly places: number;
  readonly keys: readonly string[];
  readonly scales: readonly number[];
}

/** Rises when what is kept is read otherwise. */
export const VECTORS_VERSION = 1;
/** The length of a vector in fine codes is 1 to within a thousandth (4,096 places, half a step each). */
const ROUNDED = 1.001;
/** Rounding of sums in 64-bit floating point, far above it. */
const SLACK = 1e-9;

export interface Nearest {
  readonly count: number;
  /** Less alike than this is left out. */
  readonly least: number;
  readonly fits?: (key: string) => boolean;
}

const closer = (a: Near, b: Near): number => b.by - a.by || (a.key < b.key ? -1 : 1);

export class VectorTable {
  private readonly rows = new Map<string, number>();
  private readonly keys: string[] = [];
  private readonly scales: number[] = [];
  private readonly offs: number[] = [];
  private fine: Int16Array;

  constructor(readonly maker: string, readonly places: number, private readonly engine: Dots) {
    if (!(places > 0 && places <= PLACES_MAX && places % 16 === 0)) throw new RangeError(`places: ${places}`);
    this.fine = new Int16Array(places * 64);
  }

  /** The table of what was kept; null when it is none of this maker and version, or damaged. */
  static load(maker: string, engine: Dots, dump: VectorDump, fine: Int16Array): VectorTable | null {
    if (!(dump?.places > 0 && dump.places <= PLACES_MAX && dump.places % 16 === 0)) return null;
    const table = new VectorTable(maker, dump.places, engine);
    return table.take(dump, fine) && table.size === dump.keys.length ? table : null;
  }

  /** Takes in what was kept of a table of this maker, each in the place of what is held by its name; false when it is none, or damaged. */
  take(dump: VectorDump, fine: Int16Array): boolean {
    if (dump?.v !== VECTORS_VERSION || dump.maker !== this.maker || dump.places !== this.places || !Array.isArray(dump.keys) || !Array.isArray(dump.scales)) return false;
    if (dump.keys.length !== dump.scales.length || fine.length !== dump.keys.length * dump.places) return false;
    for (const [row, key] of dump.keys.entries()) {
      const scale = dump.scales[row];
      if (typeof key !== 'string' || typeof scale !== 'number' || !(scale > 0)) return false;
      this.place(key, roughOf(fine.slice(row * dump.places, (row + 1) * dump.places), scale));
    }
    return true;
  }

  /** What is to be kept, and the rows that go with it. */
  dump(): [VectorDump, Int16Array] {
    return [{ v: VECTORS_VERSION, maker: this.maker, places: this.places, keys: [...this.keys], scales: [...this.scales] }, this.fine.slice(0, this.keys.length * this.places)];
  }

  get size(): number {
    return this.keys.length;
  }

  /** Every key that is held. */
  all(): string[] {
    return [...this.keys];
  }

  has(key: string): boolean {
    return this.rows.has(key);
  }

  /** A vector of nothing is not held: nothing is like it. */
  put(key: string, vector: Float32Array): void {
    if (vector.length !== this.places) throw new RangeError(`places: ${vector.length}`);
    const coded = codesOf(vector);
    if (coded) this.place(key, coded);
    else this.drop(key);
  }

  private place(key: string, { fine, rough, scale, off }: Coded): void {
    const row = this.rows.get(key) ?? this.keys.length;
    if ((row + 1) * this.places > this.fine.length) {
      const larger = new Int16Array(this.fine.length * 2);
      larger.set(this.fine);
      this.fine = larger;
    }
    this.fine.set(fine, row * this.places);
    this.engine.write(row, rough);
    this.rows.set(key, row);
    [this.keys[row], this.scales[row], this.offs[row]] = [key, scale, off];
  }

  drop(key: string): void {
    const row = this.rows.get(key);
    if (row === undefined) return;
    const last = this.keys.length - 1;
    if (row !== last) {
      this.fine.copyWithin(row * this.places, last * this.places, (last + 1) * this.places);
      this.engine.copy(last, row);
      [this.keys[row], this.scales[row], this.offs[row]] = [this.keys[last]!, this.scales[last]!, this.offs[last]!];
      this.rows.set(this.keys[row]!, row);
    }
    this.rows.delete(key);
    this.keys.pop();
    this.scales.pop();
    this.offs.pop();
  }

  /** How like the question all are, by their rough codes: the mean, and how far they are from it. */
  spread(vector: Float32Array): { readonly mean: number; readonly deviation: number } {
    const coded = this.size === 0 || vector.length !== this.places ? null : codesOf(vector);
    if (!coded) return { mean: 0, deviation: 0 };
    const dots = this.engine.dots(coded.rough, this.size);
    let [sum, squares] = [0, 0];
    for (let row = 0; row < this.size; row++) {
      const by = dots[row]! * coded.scale * this.scales[row]! * 65_536;
      sum += by;
      squares += by * by;
    }
    const mean = sum / this.size;
    return { mean, deviation: Math.sqrt(Math.max(0, squares / this.size - mean * mean)) };
  }

  /** The nearest that fit, the nearest first; of equals the least key. */
  nearest(vector: Float32Array, asked: Nearest): Near[] {
    const coded = this.size === 0 || asked.count <= 0 || vector.length !== this.places ? null : codesOf(vector);
    return coded ? this.among(coded, this.engine.dots(coded.rough, this.size), asked) : [];
  }

  /** The codes of a question for others who multiply (the graphics card), and the answer from their sums. */
  ask(vector: Float32Array): { readonly rough: Int8Array; answer(dots: Int32Array, asked: Nearest): Near[] } | null {
    const coded = vector.length === this.places ? codesOf(vector) : null;
    return coded && { rough: coded.rough, answer: (dots, asked) => this.among(coded, dots, asked) };
  }

  /** Codes of a row, for those who hold a copy. */
  roughOf(row: number): Int8Array {
    return roughOf(this.fine.slice(row * this.places, (row + 1) * this.places), this.scales[row]!).rough;
  }

  /**
   * A rough sum is off by at most what the rough row and the rough question are: by the least that a row may have, the count-th best is a line; whoever may be above it is
   * multiplied in full. A row that is left out cannot be one of the best.
   */
  private among(question: Coded, dots: Int32Array, { count, least, fits = () => true }: Nearest): Near[] {
    const unit = question.scale * 65_536;
    const bound = (row: number): number => (this.offs[row]! + (1 + this.offs[row]!) * question.off) * ROUNDED + SLACK;
    // Who asks whether a row fits looks it up by its name: once a row.
    const told = new Uint8Array(this.size);
    const lets = (row: number): boolean => (told[row] ||= fits(this.keys[row]!) ? 1 : 2) === 1;
    const floors: number[] = [];
    let line = least;
    for (let row = 0; row < this.size; row++) {
      const floor = dots[row]! * unit * this.scales[row]! - bound(row);
      if (floor <= line || !lets(row)) continue;
      insert(floors, floor, count);
      if (floors.length === count) line = Math.max(least, floors[count - 1]!);
    }
    const found: Near[] = [];
    for (let row = 0; row < this.size; row++) {
      if (dots[row]! * unit * this.scales[row]! + bound(row) < line || !lets(row)) continue;
      const by = this.full(question, row);
      if (by >= least) found.push({ key: this.keys[row]!, by });
    }
    return found.sort(closer).slice(0, count);
  }

  private full({ fine, scale }: Coded, row: number): number {
    let sum = 0;
    for (let i = 0, at = row * this.places; i < this.places; i++, at++) sum += fine[i]! * this.fine[at]!;
    return sum * scale * this.scales[row]!;
  }
}

/** Into a list from the greatest down, of so many. */
function insert(list: number[], value: number, count: number): void {
  let at = list.length;
  while (at > 0 && list[at - 1]! < value) at--;
  if (at >= count) return;
  list.splice(at, 0, value);
  if (list.length > count) list.pop();
}
