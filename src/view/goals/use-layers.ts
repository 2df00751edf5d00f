/** The places of a diagram, computed in a worker of its own; the last ones stay until the next are there. */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { Layers, LayersAsked } from '#domain/goals/layers';
import { useOwnWorker } from '#view/kit/own-worker.ts';

export interface LayersHere<T> {
  readonly asked: LayersAsked;
  /** What was to be drawn when it was asked. */
  readonly of: T;
  readonly layers: Layers;
}

/** Null until the first answer; 'failed' where none comes: the list beside has all of it. `of`: what is to be drawn, kept with the places it was asked for. */
export function useLayers<T>(asked: LayersAsked, of: T): { here: LayersHere<T> | null | 'failed'; again: () => void } {
  const [here, setHere] = useState<LayersHere<T> | null | 'failed'>(null);
  const [turn, setTurn] = useState(0);
  const latest = useRef(of);
  useEffect(() => {
    latest.current = of;
  });
  const ask = useOwnWorker<{ no: number; layers: Layers }>(() => new Worker(new URL('../../../workers/layers.worker.ts', import.meta.url), { type: 'module', name: 'layers' }));
  useEffect(() => {
    const drawn = latest.current;
    ask({ asked }, ({ layers }) => setHere({ asked, layers, of: drawn }), () => setHere('failed'));
  }, [asked, ask, turn]);
  const again = useCallback(() => (setHere(null), setTurn((before) => before + 1)), []);
  return { here, again };
}
