/** Texts whose vectors another own device makes, by a model that it holds: the question and the answer as bytes. Both come over a link and are read field by field. Pure. */
import { concat, type Bytes } from '#base/bytes';
import { encodeCbor, tryDecodeCbor, type CborValue } from '#base/cbor';
import { MODEL_LIMITS } from '#os/model-limits';
import type { InferenceTrace } from '#ports/inference';

export interface VectorPiece {
  /** Null: whichever model makes vectors there; the answer names it. */
  readonly model: string | null;
  readonly texts: readonly string[];
}

export interface VectorAnswer {
  readonly by: InferenceTrace;
  readonly vectors: readonly Float32Array[];
}

const NAME_CHARS = 200;
const name = (value: CborValue | undefined): value is string => typeof value === 'string' && value.length > 0 && value.length <= NAME_CHARS;

/** [model or null, [text…]]. */
export const encodeVectorPiece = ({ model, texts }: VectorPiece): Bytes => encodeCbor([model, [...texts]]);

/** What it asks; null for anything that is none. */
export function readVectorPiece(bytes: Uint8Array): VectorPiece | null {
  const value = tryDecodeCbor(bytes);
  const [model, texts] = Array.isArray(value) && value.length === 2 ? value : [];
  if (!(model === null || name(model)) || !Array.isArray(texts) || texts.length === 0 || texts.length > MODEL_LIMITS.pieceTexts) return null;
  return texts.every((one) => typeof one === 'string' && one.length <= MODEL_LIMITS.pieceLetters) ? { model, texts: texts as string[] } : null;
}

/** [model, code, backend, places of a vector, the vectors one behind another, 4 bytes a place, little end first]. */
export function encodeVectorAnswer({ by, vectors }: VectorAnswer): Bytes {
  const places = vectors[0]?.length ?? 0;
  const out = new DataView(new ArrayBuffer(vectors.length * places * 4));
  vectors.forEach((vector, row) => vector.forEach((x, i) => out.setFloat32((row * places + i) * 4, x, true)));
  return encodeCbor([by.model, by.code, by.backend, places, new Uint8Array(out.buffer)]);
}

/** What was answered to this question; null when it is none of it: another model than was asked, other counts, or a place that is no number. */
export function readVectorAnswer(bytes: Uint8Array, { model: asked, texts }: VectorPiece): VectorAnswer | null {
  const value = tryDecodeCbor(bytes);
  const [model, code, backend, places, raw] = Array.isArray(value) && value.length === 5 ? value : [];
  if (!name(model) || (asked !== null && model !== asked) || !name(code) || (backend !== 'wasm' && backend !== 'webgpu')) return null;
  if (typeof places !== 'number' || !Number.isInteger(places) || places < 1 || !(raw instanceof Uint8Array) || raw.length !== texts.length * places * 4) return null;
  const all = new Float32Array(texts.length * places);
  const view = new DataView(concat(raw).buffer);
  for (let i = 0; i < all.length; i++) all[i] = view.getFloat32(i * 4, true);
  return all.every(Number.isFinite) ? { by: { model, code, backend }, vectors: texts.map((_, row) => all.slice(row * places, (row + 1) * places)) } : null;
}
