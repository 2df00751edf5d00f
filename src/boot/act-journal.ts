/**
 * Acts of this page that are not known to be saved. The kernel applies an act, shows it and saves it a moment later; when it dies in between, the journal
 * gives the act to the next kernel, in order. What has landed is seen by the things it created: they have their ids before they are sent.
 */
import { AppError } from '#base/app-error';
import { fromBase64url, toBase64url } from '#base/bytes';
import type { NodeId, Op } from '#os/api';
import { SUPERVISION_LIMITS } from '#os/limits';
import type { Random } from '#ports/random';

export type TransactOptions = { fragment?: string; label?: string } | undefined;
export type TransactResult = { ids: NodeId[]; record: 'pending' };

/** The kernel as far as the journal asks it. */
export interface ActTarget {
  transact(space: string, ops: Op[], options: TransactOptions): Promise<TransactResult>;
  /** Is a thing with this id there, by what this device holds? */
  holds(space: string, id: NodeId): Promise<boolean>;
}

interface Entry {
  readonly space: string;
  readonly ops: Op[];
  readonly options: TransactOptions;
  /** A thing it creates whose id was drawn here: there or not, it tells whether the act landed. */
  readonly mark: NodeId | null;
  /** It was given to a kernel. */
  sent: boolean;
  /** The caller has its answer. */
  answered: boolean;
  resolve(result: TransactResult): void;
  reject(error: unknown): void;
}

export interface ActJournal {
  /** Does the act now, or keeps it until a kernel is there. */
  transact(space: string, ops: Op[], options?: TransactOptions): Promise<TransactResult>;
  /** Everything answered so far is committed. */
  settled(): void;
  /** No kernel from here on. */
  lost(): void;
  /** A kernel has loaded: gives it what it may lack, in order. Nothing else may be asked of it before. */
  replay(target: ActTarget): Promise<void>;
  /** Acts that no kernel is known to have saved. */
  readonly waiting: number;
  /** Operations given to the kernel of now and not answered. */
  readonly inHand: number;
  /** Acts that were given up: it cannot be known whether they landed, and done twice they would do more; or there were too many. */
  readonly givenUp: number;
  /** What waits, readable, for a file. */
  list(): { space: string; fragment: string | null; operations: Op[] }[];
}

/** Operations that change nothing more when they are done twice. */
const REPEATABLE: ReadonlySet<Op['op']> = new Set(['node.create', 'node.set', 'node.delete', 'node.restore', 'edge.set', 'edge.remove', 'pos.set', 'set.add', 'set.remove', 'max.set', 'text.update']);
const repeats = (op: Op): boolean => REPEATABLE.has(op.op) || (op.op === 'edge.add' && op.multi !== true);
/** What an op is told by in the answer; '' for a link, whose id the kernel makes. */
const idOf = (op: Op): NodeId => ('id' in op && op.id !== undefined ? op.id : '');

const UNKNOWN = { code: 'kernel-lost', message: 'The kernel ended before it answered.', safe: 'What was saved before is safe.', next: 'Look whether it is done, then try again.' };

/** The error of a call that died with its kernel. */
export const kernelLost = (): AppError => new AppError(UNKNOWN.code, UNKNOWN.message, UNKNOWN.safe, UNKNOWN.next);
export const isKernelLost = (error: unknown): boolean => error instanceof AppError && error.code === UNKNOWN.code;

/** An empty journal over the kernel of now. `owner`: uid of the person of this profile, once there is one. */
export function createActJournal(random: Random, first: ActTarget, owner: () => string | null): ActJournal {
  return new Journal(random, first, owner);
}

class Journal implements ActJournal {
  givenUp = 0;
  private entries: Entry[] = [];
  private ops = 0;
  private readonly heads = new Map<string, Uint8Array>();
  private target: ActTarget | null;
  /** Counts kernels that were lost: what a replay has begun ends with its kernel. */
  private losses = 0;

  constructor(private readonly random: Random, first: ActTarget, private readonly owner: () => string | null) {
    this.target = first;
  }

  get waiting(): number {
    return this.entries.length;
  }

  get inHand(): number {
    return this.entries.reduce((sum, one) => (one.sent && !one.answered ? sum + one.ops.length : sum), 0);
  }

  transact(space: string, ops: Op[], options: TransactOptions): Promise<TransactResult> {
    if (!Array.isArray(ops)) return this.target ? this.target.transact(space, ops, options) : Promise.reject(kernelLost());
    return new Promise((resolve, reject) => {
      const named = this.named(space, ops);
      const mark = named.find((op, i): op is Extract<Op, { op: 'node.create' }> => op !== ops[i])?.id ?? null;
      const entry: Entry = { space, ops: named, options, mark, sent: false, answered: false, resolve, reject };
      this.entries.push(entry);
      this.ops += ops.length;
      while (this.ops > SUPERVISION_LIMITS.keptOps && this.entries.length > 1) this.giveUp(this.entries[0]!);
      if (this.target) this.send(entry, this.target);
    });
  }

  settled(): void {
    this.entries = this.entries.filter((one) => !one.answered);
    this.ops = this.entries.reduce((sum, one) => sum + one.ops.length, 0);
  }

  lost(): void {
    this.losses += 1;
    this.target = null;
  }

  async replay(target: ActTarget): Promise<void> {
    // What is asked meanwhile waits behind.
    const { losses } = this;
    const done = new Set<Entry>();
    for (;;) {
      const entry = this.entries.find((one) => !done.has(one));
      if (!entry) break;
      done.add(entry);
      const landed = entry.sent && entry.mark !== null && (await target.holds(entry.space, entry.mark));
      if (this.losses !== losses) return;
      await this.again(entry, target, landed);
      if (this.losses !== losses) return;
    }
    this.target = target;
  }

  list(): { space: string; fragment: string | null; operations: Op[] }[] {
    return this.entries.map(({ space, ops, options }) => ({ space, fragment: options?.fragment ?? null, operations: ops }));
  }

  /** Gives the entry to the kernel; its answer ends the caller's wait, a refusal the entry. */
  private send(entry: Entry, target: ActTarget): Promise<void> {
    entry.sent = true;
    return target.transact(entry.space, entry.ops, entry.options).then(
      (result) => {
        entry.answered = true;
        entry.resolve(result);
      },
      (error: unknown) => {
        if (isKernelLost(error)) return;
        this.drop(entry);
        entry.reject(error);
      },
    );
  }

  private async again(entry: Entry, target: ActTarget, landed: boolean): Promise<void> {
    if (landed) return this.landed(entry, target);
    if (!entry.sent || entry.mark !== null || entry.ops.every(repeats)) return this.send(entry, target);
    this.giveUp(entry);
  }

  /** What goes into one fragment is one commit; what it did elsewhere may be missing, and is done again where that changes nothing more. */
  private async landed(entry: Entry, target: ActTarget): Promise<void> {
    const made = new Set(entry.ops.map((op) => (op.op === 'node.create' ? op.id : undefined)));
    const elsewhere = entry.options?.fragment !== undefined ? [] : entry.ops.filter((op) => op.op !== 'node.create' && !made.has(op.op === 'edge.add' ? op.from : op.id));
    const rest = elsewhere.filter(repeats);
    this.drop(entry);
    if (rest.length < elsewhere.length) this.givenUp += 1;
    entry.resolve({ ids: entry.ops.map(idOf), record: 'pending' });
    if (rest.length > 0) await target.transact(entry.space, rest, entry.options).catch(() => undefined);
  }

  /** Whoever still waits for it is told: nobody else answers. */
  private giveUp(entry: Entry): void {
    this.givenUp += 1;
    this.drop(entry);
    entry.reject(kernelLost());
  }

  private drop(entry: Entry): void {
    const at = this.entries.indexOf(entry);
    if (at < 0) return;
    this.entries.splice(at, 1);
    this.ops -= entry.ops.length;
  }

  /** New things get their id here. As the kernel does it: 9 bytes drawn once per run and space compress away in a record of many, 7 are drawn for each. */
  /** Of the ids drawn here: 8 bytes of the person's, by which others know what a Guest may change (PROTOCOL 5), and one of this run. */
  private head(space: string): Uint8Array {
    const uid = this.owner() ?? '';
    const key = `${space} ${uid}`;
    let head = this.heads.get(key);
    if (!head) {
      head = this.random.bytes(9);
      head.set(fromBase64url(uid)?.subarray(0, 8) ?? []);
      this.heads.set(key, head);
    }
    return head;
  }

  private named(space: string, ops: Op[]): Op[] {
    if (!ops.some((op) => op?.op === 'node.create' && op.id === undefined)) return ops;
    const start = this.head(space);
    return ops.map((op) => {
      if (op?.op !== 'node.create' || op.id !== undefined) return op;
      const id = new Uint8Array(16);
      id.set(start);
      id.set(this.random.bytes(7), 9);
      return { ...op, id: toBase64url(id) };
    });
  }
}
