/**
 * Runs models: Transformers.js over ONNX Runtime, both in this worker. It fetches nothing from anywhere: what the library asks for comes from the files of the one
 * model that is being loaded. Nothing that is asked is logged.
 */
import { AutoConfig, env, InterruptableStoppingCriteria, pipeline, TextStreamer } from '@xenova/transformers';
import { env as runtime } from 'onnxruntime-web/webgpu';
import factory from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url';
import binary from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';
import { InferenceError, type GenerateTurn, type InferenceBackend, type LabelScore } from '#ports/inference';

/** What of a model the engine needs. */
export interface EngineModel {
  readonly id: string;
  readonly pipeline: string;
  readonly dtype: string;
  readonly graph?: string;
  readonly external: number;
  /** A file of it by its path; null when it has none. */
  read(path: string): Promise<Uint8Array<ArrayBuffer> | null>;
}

export type EngineAsk =
  | { readonly task: 'embed'; readonly texts: readonly string[] }
  | { readonly task: 'classify'; readonly texts: readonly string[] }
  | { readonly task: 'generate'; readonly prompt: string | readonly GenerateTurn[]; readonly maxTokens: number }
  | { readonly task: 'transcribe'; readonly samples: Float32Array; readonly language?: string };

export type EngineValue = readonly Float32Array[] | readonly (readonly LabelScore[])[] | string;

export interface EngineEars {
  /** A piece of an answer, or any sign of life. */
  onText(piece: string): void;
  /** Asked between two tokens, and between two texts. */
  isStopped(): boolean;
}

type Ran = { (input: unknown, options?: object): Promise<unknown>; readonly tokenizer?: unknown; dispose(): Promise<unknown> };

export interface Engine {
  readonly code: string;
  warm(): readonly { readonly id: string; readonly backend: InferenceBackend }[];
  run(model: EngineModel, backend: InferenceBackend, ask: EngineAsk, ears: EngineEars): Promise<EngineValue>;
  /** Out of memory again. */
  cool(id: string): Promise<void>;
}

/** Nobody reads a name that a model could have. */
const NAME = 'model';

function settle(threads: number, read: () => EngineModel | null): void {
  env.allowRemoteModels = false;
  env.allowLocalModels = true;
  env.localModelPath = '/';
  env.useBrowserCache = false;
  env.useFSCache = false;
  env.useWasmCache = false;
  // None: its errors say what was asked.
  env.logLevel = 50;
  env.fetch = async (input: string | URL) => {
    const path = new URL(String(input), 'http://model.invalid/').pathname.slice(1);
    const model = read();
    const bytes = model && path.startsWith(`${NAME}-`) ? await model.read(path.slice(path.indexOf('/') + 1)) : null;
    return bytes ? new Response(bytes, { headers: { 'content-length': String(bytes.length) } }) : new Response(null, { status: 404 });
  };
  runtime.wasm.wasmPaths = { mjs: new URL(factory, import.meta.url).href, wasm: new URL(binary, import.meta.url).href };
  runtime.wasm.numThreads = threads;
  runtime.wasm.proxy = false;
  runtime.logLevel = 'fatal';
}

const pooled = (found: unknown): readonly Float32Array[] => {
  const { dims, data } = found as { dims: readonly number[]; data: Float32Array };
  const width = dims.at(-1)!;
  return Array.from({ length: dims[0]! }, (_, at) => Float32Array.from(data.subarray(at * width, (at + 1) * width)));
};

/** A model without a form for talks is given the words one after another. */
function promptOf(run: Ran, prompt: string | readonly GenerateTurn[]): unknown {
  if (typeof prompt === 'string') return prompt;
  const { chat_template: form } = (run.tokenizer ?? {}) as { chat_template?: unknown };
  return form ? prompt.map(({ role, text }) => ({ role, content: text })) : prompt.map(({ text }) => text).join('\n\n');
}

/** On the processor one by one: a padded text (see below) is not quite the same, and between two it ends at once when nobody wants it any more. The graphics card takes all at once. */
async function embed(run: Ran, texts: readonly string[], backend: InferenceBackend, ears: EngineEars): Promise<readonly Float32Array[]> {
  const out: Float32Array[] = [];
  for (const some of backend === 'webgpu' ? [texts] : texts.map((text) => [text])) {
    if (ears.isStopped()) throw new InferenceError('cancelled');
    out.push(...pooled(await run([...some], { pooling: 'mean', normalize: true })));
    ears.onText('');
  }
  return out;
}

async function ask(run: Ran, question: EngineAsk, backend: InferenceBackend, ears: EngineEars): Promise<EngineValue> {
  switch (question.task) {
    case 'embed':
      return embed(run, question.texts, backend, ears);
    case 'classify':
      // One by one: texts of different length in one batch are padded, and a padded text is not quite the same.
      return Promise.all(question.texts.map(async (text) => ((await run(text, { top_k: null })) as LabelScore[]).map(({ label, score }) => ({ label: String(label), score: Number(score) }))));
    case 'generate': {
      const stop = new InterruptableStoppingCriteria();
      let said = '';
      const streamer = new TextStreamer(run.tokenizer as never, {
        skip_prompt: true, skip_special_tokens: true,
        callback_function: (piece: string) => {
          said += piece;
          ears.onText(piece);
        },
        token_callback_function: () => {
          ears.onText('');
          if (ears.isStopped()) stop.interrupt();
        },
      });
      await run(promptOf(run, question.prompt), { max_new_tokens: question.maxTokens, do_sample: false, num_beams: 1, return_full_text: false, streamer, stopping_criteria: stop });
      return said;
    }
    case 'transcribe': {
      const told = (await run(question.samples, { ...(question.language && { language: question.language }), ...(question.samples.length > 30 * 16_000 && { chunk_length_s: 30, stride_length_s: 5 }) })) as { text?: unknown };
      return String(told.text ?? '');
    }
  }
}

/** Tells when the graphics device goes: what waits for it waits for ever. */
function lossWatch(onLost: () => void): () => Promise<void> {
  const watched = new Set<unknown>();
  return async () => {
    const device = (await runtime.webgpu.device) as unknown as { readonly lost: Promise<{ readonly reason: string }> } | undefined;
    if (!device || watched.has(device)) return;
    watched.add(device);
    void device.lost.then(({ reason }) => reason !== 'destroyed' && onLost());
  };
}

/** `threads`: of WASM; at most `most` models stay in memory. */
export function createEngine(threads: number, most: number, onLost: () => void): Engine {
  const watch = lossWatch(onLost);
  let reading: EngineModel | null = null;
  const held = new Map<string, { readonly run: Ran; readonly backend: InferenceBackend }>();
  let loads = 0;
  settle(threads, () => reading);
  const cool = async (id: string): Promise<void> => {
    const one = held.get(id);
    held.delete(id);
    await one?.run.dispose();
  };
  const load = async (model: EngineModel, backend: InferenceBackend): Promise<Ran> => {
    const there = held.get(model.id);
    if (there?.backend === backend) {
      held.delete(model.id);
      held.set(model.id, there);
      return there.run;
    }
    await cool(model.id);
    for (const id of [...held.keys()].slice(0, Math.max(0, held.size - most + 1))) await cool(id);
    reading = model;
    try {
      // A name of its own for each load: the library remembers what it found under one.
      const name = `${NAME}-${++loads}`;
      const config = await AutoConfig.from_pretrained(name);
      const run = (await pipeline(model.pipeline as 'feature-extraction', name, {
        config, device: backend, dtype: model.dtype as 'fp32', ...(model.graph && { model_file_name: model.graph }), ...(model.external > 0 && { use_external_data_format: model.external }),
      } as never)) as unknown as Ran;
      held.set(model.id, { run, backend });
      if (backend === 'webgpu') await watch();
      return run;
    } finally {
      reading = null;
    }
  };
  return {
    code: `transformers ${env.version}, onnxruntime-web ${runtime.versions.web ?? ''}`,
    warm: () => [...held].map(([id, { backend }]) => ({ id, backend })),
    cool,
    async run(model, backend, question, ears) {
      const run = await load(model, backend);
      ears.onText('');
      return ask(run, question, backend, ears);
    },
  };
}
