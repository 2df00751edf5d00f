/** The layout of published models (`config.json`, a tokenizer, graphs below `onnx/`): what of a folder is needed, and what the model can do. Pure; everything in it may be hostile. */
import { compareBytes, toBase64url, utf8 } from '#base/bytes';
import { createBlake3 } from '#base/blake3';
import { MODEL_LIMITS } from '#os/model-limits';
import { ModelError, type ModelFile, type ModelSpec } from '#os/models-api';

/** A file of a folder, before it is read. */
export interface Listed {
  readonly path: string;
  readonly size: number;
}

/** Precisions by the ends of the names of graphs, best for this machine first: eight bits are a quarter of the memory. */
export const PRECISIONS: readonly (readonly [end: string, dtype: ModelSpec['dtype']])[] = [['_quantized', 'q8'], ['_int8', 'int8'], ['_uint8', 'uint8'], ['_q4', 'q4'], ['', 'fp32'], ['_bnb4', 'bnb4'], ['_q4f16', 'q4f16'], ['_fp16', 'fp16']];

/** Small files that the library reads where they are there. */
export const TEXTS: readonly string[] = ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'generation_config.json', 'preprocessor_config.json', 'processor_config.json', 'special_tokens_map.json', 'added_tokens.json', 'vocab.json', 'vocab.txt', 'merges.txt', 'chat_template.jinja', 'chat_template.json'];

const PATH = /^(?:[A-Za-z0-9_][A-Za-z0-9._-]*\/)*[A-Za-z0-9_][A-Za-z0-9._-]*$/;

/** Names that a model may have: plain ones below its own folder. */
export const isModelPath = (path: string): boolean => path.length <= MODEL_LIMITS.pathChars && PATH.test(path) && !path.includes('..');

/** Takes away the folder that everything lies in. */
export function strip(files: readonly Listed[]): (path: string) => string {
  const config = files.map(({ path }) => path).filter((path) => path === 'config.json' || path.endsWith('/config.json')).sort((a, b) => a.length - b.length)[0];
  if (config === undefined) throw new ModelError('no-config');
  const folder = config.slice(0, -'config.json'.length);
  return (path) => (path.startsWith(folder) ? path.slice(folder.length) : '');
}

interface Config {
  readonly type: string;
  readonly architecture: string;
}

/** The two words of `config.json` that matter here. */
export function readConfig(text: string): Config {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    throw new ModelError('damaged', 'config.json');
  }
  if (typeof read !== 'object' || read === null || Array.isArray(read)) throw new ModelError('damaged', 'config.json');
  const { model_type: type, architectures } = read as { model_type?: unknown; architectures?: unknown };
  const first: unknown = Array.isArray(architectures) ? architectures[0] : null;
  return { type: typeof type === 'string' ? type : '', architecture: typeof first === 'string' ? first : '' };
}

/** Graphs that one kind of model is made of: alternatives, first the usual one. */
interface Kind {
  readonly pipeline: ModelSpec['pipeline'];
  readonly task: ModelSpec['tasks'][number];
  readonly graphs: readonly (readonly string[])[];
}

/** What a model can be used for here. Throws `kind` for all the others. */
export function kindOf({ type, architecture }: Config): Kind {
  const both: Kind['graphs'] = [['encoder_model', 'decoder_model_merged']];
  if (type === 'whisper' || type === 'moonshine') return { pipeline: 'automatic-speech-recognition', task: 'transcribe', graphs: both };
  if (architecture.endsWith('ForCTC')) return { pipeline: 'automatic-speech-recognition', task: 'transcribe', graphs: [['model']] };
  if (architecture.endsWith('ForSequenceClassification')) return { pipeline: 'text-classification', task: 'classify', graphs: [['model']] };
  if (architecture.endsWith('ForCausalLM') || architecture.endsWith('LMHeadModel')) return { pipeline: 'text-generation', task: 'generate', graphs: [['model'], ['decoder_model_merged']] };
  if (architecture.endsWith('Model') || architecture.endsWith('ForMaskedLM') || architecture === '') return { pipeline: 'feature-extraction', task: 'embed', graphs: [['model']] };
  throw new ModelError('kind', architecture.slice(0, MODEL_LIMITS.nameChars));
}

/** Weights beside a graph: `model.onnx_data`, `model.onnx_data_1`, … */
const WEIGHTS = /^_data(?:_\d{1,3})?$/;

/** Which files of a list are needed, and how they are to be run. Paths are without the outer folder. */
export function chooseFiles(config: string, files: readonly Listed[]): { spec: ModelSpec; paths: string[] } {
  const kind = kindOf(readConfig(config));
  const sizes = new Map(files.filter(({ path }) => isModelPath(path)).map(({ path, size }) => [path, size]));
  const texts = TEXTS.filter((path) => sizes.has(path));
  if (!sizes.has('tokenizer.json')) throw new ModelError('no-words', 'tokenizer.json');
  if (kind.pipeline === 'automatic-speech-recognition' && !sizes.has('preprocessor_config.json')) throw new ModelError('no-words', 'preprocessor_config.json');
  for (const graphs of kind.graphs) {
    for (const [end, dtype] of PRECISIONS) {
      const all = graphs.map((graph) => `onnx/${graph}${end}.onnx`);
      if (!all.every((path) => sizes.has(path))) continue;
      const weights = all.map((path) => [...sizes.keys()].filter((other) => other.startsWith(path) && WEIGHTS.test(other.slice(path.length))));
      const paths = [...texts, ...all, ...weights.flat()];
      checkSizes(paths.map((path) => ({ path, size: sizes.get(path)! })));
      const spec = { tasks: [kind.task], pipeline: kind.pipeline, dtype, external: Math.max(...weights.map((found) => found.length)), ...(graphs[0] !== 'model' && graphs.length === 1 && { graph: graphs[0]! }) };
      return { spec, paths };
    }
  }
  throw new ModelError('no-graph', `onnx/${kind.graphs[0]![0]}.onnx`);
}

/** Throws when a model is larger than anything that could run here. */
export function checkSizes(files: readonly Listed[]): void {
  if (files.length > MODEL_LIMITS.files) throw new ModelError('too-many', String(files.length));
  let sum = 0;
  for (const { path, size } of files) {
    const most = path.includes('.onnx') ? MODEL_LIMITS.graphBytes : MODEL_LIMITS.textBytes;
    if (size > most) throw new ModelError('too-large', path);
    sum += size;
  }
  if (sum > MODEL_LIMITS.bytes) throw new ModelError('too-large');
}

/** The id: what the files are, not what they are called or where they come from. */
export function modelId(files: readonly ModelFile[]): string {
  const hash = createBlake3();
  const sorted = [...files].sort((a, b) => compareBytes(utf8(a.path), utf8(b.path)));
  hash.update(utf8(`lifegraph-model-1\n${sorted.map(({ path, size, hash: own }) => `${path}\0${size}\0${own}\n`).join('')}`));
  return toBase64url(hash.digest());
}
