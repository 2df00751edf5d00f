/** A small typed RPC over a MessagePort: calls with one answer, and streams of events that either side may end. */
import { RPC_MAX_PENDING, RPC_MAX_SUBSCRIPTIONS } from '#adapters/limits';
import { readToClient, readToServer, toAppError, toErrorShape, type RpcPort, type ToClient, type ToServer } from './protocol.ts';
import type { AppError } from '#base/app-error';

export type { RpcPort } from './protocol.ts';

/** A function a client may call. */
export type RpcCalls = { readonly [name: string]: (...args: never[]) => unknown };
/** A stream: gets `emit` and the arguments, returns the function that stops it. */
export type RpcStreams = { readonly [name: string]: (emit: never, ...args: never[]) => (() => void) | Promise<() => void> };

type Answer<F> = F extends (...args: never[]) => infer R ? Awaited<R> : never;
type Args<F> = F extends (...args: infer A) => unknown ? A : never;
type StreamEvent<F> = F extends (emit: (event: infer E) => void, ...args: never[]) => unknown ? E : never;
type StreamArgs<F> = F extends (emit: never, ...args: infer A) => unknown ? A : never;

export interface RpcHandlers<C extends RpcCalls, S extends RpcStreams> {
  readonly calls: C;
  readonly streams?: S;
}

export interface RpcServer {
  /** Ends all streams and answers nothing more. */
  close(): void;
}

/** Serves the handlers on the port. What a handler throws reaches the caller as {code, message, safe, next}. */
export function createRpcServer<C extends RpcCalls, S extends RpcStreams>(port: RpcPort, handlers: RpcHandlers<C, S>): RpcServer {
  const calls = new Map(Object.entries(handlers.calls));
  const streams = new Map(Object.entries(handlers.streams ?? {}));
  const open = new Map<number, { stop: (() => void) | null; ended: boolean }>();
  let closed = false;

  const post = (message: ToClient): void => {
    if (closed) return;
    try {
      port.postMessage(message);
    } catch (error) {
      // The value cannot be cloned: a fault of the handler, told to the caller instead of an answer that never comes.
      if (message.k === 'ok') port.postMessage({ k: 'err', id: message.id, error: toErrorShape(error) } satisfies ToClient);
    }
  };
  const end = (id: number, error: unknown): void => {
    const stream = open.get(id);
    if (!stream) return;
    open.delete(id);
    stream.ended = true;
    safely(stream.stop);
    post({ k: 'end', id, error: error === null ? null : toErrorShape(error) });
  };
  const runCall = async (id: number, name: string, args: readonly unknown[]): Promise<void> => {
    try {
      const handler = calls.get(name);
      if (!handler) throw new TypeError(`no call ${name}`);
      post({ k: 'ok', id, value: await handler(...(args as never[])) });
    } catch (error) {
      post({ k: 'err', id, error: toErrorShape(error) });
    }
  };
  const openStream = async (id: number, name: string, args: readonly unknown[]): Promise<void> => {
    if (open.has(id)) return;
    if (open.size >= RPC_MAX_SUBSCRIPTIONS) return post({ k: 'end', id, error: BUSY });
    const stream: { stop: (() => void) | null; ended: boolean } = { stop: null, ended: false };
    open.set(id, stream);
    try {
      const handler = streams.get(name);
      if (!handler) throw new TypeError(`no stream ${name}`);
      const stop = await handler(((value: unknown) => {
        if (!stream.ended) post({ k: 'event', id, value });
      }) as never, ...(args as never[]));
      if (stream.ended) safely(stop);
      else stream.stop = stop;
    } catch (error) {
      end(id, error);
    }
  };

  port.onmessage = (event) => {
    const message = closed ? null : readToServer(event.data);
    if (message === null) return;
    if (message.k === 'call') void runCall(message.id, message.name, message.args);
    else if (message.k === 'open') void openStream(message.id, message.name, message.args);
    else end(message.id, null);
  };
  port.start?.();
  return {
    close() {
      for (const id of [...open.keys()]) end(id, null);
      closed = true;
      port.onmessage = null;
    },
  };
}

export interface RpcClient<C extends RpcCalls, S extends RpcStreams> {
  /** Rejects with AppError; code `closed` when the client was closed meanwhile, `busy` over the cap of waiting calls. */
  call<K extends keyof C & string>(name: K, ...args: Args<C[K]>): Promise<Answer<C[K]>>;
  /** Events until the returned function is called or the server ends the stream (`onEnd`, with the error if it failed). */
  subscribe<K extends keyof S & string>(name: K, args: StreamArgs<S[K]>, onEvent: (event: StreamEvent<S[K]>) => void, onEnd?: (error: AppError | null) => void): () => void;
  /** Rejects waiting calls and ends all streams: the worker is gone. */
  close(): void;
}

interface Waiting {
  resolve(value: unknown): void;
  reject(error: AppError): void;
}

interface Listening {
  onEvent(event: unknown): void;
  onEnd: ((error: AppError | null) => void) | undefined;
}

const CLOSED = { code: 'closed', message: 'The kernel of this tab has stopped.', safe: 'What was saved before is safe.', next: 'Reload the tab.' };
const BUSY = { code: 'busy', message: 'Too many requests are waiting.', safe: 'Nothing was changed.', next: 'Wait a moment and try again.' };

/** A client of a server on the other end of the port. */
export function createRpcClient<C extends RpcCalls, S extends RpcStreams = Record<string, never>>(port: RpcPort): RpcClient<C, S> {
  const waiting = new Map<number, Waiting>();
  const listening = new Map<number, Listening>();
  let next = 1;
  let closed = false;

  const post = (message: ToServer): void => port.postMessage(message);
  port.onmessage = (event) => {
    const message = readToClient(event.data);
    if (message === null) return;
    if (message.k === 'ok' || message.k === 'err') {
      const call = waiting.get(message.id);
      waiting.delete(message.id);
      if (message.k === 'ok') call?.resolve(message.value);
      else call?.reject(toAppError(message.error));
    } else if (message.k === 'event') {
      listening.get(message.id)?.onEvent(message.value);
    } else {
      const stream = listening.get(message.id);
      listening.delete(message.id);
      stream?.onEnd?.(message.error === null ? null : toAppError(message.error));
    }
  };
  port.start?.();

  return {
    call(name, ...args) {
      return new Promise((resolve, reject) => {
        if (closed) return reject(toAppError(CLOSED));
        if (waiting.size >= RPC_MAX_PENDING) return reject(toAppError(BUSY));
        const id = next++;
        waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
        try {
          post({ k: 'call', id, name, args });
        } catch (error) {
          waiting.delete(id);
          reject(toAppError(toErrorShape(error)));
        }
      });
    },
    subscribe(name, args, onEvent, onEnd) {
      if (closed || listening.size >= RPC_MAX_SUBSCRIPTIONS) throw toAppError(closed ? CLOSED : BUSY);
      const id = next++;
      listening.set(id, { onEvent: onEvent as (event: unknown) => void, onEnd });
      post({ k: 'open', id, name, args });
      return () => {
        if (listening.delete(id) && !closed) post({ k: 'close', id });
      };
    },
    close() {
      if (closed) return;
      closed = true;
      for (const call of waiting.values()) call.reject(toAppError(CLOSED));
      for (const stream of listening.values()) stream.onEnd?.(toAppError(CLOSED));
      waiting.clear();
      listening.clear();
    },
  };
}

function safely(stop: (() => void) | null): void {
  try {
    stop?.();
  } catch {
    // A stream that fails while it is being stopped has nobody left to tell.
  }
}
