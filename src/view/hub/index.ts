/** The Hub as a lens of the shell: its count in the rail, and nothing else before it is opened or the first screen has stood for a while. */
import { useEffect, useState } from 'react';
import type { ComponentManifest } from '#domain/shared';
import { useKernel } from '#view/kit/kernel.tsx';
import { lazyPart } from '#view/kit/lazy-part.tsx';
import type { Lens, RailRows } from '#view/kit/lens.ts';
import { loadAgain } from '#view/kit/load-again.ts';

/** It is begun once the first screen stands, ms. */
const AFTER_MS = 2_000;

/** The lens over what the components declare. */
export function hubLens(manifests: readonly ComponentManifest[]): Lens {
  function useRows(): RailRows {
    const api = useKernel();
    const [unread, setUnread] = useState(0);
    useEffect(() => {
      let stop: (() => void) | undefined;
      let alive = true;
      const begin = (): void => void loadAgain(() => import('./feed.ts')).then(async ({ feedOf }) => {
        const feed = await feedOf(api, manifests);
        if (alive) stop = feed.subscribe(() => setUnread(feed.state().unread));
        if (alive) setUnread(feed.state().unread);
      }).catch(() => undefined);
      const timer = setTimeout(begin, AFTER_MS);
      return () => ((alive = false), clearTimeout(timer), stop?.());
    }, [api]);
    return { rows: [], unread, loaded: true };
  }
  return { id: 'hub', word: 'lens.hub', icon: 'inbox', go: 'goHub', useRows, useUnread: () => 0, View: lazyPart(async () => (await import('./hub-view.tsx')).hubView(manifests)) };
}
