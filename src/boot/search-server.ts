/** The worker's end of the search. Wiring only. */
import { fastDots, fastLoops } from '#adapters/fast-loops/loops';
import { createRpcServer, type RpcPort } from '#adapters/worker-rpc/rpc';
import { createRpcClient } from '#adapters/worker-rpc/rpc-client';
import type { ElsewhereState, SearchQuery } from '#domain/search';
import { Linked } from '#domain/search/engine';
import { backToLoop } from './back-to-loop.ts';
import { answerOthers, askOthers } from './search-elsewhere.ts';
import { SearchIndexer } from './search-indexer.ts';
import { SearchVectors } from './search-vectors.ts';
import { spellingVectors } from './spelling-vectors.ts';
import type { FeedCalls, FeedStreams } from './search-feed.ts';
import type { Feed } from './search-rows.ts';

/** What the page hands over: once what it is, then a port of each kernel. */
export type ToSearch = { readonly database: string; readonly page: MessagePort } | { readonly kernel: MessagePort };

const LOST = { code: 'kernel-lost', message: 'The kernel of this tab has ended.', safe: 'What was saved before is safe.', next: 'Wait until it is there again.' };

/** Texts whose vectors the page is asked for: it has the models. */
export interface Wanted {
  readonly no: number;
  readonly model: string;
  readonly texts: readonly string[];
}

/** Questions to the page, one number each. */
function pageModels() {
  const open = new Map<number, (vectors: readonly Float32Array[] | null) => void>();
  const listeners = new Set<(wanted: Wanted) => void>();
  let next = 0;
  return {
    embed: (model: string, texts: readonly string[]) => new Promise<readonly Float32Array[] | null>((resolve) => {
      if (listeners.size === 0) return resolve(null);
      const no = next++;
      open.set(no, resolve);
      for (const listener of listeners) listener({ no, model, texts });
    }),
    given(no: number, vectors: readonly Float32Array[] | null): void {
      open.get(no)?.(vectors);
      open.delete(no);
    },
    wanted(emit: (wanted: Wanted) => void): () => void {
      listeners.add(emit);
      return () => void listeners.delete(emit);
    },
  };
}

function handlers(indexer: SearchIndexer, models: ReturnType<typeof pageModels>, feed: Feed) {
  return {
    calls: { here: () => true, find: (query: SearchQuery) => indexer.ask(query), model: (id: string | null) => indexer.useModel(id), given: models.given },
    streams: { changed: (emit: (nothing: null) => void) => indexer.onChange(() => emit(null)), wanted: models.wanted, elsewhere: (emit: (state: ElsewhereState) => void, query: SearchQuery, spaces: readonly string[]) => askOthers(feed, indexer.now, query, spaces, emit) },
  };
}

/** Serves one page. */
export function createSearchServer(name: () => string): (message: ToSearch) => void {
  const feed = createRpcClient<FeedCalls, FeedStreams>(null);
  const models = pageModels();
  const indexer = new SearchIndexer(feed, name, new SearchVectors(spellingVectors, fastDots, async (places) => (await import('#adapters/fast-loops/gpu')).gpuDots(places)), { embed: models.embed, engine: fastDots }, new Linked(fastLoops, backToLoop()));
  let database = '';
  let started = false;
  return (message) => {
    if ('page' in message) {
      database = message.database;
      createRpcServer(message.page as RpcPort, handlers(indexer, models, feed));
      return;
    }
    if (started) feed.lose(LOST, () => true);
    feed.bind(message.kernel as RpcPort);
    feed.release();
    if (started) return void indexer.survey().catch(() => undefined);
    started = true;
    answerOthers(feed, indexer.now, () => indexer.whenRead());
    begin(indexer, `lgos/search/${database}`).catch(() => indexer.fail());
  };
}

/** One tab of a profile keeps the rows; when it goes, another does. */
async function begin(indexer: SearchIndexer, lock: string): Promise<void> {
  const mine = await new Promise<boolean>((answer) => {
    void navigator.locks.request(lock, { ifAvailable: true }, (held) => {
      answer(held !== null);
      return held === null ? undefined : new Promise<never>(() => undefined);
    });
  });
  if (!mine) {
    void navigator.locks.request(lock, () => {
      indexer.mayWrite();
      return new Promise<never>(() => undefined);
    });
  }
  await indexer.start(mine);
}

export type SearchCalls = ReturnType<typeof handlers>['calls'];
export type SearchStreams = ReturnType<typeof handlers>['streams'];
