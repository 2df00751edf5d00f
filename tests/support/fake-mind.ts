/** Models on the fake kernel: what stands in Settings, without files of any. What is asked of them is refused as by a browser that cannot run them. */
import { InferenceError, ModelError, type MindDesk, type ModelLoad, type ModelView } from '#os/models-api';
import { fakeId } from './fake-graph.ts';

const model = (name: string, task: ModelView['tasks'][number], bytes: number, backend: ModelView['backend']): ModelView => ({
  id: fakeId(`model:${name}`, 32), name, tasks: [task], bytes, warm: backend !== null, backend, at: Date.now() - 86_400_000,
  source: task === 'embed' ? { kind: 'folder', text: name } : { kind: 'address', text: `https://models.example.org/${name}/` },
  files: ['config.json', 'tokenizer.json', 'onnx/model_quantized.onnx'].map((path, at) => ({ path, size: Math.round(bytes / (at + 1)), hash: fakeId(path, 32) })),
  spec: { tasks: [task], pipeline: task === 'embed' ? 'feature-extraction' : 'text-generation', dtype: 'q8', external: 0 },
});

const load = (name: string, state: ModelLoad['state'], done: number, of: number, fault: ModelLoad['fault'] = null): ModelLoad => ({
  key: fakeId(`load:${name}`), name, source: { kind: 'address', text: `https://models.example.org/${name}/` }, state, done, of, fault, detail: fault === null ? '' : 'tokenizer.json', expected: null,
});

/** The desk; `some` is asked at each look: nothing on this device, or two models and three that did not come whole. */
export function fakeMind(some: () => boolean): MindDesk {
  const refuse = (): Promise<never> => Promise.reject(new InferenceError('unavailable'));
  const refuseModel = (): Promise<never> => Promise.reject(new ModelError('not-found'));
  const here = [model('multilingual-e5-small', 'embed', 118_000_000, 'wasm'), model('a-model-with-a-very-long-name-that-somebody-gave-it-q8', 'generate', 1_940_000_000, null)];
  // Heard of by captions; in Settings two are enough.
  const speech = model('whisper-base', 'transcribe', 142_000_000, null);
  const loads = [load('whisper-base', 'coming', 31_000_000, 142_000_000), load('small-talk', 'stopped', 9_000_000, 88_000_000), load('half-of-one', 'failed', 400, 400, 'no-words')];
  return {
    capabilities: async () => ({ backends: ['webgpu', 'wasm'], threads: 4 }),
    models: async (task) => (some() ? [...here, speech].filter(({ tasks }) => task === undefined || tasks.includes(task)) : []),
    embed: refuse, classify: refuse, generate: refuse, transcribe: refuse,
    onChange: () => () => undefined,
    list: async () => (some() ? here : []),
    loads: async () => (some() ? loads : []),
    addFolder: refuseModel, addAddress: refuseModel, resume: refuseModel, addPacked: refuseModel, pack: refuseModel,
    stop: async () => undefined, drop: async () => undefined, remove: async () => undefined, cool: async () => undefined,
  };
}
