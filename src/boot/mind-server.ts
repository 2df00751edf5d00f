/** The worker's end of the models: one question after another, answered by the engine from the files in the store. */
import { createEngine, type EngineAsk, type EngineValue } from '#adapters/mind/engine';
import { MODEL_PIECE, openModelStore } from '#adapters/idb/idb-model-store';
import { createBlake3 } from '#base/blake3';
import { toBase64url, type Bytes } from '#base/bytes';
import { MODEL_LIMITS } from '#os/model-limits';
import type { ModelLoad, ModelRow } from '#os/models-api';
import { InferenceError, type InferenceBackend, type InferenceCapabilities, type InferenceFault } from '#ports/inference';

export type ToMind =
  | { readonly begin: { readonly database: string; readonly stop: SharedArrayBuffer | null } }
  | { readonly no: number; readonly model: string; readonly backend: InferenceBackend; readonly ask: EngineAsk }
  | { readonly cool: string };

export type FromMind =
  | { readonly here: InferenceCapabilities; readonly code: string }
  | { readonly no: number; readonly text: string }
  | { readonly no: number; readonly value: EngineValue }
  | { readonly no: number; readonly fault: InferenceFault; readonly detail: string }
  /** The graphics device is gone, and with it whatever was in it. */
  | { readonly lost: true }
  | { readonly warm: readonly { readonly id: string; readonly backend: InferenceBackend }[] };

interface Gpu {
  requestAdapter(): Promise<{ readonly info?: { readonly isFallbackAdapter?: boolean }; readonly isFallbackAdapter?: boolean } | null>;
}

/** Best first. An adapter that is made of the processor is slower than WASM by far: it is there for whoever asks for it. */
async function backends(): Promise<InferenceBackend[]> {
  const gpu = (navigator as { gpu?: Gpu }).gpu;
  const adapter = await gpu?.requestAdapter().catch(() => null);
  if (!adapter) return ['wasm'];
  return adapter.info?.isFallbackAdapter === true || adapter.isFallbackAdapter === true ? ['wasm', 'webgpu'] : ['webgpu', 'wasm'];
}

/** What the words of an engine mean; they are told beside it. */
export function faultOf(error: unknown): { fault: InferenceFault; detail: string } {
  if (error instanceof InferenceError) return { fault: error.fault, detail: error.detail };
  const text = (error instanceof Error ? `${error.name}: ${error.message}` : String(error)).slice(0, 400);
  const fault = ((): InferenceFault => {
    if (/device (?:was |is )?lost|device_lost|lost device|GPUDevice.*lost|A valid external Instance reference no longer exists/i.test(text)) return 'device';
    if (/bad_alloc|out of memory|\bOOM\b|allocat|overflow|too large|memory access out of bounds|Array buffer allocation|Invalid array length|^(?:\w+: ?)?\d{5,}$/i.test(text)) return 'memory';
    if (/is not a registered function|No Op registered|not implemented|NOT_IMPLEMENTED|Fatal error: .* is not a registered|could not find an implementation|no opset import/i.test(text)) return 'operator';
    return 'damaged';
  })();
  return { fault, detail: text };
}

/** Reads a file of a model out of its pieces and compares its hash: a disk may have changed it. */
async function readWhole(piece: (index: number) => Promise<Bytes | null>, size: number, hash: string): Promise<Bytes> {
  const bytes = new Uint8Array(size);
  const hasher = createBlake3();
  for (let at = 0, index = 0; at < size; at += MODEL_PIECE, index++) {
    const part = await piece(index);
    if (part === null || part.length !== Math.min(MODEL_PIECE, size - at)) throw new InferenceError('damaged', 'a piece is missing');
    bytes.set(part, at);
    hasher.update(part);
  }
  if (toBase64url(hasher.digest()) !== hash) throw new InferenceError('damaged', 'hash');
  return bytes;
}

/** What the worker does with a message; `say` posts to the page. */
export function createMindServer(say: (message: FromMind) => void): (message: ToMind) => void {
  let stop: Int32Array | null = null;
  let started: Promise<{ store: Awaited<ReturnType<typeof openModelStore<ModelRow, ModelLoad>>>; engine: ReturnType<typeof createEngine> }> | null = null;
  let last: Promise<unknown> = Promise.resolve();
  const begin = async (database: string): Promise<NonNullable<Awaited<typeof started>>> => {
    const threads = globalThis.crossOriginIsolated ? Math.max(1, Math.min(4, navigator.hardwareConcurrency)) : 1;
    const [found, store] = await Promise.all([backends(), openModelStore<ModelRow, ModelLoad>(database)]);
    const engine = createEngine(threads, MODEL_LIMITS.warm, () => say({ lost: true }));
    say({ here: { backends: found, threads }, code: engine.code });
    return { store, engine };
  };
  const answer = async ({ no, model, backend, ask }: Extract<ToMind, { no: number }>): Promise<void> => {
    if (!started) return;
    const { store, engine } = await started;
    const row = await store.row(model);
    if (!row) throw new InferenceError('no-model', model);
    if (!row.spec.tasks.includes(ask.task)) throw new InferenceError('wrong-task', ask.task);
    const at = new Map(row.files.map((file, index) => [file.path, { ...file, blob: row.blobs[index]! }]));
    const value = await engine.run({
      ...row.spec, id: row.id,
      read: async (path) => {
        const file = at.get(path);
        return file ? readWhole((index) => store.piece(file.blob, index), file.size, file.hash) : null;
      },
    }, backend, ask, { onText: (text) => say({ no, text }), isStopped: () => stop !== null && Atomics.load(stop, 0) === no });
    say({ no, value });
    say({ warm: engine.warm() });
  };
  return (message) => {
    if ('begin' in message) {
      stop = message.begin.stop && new Int32Array(message.begin.stop);
      started = begin(message.begin.database);
      started.catch((error: unknown) => say({ no: 0, ...faultOf(error), fault: 'unavailable' }));
    } else if ('cool' in message) {
      last = last.then(async () => {
        const { engine } = await started!;
        await engine.cool(message.cool);
        say({ warm: engine.warm() });
      }).catch(() => undefined);
    } else {
      last = last.then(() => answer(message)).catch((error: unknown) => say({ no: message.no, ...faultOf(error) }));
    }
  };
}
