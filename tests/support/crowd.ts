/** The production scheduler among workers of which some lie: what it took for right and what that cost. */
import { chance } from '#tests/support/chance';
import { Book } from '#os/compute/book';
import { Scheduler } from '#os/compute/scheduler';
import type { Grant } from '#os/compute/task';
import { honest, type Strategy } from './liars.ts';

export interface Crowd {
  readonly workers: number;
  /** Share of those who lie, and how. */
  readonly liars: number;
  readonly strategy: Strategy;
  /** Whoever is shut out comes back under another name. */
  readonly whitewash: boolean;
  readonly tasks: number;
  readonly canaries?: boolean;
  readonly seed: number;
}

export interface Outcome {
  readonly tasks: number;
  readonly wrong: number;
  /** Tasks nobody could be believed about. */
  readonly open: number;
  readonly honestOut: number;
  readonly liarsOut: number;
  readonly runs: number;
  readonly canaries: number;
  /** Of the runs: those of the one who asks. */
  readonly own: number;
}

const JOB = 500;
/** Runs at once. */
const WIDTH = 64;

const right = (task: number): string => `right ${task}`;

/** One crowd, all of its tasks. */
export function crowd({ workers, liars, strategy, whitewash, tasks, canaries = true, seed }: Crowd): Outcome {
  const [draw, theirs] = [chance(seed), chance(seed + 1)];
  const names = new Map<string, { liar: boolean; runs: number }>();
  let named = 0;
  const join = (liar: boolean): void => void names.set(`worker ${named++}`, { liar, runs: 0 });
  for (let i = 0; i < workers; i++) join(i < workers * liars);
  const out = { honest: 0, liars: 0 };
  const ids = chance(seed + 2);
  const fresh = (): number => Math.floor(ids() * 2 ** 31);
  const scheduler = new Scheduler<number>({
    book: new Book(), draw, canaries,
    canary: () => {
      const task = fresh();
      return { id: `c${task}`, task, hash: right(task) };
    },
    onProof({ worker }) {
      const { liar } = names.get(worker)!;
      out[liar ? 'liars' : 'honest'] += 1;
      names.delete(worker);
      if (!liar || whitewash) join(liar);
    },
  });
  const counts = { tasks: 0, wrong: 0, open: 0 };
  let own = 0;
  const flying: Grant<number>[] = [];
  for (let done = 0; done < tasks; done += JOB) {
    let ended = false;
    scheduler.add(Array.from({ length: JOB }, (_, i) => ({ id: `${done + i}`, task: fresh() })), (all) => {
      ended = true;
      for (const { task, hash } of all) {
        counts.tasks += 1;
        if (hash === null) {
          counts.open += 1;
          own += 1;
        }
        else if (hash !== right(task)) counts.wrong += 1;
      }
    });
    let [here, of] = [[...names.keys()], named];
    while (!ended) {
      if (of !== named || here.length !== names.size) [here, of] = [[...names.keys()], named];
      // What is disputed, and what nobody may be believed about, the one who asks does: a run like any other.
      const mine = scheduler.disputed();
      if (mine) {
        own += 1;
        scheduler.told(mine.id, right(mine.task));
        continue;
      }
      const grant = flying.length < WIDTH ? scheduler.next(here) : null;
      if (grant) {
        flying.push(grant);
        continue;
      }
      if (flying.length === 0) throw new Error(`stands still at ${counts.tasks + JOB - scheduler.open}`);
      const { no, worker, task } = flying.splice(Math.floor(theirs() * flying.length), 1)[0]!;
      const one = names.get(worker);
      if (one) scheduler.answered(no, (one.liar ? strategy : honest)(task, right(task), one.runs++, theirs));
      else scheduler.lost(no);
    }
  }
  return { ...counts, honestOut: out.honest, liarsOut: out.liars, ...scheduler.count, own, runs: scheduler.count.runs + own };
}
