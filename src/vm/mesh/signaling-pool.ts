/** All signaling servers of a peer at once (LG 5: several, replaceable). The same session name and rooms go to each of them. */
import { toBase64url, type Bytes } from '#base/bytes';
import type { ServerStatus } from '#vm/replication/host';
import { MESH_LIMITS } from '#vm/limits';
import { createSignalingClient, type SignalingClient, type SignalingDeps } from './signaling-client.ts';

export interface SignalingPool {
  start(): void;
  stop(): void;
  setServers(urls: readonly string[]): void;
  setRooms(rooms: readonly Bytes[]): void;
  redial(): void;
  /** A link or a server came up: those that wait for a later try are tried now. */
  nudge(): void;
  /** By the first server that sees the session. */
  forward(session: Bytes, data: Bytes): boolean;
  /** Asks every server that sees the session; the first route that opens is used. */
  openRelay(session: Bytes): boolean;
  status(): ServerStatus[];
}

/** A pool without servers; they come by setServers. */
export function createSignalingPool(deps: Omit<SignalingDeps, 'url' | 'openElsewhere'>): SignalingPool {
  const clients = new Map<string, SignalingClient>();
  let rooms: ReadonlyMap<string, Bytes> = new Map();
  let running = false;
  let nudgedAt = -Infinity;
  return {
    start() {
      running = true;
      for (const client of clients.values()) client.start();
    },
    stop() {
      running = false;
      for (const client of clients.values()) client.stop();
    },
    setServers(urls) {
      const wanted = new Set(urls.slice(0, MESH_LIMITS.servers));
      for (const [url, client] of [...clients]) {
        if (wanted.has(url)) continue;
        clients.delete(url);
        client.stop();
      }
      for (const url of wanted) {
        if (clients.has(url)) continue;
        const client = createSignalingClient({ ...deps, url, openElsewhere: (self) => [...clients.values()].some((other) => other !== self && other.open) });
        clients.set(url, client);
        client.setRooms(rooms);
        if (running) client.start();
      }
      deps.handlers.onChange();
    },
    setRooms(list) {
      rooms = new Map(list.slice(0, MESH_LIMITS.rooms).map((room) => [toBase64url(room), room]));
      for (const client of clients.values()) client.setRooms(rooms);
    },
    redial() {
      for (const client of clients.values()) client.redial();
    },
    nudge() {
      const now = deps.clock.monotonic();
      if (now - nudgedAt < MESH_LIMITS.hurryMs) return;
      nudgedAt = now;
      for (const client of clients.values()) client.nudge();
    },
    forward(session, data) {
      for (const client of clients.values()) if (client.forward(session, data)) return true;
      return false;
    },
    openRelay(session) {
      let asked = false;
      for (const client of clients.values()) asked = client.openRelay(session) || asked;
      return asked;
    },
    status: () => [...clients.values()].map((client) => client.status()),
  };
}
