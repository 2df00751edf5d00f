/** One job of this device, until all of its pieces are decided: runs that are out, tests that are ready, and what is done here. */
import { AppError } from '#base/app-error';
import { equalBytes, toBase64url, type Bytes } from '#base/bytes';
import { Scheduler } from '#os/compute/scheduler';
import type { Decided, Grant, Piece } from '#os/compute/task';
import type { ComputeAsked, ComputeOutcome } from '#os/compute-api';
import type { RpcEnd } from '#vm/rpc/calls';
import { callDeclared } from '#vm/rpc/service';
import { commitment, resultHash, RUN, RUN_SERVICE } from './compute-call.ts';
import { givenUp, notComputed, type JobDeps, type OwnAnswer } from './compute-job-deps.ts';

/** How often a job looks who helps, ms. */
const LOOK_MS = 1_000;
/** A worker that is silent for so long is given up, and one that is not bound so long after another with the same task is, ms. */
const SILENT_MS = 10_000;
/** So long from its beginning, or from an answer of theirs, a job waits for somebody new to be tried, ms. */
const NEW_MS = 10_000;
/** One that says it is busy is asked again after so many looks. */
const BUSY_LOOKS = 5;
/** One that gave nothing so often in a row is left alone for so long, ms. */
const LOSSES = 3;
const REST_MS = 60_000;
/** Tests that are ready ahead of their use, and to how many each is given. */
const TESTS_READY = 4;
const TEST_USES = 3;
/** Runs in a row that this page could not do; then it does none of this job. */
const UNABLE = 3;
/** So many tests here that all gave nothing, and there are none; so many pieces, and nothing from elsewhere: this cannot be computed. */
const TRIES = 16;

interface Out {
  readonly grant: Grant<Uint8Array>;
  readonly end: RpcEnd;
  readonly over: AbortController;
  /** Bound to an answer; the others with the same task are waited for. */
  committed: boolean;
  /** Called back for a more urgent job. */
  gaveWay: boolean;
  reveal: () => void;
}

export class ComputeJobRun {
  readonly out = new Map<number, Out>();
  readonly scheduler: Scheduler<Uint8Array>;
  private readonly results = new Map<string, Uint8Array>();
  private readonly tests: { readonly id: string; readonly task: Uint8Array; readonly hash: string; readonly had: Set<string> }[] = [];
  private probes: readonly Uint8Array[];
  private readonly losses = new Map<string, { count: number; until: number }>();
  /** Those that work for this job and had no room for more: asked again when a run of theirs has ended. */
  private readonly full = new Set<string>();
  /** When each gave an answer last, ms. */
  private readonly heard = new Map<string, number>();
  private readonly since: number;
  private readonly began: number;
  /** Tasks of which some are bound and wait for others: call off giving those up. */
  private readonly holds = new Map<Uint8Array, () => void>();
  /** Pieces that give no answer here, and those of which somebody said that they give none, with who did: it is seen here who is right. */
  private readonly nones = new Set<string>();
  private readonly doubts = new Map<string, { readonly piece: Piece<Uint8Array>; readonly by: string[] }>();
  private emptyTests = 0;
  private ownRuns = 0;
  private ownMs = 0;
  private took: number | null = null;
  private elsewhere = 0;
  private agreed = 0;
  private got = 0;
  private unable = 0;
  private busyHere = false;
  /** What this page does of it ends with it. */
  private readonly ended = new AbortController();
  private over = false;
  private end: (all: readonly Decided<Uint8Array>[]) => void = () => undefined;
  private fail: (error: unknown) => void = () => undefined;
  private cancelTick: () => void = () => undefined;

  constructor(readonly id: string, private readonly d: JobDeps) {
    const { random, clock } = d.kernel.deps;
    [this.since, this.began] = [clock.now(), clock.monotonic()];
    this.probes = d.act.probes;
    this.scheduler = new Scheduler<Uint8Array>({
      book: d.book,
      draw: () => random.bytes(4).reduce((sum, byte) => sum * 256 + byte, 0) / 0x1_0000_0000,
      canary: (worker) => this.takeTest(worker),
      trusts: (device) => this.own(device),
      onProof: d.onProof,
    });
  }

  get priority(): number {
    const { priority = 0 } = this.d.act;
    return Number.isFinite(priority) ? priority : 0;
  }

  /** Has it pieces that are neither decided nor out? */
  get hungry(): boolean {
    return !this.over && this.scheduler.open > this.out.size;
  }

  /** Could the device be given pieces of this job? */
  readonly uses = (worker: string): boolean => this.ends().has(worker);

  /** What is out and not bound yet is called back from those whom a more urgent job could use. Nobody loses by it. */
  giveWay(uses: (worker: string) => boolean = () => true): void {
    for (const out of [...this.out.values()]) {
      if (out.committed || !uses(out.grant.worker)) continue;
      out.gaveWay = true;
      out.over.abort();
    }
  }

  get need(): string {
    return this.d.need;
  }

  private own(device: string): boolean {
    const end = this.ends().get(device);
    return end !== undefined && this.d.isOwn(end.link.device);
  }

  /** Devices of the space that offer to help with this and are not resting. */
  private ends(): Map<string, RpcEnd> {
    return new Map(this.d.offers.find(this.d.space, RUN_SERVICE, new Map([[this.d.need, 1]])).filter(({ end }) => !end.link.lost).map(({ end }) => [toBase64url(end.link.device), end]));
  }

  async run(): Promise<ComputeOutcome> {
    const { act, kernel } = this.d;
    const all = new Promise<readonly Decided<Uint8Array>[]>((resolve, reject) => ([this.end, this.fail] = [resolve, reject]));
    const pieces = act.pieces.map((task, i) => ({ id: `${this.id}/${i}`, task }));
    if (!this.scheduler.add(pieces, (decided) => this.end(decided))) throw new AppError('bad-value', 'This work has no pieces, or too many.', 'Nothing was changed.', 'Ask for less at once.');
    const tick = (): void => {
      this.cancelTick = kernel.deps.clock.setTimer(LOOK_MS, tick);
      this.work();
    };
    tick();
    try {
      const decided = await all;
      const results: { bytes: Uint8Array | null; by: readonly string[] }[] = [];
      for (const { id, task, hash, by } of decided) {
        const known = hash === null ? undefined : this.results.get(hash);
        const bytes = known ?? (this.nones.has(id) ? null : await this.here(task));
        if (bytes === 'cannot') throw notComputed();
        results.push({ bytes, by: known ? by : [] });
      }
      this.elsewhere = results.filter(({ by }) => by.length > 0).length;
      this.agreed = results.filter(({ by }) => by.length > 1).length;
      this.got = results.filter(({ bytes }) => bytes !== null).length;
      if (this.got === 0) throw notComputed();
      return { results, runs: this.scheduler.count.runs, canaries: this.scheduler.count.canaries };
    } finally {
      this.stop();
    }
  }

  /** The person wants it no more. */
  cancel(): void {
    this.fail(givenUp());
    this.stop();
  }

  stop(): void {
    this.over = true;
    this.took ??= this.d.kernel.deps.clock.monotonic() - this.began;
    // Who still waits for it hears so.
    this.fail(notComputed());
    this.cancelTick();
    for (const cancel of this.holds.values()) cancel();
    this.holds.clear();
    this.ended.abort();
    for (const { over } of this.out.values()) over.abort();
    this.d.onChange();
  }

  view(): ComputeAsked {
    const { act, kernel: { deps: { clock } } } = this.d;
    const { runs, canaries } = this.scheduler.count;
    const ms = Math.round(this.took ?? clock.monotonic() - this.began);
    return { ms, ownMs: Math.round(this.ownMs), elsewhere: this.elsewhere, agreed: this.agreed, id: this.id, space: act.space, kind: act.kind, since: this.since, pieces: act.pieces.length, decided: this.over ? this.got : act.pieces.length - this.scheduler.open, runs, canaries, own: this.ownRuns, waits: !this.over && this.out.size === 0 && this.d.waits(null) ? 'urgent' : null, over: this.over };
  }

  /** Hands out what can be handed out now, and does here what nobody else will. */
  work(): void {
    if (this.over) return;
    const now = this.d.kernel.deps.clock.monotonic();
    const ends = this.ends();
    // Whose link went silent when they left the servers holds nothing: their pieces go to others.
    for (const { end, over } of [...this.out.values()]) if (end.link.lost) over.abort();
    const doubted = this.doubted();
    const doubters = new Set([...this.doubts.values()].flatMap(({ by }) => by));
    const names = [...ends.keys()].filter((name) => (this.losses.get(name)?.until ?? 0) <= now && !doubters.has(name) && !this.d.waits(name));
    const free = (): string[] => names.filter((name) => !this.full.has(name));
    for (let grant = this.scheduler.next(free()); grant !== null; grant = this.scheduler.next(free())) void this.launch(grant, ends.get(grant.worker)!);
    if (this.busyHere || this.over || this.d.waits(null)) return;
    const unsure = this.scheduler.disputed() ?? doubted;
    if (this.unable >= UNABLE) return this.onlyElsewhere([...ends.keys()], unsure !== null);
    if (unsure) return void this.doHere(unsure);
    const strangers = names.filter((name) => !this.own(name) && !this.d.book.isOut(name));
    if (strangers.length > 0 && this.probes.length > 0 && this.ready(strangers) < TESTS_READY) void this.makeTest();
    else {
      // Somebody new is waited for at first and while they answer, as long as they lost nothing and there are tests left for them.
      const waits = (name: string): boolean => now - (this.heard.get(name) ?? this.began) < NEW_MS && !this.losses.get(name)?.count && (this.probes.length > 0 || this.testsFor(name).length > 0);
      const piece = this.scheduler.stuck(names.filter((name) => this.own(name) || this.d.book.admitted(name) || waits(name)));
      if (piece) void this.doHere(piece);
    }
  }

  /** This page cannot do it: what own devices, or those tried before, do is all there is. */
  private onlyElsewhere(names: readonly string[], unsure: boolean): void {
    if (this.out.size === 0 && (unsure || this.scheduler.stuck(names.filter((name) => this.own(name) || this.d.book.admitted(name))))) this.fail(notComputed());
  }

  /** One that this worker never had and few others: who sees it twice, or hears of it from many, could tell it from a task. */
  private takeTest(worker: string): { id: string; task: Uint8Array; hash: string } | null {
    const test = this.testsFor(worker)[0] ?? null;
    test?.had.add(worker);
    return test;
  }

  private testsFor(worker: string): typeof this.tests {
    return this.tests.filter(({ had }) => had.size < TEST_USES && !had.has(worker));
  }

  /** Tests that one of these may still be given. */
  private ready(workers: readonly string[]): number {
    return Math.min(...workers.map((worker) => this.testsFor(worker).length));
  }

  private async here(task: Uint8Array): Promise<OwnAnswer> {
    const { clock } = this.d.kernel.deps;
    const from = clock.monotonic();
    const result = await this.d.own(task, this.d.act.ms, this.ended.signal).finally(() => {
      const ms = clock.monotonic() - from;
      this.ownMs += ms;
      this.d.minutes.add('forSelf', ms);
    });
    this.unable = result === 'cannot' ? this.unable + 1 : 0;
    if (result === 'cannot') return result;
    this.ownRuns += 1;
    if (result) this.results.set(toBase64url(resultHash(result)), result);
    return result;
  }

  private async makeTest(): Promise<void> {
    const [task, ...rest] = this.probes;
    this.probes = rest;
    await this.busily(async () => {
      const result = await this.here(task!);
      if (result === 'cannot') this.probes = [task!, ...this.probes];
      else if (result) this.tests.push({ id: `${this.id}/test ${rest.length}`, task: task!, hash: toBase64url(resultHash(result)), had: new Set() });
      else if (++this.emptyTests >= TRIES && this.tests.length === 0) this.probes = [];
    });
  }

  private async doHere({ id, task }: Piece<Uint8Array>): Promise<void> {
    await this.busily(async () => {
      const result = await this.here(task);
      if (result === 'cannot') return;
      if (!result) this.nones.add(id);
      if (this.results.size === 0 && this.nones.size >= TRIES) throw notComputed();
      this.scheduler.told(id, result && toBase64url(resultHash(result)));
    });
  }

  /** A piece of which it has to be seen here whether it gives an answer. Who said of one that has an answer that it has none lost it; the others did not. */
  private doubted(): Piece<Uint8Array> | null {
    let next: Piece<Uint8Array> | null = null;
    for (const [id, { piece, by }] of [...this.doubts]) {
      if (this.scheduler.undecided(id)) {
        next ??= piece;
        continue;
      }
      this.doubts.delete(id);
      if (!this.nones.has(id)) for (const worker of by) this.lose(worker);
    }
    return next;
  }

  private async busily(work: () => Promise<void>): Promise<void> {
    this.busyHere = true;
    try {
      await work();
    } catch (error) {
      return this.fail(error);
    } finally {
      this.busyHere = false;
    }
    this.d.onChange();
    this.work();
  }

  /** One run at the other end of a link. */
  private async launch(grant: Grant<Uint8Array>, end: RpcEnd): Promise<void> {
    const { kernel, rpc, space, act } = this.d;
    const { clock } = kernel.deps;
    const over = new AbortController();
    const revealed = new Promise<void>((reveal) => this.out.set(grant.no, { grant, end, over, committed: false, gaveWay: false, reveal }));
    const out = this.out.get(grant.no)!;
    const from = clock.monotonic();
    let bound: Bytes | null = null;
    let [ended, cancel]: [boolean, () => void] = [false, () => undefined];
    const listen = (): void => {
      cancel();
      if (!ended) cancel = clock.setTimer(SILENT_MS, () => over.abort());
    };
    listen();
    const answer = await callDeclared(rpc, end, space, RUN, { kind: act.kind, ms: act.ms, size: grant.task.length }, {
      ms: act.ms + 2 * SILENT_MS, channel: 'bulk', signal: over.signal,
      input: async (write) => {
        if (grant.task.length > 0) await write(grant.task);
        await revealed;
        // Its clock stood while it was bound and the others were not.
        listen();
        await write(new Uint8Array(0));
      },
      onPart: (part) => {
        if (bound) return;
        if (part.length === 0) return listen();
        cancel();
        [bound, out.committed] = [part, true];
        this.revealAll(grant.task);
      },
    });
    cancel();
    ended = true;
    out.reveal();
    this.out.delete(grant.no);
    this.full.delete(grant.worker);
    const held = answer.ok && bound !== null && equalBytes(bound, commitment(answer.value.result, answer.value.nonce, end.link.device)) ? answer.value.result : null;
    if (held) {
      const hash = toBase64url(resultHash(held));
      this.results.set(hash, held);
      this.d.minutes.add('answers', 1);
      this.losses.delete(grant.worker);
      this.heard.set(grant.worker, clock.monotonic());
      this.scheduler.answered(grant.no, hash);
    } else if (out.gaveWay) this.takeBack(grant);
    else if (!answer.ok && answer.error.code === 'busy' && bound === null && clock.monotonic() - from < SILENT_MS) {
      // It did not begin. One that holds a task for long and says so then lost it.
      this.takeBack(grant);
      // One that works for this job is asked again when that is done, another some looks later.
      if ([...this.out.values()].some((one) => one.grant.worker === grant.worker)) this.full.add(grant.worker);
      else this.losses.set(grant.worker, { count: this.losses.get(grant.worker)?.count ?? 0, until: clock.monotonic() + BUSY_LOOKS * LOOK_MS });
    } else this.gaveNone(grant, !answer.ok && answer.error.code === 'failed');
    this.revealAll(grant.task);
    this.d.onChange();
    this.work();
  }

  /** All that have this task now are bound: nobody hears an answer before its own is fixed. */
  private revealAll(task: Uint8Array): void {
    const same = [...this.out.values()].filter(({ grant }) => grant.task === task);
    const waits = same.some(({ committed }) => committed) && same.some(({ committed }) => !committed);
    if (!waits) {
      this.holds.get(task)?.();
      this.holds.delete(task);
      for (const { committed, reveal } of same) if (committed) reveal();
    } else if (!this.holds.has(task) && !this.over) {
      this.holds.set(task, this.d.kernel.deps.clock.setTimer(SILENT_MS, () => {
        this.holds.delete(task);
        for (const { grant, committed, over } of [...this.out.values()]) if (grant.task === task && !committed) over.abort();
      }));
    }
  }

  private gaveNone({ no, piece, worker }: Grant<Uint8Array>, failed: boolean): void {
    const doubtful = failed && piece !== null && this.d.act.kind === 'actor';
    this.scheduler.lost(no, doubtful);
    if (!doubtful) return this.lose(worker);
    const doubt = this.doubts.get(piece.id);
    if (doubt) doubt.by.push(worker);
    else this.doubts.set(piece.id, { piece, by: [worker] });
  }

  /** As if it was never given: it may be given to the same one again, tests and tasks alike. */
  private takeBack(grant: Grant<Uint8Array>): void {
    this.tests.find(({ task }) => task === grant.task)?.had.delete(grant.worker);
    this.scheduler.returned(grant.no);
  }

  private lose(worker: string): void {
    const now = this.d.kernel.deps.clock.monotonic();
    const before = this.losses.get(worker)?.count ?? 0;
    this.losses.set(worker, { count: before + 1, until: before + 1 < LOSSES ? now + LOOK_MS : now + REST_MS });
  }
}
