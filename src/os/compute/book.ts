/** What one who asks knows of those who worked for them: own experience only, nobody's word about others. */
import { COMPUTE_LIMITS } from '#os/compute-limits';
import { oddsOf } from './credibility.ts';

export interface Known {
  /** Known answers passed. */
  passed: number;
  /** Answers in a row that counted. */
  streak: number;
  /** Runs altogether. */
  runs: number;
  out: boolean;
}

/** Why somebody is shut out: what they said, and what is right. */
export interface WrongProof {
  readonly worker: string;
  readonly task: string;
  readonly said: string;
  readonly right: string;
  /** The right answer was known before; else it is what these said. */
  readonly canary: boolean;
  readonly by: readonly string[];
}

export interface BookRow {
  readonly worker: string;
  readonly passed: number;
  readonly streak: number;
  readonly runs: number;
  readonly out: boolean;
}

export class Book {
  private readonly workers = new Map<string, Known>();
  readonly proofs: WrongProof[] = [];

  constructor(rows: readonly BookRow[] = [], proofs: readonly WrongProof[] = []) {
    for (const { worker, ...known } of rows.slice(0, COMPUTE_LIMITS.workers)) this.workers.set(worker, { ...known });
    this.proofs.push(...proofs.slice(-COMPUTE_LIMITS.proofs));
  }

  of(worker: string): Known {
    let known = this.workers.get(worker);
    if (!known) {
      if (this.workers.size >= COMPUTE_LIMITS.workers) this.forget();
      this.workers.set(worker, (known = { passed: 0, streak: 0, runs: 0, out: false }));
    }
    return known;
  }

  /** Its word counts. */
  admitted(worker: string): boolean {
    const known = this.workers.get(worker);
    return known !== undefined && !known.out && known.passed >= COMPUTE_LIMITS.admission;
  }

  isOut(worker: string): boolean {
    return this.workers.get(worker)?.out === true;
  }

  odds(worker: string): number {
    return oddsOf(this.workers.get(worker)?.passed ?? 0);
  }

  shutOut(proof: WrongProof): void {
    const known = this.of(proof.worker);
    Object.assign(known, { out: true, passed: 0, streak: 0 });
    this.proofs.push(proof);
    if (this.proofs.length > COMPUTE_LIMITS.proofs) this.proofs.shift();
  }

  rows(): BookRow[] {
    return [...this.workers].map(([worker, known]) => ({ worker, ...known }));
  }

  /** Somebody who is shut out goes first: coming back, they are as new as under another name. Then who did least. */
  private forget(): void {
    let [gone, least]: [string | null, number] = [null, Infinity];
    for (const [worker, { out, runs }] of this.workers) {
      if (out) return void this.workers.delete(worker);
      if (runs < least) [gone, least] = [worker, runs];
    }
    if (gone !== null) this.workers.delete(gone);
  }
}
