/** A person's kernel in Node with real keys, sockets and time, on a disk in memory: what a tab is to a server or a beacon, without a browser. */
import { randomBytes, webcrypto } from 'node:crypto';
import { WebSocket } from 'ws';
import { createGunReplica } from '#adapters/gun/gun-replica';
import { createSystemClock } from '#adapters/system-clock/system-clock';
import { createWebCrypto } from '#adapters/web-crypto/web-crypto';
import { createWebSocketPort, type WebSocketConstructor } from '#adapters/web-socket/web-socket';
import type { Bytes } from '#base/bytes';
import { accessApi } from '#os/kernel/access-facade';
import { startKernel, type RunningKernel } from '#os/kernel/kernel';
import type { Dialer } from '#ports/wire';
import { relayOnly } from '#signaling/beacon/dialer';
import { createMemoryDisk, type MemoryDisk } from '#tests/sim/support/memory-store';
import { wordsOf } from '#vm/log/seal-words';

const random = { bytes: (length: number): Bytes => new Uint8Array(randomBytes(length)) };
const LOOK_MS = 100;

export interface NodePeer extends RunningKernel {
  readonly disk: MemoryDisk;
}

/** Sockets that come from an address of this machine (127.0.0.2): a server counts them apart. */
const socketsFrom = (localAddress: string) => class extends WebSocket {
  constructor(url: string) {
    super(url, { localAddress });
  }
};

/** Starts a kernel on a disk; one without a person gets one of this name. Links go over the relay when no dialer is given. */
export async function startNodePeer(name: string, server: string, disk = createMemoryDisk(random), dialer: Dialer = relayOnly, from?: string): Promise<NodePeer> {
  const clock = createSystemClock();
  const held = new Set<string>();
  const release = (lock: string) => () => void held.delete(lock);
  const running = startKernel({
    clock, random, crypto: createWebCrypto(webcrypto.subtle as SubtleCrypto), store: disk.open(), createReplica: (hooks) => createGunReplica({ clock, random, hooks }),
    tabs: { onNotice: null, post: () => undefined, waitLock: async (lock) => release(lock), tryLock: async (lock) => (held.has(lock) ? null : (held.add(lock), release(lock))) },
    dialer, sockets: createWebSocketPort((from === undefined ? WebSocket : socketsFrom(from)) as unknown as WebSocketConstructor), loadAccess: async () => ({ accessApi }), loadWords: async () => ({ wordsOf }),
    iceServers: [], servers: [server], version: 'test',
  });
  await running.api.ready;
  if (running.api.identity.get() === null) await running.api.identity.create({ name });
  return { ...running, disk };
}

/** Looks until it holds, at most so long. */
export async function eventually(what: string, holds: () => boolean | Promise<boolean>, ms = 60_000): Promise<void> {
  const end = performance.now() + ms;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`not within ${ms} ms: ${what}`);
    await new Promise((next) => setTimeout(next, LOOK_MS));
  }
}
