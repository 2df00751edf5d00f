/** The jobs of this device: pieces go to devices of the space that offer to help; what nobody may be believed about, or nobody takes, this device does itself. */
import { AppError } from '#base/app-error';
import { toBase64url } from '#base/bytes';
import { encodeCbor, tryDecodeCbor } from '#base/cbor';
import { fromCbor, toCbor } from '#os/graph-manager/values';
import type { BookRow } from '#os/compute/book';
import { APP_WORK, Books, type BooksKept } from '#os/compute/books';
import { capabilityOf } from '#os/actors/piece';
import { ACTOR_LIMITS } from '#os/actor-limits';
import { COMPUTE_LIMITS } from '#os/compute-limits';
import { isComputeKind, PRIVATE_KINDS, type ComputeAct, type ComputeAsked, type ComputeEvent, type ComputeKind, type ComputeOutcome, type ComputeProof, type ComputeWorker } from '#os/compute-api';
import type { Rpc } from '#vm/rpc/calls';
import type { Offers } from '#vm/rpc/offers';
import { RUN_SERVICE } from './compute-call.ts';
import type { ComputeMinutes } from './compute-minutes.ts';
import { ComputeJobRun } from './compute-job.ts';
import { notComputed, type OwnAnswer } from './compute-job-deps.ts';
import { personalOf } from './own-devices.ts';
import type { Kernel } from './state.ts';
import { openFromVault, sealInVault } from './vault.ts';

export interface ComputeAskDesk {
  run(act: Extract<ComputeAct, { do: 'run' }>): Promise<ComputeOutcome>;
  /** Gives a job up; nothing when there is none of this name. */
  cancel(id: string): void;
  /** Something may go on: who helps changed. */
  work(): void;
  answered(id: string, result: Uint8Array | null, cannot?: boolean): boolean;
  view(): { readonly asked: readonly ComputeAsked[]; readonly workers: readonly ComputeWorker[]; readonly proofs: readonly ComputeProof[] };
  close(): void;
}

export interface AskDeps {
  readonly kernel: Kernel;
  readonly rpc: Rpc;
  readonly minutes: ComputeMinutes;
  readonly offers: Offers;
  /** False: no page listens. */
  emit(event: ComputeEvent): boolean;
  onChange(): void;
  isOwn(device: Uint8Array): boolean;
}

/** Row of what is known of workers. */
const BOOK_ROW = 'compute/book';

/** The kind of work that a capability is of. */
const kindOf = (capability: string): ComputeKind[] => (capability.startsWith('actor:') ? ['actor'] : capability !== 'actor' && isComputeKind(capability) ? [capability] : []);

/** Jobs that are over and still shown. */
const PAST_JOBS = 20;

interface Kept {
  /** Of work of the app. */
  readonly rows: readonly BookRow[];
  /** Of each actor by itself. */
  readonly actors?: BooksKept;
  readonly proofs: readonly ComputeProof[];
}

async function loadKept(kernel: Kernel): Promise<Kept> {
  const plain = await openFromVault(kernel, await kernel.store.get(BOOK_ROW));
  const value = plain === null ? undefined : tryDecodeCbor(plain);
  // Written by this device, sealed under its own key.
  return value === undefined ? { rows: [], proofs: [] } : (fromCbor(value) as unknown as Kept);
}

class AskImpl implements ComputeAskDesk {
  private readonly jobs = new Map<string, ComputeJobRun>();
  private readonly past: ComputeAsked[] = [];
  private readonly waiting = new Map<string, (result: OwnAnswer) => void>();
  private readonly books: Books;
  private readonly proofs: ComputeProof[];
  private counter = 0;

  constructor(private readonly d: AskDeps, kept: Kept) {
    this.books = new Books([[APP_WORK, kept.rows], ...(kept.actors ?? [])], (need) => [...this.jobs.values()].some((job) => job.need === need));
    this.proofs = kept.proofs.map((proof) => ({ ...proof, kind: proof.kind ?? APP_WORK }));
  }

  async run(act: Extract<ComputeAct, { do: 'run' }>): Promise<ComputeOutcome> {
    const { kernel } = this.d;
    const space = kernel.spaces.get(act.space);
    if (!space) throw new AppError('no-space', 'This space is not on this device.', 'Nothing was changed.', 'Check the address, or ask for an invite.');
    if (PRIVATE_KINDS.includes(act.kind) && personalOf(kernel) !== space) throw new AppError('bad-value', 'This is work for your own devices alone.', 'Nothing was changed.', 'Ask it in the Personal space.');
    if (this.jobs.size >= COMPUTE_LIMITS.jobs) throw new AppError('busy', 'So much is being computed already.', 'What runs goes on.', 'Try again when some of it is done.');
    const all = [...act.pieces, ...act.probes];
    if (all.some((one) => !(one instanceof Uint8Array) || one.length > COMPUTE_LIMITS.inputBytes) || act.probes.length > COMPUTE_LIMITS.jobTasks) throw new AppError('too-large', 'This work is too large to be given out.', 'Nothing was changed.', 'Cut it into smaller pieces.');
    const of = capabilityOf(act.kind, all);
    if (of === null && all.length > 0) throw new AppError('bad-value', 'This is no work for one actor.', 'Nothing was changed.', 'Name one actor in all pieces.');
    const need = of ?? act.kind;
    // An actor has its own end; no answer by then is its answer, and what ends before is none.
    const ms = Math.max(act.kind === 'actor' ? 2 * ACTOR_LIMITS.runMs : 1, Math.min(Math.floor(act.ms) || COMPUTE_LIMITS.runMs, COMPUTE_LIMITS.runMs));
    const id = act.id ?? `job ${kernel.deps.clock.now().toString(36)}-${this.counter++}`;
    if (typeof id !== 'string' || id.length === 0 || id.length > COMPUTE_LIMITS.idChars || this.jobs.has(id)) throw new AppError('bad-value', 'There is work of this name already, or it is no name.', 'Nothing was changed.', 'Give it another name.');
    const job: ComputeJobRun = new ComputeJobRun(id, {
      ...this.d, waits: (worker) => [...this.jobs.values()].some((one) => one.priority > job.priority && one.hungry && (worker === null || one.uses(worker))), space: space.id, book: this.books.of(act.kind === 'layout' ? APP_WORK : need), act: { ...act, ms }, need, own: (input, limit, over) => this.own(act.space, act.kind, input, limit, over),
      onProof: ({ worker, said, right, canary, by }) => {
        this.proofs.push({ device: worker, at: kernel.deps.clock.now(), kind: act.kind, said, right, known: canary, by: by.length });
        if (this.proofs.length > COMPUTE_LIMITS.proofs) this.proofs.shift();
      },
    });
    this.jobs.set(id, job);
    for (const other of this.jobs.values()) if (other.priority < job.priority) other.giveWay(job.uses);
    try {
      return await job.run();
    } finally {
      this.jobs.delete(id);
      // Those that waited for it go on.
      this.work();
      this.past.unshift(job.view());
      this.past.length = Math.min(this.past.length, PAST_JOBS);
      await this.keep().catch((error: unknown) => kernel.fault('compute', error));
      this.d.onChange();
    }
  }

  cancel(id: string): void {
    this.jobs.get(id)?.cancel();
  }

  work(): void {
    for (const job of [...this.jobs.values()].sort((a, b) => b.priority - a.priority)) job.work();
  }

  /** The page of this kernel does one run of its own person's work. Rejects where no page does, or work of the app comes to nothing. */
  private own(space: string, kind: ComputeKind, input: Uint8Array, ms: number, over: AbortSignal): Promise<OwnAnswer> {
    const id = `o${this.counter++}`;
    let listens = true;
    return new Promise((resolve, reject) => {
      const given = (): void => void this.answered(id, null);
      const cancel = this.d.kernel.deps.clock.setTimer(ms, () => this.answered(id, null, true));
      over.addEventListener('abort', given);
      this.waiting.set(id, (result) => {
        cancel();
        over.removeEventListener('abort', given);
        if (result && result !== 'cannot') return resolve(result);
        this.d.emit({ type: 'stop', id });
        if (kind === 'actor' && listens && !over.aborted) resolve(result);
        else reject(notComputed());
      });
      listens = this.d.emit({ type: 'job', job: { id, space, kind, input, own: true, ms } });
      if (!listens) this.answered(id, null);
    });
  }

  answered(id: string, result: Uint8Array | null, cannot = false): boolean {
    const end = this.waiting.get(id);
    this.waiting.delete(id);
    end?.(result ?? (cannot ? 'cannot' : null));
    return end !== undefined;
  }

  private async keep(): Promise<void> {
    const { kernel } = this.d;
    const row = await sealInVault(kernel, encodeCbor(toCbor({ rows: this.books.of(APP_WORK).rows(), actors: this.books.kept().filter(([need]) => need !== APP_WORK), proofs: this.proofs } as never)));
    if (row) await kernel.store.commit({ origin: kernel.boot, records: [], values: [[BOOK_ROW, row]] });
  }

  view(): { asked: ComputeAsked[]; workers: ComputeWorker[]; proofs: ComputeProof[] } {
    const { kernel, offers, isOwn } = this.d;
    const workers = new Map<string, ComputeWorker>();
    const running = new Map<string, number>();
    for (const { out } of this.jobs.values()) for (const { grant } of out.values()) running.set(grant.worker, (running.get(grant.worker) ?? 0) + 1);
    const uids = new Map<string, string>();
    const ours = new Set<string>();
    const takes = new Map<string, Set<ComputeKind>>();
    for (const space of kernel.spaces.values()) {
      for (const { end, capabilities } of offers.find(space.id, RUN_SERVICE)) {
        const device = toBase64url(end.link.device);
        takes.set(device, new Set([...(takes.get(device) ?? []), ...[...capabilities.keys()].flatMap(kindOf)]));
        const uid = space.rights.personOf(end.link.device);
        if (uid !== null) uids.set(device, uid);
        if (isOwn(end.link.device)) ours.add(device);
      }
    }
    const stateOf = (device: string): ComputeWorker['state'] => {
      const standing = this.books.standing(device);
      return standing !== 'out' && ours.has(device) ? 'own' : standing;
    };
    const rows = this.books.totals();
    for (const device of new Set([...uids.keys(), ...rows.keys()])) {
      const row = rows.get(device);
      workers.set(device, { device, uid: uids.get(device) ?? null, offers: uids.has(device), takes: [...(takes.get(device) ?? [])], running: running.get(device) ?? 0, passed: row?.passed ?? 0, runs: row?.runs ?? 0, state: stateOf(device) });
    }
    return { asked: [...[...this.jobs.values()].map((job) => job.view()), ...this.past], workers: [...workers.values()], proofs: [...this.proofs].reverse() };
  }

  close(): void {
    for (const job of this.jobs.values()) job.stop();
  }
}

export async function createComputeAsk(deps: AskDeps): Promise<ComputeAskDesk> {
  return new AskImpl(deps, await loadKept(deps.kernel));
}
