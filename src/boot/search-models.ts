/** The page's end of the vectors of a model in the search: says which model there is, and asks it. Nothing of the models is started where none is kept here. */
import type { Clock } from '#ports/clock';
import { InferenceError, type Inference, type InferenceFault } from '#ports/inference';
import type { Wanted } from './search-server.ts';

/** Whether there are models by now is looked at once in so many ms, while somebody searches. */
const LOOK_MS = 3_000;

/** What does not pass by itself. */
const FOR_GOOD: ReadonlySet<InferenceFault> = new Set(['damaged', 'operator', 'wrong-task', 'no-model']);

export interface SearchModels {
  /** A worker began: it is told which model there is. */
  begin(): void;
  /** Somebody searches: is there a model by now? */
  look(): void;
  /** Null: the model failed, or is not here any more. */
  embed(wanted: Wanted): Promise<readonly Float32Array[] | null>;
}

/** `tell`: the model that makes vectors from now on; the one with the least hash of several, so that it is the same in every tab. */
export function modelsOfSearch(bring: () => Promise<Inference | null>, clock: Clock, tell: (model: string | null) => void): SearchModels {
  let desk: Inference | null = null;
  /** Those that failed: another is taken, where there is one. */
  const broken = new Set<string>();
  let [looked, told]: [number, string | null] = [-Infinity, null];
  const say = async (again: boolean): Promise<void> => {
    const all = (await desk?.models('embed').catch(() => null)) ?? [];
    const ids = all.map(({ id }) => id).sort();
    const model = ids.find((id) => !broken.has(id)) ?? ids[0];
    if (!again && (model ?? null) === told) return;
    told = model ?? null;
    tell(told);
  };
  const look = (): void => {
    if (desk || clock.now() - looked < LOOK_MS) return;
    looked = clock.now();
    void bring().then((found) => {
      if (!found || desk) return;
      desk = found;
      desk.onChange(() => void say(false));
      return say(false);
    }).catch(() => undefined);
  };
  return {
    begin() {
      look();
      void say(told !== null).catch(() => undefined);
    },
    look,
    async embed({ model, texts }) {
      try {
        return desk && (await desk.embed({ model, texts })).value;
      } catch (error) {
        // A device that was short of memory for a moment is no reason to begin anew by another model.
        if (!(error instanceof InferenceError) || !FOR_GOOD.has(error.fault)) return null;
        broken.add(model);
        void say(false).catch(() => undefined);
        return null;
      }
    },
  };
}
