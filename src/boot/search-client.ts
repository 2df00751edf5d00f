/** The page's end of the search: starts its worker, hands it a port of the kernel, passes questions on. */
import type { RpcPort } from '#adapters/worker-rpc/rpc';
import { createRpcClient } from '#adapters/worker-rpc/rpc-client';
import type { SearchAnswer, SearchQuery } from '#domain/search';
import { chosenDatabase } from './database-name.ts';
import type { SearchCalls, SearchStreams, ToSearch } from './search-server.ts';

export interface Client {
  find(query: SearchQuery): Promise<SearchAnswer>;
  /** A kernel is there: the first, or one after another. */
  run(give: (port: MessagePort) => void): void;
}

/** Starts the worker; `changed` is told when what may be found has changed. */
export function startSearch(changed: () => void): Client {
  const rpc = createRpcClient<SearchCalls, SearchStreams>(null);
  const { port1, port2 } = new MessageChannel();
  const worker = new Worker(new URL('../../workers/search.worker.ts', import.meta.url), { type: 'module', name: 'search' });
  rpc.bind(port1 as RpcPort);
  rpc.release();
  rpc.subscribe('changed', [] as never, changed);
  worker.onerror = (event) => {
    // A worker whose script did not come, or that broke, answers nothing: who asks is told instead of waiting.
    rpc.refuse({ code: 'closed', message: `The search has stopped: ${event.message ?? ''}`, safe: 'What is saved is safe.', next: 'Reload the page.' });
  };
  worker.postMessage({ database: chosenDatabase(), page: port2 } satisfies ToSearch, [port2]);
  return {
    find: (query) => rpc.call('find', query),
    run(give) {
      const { port1: kernel, port2: search } = new MessageChannel();
      give(kernel);
      worker.postMessage({ kernel: search } satisfies ToSearch, [search]);
    },
  };
}
