/**
 * This page as one that computes: runs of its own person at any time, runs for others within the limits the person set. A worker does them; to stop is to end
 * it. The kernel hands out nothing for others without a consent record; what stands here only says when this page has room.
 */
import type { LifegraphApi } from '#os/api';
import { holdsActors } from './actor-frame.ts';
import type { ActorRunner } from './actor-run.ts';
import { mayHelp, restReason, watchSurroundings, type RestReason } from './may-help.ts';
import type { ComputeConsent, ComputeJob, ConsentChange } from '#os/compute-api';

/** Runs for others this page takes at once: there is one lane for them. */
const ROOM = 1;
/** How often what is offered is said again, ms: a kernel that began anew knows of none. */
const AGAIN_MS = 10_000;
/** How often the limits are looked at, and for how long a press or a key puts off a run, ms. */
const LOOK_MS = 1_000;
const INPUT_MS = 200;

class Runner {
  private worker: Worker | null = null;
  /** Not nought: what the worker does is wanted no more. Work without steps looks there, as its thread ends at once only where it comes back to its loop. */
  private ended: Int32Array | null = null;
  private actors: Promise<ActorRunner> | null = null;
  private agent: AbortController | null = null;
  private readonly queue: ComputeJob[] = [];
  private now: { readonly job: ComputeJob; readonly began: number; readonly timer: ReturnType<typeof setTimeout> } | null = null;
  /** Until when this lane rests, for its share of the processor. */
  private rest: ReturnType<typeof setTimeout> | null = null;

  constructor(private readonly api: LifegraphApi, private readonly share: () => number, private readonly quiet: () => number) {}

  add(job: ComputeJob): void {
    this.queue.push(job);
    this.next();
  }

  stop(id: string): void {
    const at = this.queue.findIndex((job) => job.id === id);
    if (at >= 0) this.queue.splice(at, 1);
    if (this.now?.job.id === id) this.end();
  }

  /** Who uses the device has it at once: what runs for others ends, and begins anew when it has been quiet. */
  giveWay(): void {
    const { now } = this;
    if (!now || now.job.own) return;
    this.queue.unshift(now.job);
    void this.api.compute!.act({ do: 'waits', id: now.job.id }).catch(() => undefined);
    this.end();
  }

  /** Ends what runs, and the worker with it. */
  private end(): void {
    if (this.ended) Atomics.store(this.ended, 0, 1);
    this.worker?.terminate();
    this.worker = null;
    this.agent?.abort();
    void this.actors?.then((actors) => actors.stop()).catch(() => undefined);
    this.over();
  }

  /** The run is over, however it ended: work for a share of the time is rest for the others. */
  private over(): void {
    const { now } = this;
    this.now = null;
    if (now) clearTimeout(now.timer);
    if (now && !now.job.own) this.pause((performance.now() - now.began) * (100 / this.share() - 1));
    this.next();
  }

  /** `cannot`: it could not be done here, whatever the work is. */
  private answer(id: string, result: Uint8Array | null, cannot = false): void {
    void this.api.compute!.act({ do: 'answer', id, result, cannot }).catch(() => undefined);
  }

  private next(): void {
    if (this.now || this.rest !== null) return;
    const wait = this.queue.length > 0 && !this.queue[0]!.own ? this.quiet() : 0;
    if (wait > 0) return this.pause(wait);
    const job = this.queue.shift();
    if (!job) return;
    if (!job.own) void this.api.compute!.act({ do: 'begun', id: job.id }).catch(() => undefined);
    this.now = { job, began: performance.now(), timer: setTimeout(() => (this.answer(job.id, null, job.kind === 'actor'), this.end()), job.ms) };
    if (job.kind === 'actor') return void this.act(job);
    if (job.kind === 'agent' || job.kind === 'embed') return void this.ask(job);
    this.worker ??= this.spawn();
    this.worker.postMessage({ id: job.id, kind: job.kind, input: job.input, ended: this.ended });
  }

  /** A run of an actor has its thread elsewhere: in a frame that reaches nothing. */
  private async act({ id, space, input }: ComputeJob): Promise<void> {
    this.actors ??= Promise.all([import('./actor-run.ts'), import('./actor-room.ts')]).then(([{ createActorRunner }, { createActorRoom }]) => createActorRunner(this.api, createActorRoom()));
    this.actors.catch(() => (this.actors = null));
    const mine = this.now;
    const result = await this.actors.then((actors) => (this.now === mine ? actors.run(space, input) : null)).catch(() => 'cannot' as const);
    // It may have begun anew meanwhile.
    if (this.now !== mine) return;
    this.answer(id, result === 'cannot' ? null : result, result === 'cannot');
    this.over();
  }

  /** A run of an agent, or of a model, has a thread of its own, as when it is asked here. */
  private async ask({ id, kind, space, input, own }: ComputeJob): Promise<void> {
    const [mine, over] = [this.now, (this.agent = new AbortController())];
    const result = await (kind === 'agent' ? import('./agent-piece-run.ts').then(({ runAgentPiece }) => runAgentPiece(this.api, space, input, own, over.signal)) : import('./embed-piece-run.ts').then(({ runEmbedPiece }) => runEmbedPiece(input, over.signal))).catch(() => null);
    if (this.now !== mine) return;
    this.answer(id, result);
    this.over();
  }

  private pause(ms: number): void {
    this.rest = setTimeout(() => {
      this.rest = null;
      this.next();
    }, ms);
  }

  private spawn(): Worker {
    this.ended = globalThis.crossOriginIsolated ? new Int32Array(new SharedArrayBuffer(4)) : null;
    const worker = new Worker(new URL('../../../workers/compute.worker.ts', import.meta.url), { type: 'module', name: 'compute' });
    worker.onmessage = ({ data }: MessageEvent<{ id: string; result: Uint8Array | null; cannot?: boolean }>) => {
      const { now } = this;
      // One that was ended may have said something before: its run has begun anew.
      if (this.worker !== worker || !now || now.job.id !== data.id) return;
      this.answer(data.id, data.result, data.cannot === true);
      this.over();
    };
    worker.onerror = () => {
      if (this.now) this.answer(this.now.job.id, null);
      this.end();
    };
    return worker;
  }
}

export interface ComputePage {
  /** Looked at by the chip; told after every change. */
  onChange(listener: () => void): () => void;
  /** Why this page takes nothing on for others now, though its person lets it; null when it does, or may not at all. */
  rests(): RestReason | null;
}

function start(api: LifegraphApi): ComputePage {
  const compute = api.compute!;
  let consent: ComputeConsent | null = null;
  let [offered, saidAt, lastInput] = [0, 0, -INPUT_MS];
  let rests: RestReason | null = null;
  const listeners = new Set<() => void>();
  const quiet = (): number => Math.max(0, lastInput + INPUT_MS - performance.now());
  const share = (): number => consent?.share ?? 100;
  const lanes = { own: new Runner(api, share, () => 0), others: new Runner(api, share, quiet) };
  const tell = (): void => listeners.forEach((listener) => listener());
  const look = (): void => {
    const now = around();
    const free = consent && mayHelp(consent, now) ? ROOM : 0;
    const why = consent?.on ? restReason(consent, now) : null;
    if (why !== rests) {
      rests = why;
      tell();
    }
    if (free === offered && (free === 0 || performance.now() - saidAt < AGAIN_MS)) return;
    [offered, saidAt] = [free, performance.now()];
    void compute.act({ do: 'offer', free, actors: holdsActors() }).catch(() => undefined);
  };
  const around = watchSurroundings(look);
  let [asking, again] = [false, false];
  /** The consent may have changed, here or in another tab: the kernel's word counts. */
  const learn = (): void => {
    again = asking;
    if (asking) return;
    asking = true;
    void compute.act({ do: 'state' }).then((view) => (consent = view.consent, look()), () => undefined).finally(() => {
      asking = false;
      if (again) learn();
    });
  };
  compute.watch((event) => {
    if (event.type === 'job') lanes[event.job.own ? 'own' : 'others'].add(event.job);
    else if (event.type === 'stop') for (const lane of Object.values(lanes)) lane.stop(event.id);
    else {
      learn();
      tell();
    }
  });
  for (const type of ['pointerdown', 'keydown', 'wheel'] as const) addEventListener(type, () => (lastInput = performance.now(), lanes.others.giveWay()), { capture: true, passive: true });
  setInterval(look, LOOK_MS);
  learn();
  return {
    onChange: (listener) => (listeners.add(listener), () => void listeners.delete(listener)),
    rests: () => rests,
  };
}

const pages = new WeakMap<LifegraphApi, ComputePage>();

/** The one of this page, made when it is asked for first. */
export function computePage(api: LifegraphApi): ComputePage {
  let page = pages.get(api);
  if (!page) pages.set(api, (page = start(api)));
  return page;
}

/** Where this device notes for its next start that it helps: the kernel's own record is what counts. */
export const HELPS_KEY = 'compute/on';

/** Changes what this device may be used for. What is taken back waits for no disk. */
export async function changeConsent({ local, compute }: Pick<LifegraphApi, 'local' | 'compute'>, change: ConsentChange): Promise<void> {
  // When it is switched on, first the note: the tab with the links is told of the consent, and looks for it.
  if (change.on === true) await local.set(HELPS_KEY, true);
  await compute!.act({ do: 'consent', change });
  if (change.on === false) await local.set(HELPS_KEY, false);
}
