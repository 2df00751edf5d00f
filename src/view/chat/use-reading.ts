/** Reading behaviour of a channel: marks, presence, jumps, moving by keys. */
import { useEffect, useMemo, useRef, useState, type RefObject } from 'react';
import { inThread, type ChannelState, type Message } from '#domain/chat';
import { isUnread, upToUnseen, type Readable, type ReadMark } from '#domain/shared';
import { useKernel } from '#view/kit/kernel.tsx';
import { useAct } from '#view/kit/keyboard.tsx';
import { useNarrow } from '#view/kit/media.ts';
import type { ChatCommands } from './commands.ts';
import type { ListHandle } from './message-list.tsx';
import type { Row } from './projection.ts';
import type { UnreadPlace } from './use-channel.ts';

const READ_AFTER_MS = 700;
const HERE_EVERY_MS = 15_000;
const TYPING_EVERY_MS = 2_500;
const JUMP_PAGES = 40;

/** True while this tab is in sight. */
export function useVisible(): boolean {
  const [visible, setVisible] = useState(() => document.visibilityState === 'visible');
  useEffect(() => {
    const look = (): void => setVisible(document.visibilityState === 'visible');
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, []);
  return visible;
}

/** Says that I am in this channel, as long as the tab is in sight. */
export function useHere(space: string, fragment: string): void {
  const api = useKernel();
  const visible = useVisible();
  useEffect(() => {
    if (!visible) return;
    const say = (): void => api.presence.set(space, fragment, 'here');
    say();
    const timer = setInterval(say, HERE_EVERY_MS);
    return () => clearInterval(timer);
  }, [api, space, fragment, visible]);
}

/** Says that I am typing, at most every few seconds, and that the line is sent. */
export function useTyping(space: string, fragment: string): { typing(): void; sent(): void } {
  const api = useKernel();
  const last = useRef(-Infinity);
  return useMemo(() => ({
    typing() {
      if (performance.now() - last.current < TYPING_EVERY_MS) return;
      last.current = performance.now();
      api.presence.set(space, fragment, 'typing');
    },
    sent() {
      last.current = -Infinity;
      api.presence.set(space, fragment, 'here');
    },
  }), [api, space, fragment]);
}

/** Marks items as read a moment after the end of what they stand in is in sight; not those that came late and were not looked at, nor those marked unread by hand. */
export function useMarkRead(atEnd: boolean, items: readonly Readable[], unseen: ReadonlySet<string>, mark: ReadMark, me: string, commands: ChatCommands): void {
  const visible = useVisible();
  const due = useMemo(() => (atEnd && visible ? upToUnseen(items, unseen).filter((item) => !mark.unread.has(item.id) && isUnread(item, me, mark)) : []), [atEnd, visible, items, unseen, mark, me]);
  const latest = useRef({ due, mark, commands });
  useEffect(() => {
    latest.current = { due, mark, commands };
  });
  useEffect(() => {
    if (due.length === 0) return;
    const timer = setTimeout(() => latest.current.commands.read(latest.current.due, latest.current.mark), READ_AFTER_MS);
    return () => clearTimeout(timer);
  }, [due.length]);
}

const NOBODY: ReadonlySet<string> = new Set();

interface Followed {
  place: string;
  messages: { state: ChannelState };
  ready: boolean;
  me: string;
  mark: ReadMark;
  hushed(message: Message): boolean;
}

/** Messages of others that took a place among those shown since the channel was opened, since they came late, and are unread: until each has been in sight. Older pages are no news. */
export function useUnseen({ place, messages: { state }, ready, me, mark, hushed }: Followed, scroller: RefObject<HTMLElement | null>): ReadonlySet<string> {
  const visible = useVisible();
  const held = useRef<{ place: string; order: readonly Message[]; last: string }>({ place: '', order: [], last: '' });
  const [unseen, setUnseen] = useState(NOBODY);
  useEffect(() => {
    const { place: before, order, last } = held.current;
    if (!ready || order === state.order) return;
    held.current = { place, order: state.order, last: state.order.at(-1)?.stamp ?? '' };
    if (before !== place) return setUnseen(NOBODY);
    const known = new Set(order.map(({ id }) => id));
    const first = order[0]?.stamp ?? last;
    const late = state.order.filter((one) => one.stamp > first && one.stamp < last && !known.has(one.id) && !one.deleted && one.moved === null && !inThread(state, one) && !hushed(one) && isUnread(one, me, mark)).map(({ id }) => id);
    if (late.length > 0) setUnseen((now) => new Set([...now, ...late]));
  }, [place, state, ready, me, mark, hushed]);
  useEffect(() => {
    const box = scroller.current;
    if (!box || !visible || unseen.size === 0) return;
    const watch = new IntersectionObserver((entries) => {
      const seen = entries.filter(({ isIntersecting }) => isIntersecting).map(({ target }) => (target as HTMLElement).dataset['key']!);
      if (seen.length > 0) setUnseen((now) => new Set([...now].filter((id) => !seen.includes(id))));
    }, { root: box });
    const look = (): void => box.querySelectorAll<HTMLElement>('.message[data-key]').forEach((row) => unseen.has(row.dataset['key']!) && watch.observe(row));
    look();
    // Rows come and go while one scrolls.
    const rows = new MutationObserver(look);
    rows.observe(box, { childList: true, subtree: true });
    return () => (watch.disconnect(), rows.disconnect());
  }, [scroller, visible, unseen]);
  return held.current.place === place ? unseen : NOBODY;
}

/** How many messages of others arrived since the end was last in sight. */
export function useNewCount(place: string, state: ChannelState, pinned: boolean, me: string, hushed: (message: Message) => boolean): number {
  const seen = useRef({ place, stamp: '' });
  const last = state.order.at(-1)?.stamp ?? '';
  if (pinned || seen.current.place !== place) seen.current = { place, stamp: last };
  const since = seen.current.stamp;
  let n = 0;
  for (let at = state.order.length - 1; at >= 0 && state.order[at]!.stamp > since; at--) if (state.order[at]!.by !== me && !state.order[at]!.deleted && !inThread(state, state.order[at]!) && !hushed(state.order[at]!)) n++;
  return n;
}

/** Goes to the unread line, loading older pages until it has its place. Returns what begins the search. */
export function useUnreadJump(place: UnreadPlace, older: () => Promise<boolean>, list: RefObject<ListHandle | null>): () => void {
  const [seeking, setSeeking] = useState(false);
  useEffect(() => {
    if (!seeking) return;
    if (place.beyond) {
      // An empty page is an answer too: then the beginning is here, and the line with it.
      void older().then((answered) => !answered && setSeeking(false));
      return;
    }
    list.current?.show('unread');
    setSeeking(false);
  }, [seeking, place, older, list]);
  return () => setSeeking(true);
}

/** True while the unread line stands above what is in sight and was not seen yet. */
export function useLineAbove(scroller: RefObject<HTMLElement | null>, exists: boolean, rows: readonly Row[]): boolean {
  const [above, setAbove] = useState(false);
  const seen = useRef(false);
  useEffect(() => {
    const box = scroller.current;
    if (!box || !exists || seen.current) return setAbove(false);
    const look = (): void => {
      const line = box.querySelector<HTMLElement>('[data-key="unread"]');
      if (line && line.offsetTop >= box.scrollTop) {
        seen.current = true;
        setAbove(false);
      } else setAbove(true);
    };
    const frame = requestAnimationFrame(look);
    box.addEventListener('scroll', look, { passive: true });
    return () => {
      cancelAnimationFrame(frame);
      box.removeEventListener('scroll', look);
    };
  }, [scroller, exists, rows]);
  return above && exists;
}

interface Loaded {
  state: ChannelState;
  loaded: boolean;
  hasOlder: boolean;
  older(): Promise<boolean>;
}

/** Goes to the message an address names, loading older pages until it is there; one that stands in a thread is shown there. `loaded`: the rows are drawn, else it would be said not to be there. */
export function useJump(target: string | null, { state, loaded, hasOlder, older }: Loaded, rows: readonly Row[], list: RefObject<ListHandle | null>, onThread: (root: string, id: string) => void): void {
  const done = useRef<string | null>(null);
  const pages = useRef(0);
  useEffect(() => {
    if (target === null) done.current = null;
    if (!loaded || target === null || done.current === target) return;
    const message = state.byId.get(target);
    const threaded = message !== undefined && inThread(state, message);
    // A call stands among the messages as a line of its own.
    const shown = (): boolean => [target, `call:${target}`].some((key) => list.current?.show(key) === true);
    if (!threaded && !shown() && hasOlder && pages.current++ < JUMP_PAGES) return void older();
    done.current = target;
    pages.current = 0;
    if (threaded) onThread(message.thread!, target);
  }, [target, loaded, rows, hasOlder, older, list]); // eslint-disable-line react-hooks/exhaustive-deps -- the rows are of the state
}

/**
 * Where nothing has the focus when a channel opens (first run, after a join, a fresh tab), it goes to the field; on a phone to the
 * title, so that no keyboard covers what one came to read.
 */
export function useArrival(writes: boolean, field: RefObject<HTMLTextAreaElement | null>): void {
  const narrow = useNarrow();
  useEffect(() => {
    if (document.activeElement !== document.body || document.querySelector('dialog[open]')) return;
    const target = writes && !narrow ? field.current : document.querySelector<HTMLElement>('.header h1');
    target?.focus({ preventScroll: true });
  }, []); // eslint-disable-line react-hooks/exhaustive-deps -- once per channel opened
}

/** j and k, and the arrows, walk along the messages. */
export function useMoves(scroller: RefObject<HTMLElement | null>, onActive: (id: string | null) => void): void {
  const move = (by: 1 | -1): void => {
    const rows = [...(scroller.current?.querySelectorAll<HTMLElement>('.message') ?? [])];
    const at = rows.findIndex((row) => row.contains(document.activeElement));
    const next = at < 0 ? rows.at(by === 1 ? 0 : -1) : rows[at + by];
    next?.focus({ preventScroll: true });
    next?.scrollIntoView({ block: 'nearest' });
  };
  useAct('next', () => move(1));
  useAct('previous', () => move(-1));
  useEffect(() => {
    const box = scroller.current;
    if (!box) return;
    const onKey = (event: KeyboardEvent): void => {
      const row = event.target instanceof HTMLElement && event.target.classList.contains('message');
      if (!row || (event.key !== 'ArrowDown' && event.key !== 'ArrowUp')) return;
      event.preventDefault();
      move(event.key === 'ArrowDown' ? 1 : -1);
    };
    const leave = (event: PointerEvent): void => {
      if (event.pointerType === 'touch') return;
      if (!box.contains(document.activeElement) && !document.querySelector('.popover:popover-open')) onActive(null);
    };
    const blur = (event: FocusEvent): void => {
      if (!box.contains(event.relatedTarget as Node | null) && !box.matches(':hover')) onActive(null);
    };
    box.addEventListener('keydown', onKey);
    box.addEventListener('pointerleave', leave);
    box.addEventListener('focusout', blur);
    return () => {
      box.removeEventListener('keydown', onKey);
      box.removeEventListener('pointerleave', leave);
      box.removeEventListener('focusout', blur);
    };
  });
}
