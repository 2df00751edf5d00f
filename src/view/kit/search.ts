/** The search of this tab, as screens ask it: the index works elsewhere, and is loaded when it is asked for the first time. */
import { createContext } from 'react';
import type { SupervisionView } from '#os/api';
import type { ElsewhereState, SearchAnswer, SearchQuery } from '#domain/search';

/** How the worker of the search is; as of a kernel. */
export type SearchRun = Pick<SupervisionView, 'state' | 'since' | 'runs' | 'ends'>;

export interface SearchDesk {
  find(query: SearchQuery): Promise<SearchAnswer>;
  /** Asks the devices of these spaces for what is not here; the answer ends it. */
  elsewhere(query: SearchQuery, spaces: readonly string[], tell: (state: ElsewhereState) => void): () => void;
  /** Null while nobody asked: there is no worker yet. */
  status(): SearchRun | null;
  /** After one that stopped, or does not answer: another. */
  restart(): void;
  /** Told when what may be found has changed, and when another worker was started or none is left. */
  onChange(listener: () => void): () => void;
}

/** Filled by the app. */
export const SearchContext = createContext<SearchDesk | null>(null);
