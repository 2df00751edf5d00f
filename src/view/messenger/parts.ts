/** What the Messenger is given: the calls of this page, and the conversation as the chat draws it. */
import { createContext, use, useCallback, useSyncExternalStore, type ComponentType, type ReactNode } from 'react';
import type { LifegraphApi, SpaceView } from '#os/api';
import type { CallDesk, CallsView } from '#os/calls-api';
import type { Route } from '#view/kit/router.tsx';

/** What happened in a conversation and is no message. */
export interface ConversationLine {
  readonly key: string;
  readonly at: number;
  readonly line: ReactNode;
}

export interface ConversationProps {
  space: SpaceView;
  fragment: string;
  /** Type of the fragment, as the directory says it. */
  type: string;
  route: Route;
  /** Stands in the header. */
  call: ReactNode;
  /** Stand among the messages. */
  lines: readonly ConversationLine[];
  /** Leaves it, where that is offered. */
  onLeave: (() => void) | null;
  /** There is none here (yet). */
  none: ReactNode;
}

export interface MessengerParts {
  calls(api: LifegraphApi): Promise<CallDesk>;
  Conversation: ComponentType<ConversationProps>;
}

const desks = new WeakMap<LifegraphApi, Promise<CallDesk>>();

/** The one desk of a page. */
export function deskOf(parts: MessengerParts, api: LifegraphApi): Promise<CallDesk> {
  let desk = desks.get(api);
  if (!desk) {
    desks.set(api, (desk = parts.calls(api)));
    // What did not load is asked for again.
    desk.catch(() => desks.delete(api));
  }
  return desk;
}

export const DeskContext = createContext<CallDesk | null>(null);

/** The calls of this page. */
export function useDesk(): CallDesk {
  const desk = use(DeskContext);
  if (!desk) throw new Error('useDesk outside of DeskContext');
  return desk;
}

/** What is seen of them now. */
export function useCalls(): CallsView {
  const desk = useDesk();
  return useSyncExternalStore(useCallback((on: () => void) => desk.subscribe(on), [desk]), () => desk.view());
}
