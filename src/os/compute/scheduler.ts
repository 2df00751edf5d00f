/**
 * Gives the tasks of one who asks to workers that may lie, and believes what enough of them, enough tried, say alike (docs/decisions/0103). Pure: who carries
 * tasks and answers drives it, by `next`, `answered` and `lost`. A worker never picks: who gets a task follows from a secret of the one who asks. Known answers look
 * like tasks; who gives a wrong one, or loses a dispute, is shut out, and what they said in jobs that still run counts for nothing. A dispute the one who asks decides, by doing the task.
 */
import { COMPUTE_LIMITS } from '#os/compute-limits';
import { Book, type WrongProof } from './book.ts';
import { wrongAlone } from './credibility.ts';
import { mix } from './mix.ts';
import type { Canary, Decided, Grant, Job, Open, Piece, Run } from './task.ts';

export interface SchedulerDeps<T> {
  readonly book: Book;
  /** Uniform in [0, 1); nobody else can tell the next one. */
  draw(): number;
  /** A task whose answer is known, like those of the job, and that this one never had; null when there is none. */
  canary(worker: string): Canary<T> | null;
  /** A device of the one who asks: its word is theirs. */
  trusts?(worker: string): boolean;
  /** Known answers are given out; without them the bench shows what they are for. */
  readonly canaries?: boolean;
  onProof?(proof: WrongProof): void;
}

export class Scheduler<T> {
  private readonly jobs: Job<T>[] = [];
  private readonly runs = new Map<number, Run<T>>();
  private readonly seeds = new Map<string, number>();
  private readonly busy = new Map<string, number>();
  private readonly lies: (Canary<T> & { readonly had: Set<string> })[] = [];
  private readonly secret: number;
  private counter = 0;
  /** Steps within steps: no job ends inside one. */
  private depth = 0;
  /** Share of the latest newcomers that came in, weighed by how long ago that was. */
  private welcome = 1;
  /** Runs handed out, known answers among them, and those for newcomers. */
  readonly count = { runs: 0, canaries: 0, admissions: 0 };

  constructor(private readonly d: SchedulerDeps<T>) {
    this.secret = this.seed();
  }

  private seed(): number {
    return Math.floor(this.d.draw() * 0x1_0000_0000) >>> 0;
  }

  /** False: there are as many jobs, or tasks in this one, as there may be. `done` is told once, when all of it is decided. */
  add(pieces: readonly Piece<T>[], done: (all: readonly Decided<T>[]) => void, priority = 0): { readonly stop: () => void } | null {
    if (pieces.length === 0 || pieces.length > COMPUTE_LIMITS.jobTasks || this.jobs.length >= COMPUTE_LIMITS.jobs) return null;
    const job: Job<T> = { priority, no: this.counter++, tasks: [], undecided: pieces.length, from: 0, done };
    for (const [at, piece] of pieces.entries()) job.tasks.push({ piece, job, at, seed: this.seed(), votes: new Map(), running: new Set(), lost: new Set(), decided: null, sure: false, here: false, full: false });
    this.jobs.push(job);
    this.jobs.sort((a, b) => b.priority - a.priority || a.no - b.no);
    return { stop: () => this.remove(job) };
  }

  get open(): number {
    return this.jobs.reduce((sum, { undecided }) => sum + undecided, 0);
  }

  /** The next run for somebody of these; null when there is nothing for any of them now. */
  next(workers: readonly string[]): Grant<T> | null {
    const { book } = this.d;
    const free = workers.filter((worker) => !book.isOut(worker) && (this.busy.get(worker) ?? 0) < COMPUTE_LIMITS.perWorker);
    const tried = free.filter((worker) => this.counts(worker));
    if (this.jobs.length === 0) return null;
    // Newcomers are tried as long as that is not most of what is done; and when nothing else goes on.
    if (tried.length === 0 || this.count.admissions * 100 < this.count.runs * this.admissionPercent()) {
      const grant = this.newcomer(free, tried);
      if (grant) return grant;
    }
    for (const job of [...this.jobs]) {
      while (job.tasks[job.from]?.decided) job.from += 1;
      for (let at = job.from; at < job.tasks.length; at++) {
        const open = job.tasks[at]!;
        if (open.decided || open.full || open.here) continue;
        if (!this.wants(open)) {
          // Those who answered may have become more credible since.
          if (open.running.size === 0) this.whole(() => this.judge(open));
          else open.full = true;
          continue;
        }
        const worker = this.pick(open, tried);
        if (worker === null) continue;
        const canary = this.d.canaries !== false && !this.d.trusts?.(worker) && this.d.draw() * 100 < COMPUTE_LIMITS.canaryPercent ? this.known(worker) : null;
        return canary ? this.test(worker, canary) : this.grant(worker, open);
      }
    }
    return this.runs.size === 0 ? this.newcomer(free, tried) : null;
  }

  /** Where newcomers turn out to be liars, who come back under other names, little is spent on them. */
  private admissionPercent(): number {
    return COMPUTE_LIMITS.floodPercent + (COMPUTE_LIMITS.admissionPercent - COMPUTE_LIMITS.floodPercent) * this.welcome;
  }

  private newcomer(free: readonly string[], tried: readonly string[]): Grant<T> | null {
    if (this.d.canaries === false || free.length === tried.length) return null;
    const fresh = free.filter((worker) => !this.counts(worker));
    const one = fresh[Math.floor(this.d.draw() * fresh.length)]!;
    const canary = this.known(one);
    if (!canary) return null;
    this.count.admissions += 1;
    return this.test(one, canary, true);
  }

  /** Does its word count? */
  private counts(worker: string): boolean {
    return this.d.canaries === false || this.d.trusts?.(worker) === true || this.d.book.admitted(worker);
  }

  /** Would more be known by another answer than by those that are on their way? */
  private wants(open: Open<T>): boolean {
    const { piece, seed, votes, running } = open;
    const { book } = this.d;
    if (votes.size + running.size >= COMPUTE_LIMITS.votes || disputed(open)) return false;
    if (piece.low && votes.size + running.size === 1) {
      const [only] = [...votes.keys(), ...running];
      const { streak } = book.of(only!);
      // Drawn once for a task.
      if (streak >= COMPUTE_LIMITS.streak && mix(seed, 0, this.secret) / 0x1_0000_0000 < 1 - 1 / streak) return false;
    }
    return !this.believed([...votes.keys(), ...running]);
  }

  /** Are these enough, who say the same? */
  private believed(workers: readonly string[]): boolean {
    return workers.some((worker) => this.d.trusts?.(worker)) || wrongAlone(workers.map((worker) => this.d.book.odds(worker))) <= 1 / COMPUTE_LIMITS.wrongOneIn;
  }

  /** A known task for this worker. One that somebody lied about comes first: who is in league with them lies about it too. */
  private known(worker: string): Canary<T> | null {
    const lied = this.lies.find(({ had }) => !had.has(worker));
    lied?.had.add(worker);
    return lied ?? this.d.canary(worker);
  }

  private seedOf(worker: string): number {
    let seed = this.seeds.get(worker);
    if (seed === undefined) {
      if (this.seeds.size >= COMPUTE_LIMITS.workers) this.seeds.clear();
      this.seeds.set(worker, (seed = this.seed()));
    }
    return seed;
  }

  /** By rendezvous: the highest draw of those that have not had it. */
  private pick({ seed, votes, running, lost }: Open<T>, workers: readonly string[]): string | null {
    let [best, highest]: [string | null, number] = [null, -1];
    for (const worker of workers) {
      if (votes.has(worker) || running.has(worker) || lost.has(worker)) continue;
      const score = mix(seed, this.seedOf(worker), this.secret);
      if (score > highest) [best, highest] = [worker, score];
    }
    return best;
  }

  private hand(run: Run<T>, task: T): Grant<T> {
    const no = this.counter++;
    this.runs.set(no, run);
    this.busy.set(run.worker, (this.busy.get(run.worker) ?? 0) + 1);
    this.d.book.of(run.worker).runs += 1;
    this.count.runs += 1;
    return { no, worker: run.worker, task, piece: run.open?.piece ?? null };
  }

  private test(worker: string, { id, task, hash }: Canary<T>, admits = false): Grant<T> {
    this.count.canaries += 1;
    return this.hand({ worker, open: null, canary: { id, hash }, admits }, task);
  }

  private grant(worker: string, open: Open<T>): Grant<T> {
    open.running.add(worker);
    return this.hand({ worker, open, canary: null, admits: false }, open.piece.task);
  }

  private end(no: number): Run<T> | null {
    const run = this.runs.get(no);
    if (!run || !this.runs.delete(no)) return null;
    const left = this.busy.get(run.worker)! - 1;
    if (left > 0) this.busy.set(run.worker, left);
    else this.busy.delete(run.worker);
    run.open?.running.delete(run.worker);
    if (run.open) run.open.full = false;
    return run;
  }

  /** The run gave nothing in its time; another gets the task, or the one who asks does it, `here`. */
  lost(no: number, here = false): void {
    const run = this.end(no);
    if (!run?.open) return;
    const { open } = run;
    open.lost.add(run.worker);
    if (here) open.here = true;
    this.whole(() => this.judge(open));
  }

  /** The run was not begun: it counts for nothing and says nothing of the worker. */
  returned(no: number): void {
    const run = this.end(no);
    if (!run) return;
    const known = this.d.book.of(run.worker);
    known.runs = Math.max(0, known.runs - 1);
    this.count.runs -= 1;
    if (run.canary) this.count.canaries -= 1;
    // It never saw it: what somebody lied about it may be given again.
    this.lies.find(({ id }) => id === run.canary?.id)?.had.delete(run.worker);
    if (run.admits) this.count.admissions -= 1;
    const { open } = run;
    if (open) this.whole(() => this.judge(open));
  }

  /** The run gave an answer. A late one, of a run that was lost or of a job that ended, is none. */
  answered(no: number, hash: string): void {
    const run = this.end(no);
    if (!run || this.d.book.isOut(run.worker)) return;
    const known = this.d.book.of(run.worker);
    if (run.canary) {
      const passed = run.canary.hash === hash;
      if (known.passed < COMPUTE_LIMITS.admission && (!passed || known.passed + 1 === COMPUTE_LIMITS.admission)) this.welcome = this.welcome * 0.9 + (passed ? 0.1 : 0);
      if (!passed) {
        const { id: task, hash: right } = run.canary;
        return this.whole(() => this.shutOut({ worker: run.worker, task, said: hash, right, canary: true, by: [] }));
      }
      known.passed += 1;
      known.streak += 1;
      return;
    }
    if (!this.jobs.includes(run.open!.job)) return;
    const open = run.open!;
    open.votes.set(run.worker, hash);
    this.whole(() => this.judge(open));
  }

  /** A task about which different things were said: only the one who asks can tell who lied, by doing it, and `told`. Each costs somebody their name. */
  disputed(): Piece<T> | null {
    for (const { tasks, from } of this.jobs) {
      for (let at = from; at < tasks.length; at++) if (!tasks[at]!.decided && disputed(tasks[at]!)) return tasks[at]!.piece;
    }
    return null;
  }

  /** A task for which nobody of these is left to be asked: it is to be done here, and `told`. */
  stuck(workers: readonly string[]): Piece<T> | null {
    const some = workers.filter((worker) => !this.d.book.isOut(worker));
    for (const { tasks } of this.jobs) {
      for (const open of tasks) if (!open.decided && open.running.size === 0 && (open.here || this.pick(open, some) === null || open.votes.size >= COMPUTE_LIMITS.votes)) return open.piece;
    }
    return null;
  }

  /** Is this piece of a job that runs still to be decided? */
  undecided(id: string): boolean {
    return this.jobs.some(({ tasks }) => tasks.some(({ piece, decided }) => piece.id === id && !decided));
  }

  /** The one who asks has done the task: that is the answer, and a known one for whoever gave theirs. Null: it gives none here, which proves nothing against anybody. */
  told(id: string, hash: string | null): void {
    this.whole(() => this.tell(id, hash));
  }

  private tell(id: string, hash: string | null): void {
    for (const job of [...this.jobs]) {
      const open = job.tasks.find(({ piece, decided }) => piece.id === id && !decided);
      if (!open) continue;
      open.decided = { hash };
      open.sure = true;
      job.undecided -= 1;
      if (hash === null) continue;
      if (disputed(open)) this.lies.unshift({ id, task: open.piece.task, hash, had: new Set(open.votes.keys()) });
      if (this.lies.length > COMPUTE_LIMITS.lies) this.lies.pop();
      for (const [worker, said] of [...open.votes]) {
        if (said !== hash) this.shutOut({ worker, task: id, said, right: hash, canary: true, by: [] });
        else {
          const known = this.d.book.of(worker);
          known.passed += 1;
          known.streak += 1;
        }
      }
    }
  }

  /** A step with all that follows from it; a job that is decided by then ends. Within the step somebody may be shut out, and what they said be taken back. */
  private whole(step: () => void): void {
    this.depth += 1;
    try {
      step();
    } finally {
      this.depth -= 1;
    }
    if (this.depth > 0) return;
    for (const job of [...this.jobs]) if (job.undecided === 0 && this.jobs.includes(job)) this.finish(job);
  }

  private judge(open: Open<T>): void {
    if (open.sure) return;
    open.full = false;
    const { votes, running } = open;
    const own = [...votes.keys()].filter((worker) => this.d.trusts?.(worker));
    const split = disputed(open);
    // What an own device said stands against whatever strangers said.
    const hash = split ? (own.length > 0 && new Set(own.map((worker) => votes.get(worker))).size === 1 ? votes.get(own[0]!)! : null) : votes.values().next().value ?? null;
    const enough = hash !== null && (split || this.believed([...votes.keys()]) || (running.size === 0 && votes.size < COMPUTE_LIMITS.votes && !this.wants(open)));
    const over = !enough && !split && votes.size >= COMPUTE_LIMITS.votes && running.size === 0;
    const before = open.decided;
    open.decided = enough ? { hash } : over ? { hash: null } : null;
    if (!before && open.decided) open.job.undecided -= 1;
    else if (before && !open.decided) {
      open.job.undecided += 1;
      open.job.from = Math.min(open.job.from, open.at);
    }
    if (enough && before?.hash !== hash) this.settle(open, hash!, split);
  }

  /** What an answer that counts says of those who gave one. */
  private settle(open: Open<T>, hash: string, split: boolean): void {
    const right = [...open.votes].flatMap(([worker, said]) => (said === hash ? [worker] : []));
    for (const worker of right) this.d.book.of(worker).streak += 1;
    if (!split) return;
    for (const [worker, said] of [...open.votes]) if (said !== hash) this.shutOut({ worker, task: open.piece.id, said, right: hash, canary: false, by: right });
  }

  /** Nothing that it said in what still runs counts any more. */
  private shutOut(proof: WrongProof): void {
    if (this.d.book.isOut(proof.worker)) return;
    this.d.book.shutOut(proof);
    this.d.onProof?.(proof);
    const said = this.jobs.flatMap(({ tasks }) => tasks.filter(({ votes }) => votes.delete(proof.worker)));
    for (const open of said) this.judge(open);
  }

  private finish(job: Job<T>): void {
    this.remove(job);
    job.done(job.tasks.map(({ piece, votes, decided }) => ({ ...piece, hash: decided!.hash, by: [...votes].flatMap(([worker, said]) => (said === decided!.hash ? [worker] : [])) })));
  }

  private remove(job: Job<T>): void {
    const at = this.jobs.indexOf(job);
    if (at >= 0) this.jobs.splice(at, 1);
  }
}

const disputed = <T>({ votes }: Open<T>): boolean => votes.size > 1 && new Set(votes.values()).size > 1;
