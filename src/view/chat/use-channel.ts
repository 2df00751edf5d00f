/** The messages of one channel: the latest page first, older pages when asked for, every change folded in. */
import { useCallback, useMemo, useRef, useState } from 'react';
import type { Query } from '#os/api';
import { applyChange, EMPTY_CHANNEL, MESSAGE, type ChannelState, type Message } from '#domain/chat';
import { isUnread, type ReadMark } from '#domain/shared';
import { useAsked, useFolded, useKernel } from '#view/kit/kernel.tsx';
import { useCalmCopies } from '#view/kit/state-chip.tsx';
import type { Copies } from '#os/api';
import { unreadLine, type UnreadLine } from './projection.ts';

const PAGE = 300;

/** Messages of a channel. `older` loads the page before; `hasOlder` is false once the beginning is here. */
export function useChannelMessages(space: string, fragment: string | null): { state: ChannelState; loaded: boolean; hasOlder: boolean; older: () => Promise<boolean> } {
  const api = useKernel();
  const query = useMemo<Query>(() => ({ type: MESSAGE, ...(fragment ? { fragment } : {}), order: '-stamp', limit: PAGE }), [fragment]);
  const { state, loaded, take } = useFolded(fragment ? space : null, query, EMPTY_CHANNEL, applyChange);
  const [begun, setBegun] = useState<string | null>(null);
  const busy = useRef(false);
  const size = state.order.length;
  const older = useCallback(async () => {
    if (busy.current || !fragment) return false;
    busy.current = true;
    try {
      const page = await api.graph(space).query({ ...query, offset: size });
      if (page.length < PAGE) setBegun(fragment);
      if (page.length > 0) take(page);
      return page.length > 0;
    } catch {
      return false;
    } finally {
      busy.current = false;
    }
  }, [api, space, fragment, query, size, take]);
  return { state, loaded, hasOlder: loaded && size >= PAGE && begun !== fragment, older };
}

/** The unread line, frozen when the channel with its marks is first here. */
export function useUnreadLine(place: string, state: ChannelState, ready: boolean, me: string | null, mark: ReadMark): UnreadLine | null {
  const held = useRef<{ place: string; line: UnreadLine | null } | null>(null);
  if (ready && held.current?.place !== place) held.current = { place, line: unreadLine(state.order, (message) => isUnread(message, me, mark)) };
  return held.current?.place === place ? held.current.line : null;
}

const WATCHED = 6;

/** States of my latest messages while something about them is not yet settled: saving, waiting, not saved. */
export function useOwnStates(state: ChannelState, me: string | null, channel: Copies | null): ReadonlyMap<string, Copies> {
  const api = useKernel();
  const own = useMemo(() => state.order.filter((message) => message.by === me && !message.deleted).slice(-WATCHED), [state.order, me]);
  const calm = useCalmCopies(channel);
  const unsettled = calm !== null && (calm.state === 'waiting' || calm.state === 'stuck' || calm.state === 'writing');
  const ids = unsettled ? own.map((message: Message) => message.id).join(' ') : '';
  const states = useAsked(
    async () => {
      const found = new Map<string, Copies>();
      for (const id of ids.split(' ').filter(Boolean)) {
        const copies = await api.copies(id);
        if (copies.state === 'waiting' || copies.state === 'stuck' || copies.state === 'writing') found.set(id, copies);
      }
      return found;
    },
    ['copies', 'stuck', 'network'],
    [api, ids],
    150,
  );
  return states ?? NO_STATES;
}

const NO_STATES: ReadonlyMap<string, Copies> = new Map();
