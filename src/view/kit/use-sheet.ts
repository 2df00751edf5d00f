/** The three stops of a sheet from below (UX §3): dragged by its handle or its head, or stepped through by a press on the handle. */
import { useMemo, useRef, type RefObject } from 'react';

/** Shares of the window height at which a sheet rests. */
const STOPS = [0.45, 0.82, 1] as const;
/** Let go below this share the sheet closes. */
const CLOSE_BELOW = 0.25;
/** A finger that moved less than this pressed and did not drag, px. */
const STILL = 6;

/** Where a sheet let go at this share of the window comes to rest; null = it closes. Pure. */
export function restOf(share: number): number | null {
  if (share < CLOSE_BELOW) return null;
  return STOPS.reduce<number>((best, stop) => (Math.abs(stop - share) < Math.abs(best - share) ? stop : best), STOPS[0]);
}

/** The stop after this one, the lowest again after the highest. Pure. */
export function stopAfter(stop: number): number {
  return STOPS.find((one) => one > stop + 0.01) ?? STOPS[0];
}

/** `drag` begins a drag on pointer down, `next` steps to the next stop. */
export function useSheet(panel: RefObject<HTMLElement | null>, onClose: () => void): { drag(event: React.PointerEvent<HTMLElement>): void; next(): void } {
  const at = useRef<number>(STOPS[1]);
  const moved = useRef(false);
  const latest = useRef(onClose);
  latest.current = onClose;
  return useMemo(() => {
    const rest = (stop: number): void => {
      at.current = stop;
      panel.current?.style.setProperty('--sheet', `${stop * 100}dvh`);
    };
    return {
      drag(event) {
        const box = panel.current;
        const held = event.currentTarget;
        if (!box || (event.target instanceof Element && event.target.closest('.icon-button'))) return;
        const from = event.clientY;
        const tall = box.offsetHeight;
        moved.current = false;
        held.setPointerCapture(event.pointerId);
        box.dataset['dragged'] = '';
        const share = (next: PointerEvent): number => Math.min(1, Math.max(0, (tall + from - next.clientY) / innerHeight));
        const move = (next: PointerEvent): void => {
          moved.current ||= Math.abs(next.clientY - from) > STILL;
          if (moved.current) box.style.setProperty('--sheet', `${share(next) * innerHeight}px`);
        };
        const done = (next: PointerEvent): void => {
          for (const type of ['pointermove', 'pointerup', 'pointercancel'] as const) held.removeEventListener(type, type === 'pointermove' ? move : done);
          delete box.dataset['dragged'];
          if (!moved.current) return;
          // The click that ends a drag comes right after this and is none.
          setTimeout(() => (moved.current = false));
          const stop = next.type === 'pointercancel' ? at.current : restOf(share(next));
          if (stop === null) latest.current();
          else rest(stop);
        };
        held.addEventListener('pointermove', move);
        held.addEventListener('pointerup', done);
        held.addEventListener('pointercancel', done);
      },
      next() {
        if (!moved.current) rest(stopAfter(at.current));
      },
    };
  }, [panel]);
}
