/**
 * What one who asks knows of workers, by what the work needs. Code of others can make honest devices say different things, by what no module is kept from (docs/ACTORS.md), so
 * what is learned in work of an actor counts for that actor alone.
 */
import { COMPUTE_LIMITS } from '#os/compute-limits';
import { Book, type BookRow } from './book.ts';

/** Work of the app's own code: its book is never given up. */
export const APP_WORK = 'plan';

export type BooksKept = readonly (readonly [need: string, rows: readonly BookRow[]])[];

export class Books {
  private readonly books = new Map<string, Book>();

  /** `used`: a job with it runs. */
  constructor(kept: BooksKept = [], private readonly used: (need: string) => boolean = () => false) {
    for (const [need, rows] of kept.slice(-COMPUTE_LIMITS.books)) this.books.set(need, new Book(rows));
  }

  /** The book for this work. For a new one that goes which was not asked for the longest. */
  of(need: string): Book {
    const book = this.books.get(need) ?? new Book();
    this.books.delete(need);
    this.books.set(need, book);
    const old = this.books.size > COMPUTE_LIMITS.books ? [...this.books.keys()].find((one) => one !== need && one !== APP_WORK && !this.used(one)) : undefined;
    if (old !== undefined) this.books.delete(old);
    return book;
  }

  kept(): BooksKept {
    return [...this.books].map(([need, book]) => [need, book.rows()] as const);
  }

  /** How a device stands: by work of the app; where that says nothing, by what any actor showed. */
  standing(worker: string): 'out' | 'trusted' | 'new' {
    const app = this.books.get(APP_WORK);
    for (const books of [app ? [app] : [], [...this.books.values()]]) {
      if (books.some((book) => book.isOut(worker))) return 'out';
      if (books.some((book) => book.admitted(worker))) return 'trusted';
    }
    return 'new';
  }

  /** Tests passed and runs of each device, in all work together. */
  totals(): Map<string, { passed: number; runs: number }> {
    const all = new Map<string, { passed: number; runs: number }>();
    for (const { worker, passed, runs } of [...this.books.values()].flatMap((book) => book.rows())) {
      const before = all.get(worker);
      all.set(worker, { passed: (before?.passed ?? 0) + passed, runs: (before?.runs ?? 0) + runs });
    }
    return all;
  }
}
