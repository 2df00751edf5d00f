/** The page's end of the models: two workers, one that keeps them and one that runs them; the second is ended and started again when it breaks, hangs or runs out of memory. */
import { InferenceError, type Inference, type Inferred, type InferenceOptions, type ModelId } from '#ports/inference';
import { MODEL_LIMITS } from '#os/model-limits';
import { ModelError, type MindDesk, type ModelRow } from '#os/models-api';
import type { EngineAsk, EngineValue } from '#adapters/mind/engine';
import { chosenDatabase, isFleeting, isReading, modelsDatabase } from './database-name.ts';
import { createMindRun, type MindRun } from './mind-run.ts';
import type { Keeper } from './model-keeper.ts';
import type { FromKeeper, KeeperCall, ToKeeper } from './model-server.ts';

/** Where the workers come from. */
export interface MindHost {
  readonly database: string;
  keeper(): Worker;
  mind(): Worker;
}

const browser = (): MindHost => ({
  database: modelsDatabase(chosenDatabase()),
  keeper: () => new Worker(new URL('../../workers/models.worker.ts', import.meta.url), { type: 'module', name: 'models' }),
  mind: () => new Worker(new URL('../../workers/mind.worker.ts', import.meta.url), { type: 'module', name: 'mind' }),
});

/** A tab that keeps nothing, or reads by a link, has no models. */
export const hasModels = (): boolean => !isFleeting(chosenDatabase()) && !isReading(chosenDatabase());

function keeperOf(host: MindHost, changed: () => void): (call: KeeperCall, give?: Transferable[]) => Promise<unknown> {
  let worker: Worker | null = null;
  let next = 0;
  const open = new Map<number, { resolve(value: unknown): void; reject(error: unknown): void }>();
  const lose = (): void => {
    worker?.terminate();
    worker = null;
    for (const one of open.values()) one.reject(new ModelError('store', 'the worker ended'));
    open.clear();
    changed();
  };
  const start = (): Worker => {
    const made = host.keeper();
    made.onmessage = ({ data }: MessageEvent<FromKeeper>) => {
      if ('changed' in data) return changed();
      const one = open.get(data.no);
      open.delete(data.no);
      if ('fault' in data) one?.reject(new ModelError(data.fault, data.detail));
      else one?.resolve(data.value);
    };
    made.onerror = lose;
    made.postMessage({ begin: host.database } satisfies ToKeeper);
    return made;
  };
  return (call, give = []) => new Promise((resolve, reject) => {
    const no = ++next;
    open.set(no, { resolve, reject });
    worker ??= start();
    worker.postMessage({ no, call } satisfies ToKeeper, give);
  });
}

function checkTexts(texts: readonly string[]): void {
  if (texts.length === 0 || texts.length > MODEL_LIMITS.texts || texts.some((text) => text.trim() === '' || text.length > MODEL_LIMITS.textChars)) throw new InferenceError('input');
}

function inferenceOf(run: MindRun, rows: () => Promise<ModelRow[]>): Omit<Inference, 'onChange'> {
  const ask = async <T extends EngineValue>(model: ModelId, question: EngineAsk, options: InferenceOptions & { onText?: (piece: string) => void } = {}): Promise<Inferred<T>> => {
    const row = (await rows()).find(({ id }) => id === model);
    if (!row) throw new InferenceError('no-model', model);
    if (!row.spec.tasks.includes(question.task)) throw new InferenceError('wrong-task', question.task);
    const { value, backend, code } = await run.ask(model, question, options);
    return { value: value as T, by: { model, code, backend } };
  };
  return {
    capabilities: () => run.capabilities(),
    async models(task) {
      const warm = run.warm();
      return (await rows()).filter(({ spec }) => task === undefined || spec.tasks.includes(task)).map(({ id, name, spec, files }) => ({ id, name, tasks: spec.tasks, bytes: files.reduce((sum, { size }) => sum + size, 0), warm: warm.has(id) }));
    },
    async embed({ model, texts }, options) {
      checkTexts(texts);
      return ask(model, { task: 'embed', texts }, options);
    },
    async classify({ model, texts }, options) {
      checkTexts(texts);
      return ask(model, { task: 'classify', texts }, options);
    },
    async generate({ model, prompt, maxTokens }, options) {
      checkTexts(typeof prompt === 'string' ? [prompt] : prompt.map(({ text }) => text));
      return ask(model, { task: 'generate', prompt, maxTokens: Math.max(1, Math.min(MODEL_LIMITS.tokens, Math.floor(maxTokens) || 1)) }, options);
    },
    async transcribe({ model, samples, language }, options) {
      if (samples.length === 0 || samples.length > MODEL_LIMITS.speechSeconds * 16_000) throw new InferenceError('input');
      return ask(model, { task: 'transcribe', samples, ...(language !== undefined && { language }) }, options);
    },
  };
}

/** Starts nothing yet: each worker comes with its first question. */
export function createMind(host: MindHost = browser()): MindDesk {
  const listeners = new Set<() => void>();
  const changed = (): void => listeners.forEach((listener) => listener());
  const call = keeperOf(host, changed);
  const keeper = <K extends keyof Keeper>(name: K, ...args: Parameters<Keeper[K]>): Promise<Awaited<ReturnType<Keeper[K]>>> => call([name, ...args] as unknown as KeeperCall) as Promise<Awaited<ReturnType<Keeper[K]>>>;
  const run = createMindRun({ database: host.database, worker: host.mind, changed });
  const rows = (): Promise<ModelRow[]> => keeper('rows');
  return {
    ...inferenceOf(run, rows),
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async list() {
      const warm = run.warm();
      return (await rows()).sort((a, b) => a.name.localeCompare(b.name)).map((row) => ({ ...row, tasks: row.spec.tasks, bytes: row.files.reduce((sum, { size }) => sum + size, 0), warm: warm.has(row.id), backend: warm.get(row.id) ?? null }));
    },
    loads: () => keeper('loads'),
    addFolder: (name, files) => keeper('addFolder', name, files),
    addAddress: (address, expected) => keeper('addAddress', address, expected),
    resume: (key) => keeper('resume', key),
    addPacked: (stream, expected, source) => call(['addPacked', stream, expected, source], [stream as unknown as Transferable]) as Promise<string>,
    pack: (id) => keeper('pack', id),
    stop: (key) => keeper('stop', key),
    drop: (key) => keeper('drop', key),
    async remove(id) {
      await run.cool(id);
      await keeper('remove', id);
    },
    cool: async (id) => run.cool(id),
  };
}

