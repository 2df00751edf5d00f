/** The search of this tab, as screens ask it: the index works elsewhere, and is loaded when it is asked for the first time. */
import { createContext } from 'react';
import type { SearchAnswer, SearchQuery } from '#domain/search';

export interface SearchDesk {
  find(query: SearchQuery): Promise<SearchAnswer>;
  /** Told when what may be found has changed. */
  onChange(listener: () => void): () => void;
}

/** Filled by the app. */
export const SearchContext = createContext<SearchDesk | null>(null);
