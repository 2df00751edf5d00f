/** Which properties are shown as columns and on cards: kept on this device for each place, at first those that most things have. */
import { useMemo, useState } from 'react';
import type { JsonValue } from '#os/api';
import { columnsOf, type Column, type Work } from '#domain/goals/work';
import { PLAN_LIMITS } from '#domain/shared';
import { useAsked, useKernel } from '#view/kit/kernel.tsx';

const KEY = 'goalsColumns';
/** Shown before anybody chose. */
const FIRST = 3;
/** Places that are remembered. */
const PLACES = 50;

export interface ColumnsHere {
  readonly all: readonly Column[];
  readonly shown: readonly Column[];
  toggle(key: string): void;
}

type Kept = readonly (readonly [place: string, keys: readonly string[]])[];

function readKept(value: JsonValue | undefined): Kept {
  if (!Array.isArray(value)) return [];
  return value.slice(0, PLACES).flatMap((one) => {
    const [place, keys] = Array.isArray(one) ? one : [];
    return typeof place === 'string' && Array.isArray(keys) ? [[place, keys.filter((key) => typeof key === 'string').slice(0, PLAN_LIMITS.columns)] as const] : [];
  });
}

/** Of the things of a place. */
export function useColumns(works: readonly Work[], place: string): ColumnsHere {
  const api = useKernel();
  const stored = useAsked(() => api.local.get(KEY), [], [api]);
  const [chosen, setChosen] = useState<Kept | null>(null);
  const kept = useMemo(() => chosen ?? readKept(stored ?? undefined), [chosen, stored]);
  return useMemo(() => {
    const all = columnsOf(works);
    const keys = kept.find(([one]) => one === place)?.[1] ?? all.slice(0, FIRST).map(({ key }) => key);
    return {
      all, shown: all.filter(({ key }) => keys.includes(key)),
      toggle(key) {
        const next: Kept = [[place, keys.includes(key) ? keys.filter((one) => one !== key) : [...keys, key]], ...kept.filter(([one]) => one !== place)].slice(0, PLACES) as unknown as Kept;
        setChosen(next);
        void api.local.set(KEY, next as unknown as JsonValue).catch(() => undefined);
      },
    };
  }, [api, works, kept, place]);
}
