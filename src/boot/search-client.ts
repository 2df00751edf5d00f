/** The page's end of the search: keeps a worker for it running, hands it ports of the kernel, passes questions on. */
import { createSystemClock } from '#adapters/system-clock/system-clock';
import type { RpcPort } from '#adapters/worker-rpc/rpc';
import { createRpcClient } from '#adapters/worker-rpc/rpc-client';
import { nameOfFault } from '#base/fault-words';
import type { ElsewhereState, SearchAnswer, SearchQuery } from '#domain/search';
import type { Clock } from '#ports/clock';
import { askMind } from '#view/kit/mind.ts';
import type { SearchRun } from '#view/kit/search.ts';
import type { Inference } from '#ports/inference';
import { chosenDatabase, modelsDatabase } from './database-name.ts';
import { modelsOfSearch } from './search-models.ts';
import type { SearchCalls, SearchStreams, ToSearch } from './search-server.ts';
import { createSupervisor } from './supervisor.ts';

export interface Client {
  find(query: SearchQuery): Promise<SearchAnswer>;
  /** Asks the devices of these spaces; the answer ends it. */
  elsewhere(query: SearchQuery, spaces: readonly string[], tell: (state: ElsewhereState) => void): () => void;
  /** A kernel is there: the first, or one after another. */
  run(give: (port: MessagePort) => void): void;
  status(): SearchRun;
  /** Starts the worker again with all its tries. */
  restart(): void;
  close(): void;
}

/** Where the worker runs. */
export interface SearchHost {
  readonly clock: Clock;
  readonly database: string;
  worker(): Pick<Worker, 'postMessage' | 'terminate' | 'onerror'>;
  /** The models of this device; null while there are none. */
  models?(): Promise<Inference | null>;
}

/** An index that reads a large store in one piece says nothing meanwhile: so much longer than a kernel it may be silent, ms. */
const PATIENCE_MS = 60_000;
const STOPPED = { code: 'closed', message: 'The search has stopped.', safe: 'What is saved is safe.', next: 'Start it again on the page Search, or reload the page.' };

const browser = (): SearchHost => ({
  clock: createSystemClock(), database: chosenDatabase(),
  worker: () => new Worker(new URL('../../workers/search.worker.ts', import.meta.url), { type: 'module', name: 'search' }),
  models: async () => ((await indexedDB.databases()).some(({ name }) => name === modelsDatabase(chosenDatabase())) ? askMind() : null),
});

/**
 * Starts the worker; `changed` is told when what may be found has changed, and how the worker is. One that ended, broke or fell silent is followed by another,
 * as a kernel is (SUP2), and what was asked of it is asked again.
 */
export function startSearch(changed: () => void, host: SearchHost = browser()): Client {
  const rpc = createRpcClient<SearchCalls, SearchStreams>(null);
  let worker: ReturnType<SearchHost['worker']> | null = null;
  let give: ((port: MessagePort) => void) | null = null;
  const hand = (): void => {
    if (!give || !worker) return;
    const { port1: kernel, port2: search } = new MessageChannel();
    give(kernel);
    worker.postMessage({ kernel: search } satisfies ToSearch, [search]);
  };
  rpc.subscribe('changed', [] as never, changed);
  const models = host.models ? modelsOfSearch(host.models, host.clock, (id) => void rpc.call('model', id).catch(() => undefined)) : null;
  rpc.subscribe('wanted', [] as never, (wanted) => void models?.embed(wanted).then((vectors) => rpc.call('given', wanted.no, vectors)).catch(() => undefined));
  const supervisor = createSupervisor(host.clock, {
    spawn(ears, first) {
      const { port1, port2 } = new MessageChannel();
      const mine = host.worker();
      worker = mine;
      mine.onerror = (event) => ears.onEnd('error', 'message' in event ? nameOfFault(event.message) : 'the script of the worker was not loaded');
      mine.postMessage({ database: host.database, page: port2 } satisfies ToSearch, [port2]);
      rpc.bind(port1 as RpcPort);
      if (first) rpc.release();
      hand();
      const ask = (): Promise<void> => rpc.callNow('here').then(() => ears.onBeat());
      models?.begin();
      return {
        ready: ask(),
        ping: () => void ask().catch(() => undefined),
        end() {
          mine.onerror = null;
          mine.terminate();
          port1.close();
          worker = null;
        },
      };
    },
    inHand: () => PATIENCE_MS,
    // Questions change nothing: the next worker may be asked them again.
    onLost: () => rpc.lose(STOPPED, () => true),
    onBack: () => rpc.release(),
    onStopped: () => rpc.refuse(STOPPED),
    onChange: changed,
  });
  return {
    find(query) {
      models?.look();
      return rpc.call('find', query);
    },
    elsewhere: (query, spaces, tell) => rpc.subscribe('elsewhere', [query, spaces], tell),
    run(next) {
      give = next;
      hand();
    },
    status: () => supervisor.state(),
    restart: () => supervisor.restart(),
    close() {
      supervisor.close();
      worker?.terminate();
      rpc.close();
    },
  };
}
