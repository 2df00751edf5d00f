/** Asks the worker that runs models, one question at a time, and gets over what models do to it: it hangs, runs out of memory, loses the graphics device, or breaks. */
import { MODEL_LIMITS } from '#os/model-limits';
import { InferenceError, type InferenceBackend, type InferenceCapabilities, type InferenceOptions, type ModelId } from '#ports/inference';
import type { EngineAsk, EngineValue } from '#adapters/mind/engine';
import type { FromMind, ToMind } from './mind-server.ts';

export interface MindRun {
  capabilities(): Promise<InferenceCapabilities>;
  /** Models in memory, and where. */
  warm(): ReadonlyMap<ModelId, InferenceBackend>;
  ask(model: ModelId, question: EngineAsk, options: InferenceOptions & { onText?: (piece: string) => void }): Promise<{ value: EngineValue; backend: InferenceBackend; code: string }>;
  cool(id: ModelId): Promise<void>;
}

/** What of a worker is used. */
export type MindWorker = Pick<Worker, 'postMessage' | 'terminate' | 'onmessage' | 'onerror'>;

export interface MindRunDeps {
  readonly database: string;
  worker(): MindWorker;
  changed(): void;
  /** Other bounds of silence, for tests. */
  readonly limits?: Pick<typeof MODEL_LIMITS, 'loadMs' | 'runMs' | 'stopMs'> | undefined;
}

interface Running {
  readonly no: number;
  readonly onText: ((piece: string) => void) | undefined;
  settle(result: { value: EngineValue } | { error: InferenceError }): void;
  /** Any word of the worker. */
  heard(): void;
}

interface Live {
  readonly worker: MindWorker;
  readonly stop: Int32Array | null;
  readonly here: Promise<{ capabilities: InferenceCapabilities; code: string }>;
  /** Nobody waits for its `here` any longer. */
  over(error: InferenceError): void;
}

/** Faults after which the worker is not to be trusted: its queues, or its memory, are in an unknown state. */
const BREAKS: ReadonlySet<string> = new Set(['device', 'memory', 'damaged', 'operator', 'timed-out', 'ended']);

/** Makes it; the worker starts with the first question. */
export const createMindRun = (deps: MindRunDeps): MindRun => new MindRunImpl(deps);

type AskOptions = Parameters<MindRun['ask']>[2];

class MindRunImpl implements MindRun {
  private live: Live | null = null;
  private running: Running | null = null;
  private next = 0;
  private turn: Promise<unknown> = Promise.resolve();
  private held: ReadonlyMap<ModelId, InferenceBackend> = new Map();
  /** The graphics device was lost twice: until the page is loaded anew it is left alone. */
  private noGpu = false;

  constructor(private readonly deps: MindRunDeps) {}

  async capabilities(): Promise<InferenceCapabilities> {
    return (await this.here()).capabilities;
  }

  warm(): ReadonlyMap<ModelId, InferenceBackend> {
    return this.held;
  }

  async cool(id: ModelId): Promise<void> {
    if (this.held.has(id)) this.live?.worker.postMessage({ cool: id } satisfies ToMind);
  }

  ask(model: ModelId, question: EngineAsk, options: AskOptions): ReturnType<MindRun['ask']> {
    const mine = this.turn.then(() => {
      if (options.signal?.aborted) throw new InferenceError('cancelled');
      return this.answer(model, question, options);
    });
    this.turn = mine.catch(() => undefined);
    return mine;
  }

  private here(): Live['here'] {
    return (this.live ??= this.start()).here;
  }

  /** Who gives up does not wait for a worker that does not come; it may come for the next one. */
  private hereFor(signal: AbortSignal | undefined): Live['here'] {
    return new Promise((resolve, reject) => {
      const giveUp = (): void => reject(new InferenceError('cancelled'));
      if (signal?.aborted) return giveUp();
      signal?.addEventListener('abort', giveUp);
      void this.here().then(resolve, reject).finally(() => signal?.removeEventListener('abort', giveUp));
    });
  }

  private end(error: InferenceError): void {
    const was = this.live;
    this.live = null;
    was?.worker.terminate();
    was?.over(error);
    if (this.held.size > 0) this.held = new Map();
    this.deps.changed();
  }

  private lose(error: InferenceError): void {
    const was = this.running;
    this.end(error);
    was?.settle({ error });
  }

  private start(): Live {
    const worker = this.deps.worker();
    const stop = globalThis.crossOriginIsolated ? new SharedArrayBuffer(4) : null;
    let resolve!: (value: Awaited<Live['here']>) => void;
    let reject!: (error: InferenceError) => void;
    const here = new Promise<Awaited<Live['here']>>((told, failed) => ([resolve, reject] = [told, failed]));
    // An adapter that is asked for, or a database, may never answer.
    const timer = setTimeout(() => {
      if (this.live === made) this.lose(new InferenceError('timed-out'));
    }, (this.deps.limits ?? MODEL_LIMITS).loadMs);
    const made: Live = { worker, stop: stop && new Int32Array(stop), here, over: (error) => reject(error) };
    here.catch(() => undefined).finally(() => clearTimeout(timer));
    worker.onmessage = ({ data }: MessageEvent<FromMind>) => {
      if (this.live !== made) return;
      if ('here' in data) resolve({ capabilities: data.here, code: data.code });
      else if ('no' in data && data.no === 0 && 'fault' in data) this.lose(new InferenceError(data.fault, data.detail));
      else this.hear(data);
    };
    worker.onerror = (event) => {
      if (this.live === made) this.lose(new InferenceError('ended', 'message' in event ? String(event.message).slice(0, 200) : 'its code did not come'));
    };
    worker.postMessage({ begin: { database: this.deps.database, stop } } satisfies ToMind);
    return made;
  }

  private hear(data: Exclude<FromMind, { here: unknown }>): void {
    if ('lost' in data) return this.lose(new InferenceError('device'));
    if ('warm' in data) {
      this.held = new Map(data.warm.map(({ id, backend }) => [id, backend]));
      return this.deps.changed();
    }
    if (this.running?.no !== data.no) return;
    if ('text' in data) {
      this.running.heard();
      if (data.text !== '') this.running.onText?.(data.text);
    } else {
      this.running.settle('value' in data ? { value: data.value } : { error: new InferenceError(data.fault, data.detail) });
    }
  }

  /** One question to the worker as it is. */
  private async once(model: ModelId, backend: InferenceBackend, ask: EngineAsk, { signal, onText }: AskOptions): Promise<EngineValue> {
    if (signal?.aborted) throw new InferenceError('cancelled');
    const { worker, stop } = (this.live ??= this.start());
    const limits = this.deps.limits ?? MODEL_LIMITS;
    const no = ++this.next;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const wait = (ms: number): void => {
      clearTimeout(timer);
      timer = setTimeout(() => this.lose(new InferenceError('timed-out')), ms);
    };
    const giveUp = (): void => {
      if (stop) Atomics.store(stop, 0, no);
      wait(stop ? limits.stopMs : 0);
    };
    signal?.addEventListener('abort', giveUp);
    try {
      return await new Promise<EngineValue>((resolve, reject) => {
        this.running = {
          no, onText: (piece) => signal?.aborted !== true && onText?.(piece), heard: () => signal?.aborted !== true && wait(limits.runMs),
          settle: (result) => {
            this.running = null;
            if ('error' in result) reject(result.error);
            else resolve(result.value);
          },
        };
        wait(limits.loadMs);
        worker.postMessage({ no, model, backend, ask } satisfies ToMind);
      });
    } catch (error) {
      if (signal?.aborted) throw new InferenceError('cancelled');
      if (error instanceof InferenceError && BREAKS.has(error.fault) && this.live?.worker === worker) this.end(error);
      throw error;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', giveUp);
    }
  }

  private async answer(model: ModelId, ask: EngineAsk, options: AskOptions): ReturnType<MindRun['ask']> {
    const wanted = options.backend;
    const others = [...this.held.keys()].some((id) => id !== model);
    // Asked again it says the same again: what was told is not told twice.
    let [told, again] = [0, 0];
    const onText = (piece: string): void => {
      const rest = piece.slice(again);
      again -= piece.length - rest.length;
      told += rest.length;
      if (rest !== '') options.onText?.(rest);
    };
    let backend = wanted ?? (await this.hereFor(options.signal)).capabilities.backends.find((one) => !(this.noGpu && one === 'webgpu'))!;
    for (let tries = 0; ; tries++) {
      const { capabilities, code } = await this.hereFor(options.signal);
      // What was there for the last worker need not be there for this one.
      if (!capabilities.backends.includes(backend)) {
        if (wanted) throw new InferenceError(tries === 0 ? 'unavailable' : 'device', wanted);
        backend = 'wasm';
      }
      again = told;
      try {
        const value = await this.once(model, backend, ask, { ...options, onText });
        if (options.signal?.aborted) throw new InferenceError('cancelled');
        return { value, backend, code };
      } catch (error) {
        const fault = error instanceof InferenceError ? error.fault : '';
        // A new worker has a new device; and all the memory, where others had a part of it.
        if (tries === 0 && (fault === 'device' || (fault === 'memory' && others) || fault === 'ended')) continue;
        if (backend !== 'webgpu' || wanted || (fault !== 'device' && fault !== 'memory' && fault !== 'operator')) throw error;
        if (fault === 'device') this.noGpu = true;
        backend = 'wasm';
      }
    }
  }
}
