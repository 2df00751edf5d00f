/** A thing that is moved by keys or by its menu keeps the focus, though its element is a new one elsewhere, and is seen wherever it comes to stand. */
import { useLayoutEffect, useMemo, useRef, type RefObject } from 'react';
import { STATUSES } from '#domain/goals/work';
import type { Mover } from './moves.ts';

/** Its element, where it stood when it was last looked at, and what of it had the focus. */
interface Moved {
  readonly id: string;
  readonly part: string;
  element: HTMLElement | null;
  place: string;
}

const cardOf = (box: HTMLElement | null, id: string): HTMLElement | null => box?.querySelector<HTMLElement>(`[data-work="${CSS.escape(id)}"]`) ?? null;

/** False when the focus is elsewhere by now. */
function follow(moved: Moved, box: HTMLElement | null, { columns }: Mover): boolean {
  const card = cardOf(box, moved.id);
  if (!card) return false;
  if (card !== moved.element && document.activeElement === document.body) card.querySelector<HTMLElement>(moved.part)?.focus();
  // Between a menu that closed and the focus it gives back nobody has it.
  if (!card.contains(document.activeElement)) return document.activeElement === document.body;
  moved.element = card;
  const place = STATUSES.map((status) => columns.get(status)!.findIndex(({ id }) => id === moved.id)).join(' ');
  if (place !== moved.place) card.scrollIntoView({ block: 'nearest' });
  moved.place = place;
  return true;
}

/** `mover`: the one to give to menus of things in the `box`; `moves`: said before one is moved by keys; `leave`: somebody goes elsewhere. */
export function useFollow(given: Mover): { readonly box: RefObject<HTMLDivElement | null>; readonly mover: Mover; moves(id: string): void; leave(): void } {
  const box = useRef<HTMLDivElement>(null);
  const moved = useRef<Moved | null>(null);
  useLayoutEffect(() => {
    if (moved.current && !follow(moved.current, box.current, given)) moved.current = null;
  });
  return useMemo(() => {
    const note = (id: string, part: string): void => void (moved.current = { id, part, element: cardOf(box.current, id), place: '' });
    return { box, mover: { ...given, fromMenu: (id) => note(id, '[aria-haspopup="menu"]') }, moves: (id) => note(id, '.work-open'), leave: () => void (moved.current = null) };
  }, [given]);
}
