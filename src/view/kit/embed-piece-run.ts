/** The other end of texts whose vectors are asked of this device: its own models make them, in their worker. */
import { COMPUTE_LIMITS } from '#os/compute-limits';
import { encodeVectorAnswer, readVectorPiece } from '#os/models/vector-piece';
import { askMind } from '#view/kit/mind.ts';

/** Null: it is no question, or no model here makes what it asks. */
export async function runEmbedPiece(input: Uint8Array, signal: AbortSignal): Promise<Uint8Array | null> {
  const piece = readVectorPiece(input);
  if (!piece) return null;
  const desk = await askMind();
  const models = await desk.models('embed');
  const model = piece.model === null ? models[0] : models.find(({ id }) => id === piece.model);
  if (!model) return null;
  const { value, by } = await desk.embed({ model: model.id, texts: piece.texts }, { signal });
  const answer = encodeVectorAnswer({ by, vectors: value });
  return answer.length <= COMPUTE_LIMITS.resultBytes ? answer : null;
}
