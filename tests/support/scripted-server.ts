/** Signaling servers whose other end is the test: it sees what a peer says and answers whatever it wants. */
import type { Bytes } from '#base/bytes';
import { sessionOf } from '#ports/session-name';
import { decodeSignal, encodeSignal, type SignalMessage, type SignalOf } from '#ports/signaling';
import type { SocketHandlers, SocketPort } from '#ports/wire';

export interface ScriptedSocket {
  readonly url: string;
  /** What the peer said. */
  readonly heard: SignalMessage[];
  open: boolean;
  /** Bytes that wait in the peer's socket. */
  buffered: number;
  say(message: SignalMessage): void;
  of<T extends SignalMessage['type']>(type: T): SignalOf<T>[];
}

export interface ScriptedServers {
  readonly port: SocketPort;
  /** Every socket that was opened, newest last. */
  readonly sockets: ScriptedSocket[];
  /** Answers hellos by itself. */
  greets: boolean;
  /** Answers pings by itself. */
  pongs: boolean;
}

const LIMITS = { rooms: 1_000, sessions: 64, rate: 100, relay_bytes: 1e9, idle_ms: 60_000 };

/** Servers that open every socket and, while `greets`, answer the hello. */
export function createScriptedServers(clock: { now(): number; setTimer(ms: number, fn: () => void): () => void }): ScriptedServers {
  const servers: ScriptedServers = {
    sockets: [],
    greets: true,
    pongs: true,
    port: {
      open(url: string, handlers: SocketHandlers) {
        const socket: ScriptedSocket = {
          url, heard: [], open: false, buffered: 0,
          say: (message) => void (socket.open && handlers.onMessage(encodeSignal(message))),
          of: (type) => socket.heard.filter((m): m is SignalOf<typeof type> => m.type === type),
        };
        servers.sockets.push(socket);
        clock.setTimer(1, () => {
          socket.open = true;
          handlers.onOpen();
        });
        return {
          send(bytes) {
            const read = decodeSignal(bytes.slice());
            if (!read.ok) throw new Error(`a peer said something unreadable: ${read.error.message}`);
            socket.heard.push(read.value);
            if (read.value.type === 'signal:ping:v1:requested' && servers.pongs) clock.setTimer(1, () => socket.say({ type: 'signal:ping:v1:completed', time: clock.now() }));
            const hello = read.value;
            if ((hello.type !== 'signal:hello:v1:requested' && hello.type !== 'signal:hello:v2:requested') || !servers.greets) return;
            const session = hello.type === 'signal:hello:v1:requested' ? hello.session : sessionOf(hello.secret);
            clock.setTimer(1, () => socket.say({ type: 'signal:hello:v1:completed', session, time: clock.now(), relay: new Uint8Array(32), limits: LIMITS, ice: [] }));
          },
          buffered: () => socket.buffered,
          close: () => void (socket.open = false),
        };
      },
    },
  };
  return servers;
}

/** A session name; those that start with a high byte are dialled by the others, never the other way round. */
export const sessionNo = (no: number, first = 255): Bytes => Uint8Array.of(first, no >> 8, no & 255, ...new Uint8Array(13)) as Bytes;
