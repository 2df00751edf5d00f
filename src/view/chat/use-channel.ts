/** The messages of one channel: the latest page first, older pages when asked for, every change folded in. */
import { useCallback, useMemo, useRef, useState } from 'react';
import type { Query } from '#os/api';
import { applyChange, EMPTY_CHANNEL, inThread, MESSAGE, type ChannelState, type Message } from '#domain/chat';
import { isUnread, type ReadMark } from '#domain/shared';
import { useFolded, useKernel } from '#view/kit/kernel.tsx';
import { unreadLine, type UnreadLine } from './projection.ts';

const PAGE = 300;

/** Messages of a channel. `older` loads the page before and answers false when it could not be asked for; `hasOlder` is false once the beginning is here. */
export function useChannelMessages(space: string, fragment: string | null): { state: ChannelState; loaded: boolean; hasOlder: boolean; older: () => Promise<boolean> } {
  const api = useKernel();
  const query = useMemo<Query>(() => ({ type: MESSAGE, ...(fragment ? { fragment } : {}), order: '-stamp', limit: PAGE, include: { moved: true } }), [fragment]);
  const { state, loaded, take } = useFolded(fragment ? space : null, query, EMPTY_CHANNEL, applyChange);
  const [begun, setBegun] = useState<string | null>(null);
  const asked = useRef<Promise<boolean> | null>(null);
  // The kernel pages over what is not deleted.
  const size = useMemo(() => state.order.reduce((n, message) => n + (message.deleted ? 0 : 1), 0), [state.order]);
  const older = useCallback(() => {
    const ask = async (): Promise<boolean> => {
      try {
        const page = await api.graph(space).query({ ...query, offset: size });
        if (page.length < PAGE) setBegun(fragment);
        if (page.length > 0) take(page);
        return true;
      } catch {
        return false;
      } finally {
        asked.current = null;
      }
    };
    // Whoever asks while a page is on its way waits for that page.
    asked.current ??= fragment ? ask() : Promise.resolve(false);
    return asked.current;
  }, [api, space, fragment, query, size, take]);
  return { state, loaded, hasOlder: loaded && state.order.length >= PAGE && begun !== fragment, older };
}

/** The unread line; `beyond` while all that is loaded is unread and older messages may be unread too: then it has no place yet. */
export interface UnreadPlace {
  line: UnreadLine | null;
  beyond: boolean;
}

const NO_PLACE: UnreadPlace = { line: null, beyond: false };

/** The unread line by the marks and the last message of the moment when the channel with its marks is first here. */
export function useUnreadLine(place: string, state: ChannelState, ready: boolean, hasOlder: boolean, me: string | null, mark: ReadMark, hushed: (message: Message) => boolean): UnreadPlace {
  const held = useRef<{ place: string; mark: ReadMark; last: string } | null>(null);
  if (ready && held.current?.place !== place) held.current = { place, mark, last: state.order.at(-1)?.stamp ?? '' };
  const opened = held.current?.place === place ? held.current : null;
  return useMemo(() => {
    if (!opened) return NO_PLACE;
    const line = unreadLine(state.order, opened.last, (message) => !inThread(state, message) && isUnread(message, me, opened.mark) && !hushed(message));
    const beyond = line !== null && line.since === null && hasOlder;
    return { line: beyond ? null : line, beyond };
  }, [opened, state, me, hasOlder, hushed]);
}
