/**
 * Vectors of a model that a person brought, beside those of spelling: one for each thing that is found, made one batch after another, kept under the hash of the model, and made again when the
 * model is another. Without a model there are none. What the model is slow with or fails at takes nothing from the answer: it is given by words and spelling.
 */
import { PLACES_MAX, plainDots, type Dots } from '#base/dots';
import type { Entry } from '#domain/search';
import type { TextIndex } from '#domain/search/engine';
import { VectorTable, type Near } from '#domain/search/vectors';
import type { ModelRows } from './model-rows.ts';
import { hasVector, wordsOfEntry } from './search-vectors.ts';

/** Vectors of texts by a model; null: it failed, or is not here any more. */
export type Embed = (model: string, texts: readonly string[]) => Promise<readonly Float32Array[] | null>;

/** How far the vectors of a model are. */
export interface MadeState {
  readonly made: number;
  readonly left: number;
}

/** Letters of one text that are read, and texts of one batch. */
const LETTERS = 1_000;
const AT_ONCE = 16;
/** So many new vectors are kept at once. */
const KEPT_AT_ONCE = 128;
/** After a failure it is tried again so much later, ms. */
const RETRY_MS = 60_000;
/** Times a text is tried alone. */
const TRIES = 3;
/** A question waits so long for its vector; one that comes later is there when it is asked again, ms. */
const WAIT_MS = 300;
const QUESTIONS = 32;
/** What is close and is listed, at most; and how far above the mean of all, in deviations: of many models nothing is far from anything. */
const CLOSE_MAX = 10;
const CLOSE = 1.5;

const textOf = (entry: Entry): string => wordsOfEntry(entry).slice(0, LETTERS).trim();

/** A short sum of a text: is it still the one the vector was made of? */
export function sumOf(text: string): string {
  let [a, b] = [0xdeadbeef, 0x41c6ce57];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    a = Math.imul(a ^ code, 2_654_435_761);
    b = Math.imul(b ^ code, 1_597_334_677);
  }
  return `${(a >>> 0).toString(36)}.${(b >>> 0).toString(36)}`;
}

/** Places are a multiple of 16: zeros behind change no angle. */
function padded(vector: Float32Array): Float32Array {
  const out = new Float32Array(Math.ceil(vector.length / 16) * 16);
  out.set(vector);
  return out;
}

export class ModelVectors {
  private model: string | null = null;
  private table: VectorTable | null = null;
  /** What each vector was made of. */
  private sums = new Map<string, string>();
  /** To be made: what changed since, then all others, the newest first. */
  private fresh = new Map<string, Entry>();
  private old = new Map<string, Entry>();
  /** With the model now. */
  private inHand = new Map<string, Entry>();
  private unkept: VectorTable | null = null;
  private readonly questions = new Map<string, Float32Array | null>();
  private asking: string | null = null;
  private working = false;
  /** How often the model failed at a text that it was given alone, and how many of the next are given so. */
  private readonly faults = new Map<string, number>();
  private oneByOne = 0;
  private retry: ReturnType<typeof setTimeout> | undefined;
  /** Rises with every model and every index: what comes for an earlier one is left. */
  private round = 0;
  private leave = (): void => undefined;

  /** `engine`: a new one each time. `changed`: what may be found has changed. */
  constructor(private readonly embed: Embed, private readonly engine: (places: number) => Promise<Dots>, private readonly rows: ModelRows, private readonly changed: () => void) {}

  /** From here on by this model (null: by none), for what is in the index and what comes. */
  async use(model: string | null, index: TextIndex): Promise<void> {
    const mine = ++this.round;
    this.leave();
    [this.model, this.table, this.unkept] = [model, null, null];
    for (const all of [this.sums, this.fresh, this.old, this.inHand, this.questions, this.faults]) all.clear();
    this.oneByOne = 0;
    this.changed();
    if (model === null) return;
    const kept = await this.rows.load(model, this.engine);
    if (mine !== this.round) return;
    if (kept) [this.table, this.sums] = [kept.table, new Map(kept.sums)];
    const there = new Map([...index.all()].filter((entry) => hasVector(entry) && textOf(entry) !== '').sort((a, b) => b.at - a.at).map((entry) => [entry.key, entry]));
    for (const key of [...this.sums.keys()]) if (!there.has(key)) this.forget(key);
    for (const entry of there.values()) if (this.sums.get(entry.key) !== sumOf(textOf(entry))) this.old.set(entry.key, entry);
    this.leave = index.watch({ put: (entry) => this.put(entry), drop: ({ key }) => this.forget(key) });
    this.changed();
    void this.work();
  }

  /** Null without a model. */
  state(): MadeState | null {
    return this.model === null ? null : { made: this.table?.size ?? 0, left: this.fresh.size + this.old.size + this.inHand.size };
  }

  private put(entry: Entry): void {
    this.forget(entry.key);
    if (!hasVector(entry) || textOf(entry) === '') return;
    this.fresh.set(entry.key, entry);
    void this.work();
  }

  private forget(key: string): void {
    for (const all of [this.sums, this.fresh, this.old, this.inHand, this.faults]) all.delete(key);
    this.table?.drop(key);
    this.unkept?.drop(key);
  }

  /** Makes what is missing, a batch after another. */
  private async work(): Promise<void> {
    const [mine, model] = [this.round, this.model];
    if (this.working || model === null) return;
    this.working = true;
    let fine = true;
    try {
      while (fine && mine === this.round && this.fresh.size + this.old.size > 0) fine = await this.batch(model, mine);
      if (mine === this.round) await this.keep();
    } catch {
      fine = false;
    }
    this.working = false;
    // Another model came meanwhile: it starts now.
    if (mine !== this.round) return void this.work();
    this.changed();
    clearTimeout(this.retry);
    if (!fine) this.retry = setTimeout(() => mine === this.round && void this.work(), RETRY_MS);
  }

  private async batch(model: string, mine: number): Promise<boolean> {
    const batch = [...this.fresh, ...this.old].slice(0, this.oneByOne > 0 ? 1 : AT_ONCE);
    this.oneByOne = Math.max(0, this.oneByOne - 1);
    for (const [key, entry] of batch) {
      this.fresh.delete(key);
      this.old.delete(key);
      this.inHand.set(key, entry);
    }
    const made = await this.embed(model, batch.map(([, entry]) => textOf(entry))).catch(() => null);
    if (mine !== this.round) return false;
    const left = batch.filter(([key, entry]) => this.inHand.get(key) === entry);
    this.inHand.clear();
    const fits = made !== null && made.length === batch.length && made.every(({ length }) => length > 0 && length <= PLACES_MAX && length === made[0]!.length);
    if (!fits) return this.failed(left, batch.length === 1);
    for (const [key] of left) this.faults.delete(key);
    const vectors = new Map(batch.map(([key], at) => [key, padded(made[at]!)]));
    const table = (this.table ??= await this.tableOf(model, vectors.get(batch[0]![0])!.length));
    if (mine !== this.round) return false;
    for (const [key, entry] of left) this.place(table, key, entry, vectors.get(key)!);
    if ((this.unkept?.size ?? 0) >= KEPT_AT_ONCE) await this.keep();
    return true;
  }

  /** One text at which the model fails must not keep the others from theirs: those of a batch are asked one by one, and what fails alone is set aside after some times until it changes. */
  private failed(left: readonly (readonly [string, Entry])[], alone: boolean): boolean {
    if (!alone) this.oneByOne = left.length;
    for (const [key, entry] of left) {
      const times = (this.faults.get(key) ?? 0) + (alone ? 1 : 0);
      if (alone) this.faults.set(key, times);
      if (times < TRIES) this.old.set(key, entry);
    }
    return !alone;
  }

  private place(table: VectorTable, key: string, entry: Entry, vector: Float32Array): void {
    table.put(key, vector);
    this.unkept ??= new VectorTable(table.maker, table.places, plainDots(table.places));
    this.unkept.put(key, vector);
    this.sums.set(key, sumOf(textOf(entry)));
  }

  private async tableOf(model: string, places: number): Promise<VectorTable> {
    return new VectorTable(model, places, await this.engine(places));
  }

  private async keep(): Promise<void> {
    const unkept = this.unkept;
    this.unkept = null;
    if (unkept && unkept.size > 0 && this.table) await this.rows.keep(unkept, this.table, this.sums);
    this.changed();
  }

  /** Gets the vector of a question, where it comes in time: else it is there when the question is asked again. */
  async prepare(text: string): Promise<void> {
    const [model, mine, words] = [this.model, this.round, text.slice(0, LETTERS).trim()];
    if (model === null || !this.table || words === '' || this.questions.has(words) || this.asking === words) return;
    this.asking = words;
    let late = false;
    const come = this.embed(model, [words]).catch(() => null).then((made) => {
      if (this.asking === words) this.asking = null;
      if (mine !== this.round) return;
      if (this.questions.size >= QUESTIONS) this.questions.delete([...this.questions.keys()][0]!);
      this.questions.set(words, made?.[0] ? padded(made[0]) : null);
      if (late) this.changed();
    });
    await Promise.race([come, new Promise<void>((done) => setTimeout(done, WAIT_MS))]);
    late = true;
  }

  /** What is closest to the question by the model. */
  close(text: string, fits: (key: string) => boolean): readonly Near[] {
    const vector = this.questions.get(text.slice(0, LETTERS).trim());
    if (!vector || !this.table || vector.length !== this.table.places) return [];
    try {
      const { mean, deviation } = this.table.spread(vector);
      return this.table.nearest(vector, { count: CLOSE_MAX, least: mean + CLOSE * deviation, fits }).map((near) => ({ ...near, meant: true }));
    } catch {
      // No memory for the sums.
      return [];
    }
  }
}
