/** Vectors of a model of this device for agents that say they use one. What comes of it is data like the texts themselves; where there is no model, the agent works by words alone. */
import type { AgentManifest } from '#os/agents/manifest';
import type { AgentInput, AgentRequest } from '#os/agents/output';
import type { Lineage } from '#os/agents/lineage';
import { InferenceError, type Inference, type InferenceBackend } from '#os/models-api';
import { askMind } from '#view/kit/mind.ts';

/** The newest so many inputs get vectors: a model takes its time for each. */
const TEXTS = 200;
/** Letters of one that are read. */
const LETTERS = 1_000;
/** Texts of one question: between two it can be called off. */
const AT_ONCE = 16;

export interface Vectored {
  readonly vectors: NonNullable<AgentRequest['vectors']>;
  readonly model: string;
  readonly backend: InferenceBackend;
}

/** Places of the texts that get vectors: what it is about, then the newest that have words. */
function chosen(inputs: readonly AgentInput[], subject: number): number[] {
  const rest = [...inputs.keys()].filter((at) => at !== subject && inputs[at]!.text.trim() !== '').sort((a, b) => inputs[b]!.at - inputs[a]!.at || a - b);
  return inputs[subject]?.text.trim() ? [subject, ...rest].slice(0, TEXTS) : [];
}

async function embed(desk: Inference, model: string, inputs: readonly AgentInput[], subject: number, options: { signal?: AbortSignal; backend?: InferenceBackend }): Promise<Vectored | null> {
  const places = chosen(inputs, subject);
  const vectors: (Float32Array | null)[] = inputs.map(() => null);
  let backend: InferenceBackend | null = null;
  for (let from = 0; from < places.length; from += AT_ONCE) {
    const some = places.slice(from, from + AT_ONCE);
    const { value, by } = await desk.embed({ model, texts: some.map((at) => inputs[at]!.text.trim().slice(0, LETTERS)) }, options);
    some.forEach((at, n) => (vectors[at] = value[n] ?? null));
    backend = by.backend;
  }
  return backend === null ? null : { vectors, model, backend };
}

/** By the first model of this device that makes vectors; null: there is none, or it failed, and words alone are compared. Rejects when it was called off. */
export async function vectorsFor({ capabilities }: AgentManifest, inputs: readonly AgentInput[], subject: number | null, signal?: AbortSignal): Promise<Vectored | null> {
  if (!capabilities.uses?.includes('embed') || subject === null) return null;
  try {
    const desk = await askMind();
    const [model] = await desk.models('embed');
    return model ? await embed(desk, model.id, inputs, subject, signal ? { signal } : {}) : null;
  } catch (error) {
    if (signal?.aborted) throw error;
    return null;
  }
}

/** By the model of an earlier run, where it ran; an error where that model is not here. */
export async function vectorsAgain({ model, backend, subject }: Lineage, inputs: readonly AgentInput[], signal?: AbortSignal): Promise<Vectored | null> {
  if (model === null || subject === null) return null;
  const desk = await askMind();
  if (!(await desk.models('embed')).some(({ id }) => id === model)) throw new InferenceError('no-model');
  const there = (await desk.capabilities()).backends.find((one) => one === backend);
  return embed(desk, model, inputs, subject, { ...(signal && { signal }), ...(there && { backend: there }) });
}
