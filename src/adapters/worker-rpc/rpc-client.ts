/**
 * The client's end of the RPC. What it is asked outlives the server: when that has died, `lose` ends what cannot be asked twice, the rest and all
 * subscriptions wait, and `bind` and `release` give them to the next server.
 */
import { RPC_MAX_PENDING, RPC_MAX_SUBSCRIPTIONS } from '#adapters/limits';
import type { AppError, AppErrorShape } from '#base/app-error';
import { BUSY, CLOSED, readToClient, toAppError, toErrorShape, type RpcPort, type ToClient } from './protocol.ts';
import type { RpcCalls, RpcStreams } from './rpc.ts';

type Answer<F> = F extends (...args: never[]) => infer R ? Awaited<R> : never;
type Args<F> = F extends (...args: infer A) => unknown ? A : never;
type StreamEvent<F> = F extends (emit: (event: infer E) => void, ...args: never[]) => unknown ? E : never;
type StreamArgs<F> = F extends (emit: never, ...args: infer A) => unknown ? A : never;

export interface RpcClient<C extends RpcCalls, S extends RpcStreams> {
  /** Rejects with AppError; code `closed` when the client was closed meanwhile, `busy` over the cap of waiting calls. */
  call<K extends keyof C & string>(name: K, ...args: Args<C[K]>): Promise<Answer<C[K]>>;
  /** Like `call`, and goes out also while the others wait for `release`. */
  callNow<K extends keyof C & string>(name: K, ...args: Args<C[K]>): Promise<Answer<C[K]>>;
  /** Events until the returned function is called or the server ends the stream (`onEnd`, with the error if it failed). */
  subscribe<K extends keyof S & string>(name: K, args: StreamArgs<S[K]>, onEvent: (event: StreamEvent<S[K]>) => void, onEnd?: (error: AppError | null) => void): () => void;
  /** The server has died: calls of which `again` is not true reject with `error`; the others, and those made from now on, wait. */
  lose(error: AppErrorShape, again: (name: keyof C & string) => boolean): void;
  /** Nobody comes after it: what waits rejects with the error, and so does every call, until the next `bind`. */
  refuse(error: AppErrorShape): void;
  /** A new server is at the other end of this port; only `callNow` goes out before `release`. */
  bind(port: RpcPort): void;
  /** Opens the subscriptions at the new server and sends what waited, in the order it was asked. */
  release(): void;
  /** Rejects waiting calls and ends all streams: the worker is gone. */
  close(): void;
}

interface Waiting {
  readonly name: string;
  readonly args: readonly unknown[];
  /** It went out on the port of now. */
  sent: boolean;
  /** Asked by `callNow`: it belongs to the server it was sent to. */
  readonly now: boolean;
  resolve(value: unknown): void;
  reject(error: AppError): void;
}

interface Listening {
  readonly name: string;
  readonly args: readonly unknown[];
  onEvent(event: unknown): void;
  onEnd: ((error: AppError | null) => void) | undefined;
}

class Client {
  private readonly waiting = new Map<number, Waiting>();
  private readonly listening = new Map<number, Listening>();
  private next = 1;
  private port: RpcPort | null = null;
  /** Calls and subscriptions go out at once. */
  private open: boolean;
  private refusal: AppErrorShape | null = null;
  /** Why there is no server now. */
  private lost: AppErrorShape = CLOSED;
  private closed = false;

  constructor(port: RpcPort | null) {
    this.open = port !== null;
    if (port) this.attach(port);
  }

  call(name: string, args: readonly unknown[], now: boolean): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const no = this.closed ? CLOSED : now ? (this.port ? null : this.lost) : this.refusal;
      if (no) return reject(toAppError(no));
      if (this.waiting.size >= RPC_MAX_PENDING) return reject(toAppError(BUSY));
      const id = this.next++;
      const call: Waiting = { name, args, sent: false, now, resolve, reject };
      this.waiting.set(id, call);
      if (this.open || now) this.send(id, call);
    });
  }

  subscribe(name: string, args: readonly unknown[], onEvent: (event: unknown) => void, onEnd?: (error: AppError | null) => void): () => void {
    if (this.closed || this.listening.size >= RPC_MAX_SUBSCRIPTIONS) throw toAppError(this.closed ? CLOSED : BUSY);
    const id = this.next++;
    this.listening.set(id, { name, args, onEvent, onEnd });
    if (this.open) this.port?.postMessage({ k: 'open', id, name, args });
    return () => {
      if (this.listening.delete(id) && this.open) this.port?.postMessage({ k: 'close', id });
    };
  }

  lose(error: AppErrorShape, again: (name: string) => boolean): void {
    if (this.port) this.port.onmessage = null;
    this.port = null;
    this.open = false;
    this.lost = error;
    for (const [id, call] of [...this.waiting]) {
      // What never went out was not done: it can be asked whatever it is.
      if (!call.now && (!call.sent || again(call.name))) {
        call.sent = false;
        continue;
      }
      this.waiting.delete(id);
      call.reject(toAppError(error));
    }
  }

  refuse(error: AppErrorShape): void {
    this.refusal = error;
    for (const call of this.waiting.values()) call.reject(toAppError(error));
    this.waiting.clear();
  }

  bind(port: RpcPort): void {
    if (this.closed) return;
    this.refusal = null;
    this.attach(port);
  }

  release(): void {
    if (this.open || !this.port) return;
    this.open = true;
    for (const [id, { name, args }] of this.listening) this.port.postMessage({ k: 'open', id, name, args });
    for (const [id, call] of [...this.waiting]) if (!call.sent) this.send(id, call);
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.open = false;
    for (const call of this.waiting.values()) call.reject(toAppError(CLOSED));
    for (const stream of this.listening.values()) stream.onEnd?.(toAppError(CLOSED));
    this.waiting.clear();
    this.listening.clear();
  }

  private attach(port: RpcPort): void {
    this.port = port;
    port.onmessage = (event) => {
      const message = readToClient(event.data);
      if (message !== null && this.port === port) this.hear(message);
    };
    port.start?.();
  }

  private send(id: number, call: Waiting): void {
    try {
      call.sent = true;
      this.port?.postMessage({ k: 'call', id, name: call.name, args: call.args });
    } catch (error) {
      this.waiting.delete(id);
      call.reject(toAppError(toErrorShape(error)));
    }
  }

  private hear(message: ToClient): void {
    if (message.k === 'ok' || message.k === 'err') {
      const call = this.waiting.get(message.id);
      this.waiting.delete(message.id);
      if (message.k === 'ok') call?.resolve(message.value);
      else call?.reject(toAppError(message.error));
    } else if (message.k === 'event') {
      this.listening.get(message.id)?.onEvent(message.value);
    } else {
      const stream = this.listening.get(message.id);
      this.listening.delete(message.id);
      stream?.onEnd?.(message.error === null ? null : toAppError(message.error));
    }
  }
}

/** A client of a server on the other end of the port; without a port everything waits for `bind` and `release`. */
export function createRpcClient<C extends RpcCalls, S extends RpcStreams = Record<string, never>>(port: RpcPort | null): RpcClient<C, S> {
  const client = new Client(port);
  return {
    call: (name, ...args) => client.call(name, args, false) as never,
    callNow: (name, ...args) => client.call(name, args, true) as never,
    subscribe: (name, args, onEvent, onEnd) => client.subscribe(name, args as unknown as readonly unknown[], onEvent as (event: unknown) => void, onEnd),
    lose: (error, again) => client.lose(error, again as (name: string) => boolean),
    refuse: (error) => client.refuse(error),
    bind: (next) => client.bind(next),
    release: () => client.release(),
    close: () => client.close(),
  };
}
