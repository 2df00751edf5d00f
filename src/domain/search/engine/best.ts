/** The best of many, in order: by score, then the newest, then by key. Pure. */
import type { Entry } from '#domain/search';
import type { Match } from './postings.ts';

export const newer = (a: Entry, b: Entry): number => b.at - a.at || (a.key < b.key ? -1 : 1);

type Offered = Pick<Match, 'number' | 'score'>;

/** The best of many: they are never all put in order. */
export class Best {
  private held: Offered[] = [];
  private least = -Infinity;

  constructor(private readonly limit: number, private readonly thing: (number: number) => Entry) {}

  offer(number: number, score: number): void {
    if (score < this.least) return;
    this.held.push({ number, score });
    if (this.held.length >= this.limit * 4 + 64) this.least = this.list().at(-1)?.score ?? Infinity;
  }

  list(): readonly Offered[] {
    this.held = this.held.sort((a, b) => b.score - a.score || newer(this.thing(a.number), this.thing(b.number))).slice(0, this.limit);
    return this.held;
  }
}
