/** Width classes of UX §3: in letters, so that larger text in the browser's settings gets the layout that has room for it. */
import { useSyncExternalStore } from 'react';

interface Media {
  subscribe(changed: () => void): () => void;
  matches(): boolean;
}

const lists = new Map<string, Media>();

/** One list for each query: to make another for each drawing is felt where many things are drawn. */
function mediaOf(query: string): Media {
  let media = lists.get(query);
  if (!media) {
    const list = matchMedia(query);
    const subscribe = (changed: () => void): (() => void) => {
      list.addEventListener('change', changed);
      return () => list.removeEventListener('change', changed);
    };
    lists.set(query, (media = { subscribe, matches: () => list.matches }));
  }
  return media;
}

function useMedia(query: string): boolean {
  const { subscribe, matches } = mediaOf(query);
  return useSyncExternalStore(subscribe, matches);
}

/** Phone: one pane, a stack with back. */
export function useNarrow(): boolean {
  return useMedia('(max-width: 47.99em)');
}

/** Tablet and narrower: the rail is 56 px wide. */
export function useTablet(): boolean {
  return useMedia('(max-width: 63.99em)');
}
