/** A small typed RPC over a MessagePort: calls with one answer, and streams of events that either side may end. The other end: rpc-client.ts. */
import { RPC_MAX_SUBSCRIPTIONS } from '#adapters/limits';
import { BUSY, readToServer, toErrorShape, type RpcPort, type ToClient } from './protocol.ts';

export type { RpcPort } from './protocol.ts';

/** A function a client may call. */
export type RpcCalls = { readonly [name: string]: (...args: never[]) => unknown };
/** A stream: gets `emit` and the arguments, returns the function that stops it. */
export type RpcStreams = { readonly [name: string]: (emit: never, ...args: never[]) => (() => void) | Promise<() => void> };

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

function safely(stop: (() => void) | null): void {
  try {
    stop?.();
  } catch {
    // A stream that fails while it is being stopped has nobody left to tell.
  }
}
