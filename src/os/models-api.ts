/** The models of this device: what is here, and how more come. Read from their files; nothing about a model is known beforehand. */
import type { Inference, InferenceBackend, ModelFacts, ModelId, ModelTask } from '#ports/inference';

// Views and components reach the port by this door.
export { InferenceError } from '#ports/inference';
export type { GenerateTurn, Inference, InferenceBackend, InferenceCapabilities, InferenceFault, InferenceOptions, InferenceTrace, Inferred, LabelScore, ModelFacts, ModelId, ModelTask } from '#ports/inference';

/** How the runtime of a model is to take its files. */
export interface ModelSpec {
  readonly tasks: readonly ModelTask[];
  /** Name of the library's way to run it. */
  readonly pipeline: 'feature-extraction' | 'text-classification' | 'text-generation' | 'automatic-speech-recognition';
  /** Precision of its weights, as the library calls it. */
  readonly dtype: 'fp32' | 'fp16' | 'q8' | 'int8' | 'uint8' | 'q4' | 'q4f16' | 'bnb4';
  /** The graph has another name than `model`. */
  readonly graph?: string;
  /** Files of weights beside a graph. */
  readonly external: number;
}

export interface ModelFile {
  readonly path: string;
  readonly size: number;
  /** BLAKE3 of its bytes, base64url. */
  readonly hash: string;
}

/** Where a model came from; for a person, not for trust: that is its id. */
export interface ModelSource {
  readonly kind: 'folder' | 'file' | 'address' | 'space';
  readonly text: string;
}

/** A model as it is kept. */
export interface ModelRow {
  readonly id: ModelId;
  readonly name: string;
  readonly source: ModelSource;
  readonly files: readonly ModelFile[];
  readonly spec: ModelSpec;
  /** ms since 1970. */
  readonly at: number;
}

/** One that is coming, or stopped on its way. */
export interface ModelLoad {
  readonly key: string;
  readonly name: string;
  readonly source: ModelSource;
  readonly state: 'looking' | 'coming' | 'checking' | 'stopped' | 'failed';
  readonly done: number;
  /** 0: not known yet. */
  readonly of: number;
  readonly fault: ModelFault | null;
  readonly detail: string;
  /** The id it must have. */
  readonly expected: ModelId | null;
}

/**
 * Why a model did not come. `no-config`: there is no config.json; `kind`: nothing here can use it; `no-graph`, `no-words`: a part is missing; `too-large`, `too-many`; `hash`: it
 * is not what was asked for, or not what the address gave first; `changed`: its file changed while it came; `network`; `not-found`; `quota`: no room; `busy`; `damaged`; `store`.
 */
export type ModelFault = 'no-config' | 'kind' | 'no-graph' | 'no-words' | 'too-large' | 'too-many' | 'hash' | 'changed' | 'network' | 'not-found' | 'address' | 'quota' | 'store' | 'damaged' | 'cancelled' | 'busy';

/** What reading or keeping a model ends with when it does not end well. */
export class ModelError extends Error {
  override readonly name = 'ModelError';
  constructor(readonly fault: ModelFault, readonly detail = '') {
    super(detail === '' ? fault : `${fault}: ${detail}`);
  }
}

/** A model on the screen. */
export interface ModelView extends ModelFacts, Pick<ModelRow, 'source' | 'files' | 'spec' | 'at'> {
  /** Where it works, when it is warm. */
  readonly backend: InferenceBackend | null;
}

/** Models of this tab: what they answer, and which there are. */
export interface MindDesk extends Inference {
  list(): Promise<ModelView[]>;
  loads(): Promise<ModelLoad[]>;
  /** From files a person chose; all calls that add resolve with the id and reject with ModelError. */
  addFolder(name: string, files: readonly { readonly path: string; readonly file: Blob }[]): Promise<ModelId>;
  addAddress(address: string, expected: ModelId | null): Promise<ModelId>;
  resume(key: string): Promise<ModelId>;
  /** From one packed file whose content must be the model of this id; null: of the one it says itself. */
  addPacked(stream: ReadableStream<Uint8Array>, expected: ModelId | null, source: ModelSource): Promise<ModelId>;
  pack(id: ModelId): Promise<{ blob: Blob; name: string }>;
  stop(key: string): Promise<void>;
  drop(key: string): Promise<void>;
  remove(id: ModelId): Promise<void>;
  /** Out of memory. */
  cool(id: ModelId): Promise<void>;
}
