/** Which parts of a long column are drawn: those in sight and near it. Between what is drawn is room of the height that the others had, or are thought to have. */
import { useEffect, useLayoutEffect, useRef, useState, type RefObject } from 'react';

/** Px above and below what is seen that are drawn too, and the height of a part before one was seen. */
const SPARE = 800;
const GUESS = 600;

interface Seen {
  readonly from: number;
  readonly to: number;
  /** Px of room above and below. */
  readonly above: number;
  readonly below: number;
}

/** For so many parts of `each` elements; in the list the parts in sight stand behind the room that is marked `data-window`. */
export function useParts(count: number, each: number): Pick<Seen, 'from' | 'to'> & { readonly list: RefObject<HTMLOListElement | null>; room(from: number, to: number): number } {
  const list = useRef<HTMLOListElement>(null);
  const heights = useRef<{ width: number; of: number[] }>({ width: 0, of: [] });
  const [seen, setSeen] = useState<Seen & { height(part: number): number }>({ from: 0, to: 2, above: 0, below: 0, height: () => 0 });
  const latest = useRef<() => void>(() => undefined);
  useLayoutEffect(() => {
    latest.current = () => {
      const element = list.current;
      const box = element?.closest('main');
      if (!element || !box) return;
      if (heights.current.width !== element.clientWidth) heights.current = { width: element.clientWidth, of: [] };
      const { of } = heights.current;
      const begin = [...element.children].findIndex((one) => one.hasAttribute('data-window')) + 1;
      const first = (part: number): HTMLElement | undefined => element.children[begin + (part - seen.from) * each] as HTMLElement | undefined;
      for (let part = seen.from; part + 1 < seen.to; part++) {
        const [one, next] = [first(part), first(part + 1)];
        if (one && next) of[part] = next.offsetTop - one.offsetTop;
      }
      const height = heightsOf([...of]);
      const found = lookAt({ count, height, top: box.getBoundingClientRect().top - element.getBoundingClientRect().top, tall: box.clientHeight });
      if (found.from !== seen.from || found.to !== seen.to || (found.below === 0) !== (seen.below === 0)) setSeen({ ...found, height });
    };
    latest.current();
  });
  useEffect(() => {
    const box = list.current?.closest('main');
    if (!box) return;
    const look = (): void => latest.current();
    box.addEventListener('scroll', look, { passive: true });
    const size = new ResizeObserver(look);
    size.observe(box);
    return () => {
      box.removeEventListener('scroll', look);
      size.disconnect();
    };
  }, []);
  return { list, from: seen.from, to: seen.to, room: (from, to) => roomOf(from, to, each, seen.height) };
}

/** The height of elements from one to before another, of parts of `each`. */
export function roomOf(from: number, to: number, each: number, height: (part: number) => number): number {
  let px = 0;
  for (let part = Math.floor(from / each); part * each < to; part++) px += (height(part) * (Math.min(to, (part + 1) * each) - Math.max(from, part * each))) / each;
  return px;
}

/** Elements out of sight that are drawn all the same, each with those beside it, to which arrows lead. */
export function keptBeside(places: readonly number[], count: number, from: number, to: number): number[] {
  const all = new Set(places.flatMap((at) => (at < 0 ? [] : [at - 1, at, at + 1])));
  return [...all].filter((at) => at >= 0 && at < count && (at < from || at >= to)).sort((a, b) => a - b);
}

/** What a part measures; one that was not drawn yet is like the others. */
function heightsOf(of: readonly number[]): (part: number) => number {
  const known = of.filter((one) => one > 0);
  const usual = known.length > 0 ? known.reduce((sum, one) => sum + one, 0) / known.length : GUESS;
  return (part) => of[part] || usual;
}

/** The parts in sight of a list that begins `top` px above what is seen. */
export function lookAt({ count, height, top, tall }: { count: number; height: (part: number) => number; top: number; tall: number }): Seen {
  let [from, above] = [0, 0];
  while (from < count - 1 && above + height(from) < top - SPARE) above += height(from++);
  let [to, end] = [from, above];
  while (to < count && (to === from || end < top + tall + SPARE)) end += height(to++);
  let below = 0;
  for (let part = to; part < count; part++) below += height(part);
  return { from, to, above, below };
}
