/** The one desk of models of this tab. */
import type { MindDesk } from '#os/models-api';
import { InferenceError } from '#ports/inference';
import { createMind, hasModels } from './mind-client.ts';

let made: MindDesk | null = null;

/** Rejects in a tab that keeps nothing. */
export async function mind(): Promise<MindDesk> {
  if (!hasModels()) throw new InferenceError('unavailable');
  return (made ??= createMind());
}
