/** The layout of published models: what is taken of a folder, and what is refused. */
import { describe, expect, test } from 'vitest';
import { chooseFiles, isModelPath, kindOf, modelId, readConfig, strip, type Listed } from '#os/models/layout';
import { MODEL_LIMITS } from '#os/model-limits';

const BERT = JSON.stringify({ model_type: 'bert', architectures: ['BertModel'] });
const list = (...paths: (string | [string, number])[]): Listed[] => paths.map((one) => (typeof one === 'string' ? { path: one, size: 10 } : { path: one[0], size: one[1] }));
const USUAL = ['config.json', 'tokenizer.json'] as const;
const faultOf = (act: () => unknown): string => {
  try {
    act();
    return 'none';
  } catch (error) {
    return (error as { fault?: string }).fault ?? String(error);
  }
};

describe('the layout of models', () => {
  test('of many precisions one is taken, with its weights beside it; nothing else of the folder is', () => {
    const { spec, paths } = chooseFiles(BERT, list(...USUAL, 'README.md', 'pytorch_model.bin', 'onnx/model.onnx', 'onnx/model_quantized.onnx', 'onnx/model_fp16.onnx'));
    expect([spec.dtype, spec.pipeline, paths]).toEqual(['q8', 'feature-extraction', ['config.json', 'tokenizer.json', 'onnx/model_quantized.onnx']]);
    const large = chooseFiles(BERT, list(...USUAL, 'onnx/model.onnx', 'onnx/model.onnx_data', 'onnx/model.onnx_data_1', 'onnx/model.onnx_dataset'));
    expect([large.spec.dtype, large.spec.external, large.paths.slice(2)]).toEqual(['fp32', 2, ['onnx/model.onnx', 'onnx/model.onnx_data', 'onnx/model.onnx_data_1']]);
  });

  test('what a model does is read from its settings; older writers have another name for their graph', () => {
    const kind = (type: string, architecture: string): string => kindOf({ type, architecture }).task;
    expect([kind('bert', 'BertModel'), kind('bert', 'BertForSequenceClassification'), kind('llama', 'LlamaForCausalLM'), kind('gpt2', 'GPT2LMHeadModel'), kind('whisper', 'WhisperForConditionalGeneration'), kind('wav2vec2', 'Wav2Vec2ForCTC')])
      .toEqual(['embed', 'classify', 'generate', 'generate', 'transcribe', 'transcribe']);
    expect(faultOf(() => kindOf({ type: 'vit', architecture: 'ViTForImageClassification' }))).toBe('kind');
    const gpt = JSON.stringify({ model_type: 'gpt2', architectures: ['GPT2LMHeadModel'] });
    expect(chooseFiles(gpt, list(...USUAL, 'onnx/decoder_model_merged.onnx')).spec.graph).toBe('decoder_model_merged');
    const whisper = JSON.stringify({ model_type: 'whisper', architectures: ['WhisperForConditionalGeneration'] });
    expect(chooseFiles(whisper, list(...USUAL, 'preprocessor_config.json', 'onnx/encoder_model.onnx', 'onnx/decoder_model_merged.onnx')).paths.slice(3)).toEqual(['onnx/encoder_model.onnx', 'onnx/decoder_model_merged.onnx']);
    expect(faultOf(() => chooseFiles(whisper, list(...USUAL, 'preprocessor_config.json', 'onnx/encoder_model.onnx')))).toBe('no-graph');
    expect(faultOf(() => chooseFiles(whisper, list(...USUAL, 'onnx/encoder_model.onnx', 'onnx/decoder_model_merged.onnx')))).toBe('no-words');
  });

  test('a folder without settings, words or graph, and settings that are none, are told apart', () => {
    expect(faultOf(() => strip(list('a/readme.md')))).toBe('no-config');
    expect(strip(list('tiny/config.json', 'tiny/onnx/model.onnx'))('tiny/onnx/model.onnx')).toBe('onnx/model.onnx');
    expect(faultOf(() => chooseFiles(BERT, list('config.json', 'onnx/model.onnx')))).toBe('no-words');
    expect(faultOf(() => chooseFiles(BERT, list(...USUAL)))).toBe('no-graph');
    for (const text of ['', '[]', 'null', '{"a":', '7']) expect(faultOf(() => readConfig(text)), text).toBe('damaged');
    expect(readConfig('{"model_type":7,"architectures":[{}]}')).toEqual({ type: '', architecture: '' });
  });

  test('[limit MODEL.pathChars] a path leads nowhere else', () => {
    for (const path of ['../config.json', '/etc/passwd', 'a//b', 'a/../b', '.hidden', 'a\\b', 'ä.json', '', 'a/', `${'a'.repeat(MODEL_LIMITS.pathChars)}b`]) expect(isModelPath(path), path).toBe(false);
    for (const path of ['config.json', 'onnx/model_q4f16.onnx', 'onnx/model.onnx_data_1', 'a'.repeat(MODEL_LIMITS.pathChars)]) expect(isModelPath(path), path).toBe(true);
  });

  test('[limit MODEL.files] [limit MODEL.bytes] [limit MODEL.textBytes] [limit MODEL.graphBytes] what could not run is not taken', () => {
    const weights = (count: number): string[] => Array.from({ length: count }, (_, no) => `onnx/model.onnx_data${no === 0 ? '' : `_${no}`}`);
    expect(faultOf(() => chooseFiles(BERT, list(...USUAL, 'onnx/model.onnx', ...weights(MODEL_LIMITS.files - 3))))).toBe('none');
    expect(faultOf(() => chooseFiles(BERT, list(...USUAL, 'onnx/model.onnx', ...weights(MODEL_LIMITS.files - 2))))).toBe('too-many');
    const sized = (graph: number, words = 10, more: [string, number][] = []): string => faultOf(() => chooseFiles(BERT, list('config.json', ['tokenizer.json', words], ['onnx/model.onnx', graph], ...more)));
    expect([sized(MODEL_LIMITS.graphBytes), sized(MODEL_LIMITS.graphBytes + 1), sized(10, MODEL_LIMITS.textBytes), sized(10, MODEL_LIMITS.textBytes + 1)]).toEqual(['none', 'too-large', 'none', 'too-large']);
    const half = MODEL_LIMITS.bytes / 2 - 10;
    expect([sized(half, 10, [['onnx/model.onnx_data', half]]), sized(half, 11, [['onnx/model.onnx_data', half]])]).toEqual(['none', 'too-large']);
  });

  test('the id is of the content: order and names of folders change nothing, each file does', () => {
    const files = [{ path: 'config.json', size: 2, hash: 'a' }, { path: 'onnx/model.onnx', size: 3, hash: 'b' }];
    expect(modelId(files)).toMatch(/^[\w-]{43}$/);
    expect(modelId([...files].reverse())).toBe(modelId(files));
    for (const other of [{ path: 'onnx/model.onnx', size: 3, hash: 'c' }, { path: 'onnx/model.onnx', size: 4, hash: 'b' }, { path: 'onnx/other.onnx', size: 3, hash: 'b' }]) expect(modelId([files[0]!, other])).not.toBe(modelId(files));
  });
});
