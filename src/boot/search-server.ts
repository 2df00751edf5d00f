/** The worker's end of the search. Wiring only. */
import { fastDots } from '#adapters/fast-loops/loops';
import { createRpcServer, type RpcPort } from '#adapters/worker-rpc/rpc';
import { createRpcClient } from '#adapters/worker-rpc/rpc-client';
import type { SearchQuery } from '#domain/search';
import { SearchIndexer } from './search-indexer.ts';
import { SearchVectors } from './search-vectors.ts';
import { spellingVectors } from './spelling-vectors.ts';
import type { FeedCalls, FeedStreams } from './search-feed.ts';

/** What the page hands over: once what it is, then a port of each kernel. */
export type ToSearch = { readonly database: string; readonly page: MessagePort } | { readonly kernel: MessagePort };

const LOST = { code: 'kernel-lost', message: 'The kernel of this tab has ended.', safe: 'What was saved before is safe.', next: 'Wait until it is there again.' };

function handlers(indexer: SearchIndexer) {
  return {
    calls: { here: () => true, find: (query: SearchQuery) => indexer.ask(query) },
    streams: { changed: (emit: (nothing: null) => void) => indexer.onChange(() => emit(null)) },
  };
}

/** Serves one page. */
export function createSearchServer(name: () => string): (message: ToSearch) => void {
  const feed = createRpcClient<FeedCalls, FeedStreams>(null);
  const indexer = new SearchIndexer(feed, name, new SearchVectors(spellingVectors, fastDots, async (places) => (await import('#adapters/fast-loops/gpu')).gpuDots(places)));
  let database = '';
  let started = false;
  return (message) => {
    if ('page' in message) {
      database = message.database;
      createRpcServer(message.page as RpcPort, handlers(indexer));
      return;
    }
    if (started) feed.lose(LOST, () => true);
    feed.bind(message.kernel as RpcPort);
    feed.release();
    if (started) return void indexer.survey().catch(() => undefined);
    started = true;
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
