/**
 * Message sockets on the WHATWG WebSocket, the browser's in a worker, the one of `ws` in Node (injected): of bytes to signaling servers, of
 * text to stock GUN relays.
 */
import type { SocketPort, TextSocketPort } from '#ports/wire';
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
  send(data: Uint8Array<ArrayBuffer> | string): void;
  close(code?: number, reason?: string): void;
}

export type WebSocketConstructor = new (url: string) => WebSocketLike;

const OPEN = 1;

/** Sockets of the platform. `onClose` comes exactly once for every open(), also when the address is not valid. */
export function createWebSocketPort(WebSocketImpl: WebSocketConstructor = WebSocket as unknown as WebSocketConstructor): SocketPort {
  return { open: (url, handlers) => openSocket<Uint8Array>(WebSocketImpl, url, handlers, bytesOf) };
}

/** As createWebSocketPort, for messages of text. What is too long for the reader is his to refuse: it is here already. */
export function createTextSocketPort(WebSocketImpl: WebSocketConstructor = WebSocket as unknown as WebSocketConstructor): TextSocketPort {
  return { open: (url, handlers) => openSocket<string>(WebSocketImpl, url, handlers, textOf) };
}

const bytesOf = (data: unknown): Uint8Array | null => (data instanceof ArrayBuffer && data.byteLength <= SOCKET_MAX_MESSAGE ? new Uint8Array(data) : null);
const textOf = (data: unknown): string | null => (typeof data === 'string' ? data : null);

interface Handlers<Message> {
  onOpen(): void;
  onMessage(message: Message): void;
  onClose(reason: string): void;
}

interface Opened<Message> {
  send(message: Message): void;
  buffered(): number;
  close(): void;
}

function openSocket<Message extends Uint8Array | string>(
  WebSocketImpl: WebSocketConstructor, url: string, handlers: Handlers<Message>, read: (data: unknown) => Message | null,
): Opened<Message> {
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
      const message = read(event.data);
      if (message === null) end('protocol');
      else handlers.onMessage(message);
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
        socket.send(message as Uint8Array<ArrayBuffer> | string);
      } catch {
        end('error');
      }
    },
    buffered: () => socket?.bufferedAmount ?? 0,
    close: () => end('closed here'),
  };
}
