/** The Hub as a lens of the shell: its count in the rail, and nothing else before it is opened or the first screen has stood for a while. */
import { useEffect, useRef, useState } from 'react';
import type { ComponentManifest } from '#domain/shared';
import { useI18n } from '#view/kit/i18n.tsx';
import { useKernel } from '#view/kit/kernel.tsx';
import { lazyPart } from '#view/kit/lazy-part.tsx';
import type { Lens, RailRows } from '#view/kit/lens.ts';
import { loadAgain } from '#view/kit/load-again.ts';
import { useTabKind } from '#view/kit/tab-kind.tsx';
import type { HubDrop } from './hub-view.tsx';

/** It is begun once the first screen stands, ms. */
const AFTER_MS = 2_000;

/** The lens over what the components declare; `Drop` takes files that are let go over it. */
export function hubLens(manifests: readonly ComponentManifest[], Drop: HubDrop): Lens {
  function useRows(): RailRows {
    const api = useKernel();
    const [unread, setUnread] = useState(0);
    const i18n = useI18n();
    const tab = useTabKind();
    const words = useRef(i18n);
    useEffect(() => void (words.current = i18n), [i18n]);
    useEffect(() => {
      let stop: (() => void) | undefined;
      let alive = true;
      const begin = (): void => void loadAgain(() => import('./feed.ts')).then(async ({ feedOf }) => {
        const feed = await feedOf(api, manifests);
        if (alive) stop = feed.subscribe(() => setUnread(feed.state().unread));
        if (alive) setUnread(feed.state().unread);
        (await import('./notices.ts')).startNotices(api, feed, tab, () => words.current);
      }).catch(() => undefined);
      const timer = setTimeout(begin, AFTER_MS);
      return () => ((alive = false), clearTimeout(timer), stop?.());
    }, [api, tab]);
    return { rows: [], unread, loaded: true };
  }
  return { id: 'hub', word: 'lens.hub', icon: 'inbox', go: 'goHub', useRows, useUnread: () => 0, View: lazyPart(async () => (await import('./hub-view.tsx')).hubView(manifests, Drop)) };
}
