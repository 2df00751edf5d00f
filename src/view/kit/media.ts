/** Width classes of UX §3. */
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
  return useMedia('(max-width: 767.98px)');
}

/** Tablet and narrower: the rail is 56 px wide. */
export function useTablet(): boolean {
  return useMedia('(max-width: 1023.98px)');
}
