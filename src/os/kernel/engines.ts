/** The libraries that records need: they come on their own, before there is a person or a record here. */
import { loadTextEngine } from '#vm/graph/text-engine';
import { loadCurve } from '#vm/protocol/curve';

/** Loads what is not here yet; null when all of it is. Rejects when one cannot be had; the next call tries again. */
export function loadEngines(): Promise<unknown> | null {
  const coming = [loadTextEngine(), loadCurve()].filter((one) => one !== null);
  return coming.length === 0 ? null : Promise.all(coming);
}
