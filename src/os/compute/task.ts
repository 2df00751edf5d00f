/** What the scheduler of shared work keeps of tasks, jobs and runs. */

/** One piece of work, as `T` has it. */
export interface Piece<T> {
  readonly id: string;
  readonly task: T;
  /** One run of a well-tried worker may do. */
  readonly low?: boolean;
}

export interface Decided<T> extends Piece<T> {
  /** The answer that is believed; null: nobody could be believed, it is to be done here. */
  readonly hash: string | null;
  /** Who gave it. */
  readonly by: readonly string[];
}

/** A run that is handed out. */
export interface Grant<T> {
  readonly no: number;
  readonly worker: string;
  readonly task: T;
  /** What of a job it is; null: a test. */
  readonly piece: Piece<T> | null;
}

/** A task whose answer is known. */
export interface Canary<T> {
  readonly id: string;
  readonly task: T;
  readonly hash: string;
}

export interface Open<T> {
  readonly piece: Piece<T>;
  readonly job: Job<T>;
  /** Its place in the job. */
  readonly at: number;
  readonly seed: number;
  readonly votes: Map<string, string>;
  readonly running: Set<string>;
  /** Who had it and gave no answer. */
  readonly lost: Set<string>;
  decided: { readonly hash: string | null } | null;
  /** Done by the one who asks: it stays, whoever said what. */
  sure: boolean;
  /** The one who asks does it next: nobody else is given it. */
  here: boolean;
  /** Enough is on its way: it is looked at again when some of that has come. */
  full: boolean;
}

export interface Job<T> {
  readonly priority: number;
  readonly no: number;
  readonly tasks: Open<T>[];
  undecided: number;
  /** All before it are decided. */
  from: number;
  readonly done: (all: readonly Decided<T>[]) => void;
}

export interface Run<T> {
  readonly worker: string;
  readonly open: Open<T> | null;
  readonly canary: { readonly id: string; readonly hash: string } | null;
  /** For somebody new. */
  readonly admits: boolean;
}
