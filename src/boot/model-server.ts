/** The worker's end of the keeper of models: calls in, answers and news out. */
import { openModelStore } from '#adapters/idb/idb-model-store';
import type { ModelFault, ModelLoad, ModelRow } from '#os/models-api';
import { ModelError } from '#os/models-api';
import { storeFault } from './model-bytes.ts';
import { createKeeper, dropStale, type Keeper } from './model-keeper.ts';

export type KeeperCall = { readonly [K in keyof Keeper]: readonly [name: K, ...args: Parameters<Keeper[K]>] }[keyof Keeper];
export type ToKeeper = { readonly begin: string } | { readonly no: number; readonly call: KeeperCall };
export type FromKeeper = { readonly no: number; readonly value: unknown } | { readonly no: number; readonly fault: ModelFault; readonly detail: string } | { readonly changed: true };

/** News are told at most so often, ms. */
const TELL_MS = 200;

function deps(database: string, say: (message: FromKeeper) => void): Omit<Parameters<typeof createKeeper>[0], 'store'> {
  let timer: ReturnType<typeof setTimeout> | null = null;
  const lock = (key: string): string => `${database}/${key}`;
  const channel = new BroadcastChannel(database);
  const tell = (): void => void (timer ??= setTimeout(() => {
    timer = null;
    say({ changed: true });
    channel.postMessage('changed');
  }, TELL_MS));
  channel.onmessage = () => say({ changed: true });
  return {
    fetch: (url, init) => fetch(url, init), now: Date.now, newName: () => crypto.randomUUID(), changed: tell,
    alone: (key, work) => navigator.locks.request(lock(key), { ifAvailable: true }, (mine) => (mine === null ? Promise.reject(new ModelError('busy')) : work())) as Promise<never>,
    held: async () => new Set((await navigator.locks.query()).held?.map(({ name }) => name ?? '').filter((name) => name.startsWith(lock(''))).map((name) => name.slice(lock('').length)) ?? []),
  };
}

/** What the worker does with a message. */
export function createModelServer(say: (message: FromKeeper) => void): (message: ToKeeper) => void {
  let keeper: Promise<Keeper> | null = null;
  return (message) => {
    if ('begin' in message) {
      const database = message.begin;
      keeper = openModelStore<ModelRow, ModelLoad>(database).then(async (store) => {
        const own = deps(database, say);
        await dropStale(store, own.held);
        await store.sweep();
        return createKeeper({ store, ...own });
      });
      keeper.catch(() => undefined);
      return;
    }
    const { no, call: [name, ...args] } = message;
    void (async () => ((await keeper!)[name] as (...given: readonly unknown[]) => unknown)(...args))().then(
      (value) => say({ no, value }),
      (error: unknown) => {
        const { fault, detail } = storeFault(error);
        say({ no, fault, detail });
      },
    );
  };
}
