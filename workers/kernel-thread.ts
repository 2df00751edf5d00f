/** The kernel of one tab: log, graph, GUN and crypto. Wiring only; RTCPeerConnection lives on the page, at the other end of `wires`. */
import { createTabs } from '#adapters/broadcast-channel/tabs';
import { createGunReplica } from '#adapters/gun/gun-replica';
import { openIdbRecordStore } from '#adapters/idb/idb-record-store';
import { createPortDialer } from '#adapters/simple-peer/port-dialer';
import { createSystemClock } from '#adapters/system-clock/system-clock';
import { createWebCrypto } from '#adapters/web-crypto/web-crypto';
import { createWebRandom } from '#adapters/web-crypto/web-random';
import { createTextSocketPort, createWebSocketPort } from '#adapters/web-socket/web-socket';
import type { FromWorker } from '#boot/kernel-run';
import { deviceName } from '#boot/device-name';
import { serveFailure, serveKernel } from '#boot/kernel-server';
import { knownTypes } from '#boot/known-types';
import { freezeRealm, selfTest } from '#boot/realm';
import { watchOpening } from '#boot/store-wait';
import { startKernel } from '#os/kernel/kernel';

/** What the page hands over. */
export interface Start {
  servers: string[];
  version: string;
  /** Name of the lock by which the page sees this worker live. */
  lock: string;
  rpc: MessagePort;
  wires: MessagePort;
}

const clock = createSystemClock();
const random = createWebRandom(crypto);
/** Opened while the page still loads; what is in it is read after the freeze. A failure is told by `start`. */
const opening = openIdbRecordStore({ random });
opening.catch(() => undefined);

/** Starts the kernel; where it cannot, every call on the port is answered with the reason. */
export function startThread(given: Start): void {
  postMessage('here' satisfies FromWorker);
  // The page says so instead of staying blank.
  watchOpening(opening, clock, () => postMessage('store' satisfies FromWorker));
  start(given).catch((error: unknown) => serveFailure(given.rpc, error));
}

async function start({ servers, version, rpc, wires }: Start): Promise<void> {
  freezeRealm();
  selfTest(() => createGunReplica({ clock, random, hooks: { onHead: () => undefined, onPut: () => undefined, readRange: async () => [], route: () => [] } }).put([], null));
  const store = await opening;
  const kernel = startKernel({
    clock, random, store, version, servers, knownTypes: knownTypes(), deviceName: deviceName(navigator.userAgent), reopen: () => openIdbRecordStore({ random }), iceServers: [], crypto: createWebCrypto(crypto.subtle), tabs: createTabs(), sockets: createWebSocketPort(), archiveSockets: createTextSocketPort(), loadArchive: () => import('#vm/archive/archive-session'), loadAccess: () => import('#os/kernel/access-facade'), loadWords: () => import('#vm/log/seal-words'),
    dialer: createPortDialer(wires), createReplica: (hooks) => createGunReplica({ clock, random, hooks }),
  });
  serveKernel(rpc, kernel.api);
}
