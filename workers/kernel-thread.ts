/** The kernel of one tab: log, graph, GUN and crypto. Wiring only; RTCPeerConnection lives on the page, at the other end of `wires`. */
import { createTabs } from '#adapters/broadcast-channel/tabs';
import { createGunReplica } from '#adapters/gun/gun-replica';
import { openIdbRecordStore } from '#adapters/idb/idb-record-store';
import { createPortDialer } from '#adapters/simple-peer/port-dialer';
import { createSystemClock } from '#adapters/system-clock/system-clock';
import { createWebCrypto } from '#adapters/web-crypto/web-crypto';
import { createWebRandom } from '#adapters/web-crypto/web-random';
import { createTextSocketPort, createWebSocketPort } from '#adapters/web-socket/web-socket';
import { filesDatabase, isFleeting } from '#boot/database-name';
import { lateShelf } from '#boot/build-shelf';
import type { FromWorker, GivenPort } from '#boot/kernel-run';
import { deviceName } from '#boot/device-name';
import { serveFailure, serveKernel } from '#boot/kernel-server';
import type { LockPort } from '#boot/locked';
import { knownTypes } from '#boot/known-types';
import { freezeRealm, selfTest } from '#boot/realm';
import { watchOpening, watchUpgrade } from '#boot/store-wait';
import { startKernel, type RunningKernel } from '#os/kernel/kernel';
import type { RecordStore } from '#ports/record-store';

/** What the page hands over. */
export interface Start {
  servers: string[];
  version: string;
  /** Name of the lock by which the page sees this worker live. */
  lock: string;
  rpc: MessagePort;
  wires: MessagePort;
}

/** Put in by the build (scripts/lib/code-name.ts). */
declare const __KERNEL_CODE__: string;

const clock = createSystemClock();
const random = createWebRandom(crypto);
const web = createWebCrypto(crypto.subtle);
/** What the page says about a lock comes beside the RPC: there is no kernel yet to serve it. */
const lockPort: LockPort = {
  post: (message) => postMessage(message satisfies FromWorker),
  listen(heard) {
    const on = ({ data }: MessageEvent): void => heard(data);
    addEventListener('message', on);
    return () => removeEventListener('message', on);
  },
};
/** Opened while the page still loads; what is in it is read after the freeze. A failure is told by `start`. */
let opening: Promise<RecordStore>;
let upgrade: ReturnType<typeof watchUpgrade>;
let name = '';
const memory = () => import('#adapters/memory/memory-stores');

/** Opens the store of one person of this browser, or makes one in memory, of a tab that keeps nothing; comes first. */
export function openStore(database: string): void {
  name = database;
  upgrade = watchUpgrade(navigator.locks, name);
  opening = isFleeting(name) ? memory().then(({ createMemoryRecordStore }) => createMemoryRecordStore(random)) : openIdbRecordStore({ random, name, onUpgrade: () => upgrade.began(opening) });
  opening.catch(() => undefined);
}

/** Starts the kernel; where it cannot, every call on the port is answered with the reason. */
export function startThread(given: Start): void {
  postMessage('here' satisfies FromWorker);
  // The page says so instead of staying blank.
  watchOpening(opening, clock, () => void upgrade.what().then((what) => postMessage(what satisfies FromWorker)));
  start(given).catch((error: unknown) => serveFailure(given.rpc, error));
}

async function start({ servers, version, rpc, wires }: Start): Promise<void> {
  freezeRealm();
  selfTest(() => createGunReplica({ clock, random, hooks: { onHead: () => undefined, onPut: () => undefined, readRange: async () => [], route: () => [] } }).put([], null));
  const disk = await opening;
  const fleeting = isFleeting(name);
  const locked = (await disk.get('id/lock')) === undefined ? null : await (await import('#boot/locked')).awaitUnlock(disk, { crypto: web, random }, lockPort);
  const seal = locked?.seal ?? ((inner) => inner);
  const kernel = startKernel({
    clock, random, store: seal(disk), lock: locked?.lock, version, code: __KERNEL_CODE__, servers, knownTypes: knownTypes(), deviceName: deviceName(navigator.userAgent), reopen: async () => (fleeting ? disk : seal(await openIdbRecordStore({ random, name }))), fleeting, iceServers: [], crypto: web, chunks: async () => (fleeting ? (await memory()).createMemoryChunkStore() : (await import('#adapters/idb/idb-chunk-store')).openIdbChunkStore(filesDatabase(name))), tabs: createTabs({ name }), sockets: createWebSocketPort(), archiveSockets: createTextSocketPort(), loadArchive: () => import('#vm/archive/archive-session'), loadAccess: () => import('#os/kernel/access-facade'), loadWords: () => import('#vm/log/seal-words'), loadParts: async () => (await import('#adapters/shamir/secret-parts')).secretParts, prove: async (...args) => (await import('#boot/prove')).proveInWorker(...args), builds: lateShelf(() => import('#boot/build-files')), wakeSearch: () => postMessage('search' satisfies FromWorker),
    dialer: createPortDialer(wires), createReplica: (hooks) => createGunReplica({ clock, random, hooks }),
  });
  serveKernel(rpc, kernel.api, async (space, node) => (await import('#boot/text-edits')).textEdits(kernel.parts.kernel, space, node));
  addEventListener('message', ({ data }: MessageEvent<Partial<GivenPort> | string>) => {
    if (typeof data === 'object' && data.search) void serveSearchOn(data.search, kernel);
    if (typeof data === 'object' && data.builds) void serveBuildsOn(data.builds, kernel);
  });
}

/** A search asks this kernel; what came on the port meanwhile waits in it. */
async function serveSearchOn(port: MessagePort, kernel: RunningKernel): Promise<void> {
  (await import('#boot/search-feed')).serveSearch(port, kernel);
}

/** The same of releases from linked devices. */
async function serveBuildsOn(port: MessagePort, kernel: RunningKernel): Promise<void> {
  (await import('#boot/build-feed')).serveBuilds(port, kernel);
}
