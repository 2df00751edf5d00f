/** The places of a diagram, computed in a worker of its own; the last ones stay until the next are there. */
import { useEffect, useState } from 'react';
import type { Layers, LayersAsked } from '#domain/goals/layers';
import { useOwnWorker } from '#view/kit/own-worker.ts';

export interface LayersHere {
  readonly asked: LayersAsked;
  readonly layers: Layers;
}

/** Null until the first answer; 'failed' where none comes: the list beside has all of it. */
export function useLayers(asked: LayersAsked): LayersHere | null | 'failed' {
  const [here, setHere] = useState<LayersHere | null | 'failed'>(null);
  const ask = useOwnWorker<{ no: number; layers: Layers }>(() => new Worker(new URL('../../../workers/layers.worker.ts', import.meta.url), { type: 'module', name: 'layers' }));
  useEffect(() => ask({ asked }, ({ layers }) => setHere({ asked, layers }), () => setHere('failed')), [asked, ask]);
  return here;
}
