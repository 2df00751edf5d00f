/**
 * Models that work in this tab, as agents and screens ask them. What comes out is data of unknown worth: it carries what it was made by, and widens nobody's
 * rights. Nothing that is asked leaves the device. Every call may be slow (a model is loaded first) and takes an AbortSignal.
 */

/** What a model can do, read from its own files. */
export type ModelTask = 'embed' | 'classify' | 'generate' | 'transcribe';

/** Where it was computed: `webgpu` where the browser gives an adapter, else `wasm`. Both are equal within a tolerance, not bit by bit. */
export type InferenceBackend = 'webgpu' | 'wasm';

/** Content hash of a model: BLAKE3 (base64url) over the list of its files with their sizes and hashes. The same files are the same model on every device. */
export type ModelId = string;

/** One model that is whole on this device. All of it was read from its files. */
export interface ModelFacts {
  readonly id: ModelId;
  /** What the person, or the folder or address it came from, calls it. */
  readonly name: string;
  readonly tasks: readonly ModelTask[];
  /** Bytes of all its files. */
  readonly bytes: number;
  /** It is in memory: the next call does not load it. */
  readonly warm: boolean;
}

/** By what a result was made: for lineage, and for "re-run and compare". */
export interface InferenceTrace {
  readonly model: ModelId;
  /** Name and version of the code that ran it. */
  readonly code: string;
  readonly backend: InferenceBackend;
}

/** A result and what made it. */
export interface Inferred<T> {
  readonly value: T;
  readonly by: InferenceTrace;
}

/** One label with its share, 0 to 1. */
export interface LabelScore {
  readonly label: string;
  readonly score: number;
}

/** One turn of a talk, for models that have a form for talks. */
export interface GenerateTurn {
  readonly role: 'system' | 'user' | 'assistant';
  readonly text: string;
}

/**
 * Why there is no result. `no-model`: it is not (whole) on this device; `wrong-task`: it cannot do that; `input`: too long, or empty; `damaged`: its files are not what a
 * model is, or not what they were; `operator`: it needs an operator that the runtime does not have; `memory`: it does not fit; `device`: the graphics device was lost
 * twice; `timed-out`: no sign of life for too long; `cancelled`: the signal; `ended`: the worker broke; `unavailable`: this tab or browser cannot run models.
 */
export type InferenceFault = 'no-model' | 'wrong-task' | 'input' | 'damaged' | 'operator' | 'memory' | 'device' | 'timed-out' | 'cancelled' | 'ended' | 'unavailable';

/** The only error a call rejects with; nothing of the answer is kept. */
export class InferenceError extends Error {
  override readonly name = 'InferenceError';
  constructor(readonly fault: InferenceFault, readonly detail = '') {
    super(detail === '' ? fault : `${fault}: ${detail}`);
  }
}

export interface InferenceOptions {
  readonly signal?: AbortSignal;
  /** Asked for by tests and by "re-run and compare"; else the best there is. */
  readonly backend?: InferenceBackend;
}

/** What this tab can do now. */
export interface InferenceCapabilities {
  /** Best first; empty where models cannot run. */
  readonly backends: readonly InferenceBackend[];
  /** Threads of `wasm`: 1 where the page is not isolated. */
  readonly threads: number;
}

export interface Inference {
  capabilities(): Promise<InferenceCapabilities>;
  /** Models that are whole on this device, those of a task only if it is given. Empty is the usual answer: nothing is downloaded unasked. */
  models(task?: ModelTask): Promise<readonly ModelFacts[]>;
  /** One vector of length 1 per text (mean over its tokens). */
  embed(ask: { readonly model: ModelId; readonly texts: readonly string[] }, options?: InferenceOptions): Promise<Inferred<readonly Float32Array[]>>;
  /** All labels of the model per text, the likeliest first. */
  classify(ask: { readonly model: ModelId; readonly texts: readonly string[] }, options?: InferenceOptions): Promise<Inferred<readonly (readonly LabelScore[])[]>>;
  /** Goes on from the text, or answers the talk; always takes the likeliest token, so that a re-run is equal. `onText` gets each piece as it comes. */
  generate(ask: { readonly model: ModelId; readonly prompt: string | readonly GenerateTurn[]; readonly maxTokens: number }, options?: InferenceOptions & { readonly onText?: (piece: string) => void }): Promise<Inferred<string>>;
  /** Words of speech: one channel, 16,000 samples a second, -1 to 1. */
  transcribe(ask: { readonly model: ModelId; readonly samples: Float32Array; readonly language?: string }, options?: InferenceOptions): Promise<Inferred<string>>;
  /** Told when a model came, went, got warm or cold. */
  onChange(listener: () => void): () => void;
}
