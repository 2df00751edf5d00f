/** A signaling server of the simulator: the real hub (signaling/hub.ts) behind sockets with latency that can go down and come back. */
import type { Bytes } from '#base/bytes';
import type { SocketHandlers, SocketPort } from '#ports/wire';
import { Hub } from '#signaling/hub';
import { LIMITS } from '#signaling/limits';
import type { SimClock } from './sim-clock.ts';

export interface SimServer {
  readonly port: SocketPort;
  /** The same server seen from one address; `port` gives every socket an address in a network of its own. */
  portFrom(address: string): SocketPort;
  /** Cuts every socket; new ones are refused until up(). */
  down(): void;
  up(): void;
  readonly stats: () => ReturnType<Hub['stats']>;
  /** Bytes a socket may send per ms; 0 = unlimited. They wait in buffered(). */
  bandwidth: number;
}

interface Client {
  readonly handlers: SocketHandlers;
  open: boolean;
  queued: number;
  free: number;
}

/** One server; every url given to the port leads to it. */
export function createSimServer(clock: SimClock, random: (n: number) => Bytes, latencyMs = 5): SimServer {
  const clients = new Map<number, Client>();
  let next = 1;
  let alive = true;
  let hub = newHub();

  function newHub(): Hub {
    return new Hub({
      limits: LIMITS,
      key: new Uint8Array(32).fill(9),
      random,
      wall: () => clock.now(),
      send: (socket, message) => {
        const client = clients.get(socket);
        const copy = message.slice();
        clock.setTimer(latencyMs, () => {
          if (client?.open === true) client.handlers.onMessage(copy);
        });
      },
      probe: (socket) => clock.setTimer(latencyMs, () => hub.heard(socket, clock.now())),
      close: (socket, reason) => clock.setTimer(latencyMs, () => drop(socket, reason)),
    });
  }
  function drop(id: number, reason: string): void {
    const client = clients.get(id);
    clients.delete(id);
    hub.disconnect(id);
    if (client?.open !== true) return;
    client.open = false;
    client.handlers.onClose(reason);
  }
  const beat = (): void => {
    clock.setTimer(1000, () => {
      if (alive) hub.tick(clock.now());
      beat();
    });
  };
  beat();

  const server: SimServer = {
    bandwidth: 0,
    stats: () => hub.stats(),
    down() {
      alive = false;
      for (const id of [...clients.keys()]) drop(id, 'down');
    },
    up() {
      alive = true;
      hub = newHub();
    },
    port: portFrom(null),
    portFrom,
  };

  function portFrom(address: string | null): SocketPort {
    return {
      open(_url, handlers) {
        const id = next++;
        const client: Client = { handlers, open: false, queued: 0, free: 0 };
        clients.set(id, client);
        clock.setTimer(latencyMs, () => {
          if (!clients.has(id)) return;
          if (!alive || !hub.connect(id, address ?? `10.${id >> 8}.${id & 255}.1`, clock.now())) {
            clients.delete(id);
            return handlers.onClose('refused');
          }
          client.open = true;
          handlers.onOpen();
        });
        return {
          send(message) {
            if (!client.open) return;
            const copy = message.slice();
            const now = clock.monotonic();
            const leave = server.bandwidth === 0 ? now : Math.max(now, client.free) + copy.length / server.bandwidth;
            client.free = leave;
            client.queued += copy.length;
            clock.setTimer(leave - now + latencyMs, () => {
              client.queued -= copy.length;
              if (client.open) hub.message(id, copy, clock.now());
            });
          },
          buffered: () => client.queued,
          close() {
            client.open = false;
            clients.delete(id);
            clock.setTimer(latencyMs, () => hub.disconnect(id));
          },
        };
      },
    };
  }
  return server;
}
