/**
 * Models of a few kilobytes in the layout of published ones, for tests: real graphs for every task, with weights that mean nothing. They are written into a folder
 * that a test names, lie in no build, and no screen of the app knows them.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { FLOAT, INT64, noise, onnx, whole, type Graph, type Value } from './onnx.ts';

const WORDS = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', 'the', 'river', 'rises', 'falls', 'good', 'bad', 'a', 'boat', 'on', 'it', 'is', '##s', 'water', 'high', 'low', 'today'];
const WIDTH = 32;
const json = (value: unknown): string => JSON.stringify(value, null, 1);
const ids = (name: string): Value => ({ name, type: INT64, dims: ['batch', 'length'] });

/** As the tokenizer of a BERT. */
function bertTokenizer(): Record<string, string> {
  const special = WORDS.slice(0, 5).map((content, id) => ({ id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true }));
  const at = (word: string): number => WORDS.indexOf(word);
  return {
    'tokenizer_config.json': json({ tokenizer_class: 'BertTokenizer', do_lower_case: true, model_max_length: 64, unk_token: '[UNK]', sep_token: '[SEP]', pad_token: '[PAD]', cls_token: '[CLS]', mask_token: '[MASK]' }),
    'tokenizer.json': json({
      version: '1.0', truncation: null, padding: null, added_tokens: special,
      normalizer: { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase: true },
      pre_tokenizer: { type: 'BertPreTokenizer' },
      post_processor: {
        type: 'TemplateProcessing', single: [{ SpecialToken: { id: '[CLS]', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }, { SpecialToken: { id: '[SEP]', type_id: 0 } }], pair: [],
        special_tokens: { '[CLS]': { id: '[CLS]', ids: [at('[CLS]')], tokens: ['[CLS]'] }, '[SEP]': { id: '[SEP]', ids: [at('[SEP]')], tokens: ['[SEP]'] } },
      },
      decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
      model: { type: 'WordPiece', unk_token: '[UNK]', continuing_subword_prefix: '##', max_input_chars_per_word: 100, vocab: Object.fromEntries(WORDS.map((word, id) => [word, id])) },
    }),
  };
}

const BERT_INPUTS = [ids('input_ids'), ids('attention_mask'), ids('token_type_ids')];
const bertConfig = (rest: object): string => json({ model_type: 'bert', hidden_size: WIDTH, num_hidden_layers: 1, num_attention_heads: 2, intermediate_size: WIDTH, vocab_size: WORDS.length, max_position_embeddings: 64, ...rest });

/** Words into vectors: a table, one layer, tanh. */
export const EMBED_GRAPH: Graph = {
  inputs: BERT_INPUTS,
  outputs: [{ name: 'last_hidden_state', type: FLOAT, dims: ['batch', 'length', WIDTH] }],
  tensors: [noise('table', [WORDS.length, WIDTH], 7), noise('layer', [WIDTH, WIDTH], 11)],
  steps: [{ op: 'Gather', in: ['table', 'input_ids'], out: ['words'] }, { op: 'MatMul', in: ['words', 'layer'], out: ['mixed'] }, { op: 'Tanh', in: ['mixed'], out: ['last_hidden_state'] }],
};

const CLASSIFY_GRAPH: Graph = {
  inputs: BERT_INPUTS,
  outputs: [{ name: 'logits', type: FLOAT, dims: ['batch', 3] }],
  tensors: [noise('table', [WORDS.length, WIDTH], 3), noise('layer', [WIDTH, 3], 5)],
  steps: [{ op: 'Gather', in: ['table', 'input_ids'], out: ['words'] }, { op: 'ReduceMean', in: ['words'], out: ['mean'], attrs: { axes: [1], keepdims: 0 } }, { op: 'MatMul', in: ['mean', 'layer'], out: ['logits'] }],
};

/** Each token sees the sum of all before it, which lies in the cache: with a wrong cache other words come out. */
const GENERATE_GRAPH: Graph = {
  inputs: [ids('input_ids'), { name: 'attention_mask', type: INT64, dims: ['batch', 'total'] }, ids('position_ids'), ...['key', 'value'].map((name): Value => ({ name: `past_key_values.0.${name}`, type: FLOAT, dims: ['batch', 1, 'past', WIDTH] }))],
  outputs: [{ name: 'logits', type: FLOAT, dims: ['batch', 'length', WORDS.length] }, ...['key', 'value'].map((name): Value => ({ name: `present.0.${name}`, type: FLOAT, dims: ['batch', 1, 'total', WIDTH] }))],
  tensors: [noise('table', [WORDS.length, WIDTH], 115), noise('values', [WIDTH, WIDTH], 1115), noise('head', [WIDTH, WORDS.length], 2115), whole('one', [1]), whole('two', [2], []), whole('last', [2 ** 40])],
  steps: [
    { op: 'Gather', in: ['table', 'input_ids'], out: ['words'] },
    { op: 'Unsqueeze', in: ['words', 'one'], out: ['keys'] },
    { op: 'MatMul', in: ['keys', 'values'], out: ['told'] },
    { op: 'Concat', in: ['past_key_values.0.key', 'keys'], out: ['present.0.key'], attrs: { axis: 2 } },
    { op: 'Concat', in: ['past_key_values.0.value', 'told'], out: ['present.0.value'], attrs: { axis: 2 } },
    { op: 'Add', in: ['present.0.key', 'present.0.value'], out: ['both'] },
    { op: 'CumSum', in: ['both', 'two'], out: ['sums'] },
    { op: 'Shape', in: ['input_ids'], out: ['shape'] },
    { op: 'Slice', in: ['shape', 'one', 'last'], out: ['length'] },
    { op: 'Neg', in: ['length'], out: ['from'] },
    { op: 'Unsqueeze', in: ['two', 'zero'], out: ['axis'] },
    { op: 'Slice', in: ['sums', 'from', 'last', 'axis'], out: ['seen'] },
    { op: 'Squeeze', in: ['seen', 'one'], out: ['flat'] },
    { op: 'Add', in: ['flat', 'words'], out: ['sum'] },
    { op: 'MatMul', in: ['sum', 'head'], out: ['logits'] },
  ],
};

const LETTERS = ['<pad>', '<s>', '</s>', '<unk>', '|', ...'abcdefghijklmnopqrstuvwxyz'];
/** Samples of sound that one letter stands for. */
const WINDOW = 320;

/** Speech to letters: windows of samples, one layer, a letter each; as wav2vec 2 with CTC. */
const SPEECH_GRAPH: Graph = {
  inputs: [{ name: 'input_values', type: FLOAT, dims: ['batch', 'samples'] }],
  outputs: [{ name: 'logits', type: FLOAT, dims: ['batch', 'time', LETTERS.length] }],
  tensors: [whole('windows', [1, -1, WINDOW]), noise('layer', [WINDOW, LETTERS.length], 23)],
  steps: [{ op: 'Reshape', in: ['input_values', 'windows'], out: ['cut'] }, { op: 'MatMul', in: ['cut', 'layer'], out: ['logits'] }],
};

function speechFiles(): Record<string, string> {
  return {
    'config.json': json({ model_type: 'wav2vec2', architectures: ['Wav2Vec2ForCTC'], vocab_size: LETTERS.length, hidden_size: WIDTH }),
    'preprocessor_config.json': json({ feature_extractor_type: 'Wav2Vec2FeatureExtractor', processor_class: 'Wav2Vec2Processor', sampling_rate: 16_000, feature_size: 1, do_normalize: true, padding_value: 0, return_attention_mask: false }),
    'tokenizer_config.json': json({ tokenizer_class: 'Wav2Vec2CTCTokenizer', processor_class: 'Wav2Vec2Processor', pad_token: '<pad>', unk_token: '<unk>', bos_token: '<s>', eos_token: '</s>', word_delimiter_token: '|', model_max_length: 4096 }),
    'tokenizer.json': json({
      version: '1.0', truncation: null, padding: null, normalizer: null, post_processor: null,
      added_tokens: LETTERS.slice(0, 4).map((content, id) => ({ id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true })),
      pre_tokenizer: { type: 'Split', pattern: { Regex: '' }, behavior: 'Isolated', invert: false },
      decoder: { type: 'CTC', pad_token: '<pad>', word_delimiter_token: '|', cleanup: true },
      model: { type: 'WordLevel', unk_token: '<unk>', vocab: Object.fromEntries(LETTERS.map((letter, id) => [letter, id])) },
    }),
  };
}

/** Files of a model by their paths. */
export type ModelFiles = Readonly<Record<string, string | Uint8Array>>;

/** One for every task, and `cut`: names of files the layout knows and this app does not need. */
export function tinyModels(): Readonly<Record<'embed' | 'classify' | 'generate' | 'transcribe', ModelFiles>> {
  const generate: Graph = { ...GENERATE_GRAPH, tensors: [...GENERATE_GRAPH.tensors, whole('zero', [0])] };
  return {
    embed: { 'config.json': bertConfig({ architectures: ['BertModel'] }), ...bertTokenizer(), 'onnx/model.onnx': onnx(EMBED_GRAPH), 'README.md': '# Tiny' },
    classify: { 'config.json': bertConfig({ architectures: ['BertForSequenceClassification'], id2label: { 0: 'task', 1: 'question', 2: 'other' }, label2id: { task: 0, question: 1, other: 2 } }), ...bertTokenizer(), 'onnx/model.onnx': onnx(CLASSIFY_GRAPH) },
    generate: {
      'config.json': json({ model_type: 'gpt2', architectures: ['GPT2LMHeadModel'], vocab_size: WORDS.length, n_embd: WIDTH, n_head: 1, n_layer: 1, n_positions: 64, bos_token_id: 2, eos_token_id: 3 }),
      'generation_config.json': json({ bos_token_id: 2, eos_token_id: 3, pad_token_id: 0 }),
      ...bertTokenizer(), 'onnx/model.onnx': onnx(generate),
    },
    transcribe: { ...speechFiles(), 'onnx/model.onnx': onnx(SPEECH_GRAPH) },
  };
}

/** Models that somebody would send to do harm, or that came to harm. */
export function badModels(): Readonly<Record<'operator' | 'memory' | 'endless' | 'torn', ModelFiles>> {
  const { embed } = tinyModels();
  const wrap = (graph: Graph): ModelFiles => ({ ...embed, 'onnx/model.onnx': onnx(graph) });
  const table = EMBED_GRAPH.tensors[0]!;
  return {
    // Needs an operator that no runtime of ours has.
    operator: wrap({ ...EMBED_GRAPH, tensors: [table], steps: [{ op: 'Gather', in: ['table', 'input_ids'], out: ['words'] }, { op: 'Divine', in: ['words'], out: ['last_hidden_state'], domain: 'com.example' }] }),
    // Asks for 2^34 numbers, by a file of some kilobytes.
    memory: wrap({
      ...EMBED_GRAPH, tensors: [table, whole('huge', [2 ** 17, 2 ** 17]), whole('axes', [0, 1])],
      steps: [
        { op: 'Gather', in: ['table', 'input_ids'], out: ['words'] }, { op: 'ConstantOfShape', in: ['huge'], out: ['field'] }, { op: 'ReduceSum', in: ['field', 'axes'], out: ['sum'], attrs: { keepdims: 0 } },
        { op: 'Add', in: ['words', 'sum'], out: ['last_hidden_state'] },
      ],
    }),
    // Multiplies large squares for hours.
    endless: wrap({
      ...EMBED_GRAPH, tensors: [table, whole('side', [4096, 4096]), whole('axes', [0, 1])],
      steps: [
        { op: 'Gather', in: ['table', 'input_ids'], out: ['words'] }, { op: 'ReduceMean', in: ['words'], out: ['mean'], attrs: { axes: [0, 1, 2], keepdims: 0 } },
        { op: 'ConstantOfShape', in: ['side'], out: ['zeros'] }, { op: 'Add', in: ['zeros', 'mean'], out: ['m0'] },
        ...Array.from({ length: 4_000 }, (_, at) => ({ op: 'MatMul', in: [`m${at}`, `m${at}`], out: [`m${at + 1}`] })),
        { op: 'ReduceSum', in: ['m4000', 'axes'], out: ['sum'], attrs: { keepdims: 0 } }, { op: 'Add', in: ['words', 'sum'], out: ['last_hidden_state'] },
      ],
    }),
    torn: { ...embed, 'onnx/model.onnx': onnx(EMBED_GRAPH).slice(0, 1_500) },
  };
}

/** Writes the files into the folder. */
export function writeModel(folder: string, files: ModelFiles): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}


/** What the model that writes must say: computed here from its weights, every time from the beginning. */
export function generatedWords(prompt: string, tokens: number): string {
  const [table, values, head] = GENERATE_GRAPH.tensors.map(({ data }) => data as Float32Array) as [Float32Array, Float32Array, Float32Array];
  const ids = prompt.split(' ').map((word) => WORDS.indexOf(word));
  const begin = ids.length;
  const row = (id: number): Float32Array => table.subarray(id * WIDTH, (id + 1) * WIDTH);
  const through = (vector: Float32Array, by: Float32Array, width: number): Float32Array => Float32Array.from({ length: width }, (_, column) => vector.reduce((sum, value, at) => sum + value * by[at * width + column]!, 0));
  for (let step = 0; step < tokens; step++) {
    const seen = Float32Array.from(row(ids.at(-1)!));
    for (const id of ids) {
      const told = through(row(id), values, WIDTH);
      for (let at = 0; at < WIDTH; at++) seen[at]! += row(id)[at]! + told[at]!;
    }
    const logits = through(seen, head, WORDS.length);
    const next = logits.indexOf(Math.max(...logits));
    ids.push(next);
    if (next === 3) break;
  }
  return ids.slice(begin).filter((id) => id > 4).map((id) => WORDS[id]!).join(' ').replaceAll(' ##', '');
}
