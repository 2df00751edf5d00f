/**
 * The scroll of a channel. Only a window of rows is drawn; what is under the reader's eyes never moves: before each change the
 * first row in sight and its offset are known, after it the scroll is set so that the row stands where it stood.
 */
import { useCallback, useEffect, useImperativeHandle, useLayoutEffect, useMemo, useRef, useState, type ReactNode, type Ref, type RefObject } from 'react';
import { entryKey } from '#view/kit/router.tsx';
import type { Row } from './projection.ts';

const STEP = 60;
const MOST = 240;
const NEAR = 900;
const PINNED_WITHIN = 48;
const NOWHERE = -2;

interface Anchor {
  key: string;
  /** From the top of the window: a note that comes above the list moves the list, not what is read. */
  offset: number;
}

/** Where each history entry stood; lives as long as the tab. */
const memory = new Map<string, { anchor: Anchor | null; pinned: boolean }>();

export interface ListHandle {
  /** Brings a row into sight; false when it is not among the rows. */
  show(key: string): boolean;
  toEnd(): void;
}

export interface MessageListProps {
  place: string;
  rows: readonly Row[];
  scroller: RefObject<HTMLElement | null>;
  hasOlder: boolean;
  onOlder(): void;
  onPinned(pinned: boolean): void;
  draw(row: Row): ReactNode;
  head?: ReactNode;
  label: string;
  ref: Ref<ListHandle>;
}

interface Window {
  from: string | null;
  to: string | null;
}

function bounds(rows: readonly Row[], index: ReadonlyMap<string, number>, win: Window): [number, number] {
  const to = win.to === null ? rows.length : Math.min(rows.length, (index.get(win.to) ?? rows.length - 1) + 1);
  const from = win.from === null ? Math.max(0, to - STEP) : Math.max(0, index.get(win.from) ?? to - STEP);
  return [Math.min(from, to), to];
}

/** The newest row is drawn, and in sight or almost. */
const isAtEnd = (box: Element, list: HTMLElement): boolean => box.scrollHeight - box.scrollTop - box.clientHeight <= PINNED_WITHIN && list.dataset['live'] === 'true';

/** What the scroll needs across renders: where the reader is and where they want to go. */
function useAnchoring(props: MessageListProps) {
  const { scroller, place, onPinned } = props;
  const list = useRef<HTMLDivElement>(null);
  const anchor = useRef<Anchor | null>(null);
  const pinned = useRef(true);
  const jump = useRef<string | null>(null);
  /** Where it was scrolled to when it was last looked at; -1 = the end is asked for, NOWHERE = somewhere else than it is now. */
  const placed = useRef(-1);
  const note = useCallback(() => {
    const box = scroller.current;
    if (!box || !list.current) return;
    // What shrank below brings nobody to the end: only who scrolls there is taken along, and who cannot scroll.
    const own = Math.abs(box.scrollTop - placed.current) < 1;
    placed.current = box.scrollTop;
    const still = box.scrollHeight <= box.clientHeight;
    const atEnd = isAtEnd(box, list.current) && (pinned.current || !own || still);
    if (atEnd !== pinned.current) {
      pinned.current = atEnd;
      onPinned(atEnd);
    }
    anchor.current = firstInSight(list.current, box);
    memory.set(`${place}:${entryKey()}`, { anchor: anchor.current, pinned: atEnd });
  }, [onPinned, place, scroller]);
  const settle = useCallback(() => {
    const box = scroller.current;
    if (!box || !list.current) return;
    if (jump.current !== null) {
      const row = rowOf(list.current, jump.current);
      if (!row) return;
      jump.current = null;
      box.scrollTop = row.offsetTop - box.clientHeight / 3;
      row.dataset['hit'] = '';
      setTimeout(() => delete row.dataset['hit'], 1600);
      row.focus({ preventScroll: true });
      // Whoever jumps into the last screenful is at the end, though nothing was scrolled for it.
      placed.current = NOWHERE;
      note();
    } else if (pinned.current) {
      // Somebody scrolled, and the event of it is still to come: what is drawn meanwhile does not take them back.
      if (box.scrollTop < placed.current - 1 && !isAtEnd(box, list.current)) return note();
      box.scrollTop = box.scrollHeight;
    } else if (anchor.current) {
      // What somebody scrolled since then stays scrolled.
      if (placed.current >= 0) anchor.current = { ...anchor.current, offset: anchor.current.offset + placed.current - box.scrollTop };
      const row = rowOf(list.current, anchor.current.key);
      const drift = row ? row.getBoundingClientRect().top - anchor.current.offset : 0;
      if (Math.abs(drift) >= 1) box.scrollTop += drift;
    }
    placed.current = box.scrollTop;
  }, [note, scroller]);
  useLayoutEffect(settle);
  useEffect(() => {
    const box = scroller.current;
    if (!box || !list.current) return;
    const watch = new ResizeObserver(settle);
    watch.observe(list.current);
    watch.observe(box);
    return () => watch.disconnect();
  }, [scroller, settle]);
  return { list, anchor, pinned, placed, jump, note, settle };
}

/** Rows as drawn, in the scroll container that `scroller` names. */
export function MessageList(props: MessageListProps): ReactNode {
  const { rows, scroller, place, onPinned } = props;
  const index = useMemo(() => new Map(rows.map((row, at) => [row.key, at])), [rows]);
  const [win, setWin] = useState<Window>({ from: null, to: null });
  const { list, anchor, pinned, placed, jump, note, settle } = useAnchoring(props);
  const [from, to] = bounds(rows, index, win);

  useRestore(place, rows.length > 0, (kept) => {
    pinned.current = kept?.pinned ?? true;
    placed.current = -1;
    anchor.current = kept?.anchor ?? null;
    const at = kept && !kept.pinned && kept.anchor ? index.get(kept.anchor.key) : undefined;
    setWin(at === undefined ? { from: null, to: null } : around(rows, at));
    onPinned(pinned.current);
  });

  // Bound with the rows it speaks of: a scroll that a jump causes comes before the effects after paint.
  useLayoutEffect(() => {
    const box = scroller.current;
    if (!box) return;
    const onScroll = (): void => {
      note();
      if (!pinned.current && win.from === null && rows[from]) setWin({ from: rows[from].key, to: win.to });
      if (box.scrollTop < NEAR) {
        if (from > 0) setWin(grown(rows, from - STEP, to, 'up'));
        else if (props.hasOlder) props.onOlder();
      } else if (to < rows.length && box.scrollHeight - box.scrollTop - box.clientHeight < NEAR) setWin(grown(rows, from, to + STEP, 'down'));
    };
    box.addEventListener('scroll', onScroll, { passive: true });
    if (box.scrollHeight <= box.clientHeight && from === 0 && props.hasOlder && rows.length > 0) props.onOlder();
    return () => box.removeEventListener('scroll', onScroll);
  });

  useImperativeHandle(props.ref, () => ({
    show(key) {
      const at = index.get(key);
      if (at === undefined) return false;
      jump.current = key;
      pinned.current = false;
      onPinned(false);
      if (at < from || at >= to) setWin(around(rows, at));
      else settle();
      return true;
    },
    toEnd() {
      pinned.current = true;
      placed.current = -1;
      onPinned(true);
      setWin((now) => (now.from === null && now.to === null ? now : { from: null, to: null }));
      settle();
    },
  }));

  return (
    <div ref={list} className="messages" role="list" aria-label={props.label} data-live={to === rows.length}>
      {from === 0 && !props.hasOlder && props.head}
      {rows.slice(from, to).map((row) => props.draw(row))}
    </div>
  );
}

function useRestore(place: string, ready: boolean, apply: (kept: { anchor: Anchor | null; pinned: boolean } | undefined) => void): void {
  const done = useRef('');
  useLayoutEffect(() => {
    if (!ready || done.current === place) return;
    done.current = place;
    apply(memory.get(`${place}:${entryKey()}`));
  });
}

function around(rows: readonly Row[], at: number): Window {
  const last = Math.min(rows.length - 1, at + STEP);
  return { from: rows[Math.max(0, at - STEP)]!.key, to: last === rows.length - 1 ? null : rows[last]!.key };
}

function grown(rows: readonly Row[], from: number, to: number, way: 'up' | 'down'): Window {
  let first = Math.max(0, from);
  let end = Math.min(rows.length, to);
  if (end - first > MOST) {
    if (way === 'up') end = first + MOST;
    else first = end - MOST;
  }
  return { from: rows[first]?.key ?? null, to: end >= rows.length ? null : rows[end - 1]!.key };
}

function rowOf(list: HTMLElement, key: string): HTMLElement | null {
  return list.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`);
}

function firstInSight(list: HTMLElement, box: HTMLElement): Anchor | null {
  const children = list.children;
  let low = 0;
  let high = children.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    const row = children[middle] as HTMLElement;
    if (row.offsetTop + row.offsetHeight > box.scrollTop) high = middle;
    else low = middle + 1;
  }
  for (let at = low; at < children.length; at++) {
    const row = children[at] as HTMLElement;
    const key = row.dataset['key'];
    if (key && key !== 'unread') return { key, offset: row.getBoundingClientRect().top };
  }
  return null;
}
