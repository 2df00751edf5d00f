/** Width classes of UX §3: in letters, so that larger text in the browser's settings gets the layout that has room for it. */
import { useSyncExternalStore } from 'react';

function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (changed) => {
      const list = matchMedia(query);
      list.addEventListener('change', changed);
      return () => list.removeEventListener('change', changed);
    },
    () => matchMedia(query).matches,
  );
}

/** Phone: one pane, a stack with back. */
export function useNarrow(): boolean {
  return useMedia('(max-width: 47.99em)');
}

/** Tablet and narrower: the rail is 56 px wide. */
export function useTablet(): boolean {
  return useMedia('(max-width: 63.99em)');
}
