/** Vectors of texts by a model of another own device: asked in the Personal space alone, in batches, of those that help. One model makes all of them, or there are none. */
import type { LifegraphApi } from '#os/api';
import { COMPUTE_LIMITS } from '#os/compute-limits';
import { MODEL_LIMITS } from '#os/model-limits';
import { encodeVectorPiece, readVectorAnswer, type VectorAnswer, type VectorPiece } from '#os/models/vector-piece';
import { computePage } from '#view/kit/compute-page.ts';

/** A person waits for it: before what is late in a plan. */
const ASKED_NOW = 4;

async function answers(api: LifegraphApi, personal: string, pieces: readonly VectorPiece[], signal?: AbortSignal): Promise<readonly VectorAnswer[] | null> {
  if (signal?.aborted) return null;
  const id = crypto.randomUUID();
  // Given up here, it ends there as well.
  const giveUp = (): void => void api.compute!.act({ do: 'cancel', id }).catch(() => undefined);
  signal?.addEventListener('abort', giveUp, { once: true });
  const { results } = await api.compute!.act({ do: 'run', space: personal, kind: 'embed', pieces: pieces.map(encodeVectorPiece), probes: [], ms: COMPUTE_LIMITS.runMs, priority: ASKED_NOW, id }).finally(() => signal?.removeEventListener('abort', giveUp));
  const read = results.flatMap(({ bytes }, i) => (bytes && readVectorAnswer(bytes, pieces[i]!)) ?? []);
  return read.length === pieces.length ? read : null;
}

/** The first text says which model there is, the others go to whoever has that one. Null: no device of this person that helps has one, or it was called off. */
export async function embedElsewhere(api: LifegraphApi, personal: string, model: string | null, texts: readonly string[], signal?: AbortSignal): Promise<VectorAnswer | null> {
  if (!api.compute || texts.length === 0) return null;
  computePage(api);
  const all = async (): Promise<VectorAnswer | null> => {
    const first = (await answers(api, personal, [{ model, texts: texts.slice(0, 1) }], signal))?.[0];
    if (!first || texts.length === 1) return first ?? null;
    const rest = Array.from({ length: Math.ceil((texts.length - 1) / MODEL_LIMITS.pieceTexts) }, (_, i) => texts.slice(1 + i * MODEL_LIMITS.pieceTexts, 1 + (i + 1) * MODEL_LIMITS.pieceTexts));
    const others = await answers(api, personal, rest.map((some) => ({ model: first.by.model, texts: some })), signal);
    const vectors = others && [...first.vectors, ...others.flatMap((one) => one.vectors)];
    return vectors?.every(({ length }) => length === first.vectors[0]!.length) ? { by: first.by, vectors } : null;
  };
  return all().catch(() => null);
}
