/** What a model of this device gives agents that say they use one: vectors of the texts, or words that go on from them. Data like the texts themselves; without a model those that compare work by words alone, and those that write do not run. */
import type { LifegraphApi } from '#os/api';
import type { AgentManifest } from '#os/agents/manifest';
import type { AgentInput, AgentRequest } from '#os/agents/output';
import type { Lineage } from '#os/agents/lineage';
import { InferenceError, type Inference, type InferenceBackend } from '#os/models-api';
import { shownToModel } from '#domain/mind/prompt';
import { loadAgain } from '#view/kit/load-again.ts';
import { askMind } from '#view/kit/mind.ts';

/** The newest so many inputs get vectors: a model takes its time for each. */
const TEXTS = 200;
/** Letters of one that are read. */
const LETTERS = 1_000;
/** Texts of one question: between two it can be called off. */
const AT_ONCE = 16;
/** Pieces of words that a model goes on for. */
const TOKENS = 160;

/** What the request gets of it, and what made it. */
export interface Helped {
  readonly given: Pick<AgentRequest, 'vectors' | 'written'>;
  readonly model: string;
  readonly backend: InferenceBackend;
}

type Options = { signal?: AbortSignal; backend?: InferenceBackend };

/** Places of the texts that get vectors: what it is about, then the newest that have words. */
function chosen(inputs: readonly AgentInput[], subject: number): number[] {
  const rest = [...inputs.keys()].filter((at) => at !== subject && inputs[at]!.text.trim() !== '').sort((a, b) => inputs[b]!.at - inputs[a]!.at || a - b);
  return inputs[subject]?.text.trim() ? [subject, ...rest].slice(0, TEXTS) : [];
}

async function embed(desk: Inference, model: string, inputs: readonly AgentInput[], subject: number, options: Options): Promise<Helped | null> {
  const places = chosen(inputs, subject);
  const vectors: (Float32Array | null)[] = inputs.map(() => null);
  let backend: InferenceBackend | null = null;
  for (let from = 0; from < places.length; from += AT_ONCE) {
    const some = places.slice(from, from + AT_ONCE);
    const { value, by } = await desk.embed({ model, texts: some.map((at) => inputs[at]!.text.trim().slice(0, LETTERS)) }, options);
    some.forEach((at, n) => (vectors[at] = value[n] ?? null));
    backend = by.backend;
  }
  return backend === null ? null : { given: { vectors }, model, backend };
}

async function write(desk: Inference, model: string, inputs: readonly AgentInput[], options: Options): Promise<Helped | null> {
  const { prompt } = shownToModel(inputs);
  if (prompt === '') return null;
  const { value, by } = await desk.generate({ model, prompt, maxTokens: TOKENS }, options);
  return { given: { written: value }, model, backend: by.backend };
}

/** Does it do nothing without a model? */
const writes = ({ capabilities }: AgentManifest): boolean => capabilities.uses?.includes('generate') === true;

/** Another own device, where the person chose one: by which space it is asked. */
export interface Elsewhere {
  readonly api: LifegraphApi;
  readonly personal: string;
}

/** By a model of another own device; null: none of those that help has it. */
async function embedThere({ api, personal }: Elsewhere, model: string | null, inputs: readonly AgentInput[], subject: number, signal?: AbortSignal): Promise<Helped | null> {
  const places = chosen(inputs, subject);
  const { embedElsewhere } = await loadAgain(() => import('#view/kit/embed-elsewhere.ts'));
  const made = await embedElsewhere(api, personal, model, places.map((at) => inputs[at]!.text.trim().slice(0, LETTERS)), signal);
  if (!made) return null;
  const vectors: (Float32Array | null)[] = inputs.map(() => null);
  places.forEach((at, n) => (vectors[at] = made.vectors[n]!));
  return { given: { vectors }, model: made.by.model, backend: made.by.backend };
}

/**
 * By the first model of this device that can; where texts are compared and the person chose another device, by one of that. Null: it works without. Where the texts are only compared, a model that is missing or fails leaves words alone; one that should write rejects then (`no-model`, or why).
 * Rejects when it was called off.
 */
export async function helpFor(manifest: AgentManifest, inputs: readonly AgentInput[], subject: number | null, elsewhere: Elsewhere | null, signal?: AbortSignal): Promise<Helped | null> {
  if (writes(manifest)) {
    const desk = await askMind().catch(() => Promise.reject(new InferenceError('no-model')));
    const [model] = await desk.models('generate');
    if (!model) throw new InferenceError('no-model');
    return write(desk, model.id, inputs, signal ? { signal } : {});
  }
  if (!manifest.capabilities.uses?.includes('embed') || subject === null) return null;
  try {
    const there = elsewhere && (await embedThere(elsewhere, null, inputs, subject, signal));
    signal?.throwIfAborted();
    if (there) return there;
    const desk = await askMind();
    const [model] = await desk.models('embed');
    return model ? await embed(desk, model.id, inputs, subject, signal ? { signal } : {}) : null;
  } catch (error) {
    if (signal?.aborted) throw error;
    return null;
  }
}

/** By the model of an earlier run, where it ran; an error where that model is not here, nor, where texts are compared, on another own device that helps. */
export async function helpAgain(manifest: AgentManifest, { model, backend, subject }: Lineage, inputs: readonly AgentInput[], elsewhere: Elsewhere, signal?: AbortSignal): Promise<Helped | null> {
  const written = writes(manifest);
  if (model === null || (subject === null && !written)) return null;
  const desk = await askMind();
  if (!(await desk.models(written ? 'generate' : 'embed')).some(({ id }) => id === model)) {
    const made = written ? null : await embedThere(elsewhere, model, inputs, subject!, signal);
    if (!made) throw new InferenceError(signal?.aborted ? 'cancelled' : 'no-model');
    return made;
  }
  const there = (await desk.capabilities()).backends.find((one) => one === backend);
  const options: Options = { ...(signal && { signal }), ...(there && { backend: there }) };
  return written ? write(desk, model, inputs, options) : embed(desk, model, inputs, subject!, options);
}
