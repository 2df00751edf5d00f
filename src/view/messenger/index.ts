/** The Messenger as a lens of the shell. What is shown and what rings comes once the first screen has stood for a while. */
import { createElement, useEffect, useState, type ComponentType, type ReactNode } from 'react';
import { useKernel } from '#view/kit/kernel.tsx';
import { lazyPart } from '#view/kit/lazy-part.tsx';
import type { Lens, RailRow, RailRows } from '#view/kit/lens.ts';
import { loadAgain } from '#view/kit/load-again.ts';
import type { MessengerParts } from './parts.ts';

/** Begun once the first screen stands, ms. */
const AFTER_MS = 2_000;

function useRows(): RailRows {
  const api = useKernel();
  const [rows, setRows] = useState<RailRow[]>([]);
  useEffect(() => {
    let stop: (() => void) | undefined;
    let alive = true;
    const timer = setTimeout(() => void loadAgain(() => import('./conversations.ts')).then(({ followRows }) => alive && (stop = followRows(api, setRows))).catch(() => undefined), AFTER_MS);
    return () => ((alive = false), clearTimeout(timer), stop?.());
  }, [api]);
  return { rows, unread: rows.reduce((sum, row) => sum + row.unread, 0), loaded: true };
}

function later(Part: ComponentType): ComponentType {
  return function Later(): ReactNode {
    const [on, set] = useState(false);
    useEffect(() => {
      const timer = setTimeout(() => set(true), AFTER_MS);
      return () => clearTimeout(timer);
    }, []);
    return on && createElement(Part);
  };
}

/** The lens, with what other parts of the app give to it. */
export const messengerLens = (parts: MessengerParts): Lens => ({
  id: 'messenger', word: 'lens.messenger', icon: 'phone', go: 'goMessenger', useRows, useUnread: () => 0,
  View: lazyPart(async () => (await import('./messenger-view.tsx')).messengerView(parts)),
  Above: later(lazyPart(async () => (await import('./call-above.tsx')).callAbove(parts), { alone: true, failed: () => null })),
  create: { word: 'room.create', may: () => true, Dialog: lazyPart(async () => (await import('./create-room.tsx')).CreateRoom, { alone: true }) },
});
