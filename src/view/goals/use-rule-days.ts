/** The days of rules in what is seen. They are worked out between paints, each rule once: whose rule takes long, or who has thousands of them, stops nobody's page. */
import { useEffect, useMemo, useState } from 'react';
import type { Work } from '#domain/goals/work';
import { firstDay, ownDay, type DaysOf } from './calendar-model.ts';

/** Worked at without a pause. */
const SLICE_MS = 8;
const NONE: readonly string[] = [];

const keyOf = (rule: string, first: string): string => `${first} ${rule}`;

/** What is known by now; null while nothing is. */
export function useRuleDays(works: readonly Work[], days: readonly string[]): DaysOf | null {
  const [from, to] = [days[0]!, days.at(-1)!];
  const [found, setFound] = useState<{ readonly seen: string; readonly days: ReadonlyMap<string, readonly string[]> } | null>(null);
  const wanted = useMemo(() => {
    const out = new Map<string, readonly [rule: string, first: string]>();
    for (const work of works) {
      const own = ownDay(work);
      if (work.again !== null && own !== null && !work.done && own <= to) out.set(keyOf(work.again, firstDay(work, own)), [work.again, firstDay(work, own)]);
    }
    return out;
  }, [works, to]);
  const seen = `${from} ${to}`;
  useEffect(() => {
    const known = found?.seen === seen ? found.days : new Map<string, readonly string[]>();
    const left = [...wanted].filter(([key]) => !known.has(key));
    if (left.length === 0) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let alive = true;
    void import('#domain/goals/again').then(({ daysOf }) => {
      const next = new Map(known);
      const slice = (): void => {
        if (!alive) return;
        const end = performance.now() + SLICE_MS;
        while (left.length > 0 && performance.now() < end) {
          const [key, [rule, first]] = left.pop()!;
          next.set(key, daysOf(rule, first, from, to));
        }
        if (left.length > 0) timer = setTimeout(slice);
        else setFound({ seen, days: next });
      };
      slice();
    }, () => undefined);
    return () => {
      alive = false;
      clearTimeout(timer);
    };
  }, [wanted, found, seen, from, to]);
  return useMemo(() => (found?.seen === seen ? (rule, first) => found.days.get(keyOf(rule, first)) ?? NONE : null), [found, seen]);
}
