/** The places of a diagram, computed in a worker of its own; a large one as work that other devices may do. The last ones stay until the next are there. */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { Layers, LayersAsked } from '#domain/goals/layers';
import { layersPiece, readLayers } from '#domain/goals/layers-piece';
import type { LifegraphApi } from '#os/api';
import { COMPUTE_LIMITS } from '#os/compute-limits';
import { computePage } from '#view/kit/compute-page.ts';
import { useKernel } from '#view/kit/kernel.tsx';
import { useOwnWorker } from '#view/kit/own-worker.ts';

/** Somebody looks at it and waits: before what is late in a plan. */
const ASKED_NOW = 4;

export interface LayersHere<T> {
  readonly asked: LayersAsked;
  /** What was to be drawn when it was asked. */
  readonly of: T;
  readonly layers: Layers;
  /** Devices that computed it; none: this one. */
  readonly by: readonly string[];
}

/** By a device of the space that helps and is believed, else by this one; null: by neither. What comes back is held against the question. */
async function shared<T>(api: LifegraphApi, space: string, asked: LayersAsked, of: T, id: string): Promise<LayersHere<T> | null> {
  computePage(api);
  const { results } = await api.compute!.act({ do: 'run', space, kind: 'layout', pieces: [layersPiece(asked)], probes: [], ms: COMPUTE_LIMITS.runMs, priority: ASKED_NOW, id });
  const layers = results[0]?.bytes ? readLayers(results[0].bytes, asked) : null;
  return layers && { asked, of, layers, by: results[0]!.by };
}

/** Null until the first answer, then the latest, perhaps of a former question; 'failed' where none comes: the list beside has all of it. `of`: what is to be drawn, kept with the places it was asked for. `space`: it is large, and members of the space may compute it. */
export function useLayers<T>(asked: LayersAsked, of: T, space: string | null): { here: LayersHere<T> | null | 'failed'; again: () => void } {
  const api = useKernel();
  const [here, setHere] = useState<LayersHere<T> | null | 'failed'>(null);
  const [again, setAgain] = useState(0);
  const latest = useRef(of);
  useEffect(() => {
    latest.current = of;
  });
  const ask = useOwnWorker<{ no: number; layers: Layers }>(() => new Worker(new URL('../../../workers/layers.worker.ts', import.meta.url), { type: 'module', name: 'layers' }));
  const last = useRef<{ asked: LayersAsked; of: T } | null>(null);
  const alone = useCallback((one: LayersAsked, drawn: T) => ask({ asked: one }, ({ layers }) => setHere({ asked: one, of: drawn, layers, by: [] }), () => setHere('failed')), [ask]);
  /** One at a time: what changed meanwhile is asked when that is over. */
  const busy = useRef<string | null>(null);
  /** Not looked at any more: it ends here and elsewhere. */
  const giveUp = useCallback((): void => {
    last.current = null;
    if (busy.current !== null) void api.compute!.act({ do: 'cancel', id: busy.current }).catch(() => undefined);
  }, [api]);
  const turn = useCallback(async (at: string): Promise<void> => {
    if (busy.current !== null) return;
    for (let one = last.current; one !== null; one = last.current === one ? null : last.current) {
      busy.current = crypto.randomUUID();
      const done = await shared(api, at, one.asked, one.of, busy.current).catch(() => null);
      if (last.current === one) setHere(done ?? 'failed');
    }
    busy.current = null;
  }, [api]);
  useEffect(() => {
    if (space === null || !api.compute) {
      giveUp();
      alone(asked, latest.current);
      return;
    }
    last.current = { asked, of: latest.current };
    void turn(space);
  }, [asked, space, alone, turn, giveUp, api, again]);
  useEffect(() => giveUp, [giveUp]);
  return { here, again: useCallback(() => (setHere(null), setAgain((before) => before + 1)), []) };
}
