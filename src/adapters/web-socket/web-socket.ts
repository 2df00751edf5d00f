/** Message sockets to signaling servers on the WHATWG WebSocket: the browser's in a worker, the one of `ws` in Node (injected). */
import type { Socket, SocketHandlers, SocketPort } from '#ports/wire';
import { SOCKET_MAX_MESSAGE } from '#adapters/limits';

/** What is used of WebSocket; the class of `ws` fits, too. */
export interface WebSocketLike {
  binaryType: string;
  readonly readyState: number;
  readonly bufferedAmount: number;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  send(data: Uint8Array<ArrayBuffer>): void;
  close(code?: number, reason?: string): void;
}

export type WebSocketConstructor = new (url: string) => WebSocketLike;

const OPEN = 1;

/** Sockets of the platform. `onClose` comes exactly once for every open(), also when the address is not valid. */
export function createWebSocketPort(WebSocketImpl: WebSocketConstructor = WebSocket as unknown as WebSocketConstructor): SocketPort {
  return { open: (url, handlers) => openSocket(WebSocketImpl, url, handlers) };
}

function openSocket(WebSocketImpl: WebSocketConstructor, url: string, handlers: SocketHandlers): Socket {
  let socket: WebSocketLike | null = null;
  let ended = false;
  const end = (reason: string): void => {
    if (ended) return;
    ended = true;
    const old = socket;
    socket = null;
    if (old) {
      old.onopen = old.onmessage = old.onclose = null;
      // `ws` emits an error after close() on a connecting socket; without a handler it would throw.
      old.onerror = () => {};
      try {
        old.close();
      } catch {
        // Closing a socket that never opened may throw in Node; it is closed all the same.
      }
    }
    queueMicrotask(() => handlers.onClose(reason));
  };
  try {
    socket = new WebSocketImpl(url);
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => handlers.onOpen();
    socket.onmessage = (event: { data: unknown }) => {
      const bytes = event.data instanceof ArrayBuffer ? new Uint8Array(event.data) : null;
      if (bytes === null || bytes.length > SOCKET_MAX_MESSAGE) end('protocol');
      else handlers.onMessage(bytes);
    };
    socket.onclose = (event: { code?: number; reason?: string }) => end(event.reason || `closed ${event.code ?? ''}`.trim());
    socket.onerror = () => end('error');
  } catch {
    end('address');
  }
  return {
    send(message) {
      if (socket === null || socket.readyState !== OPEN) return;
      try {
        socket.send(message as Uint8Array<ArrayBuffer>);
      } catch {
        end('error');
      }
    },
    buffered: () => socket?.bufferedAmount ?? 0,
    close: () => end('closed here'),
  };
}
